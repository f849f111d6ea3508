//! From a study that was analysed to its shared dimensions (METHOD 11.1).

use super::analysis::{FindShared, LOADED, LoadShared, ScoreLayers, ScoreShared, ShuffleShared};
use super::notices::{copies, few_stimuli, left_out, tied, too_few_groups};
use super::table::{BrainOfShared, SharedDimension, SharedLayer, SharedNetwork, SharedTable};
use crate::analysis::cost::{SECONDS_A_JOB, seconds_of_eigen, seconds_of_product_f64};
use crate::analysis::fold::FoldOf;
use crate::analysis::{Group, Plan, TargetBlock};
use crate::blocks::{Block, Key};
use crate::engine::{Engine, Stopped};
use crate::jobs::Job;
use crate::math::reliability::adjusted;
use crate::math::shared_dimensions::dimensions_of;
use crate::math::summary::{mean, median, percentile};
use crate::problem::Problem;
use crate::stable_sort::{sort_indices, sort_numbers};
use crate::study::roles::Distance;
use crate::study::{Measure, Network};
use crate::views::dimensions::single_dimension_rsa::SingleDimensionRsa;
use crate::workflow::{Meter, SecondaryAnalyses, Stage, missing, not_done};

const STAGE: Stage = Stage("Looking for what networks share");

/// Shufflings of each kind of chance (METHOD 11.1).
const SHUFFLINGS: usize = 100;

/// Shufflings of a job. Whatever the number of workers, so that a block stays what it is.
const SHUFFLINGS_A_JOB: usize = 20;

/// What is computed, by names of blocks.
struct Jobs {
    /// Indices of networks in the study, and of the layers of each, both in the order of names by bytes.
    networks: Vec<(usize, Vec<usize>)>,
    groups: Vec<usize>,
    dimensions: usize,
    loaded: usize,
    /// What [`FindShared`] gives.
    found: Vec<Key>,
    /// For each fold, what [`ScoreShared`] gives.
    scored: Vec<Vec<Key>>,
    /// For each fold and block of shufflings, what [`ShuffleShared`] gives.
    shuffled: Vec<Vec<Vec<Key>>>,
    /// For each network and fold, what [`ScoreLayers`] gives.
    layers: Vec<Vec<Key>>,
    /// For each network and layer, what [`LoadShared`] gives.
    loadings: Vec<Vec<Key>>,
    /// RSA alignment with each region, where any has RDMs of ranks alone.
    rsa: Vec<Key>,
    /// In the order in which they can be done.
    rounds: [Vec<Job>; 4],
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
fn groups_of<'a>(networks: impl Iterator<Item = &'a Network>) -> Vec<usize> {
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
    /// The dimensions that networks share (METHOD 11.1); a [`Problem`] where there are too few networks for
    /// the question to have a meaning.
    ///
    /// # Errors
    /// [`Stopped`] when cancelled or when a job fails.
    pub async fn shared_dimensions(&self) -> Result<Result<SharedTable, Problem>, Stopped> {
        let declared = groups_of(self.study.networks.iter());
        let groups = declared.iter().max().map_or(0, |last| last + 1);
        if groups < 3 {
            return Ok(Err(too_few_groups(groups)));
        }
        let plan = Plan::new(self.study, self.options);
        let rdms = match self.regions_of_ranks().contains(&true) {
            true => self.brain_rdms(&plan).await?,
            false => Vec::new(),
        };
        let mut jobs = self.shared_jobs(&plan, &rdms);
        let rounds = std::mem::take(&mut jobs.rounds);
        let rounds = rounds.map(|round| not_done(self.engine, round));
        let cost = rounds.iter().flatten().map(|job| job.cost).sum();
        let meter = Meter::new(self.engine.clock(), cost, self.report);
        meter.start(STAGE, self.engine.clock(), cost);
        for round in rounds {
            let add = |cost: f64| meter.add(cost, self.engine.clock());
            self.engine.run(round, &add).await?;
            self.engine.yield_to_ui().await;
        }
        self.collect_shared(&plan, &jobs).await
    }

    /// Whether all RDMs of each region are of ranks.
    fn regions_of_ranks(&self) -> Vec<bool> {
        let is_ranked = |brain: &usize| {
            let measure = self.study.brains[*brain].measure;
            matches!(measure, Measure::Rdm { distance, .. } if distance == Distance::Ranks)
        };
        let regions = self.regions();
        regions
            .iter()
            .map(|brains| brains.iter().all(is_ranked))
            .collect()
    }

    fn shared_jobs(&self, plan: &Plan, rdms: &[Key]) -> Jobs {
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

    async fn collect_shared(
        &self,
        plan: &Plan<'_>,
        jobs: &Jobs,
    ) -> Result<Result<SharedTable, Problem>, Stopped> {
        let study = self.study;
        let name = |position: usize| study.networks[jobs.networks[position].0].name.clone();
        let (count, d) = (jobs.networks.len(), jobs.dimensions);
        let eigenvalues = self.numbers(jobs.found[0])?;
        let scores = self.numbers(jobs.found[1])?;
        let stability_networks = self.numbers(jobs.found[3])?;
        let shares = self.numbers(jobs.found[4])?;
        let mut table = SharedTable {
            stimuli: study.stimuli.ids.clone(),
            shown: study.stimuli.shown.clone(),
            ..SharedTable::default()
        };

        let mut takes_part = Vec::new();
        for keys in &jobs.scored {
            let is_in: Vec<bool> = self.numbers(keys[2])?.iter().map(|v| *v > 0.0).collect();
            takes_part.push(is_in);
        }
        let is_there = |position: usize| takes_part.iter().any(|of_fold| of_fold[position]);
        let mut there: Vec<usize> = (0..count).filter(|&position| is_there(position)).collect();
        there.sort_unstable_by_key(|&position| jobs.groups[position]);
        there.dedup_by_key(|position| jobs.groups[*position]);
        if there.len() < 3 {
            return Ok(Err(too_few_groups(there.len())));
        }
        table.groups = there.len();

        let mut agreement = MeanOverFolds::new(count, d);
        let mut stability = vec![0.0; d];
        for (keys, takes_part) in jobs.scored.iter().zip(&takes_part) {
            agreement.add(&self.numbers(keys[0])?, takes_part);
            for (sum, r) in stability.iter_mut().zip(self.numbers(keys[1])?) {
                *sum += r / jobs.scored.len() as f64;
            }
        }
        let agreement = agreement.means();
        for (position, (index, layers)) in jobs.networks.iter().enumerate() {
            table.networks.push(SharedNetwork {
                index: *index,
                name: name(position),
                scores: agreement[position * d..(position + 1) * d].to_vec(),
                variance_share: shares[position * d..(position + 1) * d].to_vec(),
                layers: self.shared_layers(jobs, position, layers)?,
            });
            self.engine.yield_to_ui().await;
        }
        let (null_95, direction_95) = self.shared_chance(jobs, &takes_part).await?;
        table.null_95 = null_95;
        table.dimensions = (0..d)
            .map(|dimension| {
                let of = |networks: &SharedNetwork| networks.scores[dimension];
                let n = self.stimuli();
                SharedDimension {
                    scores: scores[dimension * n..(dimension + 1) * n].to_vec(),
                    eigenvalue: eigenvalues[dimension],
                    universality: median(&mut table.networks.iter().map(of).collect()),
                    direction_95: direction_95[dimension],
                    stability: stability[dimension],
                    stability_networks: stability_networks[dimension],
                    ..SharedDimension::default()
                }
            })
            .collect();
        table.settle(eigenvalues.get(d).copied());
        self.add_brains(plan, jobs, &mut table)?;

        table.notices.extend(few_stimuli(self.stimuli()));
        let alike = self.numbers(jobs.found[5])?;
        table.notices.extend(copies(&alike, name));
        table.notices.extend(left_out(&takes_part, name));
        table.notices.extend(tied(&table));
        Ok(Ok(table))
    }

    fn shared_layers(
        &self,
        jobs: &Jobs,
        network: usize,
        layers: &[usize],
    ) -> Result<Vec<SharedLayer>, Stopped> {
        let mut means = vec![0.0; layers.len() * jobs.loaded];
        for &key in &jobs.layers[network] {
            for (sum, r) in means.iter_mut().zip(self.numbers(key)?) {
                *sum += r / jobs.layers[network].len() as f64;
            }
        }
        let study = &self.study.networks[jobs.networks[network].0];
        let keys = &jobs.loadings[network];
        let of_layers = layers.iter().zip(keys).enumerate();
        of_layers
            .map(|(position, (&index, &key))| {
                let loadings = self.numbers(key)?;
                let components = loadings.chunks_exact(jobs.loaded.max(1));
                Ok(SharedLayer {
                    index,
                    name: study.layers[index].name.clone(),
                    scores: means[position * jobs.loaded..(position + 1) * jobs.loaded].to_vec(),
                    loadings: components.map(<[f64]>::to_vec).collect(),
                })
            })
            .collect()
    }

    /// The 95th percentiles of what chance gives: one of the luckiest network where nothing is shared, and one
    /// for each dimension of the median network along directions that mean nothing.
    async fn shared_chance(
        &self,
        jobs: &Jobs,
        takes_part: &[Vec<bool>],
    ) -> Result<(f64, Vec<f64>), Stopped> {
        let (count, d) = (jobs.networks.len(), jobs.dimensions);
        let mut nothing = Vec::new();
        let mut direction: Vec<Vec<f64>> = vec![Vec::new(); d];
        let blocks = jobs.shuffled.first().map_or(0, Vec::len);
        for block in 0..blocks {
            let mut of_draws: Vec<[MeanOverFolds; 2]> = Vec::new();
            for (of_fold, takes_part) in jobs.shuffled.iter().zip(takes_part) {
                for (kind, &key) in of_fold[block].iter().enumerate() {
                    let numbers = self.numbers(key)?;
                    let draws = numbers.chunks_exact(count * d);
                    of_draws.resize_with(draws.len(), || {
                        [MeanOverFolds::new(count, d), MeanOverFolds::new(count, d)]
                    });
                    for (sums, agreements) in of_draws.iter_mut().zip(draws) {
                        if let Some(sum) = sums.get_mut(kind) {
                            sum.add(agreements, takes_part);
                        }
                    }
                }
            }
            for [by_nothing, by_direction] in of_draws {
                let (by_nothing, by_direction) = (by_nothing.means(), by_direction.means());
                for (dimension, direction) in direction.iter_mut().enumerate() {
                    let of = |means: &[f64]| -> Vec<f64> {
                        means.iter().skip(dimension).step_by(d).copied().collect()
                    };
                    // f64::max takes the other where one is undefined
                    nothing.push(of(&by_nothing).into_iter().fold(f64::NAN, f64::max));
                    direction.push(median(&mut of(&by_direction)));
                }
            }
            self.engine.yield_to_ui().await;
        }
        let line = |mut values: Vec<f64>| {
            values.retain(|value| !value.is_nan());
            sort_numbers(&mut values);
            percentile(&values, 95.0)
        };
        Ok((line(nothing), direction.into_iter().map(line).collect()))
    }

    /// Alignment with the subjects of a region, mean over them, and their reliability; undefined where none can
    /// predict, and with fewer than two.
    fn scores_of_brains(
        &self,
        plan: &Plan,
        group: &Group,
        jobs: &Jobs,
    ) -> Result<ScoresOfBrains, Stopped> {
        let (scores, d) = (jobs.found[2], jobs.dimensions);
        let folds = self.options.folds;
        let mean_over_folds = |key: &dyn Fn(usize) -> Key| -> Result<Vec<f64>, Stopped> {
            let mut means = vec![0.0; d];
            for fold in 0..folds {
                let Some(Block::F32(values)) = self.engine.get(key(fold)) else {
                    return Err(missing());
                };
                for (mean, value) in means.iter_mut().zip(values) {
                    *mean += f64::from(value) / folds as f64;
                }
            }
            Ok(means)
        };
        let members = group.members.iter();
        let keys: Vec<Key> = members
            .filter_map(|&predictor| plan.predictor_key(predictor))
            .collect();
        let of_each = keys
            .iter()
            .map(|&key| mean_over_folds(&|fold| plan.fold_scores(key, scores, d, fold).0))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(ScoresOfBrains {
            alignment: (0..d)
                .map(|dimension| mean(of_each.iter().map(|scores| scores[dimension])))
                .collect(),
            reliability: match group.compares {
                true => mean_over_folds(&|fold| plan.fold_reliability(&keys, scores, d, fold))?,
                false => vec![f64::NAN; d],
            },
        })
    }

    /// Adds what brains say of the dimensions, which they took no part in finding.
    fn add_brains(&self, plan: &Plan, jobs: &Jobs, table: &mut SharedTable) -> Result<(), Stopped> {
        let groups = plan.groups();
        let regions = groups.iter().skip(self.study.networks.len());
        let ranked = self.regions_of_ranks();
        for (position, (roi, group)) in self.study.rois().into_iter().zip(regions).enumerate() {
            let is_ranked = ranked.get(position).copied().unwrap_or(false);
            let mut scored = self.scores_of_brains(plan, group, jobs)?;
            if let (true, Some(&key)) = (is_ranked, jobs.rsa.get(position)) {
                scored.alignment = self.numbers(key)?;
            }
            table.regions.push((roi, is_ranked));
            for (d, dimension) in table.dimensions.iter_mut().enumerate() {
                let of = |values: &[f64]| values.get(d).copied().unwrap_or(f64::NAN);
                let (alignment, reliability) = (of(&scored.alignment), of(&scored.reliability));
                dimension.brains.push(BrainOfShared {
                    alignment,
                    reliability,
                    adjusted: match is_ranked {
                        true => f64::NAN,
                        false => adjusted(alignment, reliability),
                    },
                });
            }
        }
        Ok(())
    }
}

/// What the brains of a region say of all dimensions.
struct ScoresOfBrains {
    alignment: Vec<f64>,
    reliability: Vec<f64>,
}

/// Means of agreements (networks x dimensions) over the folds that a network takes part in.
struct MeanOverFolds {
    sums: Vec<f64>,
    folds: Vec<usize>,
}

impl MeanOverFolds {
    fn new(networks: usize, dimensions: usize) -> Self {
        Self {
            sums: vec![0.0; networks * dimensions],
            folds: vec![0; networks],
        }
    }

    fn add(&mut self, agreements: &[f64], takes_part: &[bool]) {
        let each = self.sums.len() / self.folds.len().max(1);
        for (network, is_in) in takes_part.iter().enumerate() {
            if *is_in {
                self.folds[network] += 1;
                let own = network * each..(network + 1) * each;
                for (sum, value) in self.sums[own.clone()].iter_mut().zip(&agreements[own]) {
                    *sum += value;
                }
            }
        }
    }

    fn means(self) -> Vec<f64> {
        let each = self.sums.len() / self.folds.len().max(1);
        let sums = self.sums.iter().enumerate();
        sums.map(|(position, sum)| match self.folds[position / each.max(1)] {
            0 => f64::NAN,
            folds => sum / folds as f64,
        })
        .collect()
    }
}
