//! What the numbers of an array look like: an RDM, one triangle of it, a stack of several, or none of these.

use serde::{Deserialize, Serialize};

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
    /// Square, with zeros on and on one side of the diagonal: one triangle of an RDM.
    Triangle {
        /// The numbers are above the diagonal.
        upper: bool,
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

pub fn square_looks(n: usize, at: impl Fn(usize) -> f64) -> Looks {
    let has_nan_diagonal = (0..n).all(|i| at(i * n + i).is_nan());
    // a distance of a stimulus to itself that nobody computed
    let at = |index: usize| {
        if has_nan_diagonal && index.is_multiple_of(n + 1) {
            0.0
        } else {
            at(index)
        }
    };
    let largest = (0..n * n)
        .map(|i| at(i).abs())
        .filter(|value| value.is_finite())
        .fold(0.0, f64::max);
    let differs = |a: f64, b: f64| (a - b).abs() > 1e-5 * largest;
    let diagonal = |value: f64| (0..n).find(|&i| differs(at(i * n + i), value));
    for row in 0..n {
        for column in 0..row {
            if differs(at(row * n + column), at(column * n + row)) {
                return triangle_looks(n, &at)
                    .filter(|_| diagonal(0.0).is_none())
                    .unwrap_or(Looks::Square { row, column });
            }
        }
    }
    if largest > 0.0 && diagonal(0.0).is_none() {
        // NaN is equal to everything here: one triangle of numbers, the other of NaN
        return triangle_looks(n, &at).unwrap_or(Looks::Rdm);
    }
    match diagonal(1.0) {
        None => Looks::Similarity,
        Some(i) => Looks::Square { row: i, column: i },
    }
}

/// One triangle of numbers, the other of zeros or NaN.
fn triangle_looks(n: usize, at: &impl Fn(usize) -> f64) -> Option<Looks> {
    if n < 3 {
        return None;
    }
    let is_empty = |value: f64| value == 0.0 || value.is_nan();
    let pairs = || (0..n).flat_map(|row| (0..row).map(move |column| (row, column)));
    let lower_is_empty = pairs().all(|(row, column)| is_empty(at(row * n + column)));
    let upper_is_empty = pairs().all(|(row, column)| is_empty(at(column * n + row)));
    (lower_is_empty != upper_is_empty).then_some(Looks::Triangle {
        upper: lower_is_empty,
    })
}

pub fn stack_looks(shape: [usize; 3], at: impl Fn(usize) -> f64) -> Looks {
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
                let indices: Vec<usize> = slice_indices(&shape, axis, slice).collect();
                square_looks(rows, |entry| at(indices[entry]))
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

/// Flat indices of the entries of one matrix of a stack (C order), row by row.
pub fn slice_indices(shape: &[usize], axis: usize, slice: usize) -> impl Iterator<Item = usize> {
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
