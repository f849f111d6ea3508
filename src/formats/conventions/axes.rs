//! What the names of axes mean, and arrays put into the order in which the rest reads them: stimuli first,
//! no axes of length one.

use super::super::contents::{Data, Variable};
use super::super::decode::Values;
use super::super::words::{is_id_name, words};

/// What runs along an axis, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Axis {
    /// Stimuli, or presentations of them.
    Stimulus,
    /// Units, voxels, neurons, components, channels without space.
    Unit,
    /// Time points.
    Time,
    /// Repetitions of the same stimuli.
    Repetition,
    /// Places in an image or a brain.
    Space,
    /// Tokens or patches.
    Token,
    /// Subjects.
    Subject,
    /// Pairs of stimuli: the upper triangle of an RDM.
    Pair,
    /// Nothing that is known.
    Other,
}

/// What a name of an axis means.
#[must_use]
pub fn axis_of(name: &str) -> Axis {
    let words = words(name);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let is_one_of = |list: &[&str]| list.contains(&name.to_ascii_lowercase().as_str());
    if has(&[
        "time",
        "times",
        "timebin",
        "timebins",
        "timepoint",
        "timepoints",
        "timestep",
        "tr",
        "trs",
        "latency",
        "frame",
        "frames",
        "ms",
    ]) && !has(&["stimulus", "image"])
        || is_one_of(&["t"])
    {
        return Axis::Time;
    }
    if has(&[
        "repetition",
        "repetitions",
        "rep",
        "reps",
        "repeat",
        "repeats",
        "run",
        "runs",
        "session",
        "sessions",
    ]) {
        return Axis::Repetition;
    }
    if has(&[
        "subject",
        "subjects",
        "subj",
        "participant",
        "participants",
        "person",
        "people",
        "monkey",
        "animal",
    ]) {
        return Axis::Subject;
    }
    // `embed_dim`, but not the `dim_0` of an axis without a name
    if words
        .last()
        .is_some_and(|word| word == "dim" || word == "dims")
    {
        return Axis::Unit;
    }
    if has(&["pair", "pairs"]) {
        return Axis::Pair;
    }
    if has(&[
        "neuroid",
        "neuroids",
        "neuron",
        "neurons",
        "unit",
        "units",
        "voxel",
        "voxels",
        "vertex",
        "vertices",
        "channel",
        "channels",
        "electrode",
        "electrodes",
        "sensor",
        "sensors",
        "feature",
        "features",
        "component",
        "components",
        "grayordinate",
        "grayordinates",
        "hidden",
        "embedding",
        "activation",
    ]) || is_one_of(&["c", "d"])
    {
        return Axis::Unit;
    }
    if has(&[
        "height", "width", "row", "rows", "col", "cols", "depth", "slice", "lat", "lon",
    ]) || is_one_of(&["x", "y", "z", "h", "w", "i", "j", "k"])
    {
        return Axis::Space;
    }
    if has(&["token", "tokens", "patch", "patches", "position"]) {
        return Axis::Token;
    }
    if has(&[
        "presentation",
        "presentations",
        "trial",
        "trials",
        "sample",
        "samples",
        "observation",
        "obs",
        "batch",
    ]) || is_one_of(&["n"])
        || is_id_name(name)
    {
        return Axis::Stimulus;
    }
    Axis::Other
}

/// A variable whose axes have names, without axes of length one and with its stimuli first; as it is where
/// names do not tell. `by_coordinate`: axes along which the file names stimuli.
pub fn in_order(variable: &Variable, by_coordinate: &[String]) -> Variable {
    let mut made = variable.clone();
    if variable.axes.len() != variable.shape.len() || variable.shape.len() < 2 {
        return made;
    }
    let kept: Vec<usize> = (0..variable.shape.len())
        .filter(|&axis| variable.shape[axis] != 1)
        .collect();
    if kept.is_empty() {
        return made;
    }
    let is_stimulus = |&axis: &usize| {
        let name = &variable.axes[axis];
        axis_of(name) == Axis::Stimulus || by_coordinate.contains(name)
    };
    // two axes of stimuli are those of an RDM, whose order says nothing
    let stimuli: Vec<usize> = kept.iter().copied().filter(is_stimulus).collect();
    let mut order = kept;
    if let [first] = *stimuli.as_slice() {
        order.retain(|&axis| axis != first);
        order.insert(0, first);
    }
    let shape: Vec<usize> = order.iter().map(|&axis| variable.shape[axis]).collect();
    if let Data::Numbers { element, values } = &variable.data {
        made.data = Data::Numbers {
            element: *element,
            values: turned(values, &variable.shape, &order),
        };
    }
    made.axes = order
        .iter()
        .map(|&axis| variable.axes[axis].clone())
        .collect();
    made.shape = shape;
    made
}

/// Numbers whose axes stand in another order (all axes of more than one element in `order`).
fn turned(values: &Values, shape: &[usize], order: &[usize]) -> Values {
    let is_same = order.windows(2).all(|pair| pair[0] < pair[1]);
    if is_same {
        return values.clone();
    }
    let mut strides = vec![1_usize; shape.len()];
    for axis in (0..shape.len().saturating_sub(1)).rev() {
        strides[axis] = strides[axis + 1] * shape[axis + 1];
    }
    let sizes: Vec<usize> = order.iter().map(|&axis| shape[axis]).collect();
    let steps: Vec<usize> = order.iter().map(|&axis| strides[axis]).collect();
    let mut index = vec![0_usize; order.len()];
    let mut positions = Vec::with_capacity(values.len());
    for _ in 0..values.len() {
        positions.push(
            index
                .iter()
                .zip(&steps)
                .map(|(i, step)| i * step)
                .sum::<usize>(),
        );
        for axis in (0..index.len()).rev() {
            index[axis] += 1;
            if index[axis] < sizes[axis] {
                break;
            }
            index[axis] = 0;
        }
    }
    match values {
        Values::F32(values) => Values::F32(
            positions
                .iter()
                .filter_map(|&i| values.get(i).copied())
                .collect(),
        ),
        Values::F64(values) => Values::F64(
            positions
                .iter()
                .filter_map(|&i| values.get(i).copied())
                .collect(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::decode::Element;
    use super::*;

    fn variable(shape: &[usize], axes: &[&str]) -> Variable {
        let count: usize = shape.iter().product();
        Variable {
            name: "v".into(),
            shape: shape.to_vec(),
            axes: axes.iter().map(|&axis| axis.to_owned()).collect(),
            data: Data::Numbers {
                element: Element::TEXT,
                values: Values::F64((0..count).map(|i| i as f64).collect()),
            },
        }
    }

    #[test]
    fn names_of_axes_say_what_runs_along_them() {
        for (name, axis) in [
            ("presentation", Axis::Stimulus),
            ("image_id", Axis::Stimulus),
            ("stimulus", Axis::Stimulus),
            ("trials", Axis::Stimulus),
            ("neuroid", Axis::Unit),
            ("voxel", Axis::Unit),
            ("channel", Axis::Unit),
            ("time_bin", Axis::Time),
            ("t", Axis::Time),
            ("repetition", Axis::Repetition),
            ("subject", Axis::Subject),
            ("y", Axis::Space),
            ("dim_0", Axis::Other),
        ] {
            assert_eq!(axis_of(name), axis, "{name}");
        }
    }

    #[test]
    fn stimuli_come_first_and_single_axes_go() {
        let made = in_order(
            &variable(&[2, 3, 1], &["neuroid", "presentation", "time_bin"]),
            &[],
        );
        assert_eq!(made.shape, [3, 2]);
        assert_eq!(made.axes, ["presentation", "neuroid"]);
        let Data::Numbers { values, .. } = &made.data else {
            panic!("numbers stay numbers");
        };
        let flat: Vec<f64> = (0..6).map(|i| values.at(i)).collect();
        assert_eq!(flat, [0.0, 3.0, 1.0, 4.0, 2.0, 5.0]);
        // an axis that the file has ids for
        let made = in_order(&variable(&[2, 3], &["dim_0", "dim_1"]), &["dim_1".into()]);
        assert_eq!(made.axes, ["dim_1", "dim_0"]);
        // two axes of stimuli stay where they are
        let rdm = variable(&[2, 3, 3], &["subject", "stimulus", "stimulus_2"]);
        assert_eq!(in_order(&rdm, &[]).shape, [2, 3, 3]);
    }
}
