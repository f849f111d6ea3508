//! Principal components of one layer, the targets of every analysis (METHOD 2).

use nalgebra::DMatrix;

use super::MathError;
use super::gram::centre_columns;
use super::linalg::{inner_gram, outer_gram, product, symmetric_eigen};

/// Principal components of activations, from the most to the least variance.
pub struct Components {
    /// Scores U S (n x r): one row a stimulus, one column a component; the entry of largest
    /// magnitude in each column is positive.
    pub scores: DMatrix<f64>,
    /// Explained variance S^2 / (n - 1) of each of the r components, in squared activation units.
    pub variances: Vec<f64>,
    /// Sum of the variances of all units, of which `variances` are shares.
    pub total_variance: f64,
}

/// Principal components of activations (n x p): columns are centred, not scaled; components with
/// a singular value above `s_max * max(n, units) * eps(f32)` are kept, `units` being p and the
/// constant units that were dropped before. By the Gram matrix of the
/// shorter side in f64, which is exact to 1e-14 on the leading components and faster than an SVD.
/// O(n p min(n, p)).
///
/// # Errors
/// [`MathError::NotFinite`] if an activation is NaN or infinite.
pub fn components(mut a: DMatrix<f64>, units: usize) -> Result<Components, MathError> {
    let (n, p) = a.shape();
    centre_columns(&mut a);
    let total_variance = a.norm_squared() / (n.max(2) - 1) as f64;
    let tolerance = n.max(units) as f64 * f64::from(f32::EPSILON);
    let keep = |squares: &[f64]| -> Vec<usize> {
        let largest = squares.last().copied().unwrap_or(0.0).max(0.0).sqrt();
        // eigenvalues ascend; components descend
        (0..squares.len())
            .rev()
            .filter(|&j| squares[j] > 0.0 && squares[j].sqrt() > largest * tolerance)
            .collect()
    };
    let (mut scores, squares) = if p < n {
        let eigen = symmetric_eigen(&inner_gram(&a))?;
        let kept = keep(eigen.values.as_slice());
        let scores = product(&a, &eigen.vectors.select_columns(kept.iter()))?;
        (
            scores,
            kept.iter().map(|&j| eigen.values[j]).collect::<Vec<f64>>(),
        )
    } else {
        let eigen = symmetric_eigen(&outer_gram(&a))?;
        let kept = keep(eigen.values.as_slice());
        let mut scores = eigen.vectors.select_columns(kept.iter());
        for (mut column, &j) in scores.column_iter_mut().zip(&kept) {
            column.scale_mut(eigen.values[j].sqrt());
        }
        (scores, kept.iter().map(|&j| eigen.values[j]).collect())
    };
    for mut column in scores.column_iter_mut() {
        if column[column.icamax()] < 0.0 {
            column.neg_mut();
        }
    }
    Ok(Components {
        scores,
        variances: squares
            .iter()
            .map(|square| square / (n.max(2) - 1) as f64)
            .collect(),
        total_variance,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::random::Generator;

    fn activations(n: usize, p: usize) -> DMatrix<f64> {
        let mut generator = Generator::new(7);
        DMatrix::from_fn(n, p, |_, j| (1.0 + j as f64) * generator.normal() + 3.0)
    }

    #[test]
    fn both_sides_agree_with_the_svd() {
        for (n, p) in [(20, 8), (8, 20), (15, 15), (2, 1), (12, 40)] {
            let a = activations(n, p);
            let made = components(a.clone(), p).expect("finite");
            let mut centred = a;
            centre_columns(&mut centred);
            let svd = centred.clone().svd(true, true);
            let rank = p.min(n - 1);
            assert_eq!(made.variances.len(), rank, "{n} x {p}");
            for (j, variance) in made.variances.iter().enumerate() {
                let expected = svd.singular_values[j].powi(2) / (n - 1) as f64;
                assert!((variance - expected).abs() < 1e-9 * expected);
                let column = made.scores.column(j);
                assert!(column[column.icamax()] > 0.0);
                assert!(
                    (column.norm_squared() / (n - 1) as f64 - expected).abs() < 1e-9 * expected
                );
            }
            assert!((made.variances.iter().sum::<f64>() / made.total_variance - 1.0).abs() < 1e-9);
            // Scores keep all distances between stimuli.
            let difference =
                &made.scores * made.scores.transpose() - &centred * centred.transpose();
            assert!(difference.amax() < 1e-8);
        }
    }

    #[test]
    fn constant_activations_have_no_component() {
        let made = components(DMatrix::from_element(6, 4, 2.0), 4).expect("finite");
        assert!(made.variances.is_empty() && made.scores.ncols() == 0);
    }
}
