//! Pieces of Python that a message advises: whole programs that run as they stand in the folder of the file
//! they speak of, and write a file that is read here. `tests/formats/advice.rs` runs them.

/// A hint: what the program is for, in one line, and the program below it.
pub fn python(what_for: &str, program: &str) -> String {
    format!(
        "{}:\n{}",
        what_for.trim_end_matches([':', '.']),
        program.trim()
    )
}

/// The name of a file without its folders, which is what it is called where the program runs.
pub fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The name of a file without folders and known endings: what a converted file is called as well.
pub fn stem_of(path: &str) -> String {
    let stem = super::without_ending(name_of(path));
    if stem.len() < name_of(path).len() {
        return stem.to_owned();
    }
    match stem.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() && ending.len() <= 10 => stem.to_owned(),
        _ => stem.to_owned(),
    }
}

/// Text as Python writes it, in double quotes.
pub fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                quoted.push('\\');
                quoted.push(c);
            }
            c if c.is_control() => quoted.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// The name of a file, and that of one to write with another ending, both as Python writes them.
pub fn names(path: &str, ending: &str) -> (String, String) {
    let old = name_of(path);
    let mut new = format!("{}.{ending}", stem_of(path));
    if new == old {
        new = format!("{}_converted.{ending}", stem_of(path));
    }
    (quoted(old), quoted(&new))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_are_those_beside_the_program() {
        assert_eq!(
            names("a/b/net a.pt", "npz"),
            ("\"net a.pt\"".to_owned(), "\"net a.npz\"".to_owned())
        );
        assert_eq!(names("x.npy", "npy").1, "\"x_converted.npy\"");
        assert_eq!(names("vgg16.conv1.npy.gz", "npy").1, "\"vgg16.conv1.npy\"");
        assert_eq!(quoted("say \"é\"\n"), "\"say \\\"é\\\"\\u000a\"");
    }
}
