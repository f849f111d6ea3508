//! Which columns of a table hold ids, units, or something else that is known of the stimuli.

use super::cells::{is_fraction, is_whole};
use super::checks::{are_counts, are_unique, is_symmetric};
use super::header::beginning;
use super::named::Table;
use crate::formats::words::{is_id_name, is_label_name, words};
use crate::problem::Problem;

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

/// A column that may hold ids.
struct Candidate {
    column: usize,
    ids: Vec<String>,
    is_exact: bool,
    is_index: bool,
    is_counted: bool,
    is_unique: bool,
}

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
    if !labels.is_empty() {
        let why = "by their names they are known of the stimuli, not measured";
        let why = if labels.len() == 1 {
            "by its name it is known of the stimuli, not measured"
        } else {
            why
        };
        parts.notices.push(left_out(table, &labels, why));
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

fn candidates(table: &Table) -> Result<Vec<Candidate>, Problem> {
    let index = table.index_columns();
    let exact = table.stimulus_id();
    let first = table.columns.first().copied();
    let is_candidate = |column: usize| {
        let name = table.name(column);
        let is_likely_first =
            Some(column) == first && table.is_text(column) && !is_label(table, column);
        let is_likely_label = table.is_text(column)
            && matches!(name.to_ascii_lowercase().as_str(), "label" | "labels");
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
            || one.is_unique
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
fn refuse_odd(table: &Table, chosen: &Candidate) -> Result<(), Problem> {
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
            let mut places = std::collections::HashMap::new();
            let twice =
                chosen.ids.iter().enumerate().find_map(|(row, id)| {
                    places.insert(id, row).map(|first| (id, first + 1, row + 1))
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
    let words = words(name);
    let is_bookkeeping = match words.as_slice() {
        [only] => BOOKKEEPING.contains(&only.as_str()),
        [first, last] => {
            BOOKKEEPING.contains(&first.as_str())
                && matches!(
                    last.as_str(),
                    "id" | "number" | "index" | "idx" | "nr" | "type"
                )
        }
        _ => false,
    };
    is_label_name(name) || is_bookkeeping
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

/// Without names over columns: the first column, if it has different integers and no other has.
fn numbered_rows(table: &Table, columns: &[usize]) -> Result<Option<Ids>, Problem> {
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
