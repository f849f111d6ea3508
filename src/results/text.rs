//! Scores and dimensions in words, as views show them.

use super::Dimensions;

/// `conv3, component 2`.
#[must_use]
pub fn dimension_name(table: &Dimensions, row: usize) -> String {
    format!(
        "{}, component {}",
        table.layer_of(row).name,
        table.component[row]
    )
}

/// A count that is no whole number.
#[must_use]
pub fn one_decimal(number: f64) -> String {
    if number.is_nan() {
        "undefined".into()
    } else {
        format!("{number:.1}")
    }
}

/// A score in a sentence.
#[must_use]
pub fn two_decimals(score: f64) -> String {
    if score.is_nan() {
        "undefined".into()
    } else {
        format!("{score:.2}")
    }
}

/// A score in a table.
#[must_use]
pub fn three_decimals(score: f64) -> String {
    if score.is_nan() {
        "undefined".into()
    } else {
        format!("{score:.3}")
    }
}

/// `0.4 s`, `12 s`, `3 min`.
#[must_use]
pub fn seconds(seconds: f64) -> String {
    match seconds {
        s if s < 0.95 => format!("{:.1} s", s.max(0.1)),
        s if s < 99.5 => format!("{s:.0} s"),
        s => format!("{:.0} min", s / 60.0),
    }
}

/// A share as a percentage that is never rounded to nothing.
#[must_use]
pub fn percent(share: f64) -> String {
    match share * 100.0 {
        percent if percent.is_nan() => "undefined".to_owned(),
        percent if percent >= 0.1 => format!("{percent:.1} %"),
        percent if percent >= 0.001 => format!("{percent:.3} %"),
        percent => format!("{percent:.0e} %"),
    }
}
