//! How long an analysis takes, as far as can be known before it runs.

use super::Plan;
use crate::analysis::cost::{SECONDS_A_JOB, seconds_of_eigen, seconds_of_product_f32};
use crate::study::Part;

impl Plan<'_> {
    /// Number of components of each layer before they are found: as many as its shape allows.
    #[must_use]
    pub fn expected_ranks(&self) -> Vec<Vec<usize>> {
        let most = self.stimuli().saturating_sub(1);
        self.study
            .networks
            .iter()
            .map(|network| {
                let rank = |parts: &[Part]| parts.iter().map(Part::units).sum::<usize>().min(most);
                network
                    .layers
                    .iter()
                    .map(|layer| rank(&layer.parts))
                    .collect()
            })
            .collect()
    }

    /// What predicting so many columns by every predictor that may is expected to take, in seconds on the
    /// reference machine, all folds; `own`: how many of them are of a network itself.
    #[must_use]
    pub fn cost_of_scores(&self, columns: usize, own: impl Fn(usize) -> usize) -> f64 {
        let networks = self.study.networks.len();
        let of_networks: f64 = (0..networks)
            .map(|network| self.fold_cost(columns.saturating_sub(own(network))))
            .sum();
        let of_brains = self.study.brains.len() as f64 * self.fold_cost(columns);
        (of_networks + of_brains) * self.options.folds as f64
    }

    /// Expected duration on a reference machine in seconds, before the number of components is
    /// known: each layer is taken to have as many as its shape allows.
    #[must_use]
    pub fn cost(&self) -> f64 {
        let ranks = self.expected_ranks();
        let all: usize = ranks.iter().flatten().map(|&rank| self.kept(rank)).sum();
        let own = |network: usize| {
            ranks[network]
                .iter()
                .map(|&rank| self.kept(rank))
                .sum::<usize>()
        };
        let m = self.stimuli() as f64 * (1.0 - 1.0 / self.options.folds as f64);
        let decompositions = self.predictors() as f64 * seconds_of_eigen(m);
        let of_networks =
            (0..self.study.networks.len()).map(|network| self.fold_cost(all - own(network)));
        let of_brains = self.study.brains.len() as f64 * self.fold_cost(all);
        let scores =
            (decompositions + of_networks.sum::<f64>() + of_brains) * self.options.folds as f64;
        let jobs = self.components().into_iter().chain(self.networks());
        jobs.map(|job| job.cost).sum::<f64>() + scores
    }

    /// Expected duration of a fold with so many targets, by one predictor that is decomposed.
    pub(super) fn fold_cost(&self, targets: usize) -> f64 {
        let (n, t) = (self.stimuli() as f64, targets as f64);
        let m = n * (1.0 - 1.0 / self.options.folds as f64);
        let penalties = self.options.mapping.alphas().len();
        // of the vectors that span the weights of nine penalties most targets need two or three; the
        // coordinates are another product
        let products = if penalties > 1 { 4.0 } else { 1.0 };
        SECONDS_A_JOB
            + m * m * penalties as f64 * 4e-9
            + seconds_of_product_f32(m * m * t * products + (n - m) * m * t)
            + m * t * penalties as f64 * 2e-9
    }
}
