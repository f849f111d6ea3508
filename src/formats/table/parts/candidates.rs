//! Columns that may hold the ids of the rows, and those that do but not for each.

use super::super::cells::is_fraction;
use super::super::checks::{are_counts, are_unique};
use super::super::named::Table;
use super::labels::is_label;
use crate::formats::words::is_id_name;
use crate::problem::Problem;

/// A column that may hold ids.
pub struct Candidate {
    /// Where it is.
    pub column: usize,
    /// Its cells.
    pub ids: Vec<String>,
    pub is_exact: bool,
    pub is_index: bool,
    pub is_counted: bool,
    pub is_unique: bool,
}

pub fn candidates(table: &Table) -> Result<Vec<Candidate>, Problem> {
    let index = table.index_columns();
    let exact = table.stimulus_id();
    let first = table.columns.first().copied();
    let is_candidate = |column: usize| {
        let name = table.name(column);
        // text under a name such as `category` may tell the rows apart all the same
        let is_likely_first = Some(column) == first && table.is_text(column);
        let is_likely_label = table.is_text(column) && is_label(table, column);
        index.contains(&column) || is_id_name(name) || is_likely_first || is_likely_label
    };
    let columns: Vec<usize> = table
        .columns
        .iter()
        .copied()
        .filter(|&column| is_candidate(column))
        .collect();
    let texts = table.text(&columns)?;
    let mut made: Vec<Candidate> = columns
        .into_iter()
        .zip(texts)
        .map(|(column, ids)| Candidate {
            column,
            is_exact: Some(column) == exact,
            is_index: index.contains(&column),
            is_counted: are_counts(&ids),
            is_unique: are_unique(&ids),
            ids,
        })
        .collect();
    // ids are no fractions, and a column of two numbers is no column of ids
    made.retain(|one| {
        let is_measured = || {
            one.ids.iter().any(|id| is_fraction(id)) || {
                let distinct: std::collections::HashSet<&String> =
                    one.ids.iter().take(1000).collect();
                Some(one.column) != first
                    && distinct.len() <= 2
                    && one.ids.len() > 2
                    && !table.has_text(one.column)
            }
        };
        one.is_exact || one.is_index || !is_measured()
    });
    // text that is not named like ids must tell the rows apart, and labels do only if nothing else does
    let is_certain = |one: &Candidate| one.is_index || is_id_name(table.name(one.column));
    made.retain(|one| {
        is_certain(one)
            || (one.is_unique
                && (!is_label(table, one.column) || !one.ids.iter().any(String::is_empty)))
            || Some(one.column) == first && table.name(one.column).is_empty()
    });
    if made
        .iter()
        .any(|one| !(is_label(table, one.column) || one.is_index && one.is_counted))
    {
        made.retain(|one| !is_label(table, one.column));
    }
    Ok(made)
}

/// Refuses a column without a name that may be ids or not, and ids that are missing.
pub fn refuse_odd(table: &Table, chosen: &Candidate) -> Result<(), Problem> {
    let is_nameless = chosen.is_index || table.name(chosen.column).is_empty();
    if is_nameless && !chosen.is_exact {
        let hint =
            "If it holds the ids of the stimuli, name it stimulus_id; else name it, or remove it";
        let expected = "an id for each row, or a name over every column";
        if let Some(cell) = chosen.ids.iter().find(|id| is_fraction(id)) {
            return Err(Problem::error(
                table.path(),
                format!(
                    "its first column has no name of its own, and fractions such as {cell} in it"
                ),
            )
            .expected(expected)
            .hint(hint));
        }
        if !chosen.is_unique {
            let mut positions = std::collections::HashMap::new();
            let twice = chosen.ids.iter().enumerate().find_map(|(row, id)| {
                positions
                    .insert(id, row)
                    .map(|first| (id, first + 1, row + 1))
            });
            let found = match twice {
                Some((id, first, row)) => format!(
                    "its first column has no name of its own, and \"{id}\" stands in its rows {first} and {row}"
                ),
                None => "its first column has no name of its own".into(),
            };
            return Err(Problem::error(table.path(), found)
                .expected(expected)
                .hint(hint));
        }
    }
    match chosen.ids.iter().position(String::is_empty) {
        None => Ok(()),
        Some(row) => {
            let hint = if row == 0 {
                "Fill in the id; if this row holds names of columns too, keep one row of names"
            } else {
                "Fill in the id, or remove the row"
            };
            let column = table.label(chosen.column);
            Err(Problem::error(
                table.path(),
                format!("{column} has no id in row {}", row + 1),
            )
            .expected("an id for each row")
            .hint(hint))
        }
    }
}
