//! What every analysis beyond the main one needs: the study, what the main analysis gave, and jobs on
//! the blocks that it left. What was computed before is found there as well.

use std::collections::{HashMap, HashSet};

use super::{Meter, Progress, Stage, not_done};
use crate::analysis::{Options, Plan};
use crate::blocks::{Block, Key};
use crate::engine::{Engine, Stopped};
use crate::jobs::Job;
use crate::problem::Problem;
use crate::results::Dimensions;
use crate::stable_sort::sorted_by;
use crate::study::Study;

/// Analyses beyond the main one, of a study and the table that its main analysis gave with the options.
pub struct SecondaryAnalyses<'a, E> {
    /// Runs the jobs.
    pub engine: &'a E,
    /// What was analysed.
    pub study: &'a Study,
    /// How.
    pub options: &'a Options,
    /// What that gave.
    pub table: &'a Dimensions,
    /// Is told how far it is.
    pub report: &'a dyn Fn(Progress),
}

/// A block of the main analysis is not there.
#[must_use]
pub fn missing() -> Stopped {
    Stopped::Failed(
        Problem::error("", "a part of the results is missing")
            .expected("every job's output")
            .hint("Run the analysis again"),
    )
}

/// Numbers as something to name a block after.
#[must_use]
pub fn bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|value| value.to_bits()).collect()
}

impl<E: Engine> SecondaryAnalyses<'_, E> {
    /// Number of stimuli n.
    #[must_use]
    pub fn stimuli(&self) -> usize {
        self.study.stimuli.ids.len()
    }

    /// Runs the jobs whose blocks are not there yet.
    ///
    /// # Errors
    /// [`Stopped`] when cancelled or when a job fails.
    pub async fn run(&self, stage: Stage, jobs: Vec<Job>) -> Result<(), Stopped> {
        let jobs = not_done(self.engine, jobs);
        let cost = jobs.iter().map(|job| job.cost).sum();
        let meter = Meter::new(self.engine.clock(), cost, self.report);
        meter.start(stage, self.engine.clock(), cost);
        self.engine
            .run(jobs, &|cost| meter.add(cost, self.engine.clock()))
            .await
    }

    /// Runs jobs that take the exact scores of layers. These are made for as many jobs at once as
    /// memory allows, and put away after.
    ///
    /// # Errors
    /// [`Stopped`] when cancelled or when a job fails.
    pub async fn run_exactly(
        &self,
        stage: Stage,
        plan: &Plan<'_>,
        jobs: Vec<Job>,
    ) -> Result<(), Stopped> {
        /// Numbers: half a gigabyte.
        const ROOM: usize = 1 << 26;
        let mut makers: HashMap<Key, Job> = HashMap::new();
        for (network, entry) in self.study.networks.iter().enumerate() {
            for layer in 0..entry.layers.len() {
                let job = plan.layer_job(network, layer, true);
                makers.insert(job.outputs[0], job);
            }
        }
        let made_for = |job: &Job| {
            let mut inputs = job.inputs.iter().copied();
            inputs.find(|key| makers.contains_key(key))
        };
        // jobs of one network follow each other, and share what is made for them
        let jobs = sorted_by(not_done(self.engine, jobs), |a, b| {
            made_for(a).cmp(&made_for(b))
        });
        let wanted: HashSet<Key> = jobs
            .iter()
            .flat_map(|job| job.inputs.iter().copied())
            .collect();
        let making: f64 = makers
            .iter()
            .filter(|(key, _)| wanted.contains(key))
            .map(|(_, job)| job.cost)
            .sum();
        let cost = making + jobs.iter().map(|job| job.cost).sum::<f64>();
        let meter = Meter::new(self.engine.clock(), cost, self.report);
        meter.start(stage, self.engine.clock(), cost);
        let add = |cost: f64| meter.add(cost, self.engine.clock());
        let mut rest = jobs.into_iter().peekable();
        while rest.peek().is_some() {
            let (mut now, mut made, mut numbers) = (Vec::new(), HashMap::new(), 0);
            while let Some(job) = rest.next_if(|_| numbers < ROOM) {
                for key in &job.inputs {
                    if let Some(maker) = makers.get(key)
                        && made.insert(*key, maker.clone()).is_none()
                    {
                        numbers += self.stimuli().pow(2);
                    }
                }
                now.push(job);
            }
            let keys: Vec<Key> = made.keys().copied().collect();
            let mut done = self.engine.run(made.into_values().collect(), &add).await;
            if done.is_ok() {
                done = self.engine.run(now, &add).await;
            }
            keys.into_iter().for_each(|key| self.engine.discard(key));
            done?;
        }
        Ok(())
    }

    /// The numbers of a block.
    ///
    /// # Errors
    /// [`Stopped`] if it is not there, or holds others.
    pub fn numbers(&self, key: Key) -> Result<Vec<f64>, Stopped> {
        match self.engine.get(key) {
            Some(Block::F64(values)) => Ok(values),
            _ => Err(missing()),
        }
    }

    /// Numbers of so many columns, mean over folds, from the block that each fold gave.
    ///
    /// # Errors
    /// [`Stopped`] if one is not there, or holds others.
    pub fn mean_over_folds(
        &self,
        columns: usize,
        of_fold: impl Fn(usize) -> Key,
    ) -> Result<Vec<f64>, Stopped> {
        let folds = self.options.folds;
        let mut means = vec![0.0; columns];
        for fold in (0..folds).filter(|_| columns > 0) {
            let Some(Block::F32(values)) = self.engine.get(of_fold(fold)) else {
                return Err(missing());
            };
            for (mean, value) in means.iter_mut().zip(values) {
                *mean += f64::from(value);
            }
        }
        means.iter_mut().for_each(|mean| *mean /= folds as f64);
        Ok(means)
    }

    /// Makes the RDMs of all brains and returns their names.
    ///
    /// # Errors
    /// [`Stopped`] when cancelled or when a job fails.
    pub async fn brain_rdms(&self, plan: &Plan<'_>) -> Result<Vec<Key>, Stopped> {
        let brains = &self.study.brains;
        let jobs = brains
            .iter()
            .map(|brain| Plan::rdm_job(&brain.part, brain.measure));
        self.run(Stage::RDMS, jobs.collect()).await?;
        Ok((0..brains.len()).map(|brain| plan.rdm(brain)).collect())
    }

    /// Indices among the study's brains of each region's subjects, in the order of the table.
    #[must_use]
    pub fn regions(&self) -> Vec<Vec<usize>> {
        let of_region = |roi: &String| {
            (0..self.study.brains.len())
                .filter(|&brain| self.study.brains[brain].roi == *roi)
                .collect()
        };
        self.study.rois().iter().map(of_region).collect()
    }
}
