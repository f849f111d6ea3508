//! Arrays with named axes as xarray writes them into netCDF: text along an axis names what lies there.

use super::super::Found;
use super::super::contents::{Contents, Data, Variable};
use super::axes::in_order;
use super::rows::{is_array, is_ids, is_list};
use super::{About, Content, arrays_of, left_over, path_of};

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
    let is_data = |v: &Variable| {
        is_array(v)
            && !(is_list(v) && v.axes.len() == 1 && widest > 1)
            && (v.shape.len() > 1 || widest == 1)
            && !is_coordinate(v)
    };
    // an axis of the ids of stimuli, whatever it is called
    let by_ids: Vec<String> = contents
        .variables
        .iter()
        .filter(|v| is_ids(v))
        .filter_map(|v| v.axes.first().cloned())
        .collect();
    let ordered = Contents {
        variables: contents
            .variables
            .iter()
            .map(|v| {
                if is_data(v) {
                    in_order(v, &by_ids)
                } else {
                    v.clone()
                }
            })
            .collect(),
        ..contents.clone()
    };
    let candidates: Vec<&Variable> = ordered.variables.iter().filter(|v| is_data(v)).collect();
    if candidates.is_empty() {
        return None;
    }
    let mut made = arrays_of(&ordered, &candidates, |variable| about(&ordered, variable));
    // coordinates are taken for granted
    made.retain(|found| !matches!(found, Found::LeftAlone(_)));
    let known: Vec<&Variable> = ordered
        .variables
        .iter()
        .filter(|v| {
            v.axes.len() == 1
                || made.iter().any(|found| {
                    matches!(found, Found::Array(array) if array.path == path_of(&ordered, v))
                })
        })
        .collect();
    made.extend(left_over(&ordered, &known, &candidates));
    Some(made)
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
        axes: variable.axes.clone(),
        ..About::default()
    }
}
