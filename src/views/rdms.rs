//! RDMs of a layer, of the same cut down, and of a brain, side by side.

mod analysis;
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
#[cfg(not(target_arch = "wasm32"))]
use crate::export::file_name;
#[cfg(not(target_arch = "wasm32"))]
use crate::figures::heatmap::Heatmaps;
use crate::jobs::Kind;
use crate::link::LinkedSettings;
#[cfg(target_arch = "wasm32")]
use crate::page::App;
#[cfg(not(target_arch = "wasm32"))]
use crate::problem::Problem;
#[cfg(not(target_arch = "wasm32"))]
use crate::results::Pool;
#[cfg(not(target_arch = "wasm32"))]
use figure::RdmColours;
#[cfg(not(target_arch = "wasm32"))]
use table::rdms_csv;

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
    const KINDS: &'static [Kind] = &[Kind::of_blocks::<ReducedRdmOf>()];

    #[cfg(not(target_arch = "wasm32"))]
    fn export(export: &mut Export) -> Result<(), Vec<Problem>> {
        // of the layer of the most universal dimension, as on the page before another is chosen
        let Some(&row) = (export.table)
            .pooled(Pool::MostUniversal, 0, 1, |_| true)
            .first()
        else {
            return Ok(());
        };
        let layer = export.table.layer[row] as usize;
        let kept = RdmSettings::default().kept;
        for roi in 0..export.table.alignment.len().max(1) {
            let made =
                export.run(async |analyses| analyses.rdms(layer, kept, roi, None, true).await)?;
            let name = match export.table.alignment.get(roi) {
                Some(region) => format!("rdms_{}", file_name(&region.roi)),
                None => "rdms".into(),
            };
            export.put(&format!("{name}.csv"), &rdms_csv(&made))?;
            export.draw(&name, &Heatmaps::of_rdms(&made, RdmColours::Ranks))?;
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
