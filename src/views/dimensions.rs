//! Universality of every dimension against its brain alignment: the main figure, the table, and the
//! dimension that is chosen.

pub mod bootstrap;
pub mod columns;
#[cfg(not(target_arch = "wasm32"))]
mod export;
pub mod neighbours;
#[cfg(target_arch = "wasm32")]
mod page;
pub mod ranks;
pub mod relation;
pub mod settings;
pub mod single_dimension_rsa;

#[cfg(target_arch = "wasm32")]
pub use page::{Inspector, ShownSelection};

use bootstrap::Bootstrap;
use neighbours::Neighbours;
use settings::DimensionsSettings;
use single_dimension_rsa::SingleDimensionRsa;

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
pub struct DimensionsView;

impl View for DimensionsView {
    const NAME: &'static str = "dimensions";
    const TITLE: &'static str = "Dimensions";
    const ABOUT: &'static str = "Universality against alignment, or against another score on the vertical axis: dots, density, mean curves, also by depth of the layer and by rank of the component; in small multiples by model set, network, subject or region. The relation with its interval over networks and with what shuffled images give; lines of chance";
    const TABLES: &'static [&'static str] = &["dimensions.csv", "relation.csv"];
    const NEEDS: Needs = Needs::Table;
    const SETTINGS: Option<LinkedSettings> = Some(LinkedSettings::of::<DimensionsSettings>());
    const KINDS: &'static [TaskKind] = &[
        TaskKind::of_blocks::<SingleDimensionRsa>(),
        TaskKind::of_blocks::<Bootstrap>(),
        TaskKind::of_blocks::<Neighbours>(),
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
    fn controls() -> Option<leptos::prelude::AnyView> {
        Some(page::controls())
    }

    #[cfg(target_arch = "wasm32")]
    fn page() -> leptos::prelude::AnyView {
        page::page()
    }
}
