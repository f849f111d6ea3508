//! A table of scores: `network`, `layer`, `component` and any numbers beside them, as this site exports it.

use super::named::Table;
use crate::formats::scores::Labels;
use crate::formats::{Element, ScoreTable};
use crate::problem::Problem;

/// The scores of a table; `None` for any other table.
///
/// # Errors
/// A [`Problem`] for what cannot be cut into cells.
pub fn scores(table: &Table) -> Result<Option<ScoreTable>, Problem> {
    let column = |wanted: [&str; 2]| wanted.into_iter().find_map(|name| table.column_named(name));
    let (Some(network), Some(layer), Some(component)) = (
        column(["network", "model"]),
        column(["layer", "node"]),
        column(["component", "neuroid"]),
    ) else {
        return Ok(None);
    };
    if table.has_text(component) {
        return Ok(None);
    }
    let set = column(["model_set", "set"]);
    // networks and layers may be numbers as well
    let labelling = [Some(network), Some(layer), Some(component), set];
    let scores: Vec<(String, Vec<f64>)> = table
        .columns
        .iter()
        .filter(|&&column| !labelling.contains(&Some(column)) && !table.has_text(column))
        // pandas' index counts the rows
        .filter(|&&column| !(table.index_columns().contains(&column) && table.counts_rows(column)))
        .map(|&column| {
            (
                table.name(column).to_owned(),
                table.numbers(column).collect(),
            )
        })
        .collect();
    if scores.is_empty() {
        return Ok(None);
    }
    let mut wanted = vec![network, layer];
    wanted.extend(set);
    let texts = table.text(&wanted)?;
    let mut labels = Labels::default();
    let rows: Vec<usize> = (0..table.rows())
        .map(|row| {
            let cell = |column: usize| {
                texts
                    .get(column)
                    .and_then(|cells| cells.get(row))
                    .map(String::as_str)
            };
            labels.layer(
                cell(0).unwrap_or_default(),
                cell(1).unwrap_or_default(),
                cell(2),
            )
        })
        .collect();
    let components = table.numbers(component).collect();
    Ok(Some(ScoreTable::new(
        table.path(),
        Element::TEXT,
        labels,
        rows,
        components,
        scores,
    )))
}
