//! What an array is taken for, from its name, its folders and its content. Every guess says why, and
//! every one can be changed.

use super::roles::{Axes, Distance, Kind, Role};
use super::survey::{Looks, Survey, condensed_of};
use crate::formats::Content;

/// Folders that say what kind of thing is in them, not whose it is.
const GENERIC: [&str; 16] = [
    "activations",
    "activation",
    "features",
    "layers",
    "models",
    "networks",
    "brain",
    "brains",
    "fmri",
    "neural",
    "responses",
    "rdms",
    "rdm",
    "data",
    "study",
    "arrays",
];

/// Names that tools give to the only array of a file.
const NAMELESS: [&str; 10] = [
    "arr_0",
    "features",
    "activations",
    "array",
    "data",
    "rdm",
    "rdms",
    "dissimilarities",
    "measurements",
    "net_rdm",
];

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
        Kind::FurtherRdm => take(&mut role.roi, &about.roi),
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
    if role.similarity && matches!(kind, Kind::Rdm | Kind::FurtherRdm) {
        reason.push_str("; its diagonal is one, so it holds similarities s and 1 - s is used");
    }
    if matches!(kind, Kind::Activations | Kind::Fitting) && survey.shape.len() > 2 {
        reason.push_str(&format!("; its axes are taken as {}", role.axes.label()));
    }
    (role, reason)
}

/// The role that the file itself states; names that it does not give are guessed from its path.
fn by_file(survey: &Survey, content: Content) -> Role {
    let kind = match content {
        Content::Activations => Kind::Activations,
        Content::Responses => Kind::Responses,
        Content::Rdm => Kind::Rdm,
        Content::FurtherRdm => Kind::FurtherRdm,
    };
    let (by_name, _) = by_name(survey);
    let segments = segments(&survey.path);
    let (stem, folders) = segments
        .split_last()
        .map_or(("", &[][..]), |(stem, folders)| (stem.as_str(), folders));
    let mut role = Role {
        similarity: by_name.similarity,
        ..Role::new(kind, axes_for(kind, survey))
    };
    match kind {
        Kind::Activations | Kind::Fitting => {
            name_layer(&mut role, stem, folders);
        }
        Kind::FurtherRdm => stem.clone_into(&mut role.roi),
        _ => name_brain(&mut role, prefix_of(stem).1, folders),
    }
    role
}

/// The role that the name, the folders and the numbers of an array suggest.
fn by_name(survey: &Survey) -> (Role, String) {
    let segments = segments(&survey.path);
    let (stem, folders) = segments
        .split_last()
        .map_or(("", &[][..]), |(stem, folders)| (stem.as_str(), folders));
    let (prefix, rest) = match (prefix_of(stem), folders.split_last()) {
        // `rdm_IT.npz` with `sub-01` in it, or a folder of that name
        ((None, stem), Some((folder, _)))
            if prefix_of(folder).0.is_some() && !stem.contains("__") =>
        {
            let (prefix, of_folder) = prefix_of(folder);
            (prefix, format!("{of_folder}__{stem}"))
        }
        ((prefix, rest), _) => (prefix, rest.to_owned()),
    };
    let rest = rest.as_str();
    let by_content = matches!(
        survey.looks,
        Looks::Rdm | Looks::Similarity | Looks::Stack { .. }
    );
    let is_further = segments.iter().rev().take(2).any(|name| is_of_models(name));
    let (kind, reason) = match prefix {
        Some(Kind::Rdm) if is_further => (
            Kind::FurtherRdm,
            "its name starts with rdm, and its path says model".to_owned(),
        ),
        Some(Kind::Rdm) => (Kind::Rdm, "its name starts with rdm".to_owned()),
        Some(Kind::Responses) => (Kind::Responses, "its name starts with responses".to_owned()),
        Some(Kind::Fitting) => (
            Kind::Fitting,
            "its name starts with fitting: components are fitted on its stimuli".to_owned(),
        ),
        Some(kind) => (kind, "its name starts with activations".to_owned()),
        None if by_content && is_further => (
            Kind::FurtherRdm,
            format!("{}, and its path says model", content_reason(survey)),
        ),
        None if by_content => (Kind::Rdm, content_reason(survey)),
        None if matches!(survey.looks, Looks::Condensed { .. }) && !rest.contains("__") => {
            (Kind::Rdm, content_reason(survey))
        }
        None => (
            Kind::Activations,
            "no other role fits its shape and name".to_owned(),
        ),
    };
    let mut role = Role {
        similarity: matches!(
            survey.looks,
            Looks::Similarity
                | Looks::Stack {
                    similarity: true,
                    ..
                }
        ),
        ..Role::new(kind, axes_for(kind, survey))
    };
    let mut reason = reason;
    match kind {
        Kind::Activations | Kind::Fitting => {
            let named_by = name_layer(&mut role, rest, folders);
            if prefix.is_none() {
                reason = named_by;
            }
        }
        Kind::FurtherRdm => rest.clone_into(&mut role.roi),
        _ => name_brain(&mut role, rest, folders),
    }
    (role, reason)
}

/// `model_rdms`, say; a study that merely has models in its name holds brains as well.
fn is_of_models(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name == "models" || (name.contains("model") && name.contains("rdm"))
}

/// How an array of this content is to be read for a role.
#[must_use]
pub fn axes_for(kind: Kind, survey: &Survey) -> Axes {
    if let (Kind::Rdm | Kind::FurtherRdm, Looks::Stack { axis, .. }) = (kind, survey.looks) {
        return Axes::Stack(axis as u8);
    }
    if let (Kind::Rdm | Kind::FurtherRdm, [rows, columns]) = (kind, survey.shape.as_slice())
        && rows != columns
        && condensed_of(*columns).is_some()
    {
        return Axes::CondensedStack;
    }
    if let (false, [_, a, b, c]) = (kind == Kind::Rdm, survey.shape.as_slice()) {
        // A feature map is square: its two equal axes are the space.
        return if a == b && b != c {
            Axes::ChannelsLast
        } else {
            Axes::ChannelsFirst
        };
    }
    Axes::choices(kind, &survey.shape)
        .first()
        .copied()
        .unwrap_or(Axes::StimuliUnits)
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
        Looks::Condensed { stimuli } => {
            format!("its length is that of the upper triangle of a {stimuli} × {stimuli} matrix")
        }
        Looks::Square { .. } | Looks::Plain => "its content says nothing".into(),
    }
}

/// The folders and names of a path without endings, and without names that say nothing.
fn segments(path: &str) -> Vec<String> {
    let mut segments: Vec<String> = path
        .split('/')
        .filter(|segment| !segment.is_empty())
        .map(|segment| {
            let known = [
                ".npy",
                ".npz",
                ".csv",
                ".tsv",
                ".txt",
                ".zip",
                ".mat",
                ".h5",
                ".hdf5",
                ".nc",
                ".pt",
                ".pth",
                ".safetensors",
            ];
            known
                .iter()
                .find_map(|ending| {
                    let cut = segment.len().checked_sub(ending.len())?;
                    let tail = segment.get(cut..)?;
                    tail.eq_ignore_ascii_case(ending)
                        .then(|| segment[..cut].to_owned())
                })
                .unwrap_or_else(|| segment.to_owned())
        })
        .collect();
    while segments.len() > 1
        && segments
            .last()
            .is_some_and(|last| NAMELESS.contains(&last.to_ascii_lowercase().as_str()))
    {
        segments.pop();
    }
    segments
}

fn prefix_of(stem: &str) -> (Option<Kind>, &str) {
    for (word, kind) in [
        ("activations_", Kind::Activations),
        ("activation_", Kind::Activations),
        ("features_", Kind::Activations),
        ("fitting_", Kind::Fitting),
        ("rdms_", Kind::Rdm),
        ("rdm_", Kind::Rdm),
        ("responses_", Kind::Responses),
        ("response_", Kind::Responses),
        ("betas_", Kind::Responses),
    ] {
        if let (Some(head), Some(rest)) = (stem.get(..word.len()), stem.get(word.len()..))
            && head.eq_ignore_ascii_case(word)
            && !rest.is_empty()
        {
            return (Some(kind), rest);
        }
    }
    (None, stem)
}

fn is_generic(folder: &str) -> bool {
    GENERIC.contains(&folder.to_ascii_lowercase().as_str())
}

/// Network and layer from `NETWORK__LAYER` or from the folders above; returns the reason.
fn name_layer(role: &mut Role, stem: &str, folders: &[String]) -> String {
    if let Some((network, layer)) = stem.split_once("__") {
        network.clone_into(&mut role.network);
        layer.clone_into(&mut role.layer);
        return "its name is NETWORK__LAYER".into();
    }
    if let Some(folder) = folders.iter().rev().find(|folder| !is_generic(folder)) {
        folder.clone_into(&mut role.network);
        stem.clone_into(&mut role.layer);
        return "it lies in the folder of a network".into();
    }
    stem.clone_into(&mut role.network);
    "layer".clone_into(&mut role.layer);
    "no other role fits its shape and name".into()
}

/// Region and subject from `ROI__SUBJECT`, from a token `sub-01`, or from the folders above.
fn name_brain(role: &mut Role, stem: &str, folders: &[String]) {
    let is_stack = matches!(role.axes, Axes::Stack(_) | Axes::CondensedStack);
    let stem = if is_stack { without_sizes(stem) } else { stem };
    let stem = without_word(stem);
    let subject = if is_stack { "sub-" } else { "group" };
    let (roi, subject) = if let Some((roi, subject)) = stem.split_once("__") {
        (roi.to_owned(), subject.to_owned())
    } else if let Some((roi, subject)) = subject_token(stem) {
        let roi = if roi.is_empty() {
            folders
                .iter()
                .rev()
                .find(|folder| !is_generic(folder))
                .cloned()
        } else {
            Some(roi)
        };
        (roi.unwrap_or_else(|| "brain".into()), subject)
    } else {
        (stem.to_owned(), subject.to_owned())
    };
    role.roi = roi;
    role.subject = subject;
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
    let is_subject = |token: &str| {
        let lower = token.to_ascii_lowercase();
        ["subject", "subj", "sub"].iter().any(|word| {
            lower
                .strip_prefix(word)
                .map(|rest| rest.trim_start_matches('-'))
                .is_some_and(|rest| !rest.is_empty() && rest.chars().all(|c| c.is_ascii_digit()))
        })
    };
    let place = tokens.iter().position(|token| is_subject(token))?;
    let mut others = tokens.clone();
    let subject = others.remove(place).to_owned();
    Some((others.join("_"), subject))
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
            "activations_alexnet__conv1.npz/arr_0",
            "activations_alexnet.npz/conv1",
            "responses_study/alexnet__conv1.npy",
            "alexnet/conv1/features.npy",
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
        assert_eq!(
            (role.kind, role.roi.as_str()),
            (Kind::FurtherRdm, "animacy")
        );
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
}
