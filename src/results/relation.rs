//! How universality and alignment go together, how sure that is, and what chance would give
//! (METHOD 8).

use super::Dimensions;
use crate::analysis::Resampling;
use crate::math::summary::percentile;
use crate::order::sort_numbers;

/// The relation of universality and alignment with one region.
#[derive(Debug, Clone, PartialEq)]
pub struct Relation {
    /// The region.
    pub roi: String,
    /// Spearman correlation over dimensions, in [-1, 1].
    pub rho: f64,
    /// Dimensions that have both scores.
    pub dimensions: usize,
    /// 95 % interval by drawing networks with replacement.
    pub interval: (f64, f64),
    /// How it was drawn.
    pub resampling: Resampling,
}

impl Relation {
    /// The relation with the correlations of all draws.
    #[must_use]
    pub fn new(table: &Dimensions, roi: usize, draws: &[f64], resampling: Resampling) -> Self {
        let (rho, dimensions) = table.relation(roi);
        let mut draws: Vec<f64> = draws.iter().copied().filter(|rho| !rho.is_nan()).collect();
        sort_numbers(&mut draws);
        Self {
            roi: table
                .alignment
                .get(roi)
                .map_or_else(String::new, |region| region.roi.clone()),
            rho,
            dimensions,
            interval: (percentile(&draws, 2.5), percentile(&draws, 97.5)),
            resampling,
        }
    }
}

/// Scores that chance gives: of dimensions whose stimuli were put in random order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Null {
    /// 95th percentile of universality.
    pub universality: f64,
    /// 95th percentile of the alignment with each region.
    pub alignment: Vec<f64>,
    /// How it was drawn.
    pub resampling: Resampling,
}

/// Collects the scores of one permutation after another.
#[derive(Debug, Default)]
pub struct NullScores {
    universality: Vec<f64>,
    alignment: Vec<Vec<f64>>,
}

impl NullScores {
    /// Adds the scores of a permutation.
    pub fn add(&mut self, table: &Dimensions) {
        let defined = |values: &[f64]| -> Vec<f64> {
            values.iter().copied().filter(|v| !v.is_nan()).collect()
        };
        self.universality.extend(defined(&table.universality));
        self.alignment.resize(table.alignment.len(), Vec::new());
        for (all, region) in self.alignment.iter_mut().zip(&table.alignment) {
            all.extend(defined(&region.scores));
        }
    }

    /// The 95th percentiles over all dimensions and permutations.
    #[must_use]
    pub fn lines(mut self, resampling: Resampling) -> Null {
        let line = |values: &mut Vec<f64>| {
            sort_numbers(values);
            percentile(values, 95.0)
        };
        Null {
            universality: line(&mut self.universality),
            alignment: self.alignment.iter_mut().map(line).collect(),
            resampling,
        }
    }
}
