//! The jobs of the last stage: each predicts dimensions on one fold, by a network or by the subjects of a region.

use super::{Group, Plan};
use crate::analysis::fold::{PredictFold, Predictor};
use crate::blocks::Key;
use crate::jobs::Job;
use crate::math::ridge::Mapping;
use crate::study::Part;

/// Columns to be predicted, as a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TargetBlock {
    /// The block (n x columns, f32).
    pub key: Key,
    /// How many columns it has.
    pub columns: usize,
}

/// Jobs that give scores.
#[derive(Debug, Default)]
pub struct ScoreJobs {
    /// Those that are to be done.
    pub left: Vec<Job>,
    /// How many there are of those that are done.
    pub found: usize,
}

/// Most dimensions that one job predicts, whole layers at least.
pub const COLUMNS_A_JOB: usize = 3072;

impl Plan<'_> {
    /// Jobs of the last stage for a group of predictors, given the number of components of each
    /// layer of each network: those whose scores are not there yet, and how many there are of the others.
    pub fn scores(
        &self,
        group: &Group,
        ranks: &[Vec<usize>],
        is_there: impl Fn(Key) -> bool,
    ) -> ScoreJobs {
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
        let mut jobs = ScoreJobs::default();
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
                        targets.push(target);
                    }
                }
            }
            self.cut(group, fold, &targets, &is_there, &mut jobs);
        }
        jobs
    }

    /// Jobs that predict columns of other making than layers, by a group of predictors: whether each may
    /// is for whoever asks.
    #[must_use]
    pub fn scores_of(&self, group: &Group, blocks: &[TargetBlock]) -> Vec<Job> {
        let keys: Vec<Key> = group
            .members
            .iter()
            .filter_map(|&predictor| self.predictor_key(predictor))
            .collect();
        let mut jobs = ScoreJobs::default();
        for fold in 0..self.options.folds {
            let targets: Vec<Target> = (blocks.iter())
                .filter(|block| block.columns > 0)
                .map(|block| self.target(&keys, group, block.key, block.columns, fold))
                .collect();
            self.cut(group, fold, &targets, &|_| false, &mut jobs);
        }
        // whoever asks puts them away again
        for job in &mut jobs.left {
            job.is_kept = false;
        }
        jobs.left
    }

    /// Targets into jobs of so many columns, before what is there is left out: jobs are the same whoever plans
    /// them, and whenever.
    fn cut(
        &self,
        group: &Group,
        fold: usize,
        targets: &[Target],
        is_there: &impl Fn(Key) -> bool,
        jobs: &mut ScoreJobs,
    ) {
        let mut rest = targets;
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
            let missing: Vec<&Target> = (now.iter())
                .filter(|target| !target.outputs().all(is_there))
                .collect();
            match missing.is_empty() {
                true => jobs.found += 1,
                false => jobs.left.push(self.fold_job(group, fold, &missing)),
            }
            rest = after;
        }
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

    fn fold_job(&self, group: &Group, fold: usize, targets: &[&Target]) -> Job {
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
