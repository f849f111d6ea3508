//! What the paper's simulation gives (METHOD 10).

use super::analysis::Simulation;
use crate::blocks::{Block, Key};
use crate::engine::{Engine, Stopped};
use crate::jobs::Job;
use crate::results::csv::{score, write};
use crate::workflow::missing;

/// Scores of all features: networks x features.
#[derive(Debug, Clone, PartialEq)]
pub struct SimulationTable {
    /// The knobs.
    pub knobs: Simulation,
    /// Mean correlation of each feature with itself in other networks, in [-1, 1].
    pub universality: Vec<f64>,
    /// Mean correlation of each feature with itself in brains, in [-1, 1].
    pub alignment: Vec<f64>,
}

/// The paper's simulation (METHOD 10).
///
/// # Errors
/// [`Stopped`] when cancelled or when the job fails.
pub async fn simulate<E: Engine>(
    engine: &E,
    knobs: Simulation,
) -> Result<SimulationTable, Stopped> {
    let knobs = knobs.clamped();
    let what = Key::of(&("simulation", format!("{knobs:?}")));
    let outputs = vec![what.further(0), what.further(1)];
    let job = Job::new(&knobs, Vec::new(), outputs.clone(), 0.05);
    engine.run(vec![job], &|_| {}).await?;
    let numbers = |key| match engine.get(key) {
        Some(Block::F64(values)) => Ok(values),
        _ => Err(missing()),
    };
    let table = SimulationTable {
        knobs,
        universality: numbers(outputs[0])?,
        alignment: numbers(outputs[1])?,
    };
    for key in outputs {
        engine.discard(key);
    }
    Ok(table)
}

/// network, feature, sees, universality, alignment.
#[must_use]
pub fn simulation_csv(table: &SimulationTable) -> String {
    let header = ["network", "feature", "sees", "universality", "alignment"].map(String::from);
    let features = table.knobs.features;
    let rows = (0..table.universality.len()).map(|row| {
        let network = row / features.max(1);
        let sees = if network < table.knobs.like_brains {
            "what brains see"
        } else {
            "what other networks see"
        };
        vec![
            (network + 1).to_string(),
            (row % features.max(1) + 1).to_string(),
            sees.to_owned(),
            score(table.universality[row]),
            score(table.alignment[row]),
        ]
    });
    write(&header, rows)
}
