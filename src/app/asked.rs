//! What is computed when it is looked at, and kept until what it is of changes.

use std::sync::Arc;

use leptos::prelude::*;

use crate::engine::further::Asking;
use crate::engine::web::WebEngine;
use crate::engine::{Engine, Progress, Stopped};

use super::runs::{REFRESH, begin, unless_cancelled};
use super::state::{Activity, App, Shown};

/// An answer, so far.
pub enum Found<T> {
    /// Not asked for.
    Nothing,
    /// On its way.
    Working,
    /// There.
    Ready(Arc<T>),
    /// Cancelled or failed.
    Stopped,
}

impl<T> Clone for Found<T> {
    fn clone(&self) -> Self {
        match self {
            Found::Nothing => Found::Nothing,
            Found::Working => Found::Working,
            Found::Ready(answer) => Found::Ready(answer.clone()),
            Found::Stopped => Found::Stopped,
        }
    }
}

/// A question that follows what is on the page, and its answer.
pub struct Asked<K: Send + Sync + 'static, T: Send + Sync + 'static> {
    of: RwSignal<Option<K>>,
    found: RwSignal<Found<T>>,
    again: RwSignal<u32>,
}

impl<K: Send + Sync + 'static, T: Send + Sync + 'static> Clone for Asked<K, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K: Send + Sync + 'static, T: Send + Sync + 'static> Copy for Asked<K, T> {}

/// Whether the column of what is being done shows it: what takes long, not what follows a pick.
#[derive(Clone, Copy, PartialEq)]
pub enum Tells {
    Progress,
    Nothing,
}

impl<K, T> Asked<K, T>
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
        let asked = Self {
            of: RwSignal::new(None),
            found: RwSignal::new(Found::Nothing),
            again: RwSignal::new(0),
        };
        Effect::new(move |_| {
            asked.again.track();
            let wanted = want();
            let must_wait = tells == Tells::Progress && app.is_busy();
            let Some(wanted) = wanted else { return };
            let is_known = asked.of.with_untracked(|of| of.as_ref() == Some(&wanted));
            if is_known || must_wait {
                return;
            }
            asked.of.set(Some(wanted.clone()));
            asked.found.set(Found::Working);
            let answer = answer.clone();
            leptos::task::spawn_local(async move {
                asked.answer(app, tells, wanted, answer).await;
            });
        });
        asked
    }

    async fn answer(
        self,
        app: App,
        tells: Tells,
        wanted: K,
        answer: impl AsyncFn(K, &dyn Fn(Progress)) -> Result<T, Stopped>,
    ) {
        let this = (tells == Tells::Progress).then(|| begin(app, "Starting"));
        let engine = app.engine.get_value();
        let last = std::cell::Cell::new(f64::NEG_INFINITY);
        let report = |progress: Progress| {
            let now = engine.clock();
            if this == Some(app.run.get_value()) && now - last.get() >= REFRESH {
                last.set(now);
                app.activity.set(Activity {
                    label: progress.stage.label().to_owned(),
                    fraction: progress.fraction,
                    seconds_left: progress.seconds_left,
                });
            }
        };
        let answer = answer(wanted.clone(), &report);
        let result = match this {
            Some(this) => unless_cancelled(app, this, answer).await,
            None => answer.await,
        };
        if self.of.with_untracked(|of| of.as_ref() == Some(&wanted)) {
            self.found.set(match result {
                Ok(found) => Found::Ready(Arc::new(found)),
                Err(stopped) => {
                    if let Stopped::Failed(problem) = stopped {
                        app.messages.update(|messages| messages.push(problem));
                    }
                    Found::Stopped
                }
            });
        }
        if this == Some(app.run.get_value()) {
            app.activity.set(Activity::default());
        }
    }

    /// The answer, so far.
    pub fn get(&self) -> Found<T> {
        self.found.get()
    }

    /// The answer, once it is there and still of what is wanted.
    pub fn ready(&self, is_of: impl Fn(&K) -> bool) -> Option<Arc<T>> {
        let is_of = self.of.with(|of| of.as_ref().is_some_and(is_of));
        match self.found.get() {
            Found::Ready(found) if is_of => Some(found),
            _ => None,
        }
    }

    /// Asks once more, after a stop.
    pub fn ask_again(&self) {
        self.of.set(None);
        self.found.set(Found::Nothing);
        self.again.update(|again| *again += 1);
    }
}

/// What can be asked further of results.
pub fn asking<'a>(
    engine: &'a WebEngine,
    shown: &'a Shown,
    report: &'a dyn Fn(Progress),
) -> Asking<'a, WebEngine> {
    Asking {
        engine,
        study: &shown.study,
        options: &shown.options,
        table: &shown.table,
        report,
    }
}

/// What stands in the stead of a figure that is not there.
#[component]
pub fn Instead<K, T>(asked: Asked<K, T>, what: &'static str) -> impl IntoView
where
    K: Clone + PartialEq + Send + Sync + 'static,
    T: Send + Sync + 'static,
{
    move || match asked.get() {
        Found::Stopped => view! {
            <p class="read waiting">{what}" was cancelled. "
                <button on:click=move |_| asked.ask_again()>"Compute it"</button>
            </p>
        }
        .into_any(),
        Found::Ready(_) => ().into_any(),
        _ => view! { <p class="read waiting">"One moment."</p> }.into_any(),
    }
}
