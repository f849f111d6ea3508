//! What is wrong and what to know: errors and warnings in full, notices behind a line.

use leptos::prelude::*;

use crate::order::sorted_by;
use crate::problem::{Problem, Severity, count};

use super::reading;
use super::state::App;

/// Everything to be said about the files and the run, worst first.
#[component]
pub fn Messages() -> impl IntoView {
    let app = App::get();
    let all = Memo::new(move |_| {
        let mut all = app.messages.get();
        if app.has_own_files()
            || app
                .collection
                .with(|collection| !collection.problems.is_empty())
        {
            all.extend(
                app.collection
                    .with(|collection| collection.problems.clone()),
            );
        }
        if app.has_own_files() {
            all.extend(app.assembly.get().problems.iter().cloned());
        }
        if let Some(shown) = app.shown.get().filter(|shown| !shown.is_demo) {
            all.extend(shown.warnings.iter().cloned());
        }
        let rank = |problem: &Problem| match problem.severity {
            Severity::Error => 0,
            Severity::Warning => 1,
            Severity::Notice => 2,
        };
        sorted_by(all, |a, b| rank(a).cmp(&rank(b)))
    });
    let of = move |wanted: fn(Severity) -> bool| {
        all.get()
            .into_iter()
            .filter(|problem| wanted(problem.severity))
            .collect::<Vec<_>>()
    };
    let loud = move || of(|severity| severity != Severity::Notice);
    let quiet = move || of(|severity| severity == Severity::Notice);
    let can_dismiss = move || {
        !app.messages.with(Vec::is_empty)
            || app
                .collection
                .with(|collection| !collection.problems.is_empty())
    };
    let dismiss = move |_| {
        app.messages.set(Vec::new());
        app.collection
            .update(|collection| collection.problems.clear());
    };
    view! {
        <div class="messages" class:hidden=move || all.with(Vec::is_empty)>
            <div role="alert">
                {move || listed(loud())}
                <Show when=move || app.assembly.get().may_lend_ids>
                    <LendIds/>
                </Show>
            </div>
            {move || {
                let notices = quiet();
                (!notices.is_empty()).then(|| view! {
                    <details>
                        <summary>{count(notices.len(), "notice", "notices")}</summary>
                        {listed(notices)}
                    </details>
                })
            }}
            <Show when=can_dismiss>
                <button class="plain" on:click=dismiss>"Dismiss messages"</button>
            </Show>
        </div>
    }
}

/// The longest list that is written out; the rest is counted.
const MOST: usize = 12;

fn listed(problems: Vec<Problem>) -> impl IntoView {
    let more = problems.len().saturating_sub(MOST);
    let rest: Vec<Problem> = problems.iter().skip(MOST).cloned().collect();
    view! {
        <ul>{problems.into_iter().take(MOST).map(item).collect_view()}</ul>
        {(more > 0).then(|| view! {
            <details>
                <summary>{format!("{more} more")}</summary>
                <ul>{rest.into_iter().map(item).collect_view()}</ul>
            </details>
        })}
    }
}

fn item(problem: Problem) -> impl IntoView {
    let (class, word) = match problem.severity {
        Severity::Error => ("error", "Error"),
        Severity::Warning => ("warning", "Warning"),
        Severity::Notice => ("notice", "Notice"),
    };
    view! { <li class=class><b>{word}</b>" "{problem.to_string()}</li> }
}

/// The consent without which ids of a table are not lent to arrays that have none (METHOD 1).
#[component]
fn LendIds() -> impl IntoView {
    let app = App::get();
    let agree = move |_| {
        let mut collection = app.collection.get_untracked();
        collection.context.settings.lend_ids = true;
        reading::accept_edit(app, collection);
    };
    view! {
        <label class="agree">
            <input type="checkbox" on:change=agree/>
            "The rows of all files are in the same order: use the ids of the table for all"
        </label>
    }
}
