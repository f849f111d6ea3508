//! From arrays with roles to a study: the last step at which anything can be wrong with a file.

mod brains;
mod checks;
mod fitting;
mod model_rdms;
mod networks;
#[cfg(test)]
mod tests;

use super::alignment::{Matching, match_stimuli};
use super::lookalikes;
use super::roles::Kind;
use super::{ArrayId, Context, Entry, Network, Part, Study};
use crate::formats::file_of;
use crate::problem::{Problem, count};
use brains::{brains, duplicate_brains};
use checks::{of_entry, rdms_beside_layers};
use fitting::add_fitting;
use model_rdms::model_rdms;
use networks::networks;

/// A study, if there is one, and everything to be said about it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Assembly {
    /// Complete and consistent, ready to be analysed; absent while any problem is an error.
    pub study: Option<Study>,
    /// Notices, warnings and errors, in the order in which they were met.
    pub problems: Vec<Problem>,
    /// An error that goes away if the user says that rows without ids are in the order of a table.
    pub may_lend_ids: bool,
    /// How the stimuli of each array in use were found; nothing while they cannot be matched.
    pub matched: Vec<(ArrayId, Matching)>,
}

impl Assembly {
    /// How the stimuli of an array were found.
    #[must_use]
    pub fn matching(&self, array: ArrayId) -> Option<&Matching> {
        let found = self.matched.iter().find(|(id, _)| *id == array);
        found.map(|(_, how)| how)
    }
}

/// Puts a study together from the entries in use.
#[must_use]
pub fn assemble(entries: &[Entry], context: &Context) -> Assembly {
    let mut problems = Vec::new();
    let (fitting, used): (Vec<&Entry>, Vec<&Entry>) = entries
        .iter()
        .filter(|entry| entry.role.kind != Kind::LeftOut)
        .partition(|entry| entry.role.kind == Kind::Fitting);
    for entry in used.iter().chain(&fitting) {
        problems.extend(of_entry(entry));
    }
    problems.extend(lookalikes::told(entries));
    problems.extend(rdms_beside_layers(entries));
    problems.extend(left_out(entries));
    let mut may_lend_ids = false;
    let mut how = Vec::new();
    let mut study = None;
    if !problems.iter().any(Problem::is_error) {
        match match_stimuli(&used, context, &mut problems) {
            Ok(matched) => {
                let ids = used.iter().map(|entry| entry.id);
                how = ids.zip(matched.how).collect();
                let parts: Vec<Part> = used
                    .iter()
                    .zip(matched.rows)
                    .map(|(entry, rows)| Part {
                        array: entry.id,
                        digest: entry.survey.digest,
                        path: entry.survey.path.clone(),
                        shape: entry.survey.shape.clone(),
                        axes: entry.role.axes,
                        rows,
                    })
                    .collect();
                let mut networks = networks(&used, &parts, context, &mut problems);
                problems.extend(add_fitting(&mut networks, &fitting));
                let made = Study {
                    title: context.settings.title.clone(),
                    stimuli: matched.stimuli,
                    networks,
                    brains: brains(&used, &parts),
                    model_rdms: model_rdms(&used, &parts),
                };
                problems.extend(missing(&made));
                problems.extend(duplicate_brains(&made));
                study = Some(made);
            }
            Err(problem) => {
                may_lend_ids = context.tables().is_empty() && !context.settings.lend_ids && {
                    let agreed = Context {
                        settings: super::Settings {
                            lend_ids: true,
                            ..context.settings.clone()
                        },
                        ..context.clone()
                    };
                    match_stimuli(&used, &agreed, &mut Vec::new()).is_ok()
                };
                problems.push(problem);
            }
        }
    }
    if problems.iter().any(Problem::is_error) {
        study = None;
    }
    if let Some(study) = &mut study {
        study.make_visible();
    }
    Assembly {
        study,
        problems,
        may_lend_ids,
        matched: how,
    }
}

/// One notice of the arrays that a guess left out, for none goes without a word.
fn left_out(entries: &[Entry]) -> Vec<Problem> {
    entries
        .iter()
        .filter(|entry| entry.role.kind == Kind::LeftOut && !entry.settled)
        .map(|entry| {
            Problem::notice(&entry.survey.path, format!("is left out: {}", entry.reason))
                .hint("Give it a role in the files table or a study.json if it is one")
        })
        .collect()
}

fn missing(study: &Study) -> Option<Problem> {
    match study.networks.as_slice() {
        [] => Some(
            Problem::error("", "there are no activations yet")
                .expected("activations of two networks or more, and brain RDMs for the same images")
                .hint("Add files named NETWORK__LAYER.npy"),
        ),
        [only] => Some(
            Problem::error("", format!("there is one network only, {}{}", only.name, whence(only)))
                .expected("two or more: universality asks what other networks share")
                .hint("Add the activations of another network for the same images; if one file holds several networks, name their arrays NETWORK/LAYER in it, or say whose they are in the files table or a study.json"),
        ),
        _ if study.brains.is_empty() => Some(
            Problem::warning(
                "",
                "there is no brain yet: universality can be computed, alignment cannot",
            )
            .expected("an RDM or responses of at least one subject")
            .hint("Add files named rdm_ROI__SUBJECT.npy"),
        ),
        _ => None,
    }
}

/// The file of a network's layers, if they are those of one file and may be those of several networks.
fn whence(network: &Network) -> String {
    let mut parts = network.layers.iter().flat_map(|layer| &layer.parts);
    let file = |path: &str| file_of(path).to_owned();
    let first = parts.next().map(|part| file(&part.path));
    match first {
        Some(first) if network.layers.len() > 1 && parts.all(|part| file(&part.path) == first) => {
            let names: Vec<&str> = network
                .layers
                .iter()
                .take(4)
                .map(|layer| layer.name.as_str())
                .collect();
            format!(", whose layers ({}) are those of {first}", names.join(", "))
        }
        _ => String::new(),
    }
}

/// `23 networks, 84 layers, 92 stimuli, 15 subjects`.
#[must_use]
pub fn summary(study: &Study) -> String {
    [
        count(study.networks.len(), "network", "networks"),
        count(study.layer_count(), "layer", "layers"),
        count(study.stimuli.ids.len(), "stimulus", "stimuli"),
        count(study.subjects().len(), "subject", "subjects"),
    ]
    .join(", ")
}
