//! What an array is taken for, from its name, its folders and its content. Every guess says why, and
//! every one can be changed.

use super::roles::{Axes, Distance, Kind, Role};
use super::survey::{Looks, Survey, condensed_of};
use crate::formats::axes::{Axis, axis_of};
use crate::formats::words::{is_id_name, is_label_name, is_of_others, words};
use crate::formats::{Content, Element, ElementKind, without_ending};

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

/// Words that say how the stimuli were split or what was measured, not where in the brain.
const NO_REGION: [&str; 14] = [
    "training",
    "train",
    "test",
    "testing",
    "val",
    "validation",
    "split",
    "fmri",
    "betas",
    "beta",
    "responses",
    "response",
    "bold",
    "data",
];

/// What a folder says of what is in it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Says {
    Network,
    Brain,
}

/// A path as the guesses see it.
pub(super) struct PathParts {
    /// The name of the array, without ending and role.
    pub(super) stem: String,
    /// The folders and containers above it, outermost first.
    pub(super) folders: Vec<String>,
    /// The role that the name begins with.
    pub(super) prefix: Option<Kind>,
    /// What the innermost folder that says anything says.
    pub(super) says: Option<Says>,
}

/// Takes an array for something, and says why.
#[must_use]
pub fn guess(survey: &Survey) -> (Role, String) {
    let (mut role, mut reason) = match &survey.about.content {
        Some((content, because)) => (by_file(survey, *content), because.clone()),
        None => by_name(survey),
    };
    let kind = role.kind;
    let about = &survey.about;
    let take = |to: &mut String, from: &Option<String>| {
        if let Some(from) = from {
            from.clone_into(to);
        }
    };
    match kind {
        Kind::Activations | Kind::Fitting => {
            take(&mut role.network, &about.network);
            take(&mut role.layer, &about.layer);
        }
        Kind::ModelRdm => take(&mut role.roi, &about.roi),
        Kind::Rdm | Kind::Responses => {
            take(&mut role.roi, &about.roi);
            if !about.subjects.is_empty() {
                role.subject = about.subjects.join(", ");
            }
        }
        Kind::LeftOut => {}
    }
    if let Some(name) = &about.distance {
        match Distance::of_name(name) {
            Some(distance) => role.distance = distance,
            None => reason.push_str(&format!(
                "; its distance {name} is not known here and taken as correlation"
            )),
        }
    }
    if role.similarity && matches!(kind, Kind::Rdm | Kind::ModelRdm) {
        reason.push_str("; its diagonal is one, so it holds similarities s and 1 - s is used");
    }
    if matches!(kind, Kind::Activations | Kind::Fitting | Kind::Responses) && survey.shape.len() > 2
    {
        reason.push_str(&format!("; its axes are taken as {}", role.axes.label()));
    }
    (role, reason)
}

/// The role that the file itself states; names that it does not give are guessed from its path.
fn by_file(survey: &Survey, content: Content) -> Role {
    let parts = path_parts(survey);
    let is_model = segments(survey)
        .iter()
        .rev()
        .take(2)
        .any(|name| is_of_models(name));
    let kind = match content {
        Content::Activations => Kind::Activations,
        Content::Responses => Kind::Responses,
        Content::Rdm => Kind::Rdm,
        // a file that is named as a brain's is one, if nothing in it says whose network's it is
        Content::ModelRdm
            if parts.prefix == Some(Kind::Rdm) && !is_model && survey.about.layer.is_none() =>
        {
            Kind::Rdm
        }
        Content::ModelRdm => Kind::ModelRdm,
    };
    let mut role = Role {
        similarity: is_similarity(survey),
        ..Role::new(kind, axes_for(kind, survey))
    };
    match kind {
        Kind::Activations | Kind::Fitting => {
            name_layer(&mut role, &parts);
        }
        Kind::ModelRdm => parts.stem.clone_into(&mut role.roi),
        _ => name_brain(&mut role, &parts),
    }
    role
}

fn is_similarity(survey: &Survey) -> bool {
    matches!(
        survey.looks,
        Looks::Similarity
            | Looks::Stack {
                similarity: true,
                ..
            }
    )
}

/// The role that the name, the folders and the numbers of an array suggest.
fn by_name(survey: &Survey) -> (Role, String) {
    let parts = path_parts(survey);
    let (kind, mut reason) = kind_of(survey, &parts);
    let mut role = Role {
        similarity: is_similarity(survey),
        ..Role::new(kind, axes_for(kind, survey))
    };
    match kind {
        Kind::Activations | Kind::Fitting => {
            let named_by = name_layer(&mut role, &parts);
            if parts.prefix.is_none() {
                reason = named_by;
            }
        }
        Kind::ModelRdm => parts.stem.clone_into(&mut role.roi),
        Kind::Rdm | Kind::Responses => name_brain(&mut role, &parts),
        Kind::LeftOut => {}
    }
    (role, reason)
}

fn kind_of(survey: &Survey, parts: &PathParts) -> (Kind, String) {
    let is_matrix = matches!(
        survey.looks,
        Looks::Rdm | Looks::Similarity | Looks::Stack { .. } | Looks::Triangle { .. }
    );
    let by_content = is_matrix
        || (matches!(survey.looks, Looks::Condensed { .. }) && !parts.stem.contains("__"));
    let path = segments(survey);
    let is_model = path.iter().rev().take(2).any(|name| is_of_models(name));
    match parts.prefix {
        Some(Kind::Rdm) if is_model => (
            Kind::ModelRdm,
            "its name starts with rdm, and its path says model".to_owned(),
        ),
        Some(Kind::Rdm) => (Kind::Rdm, "its name starts with rdm".to_owned()),
        Some(Kind::Responses) => (Kind::Responses, "its name starts with responses".to_owned()),
        Some(Kind::Fitting) => (
            Kind::Fitting,
            "its name starts with fitting: components are fitted on its stimuli".to_owned(),
        ),
        Some(kind) => (kind, "its name starts with activations".to_owned()),
        None if by_content && is_model => (
            Kind::ModelRdm,
            format!("{}, and its path says model", content_reason(survey)),
        ),
        None if by_content => (Kind::Rdm, content_reason(survey)),
        None if parts.says == Some(Says::Brain) => (
            Kind::Responses,
            "it lies in a folder of brain responses".to_owned(),
        ),
        None if is_of_a_subject(parts) => (Kind::Responses, "its name is of a subject".to_owned()),
        None if is_label_name(&parts.stem)
            && !parts.stem.contains("__")
            && !is_class_token(survey, parts) =>
        {
            (
                Kind::LeftOut,
                "its name says that it holds labels, which are no layer".to_owned(),
            )
        }
        None if survey.shape.len() > 2 && is_id_name(&parts.stem) => (
            Kind::LeftOut,
            "its name says that it holds the stimuli themselves".to_owned(),
        ),
        None if is_list(survey) && is_of_others(&parts.stem) && !parts.stem.contains("__") => (
            Kind::LeftOut,
            "it is a list, and its name is not that of a layer".to_owned(),
        ),
        None => (
            Kind::Activations,
            "no other role fits its shape and name".to_owned(),
        ),
    }
}

/// The class token of a transformer, in the folder of its network: classes of stimuli are one column, whole numbers,
/// or zeros and ones.
fn is_class_token(survey: &Survey, parts: &PathParts) -> bool {
    let is_of_network = parts.folders.iter().any(|folder| !is_generic(folder));
    let is_class = matches!(
        parts.stem.to_ascii_lowercase().as_str(),
        "class" | "classes"
    );
    let is_measured = survey.element.kind == ElementKind::Float || survey.element == Element::TEXT;
    let is_one_hot = survey.range == Some((0.0, 1.0));
    is_of_network && is_class && is_measured && !is_list(survey) && !is_one_hot
}

fn is_list(survey: &Survey) -> bool {
    survey.shape.iter().filter(|&&axis| axis != 1).count() <= 1
}

/// `IT__sub-01`, or `IT` straight in a folder `sub-01`.
fn is_of_a_subject(parts: &PathParts) -> bool {
    if let Some((first, second)) = parts.stem.split_once("__") {
        return is_subject(first) || is_subject(second);
    }
    if subject_token(&parts.stem).is_some() {
        return true;
    }
    let nearest = parts
        .folders
        .iter()
        .rev()
        .find(|folder| !is_generic(folder));
    nearest.is_some_and(|folder| is_subject(folder))
}

/// `model_rdms`, say; a study that merely has models in its name holds brains as well.
fn is_of_models(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name == "models" || (name.contains("model") && name.contains("rdm"))
}

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

/// The model set that a network's name suggests.
#[must_use]
pub fn guess_set(network: &str) -> &'static str {
    let name = network.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    if has(&["random", "untrained", "shuffled"]) {
        "Untrained"
    } else if has(&["pixel", "gabor", "gist", "sift"]) || name == "hog" {
        "Pixels, Gabors"
    } else {
        "Trained"
    }
}

fn content_reason(survey: &Survey) -> String {
    match survey.looks {
        Looks::Rdm => "it is square and symmetric with a diagonal of zeros".into(),
        Looks::Similarity => "it is square and symmetric".into(),
        Looks::Stack { .. } => "two of its three axes hold symmetric matrices".into(),
        Looks::Triangle { .. } => "it is square, with one triangle filled".into(),
        Looks::Condensed { stimuli } => {
            format!("its length is that of the upper triangle of a {stimuli} × {stimuli} matrix")
        }
        Looks::Square { .. } | Looks::Plain => "its content says nothing".into(),
    }
}

/// The folders and names of a path without endings, and without a name that says nothing behind one that
/// does: of an array that is alone in its file, and of a file in a folder.
fn segments(survey: &Survey) -> Vec<String> {
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

pub(super) fn path_parts(survey: &Survey) -> PathParts {
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

/// Roles that names begin with. Words in the singular are names of layers as well (`response_norm1`): they
/// need more than themselves.
fn prefix_of(stem: &str) -> Option<(Kind, bool, &str)> {
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
pub(super) fn is_named_as_brain(stem: &str) -> bool {
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
pub(super) fn is_generic(folder: &str) -> bool {
    let name = folder.to_ascii_lowercase();
    // BIDS
    let is_of_bids = matches!(name.as_str(), "func" | "anat" | "nsd") || name.starts_with("ses-");
    is_of_bids || GENERIC.contains(&name.as_str()) || says_of(folder).is_some() || is_split(folder)
}

/// `training_split`: how stimuli were split says nothing of whose an array is.
fn is_split(folder: &str) -> bool {
    let words = words(folder);
    !words.is_empty() && words.iter().all(|word| NO_REGION.contains(&word.as_str()))
}

/// Network and layer from `NETWORK__LAYER` or from the folders above; returns the reason.
fn name_layer(role: &mut Role, parts: &PathParts) -> String {
    let stem = parts.stem.as_str();
    if let Some((network, layer)) = stem.split_once("__") {
        network.clone_into(&mut role.network);
        layer.clone_into(&mut role.layer);
        return "its name is NETWORK__LAYER".into();
    }
    if let Some(folder) = parts
        .folders
        .iter()
        .rev()
        .find(|folder| !is_generic(folder))
    {
        // a folder `activations_alexnet` is that of alexnet
        let name = prefix_of(folder).map_or(folder.as_str(), |(_, _, rest)| rest);
        name.clone_into(&mut role.network);
        stem.clone_into(&mut role.layer);
        return "it lies in the folder of a network".into();
    }
    stem.clone_into(&mut role.network);
    "layer".clone_into(&mut role.layer);
    "no other role fits its shape and name".into()
}

/// Region and subject from `ROI__SUBJECT`, from a token `sub-01`, or from the folders above.
fn name_brain(role: &mut Role, parts: &PathParts) {
    let is_stack = matches!(role.axes, Axes::Stack(_) | Axes::CondensedStack);
    let stem = parts.stem.as_str();
    let stem = if is_stack { without_sizes(stem) } else { stem };
    let stem = without_word(stem);
    let of_folders = || {
        parts
            .folders
            .iter()
            .rev()
            .find(|folder| is_subject(folder))
            .cloned()
    };
    let (roi, subject) = if let Some((first, second)) = stem.split_once("__") {
        if is_subject(first) && !is_subject(second) {
            (second.to_owned(), Some(first.to_owned()))
        } else {
            (first.to_owned(), Some(second.to_owned()))
        }
    } else if let Some((roi, subject)) = subject_token(stem) {
        (region_of(&roi), Some(subject))
    } else if let Some(subject) = of_folders() {
        (region_of(stem), Some(subject))
    } else {
        (stem.to_owned(), None)
    };
    let nobody = if is_stack { "sub-" } else { "group" };
    role.subject = subject.unwrap_or_else(|| nobody.to_owned());
    role.roi = if roi.is_empty() {
        let names_region = |folder: &&String| !is_generic(folder) && !is_subject(folder);
        let folder = parts.folders.iter().rev().find(names_region);
        folder.cloned().unwrap_or_else(|| "brain".into())
    } else {
        roi
    };
}

/// A region without words that are of no region: `lh_training_fmri` is `lh`, `ses-01_roi-V1_betas` is V1.
pub(super) fn region_of(stem: &str) -> String {
    let tokens = || stem.split('_').filter(|token| !token.is_empty());
    let region = tokens().find_map(|token| {
        let (key, value) = token.split_once('-')?;
        (key.eq_ignore_ascii_case("roi") && !value.is_empty()).then(|| value.to_owned())
    });
    region.unwrap_or_else(|| {
        tokens()
            .filter(|token| !NO_REGION.contains(&token.to_ascii_lowercase().as_str()))
            .collect::<Vec<_>>()
            .join("_")
    })
}

/// `IT_15x92x92` is named `IT`.
fn without_sizes(stem: &str) -> &str {
    match stem.rsplit_once('_') {
        Some((head, tail))
            if tail.contains('x') && tail.chars().all(|c| c == 'x' || c.is_ascii_digit()) =>
        {
            head
        }
        _ => stem,
    }
}

/// `EVC_RDMs` and `rdm_EVC` are of EVC.
fn without_word(stem: &str) -> &str {
    let lower = stem.to_ascii_lowercase();
    let cut = ["_rdms", "_rdm"].iter().find(|word| lower.ends_with(*word));
    match cut.and_then(|word| stem.get(..stem.len() - word.len())) {
        Some(rest) if !rest.is_empty() => rest,
        _ => stem,
    }
}

/// Splits `IT_sub-01` or `sub01_IT` into region and subject.
fn subject_token(stem: &str) -> Option<(String, String)> {
    let tokens: Vec<&str> = stem.split('_').collect();
    let index = tokens.iter().position(|token| is_subject(token))?;
    let mut others = tokens;
    let subject = others.remove(index).to_owned();
    Some((others.join("_"), subject))
}

/// `sub-01`, `subj01`, `subject1`, `participant_3`.
pub fn is_subject(token: &str) -> bool {
    let lower = token.to_ascii_lowercase();
    // BIDS: any letters and digits
    if let Some(label) = lower.strip_prefix("sub-")
        && !label.is_empty()
        && label.chars().all(|c| c.is_ascii_alphanumeric())
    {
        return true;
    }
    ["subject", "subj", "sub", "participant"]
        .iter()
        .any(|word| {
            lower
                .strip_prefix(word)
                .map(|rest| rest.trim_start_matches(['-', '_']))
                .is_some_and(|rest| !rest.is_empty() && rest.chars().all(|c| c.is_ascii_digit()))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::{About, Element, NamedArray, Values};
    use crate::study::survey::survey;

    fn guessed(path: &str, shape: &[usize], value: impl Fn(usize) -> f64) -> Role {
        let length: usize = shape.iter().product();
        guess(&survey(&NamedArray {
            path: path.into(),
            shape: shape.to_vec(),
            element: Element::TEXT,
            values: Values::F64((0..length).map(value).collect()),
            ids: None,
            about: About::default(),
        }))
        .0
    }

    #[test]
    fn layers_are_named_by_file_or_folder() {
        for path in [
            "activations_alexnet__conv1.npy",
            "activations/alexnet__conv1.npy",
            "alexnet/conv1.npy",
            "alexnet.npz/conv1",
            "study/activations/alexnet/conv1.csv",
            "activations_alexnet.npz/conv1",
            "responses_study/alexnet__conv1.npy",
            "alexnet/conv1/features.npy",
            "acts/alexnet.h5/conv1",
            "fmri_study/models/alexnet/conv1.npy",
            "study\\activations\\alexnet\\conv1.npy",
            "study.zip/models/alexnet__conv1.npy.gz",
        ] {
            let role = guessed(path, &[5, 3], |i| i as f64);
            assert_eq!(role.kind, Kind::Activations, "{path}");
            assert_eq!(
                (role.network.as_str(), role.layer.as_str()),
                ("alexnet", "conv1"),
                "{path}"
            );
        }
    }

    #[test]
    fn brains_are_named_by_file_or_folder() {
        let rdm = |i: usize| if i.is_multiple_of(4) { 0.0 } else { 1.0 };
        for path in [
            "rdm_IT__sub-01.npy",
            "brain/rdm_IT__sub-01.npy",
            "IT/sub-01.npy",
            "brain/IT_sub-01.csv",
            "IT/sub-01/rdm.npy",
            "rdm_IT.npz/sub-01",
            "model_comparison/brain/rdm_IT__sub-01.npy",
            "responses_study/rdm_IT__sub-01.npy",
        ] {
            let role = guessed(path, &[3, 3], rdm);
            assert_eq!(role.kind, Kind::Rdm, "{path}");
            assert_eq!(
                (role.roi.as_str(), role.subject.as_str()),
                ("IT", "sub-01"),
                "{path}"
            );
        }
        let role = guessed("responses_V1__s1.npy", &[4, 6], |i| i as f64);
        assert_eq!((role.kind, role.roi.as_str()), (Kind::Responses, "V1"));
        let role = guessed("model_rdms/rdm_animacy.npy", &[3, 3], rdm);
        assert_eq!((role.kind, role.roi.as_str()), (Kind::ModelRdm, "animacy"));
    }

    fn guessed_only(path: &str, shape: &[usize]) -> Role {
        let length: usize = shape.iter().product();
        let only = About {
            is_only: true,
            ..About::default()
        };
        guess(&survey(&NamedArray {
            path: path.into(),
            shape: shape.to_vec(),
            element: Element::TEXT,
            values: Values::F64((0..length).map(|i| i as f64).collect()),
            ids: None,
            about: only,
        }))
        .0
    }

    #[test]
    fn the_key_of_a_container_names_no_network() {
        for path in [
            "neta.h5/df",
            "neta.npz/arr_0",
            "acts/neta.mat/data",
            "neta.pt/features",
            "neta.h5/df/block0_values",
        ] {
            let role = guessed_only(path, &[5, 3]);
            assert_eq!(
                (role.network.as_str(), role.layer.as_str()),
                ("neta", "layer"),
                "{path}"
            );
        }
        let role = guessed_only("activations_alexnet__conv1.mat/l", &[5, 3]);
        assert_eq!(
            (role.network.as_str(), role.layer.as_str()),
            ("alexnet", "conv1")
        );
        let role = guessed_only("activations_alexnet__conv1.npz/arr_0", &[5, 3]);
        assert_eq!(
            (role.network.as_str(), role.layer.as_str()),
            ("alexnet", "conv1")
        );
        // of several arrays each has its own name
        let role = guessed("neta.npz/arr_0", &[5, 3], |i| i as f64);
        assert_eq!(
            (role.network.as_str(), role.layer.as_str()),
            ("neta", "arr_0")
        );
    }

    #[test]
    fn layers_may_be_called_like_roles() {
        for (path, layer) in [
            ("vgg/features_3.npy", "features_3"),
            ("acts/vgg/response_norm1.npy", "response_norm1"),
            ("vgg.npz/activation_5", "activation_5"),
        ] {
            let role = guessed(path, &[5, 3], |i| i as f64);
            assert_eq!(role.kind, Kind::Activations, "{path}");
            assert_eq!(
                (role.network.as_str(), role.layer.as_str()),
                ("vgg", layer),
                "{path}"
            );
        }
        assert_eq!(
            guessed("labels.npy", &[5, 3], |i| i as f64).kind,
            Kind::LeftOut
        );
        assert_eq!(
            guessed("vgg__labels.npy", &[5, 3], |i| i as f64).kind,
            Kind::Activations
        );
    }

    #[test]
    fn folders_of_brains_hold_responses() {
        for (path, roi, subject) in [
            ("fmri/IT__sub-01.npy", "IT", "sub-01"),
            ("brain_data/IT/sub-01.npy", "IT", "sub-01"),
            ("betas/sub-01/IT.npy", "IT", "sub-01"),
            ("sub-01/IT.npy", "IT", "sub-01"),
            (
                "subj01/training_split/training_fmri/lh_training_fmri.npy",
                "lh",
                "subj01",
            ),
            ("responses/sub-02_roi-V1_betas.npy", "V1", "sub-02"),
            ("sub-01__IT.npy", "IT", "sub-01"),
        ] {
            let role = guessed(path, &[5, 7], |i| i as f64);
            assert_eq!(role.kind, Kind::Responses, "{path}");
            assert_eq!(
                (role.roi.as_str(), role.subject.as_str()),
                (roi, subject),
                "{path}"
            );
        }
        // images that one subject saw are still a network's
        let role = guessed("subj01/alexnet/conv1.npy", &[5, 7], |i| i as f64);
        assert_eq!(
            (role.kind, role.network.as_str()),
            (Kind::Activations, "alexnet")
        );
    }

    fn axes_by_name(path: &str, shape: &[usize], axes: &[&str]) -> Axes {
        let length: usize = shape.iter().product();
        let about = About {
            axes: axes.iter().map(|&axis| axis.to_owned()).collect(),
            ..About::default()
        };
        guess(&survey(&NamedArray {
            path: path.into(),
            shape: shape.to_vec(),
            element: Element::TEXT,
            values: Values::F64((0..length).map(|i| i as f64).collect()),
            ids: None,
            about,
        }))
        .0
        .axes
    }

    #[test]
    fn responses_are_never_pooled_and_time_is_asked_about() {
        let axes =
            |shape: &[usize], names: &[&str]| axes_by_name("responses_V1__s.nc", shape, names);
        assert_eq!(axes(&[5, 2, 3, 4], &[]), Axes::Volumes);
        assert_eq!(axes(&[5, 2, 3], &[]), Axes::Unclear);
        assert_eq!(axes(&[5, 2, 3], &["presentation", "x", "y"]), Axes::Volumes);
        assert_eq!(
            axes(&[5, 2, 3], &["presentation", "neuroid", "time_bin"]),
            Axes::Unclear
        );
        assert_eq!(
            axes(&[5, 2], &["presentation", "neuroid"]),
            Axes::StimuliUnits
        );
        let axes = |shape: &[usize], names: &[&str]| axes_by_name("a__b.nc", shape, names);
        assert_eq!(
            axes(&[5, 2, 4, 4], &["image", "channel", "y", "x"]),
            Axes::ChannelsFirst
        );
        assert_eq!(
            axes(&[5, 4, 3, 2], &["image", "y", "x", "channel"]),
            Axes::ChannelsLast
        );
        assert_eq!(axes(&[5, 4, 3], &["image", "unit", "time"]), Axes::Unclear);
    }

    #[test]
    fn content_tells_stacks_similarities_and_triangles() {
        let stack = |i: usize| if (i % 9).is_multiple_of(4) { 0.0 } else { 1.0 };
        let role = guessed("rdms_IT_15x3x3.npy", &[15, 3, 3], stack);
        assert_eq!(
            (role.axes, role.roi.as_str(), role.subject.as_str()),
            (Axes::Stack(0), "IT", "sub-")
        );
        let role = guessed("it.npy", &[3, 3], |i| {
            if i.is_multiple_of(4) { 1.0 } else { 0.2 }
        });
        assert!(role.similarity && role.kind == Kind::Rdm);
        assert_eq!(guessed("it.npy", &[10], |i| i as f64).axes, Axes::Condensed);
    }

    #[test]
    fn feature_maps_have_square_space() {
        let axes = |shape: &[usize]| guessed("a__b.npy", shape, |i| i as f64).axes;
        assert_eq!(axes(&[2, 8, 4, 4]), Axes::ChannelsFirst);
        assert_eq!(axes(&[2, 4, 4, 8]), Axes::ChannelsLast);
        assert_eq!(axes(&[2, 5, 3]), Axes::Tokens);
    }

    #[test]
    fn sets_follow_from_names() {
        assert_eq!(guess_set("alexnet-random0"), "Untrained");
        assert_eq!(guess_set("pixels"), "Pixels, Gabors");
        assert_eq!(guess_set("resnet18"), "Trained");
    }

    #[test]
    fn ids_of_the_second_axis_turn_activations_and_responses() {
        for path in ["a__l.h5/l", "responses_IT__sub-01.h5/betas"] {
            let survey = survey(&NamedArray {
                path: path.into(),
                shape: vec![2, 3],
                element: Element::TEXT,
                values: Values::F64(vec![0.5; 6]),
                ids: Some(["x", "y", "z"].map(str::to_owned).to_vec()),
                about: About::default(),
            });
            assert_eq!(guess(&survey).0.axes, Axes::UnitsStimuli, "{path}");
        }
    }
}
