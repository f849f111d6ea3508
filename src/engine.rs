//! Runs jobs: on threads natively, in Web Workers in a tab. One trait, so that everything above it
//! is written once.

#[cfg(not(target_arch = "wasm32"))]
pub mod native;
#[cfg(target_arch = "wasm32")]
pub mod web;

use crate::analysis::{Block, Job, Key, Options, Plan, Stage};
use crate::problem::Problem;
use crate::results::{Collecting, Dimensions};
use crate::study::Study;

/// Whatever runs jobs and keeps their blocks.
#[allow(
    async_fn_in_trait,
    reason = "engines live on one thread and are never boxed"
)]
pub trait Engine {
    /// Puts a block on the shelf.
    fn put(&self, key: Key, block: Block);

    /// A copy of a block on the shelf.
    fn get(&self, key: Key) -> Option<Block>;

    /// Whether a block is on the shelf.
    fn has(&self, key: Key) -> bool;

    /// Runs jobs in any order and puts what they give on the shelf; `done` is told the cost of each
    /// as it ends. Jobs whose outputs are all on the shelf are not run.
    ///
    /// # Errors
    /// [`Stopped`] at the first job that fails, or when cancelled.
    async fn run(&self, jobs: Vec<Job>, done: &dyn Fn(f64)) -> Result<(), Stopped>;

    /// Lets whatever shares the thread have its turn, where something does.
    async fn breathe(&self);

    /// Seconds since some fixed moment.
    fn clock(&self) -> f64;
}

/// Why a run ended before its results.
#[derive(Debug, Clone, PartialEq)]
pub enum Stopped {
    /// The user cancelled it.
    Cancelled,
    /// It cannot go on.
    Failed(Problem),
}

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// What is being done.
    pub stage: Stage,
    /// Of the whole run, in [0, 1].
    pub fraction: f64,
    /// Until the end, from the speed measured so far; unknown at the very beginning.
    pub seconds_left: Option<f64>,
}

/// What a run gives.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The table of dimensions.
    pub dimensions: Dimensions,
    /// What is to be known when reading it.
    pub warnings: Vec<Problem>,
    /// Expected seconds on the reference machine and seconds taken, of the scores computed anew.
    pub speed: Option<(f64, f64)>,
}

/// Analyses a study: universality of every dimension, and its alignment with every region.
///
/// # Errors
/// [`Stopped`] when cancelled, when the options do not fit the study, or when a job fails.
pub async fn analyse<E: Engine>(
    engine: &E,
    study: &Study,
    options: &Options,
    report: &dyn Fn(Progress),
) -> Result<Outcome, Stopped> {
    let mut warnings = Vec::new();
    match options.problem(study.stimuli.ids.len()) {
        Some(problem) if problem.is_error() => return Err(Stopped::Failed(problem)),
        other => warnings.extend(other),
    }
    let plan = Plan::new(study, options);
    let missing = |jobs: Vec<Job>| -> Vec<Job> {
        jobs.into_iter()
            .filter(|job| !job.outputs.iter().all(|&key| engine.has(key)))
            .collect()
    };
    let meter = Meter::new(engine.clock(), plan.cost(), report);

    let jobs = missing(plan.components());
    meter.start(Stage::Components, engine.clock(), 0.0);
    engine
        .run(jobs, &|cost| meter.add(cost, engine.clock()))
        .await?;
    let jobs = missing(plan.networks());
    meter.start(Stage::Networks, engine.clock(), 0.0);
    engine
        .run(jobs, &|cost| meter.add(cost, engine.clock()))
        .await?;

    let ranks = crate::results::ranks(&plan, &|key| engine.get(key)).map_err(Stopped::Failed)?;
    let mut jobs = Vec::new();
    for predictor in 0..plan.predictors() {
        jobs.extend(plan.scores(predictor, &ranks, |key| engine.has(key)));
        engine.breathe().await;
    }
    meter.start(
        Stage::Scores,
        engine.clock(),
        jobs.iter().map(|job| job.cost).sum(),
    );
    engine
        .run(jobs, &|cost| meter.add(cost, engine.clock()))
        .await?;

    let shelf = |key| engine.get(key);
    let mut collecting = Collecting::new(&plan, &ranks, &shelf).map_err(Stopped::Failed)?;
    for predictor in 0..plan.predictors() {
        collecting.add(predictor).map_err(Stopped::Failed)?;
        engine.breathe().await;
    }
    let (dimensions, found) = collecting.finish();
    warnings.extend(found);
    Ok(Outcome {
        dimensions,
        warnings,
        speed: meter.speed(engine.clock()),
    })
}

/// Turns costs of finished jobs into fractions and seconds left.
struct Meter<'a> {
    report: &'a dyn Fn(Progress),
    started: f64,
    state: std::cell::Cell<(Stage, f64, f64)>,
    /// When the stage of the scores began, and what had been done by then: how fast this computer
    /// is follows from that stage, the longest and the most even.
    scores_from: std::cell::Cell<Option<(f64, f64)>>,
}

impl<'a> Meter<'a> {
    fn new(started: f64, cost: f64, report: &'a dyn Fn(Progress)) -> Self {
        Self {
            report,
            started,
            state: std::cell::Cell::new((Stage::Components, 0.0, cost)),
            scores_from: std::cell::Cell::default(),
        }
    }

    /// `rest`: what the remaining stages cost, where it is known better by now.
    fn start(&self, stage: Stage, now: f64, rest: f64) {
        let (_, done, total) = self.state.get();
        let total = if rest > 0.0 { done + rest } else { total };
        self.state.set((stage, done, total));
        if stage == Stage::Scores {
            self.scores_from.set(Some((now, done)));
        }
        self.tell(now);
    }

    fn add(&self, cost: f64, now: f64) {
        let (stage, done, total) = self.state.get();
        self.state.set((stage, done + cost, total));
        self.tell(now);
    }

    fn tell(&self, now: f64) {
        let (stage, done, total) = self.state.get();
        let fraction = if total > 0.0 {
            (done / total).min(1.0)
        } else {
            0.0
        };
        let elapsed = now - self.started;
        (self.report)(Progress {
            stage,
            fraction,
            seconds_left: (done > 0.0 && elapsed > 0.2)
                .then(|| elapsed * (1.0 - fraction) / fraction),
        });
    }

    fn speed(&self, now: f64) -> Option<(f64, f64)> {
        let (_, done, _) = self.state.get();
        let (began, before) = self.scores_from.get()?;
        (done > before).then_some((done - before, now - began))
    }
}
