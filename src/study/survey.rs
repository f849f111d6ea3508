//! What can be told of an array from its numbers, without keeping them: enough to guess its role
//! and to say what is wrong with it.

mod looks;
mod missing;
#[cfg(test)]
mod tests;

use std::hash::{Hash, Hasher};

use serde::{Deserialize, Serialize};

use crate::digest::{Digest, Digester};
pub use crate::formats::condensed_of;
use crate::formats::{About, Element, NamedArray, Values};
pub use looks::{Looks, slice_indices};
use looks::{square_looks, stack_looks};
pub use missing::{NotFinite, Sentinel};
use missing::{has_nan_diagonal, is_counted, scan, sentinel_of};

/// An array as the study knows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Survey {
    /// Path of its file, with the member's name in an archive.
    pub path: String,
    /// Its shape.
    pub shape: Vec<usize>,
    /// Its element type in the file.
    pub element: Element,
    /// Ids of its rows, where the file has them.
    pub ids: Option<Vec<String>>,
    /// What else the file says of it.
    pub about: About,
    /// What its numbers look like.
    pub looks: Looks,
    /// The first number that is NaN or infinite, and how many there are; those on the diagonal of an RDM and
    /// in its empty triangle do not count.
    pub not_finite: Option<NotFinite>,
    /// The diagonal of an RDM, of each if it is a stack, is NaN throughout.
    pub nan_diagonal: bool,
    /// The least and the greatest finite number; off the diagonal where it is an RDM.
    pub range: Option<(f64, f64)>,
    /// The first number that may stand for a missing value, as -999 does, and how many there are of it.
    pub sentinel: Option<Sentinel>,
    /// A fingerprint of the numbers of each matrix, or of the whole where it is no matrix.
    pub fingerprints: Vec<u64>,
    /// Digest of its shape and numbers, after which everything is named that is made of them.
    pub digest: Digest,
}

/// Looks at every number once.
#[must_use]
pub fn survey(array: &NamedArray) -> Survey {
    let at = |index: usize| array.values.at(index);
    let shape = without_single_axes(&array.shape);
    let looks = match *shape.as_slice() {
        [n, m] if n == m && n > 1 => square_looks(n, at),
        [length] => {
            condensed_of(length).map_or(Looks::Plain, |stimuli| Looks::Condensed { stimuli })
        }
        [a, b, c] => stack_looks([a, b, c], at),
        _ => Looks::Plain,
    };
    let fingerprints = match looks {
        Looks::Stack { axis, .. } => (0..shape[axis])
            .map(|slice| fingerprint(slice_indices(&shape, axis, slice).map(at)))
            .collect(),
        _ => vec![fingerprint((0..array.values.len()).map(at))],
    };
    let sentinel = sentinel_of(&array.values, &shape);
    let (not_finite, range) = match looks {
        Looks::Rdm | Looks::Triangle { .. } | Looks::Stack { .. } => {
            scan(&array.values, &shape, is_counted(&shape, looks))
        }
        _ => scan(&array.values, &shape, |_| true),
    };
    let nan_diagonal = has_nan_diagonal(&shape, looks, at);
    Survey {
        path: array.path.clone(),
        not_finite,
        nan_diagonal,
        range,
        sentinel,
        about: About {
            // names of axes go with the axes
            axes: if shape.len() == array.shape.len() {
                array.about.axes.clone()
            } else {
                Vec::new()
            },
            ..array.about.clone()
        },
        shape,
        element: array.element,
        ids: array.ids.clone(),
        looks,
        fingerprints,
        digest: digest(array),
    }
}

fn digest(array: &NamedArray) -> Digest {
    let mut digester = Digester::new();
    array.shape.hash(&mut digester);
    match &array.values {
        Values::F32(values) => {
            digester.write_u8(4);
            digester.add_f32(values);
        }
        Values::F64(values) => {
            digester.write_u8(8);
            digester.add_f64(values);
        }
    }
    digester.digest()
}

/// A shape without the axes of length one that say nothing. The first axis stays, for it may count the
/// only stimulus of a file; a map of one channel keeps its four axes.
fn without_single_axes(shape: &[usize]) -> Vec<usize> {
    let Some((&first, rest)) = shape.split_first() else {
        return Vec::new();
    };
    let wide: Vec<usize> = rest.iter().copied().filter(|&axis| axis != 1).collect();
    if wide.is_empty() && shape.len() == 2 && condensed_of(first).is_some() {
        // a triangle in a column
        return vec![first];
    }
    let is_plain = shape.len() > 2 && (wide.len() <= 1 || shape.len() > 4);
    if !is_plain {
        return shape.to_vec();
    }
    let mut kept = vec![first];
    kept.extend(if wide.is_empty() { vec![1] } else { wide });
    kept
}

/// FNV-1a over the bits of the numbers: equal data is found again, nothing more is asked of it.
fn fingerprint(values: impl Iterator<Item = f64>) -> u64 {
    values.fold(0xcbf2_9ce4_8422_2325, |hash, value| {
        (hash ^ value.to_bits())
            .wrapping_mul(0x0000_0100_0000_01b3)
            .rotate_left(29)
    })
}
