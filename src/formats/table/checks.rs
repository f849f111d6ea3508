//! What ids and numbers of a table look like.

use std::collections::HashSet;

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
