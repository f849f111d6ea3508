//! The Reduced RSA view: networks cut down to few dimensions, against brains.

use leptos::html;
use leptos::prelude::*;

use super::ReducedRsaView;
use super::analysis::Keep;
use super::curves::{ReducedRsaTable, reduced_csv};
use super::figure::{ReducedFigure, keep_colour};
use crate::analysis::Resampling;
use crate::math::summary::mean;

use crate::page::App;
use crate::page::controls::{FilterNote, save_button};
use crate::page::plot::{follow, paint};
use crate::page::query::{Instead, Query, QueryState, Tells, results, secondary};
use crate::results::text::{three_decimals, two_decimals};
use crate::views::View;
use crate::workflow::Progress;

/// RSA with reduced networks, of results, draws and their seed.
#[derive(Clone, Copy)]
struct ReducedQuery(Query<(u32, usize, u64), ReducedRsaTable>);

/// The view.
#[component]
fn Content() -> impl IntoView {
    let app = App::get();
    let query = expect_context::<ReducedQuery>().0;
    let has_brains = move || {
        let shown = app.shown.get();
        shown.is_none_or(|shown| !shown.study.brains.is_empty())
    };
    view! {
        <Show when=has_brains fallback=|| view! {
            <p class="read waiting">"This view compares networks with brains. Add brain RDMs or responses for the same images."</p>
        }>
            <Instead query what="The comparison"/>
            <Show when=move || matches!(query.get(), QueryState::Ready(_))><Reduced/></Show>
        </Show>
    }
}

#[component]
fn Reduced() -> impl IntoView {
    let app = App::get();
    let query = expect_context::<ReducedQuery>().0;
    let table = move || match query.get() {
        QueryState::Ready(table) => Some(table),
        _ => None,
    };
    let figure = move || {
        let (shown, table) = (app.shown.get()?, table()?);
        let filter = app.filter(&shown.table);
        ReducedFigure::new(&table, app.roi(&shown.table), |network| {
            filter.get(network).copied().unwrap_or(false)
        })
    };
    let finding = move || {
        let (shown, figure) = (app.shown.get()?, figure()?);
        let filter = app.filter(&shown.table);
        let kept = filter.iter().filter(|is_in| **is_in).count();
        let networks =
            (kept < filter.len()).then(|| format!("{kept} of {} networks", filter.len()));
        let region = shown.table.alignment.get(app.roi(&shown.table))?;
        let found = figure.finding(&region.roi, networks.as_deref());
        Some(view! { {found.before}<b>{found.number}</b>{found.after} })
    };
    let canvas: NodeRef<html::Canvas> = NodeRef::new();
    let width = RwSignal::new(0.0_f64);
    follow(canvas, width, move |canvas, across| {
        let (figure, theme) = (figure()?, app.theme.get());
        let canvas = canvas.clone();
        Some(Box::new(move || paint(&canvas, &figure, across, &theme)))
    });
    let legend = move || {
        let theme = app.theme.get();
        Keep::ALL.map(|keep| {
            let colour = keep_colour(keep, &theme).css();
            view! { <span class="key" style=format!("--c:{colour}")>{keep.label()}</span> }
        })
    };
    let summary = move || {
        figure().map(|figure| {
            let all = two_decimals(mean(figure.all.iter().copied()));
            format!("Representational similarity to brains with all dimensions kept, {all}, against 10, 5 and 1 of the most universal, of the highest variance, of the least universal and random ones; below, over the number kept from 1 to {}. The table below has the numbers.", figure.band.len())
        })
    };
    view! {
        <p class="read">{finding}</p>
        <FilterNote/>
        <p class="intro">"The layer of each network is chosen on one half of the stimuli and scored on the other half: Spearman correlation between its RDM and each subject\u{2019}s, -1 to 1. Dots are subjects, bars the mean over networks; the grey band around random dimensions contains 95 % of the draws."</p>
        <div class="legend">{legend}</div>
        <div class="figure">
            <canvas role="img" aria-label=summary node_ref=canvas></canvas>
        </div>
        <div class="under">
            <p class="dim">{move || app.resampling.with(|r| format!("{} random draws, seed {}.", r.draws, r.seed))}</p>
            {save_button(
                "Download reduced RSA (CSV)", "rsa_reduced.csv",
                move || {
                    let shown = app.shown.get_untracked()?;
                    let names: Vec<String> = shown.table.networks.iter().map(|network| network.name.clone()).collect();
                    table().map(|table| reduced_csv(&table, &names))
                },
                move || table().is_some(),
            )}
        </div>
        <NetworkLines/>
    }
}

/// One line for each network with the means over subjects.
#[component]
fn NetworkLines() -> impl IntoView {
    let app = App::get();
    let query = expect_context::<ReducedQuery>().0;
    let rows = move || {
        let shown = app.shown.get()?;
        let QueryState::Ready(table) = query.get() else {
            return None;
        };
        let (roi, filter) = (app.roi(&shown.table), app.filter(&shown.table));
        let rows = table
            .curves
            .iter()
            .filter(|curves| curves.region == roi && filter.get(curves.network) == Some(&true))
            .map(|curves| {
                let name = shown.table.networks[curves.network].name.clone();
                let cell = |score: f64| view! { <td class="n">{three_decimals(score)}</td> };
                view! {
                    <tr>
                        <td class="name" title=name.clone()>{name.clone()}</td><td class="name">{curves.layer.clone()}</td>
                        {cell(curves.mean_of_all())}
                        {[10, 5, 1].map(|count| cell(curves.mean(Keep::Top, count)))}
                        {cell(curves.mean(Keep::Variance, 5))}
                        {cell(curves.mean(Keep::Bottom, 5))}
                        {cell(curves.mean(Keep::Random, 5))}
                    </tr>
                }
            })
            .collect_view();
        Some(rows)
    };
    let head =
        |name: &'static str, help: &'static str| view! { <th class="n" title=help>{name}</th> };
    view! {
        <div class="scroll table">
            <table aria-label="Reduced RSA" class="dense">
                <thead><tr>
                    <th>"Network"</th><th title="Chosen on the other half of the stimuli">"Layer"</th>
                    {head("All", "RSA with all dimensions kept: mean over subjects of Spearman correlations, -1 to 1")}
                    {head("Top 10", "With the ten most universal dimensions kept")}
                    {head("Top 5", "With the five most universal dimensions kept")}
                    {head("Top 1", "With the most universal dimension kept")}
                    {head("Variance 5", "With the five dimensions of highest variance kept")}
                    {head("Bottom 5", "With the five least universal dimensions kept")}
                    {head("Random 5", "With five random dimensions kept: mean over draws")}
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

/// Begins to follow what is on the page.
pub fn start(app: App) {
    provide_context(ReducedQuery(query(app)));
}

/// The page.
pub fn page() -> AnyView {
    view! { <Content/> }.into_any()
}

fn query(app: App) -> Query<(u32, usize, u64), ReducedRsaTable> {
    Query::new(
        app,
        Tells::Progress,
        move || {
            let shown = app
                .analysed()
                .filter(|_| app.is_open(ReducedRsaView::NAME))?;
            let resampling = app.resampling.get();
            let has_brains = !shown.study.brains.is_empty();
            has_brains.then_some((shown.results_id, resampling.draws, resampling.seed))
        },
        async move |(_, draws, seed): (u32, usize, u64), report: &dyn Fn(Progress)| {
            let (engine, shown) = (app.engine.get_value(), results(app)?);
            let resampling = Resampling {
                draws,
                seed,
                ..Resampling::default()
            };
            secondary(&engine, &shown, report)
                .reduced_rsa(resampling)
                .await
        },
    )
}
