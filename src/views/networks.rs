//! How well networks predict each other.

#[cfg(not(target_arch = "wasm32"))]
mod export;
pub mod figure;
#[cfg(target_arch = "wasm32")]
mod page;
pub mod table;

use super::{Needs, View};
#[cfg(not(target_arch = "wasm32"))]
use crate::export::Export;
#[cfg(not(target_arch = "wasm32"))]
use crate::problem::Problem;

/// The view.
pub struct NetworksView;

impl View for NetworksView {
    const NAME: &'static str = "networks";
    const TITLE: &'static str = "Networks";
    const ABOUT: &'static str = "How much of each network's variance the others predict, and how much of theirs it predicts, as a scatter and as a matrix; effective dimensionality, share above chance. What is unticked here is out of sight everywhere";
    const TABLES: &'static [&'static str] = &["networks.csv", "predictability.csv"];
    const NEEDS: Needs = Needs::Table;

    #[cfg(not(target_arch = "wasm32"))]
    fn export(export: &mut Export) -> Result<(), Vec<Problem>> {
        export::write(export)
    }

    #[cfg(target_arch = "wasm32")]
    fn page() -> leptos::prelude::AnyView {
        page::page()
    }
}
