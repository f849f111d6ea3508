//! Arrays with named axes as xarray writes them into netCDF: text along an axis names what lies there.

use super::super::Found;
use super::super::Values;
use super::super::contents::{Contents, Data, Variable};
use super::axes::in_order;
use super::rows::{is_array, is_ids, is_list};
use super::{About, Content, arrays_of, left_over, path_of};
use crate::problem::Problem;

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
    let (ordered, notices) = split_by_labels(ordered, &is_data);
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
    made.extend(notices);
    Some(made)
}

/// Numbers that count along an axis of their own name.
fn is_coordinate(variable: &Variable) -> bool {
    variable.axes.first() == Some(&variable.name)
}

/// Coordinates that tell layers apart, and regions.
const LAYERS: [&str; 2] = ["layer", "node"];
const REGIONS: [&str; 2] = ["roi", "region"];
const NETWORKS: [&str; 2] = ["model", "network"];

/// Puts the units of each layer, or of each region, into a variable of their own, where a coordinate of the axis of
/// units says that there are several.
fn split_by_labels(
    contents: Contents,
    is_data: &impl Fn(&Variable) -> bool,
) -> (Contents, Vec<Found>) {
    let mut notices = Vec::new();
    let mut variables = Vec::with_capacity(contents.variables.len());
    for variable in &contents.variables {
        let several = is_data(variable)
            .then(|| labels_of(&contents, variable))
            .flatten();
        let Some((what, labels)) = several else {
            variables.push(variable.clone());
            continue;
        };
        let mut names: Vec<&String> = Vec::new();
        for label in &labels {
            if !names.contains(&label) {
                names.push(label);
            }
        }
        for name in &names {
            let units: Vec<usize> = (0..labels.len())
                .filter(|&unit| labels[unit] == **name)
                .collect();
            variables.extend(columns_of(variable, &units, name));
        }
        let all: Vec<&str> = names.iter().map(|name| name.as_str()).collect();
        notices.push(Found::LeftAlone(Problem::notice(
            &path_of(&contents, variable),
            format!(
                "holds the units of {} {what} along one axis, and was split into them: {}",
                all.len(),
                all.join(", ")
            ),
        )));
    }
    let split = Contents {
        variables,
        ..contents
    };
    (split, notices)
}

/// The label of each unit of stimuli × units, where the coordinates of layers or of regions differ between units.
fn labels_of(contents: &Contents, variable: &Variable) -> Option<(&'static str, Vec<String>)> {
    let [_, units] = *variable.shape.as_slice() else {
        return None;
    };
    let axis = variable.axes.get(1)?;
    let along = |names: &[&str]| -> Option<Vec<String>> {
        let mut coordinates = contents.variables.iter();
        let found = coordinates.find(|coordinate| {
            coordinate.axes.len() == 1
                && coordinate.axes.first() == Some(axis)
                && names.contains(&coordinate.last_name())
        })?;
        let texts = found.text()?;
        let is_several = texts.windows(2).any(|pair| pair[0] != pair[1]);
        (texts.len() == units && is_several).then(|| texts.to_vec())
    };
    match (along(&NETWORKS), along(&LAYERS), along(&REGIONS)) {
        (Some(networks), Some(layers), _) => {
            let both = networks.into_iter().zip(layers);
            Some((
                "layers",
                both.map(|(network, layer)| format!("{network}__{layer}"))
                    .collect(),
            ))
        }
        (Some(networks), None, _) => Some(("networks", networks)),
        (None, Some(layers), _) => Some(("layers", layers)),
        (None, None, Some(regions)) => Some(("regions", regions)),
        (None, None, None) => None,
    }
}

/// Some columns of a variable, under its name and a label.
fn columns_of(variable: &Variable, units: &[usize], label: &str) -> Option<Variable> {
    let &[rows, width] = variable.shape.as_slice() else {
        return None;
    };
    let Data::Numbers { element, values } = &variable.data else {
        return None;
    };
    let indices = (0..rows).flat_map(|row| units.iter().map(move |unit| row * width + unit));
    Some(Variable {
        name: format!("{}[{label}]", variable.name),
        shape: vec![rows, units.len()],
        data: Data::Numbers {
            element: *element,
            values: match values {
                Values::F32(values) => {
                    Values::F32(indices.filter_map(|i| values.get(i).copied()).collect())
                }
                Values::F64(values) => {
                    Values::F64(indices.filter_map(|i| values.get(i).copied()).collect())
                }
            },
        },
        axes: variable.axes.clone(),
    })
}

/// The label that [`columns_of`] put behind a name, and the name before it.
fn label_of(name: &str) -> Option<(&str, &str)> {
    name.strip_suffix(']')?.split_once('[')
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
    let mut network = same(&NETWORKS);
    let mut layer = same(&LAYERS);
    let mut roi = same(&REGIONS);
    let mut name = variable.name.as_str();
    let has = |names: &[&str]| along(names).is_some();
    if let Some((whole, label)) = label_of(name) {
        name = whole;
        match label.split_once("__") {
            Some((of, deep)) if network.is_none() && layer.is_none() && has(&NETWORKS) => {
                network = Some(of.to_owned());
                layer = Some(deep.to_owned());
            }
            _ if network.is_none() && has(&NETWORKS) => network = Some(label.to_owned()),
            _ if layer.is_none() && has(&LAYERS) => layer = Some(label.to_owned()),
            _ if roi.is_none() && has(&REGIONS) => roi = Some(label.to_owned()),
            _ => {}
        }
    }
    // an assembly of one network is named after it
    let own = layer.is_some().then(|| name.to_owned());
    About {
        content,
        network: network.or(own),
        layer,
        roi,
        subjects,
        distance: contents.note("distance").map(str::to_owned),
        axes: variable.axes.clone(),
        ..About::default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::Element;
    use super::*;

    fn text(name: &str, texts: [&str; 4]) -> Variable {
        Variable {
            name: name.into(),
            shape: vec![4],
            data: Data::Text(texts.map(str::to_owned).to_vec()),
            axes: vec!["neuroid".into()],
        }
    }

    #[test]
    fn units_of_several_layers_or_regions_are_split() {
        let assembly = Variable {
            name: "net".into(),
            shape: vec![2, 4],
            data: Data::Numbers {
                element: Element::TEXT,
                values: Values::F64((0..8).map(f64::from).collect()),
            },
            axes: vec!["presentation".into(), "neuroid".into()],
        };
        let one = ["x"; 4];
        let two = ["b", "a", "b", "a"];
        for (coordinates, expected) in [
            (
                vec![text("layer", two)],
                "net b - [0.0, 2.0, 4.0, 6.0]; net a - [1.0, 3.0, 5.0, 7.0]",
            ),
            (
                vec![text("layer", one), text("model", one)],
                "x x - [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]",
            ),
            (
                vec![text("layer", two), text("model", one)],
                "x b - [0.0, 2.0, 4.0, 6.0]; x a - [1.0, 3.0, 5.0, 7.0]",
            ),
            (
                vec![text("layer", one), text("model", two)],
                "b x - [0.0, 2.0, 4.0, 6.0]; a x - [1.0, 3.0, 5.0, 7.0]",
            ),
            (
                vec![text("region", two)],
                "- - b [0.0, 2.0, 4.0, 6.0]; - - a [1.0, 3.0, 5.0, 7.0]",
            ),
            (
                vec![text("region", one)],
                "- - x [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]",
            ),
        ] {
            let mut contents = Contents::of("a.nc");
            contents.variables = coordinates;
            contents.variables.push(assembly.clone());
            let made = found(&contents).expect("named axes");
            let arrays = made.iter().filter_map(|found| match found {
                Found::Array(array) => Some(array),
                _ => None,
            });
            let said: Vec<String> = arrays
                .map(|array| {
                    let about = &array.about;
                    let name = |name: &Option<String>| name.clone().unwrap_or_else(|| "-".into());
                    let values: Vec<f64> = (0..array.values.len())
                        .map(|i| array.values.at(i))
                        .collect();
                    format!(
                        "{} {} {} {values:?}",
                        name(&about.network),
                        name(&about.layer),
                        name(&about.roi)
                    )
                })
                .collect();
            assert_eq!(said.join("; ").replace("- - -", "- -"), expected);
        }
    }
}
