//! Arrays with the roles that they were given, by a guess, a manifest or the user.

use std::collections::HashMap;

use super::manifest::{Manifest, Slot, resolve};
use super::naming::guess;
use super::roles::{Kind, Role};
use super::survey::{Looks, Survey};
use super::{ArrayId, Context};
use crate::formats::file_of;
use crate::problem::Problem;

/// One array that the user brought: a row of the files table.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Where its numbers are.
    pub id: ArrayId,
    /// What is known of its numbers.
    pub survey: Survey,
    /// What it is for.
    pub role: Role,
    /// Why it was taken for that.
    pub reason: String,
    /// The user or a manifest said what it is for: guesses no longer touch it.
    pub settled: bool,
}

impl Entry {
    /// An array with the role that its name and content suggest.
    #[must_use]
    pub fn guessed(id: ArrayId, survey: Survey) -> Self {
        let (role, reason) = guess(&survey);
        Self {
            id,
            survey,
            role,
            reason,
            settled: false,
        }
    }

    /// Number of stimuli, as its axes say; `None` where its shape does not fit its role.
    #[must_use]
    pub fn stimuli(&self) -> Option<usize> {
        self.role.axes.stimuli(&self.survey.shape)
    }
}

/// Gives every array the role that a manifest states; what it does not name is left out.
///
/// # Errors
/// One [`Problem`] for each file that the manifest names and that is not there.
pub fn apply_manifest(
    entries: &mut [Entry],
    manifest: &Manifest,
    path: &str,
    context: &mut Context,
) -> Result<(), Vec<Problem>> {
    let mut missing = Vec::new();
    for entry in entries.iter_mut() {
        entry.role.kind = Kind::LeftOut;
        entry.reason = format!("{path} does not name it");
        entry.settled = true;
    }
    let mut named: HashMap<String, String> = HashMap::new();
    for Slot { file, role } in manifest.slots() {
        let wanted = resolve(path, &file);
        let index = match index_of(entries, &wanted) {
            Ok(index) => index,
            Err(problem) => {
                missing.push(Problem {
                    file: path.to_owned(),
                    found: format!("names the file {file}, {}", problem.found),
                    ..problem
                });
                continue;
            }
        };
        let entry = &mut entries[index];
        let what = role.describe();
        if let Some(first) = named.insert(entry.survey.path.clone(), what.clone()) {
            missing.push(
                Problem::error(
                    path,
                    format!("names the file {file} twice: as {first} and as {what}"),
                )
                .expected("each array once")
                .hint("Correct one of the two, or give it a file of its own"),
            );
        }
        let axes = super::naming::axes_for(role.kind, &entry.survey);
        let similarity = matches!(
            entry.survey.looks,
            Looks::Similarity
                | Looks::Stack {
                    similarity: true,
                    ..
                }
        );
        entry.role = Role {
            axes,
            similarity,
            ..role
        };
        entry.reason = format!("{path} says so");
    }
    context.settings.title.clone_from(&manifest.title);
    for network in &manifest.networks {
        if let Some(set) = &network.set {
            context
                .settings
                .sets
                .insert(network.name.clone(), set.clone());
        }
        if let Some(group) = &network.same_as {
            context
                .settings
                .same_as
                .insert(network.name.clone(), group.clone());
        }
    }
    if missing.is_empty() {
        Ok(())
    } else {
        Err(missing)
    }
}

/// What the file holds in which an array is missing, where it is there itself.
fn beside_missing<'a>(entries: &[Entry], wanted: &'a str) -> Option<(&'a str, String)> {
    let file = file_of(wanted);
    let inside: Vec<&str> = entries
        .iter()
        .filter_map(|entry| entry.survey.path.strip_prefix(file)?.strip_prefix('/'))
        .collect();
    if inside.is_empty() || file == wanted {
        let is_alone = file != wanted && entries.iter().any(|entry| entry.survey.path == file);
        return is_alone.then(|| (file, "one array without a name".to_owned()));
    }
    let more = match inside.len() {
        0..=8 => String::new(),
        all => format!(" and {} more", all - 8),
    };
    let some: Vec<&str> = inside.into_iter().take(8).collect();
    Some((file, format!("{}{more}", some.join(", "))))
}

/// The array that an address of a manifest means: the one of that path, or the only one in a file of that
/// path.
fn index_of(entries: &[Entry], wanted: &str) -> Result<usize, Problem> {
    let exact = entries.iter().position(|entry| entry.survey.path == wanted);
    if let Some(index) = exact {
        return Ok(index);
    }
    let inside: Vec<usize> = (0..entries.len())
        .filter(|&index| {
            let rest = entries[index].survey.path.strip_prefix(wanted);
            rest.is_some_and(|rest| rest.starts_with('/'))
        })
        .collect();
    match inside.as_slice() {
        [only] => Ok(*only),
        [] => {
            let missing =
                Problem::error("", "which is not there").expected(format!("an array at {wanted}"));
            Err(match beside_missing(entries, wanted) {
                Some((file, held)) => missing.hint(format!(
                    "{file} holds {held}: correct the name in the manifest, or save the array into the file"
                )),
                None => missing.hint("Add the file, or correct its name in the manifest"),
            })
        }
        several => {
            let some = several.iter().take(4);
            let names: Vec<&str> = some
                .map(|&index| entries[index].survey.path.as_str())
                .collect();
            Err(
                Problem::error("", format!("which holds {} arrays", several.len()))
                    .expected(format!(
                        "the one that is meant, such as {}",
                        names.join(" or ")
                    ))
                    .hint("Name it behind the file, as in nets.npz/conv1"),
            )
        }
    }
}
