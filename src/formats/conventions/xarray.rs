//! Arrays with named axes as xarray writes them into netCDF: text along an axis names what lies there.

use super::super::Found;
use super::super::contents::{Contents, Data, Variable};
use super::{About, Content, array, is_array, left_over};

/// Arrays of such a file; `None` for one without named axes.
pub fn found(contents: &Contents) -> Option<Vec<Found>> {
    if contents
        .variables
        .iter()
        .all(|variable| variable.axes.is_empty())
    {
        return None;
    }
    // coordinates lie along one axis; an array of one axis is one only where it is the only one
    let widest = contents
        .variables
        .iter()
        .map(|v| v.axes.len())
        .max()
        .unwrap_or(0);
    let is_data =
        |v: &&Variable| is_array(v) && (v.shape.len() > 1 || (widest == 1 && !is_coordinate(v)));
    let arrays: Vec<&Variable> = contents.variables.iter().filter(is_data).collect();
    let mut made: Vec<Found> = arrays
        .iter()
        .map(|variable| array(contents, variable, about(contents, variable)))
        .collect();
    let known: Vec<&Variable> = contents
        .variables
        .iter()
        .filter(|v| v.axes.len() == 1 || arrays.iter().any(|array| array.name == v.name))
        .collect();
    made.extend(left_over(contents, &known));
    (!arrays.is_empty()).then_some(made)
}

/// Numbers that count along an axis of their own name.
fn is_coordinate(variable: &Variable) -> bool {
    variable.axes.first() == Some(&variable.name)
}

fn about(contents: &Contents, variable: &Variable) -> About {
    let along = |names: &[&str]| -> Option<Vec<String>> {
        contents.variables.iter().find_map(|coordinate| {
            let on_it = coordinate
                .axes
                .first()
                .is_some_and(|axis| variable.axes.contains(axis));
            let named = names.contains(&coordinate.last_name());
            let texts = match &coordinate.data {
                Data::Text(texts) => texts.clone(),
                _ => return None,
            };
            (coordinate.axes.len() == 1 && on_it && named).then_some(texts)
        })
    };
    // one value for all
    let same = |names: &[&str]| -> Option<String> {
        let mut texts = along(names)?;
        texts.dedup();
        (texts.len() == 1).then(|| texts.remove(0))
    };
    let subjects = along(&["subject", "subj", "participant"]).unwrap_or_default();
    let is_square = variable.shape.len() >= 2 && {
        let n = variable.shape.len();
        variable.shape[n - 1] == variable.shape[n - 2]
    };
    let content = (is_square && !subjects.is_empty())
        .then(|| (Content::Rdm, "it has a coordinate for subjects".to_owned()));
    let layer = same(&["layer", "node"]);
    // an assembly of one network is named after it
    let own = layer.is_some().then(|| variable.name.clone());
    About {
        content,
        network: same(&["model", "network"]).or(own),
        layer,
        roi: same(&["roi", "region"]),
        subjects,
        distance: contents.note("distance").map(str::to_owned),
        ..About::default()
    }
}
