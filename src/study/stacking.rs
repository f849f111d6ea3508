//! Layers that come as a file for each image, as Net2Brain saves them: stacked into one array.

use std::collections::BTreeMap;

use super::survey::{Looks, NotFinite, Survey};
use super::{ArrayId, Collection, Entry};
use crate::formats::{About, is_array_file, without_ending};
use crate::order::sorted;
use crate::problem::{Problem, count};

/// Fewer files of one row each are no habit.
const FEWEST: usize = 3;

/// Arrays that became one: their ids in the order of its rows, and its id.
pub type Stacked = (Vec<ArrayId>, ArrayId);

impl Collection {
    /// Puts arrays of one image each, alike in shape and in the name within their files, in place of
    /// each other: one entry a layer, its rows in the order of the files' names, which become the ids.
    /// The caller puts the numbers behind one another.
    pub fn stack_images(&mut self) -> Vec<Stacked> {
        /// Folder, name within the file, shape and type of an element.
        type Alike = (String, String, Vec<usize>, String);
        let mut groups: BTreeMap<Alike, Vec<(String, usize)>> = BTreeMap::new();
        for (place, entry) in self.entries.iter().enumerate() {
            let survey = &entry.survey;
            if entry.settled
                || survey.shape.len() < 2
                || survey.shape[0] != 1
                || survey.ids.is_some()
            {
                continue;
            }
            let Some((folder, file, member)) = parts_of(&survey.path) else {
                continue;
            };
            let element = survey.element.to_string();
            let key = (folder, member, survey.shape.clone(), element);
            groups.entry(key).or_default().push((file, place));
        }
        groups.retain(|_, files| {
            *files = sorted(std::mem::take(files));
            files.dedup_by(|a, b| a.0 == b.0);
            files.len() >= FEWEST
        });
        let mut gone = Vec::new();
        let mut made = Vec::new();
        for ((folder, member, ..), files) in groups {
            let names: Vec<&str> = files.iter().map(|(file, _)| file.as_str()).collect();
            let (network, ids) = names_of(&names);
            let members: Vec<&Entry> = files
                .iter()
                .map(|&(_, place)| &self.entries[place])
                .collect();
            let survey = stacked(&members, &folder, &network, &member, ids);
            let ids: Vec<ArrayId> = members.iter().map(|entry| entry.id).collect();
            gone.extend(files.iter().map(|&(_, place)| place));
            made.push((survey, ids));
        }
        for place in sorted(gone).into_iter().rev() {
            self.entries.remove(place);
        }
        made.into_iter()
            .map(|(survey, ids)| {
                self.problems.push(Problem::notice(
                    &survey.path,
                    format!(
                        "is {} of one image each, stacked in the order of their names",
                        count(ids.len(), "array", "arrays")
                    ),
                ));
                let mut entry = Entry::guessed(self.next_id(), survey);
                entry.reason = "its files have one image each, in the order of their names".into();
                let id = entry.id;
                self.entries
                    .retain(|known| known.survey.path != entry.survey.path);
                self.entries.push(entry);
                (ids, id)
            })
            .collect()
    }
}

/// Folder, name of the file without its ending, and name within it.
fn parts_of(path: &str) -> Option<(String, String, String)> {
    let segments: Vec<&str> = path.split('/').collect();
    let place = segments
        .iter()
        .rposition(|segment| is_array_file(segment))?;
    let stem = without_ending(segments[place]);
    Some((
        segments[..place].join("/"),
        stem.to_owned(),
        segments[place + 1..].join("/"),
    ))
}

/// What all names begin with, as the network's, and what is left, as ids: `clip_RN50_image_01` is image
/// `image_01` of `clip_RN50`.
fn names_of(names: &[&str]) -> (String, Vec<String>) {
    let tokens: Vec<Vec<&str>> = names.iter().map(|name| name.split('_').collect()).collect();
    let shortest = tokens.iter().map(Vec::len).min().unwrap_or(0);
    let mut common = (0..shortest)
        .take_while(|&at| tokens.iter().all(|own| own[at] == tokens[0][at]))
        .count();
    let is_number = |own: &Vec<&str>| {
        own[common..]
            .iter()
            .all(|token| token.bytes().all(|b| b.is_ascii_digit()))
    };
    if common > 0 && tokens.iter().all(is_number) {
        common -= 1;
    }
    let ids = tokens.iter().map(|own| own[common..].join("_")).collect();
    (
        tokens
            .first()
            .map_or_else(String::new, |own| own[..common].join("_")),
        ids,
    )
}

fn stacked(
    members: &[&Entry],
    folder: &str,
    network: &str,
    layer: &str,
    ids: Vec<String>,
) -> Survey {
    let first = &members[0].survey;
    let mut shape = first.shape.clone();
    shape[0] = members.len();
    let parent = folder.rsplit('/').next().unwrap_or_default();
    let network = if network.is_empty() { parent } else { network };
    let layer = if layer.is_empty() { "features" } else { layer };
    let not_finite = members.iter().enumerate().find_map(|(row, entry)| {
        let bad = entry.survey.not_finite.as_ref()?;
        let mut place = bad.place.clone();
        place[0] = row;
        Some(NotFinite {
            place,
            ..bad.clone()
        })
    });
    let name = if network.is_empty() {
        layer.to_owned()
    } else {
        format!("{network}__{layer}")
    };
    Survey {
        path: if folder.is_empty() {
            name
        } else {
            format!("{folder}/{name}")
        },
        shape,
        element: first.element,
        ids: Some(ids),
        about: About {
            network: (!network.is_empty()).then(|| network.to_owned()),
            layer: Some(layer.to_owned()),
            ..About::default()
        },
        looks: Looks::Plain,
        not_finite,
        nan_diagonal: false,
        range: None,
        fingerprints: members
            .iter()
            .flat_map(|entry| entry.survey.fingerprints.clone())
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ReadItem, survey::survey};
    use super::*;
    use crate::formats::{Element, NamedArray, Values};

    fn add(collection: &mut Collection, path: &str, shape: &[usize]) -> ArrayId {
        let array = NamedArray {
            path: path.into(),
            shape: shape.to_vec(),
            element: Element::TEXT,
            values: Values::F32(vec![0.5; shape.iter().product()]),
            ids: None,
            about: About::default(),
        };
        collection.add(vec![ReadItem::Array(Box::new(survey(&array)))])[0]
    }

    #[test]
    fn files_of_one_image_each_become_a_layer() {
        let mut collection = Collection::default();
        let ids: Vec<ArrayId> = ["02", "10", "01"]
            .iter()
            .map(|n| {
                add(
                    &mut collection,
                    &format!("x/clip_RN50_image_{n}.npz/layer4"),
                    &[1, 8, 7, 7],
                )
            })
            .collect();
        add(&mut collection, "x/other.npy", &[3, 4]);
        add(&mut collection, "x/lonely.npz/layer4", &[1, 9]);
        let made = collection.stack_images();
        assert_eq!(made.len(), 1);
        assert_eq!(made[0].0, [ids[2], ids[0], ids[1]]);
        assert_eq!(collection.entries.len(), 3);
        let entry = collection.entries.last().expect("the stack");
        assert_eq!(
            (entry.id, &entry.survey.shape[..]),
            (made[0].1, &[3, 8, 7, 7][..])
        );
        assert_eq!(
            entry.survey.ids.as_ref().map(|ids| ids.join(" ")),
            Some("image_01 image_02 image_10".into())
        );
        assert_eq!(
            (entry.role.network.as_str(), entry.role.layer.as_str()),
            ("clip_RN50", "layer4")
        );
        // nothing is left to be stacked
        assert!(collection.stack_images().is_empty());
    }
}
