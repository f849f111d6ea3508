//! Eigendecomposition of a predictor on one fold (METHOD 5, step 1): the dearest part of a fold, made
//! once and kept.

use nalgebra::{DMatrix, DVector};

use crate::math::MathError;
use crate::math::folds::Fold;
use crate::math::gram::double_centre;
use crate::math::linalg::{product, symmetric_eigen};

/// A predictor's Gram matrix on one fold, decomposed: what serves every mapping, every penalty and
/// every target.
pub struct Decomposition {
    /// Eigenvalues of the centred training Gram matrix off the all-ones direction (m - 1),
    /// ascending, zero over the null space.
    pub(super) lambda: DVector<f64>,
    /// Their eigenvectors, one a column (m x (m - 1)).
    pub(super) vectors: DMatrix<f64>,
    /// `K[te, tr] Q`, centred on the training mean (test stimuli x (m - 1)).
    pub(super) across: DMatrix<f64>,
}

impl Decomposition {
    /// Centres and decomposes the Gram matrix (n x n over all stimuli) of a predictor on the
    /// training stimuli of a fold (METHOD 5, step 1). O(m^3) for m training stimuli.
    ///
    /// # Errors
    /// [`MathError::NotFinite`] for a Gram matrix with NaN or infinity.
    pub fn new(gram: &DMatrix<f64>, fold: &Fold) -> Result<Self, MathError> {
        let m = fold.train.len();
        let between = |rows: &[usize]| {
            DMatrix::from_fn(rows.len(), m, |row, column| {
                gram[(rows[row], fold.train[column])]
            })
        };
        let mut centred = between(&fold.train);
        let train_means = centred.row_mean();
        let mean = train_means.mean();
        let mut across = between(&fold.test);
        for mut row in across.row_iter_mut() {
            let shift = mean - row.mean();
            row -= &train_means;
            row.add_scalar_mut(shift);
        }
        double_centre(&mut centred)?;
        let (lambda, vectors) = decompose_off_mean(centred)?;
        let largest = lambda.iter().copied().fold(0.0, f64::max);
        let null_below = largest * m as f64 * f64::EPSILON;
        Ok(Self {
            lambda: lambda.map(|value| if value <= null_below { 0.0 } else { value }),
            across: product(&across, &vectors)?,
            vectors,
        })
    }

    /// Its numbers in a row, for a block: (n + 1)(m - 1) of them for n stimuli.
    #[must_use]
    pub fn into_numbers(self) -> Vec<f64> {
        let mut numbers = self.lambda.as_slice().to_vec();
        numbers.extend(self.vectors.as_slice());
        numbers.extend(self.across.as_slice());
        numbers
    }

    /// The decomposition whose numbers these are; `None` if they are not as many as the fold needs.
    #[must_use]
    pub fn from_numbers(numbers: &[f64], fold: &Fold) -> Option<Self> {
        let (m, tested) = (fold.train.len(), fold.test.len());
        let rank = m.checked_sub(1)?;
        if numbers.len() != rank * (1 + m + tested) {
            return None;
        }
        let (lambda, rest) = numbers.split_at(rank);
        let (vectors, across) = rest.split_at(rank * m);
        Some(Self {
            lambda: DVector::from_column_slice(lambda),
            vectors: DMatrix::from_column_slice(m, rank, vectors),
            across: DMatrix::from_column_slice(tested, rank, across),
        })
    }
}

/// Eigendecomposition of a centred Gram matrix (m x m) off the all-ones direction: a reflection
/// takes that direction to the first axis, and the remaining (m - 1) x (m - 1) block is decomposed.
/// The same spectrum as of `K + 11^T` without its all-ones vector, and no other eigenvalue near m
/// can mix with it.
fn decompose_off_mean(
    mut centred: DMatrix<f64>,
) -> Result<(DVector<f64>, DMatrix<f64>), MathError> {
    let m = centred.nrows();
    // H = I - 2 v v^T / v^T v with v = 1/sqrt(m) + e_0
    let mut axis = DVector::from_element(m, 1.0 / (m as f64).sqrt());
    axis[0] += 1.0;
    let scale = 2.0 / axis.norm_squared();
    let projected = &centred * &axis * scale;
    let twice = axis.dot(&projected) * scale * 0.5;
    let shift = projected - &axis * twice;
    centred.ger(-1.0, &axis, &shift, 1.0);
    centred.ger(-1.0, &shift, &axis, 1.0);
    let block = centred.view((1, 1), (m - 1, m - 1)).into_owned();
    let eigen = symmetric_eigen(&block)?;
    let mut vectors = eigen.vectors.insert_row(0, 0.0);
    let along = vectors.tr_mul(&axis) * scale;
    vectors.ger(-1.0, &axis, &along, 1.0);
    Ok((eigen.values, vectors))
}
