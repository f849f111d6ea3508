//! Columns that say what a stimulus is, or when and to whom it was shown, by their names.

use super::super::named::Table;
use crate::formats::words::{is_label_name, words};

/// Names of columns that say when or to whom a stimulus was shown.
const BOOKKEEPING: [&str; 12] = [
    "order",
    "trial",
    "trials",
    "run",
    "session",
    "block",
    "repetition",
    "onset",
    "duration",
    "subject",
    "participant",
    "row",
];

/// Whether a column is named like classes, targets or the order of presentation.
pub fn is_label(table: &Table, column: usize) -> bool {
    let name = table.name(column);
    if name.is_empty() {
        return false;
    }
    // x, y and z are coordinates
    if name.eq_ignore_ascii_case("y") && table.column_named("x").is_some() {
        return false;
    }
    is_label_name(name) || is_bookkeeping(name)
}

/// Whether a name says when or to whom a stimulus was shown.
pub fn is_bookkeeping(name: &str) -> bool {
    let words = words(name);
    match words.as_slice() {
        [only] => BOOKKEEPING.contains(&only.as_str()),
        [first, last] => {
            BOOKKEEPING.contains(&first.as_str())
                && matches!(
                    last.as_str(),
                    "id" | "number" | "index" | "idx" | "nr" | "type"
                )
        }
        _ => false,
    }
}
