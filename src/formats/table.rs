//! CSV, TSV and text: numbers with or without names over columns and ids beside rows, or a table of
//! stimuli.
//!
//! A table is read in steps, each a file: `lines` leaves out comments, `separator` finds what separates cells, `sheet` reads
//! every cell as a number, `header` tells whether the first row is names, `named` puts names and columns
//! together, `condensed` knows half a matrix in one column, `parts` tells ids from units, `square` knows matrices whose rows and columns are the same
//! stimuli, `lists` knows tables that are no numbers.

mod cells;
mod checks;
mod commas;
mod companions;
mod condensed;
mod header;
mod lines;
mod lists;
mod named;
mod odd;
mod parts;
mod rows;
mod scored;
mod separator;
mod sheet;
mod square;
#[cfg(test)]
mod tests;

use super::decode::{Element, Values};
use super::{About, Found, NamedArray, extension, text};
use crate::problem::Problem;
use lines::Lines;
use named::Table;
use parts::{Ids, parts};
use sheet::Sheet;

/// Reads a table.
///
/// # Errors
/// A [`Problem`] naming the row for rows of uneven length, text among numbers, what cannot be told, or more
/// rows than a study can have.
pub fn read(path: &str, bytes: &[u8]) -> Result<Vec<Found>, Problem> {
    if let Some(problem) = companions::known(path) {
        return Ok(vec![Found::LeftAlone(problem)]);
    }
    let text = text::decode(path, bytes)?;
    let sheet = match Sheet::read(path, Lines::of(&text)) {
        Err(_) if is_prose(path, &text) => {
            return Ok(vec![Found::LeftAlone(
                Problem::warning(path, "is text, no table of numbers, and was left alone")
                    .expected("rows of as many cells each"),
            )]);
        }
        sheet => sheet?,
    };
    let mut table = Table::of(sheet)?;
    let found = found(&mut table)?;
    let notices = std::mem::take(&mut table.sheet.notices);
    Ok(found
        .into_iter()
        .chain(notices.into_iter().map(Found::LeftAlone))
        .collect())
}

/// Whether a text that is no table is not meant as one: few of its words are numbers.
fn is_prose(path: &str, text: &str) -> bool {
    let words = || {
        text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';'))
            .filter(|word| !word.is_empty())
    };
    let numbers = words()
        .take(1000)
        .filter(|word| word.parse::<f64>().is_ok())
        .count();
    extension(path) == "txt"
        && !lists::is_named_like_data(path)
        && numbers * 4 < words().take(1000).count()
}

/// What a table is.
fn found(table: &mut Table) -> Result<Option<Found>, Problem> {
    if table.is_named
        && let Some(scores) = scored::scores(table)?
    {
        return Ok(Some(Found::Scores(scores)));
    }
    odd::refuse_spaced_names(table)?;
    odd::refuse_pairs(table)?;
    if let Some(list) = lists::list(table)? {
        if let Found::Stimuli(stimuli) = &list
            && !lists::is_stimuli_file(table.path())
            && table.stimulus_id().is_none()
        {
            let found = format!(
                "was taken as a table of stimuli, with the ids {}",
                header::beginning(&stimuli.ids)
            );
            table
                .sheet
                .notices
                .push(Problem::notice(table.path(), found));
        }
        return Ok(Some(list));
    }
    let square = square::parts(table)?;
    let is_square = square.is_some();
    let made = match square {
        Some(made) => made,
        None => parts(table)?,
    };
    if !is_square && let Some(column) = parts::units_as_rows(table) {
        return Err(Problem::error(
            table.path(),
            format!(
                "has a row for each unit, as its column {} says",
                table.name(column)
            ),
        )
        .expected("a row for each stimulus and a column for each unit")
        .hint("Transpose it"));
    }
    if !is_square && let Some(array) = condensed::array(table, &made)? {
        return Ok(Some(Found::Array(array)));
    }
    let is_of_labels = made.units.is_empty() && !made.notices.is_empty();
    table.sheet.notices.extend(made.notices);
    let texts: Vec<usize> = made
        .units
        .iter()
        .copied()
        .filter(|&column| table.has_text(column))
        .collect();
    let numbers = made.units.len() - texts.len();
    if is_of_labels && !lists::is_named_like_data(table.path()) {
        return Ok(Some(Found::LeftAlone(
            Problem::warning(table.path(), "holds no units and was left alone")
                .expected("numbers, with a column for each unit")
                .hint("If it describes the stimuli, name it stimuli.csv"),
        )));
    }
    if !texts.is_empty() || numbers == 0 {
        return lists::text_beside(table, &texts, numbers).map(Some);
    }
    if !is_square {
        // beside R's short header a number may have been cut into a name and a unit
        let is_cut = table.sheet.is_short && table.sheet.width == 2;
        let numbers = if is_cut { &table.columns } else { &made.units };
        table.sheet.refuse_split_decimals(numbers, table.from)?;
    }
    table.sheet.settle_commas(&made.units, table.from)?;
    Ok(Some(Found::Array(array(table, &made.units, made.ids))))
}

fn array(table: &mut Table, units: &[usize], ids: Option<Ids>) -> NamedArray {
    let (rows, width) = (table.rows(), table.sheet.width);
    let mut values = std::mem::take(&mut table.sheet.values);
    let start = table.from * width;
    if units.is_sorted() {
        // in place: where a number goes is never behind where it comes from
        for row in 0..rows {
            for (index, column) in units.iter().enumerate() {
                values[row * units.len() + index] = values[start + row * width + column];
            }
        }
        values.truncate(rows * units.len());
    } else {
        let all = std::mem::take(&mut values);
        let cells =
            (0..rows).flat_map(|row| units.iter().map(move |column| start + row * width + column));
        values = cells.map(|index| all[index]).collect();
    }
    let mut about = About::default();
    let ids = ids.map(|ids| {
        about.ids_from = ids.from;
        about.is_counted = ids.is_counted;
        ids.ids
    });
    if table.is_named && ids.is_none() {
        // they may be those of stimuli, which others than this file know
        about.columns = units
            .iter()
            .map(|&column| table.name(column).to_owned())
            .collect();
    }
    NamedArray {
        path: table.path().to_owned(),
        shape: vec![rows, units.len()],
        element: Element::TEXT,
        values: Values::F64(values),
        ids,
        about,
    }
}
