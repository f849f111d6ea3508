//! The table of dimensions, sortable, a page at a time.

use leptos::prelude::*;

use crate::problem::count;
use crate::results::text::{percent, three_decimals};
use crate::results::{Column, Dimensions, Score, UNIVERSALITY_HELP, sorted_rows};

use super::shown::ShownSelection;
use crate::page::App;

/// Rows on a page.
const PAGE: usize = 12;

/// All dimensions with their scores.
#[component]
pub fn DimensionTable() -> impl IntoView {
    let app = App::get();
    let sorting = RwSignal::new((Column::Universality, true));
    let page = RwSignal::new(0_usize);
    let selection = ShownSelection::of_page();
    let order = Memo::new(move |_| {
        let (column, descending) = sorting.get();
        let shown = app.shown.get().zip(selection.get());
        shown.map_or_else(Vec::new, |(shown, selection)| {
            let mut rows = sorted_rows(&shown.table, column, descending);
            rows.retain(|&row| selection.networks[shown.table.layer_of(row as usize).network]);
            rows
        })
    });
    // beside alignment, the score that the figure shows
    let extra = Memo::new(move |_| {
        let selection = selection.get()?;
        let (score, roi) = (selection.score, selection.roi);
        let is_column = matches!(score, Score::Alignment | Score::VarianceShare);
        (!is_column).then_some((score, roi))
    });
    let rois = app.rois();
    let pages = move || order.with(Vec::len).div_ceil(PAGE).max(1);
    let sort = move |column: Column| {
        sorting.update(|now| {
            // names rise and scores fall when first asked for
            let falls_first =
                !matches!(column, Column::Network | Column::Layer | Column::Component);
            *now = if now.0 == column {
                (column, !now.1)
            } else {
                (column, falls_first)
            };
        });
        page.set(0);
    };
    let head = move |column: Column, name: String, help: &'static str, is_number: bool| {
        let state = move || match sorting.get() {
            (now, true) if now == column => "descending",
            (now, false) if now == column => "ascending",
            _ => "none",
        };
        let arrow = move || match state() {
            "descending" => " ↓",
            "ascending" => " ↑",
            _ => "",
        };
        view! {
            <th class:n=is_number aria-sort=state title=help>
                <button on:click=move |_| sort(column)>{name}{arrow}</button>
            </th>
        }
    };
    let rows = move || {
        let shown = app.shown.get()?;
        let page = page.get().min(pages() - 1);
        let chosen = app.chosen_row(&shown.table);
        let rows: Vec<usize> = order.with(|order| {
            order
                .iter()
                .skip(page * PAGE)
                .take(PAGE)
                .map(|&row| row as usize)
                .collect()
        });
        Some(
            rows.into_iter()
                .map(|row| table_row(app, &shown.table, row, chosen == Some(row), extra.get()))
                .collect_view(),
        )
    };
    let span = move || {
        let from = page.get().min(pages() - 1) * PAGE;
        let all = order.with(Vec::len);
        format!(
            "{} to {} of {}",
            (from + 1).min(all),
            (from + PAGE).min(all),
            count(all, "dimension", "dimensions")
        )
    };
    view! {
        <div class="scroll table">
            <table aria-label="Dimensions">
                <thead><tr>
                    {head(Column::Network, "Network".into(), "The network that the dimension is of", false)}
                    {head(Column::Layer, "Layer".into(), "The layer that the dimension is of", false)}
                    {head(Column::Component, "PC".into(), "Rank of the principal component in its layer, from 1", true)}
                    {head(Column::Variance, "Variance".into(), "Share of the layer's variance over the stimuli", true)}
                    {head(Column::Universality, "Universality".into(), UNIVERSALITY_HELP, true)}
                    {move || rois.get().into_iter().enumerate().map(|(index, roi)| {
                        head(Column::Score(Score::Alignment, index), roi, Score::Alignment.help(), true)
                    }).collect_view()}
                    {move || extra.get().map(|(score, roi)| {
                        head(Column::Score(score, roi), score.label().into(), score.help(), true)
                    })}
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        <div class="pages">
            <button disabled=move || page.get() == 0 on:click=move |_| page.update(|page| *page = page.saturating_sub(1))>"Previous"</button>
            <span class="dim">{span}</span>
            <button disabled=move || pages() <= page.get() + 1 on:click=move |_| page.update(|page| *page += 1)>"Next"</button>
        </div>
    }
}

fn table_row(
    app: App,
    table: &Dimensions,
    row: usize,
    is_chosen: bool,
    extra: Option<(Score, usize)>,
) -> impl IntoView + use<> {
    let choose = move || {
        if let Some(shown) = app.shown.get_untracked() {
            app.choose(&shown.table, row);
        }
    };
    let mut scores: Vec<String> = table
        .alignment
        .iter()
        .map(|alignment| three_decimals(alignment.scores[row]))
        .collect();
    scores.extend(extra.map(|(score, roi)| {
        let values = table.score(score, roi);
        three_decimals(values.map_or(f64::NAN, |values| values[row]))
    }));
    view! {
        <tr class:on=is_chosen aria-selected=is_chosen.to_string() on:click=move |_| choose()>
            <td><button class="pick" on:click=move |_| choose()>{table.network_of(row).name.clone()}</button></td>
            <td>{table.layer_of(row).name.clone()}</td>
            <td class="n">{table.component[row]}</td>
            <td class="n">{percent(table.variance_share[row])}</td>
            <td class="n">{three_decimals(table.universality[row])}</td>
            {scores.into_iter().map(|score| view! { <td class="n">{score}</td> }).collect_view()}
        </tr>
    }
}
