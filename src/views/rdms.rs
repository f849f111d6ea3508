//! RDMs of a layer, of the same cut down, and of a brain, side by side.

mod analysis;
#[cfg(not(target_arch = "wasm32"))]
mod export;
pub mod figure;
#[cfg(target_arch = "wasm32")]
mod page;
pub mod settings;
pub mod table;

use analysis::ReducedRdmOf;
use settings::RdmSettings;

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
pub struct RdmsView;

impl View for RdmsView {
    const NAME: &'static str = "rdms";
    const TITLE: &'static str = "RDMs";
    const ABOUT: &'static str =
        "A layer, the same reduced to its most universal dimensions, and a brain, side by side";
    const TABLES: &'static [&'static str] = &["rdms.csv"];
    const NEEDS: Needs = Needs::Arrays;
    const SETTINGS: Option<LinkedSettings> = Some(LinkedSettings::of::<RdmSettings>());
    const KINDS: &'static [TaskKind] = &[TaskKind::of_blocks::<ReducedRdmOf>()];

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
