//! The lines of a table before they are cut into cells: comments, the line `sep=;`, and what separates
//! cells.

use std::borrow::Cow;

use csv::Reader;

use super::cells::{is_missing, number};
use super::rows::{Row, lines_of, reader, split_line, with_tabs};
use super::separator::separator_of;

/// The lines of a table, ready to be cut into cells.
pub struct Lines<'a> {
    /// The text without comments; where runs of spaces separate cells, with tabs in their place.
    pub text: Cow<'a, str>,
    /// What separates its cells.
    pub separator: u8,
    /// The last comment before the data.
    pub comment: Option<&'a str>,
    /// Comments within the data: how many, and the first.
    pub skipped: Option<(usize, &'a str)>,
    /// Cells were separated by spaces.
    pub is_spaced: bool,
    /// The first line of cells starts with a quotation mark.
    pub is_first_quoted: bool,
}

impl<'a> Lines<'a> {
    /// Looks at the lines of a text.
    pub fn of(text: &'a str) -> Self {
        let (given, all) = without_separator_line(text);
        let (comment, text) = without_leading_comments(all);
        let (text, skipped) = without_comments(text);
        let (comment, text, skipped) = if are_rows(all, comment.is_some(), &text) {
            (None, Cow::Borrowed(all), None)
        } else {
            (comment, text, skipped)
        };
        let separator = given.unwrap_or_else(|| separator_of(&text));
        let is_spaced = separator == b' ';
        let is_first_quoted = text.starts_with('"');
        Self {
            text: if is_spaced {
                Cow::Owned(with_tabs(&text))
            } else {
                text
            },
            separator: if is_spaced { b'\t' } else { separator },
            comment,
            skipped,
            is_spaced,
            is_first_quoted,
        }
    }

    /// Reads the cells.
    pub fn reader(&self) -> Reader<&[u8]> {
        reader(self.text.as_bytes(), self.separator)
    }

    /// Names of columns in the last comment before the data, where there are as many.
    pub fn names_in_comment(&self, width: usize) -> Option<Vec<String>> {
        let comment = self.comment?.trim_start_matches(['#', '%']);
        let cells = |text: &str, separator: u8| -> Vec<String> {
            let mut record = Row::default();
            let mut reader = reader(text.as_bytes(), separator);
            let is_one = record.read(&mut reader).unwrap_or(false);
            let cells = record.cells().map(str::to_owned).collect();
            if is_one { cells } else { Vec::new() }
        };
        let spaced = || cells(&with_tabs(comment.trim()), b'\t');
        let mut names = if self.is_spaced {
            spaced()
        } else {
            cells(comment, self.separator)
        };
        if names.len() != width && !self.is_spaced {
            names = spaced();
        }
        let is_some = names.iter().any(|name| number(name).is_none());
        (names.len() == width && is_some).then_some(names)
    }
}

/// The separator that a first line `sep=;` gives, which spreadsheets read, and the text behind it.
fn without_separator_line(text: &str) -> (Option<u8>, &str) {
    let Some((line, rest)) = split_line(text) else {
        return (None, text);
    };
    let line = line.trim_matches('"');
    let Some(given) = line
        .get(..4)
        .filter(|start| start.eq_ignore_ascii_case("sep="))
        .and_then(|_| line.get(4..))
    else {
        return (None, text);
    };
    // `sep=;` may be padded to the width of the table, with the separator itself
    let separator = match given {
        "\\t" => Some(b'\t'),
        _ => given.bytes().next(),
    };
    let is_separator =
        |byte: &u8| byte.is_ascii() && !byte.is_ascii_alphanumeric() && *byte != b'"';
    match separator.filter(is_separator) {
        Some(separator) => (Some(separator), rest),
        None => (None, text),
    }
}

/// Whether a line is a comment, as numpy.savetxt, R and MATLAB write them; the errors of spreadsheets,
/// such as `#N/A`, are missing values.
fn is_comment(line: &str) -> bool {
    let line = line.trim_start_matches(' ');
    if line.starts_with('%') {
        return true;
    }
    let first = line
        .split([',', ';', '\t', ' ', '|'])
        .next()
        .unwrap_or(line);
    line.starts_with('#') && !is_missing(first)
}

fn without_leading_comments(text: &str) -> (Option<&str>, &str) {
    let mut comment = None;
    let mut rest = text;
    while let Some((line, after)) = split_line(rest) {
        if is_comment(line) {
            comment = Some(line.trim());
        } else if !line.trim().is_empty() {
            break;
        }
        rest = after;
    }
    (comment, rest)
}

/// Whether what looks like comments is the rows: ids may start with # or %. Then nothing is left without them, but
/// perhaps a header, and they have as many cells each.
fn are_rows(all: &str, has_comment: bool, without: &str) -> bool {
    let is_some = |line: &&str| !line.trim().is_empty();
    let left = lines_of(without).filter(is_some).take(2).count();
    if left > 1 || (left == 1 && has_comment) {
        return false;
    }
    let separator = separator_of(all);
    let cells = |line: &str| {
        if separator == b' ' {
            line.split_whitespace().count()
        } else {
            line.split(char::from(separator)).count()
        }
    };
    let mut widths = lines_of(all).filter(is_some).map(cells);
    let Some(first) = widths.next() else {
        return false;
    };
    let mut widths = widths.peekable();
    let Some(&second) = widths.peek() else {
        return false;
    };
    // a comment is mostly written with a space behind its mark
    let is_id = |line: &str| {
        line.trim_start_matches(['#', '%', '"'])
            .starts_with(char::is_alphanumeric)
    };
    let is_header = first == second || first + 1 == second;
    let is_spaced = || lines_of(all).any(|line| line.trim().contains(char::is_whitespace));
    is_header
        && widths.all(|width| width == second)
        && (second > 1 || !is_spaced())
        && lines_of(all).filter(is_some).skip(1).all(is_id)
}

/// The text without comments between its lines, how many there were, and the first.
fn without_comments(text: &str) -> (Cow<'_, str>, Option<(usize, &str)>) {
    let is_likely = ["\n#", "\n%", "\r#", "\r%"]
        .iter()
        .any(|start| text.contains(start));
    if !is_likely {
        return (Cow::Borrowed(text), None);
    }
    let mut skipped: Option<(usize, &str)> = None;
    let mut kept = String::with_capacity(text.len());
    for line in lines_of(text) {
        if line.starts_with(['#', '%']) && is_comment(line) {
            let (count, first) = skipped.unwrap_or((0, line));
            skipped = Some((count + 1, first));
        } else {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    (Cow::Owned(kept), skipped)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> (Vec<Vec<String>>, Option<String>) {
        let lines = Lines::of(text);
        let mut reader = lines.reader();
        let mut row = Row::default();
        let mut rows = Vec::new();
        while row.read(&mut reader).expect("cells") {
            rows.push(row.cells().map(str::to_owned).collect());
        }
        (rows, lines.comment.map(str::to_owned))
    }

    fn joined(text: &str) -> String {
        let rows: Vec<String> = cut(text).0.iter().map(|row| row.join("|")).collect();
        rows.join("/")
    }

    #[test]
    fn cells_are_cut_where_most_lines_agree() {
        for (text, rows) in [
            ("1,2\n3,4\n", "1|2/3|4"),
            ("1\t2\r\n3\t4\r\n", "1|2/3|4"),
            ("1;2\r3;4\r", "1|2/3|4"),
            ("1|2\n3|4\n\n\n", "1|2/3|4"),
            ("  1.0   2.0 \n  3.0  -4.0\n", "1.0|2.0/3.0|-4.0"),
            ("1,5;2,5;3,5\n4,5;5,5;6,5\n", "1,5|2,5|3,5/4,5|5,5|6,5"),
            ("1,5 2,5\n3,5 4,5\n", "1,5|2,5/3,5|4,5"),
            ("1,5\t2,5\n3,5\t4,5\n", "1,5|2,5/3,5|4,5"),
            ("\"1,5\",\"2,5\"\n\"3,5\",\"4,5\"\n", "1,5|2,5/3,5|4,5"),
            ("1, 2, 3\n4, 5, 6\n", "1|2|3/4|5|6"),
            (
                "\"a\" \"b\"\n\"my 1\" 2.5 3\n\"my 2\" 4 5\n",
                "a|b/my 1|2.5|3/my 2|4|5",
            ),
            ("id u0 u1\na 1 2.5\nb 3 4\n", "id|u0|u1/a|1|2.5/b|3|4"),
            ("my dog 1.jpg\nmy cat 2.jpg\n", "my dog 1.jpg/my cat 2.jpg"),
            ("dog 1\ndog 2\n", "dog 1/dog 2"),
            (
                "a, b.jpg\nc.jpg\nd.jpg\ne.jpg\n",
                "a, b.jpg/c.jpg/d.jpg/e.jpg",
            ),
            (
                "stimulus_id,caption\na,x; y\nb,z; w\n",
                "stimulus_id|caption/a|x; y/b|z; w",
            ),
            (
                "stimulus_id;caption\na;x, y\nb;z, w\n",
                "stimulus_id|caption/a|x, y/b|z, w",
            ),
            ("sep=;\nid;u0\na;1,5\n", "id|u0/a|1,5"),
            ("\"sep=\t\"\nid\tu0\na\t1\n", "id|u0/a|1"),
            ("sep=,\nid,u0\na,1\n", "id|u0/a|1"),
        ] {
            assert_eq!(joined(text), rows, "{text:?}");
        }
    }

    #[test]
    fn comments_are_left_out() {
        for (text, rows, comment) in [
            ("# u0 u1\n1 2\n3 4\n", "1|2/3|4", Some("# u0 u1")),
            (
                "% a\r\n%% b c\r\n1,2\r\n% no\r\n3,4\r\n",
                "1|2/3|4",
                Some("%% b c"),
            ),
            ("#a\n\n1,2\n#N/A,3\n", "1|2/#N/A|3", Some("#a")),
            ("1,2\n# between\n3,4\n# end\n", "1|2/3|4", None),
        ] {
            assert_eq!(joined(text), rows, "{text:?}");
            assert_eq!(cut(text).1.as_deref(), comment, "{text:?}");
        }
        assert_eq!(Lines::of("1,2\n# x\n3,4\n%y\n").skipped, Some((2, "# x")));
    }

    #[test]
    fn a_comment_may_name_the_columns() {
        let names = |text: &str, width| Lines::of(text).names_in_comment(width);
        let two = Some(vec!["stimulus_id".to_owned(), "u0".to_owned()]);
        assert_eq!(names("# stimulus_id u0\n1 2.5\n3 4.5\n", 2), two);
        assert_eq!(names("#stimulus_id,u0\na,2\n", 2), two);
        assert_eq!(names("# stimulus_id u0\na,2\n", 2), two);
        assert_eq!(names("% stimulus_id\tu0\na\t2\n", 2), two);
        assert_eq!(names("# three words here\n1 2\n", 2), None);
        assert_eq!(names("# 24 10\n1 2\n", 2), None);
    }
}
