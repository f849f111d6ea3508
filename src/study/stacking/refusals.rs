//! What is no layer by itself and cannot be put together here: rows in batches, and vectors of which nothing says
//! what they are. Each with Python that saves them as one array.

use std::collections::{BTreeMap, BTreeSet};

use super::Known;
use super::groups::{FEWEST, Group};
use crate::formats::python::{python, quoted, stem_of};
use crate::formats::words::counted_word;
use crate::formats::{extension, is_array_file, without_ending};
use crate::problem::{Problem, count};
use crate::stable_sort::sorted_by;
use crate::study::Entry;
use crate::study::naming::is_named_as_brain;
use crate::study::natural::natural_key;
use crate::study::roles::Kind;
use crate::study::survey::Looks;

/// Words for some of the rows of an array, when a number follows.
const BATCHES: [&str; 5] = ["batch", "batches", "chunk", "shard", "minibatch"];

/// `batch_0.npy`, `conv1_batch12`.
pub fn is_batch(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    counted_word(without_ending(name))
        .is_some_and(|word| BATCHES.contains(&word.to_ascii_lowercase().as_str()))
}

/// One problem for each folder or container of such arrays.
pub fn refused(entries: &[Entry], known: &Known, stacked: &[Group]) -> Vec<Problem> {
    let taken: BTreeSet<usize> = stacked
        .iter()
        .flat_map(|group| group.members.iter().map(|(_, index)| *index))
        .collect();
    let mut batches: BTreeMap<(&str, &[usize]), Vec<&Entry>> = BTreeMap::new();
    let mut vectors: BTreeMap<(&str, &[usize]), Vec<&Entry>> = BTreeMap::new();
    for (index, entry) in entries.iter().enumerate() {
        let shape = entry.survey.shape.as_slice();
        let (folder, name) = split(&entry.survey.path);
        if entry.settled || taken.contains(&index) || folder.is_empty() {
            continue;
        }
        if is_batch(name) && shape.len() > 1 && shape.first().copied() != known.count {
            let group = (folder, &shape[1..]);
            batches.entry(group).or_default().push(entry);
        }
        let is_guess = entry.role.kind == Kind::Rdm && !is_named_as_brain(without_ending(name));
        if let Looks::Condensed { stimuli } = entry.survey.looks
            && known.count.is_some_and(|count| count != stimuli)
            && is_guess
            && entry.survey.about.content.is_none()
        {
            vectors.entry((folder, shape)).or_default().push(entry);
        }
    }
    let batches = batches
        .into_values()
        .filter(|group| group.len() > 1)
        .map(of_batches);
    let vectors = vectors
        .into_values()
        .filter(|group| group.len() >= FEWEST)
        .map(|group| of_vectors(group, known));
    batches.chain(vectors).collect()
}

fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

fn of_batches(group: Vec<&Entry>) -> Problem {
    let group = in_order(group);
    let rows = |entry: &&Entry| entry.survey.shape.first().copied().unwrap_or(0);
    let all: usize = group.iter().map(rows).sum();
    let first = group
        .first()
        .copied()
        .map_or("", |entry| &entry.survey.path);
    Problem::error(
        first,
        format!(
            "and {} beside it hold the rows of one layer in batches, {} together",
            count(group.len() - 1, "array", "arrays"),
            count(all, "row", "rows")
        ),
    )
    .expected("all rows of a layer in one array")
    .hint(joined(&group, "concatenate", "Concatenate them"))
}

fn of_vectors(group: Vec<&Entry>, known: &Known) -> Problem {
    let group = in_order(group);
    let first = group.first().copied();
    let length: usize = first.map_or(0, |entry| entry.survey.shape.iter().product());
    let stimuli = known.count.map_or_else(String::new, |n| {
        format!(
            ": no upper triangle of an RDM of the {} of the other files",
            count(n, "stimulus", "stimuli")
        )
    });
    Problem::error(
        first.map_or("", |entry| &entry.survey.path),
        format!(
            "and {} beside it hold a vector of {} each{stimuli}",
            count(group.len() - 1, "array", "arrays"),
            count(length, "number", "numbers")
        ),
    )
    .expected("one array for each layer, stimuli × units")
    .hint(joined(
        &group,
        "stack",
        "If each is one image, stack them in the order of their names",
    ))
}

fn in_order(group: Vec<&Entry>) -> Vec<&Entry> {
    sorted_by(group, |a, b| {
        natural_key(&a.survey.path).cmp(&natural_key(&b.survey.path))
    })
}

/// How to save arrays as one, in Python where it is known how they are opened.
fn joined(group: &[&Entry], function: &str, what: &str) -> String {
    let Some(first) = group.first() else {
        return format!("{what} and save one array");
    };
    let (parent, name) = split(&first.survey.path);
    let parts: Vec<&str> = parent.split('/').collect();
    // NETWORK__LAYER of what is named by two folders, or by a file and a group in it
    let new = match parts.as_slice() {
        [.., network, layer] if !is_array_file(layer) => {
            format!("{}__{}", without_ending(network), without_ending(layer))
        }
        [.., only] => format!("{}__layer", stem_of(only)),
        [] => "network__layer".to_owned(),
    };
    let order = "key=lambda name: [int(part) if part.isdigit() else part for part in re.split(r\"(\\d+)\", name)]";
    let ids = match function {
        "stack" => ", stimulus_ids=[name.split(\".\")[0] for name in names]",
        _ => "",
    };
    let save = |open: &str, file: &str| {
        format!(
            "numpy.savez({}, layer=numpy.{function}([{open} for name in names]){ids})",
            quoted(file)
        )
    };
    if extension(name) == "npy" && is_array_file(name) {
        let word = name.trim_end_matches(".npy");
        let word = word.trim_end_matches(|c: char| c.is_ascii_digit());
        let pattern = match function {
            "stack" => "*.npy".to_owned(),
            _ => format!("{word}*.npy"),
        };
        return python(
            &format!("{what} by Python, in their folder, which goes out of the study then"),
            &format!(
                "import glob, numpy, re\nnames = sorted(glob.glob({}), {order})\n{}",
                quoted(&pattern),
                save("numpy.load(name)", &format!("../{new}.npz"))
            ),
        );
    }
    if extension(parent) == "npz" && is_array_file(parent) {
        let file = quoted(split(parent).1);
        return python(
            &format!("{what} by Python, and move the old file out of the folder"),
            &format!(
                "import numpy, re\nfile = numpy.load({file})\nnames = sorted(file, {order})\n{}",
                save("file[name]", &format!("{new}.npz"))
            ),
        );
    }
    format!("{what} with the program that wrote them, and save one array")
}
