//! What happens: a visit begins, links are opened, files are taken off the page, the history goes back and forth.

use std::collections::BTreeSet;

use leptos::prelude::*;
use wasm_bindgen::prelude::*;

use crate::analysis::demo::Knobs;
use crate::link::history::Step;
use crate::link::{Link, Opened, Source};
use crate::options::PartialOptions;
use crate::problem::{Problem, count};
use crate::run_state::Activity;
use crate::study::Collection;
use crate::views::LINKED;

use super::address_bar::{
    current_hash, follow_presses, hold_address, keep_address, settle, settle_address,
    untracked_hash, would_lose, write,
};
use super::hosted::open_hosted;
use super::reading::match_pictures;
use super::runs::{cancel, forget_aside, show_demo};
use crate::page::App;
use crate::page::browser;
use crate::page::question::Question;
use crate::page::unopened::Unopened;

/// The page that may connect to other servers, beside the one that may not.
pub const HOSTED_PAGE: &str = "hosted.html";

/// Begins a visit: opens what the address asks for, follows the history, and keeps the address.
pub fn start(app: App) {
    let is_pressed = follow_presses();
    let hash = current_hash();
    app.history.update_value(|history| {
        history.arrives(&hash);
    });
    open_hash(app);
    for event in ["popstate", "hashchange"] {
        let listener = window_event_listener_untyped(event, move |_| {
            let hash = current_hash();
            // both events tell of one step
            let is_new = (app.history).try_update_value(|history| history.arrives(&hash));
            if is_new != Some(true) {
                return;
            }
            if hash == untracked_hash(app) {
                // back from a link that was not opened
                app.history.update_value(|history| {
                    history.release();
                    history.opened(&hash);
                });
                if is_fetching(app) {
                    cancel(app);
                }
                app.unopened.set(None);
            } else {
                open_hash(app);
            }
        });
        on_cleanup(move || listener.remove());
    }
    keep_address(app, is_pressed);
    follow_theme(app);
}

fn is_fetching(app: App) -> bool {
    let activity = app.schedule.activity();
    activity.with_untracked(|activity| matches!(activity, Activity::Fetching(_)))
}

/// Opens what the address asks for, after a question if an analysis would be ended by it.
fn open_hash(app: App) {
    if app.schedule.is_analysing() {
        // the address is again that of what is on the page
        let back = move || {
            let hash = untracked_hash(app);
            app.history.update_value(|history| history.opened(&hash));
            write(Step::Push, &hash);
        };
        app.question.set(Some(Question::new(
            "An analysis is running. Opening this link ends it.",
            ("End it and open the link", move || {
                cancel(app);
                open_now(app);
            }),
            ("Keep it running", back),
        )));
    } else {
        open_now(app);
    }
}

fn open_now(app: App) {
    match Link::parse(&current_hash(), LINKED) {
        Ok(Opened { link, refused }) => {
            app.unopened.set(None);
            app.refused.set(refused);
            open(app, link);
        }
        Err(problem) => {
            app.refused.set(Vec::new());
            if !untrack(|| app.is_busy()) {
                begin_bare(app);
            }
            hold_address(app);
            app.unopened.set(Some(Unopened::Unreadable(problem)));
        }
    }
}

/// Tries to open the link in the address once more.
pub fn open_again(app: App) {
    let is_unreadable = app
        .unopened
        .with_untracked(|unopened| matches!(unopened, Some(Unopened::Unreadable(_))));
    // a newer version of the page may read it
    if is_unreadable && untrack(|| app.is_bare()) && location().reload().is_ok() {
        return;
    }
    open_hash(app);
}

/// Puts a link that was not opened away: the address is again that of what is on the page.
pub fn dismiss_unopened(app: App) {
    app.unopened.set(None);
    app.history.update_value(|history| history.release());
    if !untrack(|| app.is_bare()) {
        settle_address(app);
    }
}

/// A page on which there is nothing yet, not even the demo.
fn begin_bare(app: App) {
    let is_first =
        app.shown.with_untracked(Option::is_none) && app.loaded.with_value(Option::is_none);
    if is_first {
        app.source.set(Source::OwnFiles);
    }
}

fn open(app: App, link: Link) {
    let is_loaded = app
        .loaded
        .with_value(|loaded| *loaded == Some(link.source.clone()));
    match link.source.clone() {
        Source::Hosted(_) if is_loaded => take_back(app, link),
        Source::Hosted(_) => {
            begin_bare(app);
            hold_address(app);
            app.messages.set(Vec::new());
            if browser::may_connect() {
                open_hosted(app, link);
            } else if would_lose(app) {
                app.unopened.set(Some(Unopened::Elsewhere));
            } else {
                leave_for(&format!("{HOSTED_PAGE}#{}", current_hash()));
            }
            return;
        }
        Source::OwnFiles if is_loaded => take_back(app, link),
        source => {
            let before = app.source.get_untracked();
            let options_before = app.options.get_untracked();
            let is_own = source == Source::OwnFiles;
            let knobs = match source {
                Source::Demo(knobs) => knobs,
                _ => Knobs::default(),
            };
            let is_shown = app.shown.with_untracked(Option::is_some);
            app.said.set(link.options);
            app.view.set(link.view);
            let same_options = app.options.get_untracked() == options_before;
            app.history.update_value(|history| history.release());
            app.messages.set(Vec::new());
            if is_own {
                app.tell(
                    Problem::warning("", "This link carries the settings of somebody\u{2019}s own files, not the files")
                        .hint("Drop the files here to see them with these settings; meanwhile the demo is shown"),
                );
            }
            if !(is_shown && before == Source::Demo(knobs) && same_options) {
                show_demo(app, knobs);
            }
            if is_own {
                // what the link says is of files that may still come
                hold_address(app);
                return;
            }
        }
    }
    settle(app);
}

/// Shows what is there already as a link says, with the results that it had.
fn take_back(app: App, link: Link) {
    app.said.set(link.options);
    app.view.set(link.view);
    app.runs_at_once.set(link.run);
    app.source.set(link.source);
    app.history.update_value(|history| history.release());
    let is_demo = app
        .shown
        .with_untracked(|shown| shown.as_ref().is_some_and(|shown| shown.is_demo));
    if is_demo {
        app.shown.set(app.aside.get_value());
    }
    forget_aside(app);
}

/// Leaves this page for another.
pub fn leave_for(page: &str) {
    // in the place of this page, to which Back would only lead here again; refused by no browser
    let _ = location().replace(page);
}

fn follow_theme(app: App) {
    let Ok(Some(query)) = window().match_media("(prefers-color-scheme: dark)") else {
        return;
    };
    let on_change = Closure::<dyn FnMut()>::new(move || app.theme.set(browser::theme()));
    query.set_onchange(Some(on_change.as_ref().unchecked_ref()));
    // lives as long as the page
    on_change.forget();
    std::mem::forget(query);
}

/// Takes all files off the page and shows the demo again, once the user agrees.
pub fn clear_files(app: App) {
    let arrays = app.collection.with_untracked(|collection| {
        count(
            collection.entries.len() + collection.scores.len(),
            "array",
            "arrays",
        )
    });
    let has_results = app
        .shown
        .with_untracked(|shown| shown.as_ref().is_some_and(|shown| !shown.is_demo));
    let and_results = if has_results {
        ", what you changed about them and the results"
    } else {
        " and what you changed about them"
    };
    app.question.set(Some(Question::new(
        format!("Remove all files from this page? {arrays}{and_results} will be gone. The files on your computer stay."),
        ("Remove", move || clear_now(app)),
        ("Keep them", || {}),
    )));
}

fn clear_now(app: App) {
    cancel(app);
    app.engine.get_value().forget(app.own_label.get_value());
    app.collection.set(Collection::default());
    app.loaded.set_value(None);
    forget_aside(app);
    app.open_groups.set(BTreeSet::new());
    app.messages.set(Vec::new());
    app.refused.set(Vec::new());
    app.shown.set(None);
    app.said.set(PartialOptions::default());
    app.view.update(|view| view.chosen = None);
    leptos::task::spawn_local(match_pictures(app));
    show_demo(app, Knobs::default());
}
