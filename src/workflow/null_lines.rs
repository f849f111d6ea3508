//! What chance gives: scores of dimensions whose stimuli were put in random order (METHOD 8).

use super::{Meter, SecondaryAnalyses, Stage, not_done};
use crate::analysis::fold::Shuffle;
use crate::analysis::{Plan, Resampling};
use crate::blocks::Key;
use crate::engine::{Engine, Stopped};
use crate::math::summary::percentile;
use crate::results::{Dimensions, TableBuilder};
use crate::stable_sort::sort_numbers;

/// Scores that chance gives: of dimensions whose stimuli were put in random order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NullLines {
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
    pub fn lines(mut self, resampling: Resampling) -> NullLines {
        let line = |values: &mut Vec<f64>| {
            sort_numbers(values);
            percentile(values, 95.0)
        };
        NullLines {
            universality: line(&mut self.universality),
            alignment: self.alignment.iter_mut().map(line).collect(),
            resampling,
        }
    }
}

impl<E: Engine> SecondaryAnalyses<'_, E> {
    /// What chance gives: every score with the stimuli of targets in random order (METHOD 8). Costs
    /// as much as the main analysis for each permutation.
    ///
    /// # Errors
    /// [`Stopped`] when cancelled or when a job fails.
    pub async fn null_lines(&self, resampling: Resampling) -> Result<NullLines, Stopped> {
        let store = |key| self.engine.get(key);
        let mut plan = Plan::new(self.study, self.options);
        let ranks = crate::results::ranks(&plan, &store).map_err(Stopped::Failed)?;
        let mut scores = NullScores::default();
        let mut meter: Option<Meter> = None;
        for draw in 0..resampling.permutations {
            plan.shuffle = Some(Shuffle {
                seed: resampling.seed,
                draw: draw as u64,
            });
            let mut jobs = Vec::new();
            for group in plan.groups() {
                jobs.extend(plan.scores(&group, &ranks, |_| false));
                self.engine.yield_to_ui().await;
            }
            let cost: f64 = jobs.iter().map(|job| job.cost).sum();
            let meter = meter.get_or_insert_with(|| {
                let all = cost * resampling.permutations as f64;
                let meter = Meter::new(self.engine.clock(), all, self.report);
                meter.start(Stage::CHANCE, self.engine.clock(), all);
                meter
            });
            if draw == 0 {
                // in the block store from the main analysis, unless it found its scores there
                let decompositions = not_done(self.engine, plan.decompositions(&jobs));
                self.engine.run(decompositions, &|_| {}).await?;
            }
            let made: Vec<Key> = jobs.iter().flat_map(|job| job.outputs.clone()).collect();
            let done = self
                .engine
                .run(jobs, &|cost| meter.add(cost, self.engine.clock()))
                .await;
            let collected = match done {
                Ok(()) => self.collect_scores(&plan, &ranks).await,
                Err(stopped) => Err(stopped),
            };
            for key in made {
                self.engine.discard(key);
            }
            scores.add(&collected?);
        }
        Ok(scores.lines(resampling))
    }

    async fn collect_scores(
        &self,
        plan: &Plan<'_>,
        ranks: &[Vec<usize>],
    ) -> Result<Dimensions, Stopped> {
        let store = |key| self.engine.get(key);
        let mut builder = TableBuilder::new(plan, ranks, &store).map_err(Stopped::Failed)?;
        for predictor in 0..plan.predictors() {
            builder.add(predictor).map_err(Stopped::Failed)?;
            self.engine.yield_to_ui().await;
        }
        builder.add_regions().map_err(Stopped::Failed)?;
        Ok(builder.finish().0)
    }
}
