//! Principal components of one layer, the targets of every analysis (METHOD 2).

use nalgebra::{DMatrix, DVector};

use super::MathError;
use super::gram::centre_columns;
use super::linalg::{inner_gram, outer_gram, product, symmetric_eigen};

/// Principal components of activations, from the most to the least variance.
pub struct Components {
    /// Scores U S (n x r): one row a stimulus, one column a component; the entry of largest
    /// magnitude in each column of U is positive.
    pub scores: DMatrix<f64>,
    /// Explained variance S^2 / (n - 1) of each of the r components, in squared activation units.
    pub variances: Vec<f64>,
    /// Sum of the variances of all units, of which `variances` are shares.
    pub total_variance: f64,
    /// The way back to units.
    pub inverse: Inverse,
}

/// What an RDM over units needs to know of the axes V (p x r) and the mean of the units: with it,
/// activations cut down to some components are compared without being rebuilt (METHOD 7).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Inverse {
    /// Number of units p, constant ones among them.
    pub units: usize,
    /// Sum over units of the mean.
    pub mean_sum: f64,
    /// Sum over units of the squared mean.
    pub mean_square: f64,
    /// For each component the sum of its axis over units.
    pub axis_sums: Vec<f64>,
    /// For each component the product of its axis with the mean.
    pub axis_means: Vec<f64>,
}

impl Inverse {
    /// Its numbers in a row, for a block: 3 + 2 r.
    #[must_use]
    pub fn to_numbers(&self) -> Vec<f64> {
        let mut numbers = vec![self.units as f64, self.mean_sum, self.mean_square];
        numbers.extend(&self.axis_sums);
        numbers.extend(&self.axis_means);
        numbers
    }

    /// What these numbers are of.
    #[must_use]
    pub fn from_numbers(numbers: &[f64]) -> Option<Self> {
        let (&[units, mean_sum, mean_square], axes) = numbers.split_first_chunk::<3>()?;
        let (axis_sums, axis_means) = axes.split_at(axes.len() / 2);
        Some(Self {
            units: units as usize,
            mean_sum,
            mean_square,
            axis_sums: axis_sums.to_vec(),
            axis_means: axis_means.to_vec(),
        })
    }
}

/// Principal components of activations (n x p): columns are centred, not scaled; components with
/// a singular value above `s_max * max(n, units) * eps(f32)` are kept, `units` being p and the
/// `constants`, units dropped before that have one value over all stimuli. By the Gram matrix of
/// the shorter side in f64, which is exact to 1e-14 on the leading components and faster than an
/// SVD. O(n p min(n, p)).
///
/// # Errors
/// [`MathError::NotFinite`] if an activation is NaN or infinite.
pub fn components(mut a: DMatrix<f64>, constants: &[f64]) -> Result<Components, MathError> {
    let (n, p) = a.shape();
    if p >= n {
        let mut gathered = Gathered::new(n);
        gathered.add(a);
        gathered.add_constants(constants);
        return gathered.components();
    }
    let means = DVector::from_vec(centre_columns(&mut a));
    let units = p + constants.len();
    let eigen = symmetric_eigen(&inner_gram(&a))?;
    let kept = kept_components(eigen.values.as_slice(), n.max(units));
    let mut scores = product(&a, &eigen.vectors.select_columns(kept.iter()))?;
    let squares = eigen.values.select_rows(kept.iter());
    turn_signs(&mut scores);
    // v_k = A^T t_k / s_k^2, so a product with v_k is one with A first
    let along = |of_units: DVector<f64>| project(&scores, &of_units, &squares);
    let inverse = Inverse {
        units,
        mean_sum: means.sum() + constants.iter().sum::<f64>(),
        mean_square: means.norm_squared() + constants.iter().map(|c| c * c).sum::<f64>(),
        axis_sums: along(a.column_sum()),
        axis_means: along(&a * &means),
    };
    Ok(Components {
        scores,
        variances: squares.iter().map(|square| square / degrees(n)).collect(),
        total_variance: a.norm_squared() / degrees(n),
        inverse,
    })
}

/// The entry of largest magnitude in each column becomes positive.
fn turn_signs(scores: &mut DMatrix<f64>) {
    for mut column in scores.column_iter_mut() {
        if column[column.icamax()] < 0.0 {
            column.neg_mut();
        }
    }
}

fn project(scores: &DMatrix<f64>, of_units: &DVector<f64>, squares: &DVector<f64>) -> Vec<f64> {
    let projected = scores.tr_mul(of_units);
    projected.iter().zip(squares).map(|(x, s)| x / s).collect()
}

/// What the components of a layer with more units than stimuli need of its units, which come in
/// piece by piece and need not be held: the Gram matrix and a few sums. O(n^2) of memory.
pub struct Gathered {
    gram: DMatrix<f64>,
    /// Sum over units of the centred activations (n).
    sum: DVector<f64>,
    /// Centred activations times the means of the units (n).
    along_means: DVector<f64>,
    mean_sum: f64,
    mean_square: f64,
    units: usize,
    constants: usize,
}

impl Gathered {
    /// Nothing yet, for so many stimuli.
    #[must_use]
    pub fn new(stimuli: usize) -> Self {
        Self {
            gram: DMatrix::zeros(stimuli, stimuli),
            sum: DVector::zeros(stimuli),
            along_means: DVector::zeros(stimuli),
            mean_sum: 0.0,
            mean_square: 0.0,
            units: 0,
            constants: 0,
        }
    }

    /// Takes in units that vary (n x some). O(n^2) each.
    pub fn add(&mut self, mut a: DMatrix<f64>) {
        let means = DVector::from_vec(centre_columns(&mut a));
        self.units += means.len();
        self.mean_sum += means.sum();
        self.mean_square += means.norm_squared();
        self.sum += a.column_sum();
        self.along_means += &a * &means;
        self.gram += outer_gram(&a);
    }

    /// Takes in units that have one value over all stimuli.
    pub fn add_constants(&mut self, constants: &[f64]) {
        self.units += constants.len();
        self.constants += constants.len();
        self.mean_sum += constants.iter().sum::<f64>();
        self.mean_square += constants.iter().map(|c| c * c).sum::<f64>();
    }

    /// Units, constant ones among them, and how many of those.
    #[must_use]
    pub fn units(&self) -> (usize, usize) {
        (self.units, self.constants)
    }

    /// Gram matrix about the mean (n x n).
    #[must_use]
    pub fn gram(&self) -> &DMatrix<f64> {
        &self.gram
    }

    /// The components, as of [`components`]. O(n^3).
    ///
    /// # Errors
    /// [`MathError::NotFinite`] if an activation was NaN or infinite.
    pub fn components(&self) -> Result<Components, MathError> {
        let n = self.gram.nrows();
        let eigen = symmetric_eigen(&self.gram)?;
        let kept = kept_components(eigen.values.as_slice(), n.max(self.units));
        let mut scores = eigen.vectors.select_columns(kept.iter());
        for (mut column, &j) in scores.column_iter_mut().zip(&kept) {
            column.scale_mut(eigen.values[j].sqrt());
        }
        turn_signs(&mut scores);
        let squares = eigen.values.select_rows(kept.iter());
        Ok(Components {
            variances: squares.iter().map(|square| square / degrees(n)).collect(),
            total_variance: self.gram.trace() / degrees(n),
            inverse: Inverse {
                units: self.units,
                mean_sum: self.mean_sum,
                mean_square: self.mean_square,
                axis_sums: project(&scores, &self.sum, &squares),
                axis_means: project(&scores, &self.along_means, &squares),
            },
            scores,
        })
    }
}

/// Components fitted on the activations of other stimuli (m x p), and the scores of the stimuli
/// that are analysed (n x p) on them (METHOD 2): mean, axes, variances and signs are those of the
/// fitting stimuli. O(m p min(m, p) + n p r).
///
/// # Errors
/// [`MathError::Shape`] if the units differ; [`MathError::NotFinite`] for NaN or infinity.
pub fn fitted_components(
    a: &DMatrix<f64>,
    mut fitting: DMatrix<f64>,
) -> Result<Components, MathError> {
    let (m, p) = fitting.shape();
    if a.ncols() != p {
        return Err(MathError::Shape {
            what: "activations and those to fit components on",
            left: a.shape(),
            right: (m, p),
        });
    }
    let means = DVector::from_vec(centre_columns(&mut fitting));
    let total_variance = fitting.norm_squared() / degrees(m);
    let (mut axes, squares) = if p < m {
        let eigen = symmetric_eigen(&inner_gram(&fitting))?;
        let kept = kept_components(eigen.values.as_slice(), m.max(p));
        (
            eigen.vectors.select_columns(kept.iter()),
            eigen.values.select_rows(kept.iter()),
        )
    } else {
        let eigen = symmetric_eigen(&outer_gram(&fitting))?;
        let kept = kept_components(eigen.values.as_slice(), m.max(p));
        let mut axes = product(
            &fitting.transpose(),
            &eigen.vectors.select_columns(kept.iter()),
        )?;
        for (mut axis, &j) in axes.column_iter_mut().zip(&kept) {
            axis.unscale_mut(eigen.values[j].sqrt());
        }
        (axes, eigen.values.select_rows(kept.iter()))
    };
    let of_fitting = product(&fitting, &axes)?;
    for (mut axis, scores) in axes.column_iter_mut().zip(of_fitting.column_iter()) {
        if scores[scores.icamax()] < 0.0 {
            axis.neg_mut();
        }
    }
    let mut centred = a.clone();
    for mut row in centred.row_iter_mut() {
        row -= means.transpose();
    }
    Ok(Components {
        scores: product(&centred, &axes)?,
        variances: squares.iter().map(|square| square / degrees(m)).collect(),
        total_variance,
        inverse: Inverse {
            units: p,
            mean_sum: means.sum(),
            mean_square: means.norm_squared(),
            axis_sums: axes.row_sum().iter().copied().collect(),
            axis_means: axes.tr_mul(&means).iter().copied().collect(),
        },
    })
}

fn degrees(stimuli: usize) -> f64 {
    (stimuli.max(2) - 1) as f64
}

/// Indices of the squared singular values (ascending) that count, the largest first.
fn kept_components(squares: &[f64], longer_side: usize) -> Vec<usize> {
    let tolerance = longer_side as f64 * f64::from(f32::EPSILON);
    let largest = squares.last().copied().unwrap_or(0.0).max(0.0).sqrt();
    (0..squares.len())
        .rev()
        .filter(|&j| squares[j] > 0.0 && squares[j].sqrt() > largest * tolerance)
        .collect()
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
            let made = components(a.clone(), &[]).expect("finite");
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
    fn units_may_come_in_pieces() {
        let a = activations(12, 40);
        let whole = components(a.clone(), &[5.0]).expect("finite");
        let mut gathered = Gathered::new(12);
        for start in (0..40).step_by(7) {
            gathered.add(a.columns(start, 7.min(40 - start)).into_owned());
        }
        gathered.add_constants(&[5.0]);
        let pieces = gathered.components().expect("finite");
        assert_eq!(gathered.units(), (41, 1));
        assert!((&whole.scores - &pieces.scores).amax() < 1e-9);
        let pairs = whole.inverse.to_numbers().into_iter();
        for (x, y) in pairs.zip(pieces.inverse.to_numbers()) {
            assert!((x - y).abs() < 1e-9 * (1.0 + x.abs()), "{x} {y}");
        }
    }

    #[test]
    fn constant_activations_have_no_component() {
        let made = components(DMatrix::from_element(6, 4, 2.0), &[]).expect("finite");
        assert!(made.variances.is_empty() && made.scores.ncols() == 0);
    }

    #[test]
    fn fitting_on_the_same_stimuli_changes_nothing() {
        for (n, p) in [(20, 8), (8, 20)] {
            let a = activations(n, p);
            let own = components(a.clone(), &[]).expect("finite");
            let fitted = fitted_components(&a, a.clone()).expect("finite");
            assert!((&own.scores - &fitted.scores).amax() < 1e-8);
            assert_eq!(own.variances.len(), fitted.variances.len());
            let pairs = own.inverse.to_numbers().into_iter();
            for (x, y) in pairs.zip(fitted.inverse.to_numbers()) {
                assert!((x - y).abs() < 1e-8 * (1.0 + x.abs()), "{x} {y}");
            }
            assert_eq!(
                Inverse::from_numbers(&own.inverse.to_numbers()),
                Some(own.inverse)
            );
        }
    }

    #[test]
    fn components_of_other_stimuli_are_projected_on() {
        let (fitting, a) = (activations(40, 6), activations(46, 6));
        let a = a.rows(40, 6).into_owned();
        let made = fitted_components(&a, fitting.clone()).expect("finite");
        let mut all = fitting.clone();
        let means = centre_columns(&mut all);
        let svd = all.svd(true, true);
        let axes = svd.v_t.expect("asked for");
        for k in 0..6 {
            for i in 0..6 {
                let direct: f64 = (0..6).map(|j| (a[(i, j)] - means[j]) * axes[(k, j)]).sum();
                assert!((made.scores[(i, k)].abs() - direct.abs()).abs() < 1e-9);
            }
        }
        let other = fitted_components(&a, activations(9, 5));
        assert!(matches!(other, Err(MathError::Shape { .. })));
    }
}
