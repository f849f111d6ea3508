//! The paper's summary files: `score` over `neuroid`, the number of a component, with coordinates `model`
//! and `node`; `roi` as well where it is a brain's.

use super::super::contents::{Contents, Data, Variable};
use super::super::{Found, ScoreTable};
use super::left_over;

/// The table of such a file; `None` for any other.
pub fn found(contents: &Contents) -> Option<Vec<Found>> {
    let score = contents.variable("score")?;
    let text = |name: &str| contents.variable(name)?.text().map(<[String]>::to_vec);
    let (networks, layers) = (text("model")?, text("node")?);
    let Data::Numbers { values, element } = &score.data else {
        return None;
    };
    let count = values.len();
    let numbers = |name: &str| match &contents.variable(name)?.data {
        Data::Numbers { values, .. } if values.len() == count => {
            Some((0..count).map(|i| values.at(i)).collect::<Vec<f64>>())
        }
        _ => None,
    };
    let components = numbers("neuroid").or_else(|| numbers("component"))?;
    if networks.len() != count || layers.len() != count {
        return None;
    }
    let rois = text("roi").filter(|rois| rois.len() == count);
    let scores: Vec<f64> = (0..count).map(|i| values.at(i)).collect();
    let known: Vec<&Variable> = contents
        .variables
        .iter()
        .filter(|variable| ["score", "neuroid", "component"].contains(&variable.name.as_str()))
        .collect();
    let others = left_over(contents, &known, &known);
    let table = Found::Scores(ScoreTable::of_summary(
        &contents.path,
        *element,
        networks,
        layers,
        components,
        rois,
        scores,
    ));
    Some(std::iter::once(table).chain(others).collect())
}
