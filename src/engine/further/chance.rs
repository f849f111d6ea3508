//! What chance says: intervals of relations, and null lines (METHOD 8).

use super::{Asking, bits};
use crate::analysis::bootstrap::Bootstrap;
use crate::analysis::fold::Shuffle;
use crate::analysis::{Plan, Resampling, Stage};
use crate::blocks::{Block, Key};
use crate::engine::{Engine, Meter, Stopped, not_done};
use crate::jobs::Job;
use crate::results::{Collecting, Dimensions, Null, NullScores, Relation};

impl<E: Engine> Asking<'_, E> {
    /// The relation of universality and alignment with every region, and its interval (METHOD 8).
    ///
    /// # Errors
    /// [`Stopped`] when cancelled or when a job fails.
    pub async fn relations(&self, resampling: Resampling) -> Result<Vec<Relation>, Stopped> {
        let table = self.table;
        let networks: Vec<f64> = (0..table.len())
            .map(|row| table.layer_of(row).network as f64)
            .collect();
        let put = |what: &str, values: &[f64]| {
            let key = Key::of(&(what, bits(values)));
            self.engine.put(key, Block::F64(values.to_vec()));
            key
        };
        let (across, owner) = (
            put("across", &table.universality),
            put("networks of rows", &networks),
        );
        let mut jobs = Vec::new();
        for roi in 0..table.alignment.len() {
            if table.aligned(roi).is_empty() {
                continue;
            }
            let inputs = vec![across, put("upwards", table.aligned(roi)), owner];
            let what = (resampling.bootstraps, resampling.seed);
            let outputs = vec![Key::of(&("bootstrap", &inputs, what))];
            jobs.push(Job::new(
                &Bootstrap {
                    networks: table.networks.len(),
                    draws: resampling.bootstraps,
                    seed: resampling.seed,
                },
                inputs,
                outputs,
                (table.len() * resampling.bootstraps) as f64 * 1e-8,
            ));
        }
        let rois: Vec<usize> = (0..table.alignment.len())
            .filter(|&roi| !table.aligned(roi).is_empty())
            .collect();
        let outputs: Vec<Key> = jobs.iter().map(|job| job.outputs[0]).collect();
        let mut inputs: Vec<Key> = jobs.iter().flat_map(|job| job.inputs.clone()).collect();
        let done = self.run(Stage::Interval, jobs).await;
        inputs.dedup();
        inputs.into_iter().for_each(|key| self.engine.discard(key));
        done?;
        rois.into_iter()
            .zip(outputs)
            .map(|(roi, key)| Ok(Relation::new(table, roi, &self.numbers(key)?, resampling)))
            .collect()
    }

    /// What chance gives: every score with the stimuli of targets in random order (METHOD 8). Costs
    /// as much as the main analysis for each permutation.
    ///
    /// # Errors
    /// [`Stopped`] when cancelled or when a job fails.
    pub async fn null(&self, resampling: Resampling) -> Result<Null, Stopped> {
        let shelf = |key| self.engine.get(key);
        let mut plan = Plan::new(self.study, self.options);
        let ranks = crate::results::ranks(&plan, &shelf).map_err(Stopped::Failed)?;
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
                self.engine.breathe().await;
            }
            let cost: f64 = jobs.iter().map(|job| job.cost).sum();
            let meter = meter.get_or_insert_with(|| {
                let all = cost * resampling.permutations as f64;
                let meter = Meter::new(self.engine.clock(), all, self.report);
                meter.start(Stage::Chance, self.engine.clock(), all);
                meter
            });
            if draw == 0 {
                // on the shelf from the main analysis, unless it found its scores there
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
        let shelf = |key| self.engine.get(key);
        let mut collecting = Collecting::new(plan, ranks, &shelf).map_err(Stopped::Failed)?;
        for predictor in 0..plan.predictors() {
            collecting.add(predictor).map_err(Stopped::Failed)?;
            self.engine.breathe().await;
        }
        collecting.add_regions().map_err(Stopped::Failed)?;
        Ok(collecting.finish().0)
    }
}
