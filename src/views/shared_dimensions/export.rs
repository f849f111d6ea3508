//! The tables and figures of shared dimensions.

use super::csv::TABLES;
use super::figure::{SharedBars, SharedEnds};
use super::table::SharedNetwork;
use crate::export::Export;
use crate::figures::heatmap::Heatmaps;
use crate::problem::{Problem, Severity};

/// Computes and writes them.
///
/// # Errors
/// The [`Problem`]s of an analysis that stopped or of a file that cannot be written.
pub fn write(export: &Export) -> Result<(), Vec<Problem>> {
    let made = export.run(async |analyses| analyses.shared_dimensions().await)?;
    let table = match made {
        Ok(table) => table,
        // the other files of the study stand
        Err(refused) => {
            export.tell(&Problem {
                severity: Severity::Notice,
                ..refused
            });
            return Ok(());
        }
    };
    for notice in &table.notices {
        export.tell(notice);
    }
    for (name, csv) in TABLES {
        export.put(name, &csv(&table))?;
    }
    let bars = SharedBars {
        table: &table,
        chosen: None,
    };
    export.draw("shared_dimensions", &bars)?;
    let networks: Vec<&SharedNetwork> = table.networks.iter().collect();
    let figure = Heatmaps::of_shared_networks(&table, &networks);
    export.draw("shared_networks", &figure)?;
    export.draw("shared_ends", &SharedEnds { table: &table })
}
