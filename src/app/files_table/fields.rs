//! The names and axes that a role needs, as fields with their labels.

use leptos::prelude::*;

use crate::study::ArrayId;
use crate::study::roles::{Axes, Distance, Kind, Role};

use super::entry::{Shown, edit, keep_focus};
use crate::page::App;

/// The fields of a role.
pub fn details(app: App, id: ArrayId, shown: Memo<Option<Shown>>, kind: Kind) -> AnyView {
    let text =
        move |label: &'static str, get: fn(&Role) -> &String, set: fn(&mut Role) -> &mut String| {
            text_field(app, id, shown, label, get, set)
        };
    let network = move || text("Network", |role| &role.network, |role| &mut role.network);
    let layer = move || text("Layer", |role| &role.layer, |role| &mut role.layer);
    let region = move || text("Region", |role| &role.roi, |role| &mut role.roi);
    let subject = move || text("Subject", |role| &role.subject, |role| &mut role.subject);
    let axes = axes_menu(app, id, shown, kind);
    match kind {
        Kind::Activations => {
            view! { {network()} {layer()} {order_field(app, id, shown)} {axes} }.into_any()
        }
        Kind::Fitting => view! { {network()} {layer()} {axes} }.into_any(),
        Kind::Rdm => {
            view! { {region()} {subject()} {distance_menu(app, id, shown)} {axes} }.into_any()
        }
        Kind::Responses => view! { {region()} {subject()} {axes} }.into_any(),
        Kind::ModelRdm => {
            let name = text("Name", |role| &role.roi, |role| &mut role.roi);
            view! { {name} {axes} }.into_any()
        }
        Kind::LeftOut => ().into_any(),
    }
}

fn text_field(
    app: App,
    id: ArrayId,
    shown: Memo<Option<Shown>>,
    label: &'static str,
    get: fn(&Role) -> &String,
    set: fn(&mut Role) -> &mut String,
) -> impl IntoView {
    let value = move || {
        let shown = shown.get();
        shown.map_or_else(String::new, |shown| get(&shown.role).clone())
    };
    // a stack has as many subjects as matrices
    let of_all = move || {
        let shown = shown.get()?;
        let matrices = shown.role.axes.matrices(&shown.shape);
        let count = matrices.filter(|&count| count > 1 && label == "Subject")?;
        Some(format!("Subjects: {count} names, or how they begin"))
    };
    let change = move |event: web_sys::Event| {
        keep_focus(&event);
        let value = event_target_value(&event).trim().to_owned();
        edit(app, id, |entry| *set(&mut entry.role) = value);
    };
    view! {
        <label class="field">
            <span>{move || of_all().unwrap_or_else(|| label.to_owned())}</span>
            <input class="name" aria-label=label data-field=label prop:value=value on:change=change/>
        </label>
    }
}

fn order_field(app: App, id: ArrayId, shown: Memo<Option<Shown>>) -> impl IntoView {
    let value = move || {
        let depth = shown.get().and_then(|shown| shown.role.depth);
        depth.map_or_else(String::new, |depth| depth.to_string())
    };
    let change = move |event: web_sys::Event| {
        keep_focus(&event);
        let depth = event_target_value(&event).trim().parse().ok();
        edit(app, id, |entry| entry.role.depth = depth);
    };
    view! {
        <label class="field">
            <span>"Position of the layer"</span>
            <input
                class="order" type="number" min="0" aria-label="Order" placeholder="by name" data-field="Order"
                title="Position of the layer in its network; empty for the order of names"
                prop:value=value on:change=change
            />
        </label>
    }
}

fn distance_menu(app: App, id: ArrayId, shown: Memo<Option<Shown>>) -> impl IntoView {
    let is = move |distance| {
        shown
            .get()
            .is_some_and(|shown| shown.role.distance == distance)
    };
    let change = move |event: web_sys::Event| {
        let index = event_target_value(&event).parse::<usize>().ok();
        let chosen = index.and_then(|index| Distance::ALL.get(index).copied());
        if let Some(distance) = chosen {
            edit(app, id, |entry| entry.role.distance = distance);
        }
    };
    view! {
        <label class="field">
            <span>"Distance"</span>
            <select aria-label="Distance" title="Which distance the RDM holds" on:change=change>
                {Distance::ALL.into_iter().enumerate().map(|(index, distance)| view! {
                    <option value=index.to_string() prop:selected=move || is(distance)>{distance.label()}</option>
                }).collect_view()}
            </select>
        </label>
    }
}

/// A menu of the ways to read the axes, where there is more than one. What nobody can know is offered only
/// while nobody has said otherwise.
fn axes_menu(app: App, id: ArrayId, shown: Memo<Option<Shown>>, kind: Kind) -> impl IntoView {
    let choices = Memo::new(move |_| {
        let Some(shown) = shown.get() else {
            return Vec::new();
        };
        let mut choices = Axes::choices(kind, &shown.shape);
        choices.retain(|&axes| axes != Axes::Unclear);
        if !choices.contains(&shown.role.axes) {
            choices.insert(0, shown.role.axes);
        }
        choices
    });
    let is = move |axes| shown.get().is_some_and(|shown| shown.role.axes == axes);
    let change = move |event: web_sys::Event| {
        let index = event_target_value(&event).parse::<usize>().ok();
        let chosen = index.and_then(|index| choices.get_untracked().get(index).copied());
        if let Some(axes) = chosen {
            edit(app, id, |entry| entry.role.axes = axes);
        }
    };
    let options = move || {
        let choices = choices.get().into_iter().enumerate();
        choices
            .map(|(index, axes)| view! {
                <option value=index.to_string() prop:selected=move || is(axes)>{axes.label()}</option>
            })
            .collect_view()
    };
    view! {
        <Show when=move || { choices.with(|choices| choices.len() > 1) }>
            <label class="field axes">
                <span>"Axes"</span>
                <select
                    aria-label="Axes" title="What the axes of the array are" class:asked=move || is(Axes::Unclear)
                    on:change=change
                >
                    {options}
                </select>
            </label>
        </Show>
    }
}
