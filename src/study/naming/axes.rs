//! How the axes of an array are to be read for a role.

use crate::formats::axes::{Axis, axis_of};
use crate::formats::words::words;
use crate::study::roles::{Axes, Kind};
use crate::study::survey::{Looks, Survey, condensed_of};

/// How an array of this content is to be read for a role.
#[must_use]
pub fn axes_for(kind: Kind, survey: &Survey) -> Axes {
    match kind {
        Kind::Rdm | Kind::ModelRdm => rdm_axes(survey),
        Kind::Responses => response_axes(survey),
        _ => activation_axes(survey),
    }
}

/// What the names of axes say, where the file names them.
fn named_axes(survey: &Survey) -> Option<Vec<Axis>> {
    let names = &survey.about.axes;
    (!names.is_empty() && names.len() == survey.shape.len())
        .then(|| names.iter().map(|name| axis_of(name)).collect())
}

/// Whether values along an axis belong to the same stimulus and unit, so that one must be chosen.
#[must_use]
pub fn must_be_chosen(axis: Axis) -> bool {
    matches!(axis, Axis::Time | Axis::Repetition)
}

/// Whether a path says that matrices of a stack may be points in time.
#[must_use]
pub fn may_count_time(path: &str) -> bool {
    let timely = [
        "time",
        "times",
        "timepoint",
        "timepoints",
        "timecourse",
        "timecourses",
        "ms",
        "eeg",
        "meg",
        "ieeg",
        "ecog",
        "latency",
    ];
    path.split(['/', '\\'])
        .flat_map(words)
        .any(|word| timely.contains(&word.as_str()))
}

/// `dim_0`, as xarray calls an axis without a name.
#[must_use]
pub fn is_default_name(name: &str) -> bool {
    name.strip_prefix("dim_")
        .is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))
}

fn rdm_axes(survey: &Survey) -> Axes {
    let names = named_axes(survey).unwrap_or_default();
    if names.iter().any(|&axis| must_be_chosen(axis)) {
        return Axes::Unclear;
    }
    if let (Looks::Stack { axis, .. }, Some(name)) = (
        survey.looks,
        match survey.looks {
            Looks::Stack { axis, .. } => survey.about.axes.get(axis),
            _ => None,
        },
    ) && survey.shape.get(axis).is_some_and(|&count| count > 1)
        && axis_of(name) != Axis::Subject
        && !is_default_name(name)
    {
        // regions, layers, networks: anything but subjects
        return Axes::Unclear;
    }
    match (survey.looks, survey.shape.as_slice()) {
        (Looks::Stack { axis, .. }, _) => Axes::Stack(axis as u8),
        (Looks::Triangle { upper: true }, _) => Axes::UpperTriangle,
        (Looks::Triangle { upper: false }, _) => Axes::LowerTriangle,
        (_, [rows, columns]) if rows != columns && condensed_of(*columns).is_some() => {
            Axes::CondensedStack
        }
        (_, [_, _, _, _, ..]) => Axes::Unclear,
        (_, shape) => Axes::choices(Kind::Rdm, shape)
            .first()
            .copied()
            .unwrap_or(Axes::Unclear),
    }
}

/// Responses are never pooled: places in a volume are voxels. Three axes without names may as well be
/// stimuli, voxels and time.
fn response_axes(survey: &Survey) -> Axes {
    let names = named_axes(survey);
    let is_space = |axes: &[Axis]| {
        axes.iter()
            .skip(1)
            .all(|axis| matches!(axis, Axis::Space | Axis::Unit | Axis::Other))
    };
    match (names, survey.shape.len()) {
        (Some(names), _)
            if names
                .iter()
                .any(|&axis| must_be_chosen(axis) || axis == Axis::Subject) =>
        {
            Axes::Unclear
        }
        (_, 2) if is_turned(survey) => Axes::UnitsStimuli,
        (_, 1 | 2) => Axes::StimuliUnits,
        (Some(names), 3) if is_space(&names) && names.contains(&Axis::Space) => Axes::Volumes,
        (Some(names), 4..) if is_space(&names) => Axes::Volumes,
        (None, 4..) => Axes::Volumes,
        _ => Axes::Unclear,
    }
}

/// Units × stimuli: there are as many ids as columns, and not as many as rows.
fn is_turned(survey: &Survey) -> bool {
    let ids = survey.ids.as_ref().map(Vec::len);
    matches!(survey.shape.as_slice(), [rows, columns] if rows != columns && ids == Some(*columns))
}

fn activation_axes(survey: &Survey) -> Axes {
    if is_turned(survey) {
        return Axes::UnitsStimuli;
    }
    let names = named_axes(survey).unwrap_or_default();
    if names
        .iter()
        .any(|&axis| must_be_chosen(axis) || axis == Axis::Subject)
    {
        return Axes::Unclear;
    }
    // an axis of another name may be anything: copies of a network, layers, views
    let is_named = survey.about.axes.iter().any(|name| !is_default_name(name));
    if is_named && survey.shape.len() > 2 && names.iter().skip(1).any(|&axis| axis == Axis::Other) {
        return Axes::Unclear;
    }
    match (names.as_slice(), survey.shape.as_slice()) {
        ([_, Axis::Unit, ..], [_, _, _]) | ([_, Axis::Space, Axis::Unit, _], _) => Axes::Unclear,
        ([_, Axis::Unit, ..], [_, _, _, _]) => Axes::ChannelsFirst,
        ([_, _, _, Axis::Unit], [_, _, _, _]) => Axes::ChannelsLast,
        // a feature map is square: its two equal axes are the space
        (_, [_, a, b, c]) if a == b && b != c => Axes::ChannelsLast,
        (_, [_, _, _, _, _, ..]) => Axes::Unclear,
        (_, shape) => Axes::choices(Kind::Activations, shape)
            .first()
            .copied()
            .unwrap_or(Axes::Unclear),
    }
}
