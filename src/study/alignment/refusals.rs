//! What is said where stimuli cannot be matched.

use std::collections::BTreeMap;

use super::Ids;
use crate::problem::{Problem, count};
use crate::stable_sort::sorted_by;
use crate::study::{Context, Entry};

pub fn of_other_length(entry: &Entry, size: usize, path: &str, names: &[String]) -> Problem {
    Problem::error(
        path,
        format!(
            "lists {}, but {} beside it has {size}",
            count(names.len(), "stimulus", "stimuli"),
            entry.survey.path
        ),
    )
    .expected("an id for each row")
    .hint("Save the ids again with an id for each row, or leave the list out")
}

pub fn of_shuffled_rows(bare: &Entry, carrier: &Entry) -> Problem {
    Problem::error(
        &carrier.survey.path,
        format!(
            "its ids are the numbers of rows in another order, and {} has no ids: its rows may be in either order",
            bare.survey.path
        ),
    )
    .expected("ids in all files, or one order of rows in all")
    .hint("Sort the rows by these numbers before saving (in pandas: frame.sort_index()), or save ids into every file")
}

pub fn in_different_orders(bare: &Entry, one: &Entry, other: &Entry) -> Problem {
    Problem::error(
        &bare.survey.path,
        format!(
            "has no stimulus ids, and the files that have them list their stimuli in different orders ({} and {})",
            with_source(one),
            with_source(other)
        ),
    )
    .expected("ids in all files, or one order")
    .hint("Add a stimuli.csv whose column stimulus_id lists the stimuli in the order of the rows of this file, or save it with ids")
}

/// `nets.npz/conv1, by image_ids beside it`: an array and where its ids come from.
fn with_source(entry: &Entry) -> String {
    match entry.survey.about.ids_from.as_str() {
        "" => entry.survey.path.clone(),
        from => format!("{}, by {from}", entry.survey.path),
    }
}

/// Ids that are not as many as the stimuli of their array: they are those of another axis, or its axes are
/// others than they are taken for.
pub fn other_axis(entry: &Entry, size: usize, ids: &[String]) -> Problem {
    let sizes: Vec<String> = entry.survey.shape.iter().map(usize::to_string).collect();
    Problem::error(
        &entry.survey.path,
        format!(
            "has {} and the shape {}, taken as {}, with {}",
            count(ids.len(), "stimulus id", "stimulus ids"),
            sizes.join(" × "),
            entry.role.axes.label(),
            count(size, "stimulus", "stimuli")
        ),
    )
    .expected("an id for each stimulus")
    .hint("Choose its axes in the files table, or save it with its stimuli along the first axis")
}

/// Two lists of one folder, either of which could name the rows of an array.
pub fn contradict(entry: &Entry, first: &str, other: &str) -> Problem {
    Problem::error(
        other,
        format!(
            "lists other stimuli than {first}, or the same in another order, and nothing says which of the two names the rows of {}",
            entry.survey.path
        ),
    )
    .expected("one list of stimuli for all files of a folder")
    .hint("Leave out the one that is wrong, put each into the folder of the files that it is of, or name the right one as \"stimuli\" in a study.json")
}

/// `92 stimuli in a.npy and 3 more, 118 stimuli in rdm.npy`: both sides, largest group first.
fn list_sizes(used: &[&Entry], sizes: &[usize]) -> Vec<(usize, String, String)> {
    let mut groups: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    for (entry, &size) in used.iter().zip(sizes) {
        groups.entry(size).or_default().push(&entry.survey.path);
    }
    let groups: Vec<(usize, Vec<&str>)> = groups.into_iter().collect();
    sorted_by(groups, |a, b| b.1.len().cmp(&a.1.len()))
        .into_iter()
        .map(|(size, files)| {
            let first = files[0].to_owned();
            (
                size,
                format!(
                    "{} in {}",
                    count(size, "stimulus", "stimuli"),
                    some_of(&files)
                ),
                first,
            )
        })
        .collect()
}

pub fn some_of(files: &[&str]) -> String {
    match files {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [one, other] => format!("{one} and {other}"),
        [one, rest @ ..] => format!("{one} and {} more files", rest.len()),
    }
}

pub fn counts_differ(used: &[&Entry], sizes: &[usize]) -> Problem {
    let groups = list_sizes(used, sizes);
    let (_, majority, _) = &groups[0];
    let others: Vec<&str> = groups[1..]
        .iter()
        .map(|(_, text, _)| text.as_str())
        .collect();
    Problem::error(&groups[1].2, format!("the numbers of stimuli differ: {}", others.join(", ")))
        .expected(format!("the same stimuli in every file, as the {majority}"))
        .hint("Leave out the files of other stimuli, or give all files ids (a column stimulus_id) so that the common ones can be found")
}

pub fn mixed(used: &[&Entry], sizes: &[usize], ids: &[Ids], context: &Context) -> Problem {
    let side = |has: bool| -> Vec<&str> {
        used.iter()
            .zip(ids)
            .filter(|(_, ids)| ids.get().is_some() == has)
            .map(|(entry, _)| entry.survey.path.as_str())
            .collect()
    };
    let (with, without) = (side(true), side(false));
    let bare = (0..used.len())
        .find(|&i| ids[i].get().is_none())
        .unwrap_or(0);
    let hint = match context.tables().first() {
        Some(table) => format!(
            "{} lists {}, {} has {}: correct the one that is wrong, or leave the files out",
            table.path,
            count(table.ids.len(), "stimulus", "stimuli"),
            used[bare].survey.path,
            sizes[bare],
        ),
        None => {
            "Add a stimuli.csv whose column stimulus_id lists the stimuli in the order of the rows"
                .into()
        }
    };
    Problem::error(
        without.first().copied().unwrap_or_default(),
        format!(
            "some files have stimulus ids ({}) and some have none ({})",
            some_of(&with),
            some_of(&without)
        ),
    )
    .expected("ids in all files or in none")
    .hint(hint)
}

pub fn strangers(entry: &Entry, list: &[String], reference: &[String]) -> Problem {
    let example = list.first().map(String::as_str).unwrap_or_default();
    let theirs = reference.first().map(String::as_str).unwrap_or_default();
    Problem::error(
        &entry.survey.path,
        format!(
            "its stimuli are others than those of the files before it: its first is \"{example}\""
        ),
    )
    .expected(format!("ids that other files have too, like \"{theirs}\""))
    .hint("Leave the file out, or give its stimuli the ids that the other files use")
}
