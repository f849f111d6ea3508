//! An analysis as stages of jobs, each block named after what it is made of: what is in the block store
//! from an earlier run is not made again, and a changed network touches only its own.

use super::brains::{BrainGram, TakeRdm};
use super::components::{AddGrams, FindComponents};
use super::cost::{
    SECONDS_A_JOB, seconds_of_eigen, seconds_of_product_f32, seconds_of_product_f64,
};
use super::fold::{Decompose, FoldOf, PredictFold, Predictor, Shuffle};
use crate::blocks::Key;
use crate::jobs::Job;
use crate::math::ridge::Mapping;
use crate::options::Options;
use crate::study::{Brain, Layer, Measure, Part, Study};

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
    /// The way back to units.
    pub inverse: Key,
    /// Scores T (n x r, f64), made when they are asked for.
    pub exact: Key,
}

/// Predictors that one job takes: a network, or the subjects of a region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The predictors: networks first, then brains.
    pub members: Vec<usize>,
    /// Whether their predictions are compared with each other.
    pub compares: bool,
}

/// Most dimensions that one job predicts, whole layers at least.
const COLUMNS_A_JOB: usize = 3072;

/// An analysis of a study, ready to be cut into jobs.
pub struct Plan<'a> {
    /// What is analysed.
    pub study: &'a Study,
    /// How.
    pub options: &'a Options,
    /// Puts the stimuli of targets in random order, for the null distribution.
    pub shuffle: Option<Shuffle>,
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
            shuffle: None,
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

    /// What makes the numbers of one predictor what they are; `None` for a predictor that this
    /// mapping cannot use.
    #[must_use]
    pub fn predictor_key(&self, predictor: usize) -> Option<Key> {
        let networks = self.study.networks.len();
        match (predictor.checked_sub(networks), self.options.mapping) {
            (None, Mapping::OneToOne) => {
                let layers = &self.layers[predictor];
                let grams: Vec<Key> = layers.iter().map(|keys| keys.gram).collect();
                Some(Key::of(&("units", grams)))
            }
            (None, _) => Some(self.network_gram(predictor)),
            (Some(brain), Mapping::OneToOne) => {
                let has_units = self.study.brains[brain].measure == Measure::Responses;
                has_units.then(|| Key::of(&("units", self.brain_gram(brain).0)))
            }
            (Some(brain), _) => Some(self.brain_gram(brain).0),
        }
    }

    /// Predictors as jobs take them: each network by itself, then the subjects of each region
    /// together. Those that the mapping cannot use are left out.
    #[must_use]
    pub fn groups(&self) -> Vec<Group> {
        let networks = self.study.networks.len();
        let mut groups: Vec<Group> = (0..networks)
            .map(|network| Group {
                members: vec![network],
                compares: false,
            })
            .collect();
        for roi in self.study.rois() {
            let members: Vec<usize> = (0..self.study.brains.len())
                .filter(|&brain| self.study.brains[brain].roi == roi)
                .map(|brain| networks + brain)
                .filter(|&predictor| self.predictor_key(predictor).is_some())
                .collect();
            groups.push(Group {
                compares: members.len() > 1 && self.shuffle.is_none(),
                members,
            });
        }
        groups
    }

    /// What makes a score what it is, beside predictor, target and fold.
    fn how(&self) -> impl std::hash::Hash + use<> {
        let options = self.options;
        let how = (options.folds, options.seed, options.mapping);
        (how, self.shuffle)
    }

    /// Names of the scores and of the chosen alphas of a layer, predicted by a predictor of this
    /// key on a fold.
    #[must_use]
    pub fn fold_scores(
        &self,
        predictor: Key,
        target: Key,
        columns: usize,
        fold: usize,
    ) -> (Key, Key) {
        let what = (predictor, target, columns, fold, self.how());
        (
            Key::of(&("fold scores", &what)),
            Key::of(&("fold alphas", &what)),
        )
    }

    /// Name of the reliability of a layer's dimensions among predictors of these keys on a fold.
    #[must_use]
    pub fn fold_reliability(
        &self,
        predictors: &[Key],
        target: Key,
        columns: usize,
        fold: usize,
    ) -> Key {
        let what = (predictors, target, columns, fold, self.how());
        Key::of(&("fold reliability", what, self.options.pairs))
    }

    fn fold(&self, fold: usize) -> FoldOf {
        FoldOf {
            stimuli: self.stimuli(),
            folds: self.options.folds,
            seed: self.options.seed,
            fold,
        }
    }

    /// Name of the decomposition of a Gram matrix on a fold.
    fn decomposition(&self, gram: Key, fold: usize) -> Key {
        Key::of(&("decomposition", gram, self.fold(fold)))
    }

    /// Name of the RDM of a brain.
    #[must_use]
    pub fn rdm(&self, brain: usize) -> Key {
        let brain = &self.study.brains[brain];
        rdm_key(&brain.part, brain.measure)
    }

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

    /// Number of predictors: networks, then brains.
    #[must_use]
    pub fn predictors(&self) -> usize {
        self.study.networks.len() + self.study.brains.len()
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

    /// Jobs of the last stage for a group of predictors, given the number of components of each
    /// layer of each network, for the scores that are not there yet.
    pub fn scores(
        &self,
        group: &Group,
        ranks: &[Vec<usize>],
        is_there: impl Fn(Key) -> bool,
    ) -> Vec<Job> {
        let keys: Vec<Key> = group
            .members
            .iter()
            .filter_map(|&predictor| self.predictor_key(predictor))
            .collect();
        let network = group
            .members
            .first()
            .copied()
            .filter(|&predictor| predictor < self.study.networks.len());
        let mut jobs = Vec::new();
        for fold in 0..self.options.folds {
            let mut targets: Vec<Target> = Vec::new();
            for (target, layers) in ranks.iter().enumerate() {
                if network.is_some_and(|network| !self.study.may_predict(network, target)) {
                    continue;
                }
                for (layer, &rank) in layers.iter().enumerate() {
                    let columns = self.kept(rank);
                    if columns > 0 {
                        let target = self.target(
                            &keys,
                            group,
                            self.layer(target, layer).scores,
                            columns,
                            fold,
                        );
                        if !target.outputs().all(&is_there) {
                            targets.push(target);
                        }
                    }
                }
            }
            let mut rest = targets.as_slice();
            while !rest.is_empty() {
                let mut columns = 0;
                let count = rest
                    .iter()
                    .take_while(|target| {
                        columns += target.columns;
                        columns <= COLUMNS_A_JOB
                    })
                    .count();
                let (now, after) = rest.split_at(count.max(1));
                jobs.push(self.fold_job(group, fold, now));
                rest = after;
            }
        }
        jobs
    }

    fn target(
        &self,
        predictors: &[Key],
        group: &Group,
        scores: Key,
        columns: usize,
        fold: usize,
    ) -> Target {
        Target {
            columns,
            scores: predictors
                .iter()
                .map(|&key| self.fold_scores(key, scores, columns, fold))
                .collect(),
            reliability: group
                .compares
                .then(|| self.fold_reliability(predictors, scores, columns, fold)),
            input: scores,
        }
    }

    fn fold_job(&self, group: &Group, fold: usize, targets: &[Target]) -> Job {
        let (mut inputs, mut predictors) = (Vec::new(), Vec::new());
        for &member in &group.members {
            let (predictor, blocks) = self.predictor(member, fold);
            predictors.push(predictor);
            inputs.extend(blocks);
        }
        inputs.extend(targets.iter().map(|target| target.input));
        let mut outputs = Vec::new();
        for member in 0..group.members.len() {
            outputs.extend(targets.iter().flat_map(|target| {
                let (scores, alphas) = target.scores[member];
                [scores, alphas]
            }));
        }
        outputs.extend(targets.iter().filter_map(|target| target.reliability));
        let columns: Vec<usize> = targets.iter().map(|target| target.columns).collect();
        let cost = group.members.len() as f64 * self.fold_cost(columns.iter().sum());
        Job::new(
            &PredictFold {
                fold: self.fold(fold),
                mapping: self.options.mapping,
                predictors,
                columns,
                shuffle: self.shuffle,
                pairs: group.compares.then_some(self.options.pairs),
            },
            inputs,
            outputs,
            cost,
        )
    }

    /// How a predictor enters a job, and the blocks that it takes there.
    fn predictor(&self, predictor: usize, fold: usize) -> (Predictor, Vec<Key>) {
        let brain = predictor.checked_sub(self.study.networks.len());
        if self.options.mapping != Mapping::OneToOne {
            let gram = match brain {
                None => self.network_gram(predictor),
                Some(brain) => self.brain_gram(brain).0,
            };
            return (Predictor::Spectrum, vec![self.decomposition(gram, fold)]);
        }
        let (parts, z_score): (Vec<Part>, bool) = match brain {
            None => {
                let layers = &self.study.networks[predictor].layers;
                let parts = layers.iter().flat_map(|layer| &layer.parts);
                (parts.cloned().collect(), false)
            }
            Some(brain) => (
                vec![self.study.brains[brain].part.clone()],
                self.options.z_score,
            ),
        };
        let inputs = parts.iter().map(|part| Key::of_array(part.array)).collect();
        let predictor = Predictor::Units {
            parts,
            pooling: self.options.pooling,
            z_score,
        };
        (predictor, inputs)
    }

    /// Expected duration of a fold with so many targets, by one predictor that is decomposed.
    fn fold_cost(&self, targets: usize) -> f64 {
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
                let rank = |parts: &[Part]| parts.iter().map(Part::units).sum::<usize>().min(most);
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
}

/// A layer that a job predicts, and what it gives for it.
struct Target {
    input: Key,
    columns: usize,
    /// For each predictor.
    scores: Vec<(Key, Key)>,
    reliability: Option<Key>,
}

impl Target {
    fn outputs(&self) -> impl Iterator<Item = Key> + '_ {
        let scores = self
            .scores
            .iter()
            .flat_map(|&(scores, alphas)| [scores, alphas]);
        scores.chain(self.reliability)
    }
}

fn layer_keys(layer: &Layer, options: &Options) -> LayerKeys {
    let parts: Vec<_> = layer.parts.iter().map(identity).collect();
    let fitting: Vec<_> = layer.fitting.iter().map(identity).collect();
    let of_units = Key::of(&(parts, options.pooling));
    let of_layer = Key::of(&(of_units, fitting));
    let key = |what: &str| Key::of(&(what, of_layer));
    LayerKeys {
        scores: key("scores"),
        variances: key("variances"),
        counts: key("counts"),
        inverse: key("inverse"),
        exact: key("exact scores"),
        // whatever components are fitted on, the layer predicts by its own units
        gram: Key::of(&("layer gram", of_units)),
    }
}

fn rdm_key(part: &Part, measure: Measure) -> Key {
    Key::of(&("rdm", identity(part), format!("{measure:?}")))
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
