//! Tables that describe stimuli, and tables of text that are of no use here.

use super::cells::is_fraction;
use super::checks::{are_unique, stem};
use super::named::Table;
use super::odd::{is_list, lists_in_cells};
use super::parts::is_label;
use crate::formats::words::{is_id_name, is_label_name, words};
use crate::formats::{Found, StimuliTable};
use crate::problem::Problem;

/// How names of files with data begin.
const DATA: [&str; 9] = [
    "activations_",
    "activation_",
    "features_",
    "fitting_",
    "rdms_",
    "rdm_",
    "responses_",
    "response_",
    "betas_",
];

/// Names of texts that come with any folder.
const DOCUMENTS: [&str; 8] = [
    "readme",
    "license",
    "licence",
    "notes",
    "changelog",
    "changes",
    "citation",
    "requirements",
];

/// Endings of files that an index lists.
const LISTED: [&str; 13] = [
    ".npy",
    ".npz",
    ".mat",
    ".h5",
    ".hdf5",
    ".nc",
    ".pt",
    ".pth",
    ".safetensors",
    ".csv",
    ".tsv",
    ".pkl",
    ".zip",
];

/// Words in a line of a list of names, on average; more is prose.
const WORDS_OF_NAMES: usize = 6;

/// Whether a file is named as data are: `activations_…`, `rdm_…`, `NETWORK__LAYER`.
pub fn is_named_like_data(path: &str) -> bool {
    let name = path
        .rsplit(['/', '\\'])
        .next()
        .unwrap_or(path)
        .to_lowercase();
    name.contains("__") || DATA.iter().any(|start| name.starts_with(start))
}

/// Whether a file is called `stimuli`.
pub fn is_stimuli_file(path: &str) -> bool {
    stem(path) == "stimuli"
}

/// What a table is to whoever reads folders, if it is no table of numbers: stimuli, or nothing.
///
/// # Errors
/// A [`Problem`] for a table `stimuli` without ids.
pub fn list(table: &Table) -> Result<Option<Found>, Problem> {
    let path = table.path();
    if is_stimuli_file(path) {
        return stimuli(table, id_column(table)?).map(Some);
    }
    if is_named_like_data(path) {
        return Ok(None);
    }
    if let Some(id_column) = table.stimulus_id()
        && describes_stimuli(table, id_column)
    {
        return stimuli(table, id_column).map(Some);
    }
    if let Some(id_column) = described(table)? {
        return stimuli(table, id_column).map(Some);
    }
    let counted = table
        .index_columns()
        .iter()
        .filter(|&&column| table.counts_rows(column))
        .count();
    match table.columns.get(counted..) {
        Some(&[only]) => list_of_one(table, only),
        _ => Ok(None),
    }
}

/// Whether a table with a column `stimulus_id` describes the stimuli: it has text beside the ids, and is no layer
/// with a column of classes.
fn describes_stimuli(table: &Table, id_column: usize) -> bool {
    let others = || {
        table
            .columns
            .iter()
            .copied()
            .filter(move |&column| column != id_column)
    };
    let texts = others().filter(|&column| table.is_text(column)).count();
    let numbers: Vec<usize> = others()
        .filter(|&column| {
            !table.has_text(column) && !is_label(table, column) && !table.counts_rows(column)
        })
        .collect();
    let has_fraction = |column: &&usize| {
        table
            .numbers(**column)
            .any(|value| value.is_finite() && value.fract() != 0.0)
    };
    let measured = numbers.iter().filter(has_fraction).count();
    let is_layer =
        (measured >= 2 && measured > texts) || (numbers.len() >= 10 && numbers.len() > 3 * texts);
    texts > 0 && !is_layer
}

/// The ids of a table that describes stimuli without a column `stimulus_id`: `filename` and text besides, in a
/// file or under a name that is about stimuli.
fn described(table: &Table) -> Result<Option<usize>, Problem> {
    let index = table.index_columns();
    let counted = |column: usize| index.contains(&column) && table.counts_rows(column);
    let mut columns = table
        .columns
        .iter()
        .copied()
        .filter(|&column| !counted(column));
    let Some(first) = columns.next() else {
        return Ok(None);
    };
    let others: Vec<usize> = columns.collect();
    let is_about = |name: &str| {
        words(name).iter().any(|word| {
            matches!(
                word.as_str(),
                "image"
                    | "images"
                    | "img"
                    | "imgs"
                    | "stim"
                    | "stims"
                    | "stimulus"
                    | "stimuli"
                    | "item"
                    | "items"
                    | "picture"
                    | "pictures"
                    | "photo"
                    | "photos"
                    | "video"
                    | "videos"
            )
        })
    };
    let name = table.name(first);
    let is_known = |column: &usize| table.is_text(*column) || is_label(table, *column);
    if !table.is_named
        || others.is_empty()
        || !is_id_name(name)
        || !(is_about(name) || is_about(&stem(table.path())))
        || !others.iter().all(is_known)
        || !others.iter().any(|&column| table.is_text(column))
    {
        return Ok(None);
    }
    let ids = table.text_of(first)?;
    let is_data = |id: &String| {
        LISTED
            .iter()
            .any(|ending| id.to_lowercase().ends_with(ending))
    };
    let has_lists = table
        .text(&others)?
        .iter()
        .any(|cells| cells.iter().any(|cell| is_list(cell)));
    let is_good = are_unique(&ids) && ids.len() > 1 && !ids.iter().any(is_data) && !has_lists;
    Ok(is_good.then_some(first))
}

/// A list of one column: names of stimuli, or classes of them.
fn list_of_one(table: &Table, column: usize) -> Result<Option<Found>, Problem> {
    let path = table.path();
    let stem = stem(path);
    let name = table.name(column);
    let named = if table.is_unnamed(column) {
        stem.as_str()
    } else {
        name
    };
    if is_label_name(named) {
        let found = format!("holds one column of classes or the like ({named}) and was left alone");
        return Ok(Some(Found::LeftAlone(
            Problem::warning(path, found)
                .expected("numbers, with a column for each unit")
                .hint("If these are activations or responses, name the file NETWORK__LAYER or responses_ROI__SUBJECT"),
        )));
    }
    let is_text = table.is_text(column);
    if !is_text && !is_id_name(named) {
        return Ok(None);
    }
    let ids = table.text_of(column)?;
    if !is_text && ids.iter().any(|id| is_fraction(id)) {
        return Ok(None);
    }
    let words: usize = ids.iter().map(|id| id.split_whitespace().count()).sum();
    let is_prose = words > WORDS_OF_NAMES * ids.len() && !is_id_name(named);
    let why = if DOCUMENTS.contains(&stem.as_str()) || is_prose {
        "holds text"
    } else if ids.len() < 2 {
        "holds a single name"
    } else if !are_unique(&ids) && !is_id_name(named) {
        "is a list in which names stand more than once"
    } else {
        // a list goes with the files of its folder
        return Ok(Some(Found::Names {
            path: path.to_owned(),
            names: ids,
        }));
    };
    let problem = Problem::warning(path, format!("{why}, no numbers, and was left alone"));
    Ok(Some(Found::LeftAlone(problem.expected(
        "numbers; or the ids of the stimuli, each once",
    ))))
}

/// The column of ids in a table of stimuli.
fn id_column(table: &Table) -> Result<usize, Problem> {
    let index = table.index_columns();
    let is_candidate = |column: &&usize| {
        let column = **column;
        is_id_name(table.name(column)) && !index.contains(&column)
    };
    let named: Vec<usize> = table.columns.iter().filter(is_candidate).copied().collect();
    let is_plain_name = |column: usize| table.name(column).eq_ignore_ascii_case("name");
    let texts = table.text(&named)?;
    let is_good = |position: usize| {
        !table.counts_rows(named[position])
            && texts.get(position).is_some_and(|ids| are_unique(ids))
    };
    let positions = || 0..named.len();
    let best = positions()
        .find(|&position| is_good(position) && !is_plain_name(named[position]))
        .or_else(|| positions().find(|&position| is_good(position)))
        .or_else(|| positions().find(|&position| !is_plain_name(named[position])))
        .or_else(|| positions().next())
        .map(|position| named[position]);
    if let Some(column) = table.stimulus_id().or(best) {
        return Ok(column);
    }
    if let Some(&column) = index.iter().find(|&&column| !table.counts_rows(column)) {
        return Ok(column);
    }
    let rest: Vec<usize> = table
        .columns
        .iter()
        .copied()
        .filter(|column| !index.contains(column))
        .collect();
    let is_label = |column: &usize| is_label(table, *column);
    for &column in rest
        .iter()
        .filter(|column| table.is_text(**column) && !is_label(column))
    {
        if are_unique(&table.text_of(column)?) {
            return Ok(column);
        }
    }
    match rest.as_slice() {
        &[only] => Ok(only),
        _ => Err(Problem::error(table.path(), "has no column of ids")
            .expected("a column stimulus_id, with a row for each stimulus")
            .hint("Name the column that holds the ids stimulus_id")),
    }
}

fn stimuli(table: &Table, id_column: usize) -> Result<Found, Problem> {
    let column = |name: &str| {
        table
            .column_named(name)
            .filter(|&column| column != id_column)
    };
    let positions = [
        Some(id_column),
        column("thumbnail"),
        column("category"),
        column("name"),
    ];
    let wanted: Vec<usize> = positions.iter().flatten().copied().collect();
    let mut texts = table.text(&wanted)?.into_iter();
    let mut next = |position: Option<usize>| position.and_then(|_| texts.next());
    Ok(Found::Stimuli(StimuliTable {
        path: table.path().to_owned(),
        ids: next(positions[0]).unwrap_or_default(),
        thumbnails: next(positions[1]),
        categories: next(positions[2]),
        names: next(positions[3]),
    }))
}

/// What becomes of columns of text among numbers: an error if the file is meant as data, else a table that is of
/// no use.
///
/// # Errors
/// A [`Problem`] naming the column, the row and the cell.
pub fn text_beside(table: &Table, texts: &[usize], numbers: usize) -> Result<Found, Problem> {
    let Some(&first) = texts.first() else {
        return Err(no_numbers(table));
    };
    if table.text_of(first)?.iter().all(|cell| is_list(cell)) {
        return Err(lists_in_cells(table, first));
    }
    let path = table.path();
    let whole = texts
        .iter()
        .filter(|&&column| table.is_text(column))
        .count();
    let is_bids = table.column_named("onset").is_some() && table.column_named("duration").is_some();
    let is_listing = || -> Result<bool, Problem> {
        let text_columns: Vec<usize> = table
            .columns
            .iter()
            .copied()
            .filter(|&column| table.is_text(column))
            .collect();
        let mut listing = false;
        for cells in table.text(&text_columns)? {
            let is_file = |cell: &&String| {
                LISTED
                    .iter()
                    .any(|ending| cell.to_lowercase().ends_with(ending))
            };
            listing |= cells.iter().filter(is_file).count() * 10 > cells.len() * 9;
        }
        Ok(listing)
    };
    let is_of_text = whole == texts.len() && (whole > 1 || whole >= numbers || is_bids);
    if is_of_text && (!is_named_like_data(path) || is_listing()?) {
        let names: Vec<String> = texts
            .iter()
            .take(3)
            .map(|&column| table.label(column))
            .collect();
        let more = if texts.len() > 3 { " and more" } else { "" };
        return Ok(Found::LeftAlone(
            Problem::warning(
                path,
                format!("is a table of text, not of numbers ({}{more}), and was left alone", names.join(", ")),
            )
            .expected("numbers, in all columns but one of ids; or a table of stimuli with a column stimulus_id"),
        ));
    }
    Err(text_among_numbers(table, first)?)
}

/// The problem of ids without numbers.
pub fn no_numbers(table: &Table) -> Problem {
    Problem::error(table.path(), "has ids but no numbers")
        .expected("one column for each unit")
        .hint("If it describes the stimuli, name it stimuli.csv")
}

fn text_among_numbers(table: &Table, column: usize) -> Result<Problem, Problem> {
    let cells = table.text_of(column)?;
    let is_text = |cell: &&String| super::cells::number(cell).is_none();
    let row = cells
        .iter()
        .position(|cell| is_text(&cell))
        .unwrap_or_default();
    let cell = cells.get(row).map_or("", String::as_str);
    let texts = cells.iter().filter(is_text).count();
    let named = table.names.iter().filter(|name| !name.is_empty()).count();
    let is_under_title = row == 0 && table.is_named && named == 1 && table.columns.len() > 2;
    let hint = if is_under_title {
        "Its first line seems to be a title, with the names of columns below: remove the title"
    } else if texts * 2 > cells.len() {
        "If it holds the ids of the stimuli, name it stimulus_id; if it holds classes, name it label; else remove it"
    } else {
        "Correct the cell, or leave it empty where the number is missing"
    };
    Ok(Problem::error(
        table.path(),
        format!(
            "{} has the text \"{cell}\" in row {}",
            table.label(column),
            row + 1
        ),
    )
    .expected("numbers, in all columns but one of ids")
    .hint(hint))
}
