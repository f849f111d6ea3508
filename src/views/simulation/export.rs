//! The simulation's table and scatter.

use super::analysis::Simulation;
use super::table::{simulate, simulation_csv};
use crate::export::Export;
use crate::figures::scatter::Panel;
use crate::figures::{Colouring, Scatter, Theme};
use crate::problem::Problem;

/// Computes and writes them.
///
/// # Errors
/// The [`Problem`]s of an analysis that stopped or of a file that cannot be written.
pub fn write(export: &Export) -> Result<(), Vec<Problem>> {
    let made = export.wait(simulate(export.engine, Simulation::default()))?;
    export.put("simulation.csv", &simulation_csv(&made))?;
    let colouring = Colouring::of_simulation(&made, &Theme::LIGHT);
    let panel = Panel::of_simulation(&made);
    let figure = Scatter::of_simulation(&made, &panel, &colouring);
    export.draw("simulation", &figure)
}
