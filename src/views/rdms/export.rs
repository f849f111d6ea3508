//! The RDMs of each region.

use super::figure::RdmColours;
use super::settings::RdmSettings;
use super::table::rdms_csv;
use crate::export::{Export, file_name};
use crate::figures::heatmap::Heatmaps;
use crate::problem::Problem;
use crate::results::Pool;

/// Computes and writes them.
///
/// # Errors
/// The [`Problem`]s of an analysis that stopped or of a file that cannot be written.
pub fn write(export: &Export) -> Result<(), Vec<Problem>> {
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
