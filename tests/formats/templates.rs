//! The Python that the sources of the project write into messages, found in their string literals, so that none
//! is left that no test runs.

use std::path::Path;

/// A piece of Python as a source has it.
pub struct Template {
    /// File and line.
    pub origin: String,
    /// What stands between its blanks, in order.
    pub fixed: Vec<String>,
    /// Modules that it imports, as far as the source says.
    pub imports: Vec<String>,
}

impl Template {
    /// Whether a message was made from it.
    pub fn is_in(&self, message: &str) -> bool {
        let mut rest = message;
        self.fixed
            .iter()
            .all(|part| match rest.find(part.as_str()) {
                Some(at) => {
                    rest = &rest[at + part.len()..];
                    true
                }
                None => false,
            })
    }
}

/// Every template below a folder of sources.
pub fn templates(folder: &Path) -> Vec<Template> {
    let mut made = Vec::new();
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    for path in files {
        let is_test = path.file_stem().is_some_and(|stem| stem == "tests");
        if path.is_dir() {
            if !is_test {
                made.extend(templates(&path));
            }
        } else if path.extension().is_some_and(|ending| ending == "rs") && !is_test {
            let text = std::fs::read_to_string(&path).expect("a source");
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            for (line, literal) in literals(code) {
                made.extend(template(format!("{}:{line}", path.display()), &literal));
            }
        }
    }
    made
}

/// The template of a literal, if it is Python with more than its imports.
fn template(origin: String, literal: &str) -> Option<Template> {
    let lines: Vec<&str> = literal.lines().collect();
    let is_import = |line: &&&str| {
        let line = line.trim_start();
        line.starts_with("import ") || (line.starts_with("from ") && line.contains(" import "))
    };
    let imports: Vec<String> = lines
        .iter()
        .filter(is_import)
        .flat_map(|line| {
            let line = line
                .trim_start_matches("import ")
                .trim_start_matches("from ");
            let names = line.split(" import ").next().unwrap_or_default();
            let first = |name: &str| name.split_whitespace().next().map(str::to_owned);
            names.split(',').filter_map(first).collect::<Vec<_>>()
        })
        .collect();
    if imports.is_empty() || lines.len() < 2 {
        return None;
    }
    Some(Template {
        origin,
        fixed: fixed(literal),
        imports,
    })
}

/// What stands between the blanks of `format!`.
fn fixed(literal: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut rest = literal.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '{' | '}' if rest.peek() == Some(&c) => {
                rest.next();
                parts.last_mut().expect("one").push(c);
            }
            '{' => {
                while rest.next_if(|&c| c != '}').is_some() {}
                rest.next();
                parts.push(String::new());
            }
            _ => parts.last_mut().expect("one").push(c),
        }
    }
    parts
}

/// The string literals of a source with their lines, as they are when the program runs.
fn literals(code: &str) -> Vec<(usize, String)> {
    let chars: Vec<char> = code.chars().collect();
    let at = |index: usize| chars.get(index).copied().unwrap_or('\0');
    let mut made = Vec::new();
    let (mut index, mut line) = (0, 1);
    while index < chars.len() {
        match at(index) {
            '\n' => line += 1,
            '/' if at(index + 1) == '/' => {
                while index < chars.len() && at(index + 1) != '\n' {
                    index += 1;
                }
            }
            '\'' if at(index + 1) == '\\' => {
                index += 3;
                while index < chars.len() && at(index) != '\'' {
                    index += 1;
                }
            }
            '\'' if at(index + 2) == '\'' => index += 2,
            'r' if at(index + 1) == '"' || (at(index + 1) == '#' && at(index + 2) == '"') => {
                let hashes = usize::from(at(index + 1) == '#');
                let start = index + 2 + hashes;
                let mut end = start;
                while end < chars.len() && !(at(end) == '"' && (hashes == 0 || at(end + 1) == '#'))
                {
                    end += 1;
                }
                made.push((line, chars[start..end].iter().collect()));
                line += chars[start..end].iter().filter(|&&c| c == '\n').count();
                index = end + hashes;
            }
            '"' => {
                let first = line;
                let mut text = String::new();
                index += 1;
                while index < chars.len() && at(index) != '"' {
                    if at(index) == '\n' {
                        line += 1;
                    }
                    if at(index) != '\\' {
                        text.push(at(index));
                        index += 1;
                        continue;
                    }
                    index += 1;
                    match at(index) {
                        'n' => text.push('\n'),
                        't' => text.push('\t'),
                        'r' => text.push('\r'),
                        '0' => text.push('\0'),
                        // the line goes on behind the blanks of the next one
                        '\n' => {
                            line += 1;
                            while at(index + 1).is_whitespace() {
                                index += 1;
                                line += usize::from(at(index) == '\n');
                            }
                        }
                        other => text.push(other),
                    }
                    index += 1;
                }
                made.push((first, text));
            }
            _ => {}
        }
        index += 1;
    }
    made
}

#[test]
fn python_is_found_in_sources() {
    let code = "let a = '\"'; // \"import x\\ny\"\nlet b = \"in Python:\\n\\\n     import numpy, {c}\\nd = {{{e}: 1}}\";";
    let found = literals(code);
    assert_eq!(found.len(), 1);
    let made = template("a".into(), &found[0].1).expect("Python");
    assert_eq!(made.imports, ["numpy", "{c}"]);
    assert_eq!(
        made.fixed,
        ["in Python:\nimport numpy, ", "\nd = {", ": 1}"]
    );
    assert!(made.is_in("Do it in Python:\nimport numpy, torch\nd = {\"x\": 1}"));
    assert!(!made.is_in("Do it in Python:\nimport numpy, torch\nd = {}"));
    assert!(template("a".into(), "import h5py").is_none());
}
