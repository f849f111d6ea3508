//! The files table: for each array what it was taken for and why, and the means to change it.

use leptos::prelude::*;

use crate::problem::count;
use crate::study::Entry;
use crate::study::naming::{axes_for, guess_set};
use crate::study::roles::{Axes, Distance, Kind, Role};

use super::reading;
use super::session;
use super::state::App;

/// Rows that are added to the page at once; a long table grows while the page goes on hearing.
const BATCH: usize = 5;

/// The table of what the user brought; nothing before there is anything.
#[component]
pub fn FilesPanel() -> impl IntoView {
    let app = App::get();
    let has_files = Memo::new(move |_| {
        app.has_own_files() && app.collection.with(|collection| !collection.is_empty())
    });
    view! {
        <Show when=move || has_files.get()>
            <Panel/>
        </Show>
    }
}

#[component]
fn Panel() -> impl IntoView {
    let app = App::get();
    let length = Memo::new(move |_| app.collection.with(|collection| collection.entries.len()));
    let summary = move || {
        let pictures = app.collection.with(|collection| collection.pictures.len());
        let scores = app.collection.with(|collection| collection.scores.len());
        let mut text = match (length.get(), scores) {
            (0, 1..) => String::new(),
            (arrays, _) => count(arrays, "array", "arrays"),
        };
        if scores > 0 {
            let separator = if text.is_empty() { "" } else { ", " };
            text.push_str(separator);
            text.push_str(&count(scores, "table of scores", "tables of scores"));
        }
        if pictures > 0 {
            text.push_str(&format!(", {}", count(pictures, "picture", "pictures")));
        }
        text
    };
    // The toggle event also fires when the signal itself opens or closes the panel.
    let toggled = move |event: web_sys::Event| {
        let element: web_sys::Element = event_target(&event);
        app.files_open.set(element.has_attribute("open"));
    };
    let shown = RwSignal::new(0_usize);
    Effect::new(move |_| {
        let (now, all) = (shown.get(), length.get());
        if now < all {
            request_animation_frame(move || shown.set((now + BATCH).min(all)));
        } else if now > all {
            shown.set(all);
        }
    });
    view! {
        <details class="files" open=move || app.files_open.get() on:toggle=toggled>
            <summary><b>"Files"</b>" "<span class="dim">{summary}</span></summary>
            <ScoreTables/>
            <Show when=move || length.get() != 0>
            <p class="dim">"What each array was taken for, and why. Change what is wrong before running."</p>
            <div class="scroll">
                <table>
                    <thead><tr>
                        <th>"Array"</th><th>"Taken for"</th><th>"Details"</th><th>"Why"</th>
                    </tr></thead>
                    <tbody>
                        <For each=move || 0..shown.get() key=|place| *place children=move |place| view! { <Row place/> }/>
                    </tbody>
                </table>
            </div>
            </Show>
            <p>
                <button class="plain" on:click=move |_| session::clear_files(app)>"Remove all files"</button>
            </p>
        </details>
    }
}

/// Tables of scores that were computed before: shown as they are.
#[component]
fn ScoreTables() -> impl IntoView {
    let app = App::get();
    move || {
        let scores = app.collection.with(|collection| collection.scores.clone());
        let rows = scores.into_iter().map(|(columns, _)| {
            let rows = count(columns.rows, "dimension", "dimensions");
            let what = format!("{rows}: {}", columns.columns.join(", "));
            view! { <li>{columns.path}" "<span class="dim">{what}</span></li> }
        });
        let rows = rows.collect_view();
        (!rows.is_empty()).then(|| view! { <ul class="scores">{rows}</ul> })
    }
}

#[component]
fn Row(place: usize) -> impl IntoView {
    let app = App::get();
    let entry = Memo::new(move |_| {
        app.collection
            .with(|collection| collection.entries.get(place).cloned())
    });
    let role = move || entry.get().map(|entry| entry.role);
    let edit = move |change: &dyn Fn(&mut Entry)| {
        let mut collection = app.collection.get_untracked();
        if let Some(entry) = collection.entries.get_mut(place) {
            change(entry);
            entry.settled = true;
            entry.reason = "you said so".into();
        }
        reading::accept_edit(app, collection);
    };
    let path = move || {
        entry
            .get()
            .map_or_else(String::new, |entry| entry.survey.path)
    };
    let shape = move || {
        entry.get().map_or_else(String::new, |entry| {
            let sizes: Vec<String> = entry.survey.shape.iter().map(usize::to_string).collect();
            let ids = match entry.survey.ids.as_deref() {
                Some([first, .., last]) => {
                    let ids = entry.survey.ids.as_ref().map_or(0, Vec::len);
                    format!(", {ids} ids, {first} to {last}")
                }
                _ => String::new(),
            };
            format!("{} {}{ids}", sizes.join(" × "), entry.survey.element)
        })
    };
    let set_kind = move |event: web_sys::Event| {
        let chosen = event_target_value(&event)
            .parse::<usize>()
            .ok()
            .and_then(|i| Kind::ALL.get(i).copied());
        if let Some(kind) = chosen {
            edit(&|entry| {
                entry.role.kind = kind;
                entry.role.axes = axes_for(kind, &entry.survey);
            });
        }
    };
    let kind = Memo::new(move |_| role().map(|role| role.kind));
    view! {
        <tr class:left-out=move || kind.get() == Some(Kind::LeftOut)>
            <td class="path">{path}<br/><span class="dim">{shape}</span></td>
            <td>
                <select aria-label=move || format!("Role of {}", path()) on:change=set_kind>
                    {Kind::ALL.into_iter().enumerate().map(|(i, choice)| view! {
                        <option value=i.to_string() selected=move || kind.get() == Some(choice)>{choice.label()}</option>
                    }).collect_view()}
                </select>
            </td>
            <td class="details">{move || kind.get().map(|kind| details(app, entry, kind, edit))}</td>
            <td class="why dim">{move || entry.get().map(|entry| entry.reason)}</td>
        </tr>
    }
}

/// The names that a role needs, as small fields.
fn details(
    app: App,
    entry: Memo<Option<Entry>>,
    kind: Kind,
    edit: impl Fn(&dyn Fn(&mut Entry)) + Copy + Send + Sync + 'static,
) -> AnyView {
    let text = move |label: &'static str, get: fn(&Role) -> String, set: fn(&mut Role, String)| {
        view! {
            <input
                class="name" aria-label=label placeholder=label title=label
                prop:value=move || entry.get().map(|entry| get(&entry.role)).unwrap_or_default()
                on:change=move |event| {
                    let value = event_target_value(&event).trim().to_owned();
                    edit(&|entry| set(&mut entry.role, value.clone()));
                }
            />
        }
    };
    let axes = axes_menu(entry, kind, edit);
    match kind {
        Kind::Activations => view! {
            {text("Network", |role| role.network.clone(), |role, name| role.network = name)}
            {text("Layer", |role| role.layer.clone(), |role, name| role.layer = name)}
            {order_field(entry, edit)}
            {set_field(app, entry)}
            {same_as_field(app, entry)}
            {axes}
        }
        .into_any(),
        Kind::Fitting => view! {
            {text("Network", |role| role.network.clone(), |role, name| role.network = name)}
            {text("Layer", |role| role.layer.clone(), |role, name| role.layer = name)}
            {axes}
        }
        .into_any(),
        Kind::Rdm => view! {
            {text("Region", |role| role.roi.clone(), |role, name| role.roi = name)}
            {text("Subject", |role| role.subject.clone(), |role, name| role.subject = name)}
            {distance_menu(entry, edit)}
            {axes}
        }
        .into_any(),
        Kind::Responses => view! {
            {text("Region", |role| role.roi.clone(), |role, name| role.roi = name)}
            {text("Subject", |role| role.subject.clone(), |role, name| role.subject = name)}
            {axes}
        }
        .into_any(),
        Kind::FurtherRdm => view! {
            {text("Name", |role| role.roi.clone(), |role, name| role.roi = name)}
            {axes}
        }
        .into_any(),
        Kind::LeftOut => ().into_any(),
    }
}

fn order_field(
    entry: Memo<Option<Entry>>,
    edit: impl Fn(&dyn Fn(&mut Entry)) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    view! {
        <input
            class="order" type="number" min="0" aria-label="Order" placeholder="order"
            title="Place of the layer in its network; empty for the order of names"
            prop:value=move || entry.get().and_then(|entry| entry.role.depth).map_or_else(String::new, |depth| depth.to_string())
            on:change=move |event| {
                let depth = event_target_value(&event).trim().parse().ok();
                edit(&|entry| entry.role.depth = depth);
            }
        />
    }
}

fn set_field(app: App, entry: Memo<Option<Entry>>) -> impl IntoView {
    let network = move || {
        entry
            .get()
            .map(|entry| entry.role.network)
            .unwrap_or_default()
    };
    let set = move || {
        let network = network();
        app.collection
            .with(|collection| collection.context.settings.sets.get(&network).cloned())
            .unwrap_or_else(|| guess_set(&network).to_owned())
    };
    let change = move |event: web_sys::Event| {
        let mut collection = app.collection.get_untracked();
        let name = event_target_value(&event).trim().to_owned();
        let network = entry
            .get_untracked()
            .map(|entry| entry.role.network)
            .unwrap_or_default();
        collection.context.settings.sets.insert(network, name);
        reading::accept_edit(app, collection);
    };
    view! {
        <input
            class="name" aria-label="Model set" placeholder="Model set" title="Model set of the network"
            prop:value=set on:change=change
        />
    }
}

fn same_as_field(app: App, entry: Memo<Option<Entry>>) -> impl IntoView {
    let network = move || {
        let entry = entry.get();
        entry.map_or_else(String::new, |entry| entry.role.network)
    };
    let group = move || {
        let network = network();
        app.collection.with(|collection| {
            let groups = &collection.context.settings.same_as;
            groups.get(&network).cloned().unwrap_or_default()
        })
    };
    let change = move |event: web_sys::Event| {
        let mut collection = app.collection.get_untracked();
        let name = event_target_value(&event).trim().to_owned();
        let groups = &mut collection.context.settings.same_as;
        if name.is_empty() {
            groups.remove(&network());
        } else {
            groups.insert(network(), name);
        }
        reading::accept_edit(app, collection);
    };
    view! {
        <input
            class="name" aria-label="Same as" placeholder="Same as"
            title="Networks with the same word here, say one trained from two seeds, are copies that do not predict each other"
            prop:value=group on:change=change
        />
    }
}

fn distance_menu(
    entry: Memo<Option<Entry>>,
    edit: impl Fn(&dyn Fn(&mut Entry)) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let is = move |distance| {
        entry
            .get()
            .is_some_and(|entry| entry.role.distance == distance)
    };
    let change = move |event: web_sys::Event| {
        let chosen = event_target_value(&event)
            .parse::<usize>()
            .ok()
            .and_then(|i| Distance::ALL.get(i).copied());
        if let Some(distance) = chosen {
            edit(&|entry| entry.role.distance = distance);
        }
    };
    view! {
        <select aria-label="Distance" title="Which distance the RDM holds" on:change=change>
            {Distance::ALL.into_iter().enumerate().map(|(i, distance)| view! {
                <option value=i.to_string() selected=move || is(distance)>{distance.label()}</option>
            }).collect_view()}
        </select>
    }
}

/// A menu of the ways to read the axes, where there is more than one.
fn axes_menu(
    entry: Memo<Option<Entry>>,
    kind: Kind,
    edit: impl Fn(&dyn Fn(&mut Entry)) + Copy + Send + Sync + 'static,
) -> Option<impl IntoView> {
    let shape = entry
        .get_untracked()
        .map(|entry| entry.survey.shape)
        .unwrap_or_default();
    let choices: Vec<Axes> = Axes::choices(kind, &shape);
    if choices.len() < 2 {
        return None;
    }
    let of_menu = choices.clone();
    let change = move |event: web_sys::Event| {
        let chosen = event_target_value(&event)
            .parse::<usize>()
            .ok()
            .and_then(|i| choices.get(i).copied());
        if let Some(axes) = chosen {
            edit(&|entry| entry.role.axes = axes);
        }
    };
    Some(view! {
        <select aria-label="Axes" title="What the axes of the array are" on:change=change>
            {of_menu.into_iter().enumerate().map(|(i, axes)| view! {
                <option value=i.to_string() selected=move || entry.get().is_some_and(|entry| entry.role.axes == axes)>
                    {axes.label()}
                </option>
            }).collect_view()}
        </select>
    })
}
