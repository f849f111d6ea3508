//! Which variable of a file names the rows of an array, and which says something else of each stimulus.

use super::super::condensed_of;
use super::super::contents::{Contents, Data, Variable, last_name};
use super::super::decode::ElementKind;
use super::super::words::{is_id_name, is_label_name, words};
use crate::stable_sort::sorted_by;

/// Names under which tools keep who the stimuli are, the likeliest first.
pub const ID_NAMES: [&str; 14] = [
    "stimulus_id",
    "stimulus_ids",
    "stimuli_name",
    "stimuli_names",
    "stimulus_name",
    "stimulus",
    "stimuli",
    "image_id",
    "image_ids",
    "image_names",
    "filenames",
    "file_names",
    "conds",
    "names",
];

/// The ids of an array's rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Ids {
    /// One for each row, as the file spells them.
    pub ids: Vec<String>,
    /// Where they come from.
    pub from: String,
    /// They merely count rows.
    pub is_counted: bool,
}

/// The elements of a variable as ids: text, or whole numbers; `None` for any other.
pub fn as_ids(variable: &Variable) -> Option<Vec<String>> {
    match &variable.data {
        Data::Text(texts) => Some(texts.clone()),
        Data::Numbers { values, .. } => (0..values.len())
            .map(|index| {
                let value = values.at(index);
                // beyond 2^53 neighbours are one number
                let is_whole = value.fract() == 0.0 && value.abs() <= 9_007_199_254_740_992.0;
                is_whole.then(|| format!("{value:.0}"))
            })
            .collect(),
        Data::Other(_) => None,
    }
}

/// Whether ids are `0, 1, 2, …` or `1, 2, 3, …` in order.
pub fn is_count(ids: &[String]) -> bool {
    (0..2).any(|from| {
        ids.iter()
            .enumerate()
            .all(|(index, id)| id.parse() == Ok(index + from))
    })
}

/// Whether a variable lies along one axis only.
pub fn is_list(variable: &Variable) -> bool {
    variable.shape.iter().filter(|&&axis| axis != 1).count() <= 1
}

fn is_unique(ids: &[String]) -> bool {
    let mut seen = std::collections::HashSet::with_capacity(ids.len());
    ids.iter().all(|id| seen.insert(id))
}

/// Whether a variable is a list of ids by its name and content.
pub fn is_ids(variable: &Variable) -> bool {
    is_list(variable) && is_named_as_ids(variable) && as_ids(variable).is_some()
}

/// Whether a variable is called like the ids of stimuli.
fn is_named_as_ids(variable: &Variable) -> bool {
    let name = variable.last_name();
    is_id_name(name) || ID_NAMES.contains(&name.to_ascii_lowercase().as_str())
}

/// The variable of a file that names the rows of an array: along the same axis where axes have names,
/// else as long as the array has rows; called like ids, or the only unique text of that length.
pub fn ids_of(contents: &Contents, variable: &Variable) -> Option<Ids> {
    let (axis, rows) = row_axis(contents, variable)?;
    along(contents, variable, axis, rows, false).or_else(|| match *variable.shape.as_slice() {
        // units × stimuli: what is named like ids is as long as the rows are
        [units, stimuli] if units != stimuli && stimuli > 1 => {
            along(contents, variable, 1, stimuli, true)
        }
        _ => None,
    })
}

/// The list that names what lies along an axis; `must_be_named`: only one that is called like ids.
fn along(
    contents: &Contents,
    variable: &Variable,
    axis: usize,
    rows: usize,
    must_be_named: bool,
) -> Option<Ids> {
    let group = |name: &str| name.len() - last_name(name).len();
    let own = variable
        .name
        .get(..group(&variable.name))
        .unwrap_or_default();
    let candidates: Vec<(&Variable, Vec<String>)> = contents
        .variables
        .iter()
        .filter(|list| list.name != variable.name && list.len() == rows && rows > 1)
        .filter(|list| is_list(list) && !is_label_name(list.last_name()))
        .filter(|list| {
            list.axes.is_empty()
                || variable.axes.is_empty()
                || list.axes.first() == variable.axes.get(axis)
        })
        .filter_map(|list| Some((list, as_ids(list)?)))
        .filter(|(list, ids)| {
            let is_coordinate = list
                .axes
                .first()
                .is_some_and(|axis| axis == list.last_name());
            let is_named = is_named_as_ids(list) || is_coordinate;
            // whole numbers that tell rows apart and do not merely count them
            let may_be = list.text().is_some() || (ids.len() > 4 && !is_count(ids));
            let is_certain = if must_be_named {
                is_named_as_ids(list)
            } else {
                is_named
            };
            is_certain || (!must_be_named && may_be && is_unique(ids))
        })
        .collect();
    let rank = |list: &Variable| {
        let name = list.last_name().to_ascii_lowercase();
        let known = ID_NAMES.iter().position(|known| *known == name);
        let is_near = list.name.starts_with(own);
        let known = known.unwrap_or(ID_NAMES.len() + usize::from(!is_named_as_ids(list)));
        (known, !is_near, list.text().is_none())
    };
    let mut candidates = sorted_by(candidates, |a, b| rank(a.0).cmp(&rank(b.0)));
    let is_named = candidates.first().is_some_and(|(list, _)| {
        is_named_as_ids(list)
            || list
                .axes
                .first()
                .is_some_and(|axis| axis == list.last_name())
    });
    if candidates.is_empty() || (!is_named && candidates.len() > 1) {
        return None;
    }
    let (list, ids) = candidates.swap_remove(0);
    let is_coordinate = list
        .axes
        .first()
        .is_some_and(|axis| axis == list.last_name());
    Some(Ids {
        is_counted: is_coordinate && list.text().is_none() && is_count(&ids),
        from: if is_coordinate {
            format!("its coordinate {}", list.last_name())
        } else {
            format!("{} beside it", list.name)
        },
        ids,
    })
}

/// The axis of an array that stands for stimuli, and how many there are.
fn row_axis(contents: &Contents, variable: &Variable) -> Option<(usize, usize)> {
    // of a stack the matrices are squares over two axes; of everything else rows are stimuli
    let (axis, rows) = match *variable.shape.as_slice() {
        [_, n, m] if n == m => (1, n),
        [n, m, _] if n == m => (0, n),
        // a row of MATLAB
        [1, n] => (1, n),
        [n, ..] => (0, n),
        [] => return None,
    };
    if let [stack, length] = *variable.shape.as_slice()
        && stack > 1
        && let Some(stimuli) = condensed_of(length)
        && stimuli != stack
        && lists(contents, stimuli)
        && !lists(contents, stack)
    {
        // triangles, one a row
        return Some((1, stimuli));
    }
    // a triangle has a stimulus for each row of the matrix
    let is_list = matches!(variable.shape.as_slice(), [_] | [1, _] | [_, 1]);
    match condensed_of(rows) {
        Some(stimuli) if is_list && !lists(contents, rows) => Some((axis, stimuli)),
        _ => Some((axis, rows)),
    }
}

/// Whether the file has a list of so many names.
fn lists(contents: &Contents, count: usize) -> bool {
    contents.variables.iter().any(|list| {
        list.len() == count && is_list(list) && (list.text().is_some() || is_named_as_ids(list))
    })
}

/// Numbers that could have a row for each stimulus, or be distances.
pub fn is_array(variable: &Variable) -> bool {
    matches!(variable.data, Data::Numbers { .. }) && variable.len() > 1
}

/// Whether a variable is the mask of another, as NumPy's masked arrays have it: as long, true and false alone, and
/// called so.
pub fn is_mask_of(mask: &Variable, masked: &Variable) -> bool {
    let is_boolean =
        matches!(&mask.data, Data::Numbers { element, .. } if element.kind == ElementKind::Boolean);
    let name = words(mask.last_name());
    is_boolean
        && name.iter().any(|word| word == "mask")
        && mask.name != masked.name
        && mask.shape == masked.shape
}

/// Why a variable of numbers is no array of a study, though its shape would do; `None` if it is one.
/// `others`: the arrays of the file.
pub fn why_no_array(
    contents: &Contents,
    variable: &Variable,
    others: &[&Variable],
) -> Option<String> {
    if others.iter().any(|other| is_mask_of(variable, other)) {
        return Some("a mask, which is no layer".into());
    }
    let has_others = others.iter().any(|other| {
        other.name != variable.name && !is_list(other) && !is_label_name(other.last_name())
    });
    if !has_others {
        return None;
    }
    if is_label_name(variable.last_name()) {
        return Some("labels, which are no layer".into());
    }
    if !is_list(variable) {
        return None;
    }
    let matrices = || others.iter().filter(|other| !is_list(other));
    let length = variable.len();
    if matrices().any(|other| row_axis(contents, other).is_some_and(|(_, rows)| rows == length)) {
        return Some("a number for each stimulus, which is no layer".into());
    }
    if matrices().any(|other| other.shape.contains(&length)) {
        return Some("a number for each unit, which is no layer".into());
    }
    let is_triangle = condensed_of(length).is_some_and(|stimuli| {
        matrices().any(|other| other.shape.contains(&stimuli)) || lists(contents, stimuli)
    });
    (!is_triangle).then(|| "a list of numbers beside arrays, which is no layer".into())
}
