//! Representational similarity: RDMs of activations cut down to some of their components, and their
//! rank correlation with the RDMs of brains (METHOD 7).

use nalgebra::DMatrix;

use super::pca::Inverse;
use super::ranks::{Ranker, pearson};

/// The pairs of an RDM (n x n) below its diagonal, n (n - 1) / 2 of them, row by row.
#[must_use]
pub fn pairs_of(rdm: &DMatrix<f64>) -> Vec<f64> {
    let n = rdm.nrows();
    (1..n)
        .flat_map(|i| (0..i).map(move |j| rdm[(i, j)]))
        .collect()
}

/// The pairs of an RDM (n x n numbers) among some stimuli.
#[must_use]
pub fn pairs_among(rdm: &[f64], stimuli: usize, among: &[usize]) -> Vec<f64> {
    let rdm = DMatrix::from_fn(among.len(), among.len(), |i, j| {
        rdm.get(among[i] * stimuli + among[j])
            .copied()
            .unwrap_or(f64::NAN)
    });
    pairs_of(&rdm)
}

/// `1 - Pearson` between the rows of responses or activations (n x p), as an RDM (n x n); NaN for
/// rows without variance.
#[must_use]
pub fn correlation_rdm(a: &DMatrix<f64>) -> DMatrix<f64> {
    let mut rows = a.transpose();
    super::gram::centre_columns(&mut rows);
    for mut row in rows.column_iter_mut() {
        let length = row.norm();
        row.unscale_mut(length);
    }
    super::linalg::inner_gram(&rows).map(|r| (1.0 - r).max(0.0))
}

/// An RDM by the ranks of its pairs, ready to be correlated with many others.
pub struct RankedPairs {
    /// Ranks about their mean, of length one; empty where they are constant or undefined.
    centred: Vec<f64>,
}

impl RankedPairs {
    /// Ranks pairs.
    #[must_use]
    pub fn new(pairs: &[f64], ranker: &mut Ranker) -> Self {
        let mut centred = Vec::new();
        if pairs.iter().all(|value| value.is_finite()) {
            centred.extend_from_slice(ranker.rank(pairs));
            let mean = (centred.len() as f64 + 1.0) / 2.0;
            let mut squares = 0.0;
            for rank in &mut centred {
                *rank -= mean;
                squares += *rank * *rank;
            }
            if squares > 0.0 {
                let length = squares.sqrt();
                centred.iter_mut().for_each(|rank| *rank /= length);
            } else {
                centred.clear();
            }
        }
        Self { centred }
    }

    /// Spearman correlation with another RDM of the same stimuli, in [-1, 1]; NaN where either is
    /// constant or undefined.
    #[must_use]
    pub fn spearman(&self, other: &Self) -> f64 {
        if self.centred.is_empty() || self.centred.len() != other.centred.len() {
            return f64::NAN;
        }
        self.centred
            .iter()
            .zip(&other.centred)
            .map(|(a, b)| a * b)
            .sum()
    }
}

/// RDM of activations of which some components are kept, built up component by component without
/// ever going back to units. O(n^2) a component.
#[derive(Clone)]
pub struct ReducedRdm<'a> {
    inverse: &'a Inverse,
    stimuli: usize,
    /// Products between stimuli of what is kept, below and on the diagonal, row by row.
    products: Vec<f64>,
    /// For each stimulus the product of what is kept with the mean.
    with_mean: Vec<f64>,
    /// For each stimulus the sum over units of what is kept.
    sums: Vec<f64>,
}

impl<'a> ReducedRdm<'a> {
    /// Activations of n stimuli with no component kept: the mean alone.
    #[must_use]
    pub fn new(stimuli: usize, inverse: &'a Inverse) -> Self {
        Self {
            inverse,
            stimuli,
            products: vec![0.0; stimuli * (stimuli + 1) / 2],
            with_mean: vec![0.0; stimuli],
            sums: vec![0.0; stimuli],
        }
    }

    /// Keeps a component, given its scores (n).
    pub fn keep(&mut self, component: usize, scores: &[f64]) {
        let mut rest = self.products.as_mut_slice();
        for (i, score) in scores.iter().enumerate() {
            let (row, after) = rest.split_at_mut(i + 1);
            for (product, other) in row.iter_mut().zip(scores) {
                *product += score * other;
            }
            rest = after;
        }
        let (sum, with_mean) = (
            self.inverse.axis_sums[component],
            self.inverse.axis_means[component],
        );
        for ((own_mean, own_sum), score) in
            self.with_mean.iter_mut().zip(&mut self.sums).zip(scores)
        {
            *own_mean += score * with_mean;
            *own_sum += score * sum;
        }
    }

    /// `1 - Pearson` over units between the activations of every pair of stimuli, row by row below
    /// the diagonal, into `pairs`.
    pub fn pairs_into(&self, pairs: &mut Vec<f64>) {
        let Inverse {
            units,
            mean_sum,
            mean_square,
            ..
        } = *self.inverse;
        let units = units as f64;
        let covariance = |i: usize, j: usize, product: f64| {
            product + self.with_mean[i] + self.with_mean[j] + mean_square
                - (mean_sum + self.sums[i]) * (mean_sum + self.sums[j]) / units
        };
        let mut deviations = Vec::with_capacity(self.stimuli);
        pairs.clear();
        let mut rest = self.products.as_slice();
        for i in 0..self.stimuli {
            let (row, after) = rest.split_at(i + 1);
            deviations.push(1.0 / covariance(i, i, row[i]).sqrt());
            for (j, product) in row[..i].iter().enumerate() {
                pairs.push(1.0 - covariance(i, j, *product) * deviations[i] * deviations[j]);
            }
            rest = after;
        }
    }
}

/// What the best possible model could reach, given how much subjects differ (METHOD 7).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NoiseCeiling {
    /// Mean correlation of each subject with the mean of the others.
    pub lower: f64,
    /// Mean correlation of each subject with the mean of all.
    pub upper: f64,
}

/// Noise ceiling of subjects' RDMs, given as the pairs of each: ranks are averaged, and compared as
/// ranks. NaN for fewer than two subjects.
#[must_use]
pub fn noise_ceiling(subjects: &[Vec<f64>]) -> NoiseCeiling {
    let mut ranker = Ranker::default();
    let ranks: Vec<Vec<f64>> = subjects
        .iter()
        .map(|pairs| ranker.rank(pairs).to_vec())
        .collect();
    let count = ranks.len() as f64;
    let Some(length) = ranks.first().map(Vec::len).filter(|_| ranks.len() > 1) else {
        return NoiseCeiling {
            lower: f64::NAN,
            upper: f64::NAN,
        };
    };
    let total: Vec<f64> = (0..length)
        .map(|pair| ranks.iter().map(|ranks| ranks[pair]).sum())
        .collect();
    let (mut lower, mut upper) = (0.0, 0.0);
    for own in &ranks {
        let others: Vec<f64> = total.iter().zip(own).map(|(all, own)| all - own).collect();
        lower += pearson(own, ranker.rank(&others));
        upper += pearson(own, ranker.rank(&total));
    }
    NoiseCeiling {
        lower: lower / count,
        upper: upper / count,
    }
}

/// Spearman correlation of `|t_i - t_j|^2` with each of some RDMs: the RSA alignment of a single
/// dimension (METHOD 6), for RDMs in which only order means something. O(n^2).
#[must_use]
pub fn alignment_of_one(
    scores: &[f64],
    rdms: &[RankedPairs],
    ranker: &mut Ranker,
    scratch: &mut Vec<f64>,
) -> Vec<f64> {
    scratch.clear();
    for (i, a) in scores.iter().enumerate() {
        scratch.extend(scores[..i].iter().map(|b| (a - b) * (a - b)));
    }
    let own = RankedPairs::new(scratch, ranker);
    rdms.iter().map(|rdm| own.spearman(rdm)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::pca::components;
    use crate::math::random::Generator;
    use crate::math::ranks::spearman;

    fn activations(n: usize, p: usize) -> DMatrix<f64> {
        let mut generator = Generator::new(3);
        DMatrix::from_fn(n, p, |_, j| 2.0 * generator.normal() + j as f64)
    }

    #[test]
    fn every_component_kept_gives_the_rdm_of_the_activations() {
        for (n, p) in [(12, 30), (12, 5)] {
            let a = activations(n, p);
            let made = components(a.clone(), &[]).expect("finite");
            let mut reduced = ReducedRdm::new(n, &made.inverse);
            for k in 0..made.variances.len() {
                reduced.keep(k, made.scores.column(k).as_slice());
            }
            let mut pairs = Vec::new();
            reduced.pairs_into(&mut pairs);
            let direct = pairs_of(&correlation_rdm(&a));
            assert_eq!(pairs.len(), n * (n - 1) / 2);
            for (ours, direct) in pairs.iter().zip(&direct) {
                assert!((ours - direct).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn some_components_kept_give_the_rdm_of_the_inverse_pca() {
        let a = activations(10, 7);
        let constants = [4.0, -1.0];
        let made = components(a.clone(), &constants).expect("finite");
        let mut reduced = ReducedRdm::new(10, &made.inverse);
        let mut centred = a.clone();
        let means = crate::math::gram::centre_columns(&mut centred);
        let mut rebuilt = DMatrix::from_fn(
            10,
            9,
            |_, j| {
                if j < 7 { means[j] } else { constants[j - 7] }
            },
        );
        for k in [2, 0] {
            let scores = made.scores.column(k).into_owned();
            reduced.keep(k, scores.as_slice());
            let axis = centred.tr_mul(&scores) / scores.norm_squared();
            let mut units = rebuilt.columns_mut(0, 7);
            units += scores * axis.transpose();
        }
        let mut pairs = Vec::new();
        reduced.pairs_into(&mut pairs);
        for (ours, direct) in pairs.iter().zip(pairs_of(&correlation_rdm(&rebuilt))) {
            assert!((ours - direct).abs() < 1e-9);
        }
    }

    #[test]
    fn ranked_pairs_agree_with_spearman() {
        let mut ranker = Ranker::default();
        let (a, b) = (activations(9, 4), activations(9, 6));
        let (a, b) = (
            pairs_of(&correlation_rdm(&a)),
            pairs_of(&correlation_rdm(&b)),
        );
        let (x, y) = (
            RankedPairs::new(&a, &mut ranker),
            RankedPairs::new(&b, &mut ranker),
        );
        assert!((x.spearman(&y) - spearman(&a, &b).0).abs() < 1e-12);
        let undefined = RankedPairs::new(&[1.0, f64::NAN], &mut ranker);
        assert!(undefined.spearman(&x).is_nan());
    }

    #[test]
    fn the_ceiling_holds_between_no_and_full_agreement() {
        let pairs: Vec<f64> = (0..45).map(f64::from).collect();
        let same = noise_ceiling(&[pairs.clone(), pairs.clone(), pairs.clone()]);
        assert!((same.lower - 1.0).abs() < 1e-12 && (same.upper - 1.0).abs() < 1e-12);
        assert!(noise_ceiling(&[pairs]).lower.is_nan());
        let subjects: Vec<Vec<f64>> = (0..4)
            .map(|seed| {
                let mut generator = Generator::new(seed);
                (0..45)
                    .map(|i| f64::from(i) + 30.0 * generator.normal())
                    .collect()
            })
            .collect();
        let some = noise_ceiling(&subjects);
        assert!(some.lower < some.upper && some.lower > 0.0 && some.upper < 1.0);
    }
}
