//! Arrays whose paths differ in one place alone: which of them are one layer, an array for each image.

use std::collections::{BTreeMap, BTreeSet};

use super::Known;
use crate::formats::words::{counted_word, is_id_name, is_label_name, is_of_others};
use crate::formats::{condensed_of, is_array_file, stem_of_image, without_ending};
use crate::stable_sort::sorted_by;
use crate::study::Entry;
use crate::study::naming::{is_generic, is_named_as_brain};
use crate::study::natural::natural_key;

/// Fewer arrays of one image each are no habit.
pub const FEWEST: usize = 3;

/// Arrays that make up a layer.
#[derive(Debug)]
pub struct Group {
    /// Path of the layer.
    pub path: String,
    /// For each image its name and the index of its entry, in the order of rows.
    pub members: Vec<(String, usize)>,
}

/// Why arrays are taken for one image each, the surest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Evidence {
    /// Files of one row each.
    Rows,
    /// As many as there are stimuli.
    Count,
    /// Their names count images: `img_01`.
    Names,
    /// Other files have their names as ids.
    Ids,
}

/// All but the image's name: what is before it and behind it in the path, the shape and the type.
type Alike<'a> = (Vec<&'a str>, Vec<&'a str>, &'a [usize], String);

/// Groups of arrays of one image each, no array in two of them.
pub fn groups(entries: &[Entry], known: &Known) -> Vec<Group> {
    let mut alike: BTreeMap<Alike, Vec<(&str, usize)>> = BTreeMap::new();
    for (index, entry) in entries.iter().enumerate() {
        let survey = &entry.survey;
        if entry.settled || survey.ids.is_some() || survey.about.content.is_some() {
            continue;
        }
        let parts: Vec<&str> = survey.path.split('/').collect();
        for (at, name) in parts.iter().enumerate() {
            let key = (
                parts[..at].to_vec(),
                parts[at + 1..].to_vec(),
                survey.shape.as_slice(),
                survey.element.to_string(),
            );
            alike.entry(key).or_default().push((name, index));
        }
    }
    let mut candidates: Vec<(Evidence, Group)> = alike
        .into_iter()
        .filter(|(_, members)| members.len() >= FEWEST)
        .filter_map(|((before, behind, shape, _), members)| {
            candidate(&before, &behind, shape, members, known)
        })
        .collect();
    candidates = sorted_by(candidates, |a, b| {
        (b.0, b.1.members.len()).cmp(&(a.0, a.1.members.len()))
    });
    let mut taken = BTreeSet::new();
    let mut found = Vec::new();
    for (_, mut group) in candidates {
        group.members.retain(|(_, index)| !taken.contains(index));
        if group.members.len() >= FEWEST {
            taken.extend(group.members.iter().map(|(_, index)| *index));
            found.push(group);
        }
    }
    found
}

fn candidate(
    before: &[&str],
    behind: &[&str],
    shape: &[usize],
    members: Vec<(&str, usize)>,
    known: &Known,
) -> Option<(Evidence, Group)> {
    let members = sorted_by(members, |a, b| natural_key(a.0).cmp(&natural_key(b.0)));
    let full: Vec<String> = members
        .iter()
        .map(|(name, _)| without_ending(name).to_owned())
        .collect();
    let is_distinct = full.iter().collect::<BTreeSet<_>>().len() == full.len();
    if !is_distinct || full.iter().any(|name| is_named_as_brain(name)) {
        return None;
    }
    let is_row = shape.first() == Some(&1) && shape.len() > 1;
    let is_vector = shape.iter().filter(|&&axis| axis != 1).count() <= 1;
    let length = shape.iter().product();
    // rows of the study are no images, and neither are triangles of its RDMs
    let is_layer = !is_row && shape.len() > 1 && shape.first().copied() == known.count;
    let is_triangle = is_vector && known.count.is_some() && condensed_of(length) == known.count;
    if is_layer || is_triangle {
        return None;
    }
    let cuts = cuts(&full);
    let of_ids = cuts.iter().find(|(_, ids)| known.has(ids));
    let is_file = members.iter().all(|(name, _)| is_array_file(name));
    let is_matlab = before.last().is_some_and(|file| {
        crate::formats::extension(file) == "mat" && full.iter().all(|name| !name.contains('.'))
    });
    let evidence = if of_ids.is_some() {
        Evidence::Ids
    } else if names_images(&full) {
        Evidence::Names
    } else if (is_row || is_vector)
        && known.count == Some(full.len())
        && !full.iter().any(|name| {
            is_label_name(name) || is_of_others(name) || is_id_name(name) || name.contains("__")
        })
    {
        Evidence::Count
    } else if is_row && (is_file || is_matlab) && !full.iter().any(|name| name.contains("__")) {
        Evidence::Rows
    } else {
        return None;
    };
    // images of the folder of a layer are called what they are called
    let is_in_layer = behind.is_empty()
        && before
            .last()
            .is_some_and(|folder| !is_generic(without_ending(folder)));
    let whole = cuts.first();
    let short = cuts.last().filter(|_| !is_in_layer && is_file);
    let (prefix, ids) = of_ids.or(short).or(whole)?;
    let prefix = prefix.trim_matches('_');
    let mut path: Vec<String> = before.iter().map(|part| (*part).to_owned()).collect();
    match (prefix.is_empty(), behind) {
        (true, []) if path.is_empty() => path.push("features".to_owned()),
        (true, []) => {}
        (false, []) => path.push(prefix.to_owned()),
        (true, behind) => path.extend(behind.iter().map(|part| (*part).to_owned())),
        (false, behind) => path.push(format!("{prefix}__{}", behind.join("/"))),
    }
    let ids = ids.iter().map(|id| stem_of_image(id));
    let indices = members.iter().map(|(_, index)| *index);
    Some((
        evidence,
        Group {
            path: path.join("/"),
            members: ids.zip(indices).collect(),
        },
    ))
}

/// Names cut behind what all begin with: the prefix and what is left, first the whole names, last the shortest.
/// `clip_RN50_image_01` is image `image_01` of `clip_RN50`: of a number its word is left as well.
fn cuts(names: &[String]) -> Vec<(String, Vec<String>)> {
    let tokens: Vec<Vec<&str>> = names.iter().map(|name| name.split('_').collect()).collect();
    let shortest = tokens.iter().map(Vec::len).min().unwrap_or(0);
    let Some(first) = tokens.first() else {
        return Vec::new();
    };
    let mut common = (0..shortest.saturating_sub(1))
        .take_while(|&at| tokens.iter().all(|own| own[at] == first[at]))
        .count();
    let is_number = |own: &Vec<&str>| {
        own[common..]
            .iter()
            .all(|token| token.bytes().all(|byte| byte.is_ascii_digit()))
    };
    if common > 0 && tokens.iter().all(is_number) {
        common -= 1;
    }
    (0..=common)
        .map(|cut| {
            let ids = tokens.iter().map(|own| own[cut..].join("_")).collect();
            (first[..cut].join("_"), ids)
        })
        .collect()
}

/// `img_01`, `stimulus-3`, `clip_image12`: a word for stimuli, and a number.
fn names_images(names: &[String]) -> bool {
    names
        .iter()
        .all(|name| counted_word(&stem_of_image(name)).is_some_and(is_id_name))
}
