//! Starts and ends what the page's run state says, and shows it. The page has one of these, and
//! whatever takes a while goes through it.

use std::future::Future;
use std::rc::Rc;

use futures::FutureExt;
use futures::future::{AbortHandle, LocalBoxFuture, abortable};
use leptos::prelude::*;

use crate::engine::Stopped;
use crate::engine::supervision::Silence;
use crate::problem::Problem;
use crate::run_state::{Activity, Change, Ended, QUICK, RunState, Step, Task, Turn};

/// What does a task: it can be started more than once, for it may be interrupted or tried again.
#[derive(Clone)]
pub struct Work {
    start: Rc<dyn Fn(Turn) -> LocalBoxFuture<'static, Ended>>,
    on_cancel: Rc<dyn Fn()>,
}

impl Work {
    /// Work that is told its turn. When the turn is ended, the future is dropped.
    pub fn new<F: Future<Output = Ended> + 'static>(start: impl Fn(Turn) -> F + 'static) -> Self {
        Self {
            start: Rc::new(move |turn| start(turn).boxed_local()),
            on_cancel: Rc::new(|| {}),
        }
    }

    /// Tells when the user cancels it, if it is a view's, and of fetching, when anything ends it.
    pub fn on_cancel(mut self, call: impl Fn() + 'static) -> Self {
        self.on_cancel = Rc::new(call);
        self
    }
}

/// The run state of the page, and what works for it.
#[derive(Clone, Copy)]
pub struct Schedule {
    state: StoredValue<RunState<Work>, LocalStorage>,
    /// Ends the work of each turn.
    endings: StoredValue<Vec<(Turn, AbortHandle)>, LocalStorage>,
    views: StoredValue<u32>,
    shown: RwSignal<Activity>,
}

impl Schedule {
    /// With nothing to do.
    #[allow(
        clippy::new_without_default,
        reason = "it makes signals, which belong to the page"
    )]
    pub fn new() -> Self {
        Self {
            state: StoredValue::new_local(RunState::default()),
            endings: StoredValue::new_local(Vec::new()),
            views: StoredValue::new(0),
            shown: RwSignal::new(Activity::Idle),
        }
    }

    /// What is being done.
    pub fn activity(&self) -> Signal<Activity> {
        self.shown.into()
    }

    /// A number for a view that asks.
    pub fn new_view(&self) -> u32 {
        self.views.update_value(|views| *views += 1);
        self.views.get_value()
    }

    /// Asks for a task.
    pub fn ask(&self, task: Task, work: Work) {
        self.change(|state| state.ask(task, work, now()));
    }

    /// Takes back what a view asked for, where it still waits; false if nothing did.
    pub fn withdraw(&self, view: u32) -> bool {
        let withdrawn = self.state.try_update_value(|state| state.withdraw(view));
        withdrawn.unwrap_or(false)
    }

    /// Whether the study on the page is being analysed.
    pub fn is_analysing(&self) -> bool {
        self.state.with_value(RunState::is_analysing)
    }

    /// Ends what the page shows as being done.
    pub fn cancel(&self) {
        self.change(|state| state.cancel(now()));
    }

    /// Asks again for what broke down.
    pub fn try_again(&self) {
        self.change(|state| state.try_again(now()));
    }

    /// A turn says how far it is.
    pub fn report(&self, turn: Turn, step: impl Into<Step>) {
        let step = step.into();
        let is_due = (self.state).try_update_value(|state| state.report(turn, step, now()));
        if is_due == Some(true) {
            self.show();
        }
    }

    /// Workers have not answered for long, or answer again.
    pub fn tell_silence(&self, silence: Option<Silence>) {
        self.state.update_value(|state| state.tell_silence(silence));
        self.show();
    }

    fn change(&self, transition: impl FnOnce(&mut RunState<Work>) -> Change<Work>) {
        let Some(change) = self.state.try_update_value(transition) else {
            return;
        };
        let mut ended = Vec::new();
        self.endings.update_value(|endings| {
            endings.retain(|(turn, ending)| {
                let is_over = change.ended.contains(turn);
                if is_over {
                    ended.push(ending.clone());
                }
                !is_over
            });
        });
        ended.iter().for_each(AbortHandle::abort);
        for work in change.cancelled {
            (work.on_cancel)();
        }
        for (turn, work) in change.started {
            self.start(turn, &work);
        }
        self.show();
    }

    fn start(&self, turn: Turn, work: &Work) {
        let (work, ending) = abortable((work.start)(turn));
        self.endings
            .update_value(|endings| endings.push((turn, ending)));
        let this = *self;
        leptos::task::spawn_local(async move {
            if let Ok(how) = work.await {
                this.endings
                    .update_value(|endings| endings.retain(|(of, _)| *of != turn));
                this.change(|state| state.ended(turn, how, now()));
            }
        });
        // quick requests are shown from then on
        let late = std::time::Duration::from_secs_f64(QUICK * 1.1);
        set_timeout(move || this.show(), late);
    }

    fn show(&self) {
        let activity = self.state.with_value(|state| state.activity(now()));
        if self.shown.with_untracked(|shown| *shown != activity) {
            self.shown.set(activity);
        }
    }
}

/// How a turn ended that runs jobs: what is wrong with what the user brought or chose is told, and what
/// broke down fails.
pub fn ended(result: Result<(), Stopped>, tell: impl FnOnce(Problem)) -> Ended {
    match result {
        Ok(()) | Err(Stopped::Cancelled) => Ended::Done,
        Err(Stopped::Failed(problem)) => {
            tell(problem);
            Ended::Done
        }
        Err(Stopped::BrokeDown(problem)) => Ended::BrokeDown(problem),
    }
}

fn now() -> f64 {
    js_sys::Date::now() / 1000.0
}
