//! The chosen dimension: what drives it, and who else has it.

use leptos::prelude::*;

use crate::analysis::Scope;
use crate::blocks::Block;
use crate::engine::Engine;
use crate::stable_sort::{sort_indices, sorted_by};

use super::queries::DimensionsQueries;
use crate::page::gallery::gallery;
use crate::page::{App, Shown};
use crate::results::text::{dimension_name, percent, two_decimals};

/// Stimuli shown at either end.
const ENDS: usize = 8;
/// Predictors shown before the user asks for all.
const FEW: usize = 12;

/// The column of the chosen dimension.
#[component]
pub fn Inspector() -> impl IntoView {
    let app = App::get();
    let chosen = Memo::new(move |_| {
        let shown = app.shown.get()?;
        app.chosen_row(&shown.table)
    });
    view! {
        <h2>"Chosen dimension"</h2>
        {move || {
            let shown = app.shown.get()?;
            let row = chosen.get()?;
            Some(view! {
                <Heading row/>
                {stimuli(app, &shown, row)}
                {(!shown.table.is_precomputed()).then(|| view! {
                    <Predictors row/>
                    <Neighbours row/>
                    <Subjects row/>
                })}
            })
        }}
        <Show when=move || chosen.get().is_none()>
            <p class="dim">"Pick a dot or a row of the table."</p>
        </Show>
    }
}

#[component]
fn Heading(row: usize) -> impl IntoView {
    let app = App::get();
    let shown = app.shown.get()?;
    let table = &shown.table;
    let roi = app.roi(table);
    let alignment = table.alignment.get(roi).map(|alignment| {
        view! { ", alignment with "{alignment.roi.clone()}" "<b>{two_decimals(alignment.scores[row])}</b> }
    });
    Some(view! {
        <div class="name">{dimension_name(table, row)}</div>
        <div class="dim">{table.network_of(row).name.clone()}</div>
        <p>
            "Universality "<b>{two_decimals(table.universality[row])}</b>{alignment}
            "."
            {table.variance_share[row].is_finite().then(|| view! {
                " It has "{percent(table.variance_share[row])}" of its layer\u{2019}s variance."
            })}
        </p>
    })
}

/// The stimuli at both ends of the dimension, as pictures where there are any.
fn stimuli(app: App, shown: &Shown, row: usize) -> Option<impl IntoView + use<>> {
    let layer = shown.table.layer_of(row);
    let Some(Block::F32(scores)) = app.engine.get_value().get(layer.keys.scores) else {
        return None;
    };
    let stimuli = &shown.study.stimuli.ids;
    let n = stimuli.len();
    let component = shown.table.component[row] as usize - 1;
    let scores = scores.get(component * n..(component + 1) * n)?;
    let mut order: Vec<usize> = (0..n).collect();
    sort_indices(&mut order, |a, b| scores[b].total_cmp(&scores[a]));
    let ends = ENDS.min(n / 2);
    let most: Vec<String> = order[..ends].iter().map(|&i| stimuli[i].clone()).collect();
    let least: Vec<String> = order[n - ends..]
        .iter()
        .rev()
        .map(|&i| stimuli[i].clone())
        .collect();
    Some(view! {
        <h2>"Highest-scoring images"</h2>
        {gallery(app, most)}
        <h2>"Lowest-scoring images"</h2>
        {gallery(app, least)}
    })
}

/// A predictor and its score, as a bar.
struct Bar {
    name: String,
    score: f32,
    colour: String,
}

fn highest_first(a: &Bar, b: &Bar) -> std::cmp::Ordering {
    b.score.total_cmp(&a.score)
}

fn bars(bars: Vec<Bar>) -> impl IntoView {
    bars.into_iter()
        .map(|bar| {
            let width = (f64::from(bar.score).max(0.0) * 100.0).min(100.0);
            view! {
                <div class="bar">
                    <span title=bar.name.clone()>{bar.name.clone()}</span>
                    <span class="track"><i style=format!("width:{width:.1}%;background:{}", bar.colour)></i></span>
                    <span class="n">{two_decimals(f64::from(bar.score))}</span>
                </div>
            }
        })
        .collect_view()
}

#[component]
fn Predictors(row: usize) -> impl IntoView {
    let app = App::get();
    let all = RwSignal::new(false);
    let shown = app.shown.get()?;
    let table = &shown.table;
    let mut sets: Vec<&String> = Vec::new();
    for network in &table.networks {
        if !sets.contains(&&network.set) {
            sets.push(&network.set);
        }
    }
    let colours = app
        .theme
        .with(|theme| crate::figures::colour::group_colours(&sets, theme));
    let found: Vec<Bar> = table
        .networks
        .iter()
        .zip(&table.by_network)
        .filter(|(_, scores)| scores[row].is_finite())
        .map(|(network, scores)| Bar {
            name: network.name.clone(),
            score: scores[row],
            colour: sets
                .iter()
                .position(|set| **set == network.set)
                .map_or_else(String::new, |index| colours[index].css()),
        })
        .collect();
    let mut found = sorted_by(found, highest_first);
    let rest = found.split_off(found.len().min(FEW));
    let count = rest.len();
    let rest = StoredValue::new(
        rest.into_iter()
            .map(|bar| (bar.name, bar.score, bar.colour))
            .collect::<Vec<_>>(),
    );
    let more = move || {
        let bars_of_rest = rest
            .get_value()
            .into_iter()
            .map(|(name, score, colour)| Bar {
                name,
                score,
                colour,
            })
            .collect();
        bars(bars_of_rest)
    };
    let help = match shown.options.scope {
        Scope::All => {
            "Correlation of the dimension with its prediction from each other network, on stimuli left out; their median is its universality"
        }
        Scope::WithinSet => {
            "Correlation of the dimension with its prediction from each other network, on stimuli left out; its universality is the median over those of its own model set alone"
        }
    };
    Some(view! {
        <h2 title=help>
            "Predicted by networks"
        </h2>
        {bars(found)}
        <Show when=move || all.get()>{more}</Show>
        <Show when=move || { count > 0 && !all.get() }>
            <button class="plain" on:click=move |_| all.set(true)>{format!("Show {count} more")}</button>
        </Show>
    })
}

#[component]
fn Subjects(row: usize) -> impl IntoView {
    let app = App::get();
    let shown = app.shown.get()?;
    let table = &shown.table;
    let roi = &table.alignment.get(app.roi(table))?.roi;
    let found: Vec<Bar> = table
        .by_brain
        .iter()
        .filter(|brain| brain.roi == *roi)
        .map(|brain| Bar {
            name: brain.subject.clone(),
            score: brain.scores[row],
            colour: "var(--accent)".into(),
        })
        .collect();
    let found = sorted_by(found, highest_first);
    let title = format!("Predicted by subjects, {roi}");
    Some(view! {
        <details>
            <summary>{title}</summary>
            {bars(found)}
        </details>
    })
}

/// The dimensions of other networks that go most with it, whatever their sign.
#[component]
fn Neighbours(row: usize) -> impl IntoView {
    let app = App::get();
    let queries = DimensionsQueries::get();
    let found = move || {
        let shown = app.shown.get()?;
        let of = (shown.results_id, row);
        let found = queries.neighbours.ready(|known| *known == of)?;
        let table = &shown.table;
        let rows = found.iter().map(|&(other, r)| {
            let (name, network) = (
                dimension_name(table, other),
                table.network_of(other).name.clone(),
            );
            let choose = move |_| {
                if let Some(shown) = app.shown.get_untracked() {
                    app.choose(&shown.table, other);
                }
            };
            view! {
                <li><button class="pick" on:click=choose>
                    <span>{network}", "{name}</span><span class="n">{two_decimals(r)}</span>
                </button></li>
            }
        });
        Some(view! { <ul class="neighbours">{rows.collect_view()}</ul> })
    };
    view! {
        <h2 title="Pearson correlation over all stimuli with dimensions of other networks, from -1 to 1; the sign of a component is arbitrary">
            "Most similar dimensions in other networks"
        </h2>
        {found}
    }
}
