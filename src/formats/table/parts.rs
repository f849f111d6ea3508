//! Which columns of a table hold ids, units, or something else that is known of the stimuli.

mod candidates;
mod labels;
mod numbered;
mod unclear;

use super::header::beginning;
use super::named::Table;
use crate::formats::words::words;
use crate::problem::Problem;
use candidates::{candidates, refuse_odd};
pub use labels::is_label;
use numbered::{by_pattern, numbered_rows, settle_strangers, with_measured};
use unclear::{refuse_joint_ids, refuse_likely_ids};

/// Ids of rows.
pub struct Ids {
    /// As they are written.
    pub ids: Vec<String>,
    /// Where they come from.
    pub from: String,
    /// They are a count that a program wrote by itself.
    pub is_counted: bool,
}

/// What the columns are.
#[derive(Default)]
pub struct Parts {
    /// Ids, if there are any.
    pub ids: Option<Ids>,
    /// Columns of units, text among these.
    pub units: Vec<usize>,
    /// What was left out, for the user.
    pub notices: Vec<Problem>,
}

/// Names of columns of which each row is a unit.
const UNITS: [&str; 12] = [
    "unit",
    "units",
    "neuroid",
    "neuroids",
    "neuron",
    "neurons",
    "voxel",
    "voxels",
    "vertex",
    "electrode",
    "feature",
    "features",
];

/// Tells columns apart.
///
/// # Errors
/// A [`Problem`] if it cannot be told what the first column is, an id is missing, or rows are units.
pub fn parts(table: &Table) -> Result<Parts, Problem> {
    let mut candidates = candidates(table)?;
    // among equals the first
    candidates.sort_by_key(|one| (!one.is_exact, one.is_counted, !one.is_unique, one.is_index));
    let mut parts = Parts::default();
    let mut left: Vec<usize> = table.columns.clone();
    let mut others: Vec<usize> = Vec::new();
    let mut candidates = candidates.into_iter();
    if let Some(chosen) = candidates.next() {
        refuse_odd(table, &chosen)?;
        super::odd::refuse_summary(table, &chosen.ids)?;
        if is_label(table, chosen.column) {
            parts.notices.push(Problem::notice(
                table.path(),
                format!(
                    "{}, {}, was taken as ids: it tells the rows apart",
                    source(table, chosen.column),
                    beginning(&chosen.ids)
                ),
            ));
        }
        others.extend(
            candidates
                .filter(|one| !(one.is_index && one.is_counted))
                .map(|one| one.column),
        );
        left.retain(|column| *column != chosen.column);
        parts.ids = Some(Ids {
            from: source(table, chosen.column),
            is_counted: chosen.is_index && chosen.is_counted,
            ids: chosen.ids,
        });
    }
    if parts.ids.is_none() {
        refuse_joint_ids(table, &left)?;
    }
    let index = table.index_columns();
    left.retain(|column| !index.contains(column) && !others.contains(column));
    if let (false, Some(ids)) = (others.is_empty(), &parts.ids) {
        parts.notices.push(left_out(
            table,
            &others,
            &format!("the ids are those of {}", ids.from),
        ));
    }
    let (labels, rest): (Vec<usize>, Vec<usize>) = left
        .into_iter()
        .partition(|&column| is_label(table, column));
    let (labels, rest) = with_measured(table, labels, rest, &mut parts);
    if !labels.is_empty() {
        let why = "by their names they are known of the stimuli, not measured";
        let why = if labels.len() == 1 {
            "by its name it is known of the stimuli, not measured"
        } else {
            why
        };
        parts.notices.push(left_out(table, &labels, why));
    }
    let (rest, strangers) = by_pattern(table, rest);
    settle_strangers(table, strangers, &mut parts)?;
    if table.is_named && parts.ids.is_none() {
        refuse_likely_ids(table, &rest)?;
    }
    if !table.is_named && parts.ids.is_none() {
        parts.ids = numbered_rows(table, &rest)?;
        if let Some(ids) = &parts.ids {
            parts.notices.push(taken_as_ids(table, &ids.ids));
            parts.units = rest.into_iter().skip(1).collect();
            return Ok(parts);
        }
    }
    parts.units = rest;
    Ok(parts)
}

/// Where ids come from, for the user.
pub fn source(table: &Table, column: usize) -> String {
    if table.sheet.is_short && column == 0 && table.name(0).is_empty() {
        return "its row names".into();
    }
    match table.name(column) {
        "" => "its first column".into(),
        _ if table.index_columns().contains(&column) => "its first column".into(),
        name => format!("its column {name}"),
    }
}

/// The column of a table that has a row for each unit, if its first column says so.
pub fn units_as_rows(table: &Table) -> Option<usize> {
    let first = *table.columns.first()?;
    let words = words(table.name(first));
    let (start, end) = words.split_first()?;
    let is_named = UNITS.contains(&start.as_str())
        && end.iter().all(|word| {
            matches!(
                word.as_str(),
                "id" | "ids" | "name" | "index" | "idx" | "number"
            )
        });
    let counts = || table.counts_rows(first);
    (is_named && table.columns.len() > 1 && (table.is_text(first) || counts())).then_some(first)
}

/// The notice of ids that nothing names.
pub fn taken_as_ids(table: &Table, ids: &[String]) -> Problem {
    let some = beginning(ids);
    Problem::notice(
        table.path(),
        format!("its first column, {some}, was taken as ids"),
    )
}

/// One notice of columns that were left out.
fn left_out(table: &Table, columns: &[usize], why: &str) -> Problem {
    let names: Vec<String> = columns
        .iter()
        .take(8)
        .map(|&column| match table.name(column) {
            "" => format!("{} (without a name)", column + 1),
            name => format!("\"{name}\""),
        })
        .collect();
    let more = if columns.len() > names.len() {
        format!(" and {} more", columns.len() - names.len())
    } else {
        String::new()
    };
    let (noun, verb) = if columns.len() == 1 {
        ("column", "was")
    } else {
        ("columns", "were")
    };
    Problem::notice(
        table.path(),
        format!(
            "its {noun} {}{more} {verb} left out: {why}",
            names.join(", ")
        ),
    )
}
