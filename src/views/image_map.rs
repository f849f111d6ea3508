//! Stimuli laid out by what pooled dimensions say of them (METHOD 9).

pub mod analysis;
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
#[cfg(not(target_arch = "wasm32"))]
use crate::figures::Theme;
use crate::jobs::Kind;
use crate::link::LinkedSettings;
#[cfg(target_arch = "wasm32")]
use crate::page::App;
#[cfg(not(target_arch = "wasm32"))]
use crate::problem::Problem;
#[cfg(not(target_arch = "wasm32"))]
use crate::results::Pool;
#[cfg(not(target_arch = "wasm32"))]
use analysis::Method;
#[cfg(not(target_arch = "wasm32"))]
use figure::{StimulusMap, category_colours};
#[cfg(not(target_arch = "wasm32"))]
use table::map_csv;

/// The view.
pub struct ImageMapView;

impl View for ImageMapView {
    const NAME: &'static str = "image-map";
    const TITLE: &'static str = "Image map";
    const ABOUT: &'static str = "The images laid out by pooled dimensions: UMAP, PCA or metric MDS";
    const TABLES: &'static [&'static str] = &["image_map.csv"];
    const NEEDS: Needs = Needs::Arrays;
    const SETTINGS: Option<LinkedSettings> = Some(LinkedSettings::of::<ImageMapSettings>());
    const KINDS: &'static [Kind] = &[Kind::of_blocks::<ImageMap>()];

    #[cfg(not(target_arch = "wasm32"))]
    fn export(export: &mut Export) -> Result<(), Vec<Problem>> {
        for (pool, name) in [
            (Pool::MostUniversal, "most_universal"),
            (Pool::LeastUniversal, "least_universal"),
            (Pool::MostAligned, "most_aligned"),
        ] {
            let count = ImageMapSettings::default().count;
            let rows = export.table.pooled(pool, 0, count, |_| true);
            if rows.is_empty() {
                continue;
            }
            let seed = export.resampling.seed;
            let made =
                export.run(async |analyses| analyses.image_map(&rows, Method::Umap, seed).await)?;
            export.put(&format!("image_map_{name}.csv"), &map_csv(&made))?;
            let figure = StimulusMap {
                colours: category_colours(&made, &Theme::LIGHT).0,
                table: &made,
                has_pictures: false,
            };
            export.draw(&format!("image_map_{name}"), &figure)?;
        }
        Ok(())
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
