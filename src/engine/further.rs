//! Every analysis beyond the main one, on the blocks that it left on the shelf. What was asked
//! before is found there as well.

mod chance;
mod likeness;
mod rsa;

use std::collections::{HashMap, HashSet};

use super::{Engine, Meter, Progress, Stopped, analyse, not_done};
use crate::analysis::simulation::Simulation;
use crate::analysis::{Options, Plan, Stage};
use crate::blocks::{Block, Key};
use crate::jobs::Job;
use crate::math::ridge::Mapping;
use crate::order::sorted_by;
use crate::problem::Problem;
use crate::results::{Dimensions, SimulationTable};
use crate::study::Study;

/// What is asked further, and of what: the table is that of the study with the options.
pub struct Asking<'a, E> {
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

fn missing() -> Stopped {
    Stopped::Failed(
        Problem::error("", "a part of the results is missing")
            .expected("every job's output")
            .hint("Run the analysis again"),
    )
}

/// Numbers as something to name a block after.
fn bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|value| value.to_bits()).collect()
}

impl<E: Engine> Asking<'_, E> {
    fn stimuli(&self) -> usize {
        self.study.stimuli.ids.len()
    }

    /// Runs the jobs whose blocks are not there yet.
    async fn run(&self, stage: Stage, jobs: Vec<Job>) -> Result<(), Stopped> {
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
    async fn run_exactly(
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

    fn numbers(&self, key: Key) -> Result<Vec<f64>, Stopped> {
        match self.engine.get(key) {
            Some(Block::F64(values)) => Ok(values),
            _ => Err(missing()),
        }
    }

    /// Makes the RDMs of all brains and returns their names.
    async fn brain_rdms(&self, plan: &Plan<'_>) -> Result<Vec<Key>, Stopped> {
        let brains = &self.study.brains;
        let jobs = brains
            .iter()
            .map(|brain| Plan::rdm_job(&brain.part, brain.measure));
        self.run(Stage::Rdms, jobs.collect()).await?;
        Ok((0..brains.len()).map(|brain| plan.rdm(brain)).collect())
    }

    /// Places among the study's brains of each region's subjects, in the order of the table.
    fn regions(&self) -> Vec<Vec<usize>> {
        let of_region = |roi: &String| {
            (0..self.study.brains.len())
                .filter(|&brain| self.study.brains[brain].roi == *roi)
                .collect()
        };
        self.study.rois().iter().map(of_region).collect()
    }

    /// Universality of every dimension by another mapping.
    ///
    /// # Errors
    /// [`Stopped`] when cancelled or when a job fails.
    pub async fn universality_by(&self, mapping: Mapping) -> Result<Vec<f64>, Stopped> {
        let study = Study {
            brains: Vec::new(),
            ..self.study.clone()
        };
        let options = Options {
            mapping,
            ..self.options.clone()
        };
        let outcome = analyse(self.engine, &study, &options, self.report).await?;
        Ok(outcome.dimensions.universality)
    }
}

/// The paper's simulation (METHOD 10).
///
/// # Errors
/// [`Stopped`] when cancelled or when the job fails.
pub async fn simulate<E: Engine>(
    engine: &E,
    knobs: Simulation,
) -> Result<SimulationTable, Stopped> {
    let knobs = knobs.clamped();
    let what = Key::of(&("simulation", format!("{knobs:?}")));
    let outputs = vec![what.further(0), what.further(1)];
    let job = Job::new(&knobs, Vec::new(), outputs.clone(), 0.05);
    engine.run(vec![job], &|_| {}).await?;
    let numbers = |key| match engine.get(key) {
        Some(Block::F64(values)) => Ok(values),
        _ => Err(missing()),
    };
    let table = SimulationTable {
        knobs,
        universality: numbers(outputs[0])?,
        alignment: numbers(outputs[1])?,
    };
    for key in outputs {
        engine.discard(key);
    }
    Ok(table)
}
