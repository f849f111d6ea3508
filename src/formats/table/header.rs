//! Whether the first row of a table names its columns or is one of its rows.

use super::cells::{is_integer, is_missing, is_whole, number};
use super::checks::{are_unique, columns_of, is_symmetric};
use super::sheet::Sheet;
use crate::formats::words::{is_id_name, is_label_name, words};
use crate::problem::Problem;

/// What the first row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstRow {
    /// Names of columns.
    Names,
    /// Names of columns that are all numbers: worth a notice.
    Numbers,
    /// Cells as in every other row.
    Cells,
}

/// What numbers in the first row are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Names,
    Cells,
    Unclear,
}

/// Steps of names that are an axis, such as times, of the range of them.
const STEP_TOLERANCE: f64 = 1e-6;

/// Fewest columns whose increasing numbers are no accident.
const MANY: usize = 6;

/// Tells what the first row is; `has_names`: a comment before it names the columns.
///
/// # Errors
/// A [`Problem`] where it cannot be told.
pub fn first_row(sheet: &Sheet, has_names: bool) -> Result<FirstRow, Problem> {
    if sheet.is_short {
        return Ok(FirstRow::Names);
    }
    let first = &sheet.first;
    let below = sheet.rows.saturating_sub(1);
    let is_text: Vec<bool> = first.iter().map(|cell| number(cell).is_none()).collect();
    if below == 0 {
        let is_named =
            first.iter().any(|cell| is_id_name(cell)) || is_text.iter().skip(1).any(|&text| text);
        return Ok(if is_named {
            FirstRow::Names
        } else {
            FirstRow::Cells
        });
    }
    if is_labelled(sheet)? {
        return Ok(FirstRow::Names);
    }
    let is_text_below = |column: usize| {
        sheet
            .texts
            .get(column)
            .is_some_and(|&texts| texts * 2 > below)
    };
    let numbers: Vec<usize> = (0..sheet.width)
        .filter(|&column| !is_text[column] && !is_missing(&first[column]) && !is_text_below(column))
        .collect();
    let are_whole = numbers.iter().all(|&column| is_whole(&first[column]));
    let is_over_numbers = (0..sheet.width).any(|column| is_text[column] && !is_text_below(column));
    let names_or_cells = |is_names: bool| {
        if is_names {
            FirstRow::Names
        } else {
            FirstRow::Cells
        }
    };

    if !is_over_numbers && !has_names {
        for column in (0..sheet.width).filter(|&column| is_text[column] && is_text_below(column)) {
            if is_spelled_alike(sheet, column)? {
                return Ok(FirstRow::Cells);
            }
        }
    }
    let has_id_name = (0..sheet.width).any(|column| {
        // one word such as "object" may be the id of a stimulus
        let is_sure = !is_text_below(column) || is_surely_id_name(&first[column]) || are_whole;
        is_text[column] && is_id_name(&first[column]) && is_sure
    });
    if has_id_name {
        return Ok(FirstRow::Names);
    }
    if is_over_numbers {
        if numbers.is_empty() {
            return Ok(FirstRow::Names);
        }
        if !are_whole {
            // text among numbers, unless the numbers are times, say
            return Ok(names_or_cells(is_axis(sheet, &numbers)));
        }
        let counted: Vec<&str> = numbers
            .iter()
            .map(|&column| first[column].as_str())
            .collect();
        let is_names = counts(&counted) || numeric_names(sheet, &numbers)? == Verdict::Names;
        return if is_names {
            Ok(FirstRow::Names)
        } else {
            Err(unclear(sheet))
        };
    }
    if is_text.contains(&true) {
        if numbers.is_empty() {
            let is_name = |cell: &str| {
                is_id_name(cell) || is_label_name(cell) || cell.eq_ignore_ascii_case("name")
            };
            return Ok(names_or_cells(
                sheet.width > 1 || first.iter().any(|cell| is_name(cell)),
            ));
        }
        if has_names {
            return Ok(FirstRow::Cells);
        }
        return match numeric_names(sheet, &numbers)? {
            Verdict::Names => Ok(FirstRow::Names),
            Verdict::Cells => Ok(FirstRow::Cells),
            Verdict::Unclear => Err(unclear(sheet)),
        };
    }
    if has_names || numbers.is_empty() {
        return Ok(FirstRow::Cells);
    }
    // nothing stands over an index
    let leads_empty = first.first().is_some_and(String::is_empty) && is_complete(sheet, 0);
    if leads_empty && sheet.width > 1 {
        let given: Vec<&str> = numbers
            .iter()
            .map(|&column| first[column].as_str())
            .collect();
        let are_names = are_whole && numbers.len() + 1 == sheet.width && are_unique(&given);
        return Ok(names_or_cells(are_names || is_axis(sheet, &numbers)));
    }
    if numbers.len() < sheet.width {
        return Ok(FirstRow::Cells);
    }
    match numeric_names(sheet, &numbers)? {
        Verdict::Names => Ok(FirstRow::Numbers),
        Verdict::Cells => Ok(FirstRow::Cells),
        Verdict::Unclear => Err(unclear(sheet)),
    }
}

/// Whether a table is a square whose first row has the labels of its first column, whatever these are: numbers
/// with or without fractions, dates, or text.
fn is_labelled(sheet: &Sheet) -> Result<bool, Problem> {
    let below = sheet.rows.saturating_sub(1);
    let Some((corner, names)) = sheet.first.split_first() else {
        return Ok(false);
    };
    // without labels a symmetric matrix has the same numbers in its first row and its first column: then
    // nothing stands on its diagonal, if nothing stands in its corner
    let is_filled = sheet
        .values
        .get(sheet.width + 1)
        .is_some_and(|value| !value.is_nan());
    let is_corner = corner.is_empty() || number(corner).is_none();
    if names.len() != below || below < 2 || !is_corner || !is_filled {
        return Ok(false);
    }
    let rows = sheet.text(&[0], 1)?.into_iter().next().unwrap_or_default();
    Ok(are_unique(&rows) && columns_of(&rows, names).is_some())
}

/// Whether the first cell of a column is written as those below it, with another number: `img_00` over
/// `img_01`, `a/b.jpg` over `a/c.jpg`. Then it is one of them, and no name.
fn is_spelled_alike(sheet: &Sheet, column: usize) -> Result<bool, Problem> {
    let Some(first) = sheet.first.get(column) else {
        return Ok(false);
    };
    let below = sheet
        .text(&[column], 1)?
        .into_iter()
        .next()
        .unwrap_or_default();
    let spelled = pattern(first);
    let ending = ending_of(first);
    if !spelled.contains('#') && ending.is_none() {
        return Ok(false);
    }
    let is_alike = |cell: &&String| {
        (spelled.contains('#') && pattern(cell) == spelled)
            || (ending.is_some() && ending_of(cell) == ending)
    };
    let alike = below.iter().filter(is_alike).count();
    Ok(alike * 2 > below.len() && !below.contains(first))
}

/// The ending of what looks like a file: `jpg`.
fn ending_of(cell: &str) -> Option<String> {
    let (stem, ending) = cell.rsplit_once('.')?;
    let is_ending = (2..=4).contains(&ending.len())
        && ending.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && ending.bytes().any(|byte| byte.is_ascii_alphabetic());
    (is_ending && !stem.is_empty()).then(|| ending.to_ascii_lowercase())
}

/// A name with `#` for each number in it.
pub fn pattern(name: &str) -> String {
    let mut made = String::with_capacity(name.len());
    for c in name.chars() {
        match c {
            _ if !c.is_ascii_digit() => made.push(c),
            _ if !made.ends_with('#') => made.push('#'),
            _ => {}
        }
    }
    made
}

/// Whether a name can hardly be that of a stimulus.
fn is_surely_id_name(name: &str) -> bool {
    let words = words(name);
    let known = [
        "id",
        "ids",
        "stimulus",
        "stimuli",
        "stim",
        "filename",
        "filenames",
        "file",
        "files",
        "index",
    ];
    // `car-key` may be a stimulus, `image_key` is none
    let are_all = words.len() > 1 && words.iter().all(|word| is_id_name(word));
    are_all
        || words
            .last()
            .is_some_and(|word| known.contains(&word.as_str()))
}

/// Whether a column has no missing value below the first row; text counts as a value.
fn is_complete(sheet: &Sheet, column: usize) -> bool {
    let values = sheet
        .values
        .chunks_exact(sheet.width.max(1))
        .skip(1)
        .map(|row| row[column]);
    let numbers = values.filter(|value| !value.is_nan()).count();
    numbers + sheet.texts.get(column).copied().unwrap_or_default() + 1 == sheet.rows
}

/// Whether numbers count from 0 or 1.
fn counts(cells: &[&str]) -> bool {
    let from = |start: usize| {
        cells
            .iter()
            .zip(start..)
            .all(|(cell, number)| *cell == number.to_string())
    };
    !cells.is_empty() && (from(0) || from(1))
}

fn increases(numbers: &[f64]) -> bool {
    numbers
        .windows(2)
        .all(|pair| matches!(pair, [a, b] if a < b))
}

/// Whether the first row steps evenly along an axis, as times do, and no other row goes up like it.
fn is_axis(sheet: &Sheet, columns: &[usize]) -> bool {
    let mut rows = sheet.values.chunks_exact(sheet.width.max(1));
    let pick = |row: &[f64]| -> Vec<f64> { columns.iter().map(|&column| row[column]).collect() };
    let Some(first) = rows.next().map(pick) else {
        return false;
    };
    let (Some(start), Some(end)) = (first.first(), first.last()) else {
        return false;
    };
    let range = end - start;
    let step = range / (first.len().max(2) - 1) as f64;
    let is_even = first.iter().enumerate().all(|(index, value)| {
        (value - start - step * index as f64).abs() <= STEP_TOLERANCE * range
    });
    let others = rows.len();
    first.len() >= 3
        && increases(&first)
        && is_even
        && others >= 2
        && (first.len() >= MANY || others >= MANY)
        && !rows.any(|row| increases(&pick(row)))
}

/// What stands below the numbers of the first row.
#[derive(Debug, Default)]
struct Below {
    cells: usize,
    /// Written as integers, and zeros among these.
    integers: usize,
    zeros: usize,
    /// Integers that are written with a point: 1.0.
    dotted: usize,
    /// Most digits behind a point.
    decimals: usize,
    /// Rows of different integers, as the first is.
    alike: usize,
    /// Rows that go up from cell to cell.
    increasing: usize,
    largest: f64,
}

fn look_below(sheet: &Sheet, columns: &[usize]) -> Result<Below, Problem> {
    let mut seen = Below {
        largest: f64::NEG_INFINITY,
        ..Below::default()
    };
    sheet.each_row(1, |_, record| {
        let cells = || columns.iter().map(|&column| record.cell(column));
        let mut are_whole = true;
        for cell in cells() {
            let value = number(cell).unwrap_or(f64::NAN);
            are_whole &= is_whole(cell);
            if value.is_nan() {
                continue;
            }
            seen.cells += 1;
            seen.largest = seen.largest.max(value);
            if is_integer(cell) {
                seen.integers += 1;
                seen.zeros += usize::from(value == 0.0);
            } else if value.fract() == 0.0 {
                seen.dotted += 1;
            }
            let decimals = cell
                .split_once(['.', ','])
                .map_or(0, |(_, decimals)| decimals.len());
            seen.decimals = seen.decimals.max(decimals);
        }
        if are_whole {
            let cells: Vec<&str> = cells().collect();
            let values: Vec<f64> = cells.iter().filter_map(|cell| cell.parse().ok()).collect();
            seen.alike += usize::from(are_unique(&cells));
            seen.increasing += usize::from(increases(&values));
        }
        Ok(())
    })?;
    Ok(seen)
}

/// Whether numbers in the first row are names, as pandas writes over columns that are numbered.
fn numeric_names(sheet: &Sheet, columns: &[usize]) -> Result<Verdict, Problem> {
    let first: Vec<&str> = columns
        .iter()
        .map(|&column| sheet.first[column].as_str())
        .collect();
    let wide = columns.len();
    let below = sheet.rows.saturating_sub(1);
    let width = sheet.width;
    let matrix_from = |from: usize| {
        let at = |row: usize, column: usize| sheet.values[(row + from) * width + columns[column]];
        is_symmetric(wide, at)
    };
    if !first.iter().all(|cell| is_whole(cell)) {
        let is_named = wide >= MANY && sheet.rows != wide && is_axis(sheet, columns);
        return Ok(if is_named {
            Verdict::Names
        } else {
            Verdict::Cells
        });
    }
    if !are_unique(&first) || (sheet.rows == wide && matrix_from(0)) {
        return Ok(Verdict::Cells);
    }
    let is_count = counts(&first) && wide >= 3;
    if (below == wide && matrix_from(1)) || (is_count && sheet.rows != wide) {
        return Ok(Verdict::Names);
    }
    let values: Vec<f64> = first.iter().filter_map(|cell| cell.parse().ok()).collect();
    let seen = look_below(sheet, columns)?;
    let fractions = seen.cells - seen.integers;
    if fractions > 0 && seen.integers == 0 {
        let are_far = values.iter().all(|&value| value > 1.0) && seen.decimals >= 5;
        let is_sure = wide >= 3 || seen.dotted > 0 || are_far;
        return Ok(if is_sure {
            Verdict::Names
        } else {
            Verdict::Unclear
        });
    }
    if fractions * 2 > seen.cells - seen.zeros && wide >= 3 {
        return Ok(match (seen.alike, wide >= MANY) {
            (0, _) => Verdict::Names,
            (_, true) => Verdict::Unclear,
            _ => Verdict::Cells,
        });
    }
    if below >= 2 && wide >= MANY && increases(&values) && seen.increasing == 0 {
        return Ok(Verdict::Names);
    }
    if fractions == 0 && seen.cells > 0 {
        let smallest = values.iter().copied().fold(f64::INFINITY, f64::min);
        let is_apart = below >= 3 && wide >= 3 && smallest > seen.largest;
        let is_alone = below >= 4 && wide >= 10 && seen.alike == 0;
        if is_apart || is_alone {
            return Ok(Verdict::Unclear);
        }
    }
    Ok(Verdict::Cells)
}

fn unclear(sheet: &Sheet) -> Problem {
    Problem::error(
        sheet.path,
        format!(
            "its first row, {}, may be names of columns or numbers",
            beginning(&sheet.first)
        ),
    )
    .expected("names of columns that are no numbers, or no names")
    .hint(
        "Name the columns by text (u17 instead of 17), or save the numbers without names over them",
    )
}

/// `17, 4, 230, ...`: the first cells of a row.
pub fn beginning(cells: &[String]) -> String {
    let some: Vec<&str> = cells.iter().take(3).map(String::as_str).collect();
    let more = if cells.len() > some.len() {
        ", ..."
    } else {
        ""
    };
    some.join(", ") + more
}
