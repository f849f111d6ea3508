//! What the variables of a file are to each other, where the tool that wrote it has a habit: which text
//! names the stimuli, who the subjects are, which variable is a matrix of distances. Nothing here looks
//! at the numbers; what no habit explains is passed on as it is.

mod matlab;
mod net2brain;
mod rsatoolbox;
mod scores;
mod xarray;

use serde::{Deserialize, Serialize};

use super::contents::{Contents, Data, Variable, last_name};
use super::{Found, NamedArray, condensed_of, stem_of_image};
use crate::problem::Problem;

/// What a file says of an array besides its numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// What it is, and how the file says so: `rsatoolbox wrote it as RDMs`.
    pub content: Option<(Content, String)>,
    /// Network.
    pub network: Option<String>,
    /// Layer.
    pub layer: Option<String>,
    /// Region, or the name of a model's RDM.
    pub roi: Option<String>,
    /// Subject; of a stack the subject of each matrix.
    pub subjects: Vec<String>,
    /// Name of the distance.
    pub distance: Option<String>,
    /// Names of its axes, as many as it has, where the file names them; else none.
    pub axes: Vec<String>,
    /// Where its ids come from: `its first column`, `image_ids beside it`; empty where it has none.
    pub ids_from: String,
    /// Its ids are a count of rows that a program wrote by itself, as pandas does with its index: they are
    /// ids only where other files have the same.
    pub is_counted: bool,
    /// It is the only array of its file, so that its own name within the file says little.
    pub is_only: bool,
}

/// What a file says that an array holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Content {
    /// Activations of a layer.
    Activations,
    /// Responses of a brain.
    Responses,
    /// Distances between stimuli in a brain.
    Rdm,
    /// Distances between stimuli in a model or by any other measure.
    FurtherRdm,
}

/// Names under which tools keep who the stimuli are, the likeliest first.
const ID_NAMES: [&str; 14] = [
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

/// What a file holds, as arrays, ids and problems.
pub fn found(contents: Contents) -> Vec<Found> {
    let readers = [
        rsatoolbox::found as fn(&Contents) -> Option<Vec<Found>>,
        scores::found,
        net2brain::found,
        matlab::found,
        xarray::found,
    ];
    let made = readers.iter().find_map(|reader| reader(&contents));
    let mut made = made.unwrap_or_else(|| plain(&contents));
    made.extend(names_of_others(&contents, &made));
    made.extend(contents.problems.iter().cloned().map(Found::LeftAlone));
    if made.is_empty() {
        made.push(Found::LeftAlone(
            Problem::error(&contents.path, "holds no arrays of numbers")
                .expected("at least one array with a row for each stimulus")
                .hint("Save the activations or RDMs themselves into the file"),
        ));
    }
    made
}

/// Ids that no array of the file took: they may be those of other files.
fn names_of_others(contents: &Contents, made: &[Found]) -> Vec<Found> {
    let is_taken = |text: &[String]| {
        made.iter().any(|found| match found {
            Found::Array(array) => array
                .ids
                .as_ref()
                .is_some_and(|ids| ids.len() == text.len()),
            Found::Scores(_) => true,
            _ => false,
        })
    };
    let is_ids = |variable: &&Variable| {
        let name = variable.last_name().to_ascii_lowercase();
        ID_NAMES.contains(&name.as_str()) || contents.variables.len() == 1
    };
    contents
        .variables
        .iter()
        .filter(is_ids)
        .filter_map(|variable| {
            let text = variable
                .text()
                .filter(|text| text.len() > 1 && !is_taken(text))?;
            Some(Found::Names {
                path: path_of(contents, variable),
                names: text.iter().map(|id| stem_of_image(id)).collect(),
            })
        })
        .collect()
}

/// Every array under its own name, with the ids that are as many as its rows.
fn plain(contents: &Contents) -> Vec<Found> {
    let arrays: Vec<&Variable> = contents.variables.iter().filter(|v| is_array(v)).collect();
    if let Some(stacked) = one_variable_a_stimulus(contents, &arrays) {
        return stacked;
    }
    let mut made: Vec<Found> = arrays
        .iter()
        .map(|variable| array(contents, variable, About::default()))
        .collect();
    made.extend(left_over(contents, &arrays));
    made
}

/// Numbers that could be one row for each stimulus, or distances.
fn is_array(variable: &Variable) -> bool {
    matches!(variable.data, Data::Numbers { .. }) && variable.len() > 1
}

/// An array with the ids that belong to its stimuli.
fn array(contents: &Contents, variable: &Variable, about: About) -> Found {
    let Data::Numbers { element, values } = &variable.data else {
        return Found::LeftAlone(Problem::notice(
            &path_of(contents, variable),
            "holds no numbers",
        ));
    };
    Found::Array(NamedArray {
        path: path_of(contents, variable),
        shape: variable.shape.clone(),
        element: *element,
        values: values.clone(),
        ids: ids_for(contents, variable),
        about,
    })
}

/// The path of a variable; of a file's only tensor without a name, that of the file.
fn path_of(contents: &Contents, variable: &Variable) -> String {
    if variable.name.is_empty() {
        contents.path.clone()
    } else {
        format!("{}/{}", contents.path, variable.name)
    }
}

/// The text of the file that names the rows of an array: along the same axis where axes have names,
/// else by its name, else the only one of that length, next to it before elsewhere.
fn ids_for(contents: &Contents, variable: &Variable) -> Option<Vec<String>> {
    // of a stack the matrices are squares over two axes; of everything else rows are stimuli
    let (axis, rows) = match *variable.shape.as_slice() {
        [_, n, m] if n == m => (1, n),
        [n, m, _] if n == m => (0, n),
        [n, ..] => (0, n),
        [] => return None,
    };
    // upper triangles have a stimulus for each row of the matrix
    let texts = |rows: usize| {
        let mut all = contents.variables.iter().filter_map(Variable::text);
        all.any(|text| text.len() == rows)
    };
    let rows = match *variable.shape.as_slice() {
        [length] | [1, length] if !texts(rows) => condensed_of(length).unwrap_or(rows),
        _ => rows,
    };
    let group = |name: &str| name.len() - last_name(name).len();
    let own = &variable.name[..group(&variable.name)];
    let mut candidates: Vec<&Variable> = contents
        .variables
        .iter()
        .filter(|text| {
            let is_list = text.shape.iter().filter(|&&axis| axis > 1).count() <= 1;
            text.text().is_some_and(|text| text.len() == rows) && is_list && rows > 1
        })
        .filter(|text| {
            text.axes.is_empty()
                || variable.axes.is_empty()
                || text.axes.first() == variable.axes.get(axis)
        })
        .collect();
    let rank = |text: &Variable| {
        let name = text.last_name().to_ascii_lowercase();
        let known = ID_NAMES.iter().position(|known| *known == name);
        let is_near = text.name.starts_with(own);
        (known.unwrap_or(ID_NAMES.len()), !is_near)
    };
    candidates.sort_by_key(|text| rank(text));
    let first = candidates.first()?;
    let is_known = rank(first).0 < ID_NAMES.len();
    let is_only = candidates.len() == 1;
    (is_known || is_only)
        .then(|| first.text().map(<[String]>::to_vec))
        .flatten()
        .map(|ids| ids.into_iter().map(|id| stem_of_image(&id)).collect())
}

/// One notice of what in the file is neither an array nor text.
fn left_over(contents: &Contents, used: &[&Variable]) -> Option<Found> {
    let names: Vec<String> = contents
        .variables
        .iter()
        .filter(|variable| variable.text().is_none())
        .filter(|variable| !used.iter().any(|known| known.name == variable.name))
        .map(|variable| match &variable.data {
            Data::Other(what) => format!("{} ({what})", variable.name),
            _ if variable.len() > 1 => format!("{} (numbers beside what was taken)", variable.name),
            _ => format!("{} (a single number)", variable.name),
        })
        .collect();
    if names.is_empty() {
        return None;
    }
    let all = if names.len() > 8 {
        format!("{} and {} more", names[..8].join(", "), names.len() - 8)
    } else {
        names.join(", ")
    };
    Some(Found::LeftAlone(
        Problem::notice(
            &contents.path,
            format!("holds variables that are no arrays and were left alone: {all}"),
        )
        .expected("arrays of real numbers"),
    ))
}

/// A .mat with one variable for each stimulus, all of one row and of the same length, as thingsvision
/// writes it where it knows file names. (Elsewhere such variables are layers of one image.) Stacked in
/// the order of the file, with their names as ids.
fn one_variable_a_stimulus(contents: &Contents, arrays: &[&Variable]) -> Option<Vec<Found>> {
    let first = arrays.first()?;
    let (head, units) = first.shape.split_first()?;
    if super::extension(&contents.path) != "mat" || units.len() != 1 {
        return None;
    }
    let is_alike =
        |variable: &&&Variable| variable.shape == first.shape && !variable.name.contains('.');
    if *head != 1 || arrays.len() < 3 || !arrays.iter().all(|v| is_alike(&v)) {
        return None;
    }
    let mut values = Vec::new();
    let mut of = None;
    for variable in arrays {
        let Data::Numbers {
            element,
            values: own,
        } = &variable.data
        else {
            return None;
        };
        of.get_or_insert(*element);
        values.extend((0..own.len()).map(|place| own.at(place)));
    }
    let element = of?;
    let values = if element.size > 4 {
        super::Values::F64(values)
    } else {
        super::Values::F32(values.into_iter().map(|value| value as f32).collect())
    };
    let mut shape = vec![arrays.len()];
    shape.extend(units);
    let stacked = Found::Array(NamedArray {
        path: contents.path.clone(),
        shape,
        element,
        values,
        ids: Some(
            arrays
                .iter()
                .map(|variable| stem_of_image(&variable.name))
                .collect(),
        ),
        about: About::default(),
    });
    let notice = Problem::notice(
        &contents.path,
        format!(
            "holds {} variables of one row each: taken as one layer, a variable a stimulus",
            arrays.len()
        ),
    );
    let mut made = vec![stacked, Found::LeftAlone(notice)];
    made.extend(left_over(contents, arrays));
    Some(made)
}
