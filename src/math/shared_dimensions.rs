//! Orderings of the stimuli that all networks can reproduce (METHOD 11.1): regularised MAXVAR
//! generalised canonical correlation, in its dual, from Gram matrices alone.

mod fold;

use nalgebra::{DMatrix, DVector};

use super::MathError;
use super::folds::Fold;
use super::gram::double_centre;
use super::linalg::{inverse_of_positive, product, symmetric_eigen};
use super::ranks::pearson;
pub use fold::FoldOperators;

/// Dimensions at most (METHOD 11.1).
const MOST: usize = 30;

/// How many dimensions are looked at, of so many training stimuli in the smallest fold.
#[must_use]
pub fn dimensions_of(fewest_training: usize) -> usize {
    MOST.min(fewest_training / 2)
}

/// What a ridge of one fixed strength gives back of an ordering: the strength is the network's mean
/// eigenvalue, so that its scale cancels and there is nothing to tune.
pub struct NetworkOperator {
    /// P: of an ordering of the training stimuli, how the network reproduces it (m x m, symmetric).
    pub reproduces: DMatrix<f64>,
    /// B: the same for the test stimuli (test stimuli x m).
    pub predicts: DMatrix<f64>,
}

impl NetworkOperator {
    /// The operator of a Gram matrix (n x n) on a fold; none where the network tells the training stimuli
    /// not apart. O(m^3).
    ///
    /// # Errors
    /// [`MathError::NotFinite`] for a Gram matrix with NaN or infinity.
    pub fn new(gram: &DMatrix<f64>, fold: &Fold) -> Result<Option<Self>, MathError> {
        let m = fold.train.len();
        let between = |rows: &[usize]| {
            DMatrix::from_fn(rows.len(), m, |row, column| {
                gram[(rows[row], fold.train[column])]
            })
        };
        let mut inner = between(&fold.train);
        let means = inner.row_mean();
        let mean = means.mean();
        let mut across = between(&fold.test);
        for mut row in across.row_iter_mut() {
            let shift = mean - row.mean();
            row -= &means;
            row.add_scalar_mut(shift);
        }
        let before = inner.trace();
        double_centre(&mut inner)?;
        let trace = inner.trace();
        if trace.is_nan() || before.is_infinite() {
            return Err(MathError::NotFinite);
        }
        // at the level of rounding there is nothing left
        if trace <= before.abs() * 1e-13 || trace < f64::MIN_POSITIVE * m as f64 {
            return Ok(None);
        }
        // in units of the mean eigenvalue, whatever the scale of activations
        let unit = trace / m as f64;
        let mut regularised = inner / unit;
        for i in 0..m {
            regularised[(i, i)] += 1.0;
        }
        let inverse = inverse_of_positive(&regularised)?;
        let predicts = product(&(across / unit), &inverse)?;
        let mut reproduces = (&inverse + inverse.transpose()) * -0.5;
        for i in 0..m {
            reproduces[(i, i)] += 1.0;
        }
        Ok(Some(Self {
            reproduces,
            predicts,
        }))
    }
}

/// Which networks are of one group: copies that do not count as agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Groups {
    /// The group of each network, from 0.
    of: Vec<usize>,
}

impl Groups {
    /// Groups by their numbers, one for each network.
    #[must_use]
    pub fn new(of: Vec<usize>) -> Self {
        Self { of }
    }

    /// The group of each network.
    #[must_use]
    pub fn of(&self) -> &[usize] {
        &self.of
    }

    /// How many groups have a network that is there.
    #[must_use]
    pub fn count(&self, is_there: impl Fn(usize) -> bool) -> usize {
        let there = (0..self.of.len()).filter(|&network| is_there(network));
        let mut seen: Vec<usize> = there.map(|network| self.of[network]).collect();
        seen.sort_unstable();
        seen.dedup();
        seen.len()
    }

    /// Weights of the networks that are there, with sum 1: every group counts the same, and so does every
    /// network in it. 0 for the others.
    #[must_use]
    pub fn weights(&self, is_there: impl Fn(usize) -> bool) -> Vec<f64> {
        let groups = self.count(&is_there) as f64;
        let members = |group: usize| {
            let networks = 0..self.of.len();
            let in_group = networks.filter(|&other| self.of[other] == group && is_there(other));
            in_group.count() as f64
        };
        (0..self.of.len())
            .map(|network| match is_there(network) {
                true => 1.0 / (groups * members(self.of[network])),
                false => 0.0,
            })
            .collect()
    }
}

/// Orthogonal orderings of stimuli, the one that networks reproduce best first.
pub struct Axes {
    /// Mean share of each that networks reproduce, in [0, 1], descending.
    pub eigenvalues: Vec<f64>,
    /// One a column, of unit length (stimuli x axes); the signs are arbitrary.
    pub vectors: DMatrix<f64>,
}

impl Axes {
    /// The first of the eigenvectors of a mean operator (m x m), at most so many. O(m^3).
    ///
    /// # Errors
    /// [`MathError`] if the matrix cannot be decomposed.
    pub fn leading(mean: &DMatrix<f64>, count: usize) -> Result<Self, MathError> {
        let eigen = symmetric_eigen(mean)?;
        let m = mean.nrows();
        let count = count.min(m);
        Ok(Self {
            eigenvalues: (0..count).map(|d| eigen.values[m - 1 - d]).collect(),
            vectors: DMatrix::from_fn(m, count, |i, d| eigen.vectors[(i, m - 1 - d)]),
        })
    }

    /// The same with the greatest entry of each positive; of entries that differ by rounding alone the first
    /// counts.
    #[must_use]
    pub fn with_signs(mut self) -> Self {
        for mut axis in self.vectors.column_iter_mut() {
            let greatest = axis.amax() * (1.0 - 1e-9);
            let first = axis.iter().find(|value| value.abs() >= greatest);
            if first.is_some_and(|&value| value < 0.0) {
                axis.neg_mut();
            }
        }
        self
    }
}

/// For each axis that is shown, in order, the one of those found that goes with it best and is not taken
/// yet, and how closely: |Pearson correlation|, over the same stimuli.
#[must_use]
pub fn matched(shown: &DMatrix<f64>, found: &DMatrix<f64>) -> Vec<(usize, f64)> {
    let mut left: Vec<usize> = (0..found.ncols()).collect();
    shown
        .column_iter()
        .filter_map(|axis| {
            let mut best: Option<(usize, f64)> = None;
            for (index, &candidate) in left.iter().enumerate() {
                let r = pearson(axis.as_slice(), found.column(candidate).as_slice()).abs();
                if best.is_none_or(|(_, closest)| r > closest) {
                    best = Some((index, r));
                }
            }
            best.map(|(index, r)| (left.remove(index), r))
        })
        .collect()
}

/// How stable the axes of all stimuli are when one group of networks is left out: the least closeness over
/// groups, in [0, 1]. `of_groups` is each group's mean operator (n x n). One eigendecomposition a group.
///
/// # Errors
/// [`MathError`] if a mean cannot be decomposed.
pub fn stability_over_groups(
    shown: &DMatrix<f64>,
    of_groups: &[DMatrix<f64>],
) -> Result<Vec<f64>, MathError> {
    let mut least = vec![f64::INFINITY; shown.ncols()];
    let n = shown.nrows();
    for dropped in 0..of_groups.len() {
        let mut mean = DMatrix::zeros(n, n);
        for (group, operator) in of_groups.iter().enumerate() {
            if group != dropped {
                mean += operator;
            }
        }
        mean /= of_groups.len().saturating_sub(1).max(1) as f64;
        let axes = Axes::leading(&mean, 2 * shown.ncols())?;
        for (least, (_, r)) in least.iter_mut().zip(matched(shown, &axes.vectors)) {
            *least = least.min(r);
        }
    }
    Ok(least)
}

/// The share of a network's variance that lies along a unit axis: `g' K g / trace(K)`, in [0, 1]; an
/// average direction has 1 / (n - 1). `gram` is double-centred; undefined for a network of no variance.
#[must_use]
pub fn variance_shares(gram: &DMatrix<f64>, axes: &DMatrix<f64>) -> Vec<f64> {
    let trace = gram.trace();
    axes.column_iter()
        .map(|axis| {
            let along: DVector<f64> = gram * axis;
            match trace > 0.0 {
                true => along.dot(&axis) / trace,
                false => f64::NAN,
            }
        })
        .collect()
}

/// Correlation of two double-centred Gram matrices over all their entries, in [-1, 1]: 1 for one network
/// and its copy, whatever their scale.
#[must_use]
pub fn gram_correlation(left: &DMatrix<f64>, right: &DMatrix<f64>) -> f64 {
    // each apart from its scale, whose square may have no room
    let (left, right) = (left / left.amax(), right / right.amax());
    left.dot(&right) / (left.norm() * right.norm())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::folds::folds;
    use crate::math::gram::gram_of_units;
    use crate::math::random::Generator;

    fn random(rows: usize, columns: usize, seed: u64) -> DMatrix<f64> {
        let mut generator = Generator::new(seed);
        DMatrix::from_fn(rows, columns, |_, _| generator.normal())
    }

    #[test]
    fn the_operator_is_that_of_its_definition_at_any_scale() {
        let gram = gram_of_units(random(20, 7, 1));
        let fold = folds(20, 5, 11).expect("enough").swap_remove(1);
        let m = fold.train.len();
        let mut inner = DMatrix::from_fn(m, m, |i, j| gram[(fold.train[i], fold.train[j])]);
        double_centre(&mut inner).expect("square");
        let alpha = inner.trace() / m as f64;
        let with_penalty = &inner + DMatrix::identity(m, m) * alpha;
        let expected = &inner * with_penalty.try_inverse().expect("positive");
        for scale in [1.0, 1e-280, 1e150] {
            let made = NetworkOperator::new(&(&gram * scale), &fold);
            let made = made.expect("finite").expect("has variance");
            assert!((made.reproduces - &expected).amax() < 1e-12, "{scale}");
            assert_eq!(made.predicts.shape(), (4, m));
        }
    }

    #[test]
    fn a_network_that_is_constant_on_the_training_stimuli_has_none() {
        let fold = folds(20, 5, 11).expect("enough").swap_remove(1);
        let mut unit = DMatrix::from_element(20, 1, 0.1);
        unit[(fold.test[0], 0)] = 7.3;
        let of = |a: DMatrix<f64>| NetworkOperator::new(&gram_of_units(a), &fold).expect("finite");
        assert!(of(unit).is_none());
        assert!(of(DMatrix::zeros(20, 2)).is_none());
        assert!(of(random(20, 2, 1)).is_some());
        let nan = DMatrix::from_element(20, 20, f64::NAN);
        assert!(NetworkOperator::new(&nan, &fold).is_err());
    }

    #[test]
    fn groups_count_the_same_whatever_their_size() {
        let groups = Groups::new(vec![0, 1, 1, 2]);
        assert_eq!(
            groups.weights(|_| true),
            [1.0 / 3.0, 1.0 / 6.0, 1.0 / 6.0, 1.0 / 3.0]
        );
        assert_eq!(groups.weights(|network| network > 1), [0.0, 0.0, 0.5, 0.5]);
        assert_eq!(groups.count(|network| network < 3), 2);
    }

    #[test]
    fn matching_takes_each_axis_once_and_minds_no_sign() {
        let axes = Axes::leading(&gram_of_units(random(12, 12, 2)), 4).expect("finite");
        let mut turned = axes.vectors.clone();
        turned.swap_columns(0, 2);
        turned.column_mut(1).neg_mut();
        let found: Vec<usize> = matched(&axes.vectors, &turned)
            .iter()
            .map(|m| m.0)
            .collect();
        assert_eq!(found, [2, 1, 0, 3]);
        // two that are the same: the second takes what is left
        let mut twice = axes.vectors.clone();
        let first = axes.vectors.column(0).into_owned();
        twice.set_column(1, &first);
        let found = matched(&twice, &axes.vectors);
        assert!(found[0].0 == 0 && found[1].0 != 0 && found[1].1 < 0.9);
    }

    #[test]
    fn the_sign_is_that_of_the_greatest_entry_the_first_of_equals() {
        let axes = Axes {
            eigenvalues: vec![1.0; 2],
            vectors: DMatrix::from_column_slice(3, 2, &[0.1, -0.9, 0.2, -0.7, 0.7, 0.1]),
        };
        let signed = axes.with_signs().vectors;
        assert_eq!(signed.as_slice(), [-0.1, 0.9, -0.2, 0.7, -0.7, -0.1]);
    }

    #[test]
    fn copies_correlate_at_any_scale_and_shares_add_up() {
        let (one, other) = (
            gram_of_units(random(15, 9, 3)),
            gram_of_units(random(15, 9, 4)),
        );
        assert!((gram_correlation(&one, &(&one * 1e250)) - 1.0).abs() < 1e-12);
        assert!(gram_correlation(&one, &other) < 0.9);
        let axes = Axes::leading(&other, 15).expect("finite").vectors;
        assert!((variance_shares(&one, &axes).iter().sum::<f64>() - 1.0).abs() < 1e-12);
    }
}
