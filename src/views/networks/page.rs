//! The Networks view: how much of each network the others predict, and one line about each.

use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;
use web_sys::MouseEvent;

use super::figure::NetworkScatter;
use super::table::{
    NetworkColumn, NetworkFinding, NetworkSummary, networks_csv, predictability_csv, share,
    sorted_networks,
};
use crate::figures::colour::{group_colours, set_in_words};
use crate::figures::heatmap::Heatmaps;

use crate::page::App;
use crate::page::controls::{FilterNote, save_button};
use crate::page::heatmap::{HeatmapCanvas, heatmaps};
use crate::page::null_lines::NullLinesQuery;
use crate::page::plot::{follow, paint, pointer_position, scale, tip_class};
use crate::results::text::{one_decimal, percent, three_decimals};

/// How near the pointer must be to a dot, in CSS pixels.
const REACH: f64 = 14.0;

/// The view.
#[component]
fn Content() -> impl IntoView {
    let app = App::get();
    let lines = NullLinesQuery::get();
    let summaries = Memo::new_with_compare(
        move |_| {
            let null = lines.ready().map(|null| null.universality);
            let shown = app.shown.get();
            Arc::new(shown.map_or_else(Vec::new, |shown| shown.table.network_summaries(null)))
        },
        |_, _| true,
    );
    // the networks that are shown, from the one that predicts the others best
    let order = Memo::new(move |_| {
        let shown = app.shown.get();
        let filter = shown.map_or_else(Vec::new, |shown| app.filter(&shown.table));
        let mut order = sorted_networks(&summaries.get(), NetworkColumn::PredictsOthers, true);
        order.retain(|&network| filter.get(network) == Some(&true));
        order
    });
    let has_matrix = Memo::new(move |_| app.analysed().is_some());
    view! {
        <Finding summaries order/>
        <FilterNote/>
        <Show when=move || has_matrix.get()>
            <Scatter summaries order/>
            <p class="dim">"Right: what the network represents is predicted well by a typical other network. Up: it predicts well what a typical other network represents. A network with one dominating component is easily predicted and predicts little. Shares of variance on held-out images, 0 to 100 %. Chance leaves a little above 0: about 1 % with 92 images, less with more."</p>
            <Matrix order/>
            <p class="dim">"Each cell: the share of the variance of the column network that the row network predicts, mean over layers. Rows and columns are in the order of how much of the others they predict."</p>
        </Show>
        <div class="under">
            <p class="dim">{move || app.shown.get().map(|shown| {
                format!("Each share is the median over all {} networks of the study that may predict or be predicted, hidden or not.", shown.table.networks.len())
            }).filter(|_| has_matrix.get())}</p>
            {save_button(
                "Download networks (CSV)", "networks.csv",
                move || app.shown.get_untracked().map(|shown| networks_csv(&shown.table, &summaries.get_untracked())),
                move || app.shown.get().is_some(),
            )}
            <Show when=move || has_matrix.get()>
                {save_button(
                    "Download predictability (CSV)", "predictability.csv",
                    move || app.shown.get_untracked().map(|shown| predictability_csv(&shown.table)),
                    move || app.shown.get().is_some(),
                )}
            </Show>
        </div>
        <NetworkTable summaries/>
    }
}

/// Which network is the most predictable of those shown, and which predicts the others best.
#[component]
fn Finding(summaries: Memo<Arc<Vec<NetworkSummary>>>, order: Memo<Vec<usize>>) -> impl IntoView {
    let app = App::get();
    let finding = move || {
        let (shown, summaries, order) = (app.shown.get()?, summaries.get(), order.get());
        if shown.table.is_precomputed() {
            let what = "These scores were computed before and do not say which network predicts which. Add the activations to see it.";
            return Some(what.into_any());
        }
        // in the order of the table: of equals the first
        let all = summaries.iter().enumerate();
        let shown_ones = all
            .filter(|(network, _)| order.contains(network))
            .map(|(_, summary)| summary);
        let Some(found) = NetworkFinding::of(shown_ones) else {
            let what = "No network may predict another here: at least two that are no copies of each other are needed.";
            return Some(what.into_any());
        };
        let of = match order.len() == summaries.len() {
            true => String::new(),
            false => format!(" of the {} shown", order.len()),
        };
        let (predictable, predictor) = (found.most_predictable, found.best_predictor);
        let view = view! {
            "The most predictable network"{of.clone()}" is "<bdi>{predictable.0}</bdi>": a typical other network predicts "
            <b>{share(predictable.1)}</b>" of its variance. The network"{of}" that predicts the others best is "
            <bdi>{predictor.0}</bdi>": "<b>{share(predictor.1)}</b>" of a typical other\u{2019}s variance."
        };
        Some(view.into_any())
    };
    view! { <p class="read">{finding}</p> }
}

/// The networks that are shown, by how predictable each is and how much of the others it predicts.
#[component]
fn Scatter(summaries: Memo<Arc<Vec<NetworkSummary>>>, order: Memo<Vec<usize>>) -> impl IntoView {
    let app = App::get();
    let canvas: NodeRef<html::Canvas> = NodeRef::new();
    let width = RwSignal::new(0.0_f64);
    let pointed = RwSignal::new(None::<(usize, f64, f64)>);
    // names of model sets and their colours, as in the other figures
    let colours = Memo::new(move |_| {
        let Some(shown) = app.shown.get() else {
            return Vec::new();
        };
        let mut sets: Vec<&String> = Vec::new();
        for network in &shown.table.networks {
            if !sets.contains(&&network.set) {
                sets.push(&network.set);
            }
        }
        let colours = app.theme.with(|theme| group_colours(&sets, theme));
        sets.into_iter().cloned().zip(colours).collect::<Vec<_>>()
    });
    let scatter = move || {
        let (summaries, order, colours) = (summaries.get(), order.get(), colours.get());
        let accent = app.theme.with(|theme| theme.accent);
        NetworkScatter::new(&summaries, &order, |network| {
            let set = summaries.get(network).map(|summary| &summary.set);
            let colour = colours.iter().find(|(name, _)| Some(name) == set);
            colour.map_or(accent, |(_, colour)| *colour)
        })
    };
    follow(canvas, width, move |canvas, across| {
        let (scatter, theme) = (scatter(), app.theme.get());
        let canvas = canvas.clone();
        Some(Box::new(move || {
            pointed.set(None);
            paint(&canvas, &scatter, across, &theme);
        }))
    });
    let point = move |event: MouseEvent| {
        let scatter = untrack(scatter);
        let frame = scatter.frame(width.get_untracked(), scale());
        let under = scatter.network_at(&frame, pointer_position(&event), REACH * scale());
        let at = (f64::from(event.offset_x()), f64::from(event.offset_y()));
        pointed.set(under.map(|network| (network, at.0, at.1)));
    };
    let tip = move || {
        let (network, x, y) = pointed.get()?;
        let summaries = summaries.get();
        let summary = summaries.get(network)?;
        Some(view! {
            <div class=tip_class(x, width.get()) style=format!("left:{x:.0}px;top:{y:.0}px")>
                <b><bdi>{summary.name.clone()}</bdi></b>
                <br/>"a typical other network predicts "{share(summary.shared_variance)}" of its variance"
                <br/>"it predicts "{share(summary.predicts_others)}" of a typical other\u{2019}s"
            </div>
        })
    };
    let legend = move || {
        let (shown, order) = (app.shown.get()?, order.get());
        let is_shown = |set: &String| {
            order
                .iter()
                .any(|&network| shown.table.networks[network].set == *set)
        };
        let colours = colours.get();
        let is_known = colours.iter().any(|(set, _)| !set.is_empty());
        let keys = colours.into_iter().filter(|(set, _)| is_known && is_shown(set)).map(|(set, colour)| {
            view! { <span class="key" style=format!("--c:{}", colour.css())>{set_in_words(&set).to_owned()}</span> }
        });
        Some(keys.collect_view())
    };
    let summary = move || {
        format!(
            "{} networks: across, the share of its variance that a typical other network predicts; upwards, the share of a typical other\u{2019}s variance that it predicts. The table below has all numbers.",
            order.with(Vec::len)
        )
    };
    view! {
        <div class="legend">{legend}</div>
        <div class="figure">
            <canvas role="img" aria-label=summary node_ref=canvas on:mousemove=point on:mouseleave=move |_| pointed.set(None)></canvas>
            {tip}
        </div>
    }
}

/// The matrix of the networks that are shown.
#[component]
fn Matrix(order: Memo<Vec<usize>>) -> impl IntoView {
    let app = App::get();
    let matrix = Memo::new_with_compare(
        move |_| {
            let shown = app.shown.get();
            Arc::new(shown.map_or_else(Vec::new, |shown| shown.table.predictability()))
        },
        |_, _| true,
    );
    let maps = heatmaps(move || {
        let (shown, matrix, order) = (app.shown.get()?, matrix.get(), order.get());
        Some(Heatmaps::of_networks(&shown.table, &matrix, &order))
    });
    let tip = move |row: usize, column: usize| {
        let (shown, order) = (app.shown.get()?, order.get());
        let (row, column) = (*order.get(row)?, *order.get(column)?);
        let predicted = matrix.with(|matrix| matrix.get(row)?.get(column).copied())?;
        let name = |index: usize| {
            let network = shown.table.networks.get(index);
            network.map(|network| network.name.clone())
        };
        let said = match predicted.is_nan() {
            true => "a network predicts neither itself nor its copies".to_owned(),
            false => format!("{} of its variance", share(predicted)),
        };
        let tip = view! {
            <b><bdi>{name(row)}</bdi></b>" predicts"<br/><b><bdi>{name(column)}</bdi></b><br/>{said}
        };
        Some(tip.into_any())
    };
    let summary = Signal::derive(move || {
        let count = order.with(Vec::len);
        Some(format!(
            "Matrix of {count} networks by {count}: the share of the variance of each column that each row predicts. The table that can be downloaded has all numbers."
        ))
    });
    view! { <HeatmapCanvas maps summary tip/> }
}

/// Columns of the table that are there only once they are computed.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Columns {
    predictability: bool,
    coverage: bool,
    null: bool,
}

#[component]
fn NetworkTable(summaries: Memo<Arc<Vec<NetworkSummary>>>) -> impl IntoView {
    let app = App::get();
    let sorting = RwSignal::new((NetworkColumn::PredictsOthers, true));
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
    // what is not computed has no column
    let columns = Memo::new(move |_| {
        summaries.with(|summaries| {
            let any = |value: fn(&NetworkSummary) -> f64| {
                summaries.iter().any(|summary| !value(summary).is_nan())
            };
            Columns {
                predictability: any(|summary| summary.shared_variance)
                    || any(|summary| summary.predicts_others),
                coverage: any(|summary| summary.coverage),
                null: any(|summary| summary.above_null),
            }
        })
    });
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
                network_row(app, &summaries[index], index, is_in, columns.get())
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
                    {move || columns.get().predictability.then(|| view! {
                        {head(NetworkColumn::SharedVariance, "Predictable".into(), "Share of its variance that a typical other network predicts: median over the others, 0 to 100 %", true)}
                        {head(NetworkColumn::PredictsOthers, "Predicts others".into(), "Share of the variance of a typical other network that it predicts: median over the others, 0 to 100 %", true)}
                    })}
                    {move || columns.get().coverage.then(|| {
                        head(NetworkColumn::Coverage, "Coverage".into(), "Mean agreement with the others on the shared dimensions, -1 to 1", true)
                    })}
                    {head(NetworkColumn::Dimensions, "Dimensions".into(), "Number of its dimensions, over all layers", true)}
                    {head(NetworkColumn::EffectiveShared, "Shared".into(), "Effective number of shared components: sum of squared universality over its dimensions. It grows with the layers and units given", true)}
                    {head(NetworkColumn::Effective, "Effective".into(), "Effective dimensionality: squared sum of the variances of a layer\u{2019}s components over the sum of their squares, mean over layers. From 1 on; higher means that variance is spread more evenly", true)}
                    {move || columns.get().null.then(|| {
                        head(NetworkColumn::AboveNull, "Above null".into(), "Share of its dimensions whose universality is above the null line", true)
                    })}
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
    columns: Columns,
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
    let number = |text: String| view! { <td class="n">{text}</td> };
    view! {
        <tr class:left-out=!is_in>
            <td><input type="checkbox" aria-label=format!("Show {}", summary.name) prop:checked=is_in on:change=toggle/></td>
            <td class="name" title=summary.name.clone()>{summary.name.clone()}</td>
            <td>{summary.set.clone()}</td>
            {columns.predictability.then(|| view! {
                {number(share(summary.shared_variance))}
                {number(share(summary.predicts_others))}
            })}
            {columns.coverage.then(|| number(three_decimals(summary.coverage)))}
            {number(summary.dimensions.to_string())}
            {number(one_decimal(summary.effective_shared_components))}
            {number(one_decimal(summary.effective_dimensionality))}
            {columns.null.then(|| number(percent(summary.above_null)))}
            {summary.alignment.iter().map(|score| view! { <td class="n">{three_decimals(*score)}</td> }).collect_view()}
        </tr>
    }
}

/// The page.
pub fn page() -> AnyView {
    view! { <Content/> }.into_any()
}
