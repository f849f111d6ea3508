//! A path as the guesses see it: which of its folders and names say what an array is, and whose.

use super::regions::{is_no_region, is_subject, subject_token};
use crate::formats::without_ending;
use crate::formats::words::words;
use crate::study::roles::Kind;
use crate::study::survey::Survey;

/// Folders of networks' activations, which say what is in them, not whose it is.
const NETWORK_FOLDERS: [&str; 20] = [
    "activations",
    "activation",
    "acts",
    "act",
    "features",
    "feats",
    "feat",
    "embeddings",
    "layers",
    "models",
    "model",
    "networks",
    "network",
    "nets",
    "dnn",
    "dnns",
    "ann",
    "cnn",
    "extracted",
    "representations",
];

/// Folders of brains.
const BRAIN_FOLDERS: [&str; 19] = [
    "brain",
    "brains",
    "fmri",
    "meg",
    "eeg",
    "ecog",
    "ieeg",
    "ephys",
    "bold",
    "neural",
    "betas",
    "beta",
    "responses",
    "response",
    "voxels",
    "rois",
    "roi",
    "subjects",
    "neurons",
];

/// Folders that say nothing of what is in them.
const GENERIC: [&str; 18] = [
    "rdms",
    "rdm",
    "data",
    "dataset",
    "study",
    "arrays",
    "array",
    "output",
    "outputs",
    "out",
    "results",
    "npy",
    "npz",
    "h5",
    "mat",
    "csv",
    "files",
    "derivatives",
];

/// Names that tools give to the only array of a file.
const NAMELESS: [&str; 28] = [
    "arr_0",
    "features",
    "feature",
    "feats",
    "activations",
    "activation",
    "embeddings",
    "embedding",
    "array",
    "data",
    "dataset",
    "df",
    "table",
    "values",
    "value",
    "x",
    "output",
    "outputs",
    "rdm",
    "rdms",
    "dissimilarities",
    "measurements",
    "net_rdm",
    "block0_values",
    "betas",
    "responses",
    "__xarray_dataarray_variable__",
    "rdmutv",
];

/// What a folder says of what is in it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Says {
    Network,
    Brain,
}

/// A path as the guesses see it.
pub struct PathParts {
    /// The name of the array, without ending and role.
    pub stem: String,
    /// The folders and containers above it, outermost first.
    pub folders: Vec<String>,
    /// The role that the name begins with.
    pub prefix: Option<Kind>,
    /// What the innermost folder that says anything says.
    pub says: Option<Says>,
}

pub fn path_parts(survey: &Survey) -> PathParts {
    let mut folders = segments(survey);
    let stem = folders.pop().unwrap_or_default();
    let says = folders.iter().rev().find_map(|folder| says_of(folder));
    let has_network = folders.iter().any(|folder| !is_generic(folder));
    let (mut prefix, mut rest) = match prefix_of(&stem) {
        Some((kind, is_plain, rest)) if is_plain || !has_network || names_a_role(kind, rest) => {
            (Some(kind), rest.to_owned())
        }
        _ => (None, stem.clone()),
    };
    if prefix.is_none()
        && !rest.contains("__")
        && let Some((kind, true, of_folder)) = folders.last().and_then(|folder| prefix_of(folder))
    {
        // `rdm_IT.npz` with `sub-01` in it, or a folder of that name
        prefix = Some(kind);
        rest = format!("{of_folder}__{rest}");
    }
    PathParts {
        stem: rest,
        folders,
        prefix,
        says,
    }
}

/// The folders and names of a path without endings, and without a name that says nothing behind one that
/// does: of an array that is alone in its file, and of a file in a folder.
pub fn segments(survey: &Survey) -> Vec<String> {
    let mut parts: Vec<&str> = survey
        .path
        .split(['/', '\\'])
        .filter(|segment| !segment.is_empty())
        .collect();
    // fields of MATLAB's structures are as good as folders
    let of_matlab = parts
        .iter()
        .rposition(|part| part.to_ascii_lowercase().ends_with(".mat"));
    if let Some(file) = of_matlab {
        let fields: Vec<&str> = parts
            .split_off(file + 1)
            .into_iter()
            .flat_map(|part| part.split('.'))
            .collect();
        parts.extend(fields);
    }
    let ends: Vec<&str> = parts.iter().map(|part| without_ending(part)).collect();
    // parts behind a file lie within it
    let inside = parts
        .iter()
        .zip(&ends)
        .rposition(|(part, end)| part.len() != end.len())
        .map_or(0, |file| parts.len() - 1 - file);
    let mut segments: Vec<String> = ends.into_iter().map(str::to_owned).collect();
    let is_nameless = |name: &String| NAMELESS.contains(&name.to_ascii_lowercase().as_str());
    // a file that is named in full names the only array in it, whatever that is called there
    let file = segments.len().saturating_sub(1 + inside);
    if inside > 0
        && survey.about.is_only
        && segments.get(file).is_some_and(|name| name.contains("__"))
    {
        segments.truncate(file + 1);
    }
    let may_drop = inside == 0 || survey.about.is_only;
    while may_drop && segments.len() > 1 && segments.last().is_some_and(is_nameless) {
        segments.pop();
    }
    segments
}

/// Roles that names begin with. Words in the singular are names of layers as well (`response_norm1`): they
/// need more than themselves.
pub fn prefix_of(stem: &str) -> Option<(Kind, bool, &str)> {
    [
        ("activations_", Kind::Activations, true),
        ("activation_", Kind::Activations, false),
        ("features_", Kind::Activations, false),
        ("fitting_", Kind::Fitting, true),
        ("rdms_", Kind::Rdm, true),
        ("rdm_", Kind::Rdm, true),
        ("responses_", Kind::Responses, true),
        ("response_", Kind::Responses, false),
        ("betas_", Kind::Responses, false),
    ]
    .into_iter()
    .find_map(|(word, kind, is_plain)| {
        let (head, rest) = (stem.get(..word.len())?, stem.get(word.len()..)?);
        (head.eq_ignore_ascii_case(word) && !rest.is_empty()).then_some((kind, is_plain, rest))
    })
}

/// Whether a name says outright that an array is a layer: `NETWORK__LAYER` or `activations_…`.
#[must_use]
pub fn is_named_as_layer(survey: &Survey) -> bool {
    let parts = path_parts(survey);
    parts.prefix == Some(Kind::Activations) || parts.stem.contains("__")
}

/// Whether a name, without its ending, is that of a brain by its role or by a subject in it.
pub fn is_named_as_brain(stem: &str) -> bool {
    let is_role = prefix_of(stem).is_some_and(|(kind, ..)| kind.is_brain());
    let mut parts = stem.split("__");
    is_role || subject_token(stem).is_some() || parts.any(is_subject)
}

/// Whether what follows a role names whose it is.
fn names_a_role(kind: Kind, rest: &str) -> bool {
    rest.contains("__") || (kind == Kind::Responses && subject_token(rest).is_some())
}

fn says_of(folder: &str) -> Option<Says> {
    let name = folder.to_ascii_lowercase();
    let words = words(folder);
    let last = words.last().map(String::as_str).unwrap_or_default();
    let is_brain = |word: &str| {
        [
            "fmri",
            "meg",
            "eeg",
            "brain",
            "brains",
            "betas",
            "responses",
            "bold",
            "neural",
        ]
        .contains(&word)
    };
    if NETWORK_FOLDERS.contains(&name.as_str()) {
        Some(Says::Network)
    } else if BRAIN_FOLDERS.contains(&name.as_str())
        || is_brain(last)
        || (last == "data" && words.first().is_some_and(|first| is_brain(first)))
    {
        Some(Says::Brain)
    } else {
        None
    }
}

/// Whether a folder of this name says nothing of whose the arrays in it are.
pub fn is_generic(folder: &str) -> bool {
    let name = folder.to_ascii_lowercase();
    // BIDS
    let is_of_bids = matches!(name.as_str(), "func" | "anat" | "nsd") || name.starts_with("ses-");
    is_of_bids || GENERIC.contains(&name.as_str()) || says_of(folder).is_some() || is_split(folder)
}

/// `training_split`: how stimuli were split says nothing of whose an array is.
fn is_split(folder: &str) -> bool {
    let words = words(folder);
    !words.is_empty() && words.iter().all(|word| is_no_region(word))
}
