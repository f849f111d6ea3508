//! What the page is doing, what waits for its turn, and what happens next: one state with one owner.
//!
//! Everything that takes a while is a [`Task`] and asks here first: reading files, fetching a hosted
//! study, an analysis, and what a view computes. One task is the current one. Quick requests of views (a
//! pick, a slider) run beside it. Everything else waits, or takes the place of the current one. Nothing
//! here knows how a task is done or ended: each transition says which turns have ended and what is to be
//! started, and its caller does that.

mod activity;

pub use activity::{Activity, Step};

use crate::engine::supervision::Silence;
use crate::problem::Problem;

/// For how long a quick request of a view may run before the page shows it, in seconds.
pub const QUICK: f64 = 0.5;

/// Progress is shown at most this often, in seconds.
const REFRESH: f64 = 0.08;

/// What can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// Reading files that were added. Several follow each other.
    Read,
    /// Opening a hosted study, in the place of the one on the page.
    Fetch,
    /// Opening and analysing the demo, in the place of the study on the page.
    Demo,
    /// The analysis of the study on the page.
    Analyse,
    /// What a view computes. Of each view the newest request counts.
    View {
        /// Which view.
        of: u32,
        /// It is done within moments, and needs no progress bar.
        is_quick: bool,
    },
}

/// One start of a task. It tells a task from others of its kind, and from what it was before it was
/// interrupted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn(u32);

/// How a turn came to its end.
#[derive(Debug, Clone, PartialEq)]
pub enum Ended {
    /// It did what it could, and said itself what was wrong.
    Done,
    /// What computes broke down; the same may go through when it is tried again.
    BrokeDown(Problem),
}

/// What follows from a transition.
#[derive(Debug, PartialEq)]
#[must_use]
pub struct Change<W> {
    /// Turns that have ended before they were done. Whatever still works for them stops.
    pub ended: Vec<Turn>,
    /// Requests of views that the user cancelled, and of fetching, whatever ended it.
    pub cancelled: Vec<W>,
    /// What is to be started.
    pub started: Vec<(Turn, W)>,
}

impl<W> Default for Change<W> {
    fn default() -> Self {
        Self {
            ended: Vec::new(),
            cancelled: Vec::new(),
            started: Vec::new(),
        }
    }
}

/// A task and what does it.
#[derive(Debug)]
struct Request<W> {
    task: Task,
    work: W,
}

/// A task that has its turn.
#[derive(Debug)]
struct Running<W> {
    turn: Turn,
    request: Request<W>,
    since: f64,
    step: Step,
}

/// The state. `W` does the work of a task.
#[derive(Debug)]
pub struct RunState<W> {
    current: Option<Running<W>>,
    beside: Vec<Running<W>>,
    /// In the order in which it was asked for.
    waiting: Vec<Request<W>>,
    failure: Option<Failure<W>>,
    silence: Option<Silence>,
    last_turn: u32,
    reported: f64,
}

/// What broke down, until something else is begun.
#[derive(Debug)]
struct Failure<W> {
    problem: Problem,
    /// What "Try again" does.
    again: Vec<Request<W>>,
}

impl<W> Default for RunState<W> {
    fn default() -> Self {
        Self {
            current: None,
            beside: Vec::new(),
            waiting: Vec::new(),
            failure: None,
            silence: None,
            last_turn: 0,
            reported: f64::NEG_INFINITY,
        }
    }
}

impl<W: Clone> RunState<W> {
    /// Asks for a task: it is started, waits, or is refused because the same is being done.
    pub fn ask(&mut self, task: Task, work: W, now: f64) -> Change<W> {
        let mut change = Change::default();
        if !self.takes(task) {
            return change;
        }
        match task {
            Task::Fetch | Task::Demo => {
                // another study: what waits is not of it, and views ask anew once it is there
                self.waiting.retain(|request| is_of_view(request.task));
                self.interrupt_current(&mut change);
                self.interrupt_beside(&mut change);
            }
            // an analysis is not ended unasked: whoever wants that cancels it first
            Task::Read if !self.is_current(|now| matches!(now, Task::Read | Task::Analyse)) => {
                self.interrupt_current(&mut change);
            }
            Task::Read => {}
            Task::Analyse => self.waiting.retain(|request| request.task != task),
            Task::View { of, .. } => {
                self.withdraw(of);
                self.end_view(of, &mut change);
            }
        }
        self.waiting.push(Request { task, work });
        self.start_next(now, &mut change);
        change
    }

    /// Takes back what a view asked for, where that still waits. Returns whether something was.
    pub fn withdraw(&mut self, view: u32) -> bool {
        let before = self.waiting.len();
        let is_it = |task| matches!(task, Task::View { of, .. } if of == view);
        self.waiting.retain(|request| !is_it(request.task));
        self.waiting.len() < before
    }

    /// The user cancels what the page shows as being done, and the files and the run that wait for it.
    /// What other views asked for is still wanted. With nothing being done, a failure is put away.
    pub fn cancel(&mut self, now: f64) -> Change<W> {
        let mut change = Change::default();
        let is_idle = self.current.is_none() && self.beside.is_empty();
        if is_idle {
            self.failure = None;
        }
        let cancelled: Vec<Running<W>> = match self.current.take() {
            Some(current) => vec![current],
            None => std::mem::take(&mut self.beside),
        };
        for running in cancelled {
            change.ended.push(running.turn);
            if is_of_view(running.request.task) || running.request.task == Task::Fetch {
                change.cancelled.push(running.request.work);
            }
        }
        self.waiting.retain(|request| is_of_view(request.task));
        self.start_next(now, &mut change);
        change
    }

    /// A turn came to its end by itself. Nothing follows if it had been ended before.
    pub fn ended(&mut self, turn: Turn, how: Ended, now: f64) -> Change<W> {
        let mut change = Change::default();
        let ended = if self.current.as_ref().is_some_and(|of| of.turn == turn) {
            self.current.take()
        } else {
            let index = self.beside.iter().position(|of| of.turn == turn);
            index.map(|index| self.beside.remove(index))
        };
        let Some(ended) = ended else {
            return change;
        };
        if let Ended::BrokeDown(problem) = how {
            let is_of_view = is_of_view(ended.request.task);
            let failure = self.failure.get_or_insert(Failure {
                problem,
                again: Vec::new(),
            });
            failure.again.push(ended.request);
            if !is_of_view {
                // a run was asked for on files that are not there now
                let waiting = std::mem::take(&mut self.waiting);
                let (views, rest) = (waiting.into_iter()).partition(|of| self::is_of_view(of.task));
                self.waiting = views;
                failure.again.extend::<Vec<_>>(rest);
            }
        }
        self.start_next(now, &mut change);
        change
    }

    /// Asks again for everything that broke down.
    pub fn try_again(&mut self, now: f64) -> Change<W> {
        let mut all = Change::default();
        let Some(failure) = self.failure.take() else {
            return all;
        };
        for request in failure.again {
            let change = self.ask(request.task, request.work, now);
            all.ended.extend(change.ended);
            all.cancelled.extend(change.cancelled);
            all.started.extend(change.started);
        }
        all
    }

    /// A turn says how far it is. Whether that is to be shown now: not if the turn has ended, nor more
    /// often than the page needs.
    pub fn report(&mut self, turn: Turn, step: Step, now: f64) -> bool {
        let running = self.current.iter_mut().chain(&mut self.beside);
        let Some(running) = running.into_iter().find(|running| running.turn == turn) else {
            return false;
        };
        running.step = step;
        let is_due = now - self.reported >= REFRESH;
        if is_due {
            self.reported = now;
        }
        is_due
    }

    /// Workers have not answered for long, or answer again.
    pub fn tell_silence(&mut self, silence: Option<Silence>) {
        self.silence = silence;
    }

    /// What the page shows of all this.
    #[must_use]
    pub fn activity(&self, now: f64) -> Activity {
        let slow = |of: &&Running<W>| now - of.since >= QUICK;
        let shown = self.current.as_ref();
        let shown = shown.or_else(|| self.beside.iter().find(slow));
        let Some(running) = shown else {
            return match &self.failure {
                Some(failure) => Activity::Failed(failure.problem.clone()),
                None => Activity::Idle,
            };
        };
        let step = Step {
            silence: self.silence.clone(),
            ..running.step.clone()
        };
        match running.request.task {
            Task::Read => Activity::Reading(step),
            Task::Fetch => Activity::Fetching(step),
            Task::Demo | Task::Analyse | Task::View { .. } => Activity::Computing {
                id: running.turn,
                is_quick: self.current.is_none(),
                step,
            },
        }
    }

    /// Whether the study on the page is being analysed.
    #[must_use]
    pub fn is_analysing(&self) -> bool {
        self.is_current(|current| current == Task::Analyse)
    }

    fn is_current(&self, is_it: impl Fn(Task) -> bool) -> bool {
        let current = self.current.as_ref();
        current.is_some_and(|current| is_it(current.request.task))
    }

    /// Whether a task can be asked for: not a second analysis while one computes.
    fn takes(&self, task: Task) -> bool {
        let computes = |current| matches!(current, Task::Analyse | Task::Demo | Task::View { .. });
        task != Task::Analyse || !self.is_current(computes)
    }

    /// Ends the current turn. What a view asked for is still wanted, and waits.
    fn interrupt_current(&mut self, change: &mut Change<W>) {
        if let Some(current) = self.current.take() {
            self.interrupt(current, change);
        }
    }

    fn interrupt_beside(&mut self, change: &mut Change<W>) {
        for running in std::mem::take(&mut self.beside) {
            self.interrupt(running, change);
        }
    }

    fn interrupt(&mut self, running: Running<W>, change: &mut Change<W>) {
        change.ended.push(running.turn);
        if is_of_view(running.request.task) {
            self.waiting.push(running.request);
        } else if running.request.task == Task::Fetch {
            change.cancelled.push(running.request.work);
        }
    }

    /// Ends what a view had asked for before.
    fn end_view(&mut self, view: u32, change: &mut Change<W>) {
        let is_it = |task| matches!(task, Task::View { of, .. } if of == view);
        if self.is_current(is_it)
            && let Some(current) = self.current.take()
        {
            change.ended.push(current.turn);
        }
        self.beside.retain(|running| {
            let is_it = is_it(running.request.task);
            if is_it {
                change.ended.push(running.turn);
            }
            !is_it
        });
    }

    /// Starts whatever has its turn now: files before a run, a run before what views compute of it.
    fn start_next(&mut self, now: f64, change: &mut Change<W>) {
        if self.current.is_none() {
            let rank = |task| match task {
                Task::Fetch | Task::Demo => Some(0),
                Task::Read => Some(1),
                Task::Analyse => Some(2),
                Task::View { is_quick, .. } => (!is_quick).then_some(3),
            };
            let indices = 0..self.waiting.len();
            let next = indices
                .filter_map(|index| Some((rank(self.waiting.get(index)?.task)?, index)))
                .min();
            if let Some((_, index)) = next {
                let request = self.waiting.remove(index);
                self.failure = None;
                let running = self.start(request, now, change);
                self.current = Some(running);
            }
        }
        // what is shown may change under these, and its blocks with it
        let replaces = |task| matches!(task, Task::Read | Task::Fetch | Task::Demo);
        if !self.is_current(replaces) {
            let waiting = std::mem::take(&mut self.waiting);
            for request in waiting {
                if matches!(request.task, Task::View { is_quick: true, .. }) {
                    let running = self.start(request, now, change);
                    self.beside.push(running);
                } else {
                    self.waiting.push(request);
                }
            }
        }
    }

    fn start(&mut self, request: Request<W>, now: f64, change: &mut Change<W>) -> Running<W> {
        self.last_turn += 1;
        let turn = Turn(self.last_turn);
        self.reported = f64::NEG_INFINITY;
        change.started.push((turn, request.work.clone()));
        Running {
            turn,
            step: Step::first(request.task),
            request,
            since: now,
        }
    }
}

fn is_of_view(task: Task) -> bool {
    matches!(task, Task::View { .. })
}

#[cfg(test)]
mod tests;
