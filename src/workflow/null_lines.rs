//! What chance gives: scores of dimensions whose stimuli were put in random order, and how their
//! universality and alignment go together all the same (METHOD 8).

use super::{Meter, SecondaryAnalyses, Stage, not_done};
use crate::analysis::shuffled::{Permutation, ShuffleTargets, ShuffledColumns, dimensions_of_one};
use crate::analysis::{COLUMNS_A_JOB, Group, Plan, Resampling, Scope, TargetBlock};
use crate::blocks::Key;
use crate::engine::{Engine, Stopped};
use crate::jobs::Job;
use crate::math::ranks::spearman;
use crate::math::summary::{mean, median, percentile};
use crate::results::finding::ChanceLevel;
use crate::results::{Dimensions, Score};
use crate::stable_sort::sort_numbers;

/// Numbers of shuffled targets that are kept at once: 64 MB.
const ROOM: usize = 1 << 24;

/// Scores that chance gives: of dimensions whose stimuli were put in random order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NullLines {
    /// 95th percentile of universality.
    pub universality: f64,
    /// 95th percentile of the alignment with each region.
    pub alignment: Vec<f64>,
    /// For each region the mean over permutations of the Spearman correlation of universality and
    /// alignment: the chance level of the correlation, which is above zero because both scores come from
    /// the same stimuli.
    pub spearman: Vec<f64>,
    /// How it was drawn.
    pub resampling: Resampling,
}

impl NullLines {
    /// The chance level of the correlation of universality with a score.
    #[must_use]
    pub fn chance_level(&self, score: Score, roi: usize) -> ChanceLevel {
        match (score, self.spearman.get(roi)) {
            (Score::Alignment, Some(level)) if level.is_finite() => ChanceLevel::At(*level),
            _ => ChanceLevel::NotOffered,
        }
    }
}

/// The scores of every permutation.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NullScores {
    /// How they were drawn.
    pub resampling: Resampling,
    permutations: Vec<OnePermutation>,
}

/// What one permutation gave, a number for each dimension that it scored.
#[derive(Debug, Clone, Default, PartialEq)]
struct OnePermutation {
    /// The dimensions: rows of the table.
    rows: Vec<u32>,
    universality: Vec<f32>,
    /// For each region.
    alignment: Vec<Vec<f32>>,
}

impl NullScores {
    /// What chance gives for the dimensions of a table whose networks are shown.
    #[must_use]
    pub fn lines(&self, table: &Dimensions, is_shown: impl Fn(usize) -> bool) -> NullLines {
        let is_in: Vec<bool> = (0..table.len())
            .map(|row| is_shown(table.layer_of(row).network))
            .collect();
        let regions = table.alignment.len();
        let (mut universality, mut alignment) = (Vec::new(), vec![Vec::new(); regions]);
        let mut rhos = vec![Vec::new(); regions];
        for one in &self.permutations {
            let kept = |values: &[f32]| -> Vec<f64> {
                let rows = one.rows.iter().zip(values);
                let rows = rows.filter(|(row, _)| is_in.get(**row as usize) == Some(&true));
                rows.map(|(_, value)| f64::from(*value)).collect()
            };
            let across = kept(&one.universality);
            for (roi, values) in one.alignment.iter().enumerate().take(regions) {
                let y = kept(values);
                rhos[roi].push(spearman(&across, &y).0);
                alignment[roi].extend(y);
            }
            universality.extend(across);
        }
        let line = |values: &mut Vec<f64>| {
            values.retain(|value| !value.is_nan());
            sort_numbers(values);
            percentile(values, 95.0)
        };
        NullLines {
            universality: line(&mut universality),
            alignment: alignment.iter_mut().map(line).collect(),
            spearman: rhos.into_iter().map(mean).collect(),
            resampling: self.resampling,
        }
    }
}

/// What the null scores are expected to take, in seconds on the reference machine, before the number of
/// components is known.
#[must_use]
pub fn cost_of_null_scores(plan: &Plan<'_>, permutations: usize) -> f64 {
    let ranks = plan.expected_ranks();
    let own: Vec<usize> = (ranks.iter())
        .map(|layers| layers.iter().map(|&rank| plan.kept(rank)).sum())
        .collect();
    let all: usize = own.iter().sum();
    let one = dimensions_of_one(permutations, all);
    let at_once = permutations_at_once(one).min(permutations.max(1));
    let columns = one * at_once;
    let share = columns as f64 / all.max(1) as f64;
    let blocks = permutations as f64 / at_once as f64;
    blocks * plan.cost_of_scores(columns, |network| (own[network] as f64 * share) as usize)
}

/// Permutations whose targets are predicted together.
fn permutations_at_once(dimensions: usize) -> usize {
    (COLUMNS_A_JOB / dimensions.max(1)).max(1)
}

/// The columns of a network in a block of permutations: the targets, and the dimension of each with its
/// permutation, in the order of the columns.
struct NetworkTargets {
    network: usize,
    block: TargetBlock,
    dimensions: Vec<(usize, u32)>,
}

/// Permutations whose targets are predicted together.
struct PermutationBlock {
    permutations: usize,
    networks: Vec<NetworkTargets>,
}

impl<E: Engine> SecondaryAnalyses<'_, E> {
    /// What chance gives: scores of dimensions with the stimuli of targets in random order (METHOD 8), a
    /// random part of the dimensions in each permutation. Takes the decompositions of the main analysis.
    ///
    /// # Errors
    /// [`Stopped`] when cancelled or when a job fails.
    pub async fn null_scores(&self, resampling: Resampling) -> Result<NullScores, Stopped> {
        let plan = Plan::new(self.study, self.options);
        let groups: Vec<Group> = (plan.groups().into_iter())
            .map(|group| Group {
                compares: false,
                ..group
            })
            .filter(|group| !group.members.is_empty())
            .collect();
        let all = self.table.len();
        let one = dimensions_of_one(resampling.permutations, all);
        let permutations: Vec<Permutation> = (0..resampling.permutations as u64)
            .map(|draw| Permutation {
                seed: resampling.seed.wrapping_add(draw),
            })
            .collect();
        let at_once = permutations_at_once(one);
        let cost = cost_of_null_scores(&plan, resampling.permutations);
        let meter = Meter::new(self.engine.clock(), cost, self.report);
        meter.start(Stage::CHANCE, self.engine.clock(), cost);
        let add = |cost: f64| meter.add(cost, self.engine.clock());
        let mut scores = NullScores {
            resampling,
            permutations: Vec::with_capacity(permutations.len()),
        };
        let blocks: Vec<&[Permutation]> = permutations.chunks(at_once).collect();
        let in_round = (ROOM / (one * at_once * self.stimuli()).max(1)).max(1);
        for round in blocks.chunks(in_round) {
            let (jobs, blocks) = self.shuffled_targets(&plan, round, one);
            let made: Vec<Key> = jobs.iter().flat_map(|job| job.outputs.clone()).collect();
            let mut done = self.engine.run(jobs, &|_| {}).await;
            for block in blocks {
                if done.is_ok() {
                    let given = self.score_block(&plan, &groups, &block, &add).await;
                    done = given.map(|given| scores.permutations.extend(given));
                }
            }
            made.into_iter().for_each(|key| self.engine.discard(key));
            done?;
        }
        Ok(scores)
    }

    /// The jobs that make the targets of some blocks of permutations, and what is in each.
    fn shuffled_targets(
        &self,
        plan: &Plan<'_>,
        round: &[&[Permutation]],
        count: usize,
    ) -> (Vec<Job>, Vec<PermutationBlock>) {
        let (n, table) = (self.stimuli(), self.table);
        let mut blocks: Vec<PermutationBlock> = (round.iter())
            .map(|permutations| PermutationBlock {
                permutations: permutations.len(),
                networks: Vec::new(),
            })
            .collect();
        let chosen: Vec<Vec<Vec<usize>>> = (round.iter())
            .map(|permutations| {
                let dimensions = |one: &Permutation| one.dimensions(n, count, table.len());
                permutations.iter().map(dimensions).collect()
            })
            .collect();
        let mut jobs = Vec::new();
        let mut first = 0;
        for (network, entry) in self.study.networks.iter().enumerate() {
            let layers = first..first + entry.layers.len();
            first = layers.end;
            let rows: Vec<std::ops::Range<usize>> =
                layers.map(|layer| table.rows_of_layer(layer)).collect();
            let mut task = ShuffleTargets {
                stimuli: n,
                blocks: Vec::with_capacity(round.len()),
            };
            let mut dimensions = Vec::with_capacity(round.len());
            for (permutations, chosen) in round.iter().zip(&chosen) {
                let (mut columns, mut of_columns) = (Vec::new(), Vec::new());
                for (position, (permutation, chosen)) in permutations.iter().zip(chosen).enumerate()
                {
                    let of_layer = |rows: &std::ops::Range<usize>| -> Vec<u32> {
                        let from = chosen.partition_point(|&row| row < rows.start);
                        let to = chosen.partition_point(|&row| row < rows.end);
                        let own = &chosen[from..to];
                        own.iter().map(|row| (row - rows.start) as u32).collect()
                    };
                    let own: Vec<Vec<u32>> = rows.iter().map(of_layer).collect();
                    for (rows, columns) in rows.iter().zip(&own) {
                        let rows = columns.iter().map(|&column| rows.start as u32 + column);
                        of_columns.extend(rows.map(|row| (position, row)));
                    }
                    columns.push(ShuffledColumns {
                        permutation: *permutation,
                        columns: own,
                    });
                }
                task.blocks.push(columns);
                dimensions.push(of_columns);
            }
            let inputs: Vec<Key> = (0..entry.layers.len())
                .map(|layer| plan.layer(network, layer).scores)
                .collect();
            let seeds: Vec<u64> = (round.iter())
                .flat_map(|permutations| permutations.iter().map(|one| one.seed))
                .collect();
            let what = Key::of(&("shuffled targets", &inputs, seeds, count, table.len()));
            let outputs: Vec<Key> = (0..round.len()).map(|index| what.further(index)).collect();
            let numbers: usize = dimensions.iter().map(|own| own.len() * n).sum();
            for ((block, own), &key) in blocks.iter_mut().zip(dimensions).zip(&outputs) {
                let columns = own.len();
                block.networks.push(NetworkTargets {
                    network,
                    block: TargetBlock { key, columns },
                    dimensions: own,
                });
            }
            if numbers > 0 {
                jobs.push(Job::new(&task, inputs, outputs, numbers as f64 * 4e-9));
            }
        }
        (jobs, blocks)
    }

    /// Predicts the targets of a block of permutations and takes what it gives.
    async fn score_block(
        &self,
        plan: &Plan<'_>,
        groups: &[Group],
        block: &PermutationBlock,
        add: &dyn Fn(f64),
    ) -> Result<Vec<OnePermutation>, Stopped> {
        let networks = self.study.networks.len();
        let may = |group: &Group, target: &NetworkTargets| {
            let predictor = group.members.first().copied().unwrap_or(0);
            predictor >= networks || self.study.may_predict(predictor, target.network)
        };
        let mut jobs = Vec::new();
        for group in groups {
            let targets: Vec<TargetBlock> = (block.networks.iter())
                .filter(|target| may(group, target))
                .map(|target| target.block)
                .collect();
            jobs.extend(plan.scores_of(group, &targets));
        }
        // in the block store from the main analysis, unless it found its scores there
        let decompositions = not_done(self.engine, plan.decompositions(&jobs));
        self.engine.run(decompositions, &|_| {}).await?;
        let made: Vec<Key> = jobs.iter().flat_map(|job| job.outputs.clone()).collect();
        let done = self.engine.run(jobs, add).await;
        let collected = match done {
            Ok(()) => self.collect_block(plan, block, |predictor, target| {
                let brain = predictor.checked_sub(networks);
                brain.is_some() || self.study.may_predict(predictor, target)
            }),
            Err(stopped) => Err(stopped),
        };
        made.into_iter().for_each(|key| self.engine.discard(key));
        self.engine.yield_to_ui().await;
        collected
    }

    fn collect_block(
        &self,
        plan: &Plan<'_>,
        block: &PermutationBlock,
        may: impl Fn(usize, usize) -> bool,
    ) -> Result<Vec<OnePermutation>, Stopped> {
        let networks = self.study.networks.len();
        let regions = self.regions();
        let mut given = vec![OnePermutation::default(); block.permutations];
        for one in &mut given {
            one.alignment.resize(regions.len(), Vec::new());
        }
        for target in &block.networks {
            // for each predictor its scores of the network's columns; empty where it gives none
            let mut by_predictor = Vec::with_capacity(plan.predictors());
            for predictor in 0..plan.predictors() {
                let key = plan.predictor_key(predictor);
                by_predictor.push(match key.filter(|_| may(predictor, target.network)) {
                    Some(key) => {
                        let TargetBlock { key: of, columns } = target.block;
                        self.mean_over_folds(columns, |fold| {
                            plan.fold_scores(key, of, columns, fold).0
                        })?
                    }
                    None => Vec::new(),
                });
            }
            let score_of = |predictor: usize, column: usize| -> f64 {
                let scores: &[f64] = &by_predictor[predictor];
                scores.get(column).copied().unwrap_or(f64::NAN)
            };
            let set = &self.study.networks[target.network].set;
            let asked: Vec<usize> = (0..networks)
                .filter(|&other| {
                    self.options.scope == Scope::All || self.study.networks[other].set == *set
                })
                .collect();
            let mut others = Vec::new();
            for (column, &(position, row)) in target.dimensions.iter().enumerate() {
                let Some(one) = given.get_mut(position) else {
                    continue;
                };
                others.clear();
                others.extend(asked.iter().map(|&other| score_of(other, column)));
                one.rows.push(row);
                one.universality.push(median(&mut others) as f32);
                for (scores, brains) in one.alignment.iter_mut().zip(&regions) {
                    let of_subjects = brains
                        .iter()
                        .map(|brain| score_of(networks + brain, column));
                    scores.push(mean(of_subjects) as f32);
                }
            }
        }
        Ok(given)
    }

    /// What chance gives for all dimensions.
    ///
    /// # Errors
    /// [`Stopped`] when cancelled or when a job fails.
    pub async fn null_lines(&self, resampling: Resampling) -> Result<NullLines, Stopped> {
        let scores = self.null_scores(resampling).await?;
        Ok(scores.lines(self.table, |_| true))
    }
}
