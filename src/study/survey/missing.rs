//! Numbers of an array that are missing: not finite, or written in place of a value, as -999 is.

use serde::{Deserialize, Serialize};

use super::looks::{Looks, slice_indices};
use crate::formats::Values;

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

/// Whether the number at a flat index says something: of an RDM those off its diagonal and within its
/// filled triangle do.
pub fn is_counted(shape: &[usize], looks: Looks) -> impl Fn(usize) -> bool + use<> {
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

pub fn has_nan_diagonal(shape: &[usize], looks: Looks, at: impl Fn(usize) -> f64) -> bool {
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
pub fn scan(
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

/// Numbers that programs write where a value is missing.
const SENTINELS: [f64; 4] = [-999.0, -9999.0, -99999.0, -999_999.0];

/// A few of such a number, with every other number far from it.
pub fn sentinel_of(values: &Values, shape: &[usize]) -> Option<Sentinel> {
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

#[cfg(test)]
mod tests {
    use super::*;

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
}
