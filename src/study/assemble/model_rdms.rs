//! Model RDMs: those that are no brain's.

use crate::study::roles::Kind;
use crate::study::{Entry, Measure, ModelRdm, Part};

/// The model RDMs, each matrix of a stack by itself.
pub fn model_rdms(used: &[&Entry], parts: &[Part]) -> Vec<ModelRdm> {
    let mut found = Vec::new();
    for (entry, part) in used.iter().zip(parts) {
        let role = &entry.role;
        if role.kind != Kind::ModelRdm {
            continue;
        }
        let slices = role.axes.matrices(&part.shape).unwrap_or(1);
        found.extend((0..slices).map(|slice| ModelRdm {
            name: match slices {
                1 => role.roi.clone(),
                _ => format!("{} {}", role.roi, slice + 1),
            },
            part: part.clone(),
            measure: Measure::Rdm {
                distance: role.distance,
                similarity: role.similarity,
                slice,
            },
        }));
    }
    found
}
