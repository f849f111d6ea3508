//! Tables in shapes that are not read, with what turns them into one that is.

use std::collections::HashSet;

use super::cells::number;
use super::checks::is_rdm;
use super::header::pattern;
use super::named::Table;
use crate::problem::Problem;

/// Last rows that sum up the others.
const SUMMARIES: [&str; 14] = [
    "mean",
    "average",
    "avg",
    "total",
    "sum",
    "std",
    "sd",
    "sem",
    "median",
    "min",
    "max",
    "var",
    "variance",
    "grand total",
];

/// The name of a file without its folders, for Python that runs beside it.
fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// `, sep=";"` for what is not a comma.
fn separator(table: &Table) -> &'static str {
    match table.sheet.lines.separator {
        _ if table.sheet.lines.is_spaced => ", sep=r\"\\s+\"",
        b';' => ", sep=\";\"",
        b'\t' => ", sep=\"\\t\"",
        b'|' => ", sep=\"|\"",
        _ => "",
    }
}

/// Refuses names of rows with spaces that are not quoted, beside numbers that spaces separate, as R writes them.
///
/// # Errors
/// A [`Problem`] with what to save instead.
pub fn refuse_spaced_names(table: &Table) -> Result<(), Problem> {
    if table.sheet.width != 1 || !table.is_text(0) {
        return Ok(());
    }
    let heads = table
        .sheet
        .first
        .first()
        .map_or(0, |cell| cell.split_whitespace().count());
    let rows = table
        .sheet
        .text(&[0], 1)?
        .into_iter()
        .next()
        .unwrap_or_default();
    let is_row = |row: &String| {
        let words: Vec<&str> = row.split_whitespace().collect();
        let numbers = words
            .iter()
            .rev()
            .take_while(|word| number(word).is_some())
            .count();
        numbers >= 2 && numbers + 1 >= heads && numbers + 1 < words.len()
    };
    if heads < 2 || rows.len() < 2 || !rows.iter().all(is_row) {
        return Ok(());
    }
    Err(Problem::error(
        table.path(),
        "has spaces between cells, and within the names of its rows, without quotes around these",
    )
    .expected("cells that can be told apart")
    .hint("Save it again with quotes (in R write.table with quote = TRUE), or with commas between cells (sep = \",\")"))
}

/// Refuses an RDM with a row for each pair of stimuli.
///
/// # Errors
/// A [`Problem`] with the Python that makes a square of it.
pub fn refuse_pairs(table: &Table) -> Result<(), Problem> {
    let index = table
        .index_columns()
        .iter()
        .filter(|&&column| table.counts_rows(column))
        .count();
    let Some(&[one, other, distance]) = table.columns.get(index..) else {
        return Ok(());
    };
    if !table.is_named || !is_rdm(table.path()) || table.has_text(distance) || table.rows() < 3 {
        return Ok(());
    }
    let texts = table.text(&[one, other])?;
    let [ones, others] = texts.as_slice() else {
        return Ok(());
    };
    let distinct: HashSet<&String> = ones.iter().chain(others).collect();
    let n = distinct.len();
    let pairs: HashSet<(&String, &String)> = ones.iter().zip(others).collect();
    let half = n * n.saturating_sub(1) / 2;
    let is_of_pairs = pairs.len() == table.rows()
        && [half, half + n, 2 * half, n * n].contains(&table.rows())
        && n < table.rows();
    if !is_of_pairs {
        return Ok(());
    }
    let name = file_name(table.path());
    let (a, b, d) = (table.name(one), table.name(other), table.name(distance));
    let separator = separator(table);
    Err(Problem::error(
        table.path(),
        format!("has a row for each pair of stimuli ({a}, {b} and {d})"),
    )
    .expected("a square matrix, with a row and a column for each stimulus")
    .hint(format!(
        "Make it a square matrix in Python:\n\
         import pandas as pd\n\
         pairs = pd.read_csv({name:?}{separator}, dtype={{{a:?}: str, {b:?}: str}})\n\
         ids = list(dict.fromkeys([*pairs[{a:?}], *pairs[{b:?}]]))\n\
         rdm = pd.DataFrame(0.0, index=ids, columns=ids)\n\
         for one, other, distance in zip(pairs[{a:?}], pairs[{b:?}], pairs[{d:?}]):\n    \
         rdm.loc[one, other] = rdm.loc[other, one] = distance\n\
         rdm.to_csv({name:?})"
    )))
}

/// Whether a cell holds a list: `[0.1 0.2]`, `tensor([0.1, 0.2])`.
pub fn is_list(cell: &str) -> bool {
    let inner = cell
        .trim_start_matches("tensor(")
        .trim_start_matches("array(");
    inner.starts_with('[') && inner.trim_end_matches(')').ends_with(']')
}

/// The problem of lists in cells.
pub fn lists_in_cells(table: &Table, column: usize) -> Problem {
    let name = file_name(table.path());
    let label = table.label(column);
    let separator = separator(table);
    let problem = Problem::error(
        table.path(),
        format!("{label} has a list of numbers in each cell"),
    )
    .expected("one number in a cell, and a column for each unit");
    if table.name(column).is_empty() {
        return problem.hint("Write each number of the lists into a column of its own");
    }
    let units = table.name(column);
    problem.hint(format!(
        "Write each number into a column of its own, in Python:\n\
         import numpy as np\n\
         import pandas as pd\n\
         table = pd.read_csv({name:?}{separator})\n\
         assert not table[{units:?}].str.contains(\"...\", regex=False).any(), \"numbers are missing in the lists\"\n\
         cells = table[{units:?}].str.findall(r\"[-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d+)?|nan\")\n\
         units = pd.DataFrame(np.array(cells.tolist(), dtype=float)).add_prefix(\"u\")\n\
         pd.concat([table.drop(columns={units:?}), units], axis=1).to_csv({name:?}, index=False)"
    ))
}

/// Refuses a last row that sums up the others.
///
/// # Errors
/// A [`Problem`] naming the row.
pub fn refuse_summary(table: &Table, ids: &[String]) -> Result<(), Problem> {
    let last = ids.len().saturating_sub(4);
    let is_summary = |id: &&String| SUMMARIES.contains(&id.trim().to_lowercase().as_str());
    let Some(position) = ids.iter().skip(last).position(|id| is_summary(&id)) else {
        return Ok(());
    };
    let numbered = ids.iter().filter(|id| pattern(id).contains('#')).count();
    // among words "mean" may be one of them
    if ids.len() < 3 || numbered * 3 < ids.len() * 2 {
        return Ok(());
    }
    let row = last + position;
    let id = ids.get(row).map_or("", String::as_str);
    Err(Problem::error(
        table.path(),
        format!("has a row \"{id}\" (row {}) among its stimuli", row + 1),
    )
    .expected("rows of stimuli alone")
    .hint(format!("Remove the row \"{id}\"")))
}
