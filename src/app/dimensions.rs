//! The Dimensions view: the sentence, the figure, its legend, and the table.

use std::sync::Arc;

use leptos::prelude::*;

use crate::figures::scatter::bins;
use crate::figures::{Colouring, Legend, Marks};
use crate::link::Source;
use crate::problem::count;

use super::browser;
use super::figure::Figure;
use super::state::{App, Shown};
use super::table::DimensionTable;

/// Everything in the middle of the page once there are results; what to do before.
#[component]
pub fn DimensionsView() -> impl IntoView {
    let app = App::get();
    let has_results = Memo::new(move |_| app.shown.get().is_some());
    view! {
        <Show when=move || has_results.get() fallback=Waiting>
            <Results/>
        </Show>
    }
}

#[component]
fn Waiting() -> impl IntoView {
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

#[component]
fn Results() -> impl IntoView {
    let app = App::get();
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
        {move || colouring.get().map(|colouring| legend(app, &colouring.legend))}
        <Figure colouring/>
        <div class="under">
            <Relation/>
            <Download/>
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

fn legend(app: App, legend: &Legend) -> impl IntoView + use<> {
    let mean = move || {
        let of_bins = app.shown.get().map_or(1, |shown| bins(shown.table.len()));
        (of_bins > 1 && app.view.with(|view| view.marks) != Marks::Dots).then(|| {
            view! { <span class="key" style="--c:var(--accent)">{format!("Mean of {of_bins} bins")}</span> }
        })
    };
    let keys = match legend {
        Legend::Groups(groups) => groups
            .iter()
            .map(|(name, colour)| view! { <span class="key" style=format!("--c:{}", colour.css())>{name.clone()}</span> })
            .collect_view()
            .into_any(),
        Legend::Scale { from, to, stops } => {
            let stops: Vec<String> = stops.iter().map(|stop| stop.css()).collect();
            view! {
                <span class="scale">
                    {from.clone()}
                    <i style=format!("background:linear-gradient(to right,{})", stops.join(","))></i>
                    {to.clone()}
                </span>
            }
            .into_any()
        }
    };
    view! { <div class="legend">{keys}{mean}</div> }
}

/// The correlation beside the figure, to three decimals, with what it is.
#[component]
fn Relation() -> impl IntoView {
    let app = App::get();
    view! {
        <p class="dim" title="Spearman correlation over all dimensions, from -1 to 1: 1 means that the order of dimensions by universality is their order by alignment">
            {move || app.shown.get().map(|shown| {
                shown.table.alignment.iter().enumerate().map(|(roi, alignment)| {
                    let (rho, _) = shown.table.relation(roi);
                    let rho = if rho.is_nan() { "undefined".to_owned() } else { format!("{rho:.3}") };
                    view! { <span class="relation">"Spearman with "{alignment.roi.clone()}" "<b>{rho}</b></span> }
                }).collect_view()
            })}
        </p>
    }
}

#[component]
fn Download() -> impl IntoView {
    let app = App::get();
    let save = move |_| {
        if let Some(shown) = app.shown.get_untracked()
            && let Ok(text) = shown.table.to_csv()
            && browser::download("dimensions.csv", &text).is_err()
        {
            app.messages.update(|messages| {
                messages.push(
                    crate::problem::Problem::error(
                        "dimensions.csv",
                        "could not be handed to the browser",
                    )
                    .expected("a page that may offer downloads")
                    .hint("Open the page outside of a frame"),
                );
            });
        }
    };
    view! {
        <button disabled=move || app.is_busy() on:click=save>"Download dimensions (CSV)"</button>
    }
}
