//! The same thing said of many files is one thing to read.

use std::collections::HashMap;

use super::{Problem, Severity};
use crate::stable_sort::sorted_by;

/// Problems in groups that say the same of different files, errors first, then warnings, then notices;
/// within these in the order in which they were met. Numbers may differ: two files with a missing value at
/// different places have the same thing wrong with them. What concerns no file stays by itself.
#[must_use]
pub fn alike(problems: Vec<Problem>) -> Vec<Vec<Problem>> {
    let mut indices: HashMap<(u8, [String; 3]), usize> = HashMap::new();
    let mut groups: Vec<Vec<Problem>> = Vec::new();
    for problem in problems {
        let texts = [&problem.found, &problem.expected, &problem.hint];
        let key = (
            rank(&problem),
            texts.map(|text| without_file(text, &problem.file)),
        );
        let known = indices.get(&key).filter(|_| !problem.file.is_empty());
        match known.and_then(|&index| groups.get_mut(index)) {
            Some(group) => group.push(problem),
            None => {
                indices.insert(key, groups.len());
                groups.push(vec![problem]);
            }
        }
    }
    let of_group = |group: &Vec<Problem>| group.first().map_or(u8::MAX, rank);
    sorted_by(groups, |a, b| of_group(a).cmp(&of_group(b)))
}

fn rank(problem: &Problem) -> u8 {
    match problem.severity {
        Severity::Error => 0,
        Severity::Warning => 1,
        Severity::Notice => 2,
    }
}

/// A text with names of files and all numbers masked.
fn without_file(text: &str, file: &str) -> String {
    let name = file.rsplit('/').next().unwrap_or(file);
    let stem = name.split('.').next().unwrap_or(name);
    let mut text = text.to_owned();
    if !name.is_empty() {
        text = text.replace(file, "\0").replace(name, "\0");
    }
    if !stem.is_empty() {
        // in code: a name alone may be any word of the text
        text = text.replace(&format!("\"{stem}"), "\"\0");
    }
    // other files that it speaks of
    let words: Vec<&str> = text
        .split(' ')
        .map(|word| if is_path(word) { "\0" } else { word })
        .collect();
    let text = words.join(" ");
    let mut masked = String::with_capacity(text.len());
    for c in text.chars() {
        if !c.is_ascii_digit() {
            masked.push(c);
        } else if !masked.ends_with('#') {
            masked.push('#');
        }
    }
    masked
}

/// `s/x.npy`, `rdm_V__1.npy`: no word of a sentence has a full stop or a slash within it.
fn is_path(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    word.contains(['.', '/']) || word.contains("__")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(problems: Vec<Problem>) -> Vec<String> {
        alike(problems)
            .iter()
            .map(|group| {
                let files: Vec<&str> = group.iter().map(|p| p.file.as_str()).collect();
                format!("{} {}", files.join("+"), group[0].found)
            })
            .collect()
    }

    #[test]
    fn files_with_the_same_thing_wrong_are_one_group() {
        let missing = |file: &str, row: usize| {
            Problem::error(file, format!("has a missing value (NaN) at [{row}, 3]"))
        };
        let sheet = |file: &str| {
            let stem = file.split('.').next().unwrap_or_default();
            Problem::error(&format!("s/{file}"), "is an Excel workbook").hint(format!(
                "Convert it:\nimport pandas\npandas.read_excel(\"{file}\").to_csv(\"{stem}.csv\")"
            ))
        };
        let same = |file: &str, as_of: &str| {
            let found = format!("is left out: it holds the same numbers as {as_of}");
            Problem::notice(file, found)
        };
        let groups = told(vec![
            same("m.npy", "s/rdm_V__1.npy"),
            same("n.npy", "s/rdm_W__b.npy."),
            Problem::notice("q.npy", "was left out"),
            missing("a.npy", 3),
            Problem::warning("", "there is no brain yet"),
            sheet("neta__l.xlsx"),
            missing("b.npy", 41),
            sheet("netb__l.xlsx"),
        ]);
        assert_eq!(
            groups,
            [
                "a.npy+b.npy has a missing value (NaN) at [3, 3]",
                "s/neta__l.xlsx+s/netb__l.xlsx is an Excel workbook",
                " there is no brain yet",
                "m.npy+n.npy is left out: it holds the same numbers as s/rdm_V__1.npy",
                "q.npy was left out",
            ]
        );
    }

    #[test]
    fn what_differs_in_severity_or_words_or_has_no_file_stays_apart() {
        let groups = told(vec![
            Problem::error("a.npy", "is empty"),
            Problem::warning("b.npy", "is empty"),
            Problem::error("c.npy", "is cut short"),
            Problem::error("", "is empty"),
            Problem::error("", "is empty"),
            Problem::error("a.npy", "is empty").hint("Save it again"),
        ]);
        assert_eq!(groups.len(), 6, "{groups:?}");
        assert!(alike(Vec::new()).is_empty());
    }
}
