//! Predictors as Gram matrices over stimuli (METHOD 3): whatever predicts, a network, a brain's
//! responses or an RDM, enters only through the inner products between its stimuli.

use nalgebra::DMatrix;

use super::MathError;
use super::linalg::{outer_gram, product, symmetric_eigen};
use super::scale::into_range;

/// Subtracts the mean of every column; returns the means.
pub fn centre_columns(a: &mut DMatrix<f64>) -> Vec<f64> {
    let rows = a.nrows().max(1) as f64;
    a.column_iter_mut()
        .map(|mut column| {
            let mean = column.sum() / rows;
            column.add_scalar_mut(-mean);
            mean
        })
        .collect()
}

/// Gram matrix (n x n) of activations or responses (n x p) about their mean: `A A^T` of the
/// centred columns. Ridge centres on its training stimuli again, so centring here changes no
/// score; it keeps digits where units have a large common offset.
#[must_use]
pub fn gram_of_units(mut a: DMatrix<f64>) -> DMatrix<f64> {
    centre_columns(&mut a);
    outer_gram(&a)
}

/// Divides every column (n x p) by its standard deviation (n in the denominator) after centring;
/// constant columns become zero.
pub fn z_score_columns(a: &mut DMatrix<f64>) {
    centre_columns(a);
    let rows = a.nrows().max(1) as f64;
    for mut column in a.column_iter_mut() {
        into_range(&mut column);
        let deviation = (column.norm_squared() / rows).sqrt();
        if deviation > 0.0 {
            column.unscale_mut(deviation);
        }
    }
}

/// A Gram matrix that was made of an RDM, and what it cost to make it one.
pub struct RdmGram {
    /// n x n, positive semi-definite, `trace / n` equal to the scale asked for.
    pub gram: DMatrix<f64>,
    /// The share of the absolute spectrum that was negative and was clipped to zero, in [0, 1].
    pub clipped: f64,
}

/// Gram matrix of an RDM of squared distances (n x n): `-1/2 J D2 J`, negative eigenvalues clipped
/// to zero, scaled to `trace / n = scale` (METHOD 3; 1000 means "as from a thousand voxels of unit
/// variance"). For correlation distances it is, up to scale, the Gram matrix of the z-scored
/// response patterns.
///
/// # Errors
/// [`MathError::NotFinite`] if an entry is NaN or infinite; [`MathError::Shape`] if not square.
pub fn gram_of_rdm(squared_distances: &DMatrix<f64>, scale: f64) -> Result<RdmGram, MathError> {
    let mut gram = squared_distances * -0.5;
    double_centre(&mut gram)?;
    // The two triangles of a stored RDM may differ in the last digits.
    gram = (&gram + gram.transpose()) * 0.5;
    let eigen = symmetric_eigen(&gram)?;
    let absolute: f64 = eigen.values.iter().map(|value| value.abs()).sum();
    let negative: f64 = eigen.values.iter().map(|value| (-value).max(0.0)).sum();
    let clipped = if absolute > 0.0 {
        negative / absolute
    } else {
        0.0
    };
    // What rounding alone leaves below zero is not worth a rebuild from the spectrum.
    if clipped > 1e-12 {
        let mut scaled = eigen.vectors.clone();
        for (mut column, value) in scaled.column_iter_mut().zip(eigen.values.iter()) {
            column.scale_mut(value.max(0.0));
        }
        gram = product(&scaled, &eigen.vectors.transpose())?;
        gram = (&gram + gram.transpose()) * 0.5;
    }
    let n = gram.nrows() as f64;
    let trace = gram.trace();
    if trace > 0.0 {
        gram *= scale * n / trace;
    }
    Ok(RdmGram { gram, clipped })
}

/// `J M J` in place (n x n), with J = I - 11^T / n: rows and columns lose their means.
///
/// # Errors
/// [`MathError::Shape`] if not square.
pub fn double_centre(matrix: &mut DMatrix<f64>) -> Result<(), MathError> {
    let n = matrix.nrows();
    if matrix.ncols() != n {
        return Err(MathError::Shape {
            what: "double centring",
            left: matrix.shape(),
            right: (n, n),
        });
    }
    let columns = matrix.row_mean();
    let rows = matrix.column_mean();
    let all = columns.mean();
    for (j, mut column) in matrix.column_iter_mut().enumerate() {
        for (i, value) in column.iter_mut().enumerate() {
            *value += all - rows[i] - columns[j];
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::random::Generator;

    #[test]
    fn the_gram_of_a_correlation_rdm_is_that_of_z_scored_patterns() {
        let mut generator = Generator::new(1);
        let responses = DMatrix::from_fn(12, 40, |_, _| generator.normal());
        // z-score each pattern (row) and take 1 - Pearson between them
        let mut patterns = responses.transpose();
        z_score_columns(&mut patterns);
        let patterns = patterns.transpose();
        let correlation = &patterns * patterns.transpose() / 40.0;
        let rdm = correlation.map(|r| 1.0 - r);
        let from_rdm = gram_of_rdm(&rdm, 1000.0).expect("finite");
        let mut direct = gram_of_units(patterns);
        direct *= 1000.0 * 12.0 / direct.trace();
        assert!((from_rdm.gram - direct).amax() < 1e-9);
        assert!(from_rdm.clipped < 1e-12);
    }

    #[test]
    fn negative_eigenvalues_are_clipped_and_reported() {
        // Distances that no points in space have: the triangle inequality is broken.
        let rdm = DMatrix::from_row_slice(3, 3, &[0.0, 1.0, 9.0, 1.0, 0.0, 1.0, 9.0, 1.0, 0.0]);
        let made = gram_of_rdm(&rdm, 1000.0).expect("finite");
        assert!(made.clipped > 0.05 && made.clipped < 0.5);
        let eigen = symmetric_eigen(&made.gram).expect("finite");
        assert!(eigen.values.iter().all(|&value| value > -1e-9));
        assert!((made.gram.trace() / 3.0 - 1000.0).abs() < 1e-9);
    }
}
