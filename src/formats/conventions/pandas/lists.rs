//! Lists of names that PyTables keeps as the first protocol of pickle: text, so that they are read without
//! running anything.

/// What such a list holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// Text, or a number as text.
    Name(String),
    /// A list or a tuple.
    List(Vec<Item>),
    /// Nothing.
    Nothing,
}

impl Item {
    /// The names of a list of names.
    pub fn names(&self) -> Option<Vec<String>> {
        match self {
            Item::List(items) => items
                .iter()
                .map(|item| match item {
                    Item::Name(name) => Some(name.clone()),
                    _ => None,
                })
                .collect(),
            _ => None,
        }
    }

    /// The list at an index of a list.
    pub fn at(&self, index: usize) -> Option<&Item> {
        match self {
            Item::List(items) => items.get(index),
            _ => None,
        }
    }
}

/// Items of one list.
const MOST_ITEMS: usize = 1 << 20;

/// Reads a pickled list; `None` for anything but lists of names and numbers.
pub fn parse(text: &str) -> Option<Item> {
    let mut rest = text;
    let mut stack: Vec<Option<Item>> = Vec::new();
    let mut memo: Vec<(String, Item)> = Vec::new();
    loop {
        let code = rest.chars().next()?;
        rest = rest.get(code.len_utf8()..)?;
        let mut line = || {
            let (line, behind) = rest.split_once('\n')?;
            rest = behind;
            Some(line)
        };
        match code {
            '(' => stack.push(None),
            'l' | 't' => {
                let mark = stack.iter().rposition(Option::is_none)?;
                let items = stack.split_off(mark).into_iter().flatten().collect();
                stack.push(Some(Item::List(items)));
            }
            // lists and long texts are remembered to be used again, which names are where they repeat
            'p' => {
                let key = line()?.to_owned();
                let top = stack.last()?.clone()?;
                if matches!(top, Item::Name(_)) && memo.len() < MOST_ITEMS {
                    memo.push((key, top));
                }
            }
            'g' => {
                let key = line()?;
                let (_, item) = memo.iter().find(|(known, _)| known == key)?;
                stack.push(Some(item.clone()));
            }
            'V' => {
                let name = unescaped(line()?)?;
                stack.push(Some(Item::Name(name)));
            }
            'S' => {
                let quoted = line()?;
                let inner = quoted.get(1..quoted.len().checked_sub(1)?)?;
                stack.push(Some(Item::Name(inner.to_owned())));
            }
            'I' | 'F' | 'L' => {
                let number = line()?.trim_end_matches('L').to_owned();
                stack.push(Some(Item::Name(number)));
            }
            'N' => stack.push(Some(Item::Nothing)),
            'a' => {
                let item = stack.pop()??;
                match stack.last_mut()? {
                    Some(Item::List(items)) if items.len() < MOST_ITEMS => items.push(item),
                    _ => return None,
                }
            }
            '.' => return stack.pop()?,
            _ => return None,
        }
    }
}

/// Text with characters as `\u00e9`.
fn unescaped(text: &str) -> Option<String> {
    let mut made = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('\\') {
        made.push_str(before);
        let (size, start) = match behind.chars().next()? {
            'u' => (4, 1),
            'U' => (8, 1),
            _ => {
                made.push('\\');
                rest = behind;
                continue;
            }
        };
        let code = u32::from_str_radix(behind.get(start..start + size)?, 16).ok()?;
        made.push(char::from_u32(code)?);
        rest = behind.get(start + size..)?;
    }
    made.push_str(rest);
    Some(made)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_names_are_read_and_nothing_else() {
        let names = |text: &str| parse(text).and_then(|item| item.names());
        let rows: [(&str, Option<&[&str]>); 6] = [
            ("(lp0\nVu0\np1\naVu1\np2\na.", Some(&["u0", "u1"])),
            ("(lp0\nI0\naI1\na.", Some(&["0", "1"])),
            ("(lp0\nVa\np1\nag1\na.", Some(&["a", "a"])),
            ("(lp0\nVgr\\u00fcn\np1\na.", Some(&["grün"])),
            ("cposix\nsystem\n.", None),
            ("(lp0\nVu0", None),
        ];
        for (text, expected) in rows {
            let expected: Option<Vec<String>> =
                expected.map(|names| names.iter().map(|&name| name.to_owned()).collect());
            assert_eq!(names(text), expected, "{text}");
        }
        let axes = parse("(lp0\n(I1\n(lp1\nVu0\np2\natp3\na.").expect("a list");
        let columns = axes.at(0).and_then(|axis| axis.at(1)?.names());
        assert_eq!(columns, Some(vec!["u0".to_owned()]));
    }
}
