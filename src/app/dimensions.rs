//! The Dimensions view: the sentence, the figure, its legend, and the table.

use std::sync::Arc;

use leptos::prelude::*;

use crate::figures::colour::scale;
use crate::figures::ranks::{GROUPS, group_colour};
use crate::figures::scatter::bins;
use crate::figures::{Colouring, Legend, Marks, Panels, Rgb};
use crate::link::Source;
use crate::problem::count;
use crate::results::tables::relation_csv;

use super::asked::Found;
use super::computed::Computed;
use super::controls::{FilterNote, save_button};
use super::figure::Figure;
use super::state::{App, Shown};
use super::table::DimensionTable;

/// What to do before there are results.
#[component]
pub fn Waiting() -> impl IntoView {
    let app = App::get();
    let is_ready = move || app.assembly.get().study.is_some();
    view! {
        <p class="read waiting">{move || match (app.is_busy(), app.has_own_files(), is_ready()) {
            (true, _, _) => "One moment.",
            (_, true, true) => "Everything fits together: press Run analysis.",
            (_, true, false) => "Something is still missing: see the messages above.",
            _ => "One moment.",
        }}</p>
    }
}

/// The view.
#[component]
pub fn DimensionsView() -> impl IntoView {
    let app = App::get();
    let computed = Computed::get();
    let colouring = Memo::new(move |_| {
        let shown = app.shown.get()?;
        let by = app.view.with(|view| view.colour);
        Some(Arc::new(
            app.theme
                .with(|theme| Colouring::new(&shown.table, by, theme)),
        ))
    });
    view! {
        <p class="read" id="finding">{move || app.shown.get().map(|shown| finding(&shown, app.roi(&shown.table)))}</p>
        <Show when=move || matches!(app.source.get(), Source::Demo(_))>
            <Introduction/>
        </Show>
        <FilterNote/>
        {move || {
            let shown = app.shown.get()?;
            let score = app.upwards(&shown.table);
            let is_there = shown.table.score(score, app.roi(&shown.table)).is_some();
            let is_stopped = matches!(computed.column.get(), Found::Stopped);
            (!is_there && is_stopped).then(|| view! {
                <p class="filter">
                    {format!("{} was not computed. ", score.label())}
                    <button class="plain" on:click=move |_| computed.column.ask_again()>"Compute it"</button>
                </p>
            })
        }}
        <LegendOf colouring/>
        <Figure colouring/>
        <div class="under">
            <RelationLine/>
            {save_button(
                "Download dimensions (CSV)", "dimensions.csv",
                move || app.shown.get_untracked().map(|shown| shown.table.to_csv()),
                move || !app.is_busy(),
            )}
            {save_button(
                "Download relation (CSV)", "relation.csv",
                move || {
                    let shown = app.shown.get_untracked()?;
                    let relations = computed.relations.ready(|of| of.0 == shown.generation)?;
                    let null = computed.null_lines(app);
                    Some(relation_csv(&shown.table, &relations, null.as_deref()))
                },
                move || matches!(computed.relations.get(), Found::Ready(_)),
            )}
        </div>
        <DimensionTable/>
    }
}

/// What the figure shows, in a sentence with the number in it.
fn finding(shown: &Shown, roi: usize) -> impl IntoView + use<> {
    let Some(alignment) = shown.table.alignment.get(roi) else {
        let universal = shown
            .table
            .universality
            .iter()
            .filter(|score| **score > 0.5)
            .count();
        return view! {
            <b>{universal.to_string()}</b>
            {format!(" of {} are predicted by other networks with a correlation above 0.5. Add brain RDMs to see whether brains have them too.",
                count(shown.table.len(), "dimension", "dimensions"))}
        }
        .into_any();
    };
    let (rho, pairs) = shown.table.relation(roi);
    let roi = &alignment.roi;
    let before = match rho {
        rho if rho.is_nan() => format!(
            "Too few dimensions have both scores to say whether those that networks share are those that {roi} predicts: Spearman "
        ),
        rho if rho >= 0.3 => format!(
            "The dimensions that networks share are the ones that {roi} predicts: Spearman "
        ),
        rho if rho >= 0.1 => format!(
            "The dimensions that networks share tend to be the ones that {roi} predicts: Spearman "
        ),
        rho if rho > -0.1 => format!(
            "Whether networks share a dimension says little about whether {roi} predicts it: Spearman "
        ),
        _ => format!(
            "The dimensions that networks share are not the ones that {roi} predicts: Spearman "
        ),
    };
    let number = if rho.is_nan() {
        "undefined".to_owned()
    } else {
        format!("{rho:.2}")
    };
    view! { {before}<b>{number}</b>{format!(" over {}.", count(pairs, "dimension", "dimensions"))} }
        .into_any()
}

#[component]
fn Introduction() -> impl IntoView {
    let app = App::get();
    let text = move || match app.source.get() {
        Source::Demo(knobs) => format!(
            "A simulated study, \u{201c}Shared latents\u{201d}: {} networks and four people look at the same 120 pictures. All of them respond to {} shared latent dimensions; each network has {} of its own besides, each person half as many. Every dot is one dimension of one layer of a network. The further right, the better other networks predict it; the higher, the better brains do. In real networks and brains Chen & Bonner (2025) found what you see here by construction. Turn the knobs, or drop your own files anywhere on this page: they never leave your computer.",
            knobs.networks, knobs.shared, knobs.private
        ),
        _ => String::new(),
    };
    view! { <p class="intro">{text}</p> }
}

/// What marks and colours mean.
#[component]
fn LegendOf(colouring: Memo<Option<Arc<Colouring>>>) -> impl IntoView {
    let app = App::get();
    let marks = move || app.view.with(|view| view.marks);
    let key = |name: String, colour: String| {
        view! { <span class="key" style=format!("--c:{colour}")>{name}</span> }
    };
    let mean = move || {
        let count = app.shown.get().map_or(1, |shown| bins(shown.table.len()));
        let is_whole = app.view.with(|view| view.panels == Panels::One);
        let has = count > 1
            && !matches!(
                marks(),
                Marks::Dots | Marks::DepthCurves | Marks::RankGroups
            );
        let name = if is_whole {
            format!("Mean of {count} bins")
        } else {
            "Mean".to_owned()
        };
        has.then(|| key(name, "var(--accent)".into()))
    };
    let colours = move || match marks() {
        Marks::Density => {
            scale_key("density 0.01".into(), "10 or more".into(), &stops()).into_any()
        }
        Marks::DepthCurves => {
            scale_key("first layer".into(), "last layer".into(), &stops()).into_any()
        }
        Marks::RankGroups => GROUPS
            .iter()
            .enumerate()
            .map(|(group, (from, to))| {
                key(
                    format!("Components {from} to {to}"),
                    group_colour(group).css(),
                )
            })
            .collect_view()
            .into_any(),
        Marks::Mean => ().into_any(),
        _ => match colouring.get().map(|colouring| colouring.legend.clone()) {
            Some(Legend::Groups(groups)) => groups
                .into_iter()
                .map(|(name, colour)| key(name, colour.css()))
                .collect_view()
                .into_any(),
            Some(Legend::Scale { from, to, stops }) => scale_key(from, to, &stops).into_any(),
            None => ().into_any(),
        },
    };
    view! { <div class="legend">{colours}{mean}</div> }
}

fn stops() -> Vec<Rgb> {
    (0..=8).map(|stop| scale(f64::from(stop) / 8.0)).collect()
}

/// A colour scale with what its ends mean.
pub fn scale_key(from: String, to: String, stops: &[Rgb]) -> impl IntoView + use<> {
    let stops: Vec<String> = stops.iter().map(|stop| stop.css()).collect();
    view! {
        <span class="scale">
            {from}
            <i style=format!("background:linear-gradient(to right,{})", stops.join(","))></i>
            {to}
        </span>
    }
}

/// The correlation beside the figure, to three decimals, with how sure it is and what chance gives.
#[component]
fn RelationLine() -> impl IntoView {
    let app = App::get();
    let computed = Computed::get();
    let interval = move |roi: usize| {
        let shown = app.shown.get()?;
        let relations = computed.relations.ready(|of| of.0 == shown.generation)?;
        let region = &shown.table.alignment.get(roi)?.roi;
        let relation = relations.iter().find(|relation| relation.roi == *region)?;
        let (low, high) = relation.interval;
        (low.is_finite()).then(|| format!(" ({low:.3} to {high:.3})"))
    };
    let how = move || {
        let resampling = app.resampling.get();
        app.shown
            .get()
            .filter(|shown| !shown.table.alignment.is_empty())
            .map(|_| {
                format!(
                    "In brackets the 95 % interval over {} draws of networks, seed {}.",
                    resampling.bootstraps, resampling.seed
                )
            })
    };
    let null = move || {
        let shown = app.shown.get()?;
        let null = computed.null_lines(app)?;
        let roi = app.roi(&shown.table);
        let alignment = null.alignment.get(roi).map_or_else(String::new, |line| {
            format!(
                " and alignment with {} above {line:.3}",
                shown.table.alignment[roi].roi
            )
        });
        Some(format!(
            "Chance: universality above {:.3}{alignment} is beyond the 95th percentile of {} permutations of the stimuli, seed {} (dashed lines).",
            null.universality, null.resampling.permutations, null.resampling.seed
        ))
    };
    view! {
        <p class="dim" title="Spearman correlation over all dimensions, from -1 to 1: 1 means that the order of dimensions by universality is their order by alignment. The interval is by drawing networks with replacement (METHOD 8)">
            {move || app.shown.get().map(|shown| {
                shown.table.alignment.iter().enumerate().map(|(roi, alignment)| {
                    let (rho, _) = shown.table.relation(roi);
                    let rho = if rho.is_nan() { "undefined".to_owned() } else { format!("{rho:.3}") };
                    view! { <span class="relation">"Spearman with "{alignment.roi.clone()}" "<b>{rho}</b>{interval(roi)}</span> }
                }).collect_view()
            })}
            {how}
        </p>
        <p class="dim chance">{null}</p>
    }
}
