//! The chosen shared dimension: what may be said of it, what brains say, and who carries it.

use leptos::prelude::*;

use super::{Found, chosen, name_of_end, numbers_of, standing};
use crate::page::gallery::gallery;
use crate::page::{App, Shown};
use crate::results::text::{percent, two_decimals};
use crate::stable_sort::sorted_by;
use crate::views::View;
use crate::views::dimensions::DimensionsView;
use crate::views::shared_dimensions::figure::ENDS;
use crate::views::shared_dimensions::table::{Carrier, SharedTable};

/// Components that are listed.
const CARRIERS: usize = 8;
/// Networks that are listed.
const NETWORKS: usize = 10;

/// The column of the chosen shared dimension.
#[component]
pub fn SharedInspector() -> impl IntoView {
    let (app, found) = (App::get(), Found::get());
    let content = move || {
        let (table, shown) = (found.table()?, app.shown.get()?);
        let dimension = chosen(app, &table);
        let of = table.dimensions.get(dimension)?;
        let ids = |end: Vec<usize>| -> Vec<String> {
            end.into_iter()
                .map(|stimulus| table.stimuli[stimulus].clone())
                .collect()
        };
        let (highest, lowest) = table.ends(dimension, ENDS);
        let class = if table.may_be_read(dimension) {
            ""
        } else {
            "turned"
        };
        Some(view! {
            <div class="name">{format!("Dimension {}", dimension + 1)}</div>
            <p>
                "Universality on new images "<b>{two_decimals(of.universality)}</b>
                {format!(
                    "; chance {}, for a direction that means nothing {}. Stability {}, without any one network at least {}.",
                    two_decimals(table.null_95), two_decimals(of.direction_95),
                    two_decimals(of.stability), two_decimals(of.stability_networks),
                )}
            </p>
            <p class="dim">{standing(&table, dimension)}</p>
            {name_of_end(&table, &shown, dimension).map(|(at_end, end)| view! {
                <p title=numbers_of(&at_end)>{format!("{end} end, {} of {} images are of \u{201c}{}\u{201d}.", at_end.found, at_end.of, at_end.category)}</p>
            })}
            <div class=class>
                <h2>"Highest-scoring images"</h2>
                {gallery(app, ids(highest))}
                <h2>"Lowest-scoring images"</h2>
                {gallery(app, ids(lowest))}
            </div>
            {brains(&table, dimension)}
            {networks(&table, dimension)}
            {carriers(app, &shown, &table, dimension)}
        })
    };
    view! {
        <h2>"Chosen dimension"</h2>
        {content}
        <Show when=move || found.0.with(Option::is_none)>
            <p class="dim">"The shared dimensions are not there yet."</p>
        </Show>
    }
}

/// Alignment with each region, and what reliability allows.
fn brains(table: &SharedTable, dimension: usize) -> Option<impl IntoView + use<>> {
    let of = table.dimensions.get(dimension)?;
    let rows = table.regions.iter().zip(&of.brains).map(|((roi, is_ranked), brain)| {
        let cell = |value: f64| {
            let text = if value.is_nan() { "\u{2013}".to_owned() } else { two_decimals(value) };
            view! { <td class="n">{text}</td> }
        };
        let name = if *is_ranked { format!("{roi} (RSA)") } else { roi.clone() };
        view! { <tr><th scope="row">{name}</th>{cell(brain.alignment)}{cell(brain.reliability)}{cell(brain.adjusted)}</tr> }
    });
    let rows: Vec<_> = rows.collect();
    (!rows.is_empty()).then(|| view! {
        <h2>"Brains, which took no part in finding it"</h2>
        <table aria-label="Brains along the dimension" class="dense">
            <thead><tr>
                <th>"Region"</th>
                <th class="n" title="How well brains predict it on images left out, mean over subjects, -1 to 1">"Alignment"</th>
                <th class="n" title="How far subjects agree in their predictions of it, -1 to 1">"Reliability"</th>
                <th class="n" title="Alignment over the root of reliability">"Adjusted"</th>
            </tr></thead>
            <tbody>{rows}</tbody>
        </table>
    })
}

/// The networks that agree most along it.
fn networks(table: &SharedTable, dimension: usize) -> impl IntoView + use<> {
    let scored: Vec<(String, f64, f64)> = (table.networks.iter())
        .filter_map(|network| {
            let share = network.variance_share.get(dimension).copied()?;
            Some((
                network.name.clone(),
                network.scores.get(dimension).copied()?,
                share,
            ))
        })
        .filter(|(_, score, _)| score.is_finite())
        .collect();
    let mut scored = sorted_by(scored, |a, b| b.1.total_cmp(&a.1));
    let rest = scored.len().saturating_sub(NETWORKS);
    scored.truncate(NETWORKS);
    let bars = scored.into_iter().map(|(name, score, share)| {
        let width = score.clamp(0.0, 1.0) * 100.0;
        let help = format!("{name}: {} of its variance lies along this dimension", percent(share));
        view! {
            <div class="bar" title=help>
                <span>{name}</span>
                <span class="track"><i style=format!("width:{width:.1}%;background:var(--group-0)")></i></span>
                <span class="n">{two_decimals(score)}</span>
            </div>
        }
    });
    view! {
        <h2 title="Agreement with all others along this dimension, on images left out, -1 to 1">"Networks that have it"</h2>
        {bars.collect_view()}
        {(rest > 0).then(|| view! { <p class="dim">{format!("{rest} more in the table")}</p> })}
    }
}

/// The components that go most with it, each a way into the Dimensions view.
fn carriers(
    app: App,
    shown: &Shown,
    table: &SharedTable,
    dimension: usize,
) -> Option<impl IntoView + use<>> {
    let carriers = table.carriers(dimension, CARRIERS);
    let lines: Vec<_> = carriers
        .into_iter()
        .filter_map(|carrier| {
            let row = row_of(shown, &carrier)?;
            let network = shown.study.networks.get(carrier.network)?;
            let layer = network.layers.get(carrier.layer)?;
            let name = format!("{}, {}, component {}", network.name, layer.name, carrier.component);
            let open = move |_| {
                if let Some(shown) = app.shown.get_untracked() {
                    app.choose(&shown.table, row);
                    app.view.update(|view| view.open = Some(DimensionsView::NAME));
                }
            };
            Some(view! {
                <li><button class="pick" title=name.clone() on:click=open>
                    <span>{name.clone()}</span><span class="n">{two_decimals(carrier.correlation)}</span>
                </button></li>
            })
        })
        .collect();
    (!lines.is_empty()).then(|| view! {
        <h2 title="Pearson correlation over all images, -1 to 1; the sign of a component is arbitrary">"Components that carry it most"</h2>
        <ul class="neighbours">{lines}</ul>
    })
}

/// The row of a component in the table of dimensions.
fn row_of(shown: &Shown, carrier: &Carrier) -> Option<usize> {
    let network = shown.study.networks.get(carrier.network)?;
    let layer = network.layers.get(carrier.layer)?;
    let layer = shown.table.find_layer(&network.name, &layer.name)?;
    let rows = shown.table.rows_of_layer(layer);
    let row = rows.start + carrier.component.checked_sub(1)?;
    rows.contains(&row).then_some(row)
}
