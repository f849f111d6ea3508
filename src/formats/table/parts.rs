//! Which columns of a table hold ids, units, or something else that is known of the stimuli.

use super::cells::{is_fraction, is_whole, number};
use super::checks::{are_counts, are_unique, is_symmetric};
use super::header::{beginning, pattern};
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
pub struct Candidate {
    /// Where it is.
    pub column: usize,
    /// Its cells.
    pub ids: Vec<String>,
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

fn candidates(table: &Table) -> Result<Vec<Candidate>, Problem> {
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
    is_label_name(name) || is_bookkeeping(name)
}

/// Whether a name says when or to whom a stimulus was shown.
fn is_bookkeeping(name: &str) -> bool {
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

/// Labels, and units with what is named like a label and measured all the same: it holds fractions, as the units
/// do, and these have names of all kinds.
fn with_measured(
    table: &Table,
    labels: Vec<usize>,
    units: Vec<usize>,
    parts: &mut Parts,
) -> (Vec<usize>, Vec<usize>) {
    let is_measured = |column: usize| {
        !table.has_text(column)
            && table
                .numbers(column)
                .any(|value| value.is_finite() && value.fract() != 0.0)
    };
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
fn by_pattern(table: &Table, columns: Vec<usize>) -> (Vec<usize>, Vec<usize>) {
    if !table.is_named {
        return (columns, Vec::new());
    }
    match common_pattern(table, &columns) {
        Some(common) => columns
            .into_iter()
            // text among numbers is refused where the numbers are made
            .partition(|&column| {
                table.is_text(column) || unit_pattern(table.name(column)) == common
            }),
        None => (columns, Vec::new()),
    }
}

/// What stands beside numbered units and is not one of them: ids if it tells the rows apart, else something
/// that is known of the stimuli.
fn settle_strangers(
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

/// Columns such as `session` and `trial` that tell the rows apart only together, and times that do: these may
/// be an index that nothing else repeats, so that leaving them out would leave rows to their order.
fn refuse_joint_ids(table: &Table, columns: &[usize]) -> Result<(), Problem> {
    let books: Vec<usize> = columns
        .iter()
        .copied()
        .filter(|&column| is_bookkeeping(table.name(column)))
        .collect();
    if books.is_empty() || table.rows() < 3 {
        return Ok(());
    }
    let texts = table.text(&books)?;
    let hint = "Add a column stimulus_id with the id of the stimulus in each row";
    for (&column, cells) in books.iter().zip(&texts) {
        if !are_unique(cells) {
            continue;
        }
        if cells.iter().any(|cell| is_fraction(cell)) {
            return Err(Problem::error(
                table.path(),
                format!(
                    "has no column of ids, and its {} tells the rows apart, with fractions: {}",
                    table.label(column),
                    beginning(cells)
                ),
            )
            .expected("ids of the stimuli, one for each row")
            .hint(hint));
        }
        return Ok(());
    }
    let joined: Vec<Vec<&str>> = (0..table.rows())
        .map(|row| {
            texts
                .iter()
                .map(|cells| cells.get(row).map_or("", String::as_str))
                .collect()
        })
        .collect();
    if !are_unique(&joined) {
        return Ok(());
    }
    let names: Vec<&str> = books.iter().map(|&column| table.name(column)).collect();
    let names = names.join(" and ");
    Err(Problem::error(
        table.path(),
        format!("has no column of ids, and its columns {names} tell the rows apart only together"),
    )
    .expected("ids of the stimuli, one for each row, in one column stimulus_id")
    .hint(format!(
        "{hint}; or join {names} into it, if together they name the stimulus"
    )))
}

/// A first column of different whole numbers beside fractions, whose name does not say what it is.
fn refuse_likely_ids(table: &Table, columns: &[usize]) -> Result<(), Problem> {
    let Some((&first, others)) = columns.split_first() else {
        return Ok(());
    };
    let name = table.name(first);
    let is_integral = |column: usize| table.numbers(column).all(|value| value.fract() == 0.0);
    let is_alike = others
        .iter()
        .any(|&column| pattern(table.name(column)) == pattern(name));
    if is_alike
        || others.is_empty()
        || table.rows() < 5
        || !is_integral(first)
        || table.is_text(first)
    {
        return Ok(());
    }
    let ids = table.text_of(first)?;
    let is_one = ids.iter().all(|id| is_whole(id)) && are_unique(&ids);
    if !is_one || others.iter().any(|&column| is_integral(column)) {
        return Ok(());
    }
    Err(Problem::error(
        table.path(),
        format!(
            "its column {name} has a different whole number in each row, {}: ids of the stimuli, or a unit",
            beginning(&ids)
        ),
    )
    .expected("a name that says which")
    .hint("If it holds the ids of the stimuli, name the column stimulus_id; if it is a unit, number it like the others; else remove it"))
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
