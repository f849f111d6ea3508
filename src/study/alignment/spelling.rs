//! Ids that are spelled in different ways: as they stand, then as Unicode composes them, then without
//! folders and endings of pictures, then as numbers. A looser form is used only where it matches one to one.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use crate::formats::{extension, stem_of_image};

/// How alike ids are that are taken for the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Form {
    /// The same characters.
    Exact,
    /// The same once Unicode has composed them (NFC): macOS writes file names decomposed.
    Unicode,
    /// The same without folders and picture endings.
    FileName,
    /// The same numbers.
    Number,
}

impl Form {
    /// What a message calls it; nothing for the same characters.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Form::Exact => "",
            Form::Unicode => "in Unicode's composed form (NFC)",
            Form::FileName => "without folders and picture endings",
            Form::Number => "as numbers, without leading zeros",
        }
    }

    fn of(self, id: &str) -> String {
        match self {
            Form::Exact => id.to_owned(),
            Form::Unicode => composed(id),
            Form::FileName => composed(&stem(id)),
            Form::Number => number(&composed(&stem(id))),
        }
    }
}

/// Endings of stimuli that no browser shows as a picture.
const OTHER_STIMULI: [&str; 16] = [
    "tif", "tiff", "jfif", "heic", "ppm", "pgm", "mp4", "avi", "mov", "webm", "mkv", "mpg", "wav",
    "mp3", "ogg", "flac",
];

/// The name of a stimulus's file, without folders and ending.
fn stem(id: &str) -> String {
    let name = stem_of_image(id);
    if name != id || !OTHER_STIMULI.contains(&extension(id).as_str()) {
        return name;
    }
    let name = id.rsplit(['/', '\\']).next().unwrap_or(id);
    name.rsplit_once('.')
        .map_or(name, |(stem, _)| stem)
        .to_owned()
}

/// The digits of a whole number without zeros before and `.0` behind it, `6.118e+03` of numpy.savetxt
/// included; any other text as it is. Never through a floating-point number, which would make different
/// long ids equal.
fn number(id: &str) -> String {
    whole_number(id).unwrap_or_else(|| id.to_owned())
}

fn whole_number(id: &str) -> Option<String> {
    let (mantissa, exponent) = match id.split_once(['e', 'E']) {
        // without a point it is likelier a name, such as a hash
        Some((mantissa, exponent)) if mantissa.contains('.') => {
            (mantissa, exponent.parse::<usize>().ok()?)
        }
        Some(_) => return None,
        None => (id, 0),
    };
    let (whole, rest) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !are_digits(whole) || !are_digits(rest) || exponent > 20 {
        return None;
    }
    let moved = rest.get(..exponent).unwrap_or(rest);
    let left = rest.get(exponent..).unwrap_or_default();
    if left.bytes().any(|byte| byte != b'0') {
        return None;
    }
    let zeros = "0".repeat(exponent - moved.len());
    let digits = format!("{whole}{moved}{zeros}");
    let digits = digits.trim_start_matches('0');
    Some(if digits.is_empty() { "0" } else { digits }.to_owned())
}

/// Unicode's canonical composition.
fn composed(id: &str) -> String {
    if id.is_ascii() {
        return id.to_owned();
    }
    normalised(id)
}

#[cfg(target_arch = "wasm32")]
fn normalised(id: &str) -> String {
    // what every browser has: its tables need not be fetched
    js_sys::JsString::from(id).normalize("NFC").into()
}

#[cfg(not(target_arch = "wasm32"))]
fn normalised(id: &str) -> String {
    icu_normalizer::ComposingNormalizerBorrowed::new_nfc()
        .normalize(id)
        .into_owned()
}

/// Finds ids in a reference: for each its index there, if it is there, and the loosest form that was needed.
#[must_use]
pub fn find(ids: &[String], reference: &[String]) -> (Vec<Option<usize>>, Form) {
    let known: HashMap<&str, usize> = reference
        .iter()
        .enumerate()
        .map(|(index, id)| (id.as_str(), index))
        .collect();
    let mut found: Vec<Option<usize>> = ids
        .iter()
        .map(|id| known.get(id.as_str()).copied())
        .collect();
    let mut loosest = Form::Exact;
    for form in [Form::Unicode, Form::FileName, Form::Number] {
        if found.iter().all(Option::is_some) {
            break;
        }
        let theirs: Vec<String> = reference.iter().map(|id| form.of(id)).collect();
        let ours: Vec<String> = ids.iter().map(|id| form.of(id)).collect();
        // two ids that differ are never made one
        if !is_unique(&theirs) || !is_unique(&ours) {
            continue;
        }
        let taken: HashSet<usize> = found.iter().copied().flatten().collect();
        let known: HashMap<&str, usize> = theirs
            .iter()
            .enumerate()
            .map(|(index, id)| (id.as_str(), index))
            .collect();
        for (found, id) in found.iter_mut().zip(&ours) {
            if found.is_none()
                && let Some(&index) = known.get(id.as_str())
                && !taken.contains(&index)
            {
                *found = Some(index);
                loosest = form;
            }
        }
    }
    (found, loosest)
}

fn is_unique(ids: &[String]) -> bool {
    let mut seen = HashSet::with_capacity(ids.len());
    ids.iter().all(|id| seen.insert(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(ids: &[&str], reference: &[&str]) -> (Vec<Option<usize>>, Form) {
        let owned = |ids: &[&str]| ids.iter().map(|&id| id.to_owned()).collect::<Vec<_>>();
        find(&owned(ids), &owned(reference))
    }

    #[test]
    fn looser_forms_match_only_one_to_one() {
        let all = |indices: &[usize]| indices.iter().map(|&index| Some(index)).collect::<Vec<_>>();
        assert_eq!(found(&["b", "a"], &["a", "b"]), (all(&[1, 0]), Form::Exact));
        // e and an accent, and the two as one
        assert_eq!(
            found(&["e\u{301}"], &["\u{e9}"]),
            (all(&[0]), Form::Unicode)
        );
        assert_eq!(
            found(&["set/a.jpg", "b.PNG"], &["b", "a"]),
            (all(&[1, 0]), Form::FileName)
        );
        assert_eq!(
            found(&["1961", "7.0"], &["007", "001961"]),
            (all(&[1, 0]), Form::Number)
        );
        assert_eq!(
            found(&["a/b.tiff", "c.mp4"], &["b", "c"]),
            (all(&[0, 1]), Form::FileName)
        );
        // an ending that is none of a picture stays
        assert_eq!(found(&["a.1"], &["a"]), (vec![None], Form::Exact));
        // two ids that differ are never merged
        assert_eq!(
            found(&["1", "01"], &["1", "2"]),
            (vec![Some(0), None], Form::Exact)
        );
        assert_eq!(
            found(&["x/a.jpg", "y/a.jpg"], &["a", "b"]).0,
            vec![None, None]
        );
        assert_eq!(found(&["a"], &["a.jpg", "a.png"]).0, vec![None]);
    }

    #[test]
    fn long_numbers_are_compared_digit_by_digit() {
        let (indices, _) = found(
            &["090071992547409931"],
            &["90071992547409930", "90071992547409931"],
        );
        assert_eq!(indices, [Some(1)]);
        assert_eq!(found(&["1234e567"], &["inf"]).0, [None]);
        assert_eq!(
            found(&["6.118000000000000000e+03", "7.000e+00"], &["7", "6118"]).0,
            [Some(1), Some(0)]
        );
        assert_eq!(
            found(&["6.1185e+03", "12e3"], &["6118", "12000"]).0,
            [None, None]
        );
    }
}
