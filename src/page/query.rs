//! What is computed when it is looked at, and kept until what it is of changes.

use std::sync::Arc;

use leptos::prelude::*;

use crate::engine::Stopped;
use crate::engine::web::WebEngine;
use crate::run_state::{Ended, Task, Turn};
use crate::workflow::{Progress, SecondaryAnalyses};

use super::schedule::{Work, ended};
use super::state::{App, Shown};

/// An answer, so far.
pub enum QueryState<T> {
    /// Not asked for.
    Nothing,
    /// On its way.
    Working,
    /// There.
    Ready(Arc<T>),
    /// Cancelled or failed.
    Stopped,
}

impl<T> Clone for QueryState<T> {
    fn clone(&self) -> Self {
        match self {
            QueryState::Nothing => QueryState::Nothing,
            QueryState::Working => QueryState::Working,
            QueryState::Ready(answer) => QueryState::Ready(answer.clone()),
            QueryState::Stopped => QueryState::Stopped,
        }
    }
}

/// A question that follows what is on the page, and its answer.
pub struct Query<K: Send + Sync + 'static, T: Send + Sync + 'static> {
    of: RwSignal<Option<K>>,
    found: RwSignal<QueryState<T>>,
    /// The newest answer that came, and of what: another one may be asked for, and never come.
    last: RwSignal<Option<(K, Arc<T>)>>,
    again: RwSignal<u32>,
}

impl<K: Send + Sync + 'static, T: Send + Sync + 'static> Clone for Query<K, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K: Send + Sync + 'static, T: Send + Sync + 'static> Copy for Query<K, T> {}

/// Whether the column of what is being done shows it: what takes long, not what follows a pick.
#[derive(Clone, Copy, PartialEq)]
pub enum Tells {
    /// What takes long.
    Progress,
    /// What follows a pick.
    Nothing,
}

impl<K, T> Query<K, T>
where
    K: Clone + PartialEq + Send + Sync + 'static,
    T: Send + Sync + 'static,
{
    /// Asks whenever what is wanted changes. Lives as long as its owner: make it at the page's root.
    pub fn new(
        app: App,
        tells: Tells,
        want: impl Fn() -> Option<K> + 'static,
        answer: impl AsyncFn(K, &dyn Fn(Progress)) -> Result<T, Stopped> + Clone + 'static,
    ) -> Self {
        let query = Self {
            of: RwSignal::new(None),
            found: RwSignal::new(QueryState::Nothing),
            last: RwSignal::new(None),
            again: RwSignal::new(0),
        };
        let task = Task::View {
            of: app.schedule.new_view(),
            is_quick: tells == Tells::Nothing,
        };
        Effect::new(move |_| {
            query.again.track();
            let Some(wanted) = want() else {
                query.take_back(app, task);
                return;
            };
            if query.is_of(&wanted) {
                return;
            }
            query.of.set(Some(wanted.clone()));
            query.found.set(QueryState::Working);
            let (answer, cancelled) = (answer.clone(), wanted.clone());
            let work = Work::new(move |turn| {
                let (wanted, answer) = (wanted.clone(), answer.clone());
                async move { query.answer(app, turn, wanted, answer).await }
            });
            let work = work.on_cancel(move || query.stop(&cancelled));
            app.schedule.ask(task, work);
        });
        query
    }

    fn is_of(&self, wanted: &K) -> bool {
        self.of.with_untracked(|of| of.as_ref() == Some(wanted))
    }

    /// What still waits is not wanted any more; what is being computed is, if the user comes back.
    fn take_back(&self, app: App, task: Task) {
        if let Task::View { of, .. } = task
            && app.schedule.withdraw(of)
        {
            self.of.set(None);
            self.found.set(QueryState::Nothing);
        }
    }

    fn stop(&self, wanted: &K) {
        if self.is_of(wanted) {
            self.found.set(QueryState::Stopped);
        }
    }

    async fn answer(
        self,
        app: App,
        turn: Turn,
        wanted: K,
        answer: impl AsyncFn(K, &dyn Fn(Progress)) -> Result<T, Stopped>,
    ) -> Ended {
        let report = |progress: Progress| app.schedule.report(turn, progress);
        let result = answer(wanted.clone(), &report).await;
        if !self.is_of(&wanted) {
            return Ended::Done;
        }
        let result = result.map(|found| {
            let found = Arc::new(found);
            self.last.set(Some((wanted, found.clone())));
            self.found.set(QueryState::Ready(found));
        });
        if result.is_err() {
            self.found.set(QueryState::Stopped);
        }
        ended(result, |problem| app.tell(problem))
    }

    /// The answer, so far.
    pub fn get(&self) -> QueryState<T> {
        self.found.get()
    }

    /// The answer, once it is there and still of what is wanted.
    pub fn ready(&self, is_of: impl Fn(&K) -> bool) -> Option<Arc<T>> {
        let is_of = self.of.with(|of| of.as_ref().is_some_and(is_of));
        match self.found.get() {
            QueryState::Ready(found) if is_of => Some(found),
            _ => None,
        }
    }

    /// The newest answer that came, if it is of this, whatever has been asked for since.
    pub fn last(&self, is_of: impl Fn(&K) -> bool) -> Option<Arc<T>> {
        let last = self.last.get();
        last.filter(|(of, _)| is_of(of)).map(|(_, found)| found)
    }

    /// Asks once more, after a stop.
    pub fn ask_again(&self) {
        self.of.set(None);
        self.found.set(QueryState::Nothing);
        self.again.update(|again| *again += 1);
    }
}

/// The analyses beyond the main one, of results.
pub fn secondary<'a>(
    engine: &'a WebEngine,
    shown: &'a Shown,
    report: &'a dyn Fn(Progress),
) -> SecondaryAnalyses<'a, WebEngine> {
    SecondaryAnalyses {
        engine,
        study: &shown.study,
        options: &shown.options,
        table: &shown.table,
        report,
    }
}

/// What stands in the stead of a figure that is not there.
#[component]
pub fn Instead<K, T>(
    /// What is awaited.
    query: Query<K, T>,
    /// Its name at the beginning of a sentence.
    what: &'static str,
) -> impl IntoView
where
    K: Clone + PartialEq + Send + Sync + 'static,
    T: Send + Sync + 'static,
{
    move || match query.get() {
        QueryState::Stopped => view! {
            <p class="read waiting">{what}" was not computed. "
                <button on:click=move |_| query.ask_again()>"Compute it"</button>
            </p>
        }
        .into_any(),
        QueryState::Ready(_) => ().into_any(),
        _ => {
            let what = what.replacen("The ", "the ", 1);
            view! { <p class="read waiting">{format!("Computing {what}\u{2026}")}</p> }.into_any()
        }
    }
}

/// The results on the page, for a query that is about to be answered.
pub fn results(app: App) -> Result<Arc<Shown>, Stopped> {
    app.shown.get_untracked().ok_or(Stopped::Cancelled)
}
