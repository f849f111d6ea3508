//! The Networks view: how well networks predict each other, and one line about each.

use std::sync::Arc;

use leptos::prelude::*;

use super::table::{NetworkColumn, NetworkSummary, networks_csv, sorted_networks};
use crate::figures::heatmap::Heatmaps;

use crate::page::App;
use crate::page::controls::{FilterNote, save_button};
use crate::page::heatmap::{HeatmapCanvas, heatmaps};
use crate::page::null_lines::NullLinesQuery;
use crate::results::text::{percent, three_decimals, two_decimals};

/// The view.
#[component]
fn Content() -> impl IntoView {
    let app = App::get();
    let lines = NullLinesQuery::get();
    let summaries = Memo::new(move |_| {
        let null = lines.ready(app).map(|null| null.universality);
        app.shown
            .get()
            .map_or_else(Vec::new, |shown| shown.table.network_summaries(null))
    });
    let finding = move || {
        let summaries = summaries.get();
        let best = summaries
            .iter()
            .filter(|summary| summary.universality.is_finite())
            .max_by(|a, b| a.universality.total_cmp(&b.universality))?;
        Some(view! {
            "The dimensions of "{best.name.clone()}" are the most shared: their median universality is "
            <b>{two_decimals(best.universality)}</b>"."
        })
    };
    view! {
        <p class="read">{finding}</p>
        <FilterNote/>
        <Matrix/>
        <div class="under">
            <p class="dim">"Each cell is the median score of the row network\u{2019}s dimensions when the column network predicts them: a correlation, -1 to 1."</p>
            {save_button(
                "Download networks (CSV)", "networks.csv",
                move || app.shown.get_untracked().map(|shown| networks_csv(&shown.table, &summaries.get_untracked())),
                move || app.shown.get().is_some(),
            )}
        </div>
        <NetworkTable summaries/>
    }
}

/// The matrix of the networks that are shown.
#[component]
fn Matrix() -> impl IntoView {
    let app = App::get();
    let indices = Memo::new(move |_| {
        app.shown.get().map_or_else(Vec::new, |shown| {
            let filter = app.filter(&shown.table);
            (0..filter.len())
                .filter(|&index| filter[index])
                .collect::<Vec<usize>>()
        })
    });
    let matrix = Memo::new(move |_| {
        let shown = app.shown.get();
        shown.map_or_else(Arc::default, |shown| Arc::new(shown.table.network_matrix()))
    });
    let maps = heatmaps(move || {
        let shown = app.shown.get()?;
        let (matrix, indices) = (matrix.get(), indices.get());
        let is_there = matrix.iter().any(|row| !row.is_empty());
        is_there.then(|| Heatmaps::of_networks(&shown.table, &matrix, &indices))
    });
    let tip = move |row: usize, column: usize| {
        let shown = app.shown.get()?;
        let indices = indices.get();
        let (row, column) = (*indices.get(row)?, *indices.get(column)?);
        let score = matrix.with(|matrix| matrix.get(row)?.get(column).copied())?;
        let name = |index: usize| {
            let network = shown.table.networks.get(index);
            network.map(|network| network.name.clone())
        };
        let said = if row == column {
            "a network does not predict itself".to_owned()
        } else {
            two_decimals(score)
        };
        let tip = view! {
            "dimensions of "<b>{name(row)}</b><br/>"predicted by "<b>{name(column)}</b><br/>{said}
        };
        Some(tip.into_any())
    };
    let summary = Signal::derive(move || {
        let count = indices.with(Vec::len);
        Some(format!(
            "Matrix of {count} networks by {count}: how well each column predicts the dimensions of each row. The table that can be downloaded has all numbers."
        ))
    });
    view! { <HeatmapCanvas maps summary tip/> }
}

#[component]
fn NetworkTable(summaries: Memo<Vec<NetworkSummary>>) -> impl IntoView {
    let app = App::get();
    let sorting = RwSignal::new((NetworkColumn::Universality, true));
    let rois = app.rois();
    let head = move |column: NetworkColumn, name: String, help: &'static str, is_number: bool| {
        let state = move || match sorting.get() {
            (now, true) if now == column => "descending",
            (now, false) if now == column => "ascending",
            _ => "none",
        };
        let arrow = move || match state() {
            "descending" => " \u{2193}",
            "ascending" => " \u{2191}",
            _ => "",
        };
        let sort = move |_| {
            sorting.update(|now| {
                *now = if now.0 == column {
                    (column, !now.1)
                } else {
                    (column, is_number)
                };
            });
        };
        view! {
            <th class:n=is_number aria-sort=state title=help>
                <button on:click=sort>{name}{arrow}</button>
            </th>
        }
    };
    let rows = move || {
        let summaries = summaries.get();
        let (column, descending) = sorting.get();
        let filter = app
            .shown
            .get()
            .map_or_else(Vec::new, |shown| app.filter(&shown.table));
        sorted_networks(&summaries, column, descending)
            .into_iter()
            .map(|index| {
                let is_in = filter.get(index).copied().unwrap_or(true);
                network_row(app, &summaries[index], index, is_in)
            })
            .collect_view()
    };
    view! {
        <div class="scroll table">
            <table aria-label="Networks" class="dense">
                <thead><tr>
                    <th title="Which networks all views show">"Show"</th>
                    {head(NetworkColumn::Name, "Network".into(), "The network", false)}
                    {head(NetworkColumn::Set, "Model set".into(), "The model set that it is drawn with; change it in the files table", false)}
                    {head(NetworkColumn::Dimensions, "Dimensions".into(), "Number of its dimensions, over all layers", true)}
                    {head(NetworkColumn::Effective, "Effective".into(), "Effective dimensionality: squared sum of the variances of a layer\u{2019}s components over the sum of their squares, mean over layers. From 1 on: the more, the more evenly variance is spread", true)}
                    {head(NetworkColumn::Universality, "Universality".into(), "Median universality of its dimensions, from -1 to 1", true)}
                    {head(NetworkColumn::AboveNull, "Above null".into(), "Share of its dimensions whose universality is above the null line, which \u{201c}Chance\u{201d} computes", true)}
                    {move || rois.get().into_iter().enumerate().map(|(index, roi)| {
                        head(NetworkColumn::Alignment(index), roi, "Mean alignment of its dimensions with this region, from -1 to 1", true)
                    }).collect_view()}
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

fn network_row(
    app: App,
    summary: &NetworkSummary,
    index: usize,
    is_in: bool,
) -> impl IntoView + use<> {
    let toggle = move |_| {
        let Some(shown) = app.shown.get_untracked() else {
            return;
        };
        let mut filter = app.filter(&shown.table);
        if let Some(is_in) = filter.get_mut(index) {
            *is_in = !*is_in;
        }
        let all = filter.iter().all(|is_in| *is_in);
        let kept = shown.table.networks.iter().zip(&filter);
        let names: Vec<String> = kept
            .filter(|(_, is_in)| **is_in && !all)
            .map(|(network, _)| network.name.clone())
            .collect();
        app.view.update(|view| view.networks = names);
    };
    let above = if summary.above_null.is_nan() {
        "\u{2013}".to_owned()
    } else {
        percent(summary.above_null)
    };
    view! {
        <tr class:left-out=!is_in>
            <td><input type="checkbox" aria-label=format!("Show {}", summary.name) prop:checked=is_in on:change=toggle/></td>
            <td class="name" title=summary.name.clone()>{summary.name.clone()}</td>
            <td>{summary.set.clone()}</td>
            <td class="n">{summary.dimensions}</td>
            <td class="n">{format!("{:.1}", summary.effective_dimensionality)}</td>
            <td class="n">{three_decimals(summary.universality)}</td>
            <td class="n">{above}</td>
            {summary.alignment.iter().map(|score| view! { <td class="n">{three_decimals(*score)}</td> }).collect_view()}
        </tr>
    }
}

/// The page.
pub fn page() -> AnyView {
    view! { <Content/> }.into_any()
}
