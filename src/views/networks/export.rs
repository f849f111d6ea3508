//! The networks' tables, scatter and matrix.

use super::figure::NetworkScatter;
use super::table::{NetworkColumn, networks_csv, predictability_csv, sorted_networks};
use crate::export::Export;
use crate::figures::Theme;
use crate::figures::colour::group_colours;
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
    export.put("predictability.csv", &predictability_csv(table))?;
    let order = sorted_networks(&summaries, NetworkColumn::PredictsOthers, true);
    let matrix = Heatmaps::of_networks(table, &table.predictability(), &order);
    export.draw("networks", &matrix)?;
    let mut sets: Vec<&String> = Vec::new();
    for network in &table.networks {
        if !sets.contains(&&network.set) {
            sets.push(&network.set);
        }
    }
    let colours = group_colours(&sets, &Theme::LIGHT);
    let scatter = NetworkScatter::new(&summaries, &order, |network| {
        let set = sets
            .iter()
            .position(|set| **set == table.networks[network].set);
        set.map_or(Theme::LIGHT.accent, |set| colours[set])
    });
    export.draw("networks_scatter", &scatter)
}
