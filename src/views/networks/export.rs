//! The networks' table and matrix.

use super::table::networks_csv;
use crate::export::Export;
use crate::figures::heatmap::Heatmaps;
use crate::problem::Problem;

/// Computes and writes them.
///
/// # Errors
/// The [`Problem`]s of an analysis that stopped or of a file that cannot be written.
pub fn write(export: &Export) -> Result<(), Vec<Problem>> {
    let null = export.null_lines()?.map(|null| null.universality);
    let table = &export.table;
    let summaries = table.network_summaries(null);
    export.put("networks.csv", &networks_csv(table, &summaries))?;
    let all: Vec<usize> = (0..table.networks.len()).collect();
    let figure = Heatmaps::of_networks(table, &table.network_matrix(), &all);
    export.draw("networks", &figure)
}
