//! What happens: a visit begins, files are taken off the page, the history goes back and forth.

use std::collections::BTreeSet;

use leptos::prelude::*;
use wasm_bindgen::prelude::*;

use crate::analysis::demo::Knobs;
use crate::link::{Link, Source};
use crate::options::PartialOptions;
use crate::problem::Problem;
use crate::study::Collection;
use crate::views::LINKED;

use super::hosted::open_hosted;
use super::reading::match_pictures;
use super::runs::{OWN, cancel, show_demo};
use crate::page::App;
use crate::page::browser;

/// Begins a visit: opens what the address asks for, follows the history, and keeps the address.
pub fn start(app: App) {
    open_hash(app);
    for event in ["popstate", "hashchange"] {
        let listener = window_event_listener_untyped(event, move |_| {
            if current_hash() != app.link().to_hash(LINKED) {
                open_hash(app);
            }
        });
        on_cleanup(move || listener.remove());
    }
    keep_address(app);
    follow_theme(app);
}

fn current_hash() -> String {
    location()
        .hash()
        .unwrap_or_default()
        .trim_start_matches('#')
        .to_owned()
}

fn open_hash(app: App) {
    match Link::parse(&current_hash(), LINKED) {
        Ok(link) => open(app, link),
        Err(problem) => {
            app.messages.set(vec![problem]);
            open(app, Link::default());
        }
    }
}

fn open(app: App, link: Link) {
    let before = app.source.get_untracked();
    let is_first = app.shown.with_untracked(Option::is_none) && !app.has_own_files();
    let options_before = app.options.get_untracked();
    app.said.set(link.options);
    let same_options = app.options.get_untracked() == options_before;
    app.view.set(link.view);
    let has_files = app
        .collection
        .with_untracked(|collection| !collection.is_empty());
    match link.source {
        Source::Demo(knobs) => {
            if is_first || before != Source::Demo(knobs) || !same_options {
                show_demo(app, knobs);
            }
        }
        Source::Hosted(address) => {
            if before != Source::Hosted(address.clone()) || !has_files {
                open_hosted(app, address);
            }
        }
        Source::OwnFiles if has_files => {
            app.source.set(Source::OwnFiles);
            if app
                .shown
                .with_untracked(|shown| shown.as_ref().is_some_and(|shown| shown.is_demo))
            {
                // a run of them takes from the block store what it finds there
                app.shown.set(None);
            }
        }
        Source::OwnFiles => {
            app.messages.update(|messages| {
                messages.push(
                    Problem::warning("", "This link carries the settings of somebody's own files, not the files")
                        .hint("Drop the files here to see them with these settings; meanwhile the demo is shown"),
                );
            });
            show_demo(app, Knobs::default());
        }
    }
}

/// Writes the state into the address: a step of the history for what was set, none for what was
/// merely pointed at.
fn keep_address(app: App) {
    let last = StoredValue::new(None::<Link>);
    Effect::new(move |_| {
        let link = app.link();
        let hash = format!("#{}", link.to_hash(LINKED));
        let mut picked_only = link.clone();
        picked_only.view.chosen = None;
        let is_step =
            last.with_value(|last| last.as_ref().is_some_and(|last| *last != picked_only));
        last.set_value(Some(picked_only));
        if location().hash().is_ok_and(|now| now == hash) {
            return;
        }
        let Ok(history) = window().history() else {
            return;
        };
        // a sandboxed frame may refuse; the page works without
        let _ = if is_step {
            history.push_state_with_url(&JsValue::NULL, "", Some(&hash))
        } else {
            history.replace_state_with_url(&JsValue::NULL, "", Some(&hash))
        };
    });
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

/// Takes all files off the page and shows the demo again.
pub fn clear_files(app: App) {
    cancel(app);
    app.engine.get_value().forget(OWN);
    app.collection.set(Collection::default());
    app.open_groups.set(BTreeSet::new());
    app.messages.set(Vec::new());
    app.shown.set(None);
    app.said.set(PartialOptions::default());
    app.view.update(|view| view.chosen = None);
    leptos::task::spawn_local(match_pictures(app));
    show_demo(app, Knobs::default());
}
