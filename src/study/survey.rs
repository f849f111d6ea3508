//! What can be told of an array from its numbers, without keeping them: enough to guess its role
//! and to say what is wrong with it.

use serde::{Deserialize, Serialize};

pub use crate::formats::condensed_of;
use crate::formats::{About, Element, NamedArray, Values};

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
    /// The first number that is NaN or infinite, and how many there are.
    pub not_finite: Option<NotFinite>,
    /// A fingerprint of the numbers of each matrix, or of the whole where it is no matrix.
    pub fingerprints: Vec<u64>,
}

/// Where a number is missing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NotFinite {
    /// 0-based place on each axis.
    pub place: Vec<usize>,
    /// `NaN`, `inf` or `-inf`.
    pub value: String,
    /// How many numbers of the array are not finite.
    pub count: usize,
}

/// What the numbers of an array look like.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Looks {
    /// Nothing in particular.
    Plain,
    /// Square, symmetric, zeros on the diagonal.
    Rdm,
    /// Square, symmetric, ones on the diagonal.
    Similarity,
    /// Square, neither of these: the first pair of entries that differ, or a diagonal entry.
    Square {
        /// Row of an entry that keeps it from being an RDM.
        row: usize,
        /// Its column.
        column: usize,
    },
    /// One axis of length m(m-1)/2: the upper triangle of an m x m RDM.
    Condensed {
        /// m.
        stimuli: usize,
    },
    /// Three axes, of which two are equal and hold symmetric matrices.
    Stack {
        /// The axis that counts the matrices.
        axis: usize,
        /// The diagonals are ones.
        similarity: bool,
    },
}

/// Looks at every number once.
#[must_use]
pub fn survey(array: &NamedArray) -> Survey {
    let at = |index: usize| array.values.at(index);
    let looks = match *array.shape.as_slice() {
        [n, m] if n == m && n > 1 => square_looks(n, at),
        [length] => {
            condensed_of(length).map_or(Looks::Plain, |stimuli| Looks::Condensed { stimuli })
        }
        [a, b, c] => stack_looks([a, b, c], at),
        _ => Looks::Plain,
    };
    let fingerprints = match looks {
        Looks::Stack { axis, .. } => (0..array.shape[axis])
            .map(|slice| fingerprint(slice_places(&array.shape, axis, slice).map(at)))
            .collect(),
        _ => vec![fingerprint((0..array.values.len()).map(at))],
    };
    Survey {
        path: array.path.clone(),
        shape: array.shape.clone(),
        element: array.element,
        ids: array.ids.clone(),
        about: array.about.clone(),
        looks,
        not_finite: not_finite(&array.values, &array.shape),
        fingerprints,
    }
}

/// Flat places of the entries of one matrix of a stack (C order), row by row.
pub fn slice_places(shape: &[usize], axis: usize, slice: usize) -> impl Iterator<Item = usize> {
    let strides = [shape[1] * shape[2], shape[2], 1];
    let (row_axis, column_axis) = match axis {
        0 => (1, 2),
        1 => (0, 2),
        _ => (0, 1),
    };
    let (rows, columns) = (shape[row_axis], shape[column_axis]);
    (0..rows * columns).map(move |entry| {
        slice * strides[axis]
            + (entry / columns) * strides[row_axis]
            + (entry % columns) * strides[column_axis]
    })
}

fn square_looks(n: usize, at: impl Fn(usize) -> f64) -> Looks {
    let largest = (0..n * n)
        .map(|i| at(i).abs())
        .filter(|value| value.is_finite())
        .fold(0.0, f64::max);
    let differs = |a: f64, b: f64| (a - b).abs() > 1e-5 * largest;
    for row in 0..n {
        for column in 0..row {
            if differs(at(row * n + column), at(column * n + row)) {
                return Looks::Square { row, column };
            }
        }
    }
    let diagonal = |value: f64| (0..n).find(|&i| differs(at(i * n + i), value));
    if largest > 0.0 && diagonal(0.0).is_none() {
        return Looks::Rdm;
    }
    match diagonal(1.0) {
        None => Looks::Similarity,
        Some(i) => Looks::Square { row: i, column: i },
    }
}

fn stack_looks(shape: [usize; 3], at: impl Fn(usize) -> f64) -> Looks {
    // Where all three are equal the first axis is the likelier count of matrices.
    for (axis, (rows, columns)) in [(1, 2), (0, 1), (0, 2)]
        .into_iter()
        .zip([0, 2, 1])
        .map(|((a, b), axis)| (axis, (shape[a], shape[b])))
    {
        if rows != columns || rows < 2 {
            continue;
        }
        let matrices: Vec<Looks> = (0..shape[axis])
            .map(|slice| {
                let places: Vec<usize> = slice_places(&shape, axis, slice).collect();
                square_looks(rows, |entry| at(places[entry]))
            })
            .collect();
        if matrices.iter().all(|looks| *looks == Looks::Rdm) {
            return Looks::Stack {
                axis,
                similarity: false,
            };
        }
        if matrices.iter().all(|looks| *looks == Looks::Similarity) {
            return Looks::Stack {
                axis,
                similarity: true,
            };
        }
    }
    Looks::Plain
}

fn not_finite(values: &Values, shape: &[usize]) -> Option<NotFinite> {
    let bad = |index: &usize| !values.at(*index).is_finite();
    let first = (0..values.len()).find(bad)?;
    let count = 1 + (first + 1..values.len()).filter(bad).count();
    let mut rest = first;
    let mut place: Vec<usize> = shape
        .iter()
        .rev()
        .map(|&size| {
            let i = rest % size;
            rest /= size;
            i
        })
        .collect();
    place.reverse();
    let value = values.at(first);
    let value = if value.is_nan() {
        "NaN".to_owned()
    } else {
        value.to_string()
    };
    Some(NotFinite {
        place,
        value,
        count,
    })
}

/// FNV-1a over the bits of the numbers: equal data is found again, nothing more is asked of it.
fn fingerprint(values: impl Iterator<Item = f64>) -> u64 {
    values.fold(0xcbf2_9ce4_8422_2325, |hash, value| {
        (hash ^ value.to_bits())
            .wrapping_mul(0x0000_0100_0000_01b3)
            .rotate_left(29)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(shape: &[usize], values: Vec<f64>) -> Survey {
        survey(&NamedArray {
            path: "a.npy".into(),
            shape: shape.to_vec(),
            element: Element::TEXT,
            values: Values::F64(values),
            ids: None,
            about: About::default(),
        })
    }

    #[test]
    fn matrices_are_known_by_their_content() {
        let rdm = vec![0.0, 1.0, 2.0, 1.0, 0.0, 3.0, 2.0, 3.0, 0.0];
        assert_eq!(look(&[3, 3], rdm.clone()).looks, Looks::Rdm);
        let similarity = rdm.iter().map(|d| 1.0 - d).collect();
        assert_eq!(look(&[3, 3], similarity).looks, Looks::Similarity);
        let mut crooked = rdm.clone();
        crooked[3] = 1.5;
        assert_eq!(
            look(&[3, 3], crooked).looks,
            Looks::Square { row: 1, column: 0 }
        );
        assert_eq!(
            look(&[6], vec![1.0; 6]).looks,
            Looks::Condensed { stimuli: 4 }
        );
        assert_eq!(look(&[7], vec![1.0; 7]).looks, Looks::Plain);
        assert_eq!(look(&[3, 2], vec![1.0; 6]).looks, Looks::Plain);
    }

    #[test]
    fn stacks_are_known_whichever_axis_counts() {
        let matrix = |slice: f64, row: usize, column: usize| {
            if row == column {
                0.0
            } else {
                slice + (row + column) as f64
            }
        };
        for axis in 0..3 {
            let mut shape = [3, 3, 3];
            shape[axis] = 2;
            let values = (0..18)
                .map(|i| {
                    let place = [
                        i / (shape[1] * shape[2]),
                        i / shape[2] % shape[1],
                        i % shape[2],
                    ];
                    let others: Vec<usize> = (0..3).filter(|&a| a != axis).collect();
                    matrix(place[axis] as f64 + 1.0, place[others[0]], place[others[1]])
                })
                .collect();
            let survey = look(&shape, values);
            assert_eq!(
                survey.looks,
                Looks::Stack {
                    axis,
                    similarity: false
                }
            );
            assert_eq!(survey.fingerprints.len(), 2);
            assert_ne!(survey.fingerprints[0], survey.fingerprints[1]);
        }
    }

    #[test]
    fn the_first_number_that_is_none_is_placed() {
        let mut values = vec![1.0; 12];
        values[7] = f64::NAN;
        values[9] = f64::INFINITY;
        let found = look(&[2, 3, 2], values).not_finite.expect("two");
        assert_eq!((found.place, found.count), (vec![1, 0, 1], 2));
        assert_eq!(found.value, "NaN");
    }
}
