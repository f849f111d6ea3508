//! Arrays of structures as the RSA toolbox for MATLAB keeps RDMs: a matrix or its upper triangle in one
//! field, who it is of in others.

use super::super::Found;
use super::super::contents::{Contents, Variable, last_name};
use super::{About, Content, array, is_array, left_over};

/// Fields that hold the matrix.
const MATRIX_FIELDS: [&str; 2] = ["RDM", "rdm"];
/// Fields that name it.
const NAME_FIELDS: [&str; 4] = ["name", "reprName", "label", "roi"];

/// Arrays of such a file; `None` for any other.
pub fn found(contents: &Contents) -> Option<Vec<Found>> {
    let is_matrix = |variable: &&Variable| {
        is_array(variable)
            && variable.name.contains('.')
            && MATRIX_FIELDS.contains(&variable.last_name())
    };
    let matrices: Vec<&Variable> = contents.variables.iter().filter(is_matrix).collect();
    if matrices.is_empty() {
        return None;
    }
    let mut made: Vec<Found> = matrices
        .iter()
        .map(|variable| array(contents, variable, about(contents, variable)))
        .collect();
    // everything else stands under its own name; colours and the like of the structures do not
    let others: Vec<&Variable> = contents
        .variables
        .iter()
        .filter(|v| is_array(v) && !v.name.contains('.'))
        .collect();
    made.extend(
        others
            .iter()
            .map(|variable| array(contents, variable, About::default())),
    );
    let fields: Vec<&Variable> = contents
        .variables
        .iter()
        .filter(|v| v.name.contains('.') || others.iter().any(|other| other.name == v.name))
        .collect();
    made.extend(left_over(contents, &fields, &fields));
    Some(made)
}

/// `hIT | BE | Session: 1` is region hIT of BE in session 1.
fn about(contents: &Contents, variable: &Variable) -> About {
    let element = &variable.name[..variable.name.len() - last_name(&variable.name).len()];
    let field = |name: &str| {
        contents
            .note(&format!("{element}{name}"))
            .map(str::to_owned)
    };
    let name = NAME_FIELDS.iter().find_map(|name| field(name));
    let measure = field("measModelName");
    let subject = field("subject").or_else(|| field("subj"));
    let structure = element.split(['(', '.']).next().unwrap_or_default();
    let is_model = structure.to_ascii_lowercase().contains("model");
    let because = format!(
        "{structure} is an array of structures with a field {}",
        variable.last_name()
    );
    let Some(name) = name else {
        return About {
            content: Some((
                if is_model {
                    Content::ModelRdm
                } else {
                    Content::Rdm
                },
                because,
            )),
            subjects: subject.into_iter().collect(),
            ..About::default()
        };
    };
    if is_model {
        let name = match measure {
            Some(measure) => format!("{name}, {measure}"),
            None => name,
        };
        return About {
            content: Some((Content::ModelRdm, because)),
            roi: Some(name),
            ..About::default()
        };
    }
    let mut parts = name
        .split('|')
        .map(str::trim)
        .filter(|part| !part.is_empty());
    let roi = parts.next().map(str::to_owned);
    let rest = parts.collect::<Vec<_>>().join(", ");
    About {
        content: Some((Content::Rdm, because)),
        roi,
        subjects: subject
            .or((!rest.is_empty()).then_some(rest))
            .into_iter()
            .collect(),
        ..About::default()
    }
}
