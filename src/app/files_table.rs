//! The files at a glance: a line for each network and each region, which opens to its arrays. For each array
//! what it was taken for and why, how its stimuli were matched, and the means to change it.

mod entry;
mod fields;
mod line;
mod row;

pub use entry::{leave_out, show_row};
pub use row::Row;

use std::collections::HashMap;
use std::sync::Arc;

use leptos::prelude::*;

use crate::problem::{count, visible};
use crate::study::{Collection, Group, Line, overview, ways};

use super::session;
use crate::page::App;
use line::{LineView, Lines, growing};

/// Lines that are added to the page at once; a long table grows while the page goes on hearing.
const BATCH: usize = 30;

/// Ways of matching stimuli that are told above the lines.
const WAYS: usize = 3;

/// The table of what the user brought; nothing before there is anything.
#[component]
pub fn FilesPanel() -> impl IntoView {
    let app = App::get();
    let has_files = Memo::new(move |_| {
        let is_own = app.has_own_files();
        app.collection.with(|collection| {
            // what cannot be read, or is no study yet, can be removed beside the demo as well
            if collection.is_empty() {
                has_more(collection)
            } else {
                is_own
            }
        })
    });
    view! {
        <Show when=move || has_files.get()>
            <Panel/>
        </Show>
    }
}

/// Whether there is anything besides arrays and scores.
fn has_more(collection: &Collection) -> bool {
    let context = &collection.context;
    !context.stimuli.is_empty()
        || !context.names.is_empty()
        || !collection.pictures.is_empty()
        || !collection.problems.is_empty()
        || collection.manifest.is_some()
}

#[component]
fn Panel() -> impl IntoView {
    let app = App::get();
    let lines: Lines = Memo::new(move |_| {
        let assembly = app.assembly.get();
        let lines = app
            .collection
            .with(|collection| overview(&collection.entries, &assembly));
        let order = lines.iter().map(|line| line.group.clone()).collect();
        let by_group: HashMap<Group, Line> = lines
            .into_iter()
            .map(|line| (line.group.clone(), line))
            .collect();
        Arc::new((order, by_group))
    });
    // The toggle event also fires when the signal itself opens or closes the panel.
    let toggled = move |event: web_sys::Event| {
        let element: web_sys::Element = event_target(&event);
        app.files_open.set(element.has_attribute("open"));
    };
    let has_arrays = move || lines.with(|lines| !lines.0.is_empty());
    view! {
        <details class="files" open=move || app.files_open.get() on:toggle=toggled>
            <summary id="files"><b>"Files"</b>" "<span class="dim">{move || summary(app)}</span></summary>
            <ScoreTables/>
            <Show when=has_arrays>
                <p class="dim">{move || intro(&lines.get().1)}</p>
            </Show>
            <Section
                lines title="Networks" class="networks"
                columns=["Network", "Model set", "Copies of", "Layers", "Units", "Matched"].as_slice()
                is_of=|group| matches!(group, Group::Network(_))
            />
            <Section
                lines title="Brains" class="regions"
                columns=["Region", "Distance", "Subjects", "Holds", "Matched"].as_slice()
                is_of=|group| matches!(group, Group::Region(_))
            />
            <Section
                lines title="Other arrays" class="others"
                columns=["Other arrays", "Arrays", "Matched"].as_slice()
                is_of=|group| !matches!(group, Group::Network(_) | Group::Region(_))
            />
            <OtherFiles/>
            <p>
                <button class="plain" on:click=move |_| session::clear_files(app)>"Remove all files"</button>
            </p>
        </details>
    }
}

/// How stimuli were matched, and what lines are for.
fn intro(lines: &HashMap<Group, Line>) -> String {
    let all = lines.values().flat_map(|line| line.matched.iter().cloned());
    let ways = ways(all);
    let texts = ways
        .iter()
        .take(WAYS)
        .map(|(how, n)| format!("{how}: {}", count(*n, "array", "arrays")));
    let mut texts: Vec<String> = texts.collect();
    if ways.len() > WAYS {
        texts.push(format!("and {} more ways", ways.len() - WAYS));
    }
    if texts.is_empty() {
        return "Open a line to see and change what its arrays were taken for.".to_owned();
    }
    format!(
        "Stimuli are matched {}. Open a line to see and change what its arrays were taken for.",
        texts.join("; ")
    )
}

/// `114 arrays, 92 pictures`.
fn summary(app: App) -> String {
    app.collection.with(|collection| {
        let scores = collection.scores.len();
        let pictures = collection.pictures.len();
        let mut parts = Vec::new();
        if scores == 0 || !collection.entries.is_empty() {
            parts.push(count(collection.entries.len(), "array", "arrays"));
        }
        if scores > 0 {
            parts.push(count(scores, "table of scores", "tables of scores"));
        }
        if pictures > 0 {
            parts.push(count(pictures, "picture", "pictures"));
        }
        parts.join(", ")
    })
}

/// Lines of one kind below the names of their columns.
#[component]
fn Section(
    lines: Lines,
    title: &'static str,
    class: &'static str,
    columns: &'static [&'static str],
    is_of: fn(&Group) -> bool,
) -> impl IntoView {
    let groups = Memo::new(move |_| {
        lines.with(|lines| {
            let mine = lines.0.iter().filter(|group| is_of(group));
            mine.cloned().collect::<Vec<Group>>()
        })
    });
    let shown = growing(move || groups.with(Vec::len), BATCH);
    let now = move || {
        let mut groups = groups.get();
        groups.truncate(shown.get());
        groups
    };
    view! {
        <Show when=move || groups.with(|groups| !groups.is_empty())>
            <section class=format!("lines {class}") aria-label=title>
                <div class="line columns" aria-hidden="true">
                    {columns.iter().map(|name| view! { <span>{*name}</span> }).collect_view()}
                </div>
                <ul>
                    <For each=now key=Group::clone children=move |group| view! { <LineView group lines/> }/>
                </ul>
            </section>
        </Show>
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
            let what = format!("{rows}: {}", visible(&columns.columns.join(", ")));
            view! { <li><bdi>{visible(&columns.path).into_owned()}</bdi>" "<span class="dim">{what}</span></li> }
        });
        let rows = rows.collect_view();
        (!rows.is_empty()).then(|| view! { <ul class="scores">{rows}</ul> })
    }
}

/// What goes with the arrays: who the stimuli are, and how they look.
#[component]
fn OtherFiles() -> impl IntoView {
    let app = App::get();
    let files = move || {
        app.collection.with(|collection| {
            let mut files = Vec::new();
            if let Some((path, _)) = &collection.manifest {
                files.push((
                    "Manifest",
                    path.clone(),
                    "says what each file is".to_owned(),
                ));
            }
            for table in &collection.context.stimuli {
                let mut what = vec![count(table.ids.len(), "stimulus", "stimuli")];
                what.extend(table.categories.is_some().then(|| "categories".to_owned()));
                what.extend(
                    table
                        .thumbnails
                        .is_some()
                        .then(|| "names of pictures".to_owned()),
                );
                files.push(("Stimuli table", table.path.clone(), what.join(", ")));
            }
            for (path, names) in &collection.context.names {
                let what = count(names.len(), "name", "names");
                files.push(("List", path.clone(), what));
            }
            let pictures = &collection.pictures;
            if let Some((path, _)) = pictures.first() {
                let what = match pictures.len() {
                    1 => String::new(),
                    n => format!("and {} more", n - 1),
                };
                files.push(("Pictures", path.clone(), what));
            }
            files
        })
    };
    move || {
        let rows = files().into_iter().map(|(kind, path, what)| {
            view! { <li>{kind}": "<bdi>{visible(&path).into_owned()}</bdi>" "<span class="dim">{what}</span></li> }
        });
        let rows = rows.collect_view();
        (!rows.is_empty()).then(|| view! { <ul class="scores">{rows}</ul> })
    }
}
