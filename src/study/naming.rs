//! What an array is taken for, from its name, its folders and its content. Every guess says why, and
//! every one can be changed.

mod axes;
mod names;
mod path;
mod regions;
#[cfg(test)]
mod tests;

use super::roles::{Distance, Kind, Role};
use super::survey::{Looks, Survey};
use crate::formats::words::{is_id_name, is_label_name, is_of_others};
use crate::formats::{Content, Element, ElementKind};
pub use axes::{axes_for, is_default_name, may_count_time, must_be_chosen};
use names::{name_brain, name_layer};
pub use path::is_named_as_layer;
use path::{PathParts, segments};
pub(super) use path::{Says, is_generic, is_named_as_brain, path_parts};
pub use regions::is_subject;
pub(super) use regions::region_of;
use regions::subject_token;

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
