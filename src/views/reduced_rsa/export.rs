//! The curves of reduced networks.

use super::curves::reduced_csv;
use super::figure::ReducedFigure;
use crate::export::{Export, file_name};
use crate::problem::Problem;

/// Computes and writes them.
///
/// # Errors
/// The [`Problem`]s of an analysis that stopped or of a file that cannot be written.
pub fn write(export: &Export) -> Result<(), Vec<Problem>> {
    let resampling = export.resampling;
    let made = export.run(async |analyses| analyses.reduced_rsa(resampling).await)?;
    let networks = export.table.networks.iter();
    let names: Vec<String> = networks.map(|network| network.name.clone()).collect();
    export.put("rsa_reduced.csv", &reduced_csv(&made, &names))?;
    for (index, region) in made.regions.iter().enumerate() {
        if let Some(figure) = ReducedFigure::new(&made, index, |_| true) {
            export.draw(&format!("rsa_reduced_{}", file_name(&region.roi)), &figure)?;
        }
    }
    Ok(())
}
