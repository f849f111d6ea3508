//! A line of the files table: a network, a region or another use, and its arrays once it is opened.

use std::collections::HashMap;
use std::sync::Arc;

use leptos::prelude::*;

use crate::problem::{count, visible};
use crate::study::naming::guess_set;
use crate::study::roles::{Distance, Kind};
use crate::study::{Entry, Group, Line, Matching};

use super::super::reading;
use super::entry::said;
use super::row::Row;
use crate::page::App;

/// Groups in their order, and the line of each.
pub type Lines = Memo<Arc<(Vec<Group>, HashMap<Group, Line>)>>;

/// Rows that are added to the page at once.
const BATCH: usize = 10;

/// How many things are shown of a list that may be long: some more with each frame.
pub fn growing(
    length: impl Fn() -> usize + Send + Sync + 'static,
    batch: usize,
) -> RwSignal<usize> {
    let shown = RwSignal::new(batch);
    Effect::new(move |_| {
        if shown.get() < length() {
            // the list may be gone by then
            request_animation_frame(move || {
                let _ = shown.try_update(|shown| *shown += batch);
            });
        }
    });
    shown
}

#[component]
pub fn LineView(group: Group, lines: Lines) -> impl IntoView {
    let app = App::get();
    let group = StoredValue::new(group);
    let line = Memo::new(move |_| {
        group.with_value(|group| lines.with(|lines| lines.1.get(group).cloned()))
    });
    let is_open = Memo::new(move |_| {
        group.with_value(|group| app.open_groups.with(|open| open.contains(group)))
    });
    let toggle = move |_| {
        let group = group.get_value();
        app.open_groups.update(|open| {
            if !open.remove(&group) {
                open.insert(group);
            }
        });
    };
    let name = match group.get_value() {
        Group::Network(name) | Group::Region(name) if name.is_empty() => "(no name)".to_owned(),
        Group::Network(name) | Group::Region(name) => name,
        Group::ModelRdms => "RDMs of models and behaviour".to_owned(),
        Group::Fitting => "Activations to fit components on".to_owned(),
        Group::LeftOut => "Left out".to_owned(),
    };
    let numbers = move || line.with(|line| line.as_ref().map(numbers).unwrap_or_default());
    view! {
        <li class:open=move || is_open.get()>
            <div class="line">
                <button class="pick" aria-expanded=move || is_open.get().to_string() on:click=toggle>
                    <bdi>{visible(&name).into_owned()}</bdi>
                    {move || line.get().map(badges)}
                </button>
                {match group.get_value() {
                    Group::Network(name) => view! { {set_field(app, name.clone())} {copies_field(app, name)} }.into_any(),
                    Group::Region(_) => distances_menu(app, group, line).into_any(),
                    _ => ().into_any(),
                }}
                {move || numbers().into_iter().map(|(column, text)| view! { <span class="number"><span class="column">{column}</span>{text}</span> }).collect_view()}
                <span
                    class="how" class:doubtful=move || line.with(|line| line.as_ref().is_some_and(|line| line.is_order_beside_ids))
                    title=move || line.with(|line| line.as_ref().map(matched_in_full))
                >
                    <span class="column">"Matched"</span>
                    {move || line.with(|line| line.as_ref().map(matched))}
                </span>
            </div>
            <Show when=move || is_open.get()>
                <Rows group line/>
            </Show>
        </li>
    }
}

/// What is said of the arrays of a line in between its fields and how they were matched, by column.
fn numbers(line: &Line) -> Vec<(&'static str, String)> {
    let arrays = line.arrays.len();
    match line.group {
        Group::Network(_) => vec![
            ("Layers", line.layers.to_string()),
            (
                "Units",
                match line.units {
                    Some((least, most)) if least == most => most.to_string(),
                    Some((least, most)) => format!("{least} to {most}"),
                    None => "not known".to_owned(),
                },
            ),
        ],
        Group::Region(_) => {
            let responses = arrays - line.rdms.min(arrays);
            let rdms = count(line.rdms, "file of RDMs", "files of RDMs");
            let of_responses = count(responses, "file of responses", "files of responses");
            vec![
                ("Subjects", line.subjects.to_string()),
                (
                    "Holds",
                    match (line.rdms, responses) {
                        (_, 0) => rdms,
                        (0, _) => of_responses,
                        _ => format!("{rdms}, {of_responses}"),
                    },
                ),
            ]
        }
        _ => vec![("Arrays", arrays.to_string())],
    }
}

/// How the arrays of a line were matched, in a word or two; their rows say it in full.
fn matched(line: &Line) -> String {
    let number = |is_wanted: fn(&Matching) -> bool| -> usize {
        let ways = line.matched.iter().filter(|(how, _)| is_wanted(how));
        ways.map(|(_, count)| count).sum()
    };
    let by_id = number(|how| matches!(how, Matching::Ids { .. }));
    let by_order = number(|how| !matches!(how, Matching::Ids { .. }));
    match (by_id, by_order) {
        (0, 0) if line.group == Group::LeftOut => String::new(),
        (0, 0) if line.group == Group::Fitting => "own stimuli".to_owned(),
        (0, 0) => "not yet".to_owned(),
        (_, 0) => "by id".to_owned(),
        (0, _) => "by order".to_owned(),
        _ => format!("{by_order} by order, {by_id} by id"),
    }
}

/// The same in full.
fn matched_in_full(line: &Line) -> String {
    let ways = line.matched.iter();
    let texts: Vec<String> = ways.map(|(how, count)| format!("{count} {how}")).collect();
    texts.join("; ")
}

fn badges(line: Line) -> impl IntoView {
    let badge = |n: usize, class: &'static str, one: &str, many: &str| {
        let text = count(n, one, many);
        (n > 0).then(|| view! { " "<span class=format!("badge {class}")>{text}</span> })
    };
    (
        badge(line.errors, "error", "error", "errors"),
        badge(line.warnings, "warning", "warning", "warnings"),
    )
}

/// The arrays of an open line, and what is changed for all of them.
#[component]
fn Rows(group: StoredValue<Group>, line: Memo<Option<Line>>) -> impl IntoView {
    let app = App::get();
    let arrays = Memo::new(move |_| line.get().map(|line| line.arrays).unwrap_or_default());
    let shown = growing(move || arrays.with(Vec::len), BATCH);
    let now = move || {
        let mut arrays = arrays.get();
        arrays.truncate(shown.get());
        arrays
    };
    view! {
        <div class="rows">
            {rename_field(app, group.get_value())}
            <For each=now key=|id| *id children=move |id| view! { <Row id prefix="row"/> }/>
        </div>
    }
}

/// A field that names a network in all its layers, or a region for all subjects.
fn rename_field(app: App, group: Group) -> Option<impl IntoView> {
    let (label, value) = match &group {
        Group::Network(name) => ("Name of the network in all of these", name.clone()),
        Group::Region(name) => ("Name of the region in all of these", name.clone()),
        _ => return None,
    };
    let rename = move |event: web_sys::Event| {
        let name = event_target_value(&event).trim().to_owned();
        if name.is_empty() {
            return;
        }
        let (old, new) = match &group {
            Group::Network(old) => (old.clone(), Group::Network(name.clone())),
            Group::Region(old) => (old.clone(), Group::Region(name.clone())),
            _ => return,
        };
        app.open_groups.update(|open| {
            open.insert(new);
        });
        reading::edit(app, |collection| {
            let is_network = matches!(group, Group::Network(_));
            let members = collection.entries.iter_mut();
            for entry in members.filter(|entry| Group::of(&entry.role) == group) {
                if is_network {
                    entry.role.network.clone_from(&name);
                } else {
                    entry.role.roi.clone_from(&name);
                }
                said(entry);
            }
            let settings = &mut collection.context.settings;
            for names in [&mut settings.sets, &mut settings.same_as] {
                if let Some(value) = names.remove(&old).filter(|_| is_network) {
                    names.insert(name.clone(), value);
                }
            }
        });
    };
    Some(view! {
        <label class="field all"><span>{label}</span><input class="name" prop:value=value on:change=rename/></label>
    })
}

fn set_field(app: App, network: String) -> impl IntoView {
    let network = StoredValue::new(network);
    let set = move || {
        network.with_value(|network| {
            app.collection
                .with(|collection| collection.context.settings.sets.get(network).cloned())
                .unwrap_or_else(|| guess_set(network).to_owned())
        })
    };
    let change = move |event: web_sys::Event| {
        let name = event_target_value(&event).trim().to_owned();
        reading::edit(app, |collection| {
            let sets = &mut collection.context.settings.sets;
            sets.insert(network.get_value(), name);
        });
    };
    view! {
        <label class="field">
            <span class="column">"Model set"</span>
            <input aria-label="Model set" title="Model set of the network" prop:value=set on:change=change/>
        </label>
    }
}

fn copies_field(app: App, network: String) -> impl IntoView {
    let network = StoredValue::new(network);
    let group = move || {
        let groups = app
            .collection
            .with(|collection| collection.context.settings.same_as.clone());
        network.with_value(|network| groups.get(network).cloned().unwrap_or_default())
    };
    let change = move |event: web_sys::Event| {
        let name = event_target_value(&event).trim().to_owned();
        reading::edit(app, |collection| {
            let groups = &mut collection.context.settings.same_as;
            if name.is_empty() {
                groups.remove(&network.get_value());
            } else {
                groups.insert(network.get_value(), name);
            }
        });
    };
    view! {
        <label class="field">
            <span class="column">"Copies of"</span>
            <input
                aria-label="Same as"
                title="Networks with the same word here, say one trained from two seeds, are copies that do not predict each other"
                prop:value=group on:change=change
            />
        </label>
    }
}

/// One menu for the distance of all RDMs of a region.
fn distances_menu(app: App, group: StoredValue<Group>, line: Memo<Option<Line>>) -> impl IntoView {
    let distance = Memo::new(move |_| line.get().and_then(|line| line.distance));
    let has_rdms = Memo::new(move |_| line.get().is_some_and(|line| line.rdms > 0));
    let change = move |event: web_sys::Event| {
        let index = event_target_value(&event).parse::<usize>().ok();
        let chosen = index.and_then(|index| Distance::ALL.get(index).copied());
        if let Some(distance) = chosen {
            reading::edit(app, |collection| {
                let group = group.get_value();
                let is_of = |entry: &&mut Entry| {
                    entry.role.kind == Kind::Rdm && Group::of(&entry.role) == group
                };
                for entry in collection.entries.iter_mut().filter(is_of) {
                    entry.role.distance = distance;
                    said(entry);
                }
            });
        }
    };
    let menu = move || {
        view! {
            <select aria-label="Distance of all its RDMs" title="Which distance the RDMs hold" on:change=change>
                <option value="" disabled prop:selected=move || distance.get().is_none()>"different ones"</option>
                {Distance::ALL.into_iter().enumerate().map(|(index, choice)| view! {
                    <option value=index.to_string() prop:selected=move || distance.get() == Some(choice)>{choice.label()}</option>
                }).collect_view()}
            </select>
        }
    };
    view! {
        <label class="field"><span class="column">"Distance"</span><Show when=move || has_rdms.get()>{menu}</Show></label>
    }
}
