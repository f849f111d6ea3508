//! From a study that was analysed to its shared dimensions (METHOD 11.1).

use super::notices::{copies, few_stimuli, left_out, tied, too_few_groups};
use super::plan::{Jobs, groups_of};
use super::table::{BrainOfShared, SharedDimension, SharedLayer, SharedNetwork, SharedTable};
use crate::analysis::{Group, Plan};
use crate::blocks::Key;
use crate::engine::{Engine, Stopped};
use crate::math::reliability::adjusted;
use crate::math::summary::{mean, median, percentile};
use crate::problem::Problem;
use crate::stable_sort::sort_numbers;
use crate::study::Measure;
use crate::study::roles::Distance;
use crate::workflow::{Meter, SecondaryAnalyses, Stage, not_done};

const STAGE: Stage = Stage("Looking for what networks share");

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
        let members = group.members.iter();
        let keys: Vec<Key> = members
            .filter_map(|&predictor| plan.predictor_key(predictor))
            .collect();
        let of_each = keys
            .iter()
            .map(|&key| self.mean_over_folds(d, |fold| plan.fold_scores(key, scores, d, fold).0))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(ScoresOfBrains {
            alignment: (0..d)
                .map(|dimension| mean(of_each.iter().map(|scores| scores[dimension])))
                .collect(),
            reliability: match group.compares {
                true => {
                    self.mean_over_folds(d, |fold| plan.fold_reliability(&keys, scores, d, fold))?
                }
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
