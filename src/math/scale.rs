//! Powers of two that keep numbers within the range of the arithmetic. What they multiply keeps all its
//! digits, and where numbers are of an ordinary size the factor is exactly one, so that nothing changes.
//!
//! Where single precision takes part, or squares are summed, and what keeps each in range:
//!
//! | Where | In range by |
//! |---|---|
//! | scores T, kept in f32 ([`single_precision`]) | a factor for each component: whatever takes them asks for their order or a correlation. What needs their unit (reduced RSA) takes the f64 scores |
//! | targets on the training stimuli of a fold (`ridge::training_targets`) | a factor for each target and fold: one outlying stimulus may leave the others tiny |
//! | weights `1 / (lambda + alpha)` and leverages (`ridge::leave_one_out`) | divided by the largest weight |
//! | shrinkage `lambda / (lambda + alpha)` (`ridge`) | in 0..1 |
//! | `K[te, tr] Q / lambda` (`ridge`) | free of the predictor's scale: it tells how test stimuli lie among those of the training |
//! | units on the test stimuli (`one_to_one`) | about the training mean and with a factor, each where it needs to be |
//! | lengths of units (`one_to_one`, `gram::z_score_columns`) | [`into_range`] |
//! | eigendecompositions (`linalg::symmetric_eigen`) | a factor for the matrix |
//! | distances and their squares (`analysis::brains`) | a factor for the RDM, whose scale K does not have |
//! | images of values by which they are ranked (`ranks`) | those alike in f32 are told apart in f64 |
//! | variances and Gram matrices, in f64 in the unit of the activations | refused beyond 1e-70..1e70 (`analysis::range`) |

use nalgebra::{DMatrix, DVectorViewMut};

/// Powers of two up to which single precision has room for squares and sums.
const SINGLE: i32 = 20;

/// Powers of two up to which double precision has room for squares and sums.
pub const DOUBLE: i32 = 200;

/// The power of two that brings a size into [1, 2); exactly one where the size lies within
/// `2^-within..2^within` already, is zero, or is not finite.
#[must_use]
pub fn toward_one(size: f64, within: i32) -> f64 {
    if size == 0.0 || !size.is_finite() {
        return 1.0;
    }
    // eleven bits, whatever the sign
    let exponent = ((size.to_bits() >> 52) & 0x7ff) as i32 - 1023;
    if exponent.abs() <= within {
        return 1.0;
    }
    // a power of two is its exponent alone
    f64::from_bits(((1023 - exponent.clamp(-1000, 1000)) as u64) << 52)
}

/// The power of two that brings targets whose squares have this mean to where single precision has room;
/// mostly one.
#[must_use]
pub fn for_single_precision(mean_square: f64) -> f64 {
    toward_one(mean_square.sqrt(), SINGLE)
}

/// Scores (n x r) in single precision, column after column, each times a power of two that is one unless the
/// column is far from where single precision has room. Neither the order nor any correlation of a
/// column is changed by it.
#[must_use]
pub fn single_precision(scores: &DMatrix<f64>) -> Vec<f32> {
    let mut narrow = Vec::with_capacity(scores.len());
    for column in scores.column_iter() {
        // by the largest first, so that no square is out of range
        let first = toward_one(column.amax(), DOUBLE);
        let squares: f64 = column.iter().map(|score| (score * first).powi(2)).sum();
        let second = match first {
            1.0 => for_single_precision(squares / column.len().max(1) as f64),
            _ => 1.0,
        };
        narrow.extend(column.iter().map(|score| (score * first * second) as f32));
    }
    narrow
}

/// Brings a column to where double precision has room for its squares, by a power of two; mostly it is there.
pub fn into_range(column: &mut DVectorViewMut<f64>) {
    if !(1e-280..1e280).contains(&column.norm_squared()) {
        column.scale_mut(toward_one(column.amax(), DOUBLE));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_sizes_stay_and_others_come_near_one() {
        for size in [0.0, 1.0, -3.0, 1e-6, 1e6, f64::NAN, f64::INFINITY] {
            assert_eq!(toward_one(size, 20), 1.0, "{size}");
        }
        for size in [1e-7_f64, 1e7, -1e-25, 1e25, 1e-160, 1e160, 1e-300, 1e300] {
            let made = size.abs() * toward_one(size, 20);
            assert!((1.0..2.0).contains(&made), "{size} becomes {made}");
        }
        assert!(toward_one(5e-324, 20) * 5e-324 > 0.0 && toward_one(f64::MAX, 20) > 0.0);
    }

    #[test]
    fn scores_keep_their_digits_whatever_their_scale() {
        let scores = DMatrix::from_fn(4, 1, |i, _| [0.5, -1.25, 3.0, 0.125][i]);
        let narrow = single_precision(&scores);
        assert_eq!(narrow, [0.5, -1.25, 3.0, 0.125]);
        for power in [-900, -200, -90, -30, 30, 90, 200, 900] {
            let made = single_precision(&(&scores * 2_f64.powi(power)));
            let factor = made[0] / narrow[0];
            assert!(made.iter().zip(&narrow).all(|(a, b)| *a == b * factor));
            assert!((0.1..10.0).contains(&factor), "2^{power}: {factor}");
        }
    }

    #[test]
    fn a_length_is_right_whatever_the_scale() {
        for scale in [1e-300, 1e-160, 1e-5, 1.0, 1e160, 1e300] {
            let mut column = DMatrix::from_column_slice(2, 1, &[3.0 * scale, -4.0 * scale]);
            into_range(&mut column.column_mut(0));
            let length = column.norm();
            assert!((column[0] / length - 0.6).abs() < 1e-12, "{scale}");
        }
    }
}
