//! Which networks have which dimensions, and in which of their layers.

use std::sync::Arc;

use leptos::prelude::*;

use super::{Found, choose, chosen};
use crate::figures::heatmap::Heatmaps;
use crate::page::App;
use crate::page::heatmap::{HeatmapCanvas, heatmaps};
use crate::results::text::{percent, three_decimals, two_decimals};
use crate::views::shared_dimensions::settings::SharedSettings;
use crate::views::shared_dimensions::table::{SharedNetwork, SharedTable};

/// The networks that are shown, by their indices in the table.
fn in_sight(app: App, table: &SharedTable) -> Vec<usize> {
    let filter = app.shown.get().map(|shown| app.filter(&shown.table));
    let is_in = |network: &SharedNetwork| {
        let filter = filter.as_ref().and_then(|filter| filter.get(network.index));
        filter.copied().unwrap_or(true)
    };
    (0..table.networks.len())
        .filter(|&index| is_in(&table.networks[index]))
        .collect()
}

/// The network whose layers are shown: the chosen one, or the one that agrees most along the dimension.
fn network_of_layers(app: App, table: &SharedTable) -> Option<usize> {
    let indices = in_sight(app, table);
    let wanted = app.settings::<SharedSettings>().network;
    let named = wanted.and_then(|wanted| {
        indices
            .iter()
            .copied()
            .find(|&index| table.networks[index].name == wanted)
    });
    let dimension = chosen(app, table);
    let score = |index: &usize| table.networks[*index].scores.get(dimension).copied();
    let defined = || {
        indices
            .iter()
            .copied()
            .filter(|index| score(index).is_some_and(f64::is_finite))
    };
    let most = || {
        defined().reduce(|best, index| match score(&index) > score(&best) {
            true => index,
            false => best,
        })
    };
    named.or_else(most).or(indices.first().copied())
}

/// The heat maps and their table.
#[component]
pub fn Networks() -> impl IntoView {
    let (app, found) = (App::get(), Found::get());
    let indices = Memo::new(move |_| {
        found
            .table()
            .map_or_else(Vec::new, |table| in_sight(app, &table))
    });
    let of_layers = Memo::new(move |_| network_of_layers(app, &*found.table()?));
    let maps = heatmaps(move || {
        let table = found.table()?;
        let networks: Vec<&SharedNetwork> = indices
            .get()
            .into_iter()
            .map(|index| &table.networks[index])
            .collect();
        Some(Heatmaps::of_shared_networks(&table, &networks))
    });
    let layers = heatmaps(move || {
        let (table, index) = (found.table()?, of_layers.get()?);
        Some(Heatmaps::of_shared_layers(&table.networks[index]))
    });
    let tip = move |row: usize, column: usize| {
        let (table, indices) = (found.table()?, indices.get());
        let network = table.networks.get(*indices.get(row)?)?;
        cell(network.name.clone(), column, *network.scores.get(column)?)
    };
    let tip_of_layers = move |row: usize, column: usize| {
        let (table, index) = (found.table()?, of_layers.get()?);
        let mut layers: Vec<_> = table.networks.get(index)?.layers.iter().collect();
        layers.sort_by_key(|layer| layer.index);
        let layer = layers.get(row)?;
        cell(layer.name.clone(), column, *layer.scores.get(column)?)
    };
    let summary = Signal::derive(move || {
        let table = found.table()?;
        Some(format!(
            "Matrix of {} networks by {} shared dimensions: how well each agrees with the others along each on images left out. The table below has the numbers of the chosen dimension.",
            indices.with(Vec::len),
            table.count()
        ))
    });
    let summary_of_layers = Signal::derive(move || {
        let (table, index) = (found.table()?, of_layers.get()?);
        let network = &table.networks[index];
        Some(format!(
            "Matrix of the {} layers of {} by dimensions: how well each layer agrees with the other networks along each.",
            network.layers.len(),
            network.name
        ))
    });
    let name = move || {
        let (table, index) = (found.table()?, of_layers.get()?);
        Some(table.networks.get(index)?.name.clone())
    };
    view! {
        <h2>"Networks along the shared dimensions"</h2>
        <p class="intro">"Each cell: agreement of the row\u{2019}s network with all others along the column\u{2019}s dimension, on images left out."</p>
        <HeatmapCanvas maps summary tip/>
        <h2>"Layers of "{name}</h2>
        <p class="intro">"The same for each layer by itself, from the input on. Choose another network in the table."</p>
        <HeatmapCanvas maps=layers summary=summary_of_layers tip=tip_of_layers/>
        <NetworkLines of_layers/>
    }
}

fn cell(name: String, dimension: usize, score: f64) -> Option<AnyView> {
    let tip = view! {
        <b>{name}</b><br/>{format!("dimension {}: {}", dimension + 1, two_decimals(score))}
    };
    Some(tip.into_any())
}

/// One line for each network, along the chosen dimension.
#[component]
fn NetworkLines(of_layers: Memo<Option<usize>>) -> impl IntoView {
    let (app, found) = (App::get(), Found::get());
    let rows = move || {
        let table: Arc<SharedTable> = found.table()?;
        let dimension = chosen(app, &table);
        let shown = of_layers.get();
        let rows = in_sight(app, &table).into_iter().map(|index| {
            let network = &table.networks[index];
            let name = network.name.clone();
            let pick = {
                let name = name.clone();
                move |_| {
                    let name = name.clone();
                    app.update_settings::<SharedSettings>(|settings| settings.network = Some(name));
                }
            };
            let of = |values: &[f64]| values.get(dimension).copied().unwrap_or(f64::NAN);
            view! {
                <tr class:on=shown == Some(index) aria-selected=(shown == Some(index)).to_string()>
                    <td class="name" title=name.clone()><button class="pick" on:click=pick>{name.clone()}</button></td>
                    <td class="n">{three_decimals(of(&network.scores))}</td>
                    <td class="n">{percent(of(&network.variance_share))}</td>
                    <td class="n">{three_decimals(table.coverage(network))}</td>
                </tr>
            }
        });
        Some(rows.collect_view())
    };
    let dimension = move || found.table().map(|table| chosen(app, &table) + 1);
    let step = move |by: isize| {
        if let Some(table) = found.0.get_untracked() {
            let next = chosen(app, &table).saturating_add_signed(by);
            choose(app, next.min(table.dimensions.len().saturating_sub(1)));
        }
    };
    view! {
        <div class="pages">
            <button on:click=move |_| step(-1)>"Previous dimension"</button>
            <span class="dim">"Dimension "{dimension}</span>
            <button on:click=move |_| step(1)>"Next dimension"</button>
        </div>
        <div class="scroll table">
            <table aria-label="Networks along the dimension" class="dense">
                <thead><tr>
                    <th>"Network"</th>
                    <th class="n" title="How well it agrees with the others along this dimension on images left out, -1 to 1">"Agreement"</th>
                    <th class="n" title="Share of its variance that lies along this dimension">"Variance"</th>
                    <th class="n" title="Mean agreement over all shared dimensions: how much of what all share it has, -1 to 1">"Coverage"</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}
