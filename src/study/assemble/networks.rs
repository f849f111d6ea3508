//! Networks from their layers, and layers from the arrays that are parts of them.

use std::collections::BTreeMap;

use crate::problem::Problem;
use crate::study::naming::{guess_set, is_named_as_layer};
use crate::study::natural::{NaturalKey, natural_key};
use crate::study::roles::Kind;
use crate::study::{Context, Entry, Layer, Network, Part};

/// The networks in the order of the files, with their layers in the order of their depths and names.
pub fn networks(
    used: &[&Entry],
    parts: &[Part],
    context: &Context,
    problems: &mut Vec<Problem>,
) -> Vec<Network> {
    /// Layers by position and natural order of their names.
    type Layers<'a> = BTreeMap<(u32, Vec<NaturalKey>), (&'a str, Vec<Part>)>;
    let mut networks: Vec<(&str, Layers)> = Vec::new();
    for (entry, part) in used.iter().zip(parts) {
        if entry.role.kind != Kind::Activations {
            continue;
        }
        let name = entry.role.network.as_str();
        let index = networks
            .iter()
            .position(|(known, _)| *known == name)
            .unwrap_or_else(|| {
                networks.push((name, BTreeMap::new()));
                networks.len() - 1
            });
        let key = (
            entry.role.depth.unwrap_or(0),
            natural_key(&entry.role.layer),
        );
        let (_, parts) = networks[index]
            .1
            .entry(key)
            .or_insert((&entry.role.layer, Vec::new()));
        parts.push(part.clone());
        if parts.len() > 1 {
            problems.push(second_part(entry, parts));
        }
    }
    networks
        .into_iter()
        .map(|(name, layers)| Network {
            name: name.to_owned(),
            set: context
                .settings
                .sets
                .get(name)
                .cloned()
                .unwrap_or_else(|| guess_set(name).to_owned()),
            same_as: context.settings.same_as.get(name).cloned(),
            layers: layers
                .into_values()
                .map(|(name, parts)| Layer {
                    name: name.to_owned(),
                    parts,
                    fitting: Vec::new(),
                })
                .collect(),
        })
        .collect()
}

/// A second array of the same layer: its units are joined to those of the first where both names say outright
/// that they are of this layer, and refused where folders alone do.
fn second_part(entry: &Entry, parts: &[Part]) -> Problem {
    let role = &entry.role;
    let path = &entry.survey.path;
    let first = parts
        .first()
        .map(|part| part.path.as_str())
        .unwrap_or_default();
    let about = &entry.survey.about;
    let says_so = entry.settled || about.layer.is_some() || is_named_as_layer(&entry.survey);
    if says_so {
        return Problem::notice(
            path,
            format!(
                "is a further part of {}, {}: the units of both files are joined",
                role.network, role.layer
            ),
        )
        .hint("Give it another layer's name if it is another layer");
    }
    Problem::error(
        path,
        format!(
            "is taken for {} of {} by its folders, and so is {first}",
            role.layer, role.network
        ),
    )
    .expected("one array for each layer of a network")
    .hint("Name both NETWORK__LAYER, or give them their networks and layers in the files table or a study.json")
}
