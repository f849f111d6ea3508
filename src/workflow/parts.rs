//! A run that several programs do together, on one block store: each does its share of the jobs of each
//! stage. Who does which job follows from the study and the options alone.

use super::{Meter, Progress, Stage, not_done};
use crate::analysis::{Options, Plan};
use crate::engine::{Engine, Stopped};
use crate::jobs::Job;
use crate::results::check_reach;
use crate::stable_sort::sorted_by;
use crate::study::Study;

/// One of several programs that do a run together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    index: usize,
    of: usize,
}

/// Most programs that do a run together.
const MOST_PARTS: usize = 100_000;

impl Part {
    /// Which it is, counted from 1.
    #[must_use]
    pub fn number(self) -> usize {
        self.index + 1
    }

    /// How many there are.
    #[must_use]
    pub fn of(self) -> usize {
        self.of
    }
}

impl std::str::FromStr for Part {
    type Err = String;

    /// From `2/4`.
    fn from_str(text: &str) -> Result<Self, String> {
        let numbers = text.split_once('/').and_then(|(number, of)| {
            let number: usize = number.trim().parse().ok()?;
            Some((number.checked_sub(1)?, of.trim().parse().ok()?))
        });
        match numbers {
            Some((index, of)) if index < of && of <= MOST_PARTS => Ok(Self { index, of }),
            _ => Err(format!(
                "a part is I/N, the I-th of N parts with I from 1 to N and N up to {MOST_PARTS}, such as 2/4"
            )),
        }
    }
}

/// What a run still waits for.
#[derive(Debug, Clone, PartialEq)]
pub struct Owed {
    /// In which stage.
    pub stage: Stage,
    /// Jobs that are not done.
    pub jobs: usize,
    /// Jobs of the stage.
    pub all: usize,
    /// The parts whose share they are, counted from 1.
    pub parts: Vec<usize>,
}

/// How a part ended.
#[derive(Debug, Clone, PartialEq)]
pub struct PartOutcome {
    /// Jobs that it did.
    pub done: usize,
    /// Jobs of its share that had been done before.
    pub found: usize,
    /// What others owe: jobs of a stage without which this part could not go on, or of the last.
    pub owed: Option<Owed>,
    /// Whether its share is done to the end.
    pub is_complete: bool,
}

/// The share of each part: the longest jobs first, each to the part that has least to do so far.
fn shares(jobs: Vec<Job>, parts: usize) -> Vec<Vec<Job>> {
    let mut shares: Vec<(f64, Vec<Job>)> = vec![(0.0, Vec::new()); parts];
    for job in sorted_by(jobs, |a, b| b.cost.total_cmp(&a.cost)) {
        let least = (shares.iter_mut()).min_by(|a, b| a.0.total_cmp(&b.0));
        if let Some((cost, share)) = least {
            *cost += job.cost;
            share.push(job);
        }
    }
    shares.into_iter().map(|(_, share)| share).collect()
}

/// What is not done of a stage.
fn owed<E: Engine>(engine: &E, stage: Stage, shares: &[Vec<Job>]) -> Option<Owed> {
    let is_done = |job: &Job| job.outputs.iter().all(|&key| engine.has(key));
    let left: Vec<usize> = (shares.iter())
        .map(|share| share.iter().filter(|job| !is_done(job)).count())
        .collect();
    let jobs = left.iter().sum();
    (jobs > 0).then(|| Owed {
        stage,
        jobs,
        all: shares.iter().map(Vec::len).sum(),
        parts: (1..)
            .zip(&left)
            .filter(|(_, left)| **left > 0)
            .map(|(part, _)| part)
            .collect(),
    })
}

/// Does one part's share of an analysis. `wait` is told what others owe before this part can go on, and says
/// whether to look again; it may take its time.
///
/// # Errors
/// [`Stopped`] as for [`super::analyse`].
pub async fn analyse_part<E: Engine>(
    engine: &E,
    study: &Study,
    options: &Options,
    part: Part,
    report: &dyn Fn(Progress),
    wait: &dyn Fn(&Owed) -> bool,
) -> Result<PartOutcome, Stopped> {
    if let Some(problem) = options.problem(study.stimuli.ids.len())
        && problem.is_error()
    {
        return Err(Stopped::Failed(problem));
    }
    let plan = Plan::new(study, options);
    let meter = Meter::new(engine.clock(), plan.cost() / part.of as f64, report);
    let mut outcome = PartOutcome {
        done: 0,
        found: 0,
        owed: None,
        is_complete: false,
    };
    let early = [
        (Stage::COMPONENTS, plan.components()),
        (Stage::PREDICTORS, plan.networks()),
    ];
    for (stage, jobs) in early {
        meter.start(stage, engine.clock(), 0.0);
        let shares = shares(jobs, part.of);
        outcome
            .run(engine, &meter, &shares, part, |_| Vec::new())
            .await?;
        engine.look_again();
        while let Some(owed) = owed(engine, stage, &shares) {
            if !wait(&owed) {
                outcome.owed = Some(owed);
                return Ok(outcome);
            }
            engine.look_again();
        }
    }
    let store = |key| engine.get(key);
    check_reach(&plan, &store).map_err(Stopped::Failed)?;
    let ranks = crate::results::ranks(&plan, &store).map_err(Stopped::Failed)?;
    let mut jobs = Vec::new();
    for group in plan.groups() {
        jobs.extend(plan.scores(&group, &ranks, |_| false).left);
    }
    let shares = shares(jobs, part.of);
    meter.start(Stage::SCORES, engine.clock(), 0.0);
    outcome
        .run(engine, &meter, &shares, part, |jobs| {
            plan.decompositions(jobs)
        })
        .await?;
    engine.look_again();
    outcome.owed = owed(engine, Stage::SCORES, &shares);
    outcome.is_complete = true;
    Ok(outcome)
}

impl PartOutcome {
    /// Does a part's share of a stage, after what that needs and nobody keeps.
    async fn run<E: Engine>(
        &mut self,
        engine: &E,
        meter: &Meter<'_>,
        shares: &[Vec<Job>],
        part: Part,
        first: impl Fn(&[Job]) -> Vec<Job>,
    ) -> Result<(), Stopped> {
        let own = shares.get(part.index).cloned().unwrap_or_default();
        let all = own.len();
        let left = not_done(engine, own);
        self.found += all - left.len();
        self.done += left.len();
        let add = |cost: f64| meter.add(cost, engine.clock());
        engine.run(not_done(engine, first(&left)), &add).await?;
        engine.run(left, &add).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_one_of_several() {
        let read = |text: &str| {
            text.parse::<Part>()
                .ok()
                .map(|part| (part.number(), part.of()))
        };
        assert_eq!(read("1/1"), Some((1, 1)));
        assert_eq!(read(" 3 / 4"), Some((3, 4)));
        for wrong in [
            "",
            "0/4",
            "5/4",
            "4",
            "1/0",
            "-1/4",
            "1/4/2",
            "a/b",
            "1/1000000",
            "1.0/2",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn every_job_is_in_one_share_and_shares_are_alike() {
        let job = |index: usize, cost: f64| Job {
            kind: "test",
            data: vec![index as u8],
            description: String::new(),
            inputs: Vec::new(),
            uses: Vec::new(),
            outputs: Vec::new(),
            is_kept: true,
            cost,
        };
        let jobs: Vec<Job> = (0..23)
            .map(|index| job(index, 1.0 + (index % 5) as f64))
            .collect();
        let total: f64 = jobs.iter().map(|job| job.cost).sum();
        for parts in [1, 3, 4, 40] {
            let shares = shares(jobs.clone(), parts);
            assert_eq!(shares.len(), parts);
            let mut all: Vec<u8> = shares.iter().flatten().map(|job| job.data[0]).collect();
            all.sort_unstable();
            assert_eq!(all, (0..23).collect::<Vec<u8>>());
            for share in &shares {
                let cost: f64 = share.iter().map(|job| job.cost).sum();
                assert!((cost - total / parts as f64).abs() < 5.0, "{parts}: {cost}");
            }
        }
    }
}
