//! Stimuli laid out by what pooled dimensions say of them (METHOD 9).

pub mod analysis;
#[cfg(not(target_arch = "wasm32"))]
mod export;
pub mod figure;
#[cfg(target_arch = "wasm32")]
mod page;
pub mod settings;
pub mod table;

use analysis::ImageMap;
use settings::ImageMapSettings;

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
pub struct ImageMapView;

impl View for ImageMapView {
    const NAME: &'static str = "image-map";
    const TITLE: &'static str = "Image map";
    const ABOUT: &'static str = "The images laid out by pooled dimensions: UMAP, PCA or metric MDS";
    const TABLES: &'static [&'static str] = &["image_map.csv"];
    const NEEDS: Needs = Needs::Arrays;
    const SETTINGS: Option<LinkedSettings> = Some(LinkedSettings::of::<ImageMapSettings>());
    const KINDS: &'static [TaskKind] = &[TaskKind::of_blocks::<ImageMap>()];

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
