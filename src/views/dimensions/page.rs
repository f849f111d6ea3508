//! The Dimensions view: the sentence, the figure, its legend, and the table.

mod correlations;
mod figure;
mod inspector;
mod queries;
mod shown;
mod table;

pub use inspector::Inspector;
pub use shown::ShownSelection;

use std::sync::Arc;

use leptos::prelude::*;
use strum::VariantArray;

use super::ranks::{GROUPS, group_colour};
use super::relation::relation_csv;
use super::settings::DimensionsSettings;
use crate::figures::colour::set_in_words;
use crate::figures::scatter::bins;
use crate::figures::{ColourBy, Colouring, Legend, Marks, Panels};
use crate::link::Source;

use crate::page::controls::{FilterNote, choices_of, menu, save_button};
use crate::page::legend::{scale_key, stops};
use crate::page::null_lines::NullLinesQuery;
use crate::page::query::QueryState;
use crate::page::{App, Shown};
use crate::results::finding::Finding;
use crate::results::text::seconds;
use crate::results::{Score, Selection};
use correlations::Correlations;
use figure::Figure;
use queries::DimensionsQueries;

use table::DimensionTable;

/// The view.
#[component]
fn Content() -> impl IntoView {
    let app = App::get();
    let (queries, lines) = (DimensionsQueries::get(), NullLinesQuery::get());
    let (selection, correlations) = (ShownSelection::of_page(), Correlations::of_page());
    let found = move || {
        let (shown, selection) = (app.shown.get()?, selection.get()?);
        let finding = correlations.chosen()?.finding();
        Some(finding_view(&shown, &selection, finding))
    };
    let part = Memo::new(move |_| {
        selection
            .get()
            .is_some_and(|selection| !selection.is_whole())
    });
    let colouring = Memo::new(move |_| {
        let shown = app.shown.get()?;
        let by = app.settings::<DimensionsSettings>().colour;
        Some(Arc::new(
            app.theme
                .with(|theme| Colouring::new(&shown.table, by, theme)),
        ))
    });
    view! {
        <p class="read" id="finding">{found}</p>
        <ChanceOffer/>
        <Show when=move || matches!(app.source.get(), Source::Demo(_))>
            <Introduction/>
        </Show>
        <FilterNote/>
        {move || {
            let (shown, selection) = (app.shown.get()?, selection.get()?);
            let score = selection.score;
            let is_there = selection.column(&shown.table, selection.roi).is_some();
            let is_stopped = matches!(queries.column.get(), QueryState::Stopped);
            (!is_there && is_stopped).then(|| view! {
                <p class="filter">
                    {format!("{} was not computed. ", score.label())}
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
            <Show when=move || part.get()>
                {save_button(
                    "Download shown dimensions (CSV)", "dimensions_shown.csv",
                    move || {
                        let (shown, selection) = (app.shown.get_untracked()?, selection.get_untracked()?);
                        Some(shown.table.csv_of(selection.rows.iter().map(|&row| row as usize)))
                    },
                    move || !app.is_busy(),
                )}
            </Show>
            {save_button(
                "Download relation (CSV)", "relation.csv",
                move || {
                    let (shown, selection) = (app.shown.get_untracked()?, selection.get_untracked()?);
                    let relations = queries.relations_of(&shown, &selection)?;
                    Some(relation_csv(&relations, lines.ready().as_deref()))
                },
                move || {
                    let (shown, selection) = (app.shown.get(), selection.get());
                    let relations = shown.zip(selection).and_then(|(shown, selection)| {
                        queries.relations_of(&shown, &selection)
                    });
                    relations.is_some()
                },
            )}
        </div>
        <DimensionTable/>
    }
}

/// What the figure shows, in a sentence with the number in it.
fn finding_view(shown: &Shown, selection: &Selection, finding: Finding) -> impl IntoView + use<> {
    let without_brains = shown.table.alignment.is_empty().then(|| {
        let scores = selection.rows.iter().map(|&row| shown.table.universality[row as usize]);
        let universal = scores.filter(|score| *score > 0.5).count();
        let dimensions = selection.dimensions_in_words(&shown.table);
        let add = match shown.table.is_precomputed() {
            true => "",
            false => " Add brain RDMs to see whether brains have them too.",
        };
        view! {
            <b>{universal.to_string()}</b>
            {format!(" of {dimensions} are predicted by other networks with a correlation above 0.5.{add} ")}
        }
    });
    view! { {without_brains}{finding.before}<b>{finding.number}</b>{finding.after} }
}

/// What would make the sentence say more, and how long it takes.
#[component]
fn ChanceOffer() -> impl IntoView {
    let app = App::get();
    let (lines, correlations) = (NullLinesQuery::get(), Correlations::of_page());
    let is_wanted = Memo::new(move |_| {
        let correlation = correlations.chosen();
        correlation.is_some_and(|correlation| correlation.wants_chance())
    });
    let estimate = move || {
        let estimate = lines.estimate(app);
        estimate.map(|estimate| format!(" (about {} on this computer)", seconds(estimate)))
    };
    view! {
        <Show when=move || is_wanted.get()>
            <p class="filter">
                <button class="plain" disabled=move || !lines.can_ask(app) on:click=move |_| lines.ask(app)>
                    "Compute what shuffled images give"
                </button>
                {estimate}
            </p>
        </Show>
    }
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
    let selection = ShownSelection::of_page();
    // the networks and sets that are shown
    let is_shown = move |name: &str| {
        let (Some(shown), Some(selection)) = (app.shown.get(), selection.get()) else {
            return true;
        };
        let networks = shown.table.networks.iter().zip(&selection.networks);
        let mut shown = networks.filter(|(_, is_in)| **is_in);
        shown.any(|(network, _)| network.name == name || set_in_words(&network.set) == name)
    };
    let mean = move || {
        let count = selection
            .get()
            .map_or(1, |selection| bins(selection.rows.len()));
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
                .filter(|(name, _)| is_shown(name))
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
    let (lines, selection) = (NullLinesQuery::get(), ShownSelection::of_page());
    let correlations = Correlations::of_page();
    let all = move || {
        let (shown, selection) = (app.shown.get()?, selection.get()?);
        let of_region = |roi: usize| {
            let correlation = correlations.of_region(roi)?;
            let (rho, known) = correlation.numbers();
            let with = match correlation.score {
                Score::Alignment => correlation.region,
                score => score.in_words(&correlation.region),
            };
            Some(
                view! { <span class="relation">"Spearman with "{with}" "<b>{rho}</b>{known}</span> },
            )
        };
        let regions = selection.regions(&shown.table).into_iter();
        Some(regions.map(of_region).collect_view())
    };
    let how = move || {
        let (shown, selection) = (app.shown.get()?, selection.get()?);
        let resampling = app.resampling.get();
        let networks = selection.networks_in_words();
        let networks = networks.map_or_else(|| "networks".to_owned(), |some| format!("the {some}"));
        (!selection.regions(&shown.table).is_empty()).then(|| {
            format!(
                "In parentheses: 95 % bootstrap interval, {} resamples of {networks}, seed {}.",
                resampling.bootstraps, resampling.seed
            )
        })
    };
    let null = move || {
        let (shown, selection, null) = (app.shown.get()?, selection.get()?, lines.ready()?);
        let roi = selection.roi;
        let region = shown.table.alignment.get(roi);
        let line = null.alignment.get(roi).filter(|line| line.is_finite());
        let alignment = region.zip(line).map_or_else(String::new, |(region, line)| {
            format!(" and alignment with {} above {line:.3}", region.roi)
        });
        Some(format!(
            "Chance (dashed lines): universality above {:.3}{alignment} exceeds the 95th percentile over {} permutations of the stimuli, seed {}. Shuffled images give a correlation as well, because both scores come from the same images: the mean of the same permutations.",
            null.universality, null.resampling.permutations, null.resampling.seed
        ))
    };
    view! {
        <p class="dim" title="Spearman correlation of universality and the score on the vertical axis, over the dimensions shown, -1 to 1. The interval comes from resampling networks with replacement">
            {all}
            {how}
        </p>
        <p class="dim chance">{null}</p>
    }
}

/// Begins to follow what is on the page.
pub fn start(app: App) {
    let selection = ShownSelection::new(app);
    provide_context(selection);
    provide_context(DimensionsQueries::new(app, selection));
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
                    table.is_some_and(|table| {
                        let values = table.score(*score, app.roi(table));
                        values.is_some_and(|values| values.iter().any(|value| value.is_finite()))
                    })
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
            return settings()
                .y_score
                .offered(&shown.table, app.roi(&shown.table));
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
