//! The Dimensions view: the sentence, the figure, its legend, and the table.

mod figure;
mod inspector;
mod queries;
mod table;

pub use inspector::Inspector;

use std::sync::Arc;

use leptos::prelude::*;
use strum::VariantArray;

use super::ranks::{GROUPS, group_colour};
use super::relation::relation_csv;
use super::settings::DimensionsSettings;
use crate::figures::scatter::bins;
use crate::figures::{ColourBy, Colouring, Legend, Marks, Panels};
use crate::link::Source;
use crate::problem::count;

use crate::page::controls::{FilterNote, choices_of, menu, save_button};
use crate::page::legend::{scale_key, stops};
use crate::page::null_lines::NullLinesQuery;
use crate::page::query::QueryState;
use crate::page::{App, Shown};
use crate::results::{Dimensions, Score};
use figure::Figure;
use queries::DimensionsQueries;
use table::DimensionTable;

/// The view.
#[component]
fn Content() -> impl IntoView {
    let app = App::get();
    let (queries, lines) = (DimensionsQueries::get(), NullLinesQuery::get());
    let colouring = Memo::new(move |_| {
        let shown = app.shown.get()?;
        let by = app.settings::<DimensionsSettings>().colour;
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
            let score = y_score(app, &shown.table);
            let is_there = shown.table.score(score, app.roi(&shown.table)).is_some();
            let is_stopped = matches!(queries.column.get(), QueryState::Stopped);
            (!is_there && is_stopped).then(|| view! {
                <p class="filter">
                    {format!("{} was not queries. ", score.label())}
                    <button class="plain" on:click=move |_| queries.column.ask_again()>"Compute it"</button>
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
                    let relations = queries.relations.ready(|of| of.0 == shown.results_id)?;
                    let null = lines.ready(app);
                    Some(relation_csv(&shown.table, &relations, null.as_deref()))
                },
                move || matches!(queries.relations.get(), QueryState::Ready(_)),
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
            "A simulated study, \u{201c}Shared latents\u{201d}: {} networks and four subjects see the same 120 images. All of them share {} latent dimensions; each network has {} private ones, each subject half as many. Every dot is one principal component of one layer of a network. Further right means that other networks predict it better; higher means that brains predict it better. Here the two go together by construction; Chen & Bonner (2025) found the same in real networks and brains. Change the settings, or drop your own files anywhere on this page: they never leave your computer.",
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
    let marks = move || app.settings::<DimensionsSettings>().marks;
    let key = |name: String, colour: String| {
        view! { <span class="key" style=format!("--c:{colour}")>{name}</span> }
    };
    let mean = move || {
        let count = app.shown.get().map_or(1, |shown| bins(shown.table.len()));
        let is_whole = app.settings::<DimensionsSettings>().panels == Panels::One;
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

/// The correlation beside the figure, to three decimals, with how sure it is and what chance gives.
#[component]
fn RelationLine() -> impl IntoView {
    let app = App::get();
    let (queries, lines) = (DimensionsQueries::get(), NullLinesQuery::get());
    let interval = move |roi: usize| {
        let shown = app.shown.get()?;
        let relations = queries.relations.ready(|of| of.0 == shown.results_id)?;
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
                    "In parentheses: 95 % bootstrap interval, {} resamples of networks, seed {}.",
                    resampling.bootstraps, resampling.seed
                )
            })
    };
    let null = move || {
        let shown = app.shown.get()?;
        let null = lines.ready(app)?;
        let roi = app.roi(&shown.table);
        let alignment = null.alignment.get(roi).map_or_else(String::new, |line| {
            format!(
                " and alignment with {} above {line:.3}",
                shown.table.alignment[roi].roi
            )
        });
        Some(format!(
            "Chance (dashed lines): universality above {:.3}{alignment} exceeds the 95th percentile over {} permutations of the stimuli, seed {}.",
            null.universality, null.resampling.permutations, null.resampling.seed
        ))
    };
    view! {
        <p class="dim" title="Spearman correlation of universality and alignment over all dimensions, -1 to 1. The interval comes from resampling networks with replacement">
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

/// The score on the vertical axis.
fn y_score(app: App, table: &Dimensions) -> Score {
    app.settings::<DimensionsSettings>()
        .y_score_of(table, app.roi(table))
}

/// Begins to follow what is on the page.
pub fn start(app: App) {
    provide_context(DimensionsQueries::new(app));
}

/// The page.
pub fn page() -> AnyView {
    view! { <Content/> }.into_any()
}

/// What is drawn, and how.
pub fn controls() -> AnyView {
    let app = App::get();
    let settings = move || app.settings::<DimensionsSettings>();
    let change = move |change: &dyn Fn(&mut DimensionsSettings)| app.update_settings(change);
    // what the results on the page can be asked for
    let scores = Memo::new(move |_| {
        let shown = app.shown.get();
        let table = shown.as_ref().map(|shown| &shown.table);
        let has_brains = table.is_some_and(|table| !table.alignment.is_empty());
        let has_pairs = table.is_some_and(|table| {
            let mut regions = table.alignment.iter();
            regions.any(|region| !region.reliability.is_empty())
        });
        let is_ranked = table.is_some_and(|table| {
            let region = table.alignment.get(app.roi(table));
            region.is_some_and(|region| region.is_ranked)
        });
        Score::VARIANTS
            .iter()
            .copied()
            .filter(|score| match score {
                // what was not brought cannot be computed
                score if table.is_some_and(|table| table.is_precomputed()) => {
                    table.is_some_and(|table| table.score(*score, app.roi(table)).is_some())
                }
                Score::Adjusted | Score::Reliability => has_pairs && !is_ranked,
                Score::Alignment => has_brains && !is_ranked,
                Score::Rsa => has_brains,
                _ => true,
            })
            .collect::<Vec<Score>>()
    });
    let score = move || {
        if let Some(shown) = app.shown.get() {
            return y_score(app, &shown.table);
        }
        let wanted = settings().y_score;
        // without brains nothing can be aligned, as in a table without
        let is_there = scores.with(|scores| scores.contains(&wanted));
        if is_there {
            wanted
        } else {
            Score::VarianceShare
        }
    };
    view! {
                {move || {
                    let choices = scores.get().into_iter().map(|score| (score, score.label().to_owned())).collect();
                    menu("Vertical axis", score().help(), choices, score, move |score| {
                        change(&|settings| settings.y_score = score);
                    })
                }}
                {menu(
                    "Colour by", "What colour shows",
                    choices_of(ColourBy::label),
                    move || settings().colour,
                    move |by| change(&|settings| settings.colour = by),
                )}
                {menu(
                    "Show", "Every dimension, their density, their mean in equal-sized bins of universality, that mean by depth of the layer, or the distributions of the first and the later components",
                    choices_of(Marks::label),
                    move || settings().marks,
                    move |marks| change(&|settings| settings.marks = marks),
                )}
                {menu(
                    "Panels", "One figure, or a small one for each model set, network, subject or region",
                    choices_of(Panels::label),
                    move || settings().panels,
                    move |panels| change(&|settings| settings.panels = panels),
                )}
    }
    .into_any()
}
