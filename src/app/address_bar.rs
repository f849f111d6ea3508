//! What stands in the address: the state of the page, or a link that is not opened.

use leptos::prelude::*;
use wasm_bindgen::prelude::*;

use crate::link::Source;
use crate::link::history::{Moment, Step};
use crate::views::LINKED;

use crate::page::App;
use crate::page::browser;

/// The hash without its `#`.
pub fn current_hash() -> String {
    location()
        .hash()
        .unwrap_or_default()
        .trim_start_matches('#')
        .to_owned()
}

/// The hash of what is on the page.
pub fn untracked_hash(app: App) -> String {
    untrack(|| app.link().to_hash(LINKED))
}

/// What was opened is on the page. An address that says what cannot be stays.
pub fn settle(app: App) {
    match app.refused.with_untracked(Vec::is_empty) {
        true => settle_address(app),
        false => hold_address(app),
    }
}

/// What stands in the address stays, for as long as the page stays as it is.
pub fn hold_address(app: App) {
    let (link, address) = (untrack(|| app.link()), current_hash());
    app.history
        .update_value(|history| history.hold(link, &address));
}

/// Whether something on the page would be lost with it: files of the user's own, or results of others'.
pub fn would_lose(app: App) -> bool {
    let has_files = app
        .collection
        .with_untracked(|collection| !collection.is_empty() || !collection.problems.is_empty());
    let is_own = app
        .loaded
        .with_value(|loaded| *loaded == Some(Source::OwnFiles));
    let has_results = app
        .shown
        .with_untracked(|shown| shown.as_ref().is_some_and(|shown| !shown.is_demo));
    has_files && (is_own || has_results || app.aside.with_value(Option::is_some))
}

/// The address is that of what is on the page, without a step of the history.
pub fn settle_address(app: App) {
    let hash = untracked_hash(app);
    app.history.update_value(|history| {
        history.release();
        history.opened(&hash);
    });
    write(Step::Replace, &hash);
}

/// Writes a hash into the address.
pub fn write(step: Step, hash: &str) {
    let hash = format!("#{hash}");
    if step == Step::Stay || location().hash().is_ok_and(|now| now == hash) {
        return;
    }
    let Ok(history) = window().history() else {
        return;
    };
    // a sandboxed frame may refuse; the page works without
    let _ = match step {
        Step::Push => history.push_state_with_url(&JsValue::NULL, "", Some(&hash)),
        _ => history.replace_state_with_url(&JsValue::NULL, "", Some(&hash)),
    };
}

/// Writes the state into the address: a step of the history for each settled gesture.
pub fn keep_address(app: App, is_pressed: StoredValue<bool>) {
    let is_framed = browser::is_framed();
    Effect::new(move |_| {
        let link = app.link();
        // a link that was not opened stays until something is on the page
        if app.is_bare() && app.history.with_value(|history| history.holds()) {
            return;
        }
        let hash = link.to_hash(LINKED);
        let moment = Moment {
            now: js_sys::Date::now() / 1000.0,
            is_pressed: is_pressed.get_value(),
            is_framed,
        };
        let step = (app.history)
            .try_update_value(|history| history.changed(&link, &hash, moment))
            .unwrap_or(Step::Stay);
        write(step, &hash);
    });
}

/// Whether a button of the mouse, or a finger, is down.
pub fn follow_presses() -> StoredValue<bool> {
    let is_pressed = StoredValue::new(false);
    for (event, now) in [
        ("pointerdown", true),
        ("pointerup", false),
        ("pointercancel", false),
    ] {
        let listener = window_event_listener_untyped(event, move |_| is_pressed.set_value(now));
        on_cleanup(move || listener.remove());
    }
    is_pressed
}
