//! The paper's simulation: universal dimensions need not be those of brains (METHOD 10).

pub mod analysis;
#[cfg(not(target_arch = "wasm32"))]
mod export;
pub mod figure;
#[cfg(target_arch = "wasm32")]
mod page;
mod settings;
pub mod table;

use analysis::Simulation;

use super::{Needs, View};
#[cfg(not(target_arch = "wasm32"))]
use crate::export::Export;
use crate::jobs::TaskKind;
use crate::link::LinkedSettings;
#[cfg(target_arch = "wasm32")]
use crate::page::App;
#[cfg(not(target_arch = "wasm32"))]
use crate::problem::Problem;

/// The view.
pub struct SimulationView;

impl View for SimulationView {
    const NAME: &'static str = "simulation";
    const TITLE: &'static str = "Simulation";
    const ABOUT: &'static str = "The paper's control: universal and brain-aligned can come apart";
    const TABLES: &'static [&'static str] = &["simulation.csv"];
    const NEEDS: Needs = Needs::Nothing;
    const SETTINGS: Option<LinkedSettings> = Some(LinkedSettings::of::<Simulation>());
    const KINDS: &'static [TaskKind] = &[TaskKind::of_blocks::<Simulation>()];

    #[cfg(not(target_arch = "wasm32"))]
    fn export(export: &mut Export) -> Result<(), Vec<Problem>> {
        export::write(export)
    }

    #[cfg(target_arch = "wasm32")]
    fn start(app: App) {
        page::start(app);
    }

    #[cfg(target_arch = "wasm32")]
    fn page() -> leptos::prelude::AnyView {
        page::page()
    }
}
