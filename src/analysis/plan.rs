//! An analysis as three stages of jobs, each block named after what it is made of: what is on the
//! shelf from an earlier run is not made again, and a changed network touches only its own.

use super::job::{Job, Key, Task};
use super::options::Options;
use crate::study::{Brain, Layer, Part, Study};

/// The stages, in their order, as the page names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Components and Gram matrices of every layer and brain.
    Components,
    /// Gram matrices of whole networks.
    Networks,
    /// Every predictor and fold against the dimensions it may predict.
    Scores,
}

impl Stage {
    /// What a person reads while it runs.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Stage::Components => "Finding the dimensions of each layer",
            Stage::Networks => "Putting networks together",
            Stage::Scores => "Predicting every dimension from other networks and brains",
        }
    }
}

/// Names of the blocks of one layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LayerKeys {
    /// Scores T (n x r, f32).
    pub scores: Key,
    /// Variances (r).
    pub variances: Key,
    /// Total variance, units, constant units.
    pub counts: Key,
    /// Gram matrix (n x n).
    pub gram: Key,
}

/// An analysis of a study, ready to be cut into jobs.
pub struct Plan<'a> {
    /// What is analysed.
    pub study: &'a Study,
    /// How.
    pub options: &'a Options,
    layers: Vec<Vec<LayerKeys>>,
    network_grams: Vec<Key>,
    brain_grams: Vec<(Key, Key)>,
}

impl<'a> Plan<'a> {
    /// Names all blocks of an analysis.
    #[must_use]
    pub fn new(study: &'a Study, options: &'a Options) -> Self {
        let layers: Vec<Vec<LayerKeys>> = study
            .networks
            .iter()
            .map(|network| {
                network
                    .layers
                    .iter()
                    .map(|layer| layer_keys(layer, options))
                    .collect()
            })
            .collect();
        let network_grams = layers
            .iter()
            .map(|layers| match layers.as_slice() {
                [only] => only.gram,
                layers => Key::of(&(
                    "network gram",
                    layers.iter().map(|keys| keys.gram).collect::<Vec<_>>(),
                )),
            })
            .collect();
        let brain_grams = study
            .brains
            .iter()
            .map(|brain| brain_keys(brain, options))
            .collect();
        Self {
            study,
            options,
            layers,
            network_grams,
            brain_grams,
        }
    }

    fn stimuli(&self) -> usize {
        self.study.stimuli.ids.len()
    }

    /// Names of the blocks of a layer.
    #[must_use]
    pub fn layer(&self, network: usize, layer: usize) -> LayerKeys {
        self.layers[network][layer]
    }

    /// Name of the Gram matrix of a network.
    #[must_use]
    pub fn network_gram(&self, network: usize) -> Key {
        self.network_grams[network]
    }

    /// Names of the Gram matrix of a brain and of what is to be said of it.
    #[must_use]
    pub fn brain_gram(&self, brain: usize) -> (Key, Key) {
        self.brain_grams[brain]
    }

    /// Names of the scores and of the chosen alphas of a layer, predicted from a Gram matrix on a
    /// fold.
    #[must_use]
    pub fn fold_scores(
        &self,
        predictor: Key,
        target: Key,
        columns: usize,
        fold: usize,
    ) -> (Key, Key) {
        let options = self.options;
        let what = (
            predictor,
            target,
            columns,
            fold,
            (options.folds, options.seed, options.mapping),
        );
        (
            Key::of(&("fold scores", what)),
            Key::of(&("fold alphas", what)),
        )
    }

    /// Jobs of [`Stage::Components`].
    #[must_use]
    pub fn components(&self) -> Vec<Job> {
        let n = self.stimuli() as f64;
        let mut jobs = Vec::new();
        for (network, entry) in self.study.networks.iter().enumerate() {
            for (layer, entry) in entry.layers.iter().enumerate() {
                let keys = self.layer(network, layer);
                let numbers: usize = entry
                    .parts
                    .iter()
                    .map(|part| part.shape.iter().product::<usize>())
                    .sum();
                let units = entry.parts.iter().map(units_after_pooling).sum::<usize>() as f64;
                let shorter = n.min(units);
                jobs.push(Job {
                    task: Task::Components {
                        parts: entry.parts.clone(),
                        pooling: self.options.pooling,
                    },
                    inputs: entry
                        .parts
                        .iter()
                        .map(|part| Key::of_array(part.array))
                        .collect(),
                    outputs: vec![keys.scores, keys.variances, keys.counts, keys.gram],
                    cost: numbers as f64 * 2e-9
                        + seconds_of_product_f64(n * n * units)
                        + seconds_of_product_f64(2.0 * n * units * shorter)
                        + seconds_of_eigen(shorter),
                });
            }
        }
        for (index, brain) in self.study.brains.iter().enumerate() {
            let (gram, counts) = self.brain_gram(index);
            jobs.push(Job {
                task: Task::BrainGram {
                    part: brain.part.clone(),
                    measure: brain.measure,
                    z_score: self.options.z_score,
                    rdm_scale: self.options.rdm_scale,
                },
                inputs: vec![Key::of_array(brain.part.array)],
                outputs: vec![gram, counts],
                cost: seconds_of_eigen(n) + seconds_of_product_f64(n * n * n),
            });
        }
        jobs
    }

    /// Jobs of [`Stage::Networks`].
    #[must_use]
    pub fn networks(&self) -> Vec<Job> {
        let n = self.stimuli() as f64;
        (0..self.study.networks.len())
            .filter(|&network| self.study.networks[network].layers.len() > 1)
            .map(|network| {
                let layers = self.study.networks[network].layers.len();
                Job {
                    task: Task::AddGrams,
                    inputs: (0..layers)
                        .map(|layer| self.layer(network, layer).gram)
                        .collect(),
                    outputs: vec![self.network_gram(network)],
                    cost: n * n * layers as f64 * 2e-9,
                }
            })
            .collect()
    }

    /// Number of predictors: networks, then brains.
    #[must_use]
    pub fn predictors(&self) -> usize {
        self.study.networks.len() + self.study.brains.len()
    }

    /// Jobs of [`Stage::Scores`] for one predictor, given the number of components of each layer of
    /// each network, for the scores that are not there yet.
    pub fn scores(
        &self,
        predictor: usize,
        ranks: &[Vec<usize>],
        is_there: impl Fn(Key) -> bool,
    ) -> Vec<Job> {
        let (gram, network) = match predictor.checked_sub(self.study.networks.len()) {
            None => (self.network_gram(predictor), Some(predictor)),
            Some(brain) => (self.brain_gram(brain).0, None),
        };
        (0..self.options.folds)
            .filter_map(|fold| self.fold_job(gram, network, fold, ranks, &is_there))
            .collect()
    }

    fn fold_job(
        &self,
        gram: Key,
        predictor: Option<usize>,
        fold: usize,
        ranks: &[Vec<usize>],
        is_there: &impl Fn(Key) -> bool,
    ) -> Option<Job> {
        let options = self.options;
        let (mut inputs, mut outputs, mut columns) = (vec![gram], Vec::new(), Vec::new());
        for (target, layers) in ranks.iter().enumerate() {
            if predictor.is_some_and(|predictor| !self.study.may_predict(predictor, target)) {
                continue;
            }
            for (layer, &rank) in layers.iter().enumerate() {
                let kept = self.kept(rank);
                let target = self.layer(target, layer).scores;
                let (scores, alphas) = self.fold_scores(gram, target, kept, fold);
                if kept > 0 && !is_there(scores) {
                    inputs.push(target);
                    outputs.extend([scores, alphas]);
                    columns.push(kept);
                }
            }
        }
        if columns.is_empty() {
            return None;
        }
        let cost = self.fold_cost(columns.iter().sum());
        Some(Job {
            task: Task::Fold {
                stimuli: self.stimuli(),
                folds: options.folds,
                seed: options.seed,
                fold,
                mapping: options.mapping,
                columns,
            },
            inputs,
            outputs,
            cost,
        })
    }

    /// Expected duration of a fold with so many targets.
    fn fold_cost(&self, targets: usize) -> f64 {
        let (n, t) = (self.stimuli() as f64, targets as f64);
        let m = n * (1.0 - 1.0 / self.options.folds as f64);
        let penalties = self.options.mapping.alphas().len();
        let products = if penalties > 1 {
            penalties as f64 + 1.0
        } else {
            1.0
        };
        SECONDS_A_JOB
            + seconds_of_eigen(m)
            + seconds_of_product_f32(m * m * t * products + (n - m) * m * t)
            + m * t * products * 2e-9
    }

    /// How many of a layer's components are analysed.
    #[must_use]
    pub fn kept(&self, rank: usize) -> usize {
        self.options.components.map_or(rank, |most| rank.min(most))
    }

    /// Expected duration on a reference machine in seconds, before the number of components is
    /// known: each layer is taken to have as many as its shape allows.
    #[must_use]
    pub fn cost(&self) -> f64 {
        let most = self.stimuli().saturating_sub(1);
        let ranks: Vec<Vec<usize>> = self
            .study
            .networks
            .iter()
            .map(|network| {
                let rank = |parts: &[Part]| {
                    parts
                        .iter()
                        .map(units_after_pooling)
                        .sum::<usize>()
                        .min(most)
                };
                network
                    .layers
                    .iter()
                    .map(|layer| rank(&layer.parts))
                    .collect()
            })
            .collect();
        let all: usize = ranks.iter().flatten().map(|&rank| self.kept(rank)).sum();
        let own = |network: usize| {
            ranks[network]
                .iter()
                .map(|&rank| self.kept(rank))
                .sum::<usize>()
        };
        let of_networks =
            (0..self.study.networks.len()).map(|network| self.fold_cost(all - own(network)));
        let of_brains = self.study.brains.len() as f64 * self.fold_cost(all);
        let scores = (of_networks.sum::<f64>() + of_brains) * self.options.folds as f64;
        let jobs = self.components().into_iter().chain(self.networks());
        jobs.map(|job| job.cost).sum::<f64>() + scores
    }
}

fn layer_keys(layer: &Layer, options: &Options) -> LayerKeys {
    let parts: Vec<_> = layer.parts.iter().map(identity).collect();
    let of_layer = Key::of(&(parts, options.pooling));
    let key = |what: &str| Key::of(&(what, of_layer));
    LayerKeys {
        scores: key("scores"),
        variances: key("variances"),
        counts: key("counts"),
        gram: key("layer gram"),
    }
}

fn brain_keys(brain: &Brain, options: &Options) -> (Key, Key) {
    let of_brain = Key::of(&(
        identity(&brain.part),
        format!("{:?}", brain.measure),
        options.z_score,
        options.rdm_scale.to_bits(),
    ));
    (
        Key::of(&("brain gram", of_brain)),
        Key::of(&("brain counts", of_brain)),
    )
}

/// What makes an array's part in a block what it is.
fn identity(part: &Part) -> impl std::hash::Hash + use<'_> {
    (part.array, part.axes, &part.rows)
}

fn units_after_pooling(part: &Part) -> usize {
    use crate::study::roles::Axes;
    match (part.axes, part.shape.as_slice()) {
        (Axes::UnitsStimuli, [units, _])
        | (Axes::StimuliUnits, [_, units])
        | (Axes::ChannelsFirst, [_, units, _, _])
        | (Axes::ChannelsLast, [_, _, _, units])
        | (Axes::Tokens, [_, _, units]) => *units,
        _ => 1,
    }
}

/// Handing a job to a worker and taking its blocks back.
const SECONDS_A_JOB: f64 = 2e-3;

/// Measured in Chromium at 698 x 698: 110 ms.
fn seconds_of_eigen(n: f64) -> f64 {
    3.2e-10 * n * n * n
}

/// 21 GFLOP/s, two operations for each multiply-add.
fn seconds_of_product_f64(multiply_adds: f64) -> f64 {
    multiply_adds * 2.0 / 21e9
}

/// 43 GFLOP/s.
fn seconds_of_product_f32(multiply_adds: f64) -> f64 {
    multiply_adds * 2.0 / 43e9
}
