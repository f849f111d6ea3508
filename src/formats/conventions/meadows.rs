//! RDMs as Meadows exports them: `rdmutv`, the upper triangle, alone or for each participant, beside the list
//! `stimuli`.

use super::super::contents::{Contents, Data, Variable};
use super::super::{Found, NamedArray, condensed_of, stem_of_image};
use super::{About, Content, is_array, left_over};
use crate::problem::Problem;

/// Arrays of such a file; `None` for any other.
pub fn found(contents: &Contents) -> Option<Vec<Found>> {
    let stimuli = contents.variable("stimuli")?.text()?;
    let is_rdm = |variable: &&Variable| {
        is_array(variable)
            && (variable.name == "rdmutv" || variable.name.starts_with("rdmutv_"))
            && matches!(*variable.shape.as_slice(), [_] | [_, _])
    };
    let rdms: Vec<&Variable> = contents.variables.iter().filter(is_rdm).collect();
    if rdms.is_empty() {
        return None;
    }
    let mut made: Vec<Found> = rdms
        .iter()
        .map(|variable| rdm(contents, variable, stimuli))
        .collect();
    made.extend(left_over(contents, &rdms, &rdms));
    Some(made)
}

fn rdm(contents: &Contents, variable: &Variable, stimuli: &[String]) -> Found {
    let path = format!("{}/{}", contents.path, variable.name);
    let pairs = variable.shape.last().copied().unwrap_or(0);
    let Data::Numbers { element, values } = &variable.data else {
        return Found::LeftAlone(Problem::error(&path, "holds no numbers"));
    };
    if condensed_of(pairs) != Some(stimuli.len()) {
        return Found::LeftAlone(
            Problem::error(
                &path,
                format!(
                    "holds {pairs} distances, but stimuli beside it lists {} stimuli",
                    stimuli.len()
                ),
            )
            .expected("n x (n - 1) / 2 distances of n stimuli, as Meadows writes them")
            .hint("Download it from Meadows again"),
        );
    }
    let subject = variable.name.strip_prefix("rdmutv_");
    Found::Array(NamedArray {
        path,
        shape: variable.shape.clone(),
        element: *element,
        values: values.clone(),
        ids: Some(stimuli.iter().map(|id| stem_of_image(id)).collect()),
        about: About {
            content: Some((
                Content::Rdm,
                "Meadows wrote it: rdmutv is the upper triangle of an RDM".to_owned(),
            )),
            subjects: subject.map(str::to_owned).into_iter().collect(),
            axes: match variable.shape.len() {
                2 => vec!["subject".to_owned(), "pair".to_owned()],
                _ => vec!["pair".to_owned()],
            },
            ids_from: "stimuli beside it".to_owned(),
            ..About::default()
        },
    })
}
