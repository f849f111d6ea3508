//! Activations of other stimuli, to fit components on.

use crate::problem::{Problem, count};
use crate::study::{Entry, Network, Part};

/// Gives layers the activations of other stimuli that their components are to be fitted on, and
/// says which belong to no layer or have other units.
pub fn add_fitting(networks: &mut [Network], fitting: &[&Entry]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for entry in fitting {
        let role = &entry.role;
        let layer = networks
            .iter_mut()
            .filter(|network| network.name == role.network)
            .flat_map(|network| &mut network.layers)
            .find(|layer| layer.name == role.layer);
        let Some(layer) = layer else {
            problems.push(
                Problem::error(
                    &entry.survey.path,
                    format!(
                        "is to fit the components of {}, {}, of which there are no activations",
                        role.network, role.layer
                    ),
                )
                .expected("activations of the same layer for the stimuli that are analysed")
                .hint("Add them, correct the names in the files table or a study.json, or leave this file out"),
            );
            continue;
        };
        let stimuli = entry.stimuli().unwrap_or(0);
        layer.fitting.push(Part {
            array: entry.id,
            digest: entry.survey.digest,
            path: entry.survey.path.clone(),
            shape: entry.survey.shape.clone(),
            axes: role.axes,
            rows: (0..stimuli as u32).collect(),
        });
    }
    for layer in networks.iter().flat_map(|network| &network.layers) {
        let (Some(own), Some(other)) = (layer.parts.first(), layer.fitting.first()) else {
            continue;
        };
        let units = |parts: &[Part]| -> usize { parts.iter().map(Part::units).sum() };
        let (has, fits) = (units(&layer.parts), units(&layer.fitting));
        if has != fits || other.rows.len() < 2 {
            problems.push(
                Problem::error(
                    &other.path,
                    format!(
                        "has {} of {}",
                        count(fits, "unit", "units"),
                        count(other.rows.len(), "stimulus", "stimuli")
                    ),
                )
                .expected(format!(
                    "the {} of {}, for two stimuli or more",
                    count(has, "unit", "units"),
                    own.path
                ))
                .hint("Save both from the same layer, or leave this file out"),
            );
        }
    }
    problems
}
