//! Universality of each dimension beside both kinds of chance.

use leptos::html;
use leptos::prelude::*;
use web_sys::{KeyboardEvent, MouseEvent};

use super::{Found, choose, chosen};
use crate::page::App;
use crate::page::plot::{follow, paint, pointer_position, scale, tip_class};
use crate::results::text::{three_decimals, two_decimals};
use crate::views::shared_dimensions::figure::{Look, SharedBars};

/// The figure; a click or the arrow keys choose a dimension.
#[component]
pub fn Bars() -> impl IntoView {
    let (app, found) = (App::get(), Found::get());
    let canvas: NodeRef<html::Canvas> = NodeRef::new();
    let width = RwSignal::new(0.0_f64);
    let pointed = RwSignal::new(None::<(usize, f64, f64)>);
    follow(canvas, width, move |canvas, across| {
        let (table, theme) = (found.table()?, app.theme.get());
        let chosen = chosen(app, &table);
        let canvas = canvas.clone();
        Some(Box::new(move || {
            let figure = SharedBars {
                table: &table,
                chosen: Some(chosen),
            };
            paint(&canvas, &figure, across, &theme);
        }))
    });
    let under = move |event: &MouseEvent| {
        let table = found.0.get_untracked()?;
        let figure = SharedBars {
            table: &table,
            chosen: None,
        };
        figure.dimension_at(width.get_untracked(), scale(), pointer_position(event))
    };
    let point = move |event: MouseEvent| {
        let at = (f64::from(event.offset_x()), f64::from(event.offset_y()));
        pointed.set(under(&event).map(|dimension| (dimension, at.0, at.1)));
    };
    let pick = move |event: MouseEvent| {
        if let Some(dimension) = under(&event) {
            choose(app, dimension);
        }
    };
    let walk = move |event: KeyboardEvent| {
        let Some(table) = found.0.get_untracked() else {
            return;
        };
        let now = chosen(app, &table);
        let last = table.dimensions.len().saturating_sub(1);
        let next = match event.key().as_str() {
            "ArrowRight" | "ArrowDown" => (now + 1).min(last),
            "ArrowLeft" | "ArrowUp" => now.saturating_sub(1),
            "Home" => 0,
            "End" => last,
            _ => return,
        };
        event.prevent_default();
        choose(app, next);
    };
    let tip = move || {
        let (dimension, x, y) = pointed.get()?;
        let table = found.table()?;
        let of = table.dimensions.get(dimension)?;
        Some(view! {
            <div class=tip_class(x, width.get()) style=format!("left:{x:.0}px;top:{y:.0}px")>
                <b>{format!("Dimension {}", dimension + 1)}</b><br/>
                {format!("universality {}", two_decimals(of.universality))}<br/>
                {format!("chance {}, of a direction that means nothing {}", two_decimals(table.null_95), two_decimals(of.direction_95))}<br/>
                {format!("{} of {} networks above chance", of.networks_above, table.networks.len())}
            </div>
        })
    };
    let summary = move || {
        let table = found.table()?;
        let count = table.count();
        let read = (0..count).filter(|&d| table.may_be_read(d)).count();
        let first = table.dimensions.first()?;
        Some(format!(
            "Bars of {} dimensions: universality of the first {}, of the last that is shared {}; chance {}. {count} are shared, the axes of {read} may be read. Arrow keys walk through them; the table below has all numbers.",
            table.dimensions.len(),
            two_decimals(first.universality),
            count
                .checked_sub(1)
                .and_then(|last| table.dimensions.get(last))
                .map_or_else(|| "none".to_owned(), |d| two_decimals(d.universality)),
            two_decimals(table.null_95),
        ))
    };
    let spoken = move || {
        let table = found.table()?;
        let dimension = chosen(app, &table);
        let of = table.dimensions.get(dimension)?;
        Some(format!(
            "Dimension {}, universality {}. {}",
            dimension + 1,
            two_decimals(of.universality),
            super::standing(&table, dimension)
        ))
    };
    view! {
        <div class="legend">
            <span class="key bar-key">"shared, the axis may be read"</span>
            <span class="key bar-key hollow">"shared, the axis could be turned"</span>
            <span class="key bar-key faint">"not shared"</span>
            <span class="key line-key dashed">"chance, where networks have nothing in common"</span>
            <span class="key line-key">"chance, for a direction that means nothing"</span>
        </div>
        <div class="figure">
            <canvas
                tabindex="0" role="img" aria-label=summary node_ref=canvas
                on:mousemove=point on:mouseleave=move |_| pointed.set(None) on:click=pick on:keydown=walk
            ></canvas>
            {tip}
            <span class="unseen" aria-live="polite">{spoken}</span>
        </div>
        <Numbers/>
    }
}

/// Every number of the figure.
#[component]
fn Numbers() -> impl IntoView {
    let (app, found) = (App::get(), Found::get());
    let head =
        |name: &'static str, help: &'static str| view! { <th class="n" title=help>{name}</th> };
    let regions = move || {
        let table = found.table()?;
        let names = table.regions.iter().map(|(roi, is_ranked)| {
            let help = match is_ranked {
                true => "RSA alignment: Spearman correlation of squared differences along the dimension with each subject\u{2019}s RDM, mean, -1 to 1",
                false => "Brain alignment: how well the dimension is predicted by brains on images left out, -1 to 1",
            };
            view! { <th class="n" title=help>{roi.clone()}</th> }
        });
        Some(names.collect_view())
    };
    let rows = move || {
        let table = found.table()?;
        let chosen = chosen(app, &table);
        let rows = table.dimensions.iter().enumerate().map(|(index, of)| {
            let said = match Look::of(&table, index) {
                Look::Filled => "yes, may be read",
                Look::Hollow => "yes, as a space",
                Look::Faint => "no",
            };
            let brains = of.brains.iter();
            let brains = brains.map(|brain| view! { <td class="n">{three_decimals(brain.alignment)}</td> });
            view! {
                <tr class:on=index == chosen aria-selected=(index == chosen).to_string() on:click=move |_| choose(app, index)>
                    <td><button class="pick" on:click=move |_| choose(app, index)>{format!("Dimension {}", index + 1)}</button></td>
                    <td>{said}</td>
                    <td class="n">{three_decimals(of.universality)}</td>
                    <td class="n">{three_decimals(of.direction_95)}</td>
                    <td class="n">{of.networks_above}</td>
                    <td class="n">{three_decimals(of.stability)}</td>
                    <td class="n">{three_decimals(of.stability_networks)}</td>
                    {brains.collect_view()}
                </tr>
            }
        });
        Some(rows.collect_view())
    };
    view! {
        <details class="numbers">
            <summary>"All numbers of the figure"</summary>
            <div class="scroll table">
                <table aria-label="Shared dimensions" class="dense">
                    <thead><tr>
                        <th>"Dimension"</th>
                        <th title="Above both kinds of chance, like all before it; and whether the axis is stable">"Shared"</th>
                        {head("Universality", "Median over networks of the agreement with the others on images left out, -1 to 1, higher is more shared")}
                        {head("Chance", "What a direction that means nothing reaches: 95th percentile")}
                        {head("Networks", "Networks that agree with the others by more than chance")}
                        {head("Stability", "How close the axis is that four fifths of the images give, 0 to 1")}
                        {head("Without one", "How close the axis is when one network is left out, the least, 0 to 1")}
                        {regions}
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </details>
    }
}
