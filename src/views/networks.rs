//! How well networks predict each other.

mod figure;
#[cfg(target_arch = "wasm32")]
mod page;
pub mod table;

use super::{Needs, View};
#[cfg(not(target_arch = "wasm32"))]
use crate::export::Export;
#[cfg(not(target_arch = "wasm32"))]
use crate::figures::heatmap::Heatmaps;
#[cfg(not(target_arch = "wasm32"))]
use crate::problem::Problem;

/// The view.
pub struct NetworksView;

impl View for NetworksView {
    const NAME: &'static str = "networks";
    const TITLE: &'static str = "Networks";
    const ABOUT: &'static str = "How well each network predicts each other; dimensions, effective dimensionality, share above chance. What is unticked here is out of sight everywhere";
    const TABLES: &'static [&'static str] = &["networks.csv"];
    const NEEDS: Needs = Needs::Table;

    #[cfg(not(target_arch = "wasm32"))]
    fn export(export: &mut Export) -> Result<(), Vec<Problem>> {
        let null = export.null_lines()?.map(|null| null.universality);
        let table = &export.table;
        let summaries = table.network_summaries(null);
        export.put("networks.csv", &table::networks_csv(table, &summaries))?;
        let all: Vec<usize> = (0..table.networks.len()).collect();
        let figure = Heatmaps::of_networks(table, &table.network_matrix(), &all);
        export.draw("networks", &figure)
    }

    #[cfg(target_arch = "wasm32")]
    fn page() -> leptos::prelude::AnyView {
        page::page()
    }
}
