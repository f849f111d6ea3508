//! Runs analyses from start to end: the main one, which gives the table of dimensions, and what the
//! secondary ones share. Each is written once, on whatever [`Engine`] runs the jobs.

mod null_lines;
mod parts;
mod progress;
mod secondary;
mod stage;

pub use null_lines::{NullLines, NullScores, cost_of_null_scores};
pub use parts::{Owed, Part, PartOutcome, analyse_part};
pub use progress::{Meter, Progress};
pub use secondary::{SecondaryAnalyses, bits, missing};
pub use stage::Stage;

use crate::analysis::{Options, Plan};
use crate::engine::{Engine, Stopped};
use crate::jobs::Job;
use crate::problem::Problem;
use crate::results::{Dimensions, TableBuilder, check_reach};
use crate::study::Study;

/// What a run gives.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The table of dimensions.
    pub dimensions: Dimensions,
    /// What is to be known when reading it.
    pub warnings: Vec<Problem>,
    /// How much of it was in the block store before.
    pub stored: Stored,
    /// Expected seconds on the reference machine and seconds taken, of the scores computed anew.
    pub speed: Option<(f64, f64)>,
    /// Jobs that it took, and how many of them had been done before.
    pub jobs: JobCount,
}

/// Jobs of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct JobCount {
    /// All, but those that are done anew in any case.
    pub all: usize,
    /// Those that had been done before.
    pub found: usize,
}

/// How much of what a run gives was in the block store before it began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stored {
    /// Nothing: all of it was computed.
    Nothing,
    /// Some of it.
    Part,
    /// All of it.
    All,
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
    let meter = Meter::new(engine.clock(), plan.cost(), report);

    let mut count = JobCount::default();
    for (stage, jobs) in [
        (Stage::COMPONENTS, plan.components()),
        (Stage::PREDICTORS, plan.networks()),
    ] {
        meter.start(stage, engine.clock(), 0.0);
        let all = jobs.len();
        let left = not_done(engine, jobs);
        count.all += all;
        count.found += all - left.len();
        engine
            .run(left, &|cost| meter.add(cost, engine.clock()))
            .await?;
    }

    let store = |key| engine.get(key);
    check_reach(&plan, &store).map_err(Stopped::Failed)?;
    let ranks = crate::results::ranks(&plan, &store).map_err(Stopped::Failed)?;
    let mut jobs = Vec::new();
    let was_there = std::cell::Cell::new(count.found > 0);
    for group in plan.groups() {
        let is_there = |key| {
            let is_there = engine.has(key);
            was_there.set(was_there.get() || is_there);
            is_there
        };
        let scores = plan.scores(&group, &ranks, is_there);
        count.all += scores.found + scores.left.len();
        count.found += scores.found;
        jobs.extend(scores.left);
        engine.yield_to_ui().await;
    }
    let decompositions = not_done(engine, plan.decompositions(&jobs));
    let cost = |jobs: &[Job]| jobs.iter().map(|job| job.cost).sum::<f64>();
    meter.start(
        Stage::PREDICTORS,
        engine.clock(),
        cost(&jobs) + cost(&decompositions),
    );
    engine
        .run(decompositions, &|cost| meter.add(cost, engine.clock()))
        .await?;
    meter.start(Stage::SCORES, engine.clock(), cost(&jobs));
    engine
        .run(jobs, &|cost| meter.add(cost, engine.clock()))
        .await?;

    let mut builder = TableBuilder::new(&plan, &ranks, &store).map_err(Stopped::Failed)?;
    for predictor in 0..plan.predictors() {
        builder.add(predictor).map_err(Stopped::Failed)?;
        engine.yield_to_ui().await;
    }
    builder.add_regions().map_err(Stopped::Failed)?;
    engine.yield_to_ui().await;
    let (dimensions, found) = builder.finish();
    warnings.extend(found);
    Ok(Outcome {
        dimensions,
        warnings,
        stored: match was_there.get() {
            _ if count.found == count.all => Stored::All,
            true => Stored::Part,
            false => Stored::Nothing,
        },
        speed: meter.speed(engine.clock()),
        jobs: count,
    })
}

/// The jobs whose blocks are not all in the block store yet.
pub fn not_done<E: Engine>(engine: &E, jobs: Vec<Job>) -> Vec<Job> {
    jobs.into_iter()
        .filter(|job| !job.outputs.iter().all(|&key| engine.has(key)))
        .collect()
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use std::cell::{Cell, RefCell};

    use super::*;
    use crate::analysis::components::FindComponents;
    use crate::analysis::demo::{Knobs, shared_latents};
    use crate::analysis::fold::PredictFold;
    use crate::blocks::{Block, Key};
    use crate::engine::native::NativeEngine;
    use crate::jobs::Task;
    use crate::study::ArrayId;
    use crate::tasks::KINDS;

    /// Counts the jobs of each kind.
    struct Counting {
        engine: NativeEngine,
        components: Cell<usize>,
        folds: Cell<usize>,
    }

    impl Default for Counting {
        fn default() -> Self {
            Self {
                engine: NativeEngine::new(KINDS),
                components: Cell::default(),
                folds: Cell::default(),
            }
        }
    }

    impl Engine for Counting {
        fn put(&self, key: Key, block: Block) {
            self.engine.put(key, block);
        }

        fn get(&self, key: Key) -> Option<Block> {
            self.engine.get(key)
        }

        fn has(&self, key: Key) -> bool {
            self.engine.has(key)
        }

        fn discard(&self, key: Key) {
            self.engine.discard(key);
        }

        async fn run(&self, jobs: Vec<Job>, done: &dyn Fn(f64)) -> Result<(), Stopped> {
            let count = |kind| jobs.iter().filter(|job| job.kind == kind).count();
            self.components
                .set(count(FindComponents::KIND) + self.components.get());
            self.folds.set(count(PredictFold::KIND) + self.folds.get());
            self.engine.run(jobs, done).await
        }

        async fn yield_to_ui(&self) {}

        fn clock(&self) -> f64 {
            self.engine.clock()
        }
    }

    const KNOBS: Knobs = Knobs {
        networks: 3,
        shared: 4,
        private: 6,
        noise: 50,
        seed: 2,
    };

    fn study(engine: &Counting) -> Study {
        let (study, arrays) = shared_latents(KNOBS);
        for (key, block) in arrays {
            engine.put(key, block);
        }
        study
    }

    fn jobs_of(engine: &Counting, study: &Study, options: &Options) -> (usize, usize) {
        engine.components.set(0);
        engine.folds.set(0);
        pollster::block_on(analyse(engine, study, options, &|_| {})).expect("ends");
        (engine.components.get(), engine.folds.get())
    }

    fn stored(engine: &Counting, study: &Study, options: &Options) -> Stored {
        let outcome = pollster::block_on(analyse(engine, study, options, &|_| {}));
        outcome.expect("ends").stored
    }

    #[test]
    fn only_what_an_option_or_a_network_touches_is_computed_again() {
        let engine = Counting::default();
        let study = study(&engine);
        let options = Options::default();
        // 3 networks of 2 layers; 3 networks and the subjects of one region predict on 5 folds
        assert_eq!(jobs_of(&engine, &study, &options), (6, 20));
        assert_eq!(jobs_of(&engine, &study, &options), (0, 0));
        assert_eq!(stored(&engine, &study, &options), Stored::All);
        let other_folds = Options {
            seed: 12,
            ..options.clone()
        };
        assert_eq!(stored(&engine, &study, &other_folds), Stored::Part);
        let other_folds = Options {
            seed: 13,
            ..options.clone()
        };
        assert_eq!(jobs_of(&engine, &study, &other_folds), (0, 20));
        let mut without_one = study.clone();
        without_one.networks.pop();
        assert_eq!(jobs_of(&engine, &without_one, &options), (0, 0));
        let mut changed = study.clone();
        changed.networks[0].layers.pop();
        // its Gram matrix is another, so it predicts anew; nothing is new about the others
        assert_eq!(jobs_of(&engine, &changed, &options), (0, 5));
    }

    #[test]
    fn progress_rises_to_the_end_and_names_its_stages() {
        let engine = Counting::default();
        let study = study(&engine);
        let told = RefCell::new(Vec::new());
        let report = |progress: Progress| told.borrow_mut().push(progress);
        let outcome = pollster::block_on(analyse(&engine, &study, &Options::default(), &report));
        let outcome = outcome.expect("ends");
        assert!(outcome.speed.is_some());
        assert_eq!(outcome.stored, Stored::Nothing);
        let told = told.into_inner();
        let of_scores: Vec<f64> = told
            .iter()
            .filter(|progress| progress.stage == Stage::SCORES)
            .map(|progress| progress.fraction)
            .collect();
        assert!(of_scores.is_sorted() && (of_scores[of_scores.len() - 1] - 1.0).abs() < 1e-9);
        assert_eq!(told[0].stage, Stage::COMPONENTS);
    }

    #[test]
    fn a_job_that_fails_stops_the_run_with_its_reason() {
        let engine = Counting::default();
        let mut study = study(&engine);
        study.networks[1].layers[0].parts[0].array = ArrayId(404);
        let stopped = pollster::block_on(analyse(&engine, &study, &Options::default(), &|_| {}));
        assert!(
            matches!(&stopped, Err(Stopped::Failed(problem)) if problem.to_string().contains("network 2__early"))
        );
        let too_few = Options {
            folds: 100,
            ..Options::default()
        };
        let stopped = pollster::block_on(analyse(&engine, &study, &too_few, &|_| {}));
        assert!(
            matches!(&stopped, Err(Stopped::Failed(problem)) if problem.to_string().contains("100 folds"))
        );
    }
}
