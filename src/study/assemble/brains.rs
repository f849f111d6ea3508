//! Brains from responses, RDMs and stacks of RDMs.

use std::collections::BTreeMap;

use super::checks::subjects_of;
use crate::problem::Problem;
use crate::stable_sort::sorted_by;
use crate::study::natural::natural_key;
use crate::study::roles::Kind;
use crate::study::{Brain, Entry, Measure, Part, Study};

/// The brains by region and subject, each matrix of a stack by itself.
pub fn brains(used: &[&Entry], parts: &[Part]) -> Vec<Brain> {
    let mut brains = Vec::new();
    for (entry, part) in used.iter().zip(parts) {
        let role = &entry.role;
        if !role.kind.is_brain() {
            continue;
        }
        let brain = |subject: String, measure: Measure| Brain {
            subject,
            roi: role.roi.clone(),
            part: part.clone(),
            measure,
        };
        let rdm = |slice: usize| Measure::Rdm {
            distance: role.distance,
            similarity: role.similarity,
            slice,
        };
        match (role.kind, role.axes.matrices(&part.shape)) {
            (Kind::Rdm, Some(count)) => {
                let names = subjects_of(&role.subject, count);
                let each = names.into_iter().enumerate();
                brains.extend(each.map(|(slice, name)| brain(name, rdm(slice))));
            }
            (Kind::Rdm, None) => brains.push(brain(role.subject.clone(), rdm(0))),
            _ => brains.push(brain(role.subject.clone(), Measure::Responses)),
        }
    }
    sorted_by(brains, |a, b| {
        (&a.roi, natural_key(&a.subject)).cmp(&(&b.roi, natural_key(&b.subject)))
    })
}

/// Brains whose region and subject are those of another.
pub fn duplicate_brains(study: &Study) -> Vec<Problem> {
    let mut seen: BTreeMap<(&str, &str), &Brain> = BTreeMap::new();
    let mut problems = Vec::new();
    for brain in &study.brains {
        if let Some(first) = seen.insert((&brain.roi, &brain.subject), brain) {
            problems.push(
                Problem::error(
                    &brain.part.path,
                    format!(
                        "is {} of {}, and so is {}: it is there twice",
                        brain.roi, brain.subject, first.part.path
                    ),
                )
                .expected("each region of each subject once")
                .hint("Name one of them otherwise, or leave it out"),
            );
        }
    }
    problems
}
