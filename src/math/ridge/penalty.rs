//! What a penalty does to a spectrum (METHOD 5, step 3).

use nalgebra::{DMatrix, DVector};

use crate::math::MathError;
use crate::math::linalg::product;

/// What one alpha does in the leave-one-out predictions.
pub struct Penalty {
    /// Weight of each eigenvector in the coefficients, up to a common factor.
    pub weights: DVector<f64>,
    /// 1 / g_i for each training stimulus, with the same factor.
    pub inverse_diagonal: DVector<f64>,
}

impl Penalty {
    /// The weights of each alpha. `lambda`: eigenvalues, zero in the null space; `vectors`: eigenvectors
    /// (m x spectrum). O(m^2) an alpha.
    ///
    /// # Errors
    /// [`MathError::Shape`] if there is not an eigenvalue for each eigenvector.
    pub fn of_alphas(
        alphas: &[f64],
        lambda: &DVector<f64>,
        vectors: &DMatrix<f64>,
    ) -> Result<Vec<Self>, MathError> {
        let has_null_space = lambda.iter().any(|&value| value == 0.0);
        let mut weights = DMatrix::from_fn(lambda.len(), alphas.len(), |index, alpha| {
            let (value, alpha) = (lambda[index], alphas[alpha]);
            if alpha > 0.0 {
                1.0 / (value + alpha)
            } else if has_null_space {
                // The limit alpha -> 0+: the null space's weight outgrows every other.
                f64::from(u8::from(value == 0.0))
            } else {
                1.0 / value
            }
        });
        // Residuals are quotients: a common factor keeps f32 in range and changes none of them.
        for mut weights in weights.column_iter_mut() {
            weights.unscale_mut(weights.amax().max(f64::MIN_POSITIVE));
        }
        let diagonals = product(&vectors.map(|entry| entry * entry), &weights)?;
        let penalties = weights.column_iter().zip(diagonals.column_iter());
        Ok(penalties
            .map(|(weights, diagonal)| Self {
                weights: weights.into_owned(),
                inverse_diagonal: diagonal.map(|g| if g > 0.0 { 1.0 / g } else { 0.0 }),
            })
            .collect())
    }

    /// Mean over training stimuli of g_i, in the scale of the weights.
    pub fn mean_diagonal(&self) -> f64 {
        self.weights.sum() / self.inverse_diagonal.len().max(1) as f64
    }
}
