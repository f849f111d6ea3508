//! The dimensions that networks share (METHOD 11.1): orderings of the images that all of them can reproduce.

pub mod analysis;
#[cfg(any(test, target_arch = "wasm32"))]
mod categories;
mod compute;
pub mod csv;
#[cfg(not(target_arch = "wasm32"))]
mod export;
pub mod figure;
mod notices;
#[cfg(target_arch = "wasm32")]
mod page;
mod plan;
pub mod settings;
pub mod table;

use analysis::{FindShared, LoadShared, ScoreLayers, ScoreShared, ShuffleShared};
use settings::SharedSettings;

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
pub struct SharedDimensionsView;

impl View for SharedDimensionsView {
    const NAME: &'static str = "shared";
    const TITLE: &'static str = "Shared dimensions";
    const ABOUT: &'static str = "The orderings of the images that all networks can reproduce: how many there are by two kinds of chance, the images at both ends of each, which networks and layers have it, what brains say of it";
    const TABLES: &'static [&'static str] = &[
        "shared_dimensions.csv",
        "shared_scores.csv",
        "shared_networks.csv",
        "shared_layers.csv",
        "shared_loadings.csv",
        "shared_alignment.csv",
    ];
    const NEEDS: Needs = Needs::Arrays;
    const SETTINGS: Option<LinkedSettings> = Some(LinkedSettings::of::<SharedSettings>());
    const KINDS: &'static [TaskKind] = &[
        TaskKind::of_blocks::<FindShared>(),
        TaskKind::of_blocks::<ScoreShared>(),
        TaskKind::of_blocks::<ShuffleShared>(),
        TaskKind::of_blocks::<ScoreLayers>(),
        TaskKind::of_blocks::<LoadShared>(),
    ];

    #[cfg(not(target_arch = "wasm32"))]
    fn export(export: &mut Export) -> Result<(), Vec<Problem>> {
        export::write(export)
    }

    #[cfg(target_arch = "wasm32")]
    fn start(app: App) {
        page::start(app);
    }

    #[cfg(target_arch = "wasm32")]
    fn inspector() -> Option<leptos::prelude::AnyView> {
        Some(page::inspector())
    }

    #[cfg(target_arch = "wasm32")]
    fn page() -> leptos::prelude::AnyView {
        page::page()
    }
}
