//! The buttons that run and cancel, how far a run is, and what the last one was.

use leptos::prelude::*;

use crate::problem::Problem;
use crate::results::text::seconds;
use crate::run_state::{Activity, Step};
use crate::study::Collection;

use super::runs;
use crate::page::{App, Shown};
use crate::workflow::Stored;

/// How long the results took, and whether they were there before.
fn computed(shown: &Shown) -> String {
    let taken = seconds(shown.seconds);
    match shown.stored {
        _ if shown.table.is_precomputed() => "read from scores computed before".to_owned(),
        Stored::Nothing => format!("computed in {taken}"),
        Stored::Part => format!("computed in {taken}, partly from stored results"),
        Stored::All => "from stored results: nothing had to be computed".to_owned(),
    }
}

/// Run, Cancel and progress.
#[component]
pub fn RunControls() -> impl IntoView {
    let app = App::get();
    let is_busy = Memo::new(move |_| app.is_busy());
    let activity = app.schedule.activity();
    // pressed while files are being read, it runs once they are
    let can_run = move || {
        let reads = activity.with(|activity| matches!(activity, Activity::Reading(_)));
        let has_study = move || !app.has_own_files() || app.assembly.get().study.is_some();
        activity.with(Activity::takes_run) && (reads || has_study())
    };
    fn of<T: Default>(activity: Signal<Activity>, read: impl Fn(&Step) -> T) -> T {
        activity.with(|activity| activity.step().map(read).unwrap_or_default())
    }
    let is_stale = move || {
        app.shown.get().is_some_and(|shown| {
            !shown.is_demo
                && (shown.options != app.options.get()
                    || app
                        .assembly
                        .get()
                        .study
                        .as_ref()
                        .is_some_and(|study| *study != shown.study))
        })
    };
    let note = move || {
        if app.has_failed() {
            return Some("Stopped: the message above the figure says why".to_owned());
        }
        if !app.has_own_files() {
            return app.shown.get().map(|shown| computed(&shown));
        }
        if app.is_bare() {
            return None;
        }
        let assembly = app.assembly.get();
        let Some(study) = assembly.study.as_ref() else {
            let has_unreadable = app.collection.with(Collection::has_unreadable);
            if app
                .shown
                .get()
                .is_some_and(|shown| shown.table.is_precomputed())
            {
                let what = "These scores were computed before. To run an analysis, add activations";
                return Some(what.to_owned());
            }
            let has_errors = has_unreadable || assembly.problems.iter().any(Problem::is_error);
            return has_errors.then(|| "Settle the errors first, then it can run".to_owned());
        };
        if let Some(shown) = app.shown.get()
            && !is_stale()
        {
            return Some(computed(&shown));
        }
        let options = app.options.get();
        let estimate = runs::estimate(app, study, &options)
            .map(|s| format!("about {} on this computer", seconds(s)));
        match (is_stale(), estimate) {
            (true, Some(estimate)) => Some(format!(
                "The settings have changed since the last run; {estimate}"
            )),
            (true, None) => Some("The settings have changed since the last run".into()),
            (false, estimate) => estimate,
        }
    };
    let word = move || match (is_busy.get(), app.has_failed()) {
        (true, _) => "Working",
        (_, true) => "Failed",
        _ => "Ready",
    };
    view! {
        <div class="block run">
            <button class="go" disabled=move || !can_run() on:click=move |_| runs::run(app)>"Run analysis"</button>
            <button class="cancel" disabled=move || !is_busy.get() on:click=move |_| runs::cancel(app)>"Cancel"</button>
            <div class="progress">
                <Show
                    when=move || is_busy.get()
                    fallback=move || view! { <span class="dim">{note}</span> }
                >
                    <progress max="1" aria-label="Progress" prop:value=move || of(activity, |step| step.fraction)/>
                    <span class="dim">{move || of(activity, |step| step.label.clone())}</span>
                    <span class="dim">{move || of(activity, |step| {
                        let percent = format!("{:.0} %", step.fraction * 100.0);
                        match step.seconds_left {
                            Some(left) => format!("{percent}, {} left", seconds(left)),
                            None => percent,
                        }
                    })}</span>
                </Show>
            </div>
            <span class="unseen" role="status">{word}</span>
        </div>
    }
}
