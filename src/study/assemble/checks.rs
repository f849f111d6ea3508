//! What is wrong with a single array in its role, or worth a look.

use std::collections::BTreeSet;

use super::super::Entry;
use super::super::naming::{is_default_name, is_subject, may_count_time, must_be_chosen};
use super::super::roles::{Axes, Distance, Kind};
use super::super::survey::Looks;
use crate::formats::axes::{Axis, axis_of};
use crate::formats::{file_of, is_array_file};
use crate::problem::Problem;

/// Problems of one array, at most one of them an error.
pub fn of_entry(entry: &Entry) -> Vec<Problem> {
    let error = shape(entry)
        .or_else(|| missing_value(entry))
        .or_else(|| sentinel(entry).filter(Problem::is_error))
        .or_else(|| no_rdm(entry))
        .or_else(|| no_similarity(entry))
        .or_else(|| stack_of_one_subject(entry))
        .or_else(|| nameless(entry));
    match error {
        Some(error) => vec![error],
        None => [
            nan_diagonal(entry),
            one_triangle(entry),
            counted_as_subjects(entry),
            turned(entry),
            sentinel(entry),
            unnamed_channels(entry),
            out_of_range(entry),
        ]
        .into_iter()
        .flatten()
        .collect(),
    }
}

/// RDMs beside layers in one file, which may be the network's own.
pub fn rdms_beside_layers(entries: &[Entry]) -> Vec<Problem> {
    // members of a packed folder are files of their own
    let is_inside = |entry: &&Entry| {
        let path = &entry.survey.path;
        file_of(path) != path && !is_array_file(path)
    };
    let parent = |entry: &Entry| {
        let path = &entry.survey.path;
        path.rsplit_once('/').map(|(parent, _)| parent.to_owned())
    };
    let layers: BTreeSet<Option<String>> = entries
        .iter()
        .filter(|entry| entry.role.kind == Kind::Activations)
        .filter(is_inside)
        .map(parent)
        .collect();
    entries
        .iter()
        .filter(|entry| entry.role.kind == Kind::Rdm && !entry.settled)
        .filter(is_inside)
        .filter(|entry| layers.contains(&parent(entry)))
        .map(|entry| {
            let (roi, subject) = (&entry.role.roi, &entry.role.subject);
            Problem::warning(
                &entry.survey.path,
                format!(
                    "is taken for the RDM of a brain ({roi} of {subject}), and layers stand beside it in the same file"
                ),
            )
            .expected("RDMs of brains in files of their own")
            .hint("If it is the network's own RDM or no RDM, leave it out in the files table or by a study.json")
        })
        .collect()
}

fn is_rdm(entry: &Entry) -> bool {
    matches!(entry.role.kind, Kind::Rdm | Kind::ModelRdm)
}

fn sizes(entry: &Entry) -> String {
    let names = &entry.survey.about.axes;
    let sizes = entry.survey.shape.iter();
    if names.len() == entry.survey.shape.len() {
        let named = sizes
            .zip(names)
            .map(|(size, name)| format!("{name} ({size})"));
        return named.collect::<Vec<_>>().join(" × ");
    }
    sizes.map(usize::to_string).collect::<Vec<_>>().join(" × ")
}

fn shape(entry: &Entry) -> Option<Problem> {
    if entry.stimuli().is_some() {
        return None;
    }
    let (path, role) = (&entry.survey.path, &entry.role);
    let shape = sizes(entry);
    if role.axes != Axes::Unclear {
        return Some(
            Problem::error(
                path,
                format!("has the shape {shape}, which is not {}", role.axes.label()),
            )
            .expected(expected_shapes(role.kind))
            .hint("Choose another role for it in the files table or a study.json, or leave it out"),
        );
    }
    let extra = entry
        .survey
        .about
        .axes
        .iter()
        .find(|name| must_be_chosen(axis_of(name)))
        .or_else(|| {
            // copies of a network, layers, regions, views: one of them is an array of the study
            let mut others = entry
                .survey
                .about
                .axes
                .iter()
                .skip(usize::from(!is_rdm(entry)));
            others.find(|name| {
                matches!(axis_of(name), Axis::Other | Axis::Subject) && !is_default_name(name)
            })
        });
    let problem = Problem::error(
        path,
        match extra {
            Some(name) => format!("has the axes {shape}: several values along {name} for each stimulus"),
            None => format!(
                "has {} axes, {shape}, and nothing says which of them are stimuli, units, places or time",
                entry.survey.shape.len()
            ),
        },
    )
    .expected(expected_shapes(role.kind));
    Some(problem.hint(match (extra, is_rdm(entry)) {
        (Some(name), _) => format!(
            "Save one array for each {name}, or the mean over them if that is meant (in xarray .isel({name}=0) or .mean(\"{name}\"), in NumPy array.take(0, axis) or array.mean(axis))"
        ),
        (None, true) => "Save one stack of matrices, stimuli × stimuli, or one matrix a file: of one time point, or their mean".into(),
        (None, false) => "Pick one time point or average over time (array[:, :, 0] or array.mean(2) in NumPy) if one axis is time; flatten places into units (array.reshape(len(array), -1)); or choose its axes in the files table".into(),
    }))
}

fn expected_shapes(kind: Kind) -> &'static str {
    match kind {
        Kind::Rdm | Kind::ModelRdm => {
            "stimuli × stimuli, a stack of such matrices, or the upper triangle of one"
        }
        Kind::Responses => "stimuli × voxels, or volumes: stimuli × x × y × z",
        _ => "stimuli × units, stimuli × tokens × units, or stimuli × channels × height × width",
    }
}

fn missing_value(entry: &Entry) -> Option<Problem> {
    let bad = entry.survey.not_finite.as_ref()?;
    let position: Vec<String> = bad.position.iter().map(usize::to_string).collect();
    let what = if bad.value == "NaN" {
        "a missing value (NaN)".to_owned()
    } else {
        format!("the value {}", bad.value)
    };
    let whose = match (&entry.survey.ids, bad.position.first(), entry.role.axes) {
        (Some(ids), Some(&row), Axes::StimuliUnits) => ids
            .get(row)
            .map_or_else(String::new, |id| format!(" (stimulus {id})")),
        _ => String::new(),
    };
    let more = if bad.count > 1 {
        format!(", the first of {} such values", bad.count)
    } else {
        String::new()
    };
    let hint = match bad.position.as_slice() {
        // a square of which one row and one column are missing
        [row, _] if is_rdm(entry) => format!(
            "Find out why it is missing; then leave that stimulus (row {row}, counted from 0) out of every file, or leave this file out"
        ),
        _ => "Find out why it is missing; then save the file without that stimulus or unit, or leave the file out".to_owned(),
    };
    Some(
        Problem::error(
            &entry.survey.path,
            format!("has {what} at [{}]{whose}{more}", position.join(", ")),
        )
        .expected("finite numbers")
        .hint(hint),
    )
}

fn no_rdm(entry: &Entry) -> Option<Problem> {
    let is_matrix = matches!(entry.role.axes, Axes::Square | Axes::Stack(_));
    let looks_right = matches!(
        entry.survey.looks,
        Looks::Rdm | Looks::Similarity | Looks::Stack { .. }
    );
    if !is_matrix || looks_right {
        return None;
    }
    let found = match entry.survey.looks {
        Looks::Square { row, column } if row == column => format!(
            "its diagonal is neither zeros nor ones (see [{row}, {row}]), or all of it is zero"
        ),
        Looks::Square { row, column } => {
            format!("is not symmetric: [{row}, {column}] and [{column}, {row}] differ")
        }
        Looks::Triangle { .. } => "one of its triangles is empty".into(),
        _ => "does not hold symmetric matrices with zeros on their diagonals".into(),
    };
    Some(
        Problem::error(&entry.survey.path, found)
            .expected("an RDM: symmetric, with a diagonal of zeros")
            .hint("If it holds activations or responses, choose that role in the files table or a study.json"),
    )
}

/// Ones on the diagonal, as of similarities, around values that no similarity has.
fn no_similarity(entry: &Entry) -> Option<Problem> {
    let (low, high) = entry
        .survey
        .range
        .filter(|_| is_rdm(entry) && entry.role.similarity)?;
    let is_fine = low >= -1.0 - 1e-4 && high <= 1.0 + 1e-4;
    (!is_fine).then(|| {
        Problem::error(
            &entry.survey.path,
            format!(
                "its diagonal is one, as of similarities, but its values go from {low:.3} to {high:.3}, as of distances"
            ),
        )
        .expected("distances with zeros on the diagonal, or similarities from -1 to 1")
        .hint("Save it with zeros on the diagonal if it holds distances (numpy.fill_diagonal(rdm, 0)), or 1 - similarity if it holds similarities")
    })
}

/// Matrices of a stack that are counted as subjects; `None` for anything else.
fn stacked(entry: &Entry) -> Option<usize> {
    let count = entry.role.axes.matrices(&entry.survey.shape)?;
    (entry.role.kind == Kind::Rdm && count > 1).then_some(count)
}

/// Several matrices that the file names after one subject, or that may be points in time.
fn stack_of_one_subject(entry: &Entry) -> Option<Problem> {
    let count = stacked(entry)?;
    let subject = entry.role.subject.as_str();
    let is_listed = subject.split(',').count() == count;
    let is_one =
        !is_listed && (is_subject(subject) || subject.ends_with(|c: char| c.is_ascii_digit()));
    let is_time = !entry.settled && !is_listed && may_count_time(&entry.survey.path);
    if !is_one && !is_time {
        return None;
    }
    let found = if is_one {
        format!("holds {count} matrices, but is named after one subject, {subject}")
    } else {
        format!("holds {count} matrices, which may be time points as well as subjects")
    };
    Some(
        Problem::error(&entry.survey.path, found)
            .expected("one matrix for one subject, or a stack with one matrix for each subject")
            .hint(format!(
                "If they are time points or repetitions, save one of them or their mean (array[0] or array.mean(0) in NumPy); if they are {count} subjects, give the names of all, separated by commas, or how they begin (sub-), as its subject in the files table or a study.json"
            )),
    )
}

fn nameless(entry: &Entry) -> Option<Problem> {
    let role = &entry.role;
    let is_nameless = match role.kind {
        Kind::Activations | Kind::Fitting => role.network.is_empty() || role.layer.is_empty(),
        Kind::ModelRdm => role.roi.is_empty(),
        _ => role.roi.is_empty() || role.subject.is_empty(),
    };
    is_nameless.then(|| {
        let wanted = match role.kind {
            Kind::Activations | Kind::Fitting => "a network and a layer",
            Kind::ModelRdm => "what to call it",
            _ => "a region and a subject",
        };
        Problem::error(&entry.survey.path, "has no name in the study")
            .expected(wanted)
            .hint("Name it in the files table or a study.json")
    })
}

fn nan_diagonal(entry: &Entry) -> Option<Problem> {
    (is_rdm(entry) && entry.survey.nan_diagonal).then(|| {
        Problem::notice(
            &entry.survey.path,
            "has NaN on its diagonal, which is taken as zero: no stimulus differs from itself",
        )
    })
}

fn one_triangle(entry: &Entry) -> Option<Problem> {
    let (filled, empty) = match entry.role.axes {
        Axes::UpperTriangle => ("above", "below"),
        Axes::LowerTriangle => ("below", "above"),
        _ => return None,
    };
    Some(Problem::notice(
        &entry.survey.path,
        format!(
            "has numbers {filled} its diagonal alone: the empty triangle {empty} the diagonal is taken as their mirror image"
        ),
    ))
}

/// A number that programs write where a value is missing: an error where no other is of a tenth of its size.
fn sentinel(entry: &Entry) -> Option<Problem> {
    let found = entry.survey.sentinel.as_ref()?;
    let position: Vec<String> = found.value.position.iter().map(usize::to_string).collect();
    let value = &found.value.value;
    let more = if found.value.count > 1 {
        format!(", the first of {}", found.value.count)
    } else {
        String::new()
    };
    let at = format!("holds {value} at [{}]{more}", position.join(", "));
    let path = &entry.survey.path;
    let problem = if found.is_certain {
        Problem::error(
            path,
            format!(
                "{at}, more than ten times as large as all its other numbers: it stands for a missing value"
            ),
        )
    } else {
        Problem::warning(
            path,
            format!(
                "{at}, far from all its other numbers: it may stand for a missing value, and is used as a number"
            ),
        )
    };
    Some(
        problem
            .expected("numbers that were measured")
            .hint("Save the file without that stimulus or unit"),
    )
}

/// Feature maps whose sizes do not tell which axis is that of channels.
fn unnamed_channels(entry: &Entry) -> Option<Problem> {
    let survey = &entry.survey;
    let &[_, a, b, c] = survey.shape.as_slice() else {
        return None;
    };
    let is_guess = !entry.settled && survey.about.axes.is_empty();
    let is_clear = a == b || b == c || a == c;
    let taken = match entry.role.axes {
        Axes::ChannelsFirst => "second",
        Axes::ChannelsLast => "last",
        _ => return None,
    };
    (is_guess && !is_clear).then(|| {
        Problem::warning(
            &survey.path,
            format!(
                "has the shape {}, and no two of its axes are equal: the {taken} is taken for channels ({})",
                sizes(entry),
                entry.role.axes.label()
            ),
        )
        .hint("If another axis is that of channels, choose its axes in the files table, or save it as stimuli × channels × height × width")
    })
}

/// Units × stimuli, which nobody said.
fn turned(entry: &Entry) -> Option<Problem> {
    let is_guess = !entry.settled && entry.role.axes == Axes::UnitsStimuli;
    let &[units, stimuli] = entry.survey.shape.as_slice() else {
        return None;
    };
    is_guess.then(|| {
        let why = match entry.survey.ids {
            Some(_) => "its ids are as many as its columns".to_owned(),
            None => format!("the other files have {stimuli} stimuli"),
        };
        Problem::notice(
            &entry.survey.path,
            format!("is turned round: its {units} rows are taken as units and its {stimuli} columns as stimuli, for {why}"),
        )
        .hint("Choose its axes in the files table if that is wrong")
    })
}

/// A stack without names: likely subjects, but nothing says so.
fn counted_as_subjects(entry: &Entry) -> Option<Problem> {
    let count = stacked(entry)?;
    let says_so = entry.settled || !entry.survey.about.subjects.is_empty();
    let is_named = entry
        .survey
        .about
        .axes
        .iter()
        .any(|name| axis_of(name) == Axis::Subject);
    (!says_so && !is_named).then(|| {
        Problem::warning(
            &entry.survey.path,
            format!("holds {count} matrices, which are taken as those of {count} subjects"),
        )
        .hint("If they are time points or repetitions, save one of them or their mean instead")
    })
}

/// Values that no distance of the kind can have.
fn out_of_range(entry: &Entry) -> Option<Problem> {
    let (low, high) = entry.survey.range.filter(|_| is_rdm(entry))?;
    let (role, path) = (&entry.role, &entry.survey.path);
    if role.similarity {
        return None;
    }
    let label = role.distance.label();
    let choose = |proposed: &str| {
        format!(
            "If it is {proposed}, choose that in the files table or by \"distance\" in a study.json"
        )
    };
    if low < 0.0 && role.distance != Distance::Crossnobis {
        return Some(
            Problem::warning(
                path,
                format!("holds negative values, down to {low:.3}, which no {label} distance has"),
            )
            .expected("distances from zero on; crossnobis distances alone may be negative")
            .hint(choose("a crossnobis distance")),
        );
    }
    let is_bounded = matches!(role.distance, Distance::Correlation | Distance::Cosine);
    (is_bounded && high > 2.0 + 1e-4).then(|| {
        Problem::warning(
            path,
            format!("holds values up to {high:.3}, but a {label} distance is at most 2"),
        )
        .expected(format!(
            "values from 0 to 2, for it is taken as a {label} distance"
        ))
        .hint(choose("a Euclidean distance, or ranks"))
    })
}

/// The subjects of a stack: a list of as many names, or the beginning of each.
pub fn subjects_of(names: &str, count: usize) -> Vec<String> {
    let listed: Vec<&str> = names.split(',').map(str::trim).collect();
    if listed.len() == count {
        return listed.into_iter().map(str::to_owned).collect();
    }
    let digits = count.to_string().len().max(2);
    (1..=count)
        .map(|number| format!("{names}{number:0digits$}"))
        .collect()
}
