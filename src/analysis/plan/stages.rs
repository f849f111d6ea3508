//! The jobs of the first two stages: components of layers, Gram matrices, decompositions.

use super::Plan;
use super::keys::rdm_key;
use crate::analysis::brains::{BrainGram, TakeRdm};
use crate::analysis::components::{AddGrams, FindComponents};
use crate::analysis::cost::{SECONDS_A_JOB, seconds_of_eigen, seconds_of_product_f64};
use crate::analysis::fold::Decompose;
use crate::blocks::Key;
use crate::jobs::Job;
use crate::study::{Measure, Part};

impl Plan<'_> {
    /// The job that gives an RDM: of a brain, or of anything else that was brought.
    #[must_use]
    pub fn rdm_job(part: &Part, measure: Measure) -> Job {
        let n = part.rows.len() as f64;
        let units = part.units() as f64;
        Job::new(
            &TakeRdm {
                part: part.clone(),
                measure,
            },
            vec![Key::of_array(part.array)],
            vec![rdm_key(part, measure)],
            n * n * 2e-9
                + match measure {
                    Measure::Responses => seconds_of_product_f64(n * n * units),
                    Measure::Rdm { .. } => 0.0,
                },
        )
    }

    /// The job that finds the components of a layer, or its scores exactly.
    #[must_use]
    pub fn layer_job(&self, network: usize, layer: usize, exact: bool) -> Job {
        let n = self.stimuli() as f64;
        let keys = self.layer(network, layer);
        let entry = &self.study.networks[network].layers[layer];
        let arrays = || entry.parts.iter().chain(&entry.fitting);
        let numbers: usize = arrays()
            .map(|part| part.shape.iter().product::<usize>())
            .sum();
        let units = entry.parts.iter().map(Part::units).sum::<usize>() as f64;
        let shorter = n.min(units);
        let outputs = if exact {
            vec![keys.exact]
        } else {
            vec![
                keys.scores,
                keys.variances,
                keys.counts,
                keys.gram,
                keys.inverse,
            ]
        };
        Job::new(
            &FindComponents {
                parts: entry.parts.clone(),
                fitting: entry.fitting.clone(),
                pooling: self.options.pooling,
                exact,
            },
            arrays().map(|part| Key::of_array(part.array)).collect(),
            outputs,
            numbers as f64 * 2e-9
                + seconds_of_product_f64(n * n * units)
                + seconds_of_product_f64(2.0 * n * units * shorter)
                + seconds_of_eigen(shorter),
        )
    }

    /// Jobs of the first stage.
    #[must_use]
    pub fn components(&self) -> Vec<Job> {
        let n = self.stimuli() as f64;
        let mut jobs = Vec::new();
        for (network, entry) in self.study.networks.iter().enumerate() {
            jobs.extend((0..entry.layers.len()).map(|layer| self.layer_job(network, layer, false)));
        }
        for (index, brain) in self.study.brains.iter().enumerate() {
            let (gram, counts) = self.brain_gram(index);
            jobs.push(Job::new(
                &BrainGram {
                    part: brain.part.clone(),
                    measure: brain.measure,
                    z_score: self.options.z_score,
                    rdm_scale: self.options.rdm_scale,
                },
                vec![Key::of_array(brain.part.array)],
                vec![gram, counts],
                seconds_of_eigen(n) + seconds_of_product_f64(n * n * n),
            ));
        }
        jobs
    }

    /// The first jobs of the second stage: whole networks.
    #[must_use]
    pub fn networks(&self) -> Vec<Job> {
        let n = self.stimuli() as f64;
        (0..self.study.networks.len())
            .filter(|&network| self.study.networks[network].layers.len() > 1)
            .map(|network| {
                let layers = self.study.networks[network].layers.len();
                Job::new(
                    &AddGrams,
                    (0..layers)
                        .map(|layer| self.layer(network, layer).gram)
                        .collect(),
                    vec![self.network_gram(network)],
                    n * n * layers as f64 * 2e-9,
                )
            })
            .collect()
    }

    /// The other jobs of the second stage: the decompositions that jobs of scores take.
    #[must_use]
    pub fn decompositions(&self, scores: &[Job]) -> Vec<Job> {
        let wanted: std::collections::HashSet<Key> =
            scores.iter().flat_map(|job| &job.inputs).copied().collect();
        let n = self.stimuli() as f64;
        let m = n * (1.0 - 1.0 / self.options.folds as f64);
        let mut jobs = Vec::new();
        for predictor in 0..self.predictors() {
            let gram = match predictor.checked_sub(self.study.networks.len()) {
                None => self.network_gram(predictor),
                Some(brain) => self.brain_gram(brain).0,
            };
            for fold in 0..self.options.folds {
                let output = self.decomposition(gram, fold);
                if wanted.contains(&output) {
                    jobs.push(Job::new(
                        &Decompose {
                            fold: self.fold(fold),
                        },
                        vec![gram],
                        vec![output],
                        SECONDS_A_JOB
                            + seconds_of_eigen(m)
                            + seconds_of_product_f64((n - m) * m * m),
                    ));
                }
            }
        }
        jobs
    }
}
