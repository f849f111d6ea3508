//! What is wrong and what to know, worst first, each with what can be done about it right there. What is said
//! alike of many files is one message.

mod item;

use leptos::prelude::*;

use crate::problem::{Problem, Severity, alike, count};
use crate::stable_sort::{sorted, sorted_by};
use crate::study::Collection;

use super::reading;
use super::runs;
use crate::page::App;
use crate::page::browser;
use item::{Item, ItemView};

/// The longest list that is written out; the rest is counted.
const MOST: usize = 8;

/// Everything to be said about the files and the run.
#[component]
pub fn Messages() -> impl IntoView {
    let app = App::get();
    // notices that the user has read; what is wrong with a file stays until it is settled
    let dismissed = RwSignal::new(Vec::<Problem>::new());
    let all = Memo::new(move |_| {
        let read = dismissed.get();
        let is_new = |item: &Item| {
            item.severity() != Severity::Notice
                || !item.problems.iter().all(|problem| read.contains(problem))
        };
        everything(app)
            .into_iter()
            .filter(is_new)
            .collect::<Vec<Item>>()
    });
    let of = move |is_loud: bool| {
        let wanted = |item: &Item| (item.severity() != Severity::Notice) == is_loud;
        all.get().into_iter().filter(wanted).collect::<Vec<Item>>()
    };
    let loud = Memo::new(move |_| of(true));
    let quiet = Memo::new(move |_| of(false));
    let can_dismiss = move || {
        !app.messages.with(Vec::is_empty)
            || !app.refused.with(Vec::is_empty)
            || quiet.with(|quiet| !quiet.is_empty())
    };
    let dismiss = move |_| {
        app.messages.set(Vec::new());
        app.refused.set(Vec::new());
        let read = quiet
            .get_untracked()
            .into_iter()
            .flat_map(|item| item.problems);
        dismissed.update(|dismissed| dismissed.extend(read));
        move_focus();
    };
    let is_blocked = move || {
        let has_files = app
            .collection
            .with(|collection| !collection.is_empty() || collection.has_unreadable());
        has_files && app.has_own_files() && app.assembly.with(|assembly| assembly.study.is_none())
    };
    let notices = move || quiet.with(|quiet| quiet.iter().map(|item| item.problems.len()).sum());
    view! {
        <div class="messages" class:hidden=move || all.with(Vec::is_empty)>
            <div class="tally">
                <span id="problems" role="alert" tabindex="-1">{move || loud.with(|loud| tally(loud, is_blocked()))}</span>
                <GoOn/>
            </div>
            <List items=loud/>
            <Show when=move || app.assembly.get().may_lend_ids>
                <LendIds/>
            </Show>
            <Show when=move || quiet.with(|quiet| !quiet.is_empty())>
                <details>
                    <summary>{move || count(notices(), "notice", "notices")}</summary>
                    <List items=quiet/>
                </details>
            </Show>
            <Show when=can_dismiss>
                <button class="plain" on:click=dismiss>"Dismiss messages"</button>
            </Show>
        </div>
    }
}

/// Items of all sources, worst first; files that cannot be read before what follows from their lack.
fn everything(app: App) -> Vec<Item> {
    let of_files = app.collection.with(Collection::told_problems);
    let mut of_study = Vec::new();
    if app.has_own_files() && !app.is_bare() {
        of_study.extend(app.assembly.get().problems.iter().cloned());
    }
    if let Some(shown) = app.shown.get().filter(|shown| !shown.is_demo) {
        of_study.extend(shown.warnings.iter().cloned());
    }
    let mut items = Vec::new();
    for (problems, is_of_files) in [
        (of_files, true),
        (of_study, false),
        (app.messages.get(), false),
        (app.refused.get(), false),
    ] {
        items.extend(alike(problems).into_iter().map(|problems| Item {
            is_unreadable: is_of_files && problems.iter().all(Problem::is_error),
            problems,
        }));
    }
    let rank = |item: &Item| match item.severity() {
        Severity::Error => 0,
        Severity::Warning => 1,
        Severity::Notice => 2,
    };
    sorted_by(items, |a, b| rank(a).cmp(&rank(b)))
}

/// `2 errors to settle before the study can run, 1 warning`.
fn tally(loud: &[Item], is_blocked: bool) -> String {
    let number = |severity: Severity| -> usize {
        let items = loud.iter().filter(|item| item.severity() == severity);
        items.map(|item| item.problems.len()).sum()
    };
    let mut parts = Vec::new();
    let (errors, warnings) = (number(Severity::Error), number(Severity::Warning));
    if errors > 0 {
        let errors = count(errors, "error", "errors");
        let end = if is_blocked {
            " to settle before the study can run"
        } else {
            ""
        };
        parts.push(format!("{errors}{end}"));
    }
    if warnings > 0 {
        parts.push(count(warnings, "warning", "warnings"));
    }
    parts.join(", ")
}

/// The first items, and the rest behind a line.
#[component]
fn List(items: Memo<Vec<Item>>) -> impl IntoView {
    let is_long = Memo::new(move |_| items.with(|items| items.len() > MOST));
    let more = move || items.with(|items| items.len().saturating_sub(MOST));
    // one after the other they would fill the screen
    let is_few = Memo::new(move |_| items.with(|items| items.len() <= 3));
    let some = move |from: usize, to: usize| {
        let items = items.get().into_iter();
        items.skip(from).take(to).collect::<Vec<Item>>()
    };
    let key = |item: &Item| format!("{item:?}");
    view! {
        <ul>
            <For each=move || some(0, MOST) key=key children=move |item| view! { <ItemView item is_open=is_few.get_untracked()/> }/>
        </ul>
        <Show when=move || is_long.get()>
            <details>
                <summary>{move || format!("{} more", more())}</summary>
                <ul>
                    <For each=move || some(MOST, usize::MAX) key=key children=move |item| view! { <ItemView item is_open=false/> }/>
                </ul>
            </details>
        </Show>
    }
}

/// The consent to go on without what cannot be read.
#[component]
fn GoOn() -> impl IntoView {
    let app = App::get();
    let unreadable = Memo::new(move |_| {
        app.collection.with(|collection| {
            if !collection.has_unreadable() {
                return None;
            }
            let manifest = collection.manifest.as_ref().map(|(path, _)| path.as_str());
            let errors = collection
                .problems
                .iter()
                .filter(|problem| problem.is_error());
            let mut files = sorted(errors.map(|problem| problem.file.as_str()).collect());
            files.dedup();
            let is_manifest = files.iter().any(|&file| Some(file) == manifest);
            Some(match files.len() {
                _ if is_manifest => "Go on without what cannot be read".to_owned(),
                1 => "Go on without the file that cannot be read".to_owned(),
                n => format!("Go on without the {n} files that cannot be read"),
            })
        })
    });
    let go_on = move |_| {
        reading::edit(app, |collection| {
            collection.context.settings.skip_unreadable = true;
        });
        move_focus();
        if app.collection.with_untracked(Collection::has_scores_alone) {
            runs::show_scores(app);
        }
    };
    move || {
        unreadable
            .get()
            .map(|label| view! { <button on:click=go_on>{label}</button> })
    }
}

/// The button that was pressed is gone with its message: the keyboard goes on at the next one, or at the files.
fn move_focus() {
    set_timeout(
        || {
            browser::focus("files");
            browser::focus("problems");
        },
        std::time::Duration::from_millis(50),
    );
}

/// The consent without which ids of a table are not lent to arrays that have none (METHOD 1).
#[component]
fn LendIds() -> impl IntoView {
    let app = App::get();
    let agree = move |_| {
        reading::edit(app, |collection| {
            collection.context.settings.lend_ids = true;
        });
        move_focus();
    };
    view! {
        <label class="agree">
            <input type="checkbox" on:change=agree/>
            "The rows of all files are in the same order: use the ids of the table for all"
        </label>
    }
}
