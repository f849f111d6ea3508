//! What a layer or a brain is called, by its name and the folders above it.

use super::path::{PathParts, is_generic, prefix_of};
use super::regions::{is_subject, region_of, subject_token, without_sizes, without_word};
use crate::study::roles::{Axes, Role};

/// Network and layer from `NETWORK__LAYER` or from the folders above; returns the reason.
pub fn name_layer(role: &mut Role, parts: &PathParts) -> String {
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
pub fn name_brain(role: &mut Role, parts: &PathParts) {
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
