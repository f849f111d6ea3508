//! What the variables of a file are to each other, where the tool that wrote it has a habit: which text
//! names the stimuli, who the subjects are, which variable is a matrix of distances. Nothing here looks
//! at the numbers; what no habit explains is passed on as it is.

pub mod axes;
mod matlab;
mod meadows;
mod net2brain;
mod pandas;
mod rows;
mod rsatoolbox;
mod scores;
mod structures;
mod xarray;

use serde::{Deserialize, Serialize};

use super::contents::{Contents, Data, Variable};
use super::packing::factors;
use super::{Found, NamedArray};
use crate::problem::Problem;
use rows::{ID_NAMES, as_ids, ids_of, is_array, is_ids, is_list, is_mask_of, why_no_array};

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
    /// Names of its columns, where the file has such names and no ids for its rows.
    pub columns: Vec<String>,
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
    ModelRdm,
}

/// What a file holds, as arrays, ids and problems.
pub fn found(mut contents: Contents) -> Vec<Found> {
    factors::unpack(&mut contents);
    structures::refuse(&mut contents);
    let readers = [
        rsatoolbox::found as fn(&Contents) -> Option<Vec<Found>>,
        scores::found,
        net2brain::found,
        meadows::found,
        matlab::found,
        structures::found,
        xarray::found,
    ];
    let mut made = pandas::found(&contents);
    let others = readers.iter().find_map(|reader| reader(&contents));
    made.extend(others.unwrap_or_else(|| plain(&contents)));
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
    let is_taken = |ids: &[String]| {
        made.iter().any(|found| match found {
            Found::Array(array) => array
                .ids
                .as_ref()
                .is_some_and(|taken| taken.len() == ids.len()),
            Found::Scores(_) => true,
            _ => false,
        })
    };
    let may_be_ids = |variable: &&Variable| {
        let is_only_text = variable.text().is_some() && contents.variables.len() == 1;
        is_ids(variable) || (is_only_text && is_list(variable))
    };
    contents
        .variables
        .iter()
        .filter(may_be_ids)
        .filter_map(|variable| {
            let names = as_ids(variable).filter(|ids| ids.len() > 1 && !is_taken(ids))?;
            Some(Found::Names {
                path: path_of(contents, variable),
                names,
            })
        })
        .collect()
}

/// Every array under its own name, with the ids that are as many as its rows.
fn plain(contents: &Contents) -> Vec<Found> {
    let arrays: Vec<&Variable> = contents.variables.iter().filter(|v| is_array(v)).collect();
    arrays_of(contents, &arrays, |_| About::default())
}

/// The arrays among some variables, and one notice of what they leave.
fn arrays_of(
    contents: &Contents,
    candidates: &[&Variable],
    about: impl Fn(&Variable) -> About,
) -> Vec<Found> {
    let arrays: Vec<&Variable> = candidates
        .iter()
        .copied()
        .filter(|variable| {
            !is_ids(variable) && why_no_array(contents, variable, candidates).is_none()
        })
        .collect();
    let mut made: Vec<Found> = arrays
        .iter()
        .map(|variable| {
            let mut about = about(variable);
            about.is_only = arrays.len() == 1;
            array(contents, variable, about)
        })
        .collect();
    made.extend(left_over(contents, &arrays, candidates));
    made.extend(
        arrays
            .iter()
            .filter_map(|variable| masked(contents, variable, candidates)),
    );
    made
}

/// The refusal of an array of which a mask beside it hides some values.
fn masked(contents: &Contents, variable: &Variable, candidates: &[&Variable]) -> Option<Found> {
    let mask = candidates.iter().find(|mask| is_mask_of(mask, variable))?;
    let Data::Numbers { values, .. } = &mask.data else {
        return None;
    };
    let hidden = (0..values.len()).filter(|&index| values.at(index) != 0.0);
    let count = hidden.count();
    (count > 0).then(|| {
        Found::LeftAlone(
            Problem::error(
                &path_of(contents, variable),
                format!("has {count} of its {} values masked by {}", values.len(), mask.name),
            )
            .expected("no masked values")
            .hint("Save it without the stimuli or units that have masked values, or without the mask if its values are good"),
        )
    })
}

/// An array with the ids that belong to its stimuli.
fn array(contents: &Contents, variable: &Variable, mut about: About) -> Found {
    let Data::Numbers { element, values } = &variable.data else {
        return Found::LeftAlone(Problem::notice(
            &path_of(contents, variable),
            "holds no numbers",
        ));
    };
    let ids = ids_of(contents, variable).map(|found| {
        about.ids_from = found.from;
        about.is_counted = found.is_counted;
        found.ids
    });
    Found::Array(NamedArray {
        path: path_of(contents, variable),
        shape: variable.shape.clone(),
        element: *element,
        values: values.clone(),
        ids,
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

/// One notice of what in the file is neither an array nor text. `candidates`: arrays by their shape.
fn left_over(contents: &Contents, used: &[&Variable], candidates: &[&Variable]) -> Option<Found> {
    let names: Vec<String> = contents
        .variables
        .iter()
        .filter(|variable| variable.text().is_none() && !is_ids(variable))
        .filter(|variable| !used.iter().any(|known| known.name == variable.name))
        .map(|variable| match &variable.data {
            Data::Other(what) => format!("{} ({what})", variable.name),
            _ if variable.len() > 1 => {
                let why = why_no_array(contents, variable, candidates);
                let why = why.unwrap_or_else(|| "numbers beside what was taken".into());
                format!("{} ({why})", variable.name)
            }
            _ => format!("{} (a single number)", variable.name),
        })
        .collect();
    if names.is_empty() {
        return None;
    }
    let all = match names.get(..8) {
        Some(first) if names.len() > 8 => {
            format!("{} and {} more", first.join(", "), names.len() - 8)
        }
        _ => names.join(", "),
    };
    Some(Found::LeftAlone(
        Problem::notice(
            &contents.path,
            format!("holds variables that are no layers or RDMs and were left out: {all}"),
        )
        .expected("arrays of real numbers with a row for each stimulus"),
    ))
}
