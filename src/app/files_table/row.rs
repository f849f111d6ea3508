//! One array: what it is, what it was taken for, and the fields that change that.

use leptos::prelude::*;

use crate::problem::{Problem, Severity, visible};
use crate::study::ArrayId;
use crate::study::naming::axes_for;
use crate::study::roles::Kind;

use super::entry::{Shown, edit, keep_focus};
use super::fields::details;
use crate::page::App;

/// An array; `prefix` begins the row's id on the page, for one array may be shown in two places.
#[component]
pub fn Row(id: ArrayId, prefix: &'static str) -> impl IntoView {
    let app = App::get();
    let shown = Memo::new(move |_| {
        let assembly = app.assembly.get();
        app.collection.with(|collection| {
            let mut entries = collection.entries.iter();
            let entry = entries.find(|entry| entry.id == id)?;
            Some(Shown::new(entry, assembly.matching(id)))
        })
    });
    let text = move |of: fn(&Shown) -> String| move || shown.get().as_ref().map(of);
    let path = text(|shown| shown.path.clone());
    let kind = Memo::new(move |_| shown.get().map(|shown| shown.role.kind));
    let set_kind = move |event: web_sys::Event| {
        keep_focus(&event);
        let index = event_target_value(&event).parse::<usize>().ok();
        let chosen = index.and_then(|index| Kind::ALL.get(index).copied());
        if let Some(kind) = chosen {
            edit(app, id, |entry| {
                entry.role.kind = kind;
                entry.role.axes = axes_for(kind, &entry.survey);
            });
        }
    };
    // in a message it is said already
    let problems = (prefix == "row")
        .then(|| view! { <Problems path=Signal::derive(move || path().unwrap_or_default())/> });
    view! {
        <div class="row" id=format!("{prefix}-{}", id.0) class:left-out=move || kind.get() == Some(Kind::LeftOut)>
            <div><bdi class="path">{move || path().map(|path| visible(&path).into_owned())}</bdi>" "<span class="dim">{text(Shown::what)}</span></div>
            <div class="dim">{text(Shown::stimuli)}</div>
            {problems}
            <div class="fields">
                <label class="field">
                    <span>"Taken for"</span>
                    <select
                        aria-label=move || format!("Role of {}", path().unwrap_or_default())
                        data-field="Role" on:change=set_kind
                    >
                        {Kind::ALL.into_iter().enumerate().map(|(index, choice)| view! {
                            <option value=index.to_string() prop:selected=move || kind.get() == Some(choice)>{choice.label()}</option>
                        }).collect_view()}
                    </select>
                </label>
                {move || kind.get().map(|kind| details(app, id, shown, kind))}
            </div>
            <div class="why dim">{text(|shown| format!("Why: {}", shown.reason))}</div>
        </div>
    }
}

/// What is wrong with an array, in a few words; the message has all of it.
#[component]
fn Problems(path: Signal<String>) -> impl IntoView {
    let app = App::get();
    let mine = move || {
        let (assembly, path) = (app.assembly.get(), path.get());
        let problems = assembly.problems.iter();
        let mine =
            problems.filter(|problem| problem.file == path && problem.severity != Severity::Notice);
        mine.cloned().collect::<Vec<Problem>>()
    };
    move || {
        mine()
            .into_iter()
            .map(|problem| {
                let (class, word) = match problem.severity {
                    Severity::Error => ("error", "Error"),
                    _ => ("warning", "Warning"),
                };
                view! { <div><span class=format!("badge {class}")>{word}</span>" "{problem.found}</div> }
            })
            .collect_view()
    }
}
