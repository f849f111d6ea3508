//! How far a run is, from what its jobs were expected to cost.

use super::Stage;

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

/// Turns costs of finished jobs into fractions and seconds left.
pub struct Meter<'a> {
    report: &'a dyn Fn(Progress),
    started: f64,
    state: std::cell::Cell<(Stage, f64, f64)>,
    /// When the stage of the scores began, and what had been done by then: how fast this computer
    /// is follows from that stage, the longest and the most even.
    scores_from: std::cell::Cell<Option<(f64, f64)>>,
}

impl<'a> Meter<'a> {
    /// From a moment, with the cost of everything.
    #[must_use]
    pub fn new(started: f64, cost: f64, report: &'a dyn Fn(Progress)) -> Self {
        Self {
            report,
            started,
            state: std::cell::Cell::new((Stage::COMPONENTS, 0.0, cost)),
            scores_from: std::cell::Cell::default(),
        }
    }

    /// Begins a stage. `rest`: what the remaining stages cost, where it is known better by now.
    pub fn start(&self, stage: Stage, now: f64, rest: f64) {
        let (_, done, total) = self.state.get();
        let total = if rest > 0.0 { done + rest } else { total };
        self.state.set((stage, done, total));
        if stage == Stage::SCORES {
            self.scores_from.set(Some((now, done)));
        }
        self.tell(now);
    }

    /// Tells that jobs of this cost are done.
    pub fn add(&self, cost: f64, now: f64) {
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

    /// Expected seconds of the scores on the reference machine, and seconds taken.
    #[must_use]
    pub fn speed(&self, now: f64) -> Option<(f64, f64)> {
        let (_, done, _) = self.state.get();
        let (began, before) = self.scores_from.get()?;
        (done > before).then_some((done - before, now - began))
    }
}
