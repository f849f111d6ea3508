//! What names, ids and numbers of a table look like.

use std::collections::{HashMap, HashSet};

use crate::formats::words::words;

/// Whether an n x n matrix looks like distances or similarities: symmetric to 1e-5 of its largest number, or with
/// nothing (zeros or missing values) on one side of the diagonal.
pub fn is_symmetric(n: usize, at: impl Fn(usize, usize) -> f64) -> bool {
    let mut largest = 0.0_f64;
    for row in 0..n {
        for column in 0..n {
            let value = at(row, column).abs();
            if value.is_finite() {
                largest = largest.max(value);
            }
        }
    }
    if n < 3 || largest == 0.0 {
        return false;
    }
    let is_nothing = |value: f64| value == 0.0 || value.is_nan();
    let (mut is_symmetric, mut is_upper, mut is_lower) = (true, true, true);
    for row in 0..n {
        for column in 0..row {
            let (below, above) = (at(row, column), at(column, row));
            let is_equal = below == above
                || (below.is_nan() && above.is_nan())
                || (below - above).abs() <= 1e-5 * largest;
            is_symmetric &= is_equal;
            is_upper &= is_nothing(below);
            is_lower &= is_nothing(above);
        }
        if !(is_symmetric || is_upper || is_lower) {
            return false;
        }
    }
    // a matrix of nothing but its diagonal says nothing
    !(is_upper && is_lower)
}

/// Whether ids are a count of the rows: 0, 1, 2, ... or 1, 2, 3, ...
pub fn are_counts(ids: &[String]) -> bool {
    let from = |start: usize| {
        ids.iter()
            .zip(start..)
            .all(|(id, number)| *id == number.to_string())
    };
    from(0) || from(1)
}

/// Whether no id stands twice.
pub fn are_unique<T: std::hash::Hash + Eq>(ids: &[T]) -> bool {
    let mut seen = HashSet::with_capacity(ids.len());
    ids.iter().all(|id| seen.insert(id))
}

/// For each row the index of the column of its name, where rows and columns have the same names: as they
/// are, as R writes them over columns (`X1361` for 1361), or by their numbers (1361.0).
pub fn columns_of(rows: &[String], columns: &[String]) -> Option<Vec<usize>> {
    let plain = |name: &str| name.to_owned();
    let of_r = |name: &str| {
        let mut made: String = name
            .chars()
            .map(|c| {
                if c.is_alphanumeric() || c == '_' {
                    c
                } else {
                    '.'
                }
            })
            .collect();
        if !made.starts_with(|c: char| c.is_alphabetic() || c == '.') {
            made.insert(0, 'X');
        }
        made
    };
    let by_number = |name: &str| match name.parse::<f64>() {
        Ok(number) if number.is_finite() => number.to_string(),
        _ => name.to_owned(),
    };
    let forms: [&dyn Fn(&str) -> String; 3] = [&plain, &of_r, &by_number];
    forms.iter().find_map(|form| {
        let indices: HashMap<String, usize> = columns
            .iter()
            .enumerate()
            .map(|(index, name)| (form(name), index))
            .collect();
        if indices.len() < columns.len() || columns.len() != rows.len() {
            return None;
        }
        let found: Vec<usize> = rows
            .iter()
            .map(|name| indices.get(&form(name)).copied())
            .collect::<Option<_>>()?;
        are_unique(&found).then_some(found)
    })
}

/// The name of a file without its folders and ending, in lower case.
pub fn stem(path: &str) -> String {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    name.split_once('.')
        .map_or(name, |(stem, _)| stem)
        .to_lowercase()
}

/// Whether a file is named as RDMs are.
pub fn is_rdm(path: &str) -> bool {
    words(&stem(path)).iter().any(|word| {
        matches!(
            word.trim_end_matches(|c: char| c.is_ascii_digit()),
            "rdm" | "rdms"
        )
    })
}
