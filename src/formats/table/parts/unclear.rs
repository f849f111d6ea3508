//! Columns of which nothing says whether they are ids: refused, for rows would be left to their order.

use super::super::cells::{is_fraction, is_whole};
use super::super::checks::are_unique;
use super::super::header::{beginning, pattern};
use super::super::named::Table;
use super::labels::is_bookkeeping;
use crate::problem::Problem;

/// Columns such as `session` and `trial` that tell the rows apart only together, and times that do: these may
/// be an index that nothing else repeats, so that leaving them out would leave rows to their order.
pub fn refuse_joint_ids(table: &Table, columns: &[usize]) -> Result<(), Problem> {
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
pub fn refuse_likely_ids(table: &Table, columns: &[usize]) -> Result<(), Problem> {
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
