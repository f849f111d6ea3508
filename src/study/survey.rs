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
}

/// Where a number is missing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NotFinite {
    /// 0-based index on each axis.
    pub position: Vec<usize>,
    /// `NaN`, `inf` or `-inf`.
    pub value: String,
    /// How many numbers of the array are not finite.
    pub count: usize,
}

/// A number such as -999, which programs write where a value is missing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sentinel {
    /// Where it is first, and how often it is there.
    pub value: NotFinite,
    /// No other number is a tenth as large.
    pub is_certain: bool,
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
    }
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

/// Whether the number at a flat index says something: of an RDM those off its diagonal and within its
/// filled triangle do.
fn is_counted(shape: &[usize], looks: Looks) -> impl Fn(usize) -> bool + use<> {
    let shape = shape.to_vec();
    move |index| {
        let (row, column) = match (looks, shape.as_slice()) {
            (Looks::Rdm | Looks::Triangle { .. }, &[n, _]) => (index / n, index % n),
            (Looks::Stack { axis, .. }, &[_, b, c]) => {
                let at = [index / (b * c), index / c % b, index % c];
                match axis {
                    0 => (at[1], at[2]),
                    1 => (at[0], at[2]),
                    _ => (at[0], at[1]),
                }
            }
            _ => return true,
        };
        match looks {
            Looks::Triangle { upper: true } => row < column,
            Looks::Triangle { upper: false } => row > column,
            Looks::Stack {
                similarity: true, ..
            } => true,
            _ => row != column,
        }
    }
}

fn has_nan_diagonal(shape: &[usize], looks: Looks, at: impl Fn(usize) -> f64) -> bool {
    match (looks, shape) {
        (Looks::Rdm | Looks::Triangle { .. }, &[n, _]) => (0..n).all(|i| at(i * n + i).is_nan()),
        (Looks::Stack { axis, .. }, _) => (0..shape[axis]).any(|slice| {
            slice_indices(shape, axis, slice)
                .next()
                .is_some_and(|corner| at(corner).is_nan())
        }),
        _ => false,
    }
}

/// The first number that is not finite, with how many there are, and the range of those that are.
fn scan(
    values: &Values,
    shape: &[usize],
    counts: impl Fn(usize) -> bool,
) -> (Option<NotFinite>, Option<(f64, f64)>) {
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    let mut bad: Option<(usize, usize)> = None;
    for flat in 0..values.len() {
        let value = values.at(flat);
        if !counts(flat) {
            continue;
        }
        if value.is_finite() {
            low = low.min(value);
            high = high.max(value);
        } else {
            let (first, count) = bad.unwrap_or((flat, 0));
            bad = Some((first, count + 1));
        }
    }
    let not_finite = bad.map(|(first, count)| not_finite(values.at(first), first, count, shape));
    (not_finite, (low <= high).then_some((low, high)))
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

fn square_looks(n: usize, at: impl Fn(usize) -> f64) -> Looks {
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

/// Numbers that programs write where a value is missing.
const SENTINELS: [f64; 4] = [-999.0, -9999.0, -99999.0, -999_999.0];

/// A few of such a number, with every other number far from it.
fn sentinel_of(values: &Values, shape: &[usize]) -> Option<Sentinel> {
    let mut found: Option<(f64, usize, usize)> = None;
    let mut largest = 0.0_f64;
    for flat in 0..values.len() {
        let value = values.at(flat);
        match &mut found {
            Some((known, _, count)) if *known == value => *count += 1,
            None if SENTINELS.contains(&value) => found = Some((value, flat, 1)),
            _ if value.is_finite() => largest = largest.max(value.abs()),
            _ => {}
        }
    }
    let (value, first, count) = found?;
    let is_far = largest < value.abs() / 4.0 && count * 4 <= values.len();
    is_far.then(|| Sentinel {
        value: not_finite(value, first, count, shape),
        is_certain: largest < value.abs() / 10.0,
    })
}

fn not_finite(value: f64, first: usize, count: usize, shape: &[usize]) -> NotFinite {
    let mut rest = first;
    let mut position: Vec<usize> = shape
        .iter()
        .rev()
        .map(|&size| {
            let i = rest % size;
            rest /= size;
            i
        })
        .collect();
    position.reverse();
    NotFinite {
        position,
        value: if value.is_nan() {
            "NaN".to_owned()
        } else {
            value.to_string()
        },
        count,
    }
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
    #[test]
    fn numbers_that_stand_for_missing_values_are_seen() {
        let found = |numbers: &[f64]| {
            let values = Values::F64(numbers.to_vec());
            sentinel_of(&values, &[2, numbers.len() / 2])
                .map(|found| (found.value.position, found.value.count, found.is_certain))
        };
        let mut numbers = [1.5, -2.0, 0.0, 3.0, 1.0, -999.0, 2.0, 2.5];
        assert_eq!(found(&numbers), Some((vec![1, 1], 1, true)));
        numbers[0] = 150.0;
        assert_eq!(found(&numbers), Some((vec![1, 1], 1, false)));
        numbers[0] = 950.0;
        assert_eq!(found(&numbers), None);
        assert_eq!(found(&[-999.0; 4]), None);
    }

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
    fn a_diagonal_of_nan_and_an_empty_triangle_are_no_missing_values() {
        let nan = f64::NAN;
        let seen = look(&[3, 3], vec![nan, 1.0, 2.0, 1.0, nan, 3.0, 2.0, 3.0, nan]);
        assert_eq!((seen.looks, seen.nan_diagonal), (Looks::Rdm, true));
        assert_eq!((seen.not_finite, seen.range), (None, Some((1.0, 3.0))));
        for empty in [0.0, nan] {
            let seen = look(
                &[3, 3],
                vec![0.0, 1.0, 2.0, empty, 0.0, 3.0, empty, empty, 0.0],
            );
            assert_eq!(seen.looks, Looks::Triangle { upper: true });
            assert_eq!(seen.not_finite, None);
            let seen = look(
                &[3, 3],
                vec![0.0, empty, empty, 1.0, 0.0, empty, 2.0, 3.0, 0.0],
            );
            assert_eq!(seen.looks, Looks::Triangle { upper: false });
        }
        // one that is missing is
        let seen = look(&[3, 3], vec![0.0, nan, 2.0, nan, 0.0, 3.0, 2.0, 3.0, 0.0]);
        assert_eq!(seen.not_finite.map(|bad| bad.position), Some(vec![0, 1]));
    }

    #[test]
    fn axes_of_length_one_go_where_they_say_nothing() {
        for (given, kept) in [
            (&[4, 3, 1][..], &[4, 3][..]),
            (&[4, 1, 3], &[4, 3]),
            (&[4, 3, 1, 1], &[4, 3]),
            (&[1, 1, 3], &[1, 3]),
            (&[4, 1, 1], &[4, 1]),
            (&[4, 1], &[4, 1]),
            (&[6, 1], &[6]),
            (&[4, 1, 5, 5], &[4, 1, 5, 5]),
            (&[4, 2, 1, 5, 5], &[4, 2, 5, 5]),
        ] {
            let count = given.iter().product();
            assert_eq!(look(given, vec![1.0; count]).shape, kept, "{given:?}");
        }
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
                    let position = [
                        i / (shape[1] * shape[2]),
                        i / shape[2] % shape[1],
                        i % shape[2],
                    ];
                    let others: Vec<usize> = (0..3).filter(|&a| a != axis).collect();
                    matrix(
                        position[axis] as f64 + 1.0,
                        position[others[0]],
                        position[others[1]],
                    )
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
    fn the_position_of_the_first_number_that_is_none_is_told() {
        let mut values = vec![1.0; 12];
        values[7] = f64::NAN;
        values[9] = f64::INFINITY;
        let found = look(&[2, 3, 2], values).not_finite.expect("two");
        assert_eq!((found.position, found.count), (vec![1, 0, 1], 2));
        assert_eq!(found.value, "NaN");
    }
}
