//! Numbers whose squares double precision cannot hold: refused, with the factor to multiply by. All others
//! are analysed as they are, whatever their scale ([`crate::math::scale`]).

use super::arrays::Units;
use crate::blocks::Block;
use crate::options::Pooling;
use crate::problem::Problem;
use crate::study::Part;

/// Sums of squares that leave room for what is made of them: numbers from about 1e-70 to 1e70.
const ROOM: std::ops::RangeInclusive<f64> = 1e-140..=1e140;

/// Whether double precision holds sums of squares. Nothing but zeros is no matter of range.
pub fn is_in_range(sums: &[f64]) -> bool {
    sums.iter().all(|&sum| sum == 0.0 || ROOM.contains(&sum))
}

/// Of arrays whose squares are out of range the one with the largest numbers, and what to multiply it by; `None`
/// if none of them differs between stimuli, or all are of an ordinary size after all.
pub fn out_of_range(parts: &[Part], pooling: Pooling, blocks: &[&Block]) -> Option<Problem> {
    let (part, size) = parts
        .iter()
        .zip(blocks)
        .filter_map(|(part, block)| Some((part, size_of(&Units::new(part, pooling, block).ok()?)?)))
        .max_by(|a, b| a.1.total_cmp(&b.1))?;
    let is_ordinary = (1e-60..1e60).contains(&size);
    (!is_ordinary).then(|| refused(&part.path, size))
}

/// The largest of numbers that differ between stimuli, or are too large even where they do not; without any
/// square.
fn size_of(units: &Units) -> Option<f64> {
    let mut largest = 0.0_f64;
    for piece in units.pieces() {
        for unit in piece.column_iter() {
            let (low, high) = (unit.min(), unit.max());
            let own = high.abs().max(low.abs());
            if low < high || own > 1e60 {
                largest = largest.max(own);
            }
        }
    }
    (largest > 0.0 && largest.is_finite()).then_some(largest)
}

fn refused(path: &str, size: f64) -> Problem {
    let power = power_of_ten(size);
    let kind = if power < 0 { "small" } else { "large" };
    Problem::error(
        path,
        format!(
            "holds numbers of the order of 1e{power}, too {kind} for double precision, which cannot hold their squares"
        ),
    )
    .expected("numbers between 1e-60 and 1e60")
    .hint(format!(
        "Multiply them by 1e{} and save the file again",
        -power.clamp(-300, 300)
    ))
}

/// The power of ten that is nearest to a size above zero.
#[must_use]
pub fn power_of_ten(size: f64) -> i32 {
    libm::log10(size).round() as i32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::roles::Axes;

    #[test]
    fn what_double_precision_cannot_hold_is_refused_with_the_factor() {
        let part = Part::of_test(&[3, 2], Axes::StimuliUnits, &[0, 1, 2]);
        let told = |values: [f64; 6]| {
            let block = Block::F64(values.to_vec());
            out_of_range(std::slice::from_ref(&part), Pooling::Max, &[&block])
        };
        let tiny = told([1e-160, 7.0, 3e-160, 7.0, -2e-160, 7.0]).expect("refused");
        assert!(tiny.is_error() && tiny.file == "a.npy");
        assert!(tiny.found.contains("too small"), "{tiny}");
        assert!(tiny.hint.contains("by 1e160"), "{tiny}");
        let huge = told([1e200, 0.0, 3e200, 1.0, -2e200, 0.0]).expect("refused");
        assert!(huge.hint.contains("by 1e-200"), "{huge}");
        assert!(told([1.0, 0.0, 2.0, 0.0, 3.0, 0.0]).is_none());
        assert!(told([7e-200; 6]).is_none());
        assert!(told([7e200, 1.0, 7e200, 2.0, 7e200, 3.0]).is_some());
    }

    #[test]
    fn sums_of_squares_are_in_range_or_nothing() {
        assert!(is_in_range(&[0.0, 1e-130, 1e130]));
        for sum in [1e-150, 1e150, f64::NAN, f64::INFINITY] {
            assert!(!is_in_range(&[1.0, sum]), "{sum}");
        }
    }
}
