//! The maps of pooled dimensions.

use super::analysis::Method;
use super::figure::{StimulusMap, category_colours};
use super::settings::ImageMapSettings;
use super::table::map_csv;
use crate::export::Export;
use crate::figures::Theme;
use crate::problem::Problem;
use crate::results::Pool;

/// Computes and writes them.
///
/// # Errors
/// The [`Problem`]s of an analysis that stopped or of a file that cannot be written.
pub fn write(export: &Export) -> Result<(), Vec<Problem>> {
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
