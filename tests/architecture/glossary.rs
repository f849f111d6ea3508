//! Words that the glossary of CONTRIBUTING.md has left, as parts of names in the code: none may come back.

use crate::source::identifiers;

/// What a name may not hold, word by word, and what to say instead.
const LEFT: [(&[&str], &str); 10] = [
    (&["shelf"], "block store"),
    (&["shelves"], "block stores"),
    (&["breathe"], "yield_to_ui"),
    (&["breathed"], "yielded"),
    (&["bury"], "on_worker_died"),
    (&["upwards"], "the vertical axis, y"),
    (&["place"], "index or position"),
    (&["places"], "indices or positions"),
    (&["further", "rdm"], "model RDM"),
    (&["further", "rdms"], "model RDMs"),
];

/// The words of a name, in small letters: `FurtherRdm` and `further_rdm` are both `further`, `rdm`.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = '_';
    for c in name.chars() {
        let begins = c == '_' || (c.is_uppercase() && before.is_lowercase());
        if begins {
            words.push(String::new());
        }
        if c != '_'
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
        before = c;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Each name of a file that holds a word of the left column, with what to say instead.
pub fn faults(file: &str, text: &str) -> Vec<String> {
    let mut names = identifiers(text);
    names.sort();
    names.dedup();
    let mut faults = Vec::new();
    for name in names {
        let words = words(&name);
        for (left, say) in LEFT {
            if words.windows(left.len()).any(|some| some == left) {
                faults.push(format!(
                    "{file} calls something `{name}`. The glossary of CONTRIBUTING.md has another word for `{}`: {say}",
                    left.join(" ")
                ));
            }
        }
    }
    faults
}
