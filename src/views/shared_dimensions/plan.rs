//! The jobs that find what networks share (METHOD 11.1), and the names of what they give.

use super::analysis::{FindShared, LOADED, LoadShared, ScoreLayers, ScoreShared, ShuffleShared};
use crate::analysis::cost::{SECONDS_A_JOB, seconds_of_eigen, seconds_of_product_f64};
use crate::analysis::fold::FoldOf;
use crate::analysis::{Plan, TargetBlock};
use crate::blocks::Key;
use crate::engine::Engine;
use crate::jobs::Job;
use crate::math::shared_dimensions::dimensions_of;
use crate::stable_sort::sort_indices;
use crate::study::Network;
use crate::views::dimensions::single_dimension_rsa::SingleDimensionRsa;
use crate::workflow::{SecondaryAnalyses, not_done};

/// Shufflings of each kind of chance (METHOD 11.1).
const SHUFFLINGS: usize = 100;

/// Shufflings of a job. Whatever the number of workers, so that a block stays what it is.
const SHUFFLINGS_A_JOB: usize = 20;

/// What is computed, by names of blocks.
pub(super) struct Jobs {
    /// Indices of networks in the study, and of the layers of each, both in the order of names by bytes.
    pub(super) networks: Vec<(usize, Vec<usize>)>,
    pub(super) groups: Vec<usize>,
    pub(super) dimensions: usize,
    pub(super) loaded: usize,
    /// What [`FindShared`] gives.
    pub(super) found: Vec<Key>,
    /// For each fold, what [`ScoreShared`] gives.
    pub(super) scored: Vec<Vec<Key>>,
    /// For each fold and block of shufflings, what [`ShuffleShared`] gives.
    pub(super) shuffled: Vec<Vec<Vec<Key>>>,
    /// For each network and fold, what [`ScoreLayers`] gives.
    pub(super) layers: Vec<Vec<Key>>,
    /// For each network and layer, what [`LoadShared`] gives.
    pub(super) loadings: Vec<Vec<Key>>,
    /// RSA alignment with each region, where any has RDMs of ranks alone.
    pub(super) rsa: Vec<Key>,
    /// In the order in which they can be done.
    pub(super) rounds: [Vec<Job>; 4],
}

/// Indices of things in the order of their names by bytes.
fn by_name<'a>(names: impl Iterator<Item = &'a String>) -> Vec<usize> {
    let names: Vec<&String> = names.collect();
    let mut order: Vec<usize> = (0..names.len()).collect();
    sort_indices(&mut order, |a, b| {
        names[a].as_bytes().cmp(names[b].as_bytes())
    });
    order
}

/// The group of each of some networks: those of one declared group have the same number.
pub(super) fn groups_of<'a>(networks: impl Iterator<Item = &'a Network>) -> Vec<usize> {
    let mut known: Vec<&String> = Vec::new();
    networks
        .map(|network| {
            let group = network.same_as.as_ref().unwrap_or(&network.name);
            known
                .iter()
                .position(|other| *other == group)
                .unwrap_or_else(|| {
                    known.push(group);
                    known.len() - 1
                })
        })
        .collect()
}

impl<E: Engine> SecondaryAnalyses<'_, E> {
    /// All jobs of shared dimensions, and the names of what they give.
    pub(super) fn shared_jobs(&self, plan: &Plan, rdms: &[Key]) -> Jobs {
        let (study, options, n) = (self.study, self.options, self.stimuli());
        let networks: Vec<(usize, Vec<usize>)> =
            by_name(study.networks.iter().map(|network| &network.name))
                .into_iter()
                .map(|index| {
                    let layers = study.networks[index].layers.iter();
                    (index, by_name(layers.map(|layer| &layer.name)))
                })
                .collect();
        let groups = groups_of(networks.iter().map(|(index, _)| &study.networks[*index]));
        let fewest = n - n.div_ceil(options.folds.max(1));
        let dimensions = dimensions_of(fewest);
        let loaded = dimensions.min(LOADED);
        let grams: Vec<Key> = networks
            .iter()
            .map(|(index, _)| plan.network_gram(*index))
            .collect();
        let fold = |fold: usize| FoldOf {
            stimuli: n,
            folds: options.folds,
            seed: options.seed,
            fold,
        };
        let (size, count) = (n as f64, networks.len() as f64);
        let m = fewest as f64;
        // a Cholesky decomposition, an inverse and a product
        let operators = count * seconds_of_product_f64(m * m * (1.4 * m + (size - m)));
        let what = Key::of(&("shared dimensions", &grams, &groups, dimensions));
        let outputs = |what: Key, count: usize| -> Vec<Key> {
            (0..count).map(|index| what.further(index)).collect()
        };

        let found = outputs(what, 6);
        let find = Job::new(
            &FindShared {
                stimuli: n,
                groups: groups.clone(),
                dimensions,
            },
            grams.clone(),
            found.clone(),
            SECONDS_A_JOB + (count + 1.0) * seconds_of_eigen(size) + operators,
        );
        // the matrices of networks are there, unless results came back from an earlier session
        let mut rounds = [plan.networks(), vec![find], Vec::new(), Vec::new()];
        let (mut scored, mut shuffled) = (Vec::new(), Vec::new());
        for index in 0..options.folds {
            let of_fold = Key::of(&("shared fold", what, fold(index)));
            let mut inputs = grams.clone();
            inputs.push(found[1]);
            let made = outputs(of_fold, 5);
            rounds[2].push(Job::new(
                &ScoreShared {
                    fold: fold(index),
                    groups: groups.clone(),
                    dimensions,
                },
                inputs,
                made.clone(),
                SECONDS_A_JOB + seconds_of_eigen(m) + operators,
            ));
            scored.push(made);
            let blocks = (0..SHUFFLINGS).step_by(SHUFFLINGS_A_JOB).map(|first| {
                let many = SHUFFLINGS_A_JOB.min(SHUFFLINGS - first);
                let made = outputs(Key::of(&("shared shuffled", of_fold, first, many)), 2);
                rounds[2].push(Job::new(
                    &ShuffleShared {
                        fold: fold(index),
                        groups: groups.clone(),
                        dimensions,
                        first,
                        count: many,
                        all: SHUFFLINGS,
                    },
                    grams.clone(),
                    made.clone(),
                    SECONDS_A_JOB
                        + operators
                        + many as f64 * (seconds_of_eigen(m) + count * m * m * 2e-9),
                ));
                made
            });
            shuffled.push(blocks.collect());
        }
        let (mut layers, mut loadings) = (Vec::new(), Vec::new());
        for (position, (network, own)) in networks.iter().enumerate() {
            let keys: Vec<_> = own
                .iter()
                .map(|&layer| plan.layer(*network, layer))
                .collect();
            let columns: Vec<usize> = own
                .iter()
                .map(|&layer| self.components_of(*network, layer))
                .collect();
            let mut inputs = vec![found[1]];
            inputs.extend(keys.iter().map(|keys| keys.scores));
            let made = outputs(
                Key::of(&("shared loadings", what, &inputs, &columns)),
                own.len(),
            );
            let numbers = n * columns.iter().sum::<usize>() * loaded;
            rounds[2].push(Job::new(
                &LoadShared {
                    stimuli: n,
                    loaded,
                    columns,
                },
                inputs,
                made.clone(),
                SECONDS_A_JOB + numbers as f64 * 4e-9,
            ));
            loadings.push(made);
            let mut of_folds = Vec::new();
            for (index, scored) in scored.iter().enumerate() {
                let mut inputs = vec![scored[3], scored[4]];
                inputs.extend(keys.iter().map(|keys| keys.gram));
                let made = Key::of(&("shared layers", position, &inputs));
                rounds[3].push(Job::new(
                    &ScoreLayers {
                        fold: fold(index),
                        network: position,
                        loaded,
                    },
                    inputs,
                    vec![made],
                    SECONDS_A_JOB + own.len() as f64 * operators / count,
                ));
                of_folds.push(made);
            }
            layers.push(of_folds);
        }
        let rsa = self.rsa_job(found[2], rdms, dimensions);
        let rsa_keys = rsa.iter().flat_map(|job| job.outputs.clone()).collect();
        rounds[3].extend(rsa);
        let mut predictions = Vec::new();
        for group in &plan.groups()[study.networks.len()..] {
            let block = TargetBlock {
                key: found[2],
                columns: dimensions,
            };
            predictions.extend(plan.scores_of(group, &[block]));
        }
        let unscored = not_done(self.engine, predictions);
        rounds[2].extend(plan.decompositions(&unscored));
        rounds[3].extend(unscored);
        Jobs {
            networks,
            groups,
            dimensions,
            loaded,
            found,
            scored,
            shuffled,
            layers,
            loadings,
            rsa: rsa_keys,
            rounds,
        }
    }

    /// RSA alignment of the dimensions themselves, where RDMs hold ranks.
    fn rsa_job(&self, scores: Key, rdms: &[Key], dimensions: usize) -> Option<Job> {
        let regions = self.regions();
        let mut inputs: Vec<Key> = (regions.iter().flatten())
            .filter_map(|&brain| rdms.get(brain).copied())
            .collect();
        if inputs.is_empty() {
            return None;
        }
        inputs.push(scores);
        let subjects: Vec<usize> = regions.iter().map(Vec::len).collect();
        let what = Key::of(&("rsa of shared dimensions", &inputs, &subjects));
        let pairs = (self.stimuli() as f64).powi(2) / 2.0;
        let cost = SECONDS_A_JOB + pairs * (dimensions + inputs.len()) as f64 * 2e-8;
        let outputs = (0..subjects.len()).map(|region| what.further(region));
        Some(Job::new(
            &SingleDimensionRsa {
                stimuli: self.stimuli(),
                subjects: subjects.clone(),
                columns: dimensions,
            },
            inputs,
            outputs.collect(),
            cost,
        ))
    }

    /// Components of a layer that are analysed.
    fn components_of(&self, network: usize, layer: usize) -> usize {
        let study = &self.study.networks[network];
        let found = self
            .table
            .find_layer(&study.name, &study.layers[layer].name);
        found.map_or(0, |index| self.table.rows_of_layer(index).len())
    }
}
