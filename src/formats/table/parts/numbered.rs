//! Units whose names are numbered, `u0`, `u1`, `u2`, and what stands beside them; and rows that are numbered
//! where nothing has a name.

use super::super::cells::{is_missing, is_whole, number};
use super::super::checks::{are_counts, are_unique, is_symmetric};
use super::super::header::{beginning, pattern};
use super::super::named::Table;
use super::{Ids, Parts, left_out, source};
use crate::problem::Problem;

/// The pattern of a name over a unit; numbers are all of one, with a sign or a point or without.
fn unit_pattern(name: &str) -> String {
    if number(name).is_some() {
        "#".into()
    } else {
        pattern(name)
    }
}

/// The names of most columns with `#` for numbers, where these are numbered alike.
fn common_pattern(table: &Table, columns: &[usize]) -> Option<String> {
    let mut counts: std::collections::HashMap<String, usize> = std::collections::HashMap::new();
    for &column in columns {
        *counts.entry(unit_pattern(table.name(column))).or_default() += 1;
    }
    counts
        .into_iter()
        .filter(|(pattern, count)| {
            pattern.contains('#') && *count >= 3 && count * 4 >= columns.len() * 3
        })
        .map(|(pattern, _)| pattern)
        .next()
}

/// Whether a column holds fractions, as units do, and no text.
fn is_measured(table: &Table, column: usize) -> bool {
    !table.has_text(column)
        && table
            .numbers(column)
            .any(|value| value.is_finite() && value.fract() != 0.0)
}

/// Labels, and units with what is named like a label and measured all the same: it holds fractions, as the units
/// do, and these have names of all kinds.
pub fn with_measured(
    table: &Table,
    labels: Vec<usize>,
    units: Vec<usize>,
    parts: &mut Parts,
) -> (Vec<usize>, Vec<usize>) {
    let is_measured = |column: usize| is_measured(table, column);
    let is_time = |column: usize| {
        matches!(
            table.name(column).to_ascii_lowercase().as_str(),
            "onset" | "duration"
        )
    };
    let measured = units.iter().filter(|&&column| is_measured(column)).count();
    if measured < 3 || measured * 2 < units.len() || common_pattern(table, &units).is_some() {
        return (labels, units);
    }
    let (kept, labels): (Vec<usize>, Vec<usize>) = labels
        .into_iter()
        .partition(|&column| is_measured(column) && !is_time(column));
    if kept.is_empty() {
        return (labels, units);
    }
    let names: Vec<String> = kept.iter().map(|&column| table.label(column)).collect();
    parts.notices.push(Problem::notice(
        table.path(),
        format!(
            "{} taken as units: they hold fractions, as the others do",
            names.join(", ") + if names.len() == 1 { " was" } else { " were" }
        ),
    ));
    let mut all = units;
    all.extend(kept);
    all.sort_unstable();
    (labels, all)
}

/// Columns whose names are numbered alike, and the others, where most columns are: `u0`, `u1`, `u2` and `age`.
pub fn by_pattern(table: &Table, columns: Vec<usize>) -> (Vec<usize>, Vec<usize>) {
    if !table.is_named {
        return (columns, Vec::new());
    }
    match common_pattern(table, &columns) {
        Some(common) => columns
            .into_iter()
            // text among numbers is refused where the numbers are made; a name that says nothing, as
            // pandas writes `nan` for one that is missing, leaves it to the numbers
            .partition(|&column| {
                let name = table.name(column);
                let is_nameless = is_missing(name) && is_measured(table, column);
                table.is_text(column) || unit_pattern(name) == common || is_nameless
            }),
        None => (columns, Vec::new()),
    }
}

/// What stands beside numbered units and is not one of them: ids if it tells the rows apart, else something
/// that is known of the stimuli.
pub fn settle_strangers(
    table: &Table,
    mut strangers: Vec<usize>,
    parts: &mut Parts,
) -> Result<(), Problem> {
    if parts.ids.is_none() {
        let mut found = Vec::new();
        for &column in &strangers {
            let ids = table.text_of(column)?;
            if ids.len() > 2 && ids.iter().all(|id| is_whole(id)) && are_unique(&ids) {
                found.push((column, ids));
            }
        }
        if found.len() == 1
            && let Some((column, ids)) = found.pop()
        {
            strangers.retain(|other| *other != column);
            let from = source(table, column);
            let some = beginning(&ids);
            parts.notices.push(Problem::notice(
                table.path(),
                format!(
                    "{from}, {some}, was taken as ids: it is numbered unlike the units, and tells the rows apart"
                ),
            ));
            parts.ids = Some(Ids {
                from,
                is_counted: are_counts(&ids),
                ids,
            });
        }
    }
    if !strangers.is_empty() {
        parts.notices.push(left_out(
            table,
            &strangers,
            "names over the units are numbered alike, and these are not",
        ));
    }
    Ok(())
}

/// Without names over columns: the first column, if it has different integers and no other has.
pub fn numbered_rows(table: &Table, columns: &[usize]) -> Result<Option<Ids>, Problem> {
    let Some((&first, others)) = columns.split_first() else {
        return Ok(None);
    };
    let is_integral = |column: usize| table.numbers(column).all(|value| value.fract() == 0.0);
    if others.is_empty()
        || table.rows() < 3
        || !is_integral(first)
        || others.iter().any(|&column| is_integral(column))
    {
        return Ok(None);
    }
    let ids = table.text_of(first)?;
    let is_square = table.rows() == columns.len()
        && is_symmetric(columns.len(), |row, column| {
            table.value(row, columns[column])
        });
    if !ids.iter().all(|id| is_whole(id)) || !are_unique(&ids) || is_square {
        return Ok(None);
    }
    Ok(Some(Ids {
        from: "its first column".into(),
        is_counted: are_counts(&ids),
        ids,
    }))
}
