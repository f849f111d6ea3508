//! Guesses that need to see the other files.

use std::collections::{BTreeMap, HashMap};

use super::alignment::find;
use super::lookalikes::{leave_out_backups, split_at_one_underscore};
use super::naming::{guess, is_named_as_layer};
use super::roles::{Axes, Kind};
use super::subjects::name_subjects;
use super::{Context, Entry};
use crate::formats::axes::{Axis, axis_of};
use crate::formats::file_of;
use crate::stable_sort::sort_indices;

/// Guesses that need to see the other files: activations that lie on their side are turned by the
/// number of stimuli that the others share, numbers that go with the stimuli are no layers, copies of the
/// same RDM are left out, and so is an RDM beside the responses that it was made of.
pub fn refine_guesses(entries: &mut [Entry], context: &Context) {
    leave_out_backups(entries);
    name_subjects(entries);
    split_at_one_underscore(entries);
    turn_named_columns(entries, context);
    if let Some(stimuli) = shared_count(entries.iter(), context) {
        for entry in entries.iter_mut().filter(|entry| !entry.settled) {
            drop_leading_axis(entry, stimuli);
            turn_volumes(entry, stimuli);
            leave_out_list(entry, stimuli);
        }
    }
    turn_transposed(entries, context);
    leave_out_beside_units(entries);
    leave_out_copies(entries);
    prefer_responses(entries);
}

/// A leading axis of length one before the stimuli, as torch keeps a batch.
fn drop_leading_axis(entry: &mut Entry, stimuli: usize) {
    let is_batch = matches!(entry.survey.shape.as_slice(), [1, n, _, ..] if *n == stimuli);
    if is_batch && stimuli > 1 && entry.stimuli() != Some(stimuli) {
        entry.survey.shape.remove(0);
        entry.survey.about.axes.clear();
        (entry.role, entry.reason) = guess(&entry.survey);
    }
}

/// Volumes whose last axis is the one of stimuli, as MATLAB and nibabel keep them.
fn turn_volumes(entry: &mut Entry, stimuli: usize) {
    let shape = entry.survey.shape.as_slice();
    let (first, last) = (shape.first().copied(), shape.last().copied());
    let is_turned = first != Some(stimuli) && last == Some(stimuli);
    if entry.role.axes == Axes::Volumes && is_turned && entry.survey.ids.is_none() {
        entry.role.axes = Axes::VolumesLast;
        entry.reason.push_str(&format!(
            "; its last axis is {stimuli} long, as many as the other files have stimuli, so it is taken as {}",
            Axes::VolumesLast.label()
        ));
    }
}

/// One number for each stimulus, which nothing names as a layer: classes, ratings, reaction times.
fn leave_out_list(entry: &mut Entry, stimuli: usize) {
    let is_list = entry.survey.shape.iter().filter(|&&axis| axis != 1).count() <= 1;
    let length: usize = entry.survey.shape.iter().product();
    let about = &entry.survey.about;
    let is_named =
        about.network.is_some() || about.layer.is_some() || is_named_as_layer(&entry.survey);
    if entry.role.kind == Kind::Activations && is_list && length == stimuli && !is_named {
        entry.role.kind = Kind::LeftOut;
        entry.reason =
            "it holds one number for each stimulus, and its name does not say that it is a layer"
                .into();
    }
}

/// A few numbers for each stimulus along an axis that is none of units, beside layers of the same file whose
/// axis is: positions, sizes, ratings.
fn leave_out_beside_units(entries: &mut [Entry]) {
    /// Numbers of a stimulus that are no layer by such a sign alone.
    const FEW: usize = 3;
    let is_of = |entry: &Entry, at: usize, is_it: fn(Axis) -> bool| {
        let name = entry.survey.about.axes.get(at);
        entry.role.kind == Kind::Activations && name.is_some_and(|name| is_it(axis_of(name)))
    };
    let layers: BTreeMap<String, String> = entries
        .iter()
        .filter(|entry| is_of(entry, 1, |axis| axis == Axis::Unit))
        .map(|entry| {
            let path = entry.survey.path.as_str();
            (file_of(path).to_owned(), path.to_owned())
        })
        .collect();
    for entry in entries.iter_mut().filter(|entry| !entry.settled) {
        let is_few = matches!(*entry.survey.shape.as_slice(), [_, few] if few <= FEW);
        let layer = layers.get(file_of(&entry.survey.path));
        if let Some(layer) = layer
            && is_few
            && is_of(entry, 1, |axis| axis == Axis::Other)
        {
            entry.role.kind = Kind::LeftOut;
            entry.reason = format!(
                "its axis {} of length {} is not called like units, as that of {layer} is",
                entry.survey.about.axes[1], entry.survey.shape[1]
            );
        }
    }
}

/// Tables whose header names stimuli that other files know, and whose rows are units.
fn turn_named_columns(entries: &mut [Entry], context: &Context) {
    let may_turn = |entry: &Entry| {
        let is_units = matches!(entry.role.kind, Kind::Activations | Kind::Responses);
        !entry.settled
            && is_units
            && entry.survey.ids.is_none()
            && entry.survey.about.columns.len() > 2
            && entry.role.axes == Axes::StimuliUnits
    };
    let turned: Vec<usize> = {
        let lists: Vec<&[String]> = context
            .known_ids(entries)
            .into_iter()
            .filter(|list| !is_count(list))
            .collect();
        let is_known = |columns: &[String]| {
            let mut lists = lists.iter();
            lists.any(|list| {
                list.len() >= columns.len() && find(columns, list).0.iter().all(Option::is_some)
            })
        };
        (0..entries.len())
            .filter(|&index| {
                may_turn(&entries[index]) && is_known(&entries[index].survey.about.columns)
            })
            .collect()
    };
    for index in turned {
        let entry = &mut entries[index];
        take_columns_for_ids(entry);
        entry.role.axes = Axes::UnitsStimuli;
        entry.reason.push_str(
            "; its header names stimuli that other files have, so it is taken as units × stimuli",
        );
    }
}

fn take_columns_for_ids(entry: &mut Entry) {
    let columns = std::mem::take(&mut entry.survey.about.columns);
    if !columns.is_empty() && !is_count(&columns) {
        entry.survey.ids = Some(columns);
        entry.survey.about.ids_from = "its header".to_owned();
    }
}

/// `0, 1, 2, …` or `1, 2, 3, …`, which name nothing.
fn is_count(ids: &[String]) -> bool {
    (0..2).any(|from| {
        let mut counted = ids.iter().enumerate();
        counted.all(|(index, id)| id.parse() == Ok(index + from))
    })
}

fn turn_transposed(entries: &mut [Entry], context: &Context) {
    let Some(stimuli) = shared_count(entries.iter(), context) else {
        return;
    };
    for entry in entries.iter_mut().filter(|entry| !entry.settled) {
        let [rows, columns] = *entry.survey.shape.as_slice() else {
            continue;
        };
        let is_units = matches!(entry.role.kind, Kind::Activations | Kind::Responses);
        let fits_turned = rows != stimuli && columns == stimuli && entry.survey.ids.is_none();
        if is_units && fits_turned && entry.role.axes == Axes::StimuliUnits {
            entry.role.axes = Axes::UnitsStimuli;
            take_columns_for_ids(entry);
            entry.reason.push_str(&format!(
                "; it has {columns} columns, as many as the other files have stimuli, so it is taken as units × stimuli"
            ));
        }
    }
}

/// The number of stimuli that the files agree on: of the stimuli tables, else of the RDMs, else the
/// most frequent number of rows.
pub(super) fn shared_count<'a>(
    entries: impl Iterator<Item = &'a Entry>,
    context: &Context,
) -> Option<usize> {
    let tables = context.tables();
    if let [first, others @ ..] = tables.as_slice()
        && others
            .iter()
            .all(|table| table.ids.len() == first.ids.len())
    {
        return Some(first.ids.len());
    }
    let mut votes: BTreeMap<usize, usize> = BTreeMap::new();
    let used: Vec<&Entry> = entries
        .filter(|entry| !matches!(entry.role.kind, Kind::LeftOut | Kind::Fitting))
        .collect();
    for entry in &used {
        let weight = if entry.role.kind == Kind::Rdm {
            used.len()
        } else {
            1
        };
        if let Some(stimuli) = entry.stimuli() {
            *votes.entry(stimuli).or_default() += weight;
        }
    }
    votes
        .into_iter()
        .max_by_key(|(_, votes)| *votes)
        .map(|(stimuli, _)| stimuli)
}

/// A folder often holds each subject's RDM and all of them stacked: counting both would count every
/// subject twice.
fn leave_out_copies(entries: &mut [Entry]) {
    let mut seen: BTreeMap<(String, u64), String> = BTreeMap::new();
    // single files first: they name their subject
    let mut order: Vec<usize> = (0..entries.len()).collect();
    let count = |index: usize| entries[index].survey.fingerprints.len();
    sort_indices(&mut order, |a, b| count(a).cmp(&count(b)));
    for i in order {
        let entry = &mut entries[i];
        if !matches!(
            entry.role.kind,
            Kind::Rdm | Kind::ModelRdm | Kind::Activations
        ) {
            continue;
        }
        // the same numbers are a copy of the same layer only: layers of two networks may be equal
        let salt = match entry.role.kind {
            Kind::Activations => format!("{}/{}", entry.role.network, entry.role.layer),
            _ => String::new(),
        };
        let copies: Vec<&String> = entry
            .survey
            .fingerprints
            .iter()
            .filter_map(|print| seen.get(&(salt.clone(), *print)))
            .collect();
        if copies.len() == entry.survey.fingerprints.len() && !entry.settled {
            let first = copies.first().map(|path| path.as_str()).unwrap_or_default();
            entry.reason = format!("it holds the same numbers as {first} and is left out");
            entry.role.kind = Kind::LeftOut;
            continue;
        }
        for print in &entry.survey.fingerprints {
            seen.entry((salt.clone(), *print))
                .or_insert_with(|| entry.survey.path.clone());
        }
    }
}

/// Responses hold all that an RDM made of them does, and their units besides.
fn prefer_responses(entries: &mut [Entry]) {
    let whose = |entry: &Entry| (entry.role.roi.clone(), entry.role.subject.clone());
    let with_responses: HashMap<(String, String), String> = entries
        .iter()
        .filter(|entry| entry.role.kind == Kind::Responses)
        .map(|entry| (whose(entry), entry.survey.path.clone()))
        .collect();
    for entry in entries
        .iter_mut()
        .filter(|entry| !entry.settled && entry.role.kind == Kind::Rdm)
    {
        if let Some(path) = with_responses.get(&whose(entry)) {
            entry.reason = format!(
                "{path} holds the responses of the same subject and region, which are used instead"
            );
            entry.role.kind = Kind::LeftOut;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::{About, Element, NamedArray, Values};
    use crate::study::ArrayId;
    use crate::study::survey::survey;

    fn entry(id: u64, path: &str, shape: &[usize], value: impl Fn(usize) -> f64) -> Entry {
        let length: usize = shape.iter().product();
        Entry::guessed(
            ArrayId(id),
            survey(&NamedArray {
                path: path.into(),
                shape: shape.to_vec(),
                element: Element::TEXT,
                values: Values::F64((0..length).map(value).collect()),
                ids: None,
                about: About::default(),
            }),
        )
    }

    fn rdm(seed: f64) -> impl Fn(usize) -> f64 {
        move |i| {
            let (row, column) = (i / 5 % 5, i % 5);
            if row == column {
                0.0
            } else {
                seed + (row + column) as f64
            }
        }
    }

    #[test]
    fn activations_on_their_side_are_turned() {
        let mut entries = vec![
            entry(0, "a__l.npy", &[7, 5], |i| i as f64),
            entry(1, "b__l.npy", &[5, 7], |i| i as f64),
            entry(2, "rdm_V__s.npy", &[5, 5], rdm(1.0)),
        ];
        refine_guesses(&mut entries, &Context::default());
        assert_eq!(entries[0].role.axes, Axes::UnitsStimuli);
        assert!(entries[0].reason.contains("7") || entries[0].reason.contains("5 columns"));
        assert_eq!(entries[1].role.axes, Axes::StimuliUnits);
    }

    #[test]
    fn responses_stand_for_the_rdm_made_of_them() {
        let mut entries = vec![
            entry(0, "rdm_V__1.npy", &[5, 5], rdm(1.0)),
            entry(1, "responses_V__1.npy", &[5, 9], |i| i as f64),
            entry(2, "rdm_V__2.npy", &[5, 5], rdm(2.0)),
        ];
        refine_guesses(&mut entries, &Context::default());
        let kinds: Vec<Kind> = entries.iter().map(|entry| entry.role.kind).collect();
        assert_eq!(kinds, [Kind::LeftOut, Kind::Responses, Kind::Rdm]);
        assert!(entries[0].reason.contains("responses_V__1.npy"));
    }

    #[test]
    fn a_stack_of_rdms_that_are_there_singly_is_left_out() {
        let mut entries = vec![
            entry(0, "rdms_V.npy", &[2, 5, 5], |i| {
                rdm(if i < 25 { 1.0 } else { 2.0 })(i % 25)
            }),
            entry(1, "rdm_V__1.npy", &[5, 5], rdm(1.0)),
            entry(2, "rdm_V__2.npy", &[5, 5], rdm(2.0)),
            entry(3, "rdm_V__3.npy", &[5, 5], rdm(3.0)),
        ];
        refine_guesses(&mut entries, &Context::default());
        let kinds: Vec<Kind> = entries.iter().map(|entry| entry.role.kind).collect();
        assert_eq!(kinds, [Kind::LeftOut, Kind::Rdm, Kind::Rdm, Kind::Rdm]);
        assert!(entries[0].reason.contains("rdm_V__1.npy"));
    }

    fn named(paths: &[&str], shape: &[usize]) -> Vec<Entry> {
        let entries = paths.iter().enumerate();
        let mut entries: Vec<Entry> = entries
            .map(|(id, path)| entry(id as u64, path, shape, |i| (i * 7 % 11) as f64))
            .collect();
        // numbers of their own, lest one be a copy of another
        for (at, entry) in entries.iter_mut().enumerate() {
            entry.survey.fingerprints = vec![at as u64];
        }
        refine_guesses(&mut entries, &Context::default());
        entries
    }

    #[test]
    fn names_beside_each_other_tell_subjects_layers_and_backups() {
        for (paths, expected) in [
            (
                ["brain/IT_AB.npy", "brain/IT_CD.npy"],
                ["IT of AB", "IT of CD"],
            ),
            (
                ["fmri/S1_IT.npy", "fmri/S2_IT.npy"],
                ["IT of S1", "IT of S2"],
            ),
            (["S01_IT.npy", "S02_IT.npy"], ["IT of S01", "IT of S02"]),
            // sides and regions are no subjects, and one file shows nothing
            (
                ["brain/V1_LH.npy", "brain/V1_RH.npy"],
                ["V1_LH of group", "V1_RH of group"],
            ),
            (
                ["fmri/S1_left.npy", "fmri/S2_left.npy"],
                ["S1_left of group", "S2_left of group"],
            ),
            (
                ["fmri/S1_IT.npy", "fmri/S2_V4.npy"],
                ["S1_IT of group", "S2_V4 of group"],
            ),
            (
                ["acts/vgg_conv1.npy", "acts/vgg_fc6.npy"],
                ["layer conv1 of vgg", "layer fc6 of vgg"],
            ),
            (
                ["acts/vgg_16.npy", "acts/vgg_19.npy"],
                ["layer layer of vgg_16", "layer layer of vgg_19"],
            ),
            (["a__l.npy", "a__l.npy.bak"], ["layer l of a", "left out"]),
            (
                ["a__l.npy", "b__l.npy.bak"],
                ["layer l of a", "layer l.npy.bak of b"],
            ),
            (
                ["dino/block1.npy", "dino/class.npy"],
                ["layer block1 of dino", "layer class of dino"],
            ),
        ] {
            let entries = named(&paths, &[5, 7]);
            let roles: Vec<String> = entries.iter().map(|entry| entry.role.describe()).collect();
            assert_eq!(roles, expected, "{paths:?}");
        }
        assert_eq!(
            named(&["dino/class.npy"], &[5, 1])[0].role.kind,
            Kind::LeftOut
        );
    }

    #[test]
    fn a_few_numbers_beside_units_are_no_layer() {
        let roles = |axis: &str, width: usize, first: &str| {
            let mut entries = vec![
                entry(0, "a.nc/l", &[5, 9], |i| i as f64),
                entry(1, "a.nc/position", &[5, width], |i| (i * 3 % 7) as f64),
            ];
            entries[0].survey.about.axes = ["stimulus", first].map(String::from).to_vec();
            entries[1].survey.about.axes = ["stimulus", axis].map(String::from).to_vec();
            for (at, entry) in entries.iter_mut().enumerate() {
                entry.survey.fingerprints = vec![at as u64];
            }
            refine_guesses(&mut entries, &Context::default());
            (entries[0].role.kind, entries[1].role.kind)
        };
        let layer = Kind::Activations;
        assert_eq!(roles("xy", 2, "unit"), (layer, Kind::LeftOut));
        // wide, called like units, or beside what is not
        assert_eq!(roles("xy", 4, "unit"), (layer, layer));
        assert_eq!(roles("fc_unit", 2, "unit"), (layer, layer));
        assert_eq!(roles("fc_dim", 2, "l_dim"), (layer, layer));
    }
}
