//! The RDMs view: a layer, the same cut down, and a brain, side by side.

use std::sync::Arc;

use leptos::prelude::*;

use super::RdmsView;
use super::figure::RdmColours;
use super::settings::RdmSettings;
use super::table::{RdmTable, rdms_csv};
use crate::figures::heatmap::Heatmaps;
use crate::page::legend::{scale_key, stops};

use crate::page::App;
use crate::page::controls::{menu, number_field, save_button};
use crate::page::heatmap::{HeatmapCanvas, heatmaps};
use crate::page::query::{Instead, Query, QueryState, Tells, results, secondary};
use crate::results::text::two_decimals;
use crate::views::View;
use crate::workflow::Progress;

/// What RDMs are of: results, layer, region, how.
type RdmKey = (u32, usize, usize, RdmSettings);

/// RDMs side by side.
#[derive(Clone, Copy)]
struct RdmQuery(Query<RdmKey, RdmTable>);

/// The view.
#[component]
fn Content() -> impl IntoView {
    let query = expect_context::<RdmQuery>().0;
    let table = Memo::new(move |_| match query.get() {
        QueryState::Ready(table) => Some(table),
        _ => None,
    });
    let finding = move || {
        let table = table.get()?;
        let (whole, reduced) = (table.rdms.first()?, table.rdms.get(1)?);
        let brain = table.rdms.last().filter(|rdm| rdm.rsa.is_none())?;
        Some(view! {
            {format!("Similarity to {} (RSA): ", brain.name)}
            <b>{two_decimals(reduced.rsa?)}</b>
            {format!(" for {}, {} for the whole layer.", reduced.name, two_decimals(whole.rsa?))}
        })
    };
    view! {
        <p class="read">{finding}</p>
        <Controls/>
        {move || table.with(Option::is_none).then(|| view! { <Instead query what="The comparison"/> })}
        <Maps table/>
        <div class="under">
            <p class="dim">"Below each RDM: its Spearman correlation with the subjects\u{2019} RDMs over all pairs of stimuli, mean over subjects. -1 to 1; higher is better. (Kriegeskorte 2008)"</p>
            {save_button(
                "Download RDMs (CSV)", "rdms.csv",
                move || table.get_untracked().map(|table| rdms_csv(&table)),
                move || table.with(Option::is_some),
            )}
        </div>
    }
}

#[component]
fn Controls() -> impl IntoView {
    let app = App::get();
    let change = move |change: &dyn Fn(&mut RdmSettings)| app.update_settings(change);
    // the layers of the networks that are shown
    let layers = Memo::new(move |_| {
        app.shown.get().map_or_else(Vec::new, |shown| {
            let (table, filter) = (&shown.table, app.filter(&shown.table));
            table
                .layers
                .iter()
                .filter(|layer| filter[layer.network])
                .map(|layer| {
                    (
                        table.networks[layer.network].name.clone(),
                        layer.name.clone(),
                    )
                })
                .collect::<Vec<(String, String)>>()
        })
    });
    let layer = move || {
        let shown = app.shown.get();
        let chosen = app.settings::<RdmSettings>().layer.or_else(|| {
            let table = &shown.as_ref()?.table;
            let row = app.chosen_row(table)?;
            Some((
                table.network_of(row).name.clone(),
                table.layer_of(row).name.clone(),
            ))
        });
        layers.with(|layers| {
            let index = layers
                .iter()
                .position(|layer| Some(layer) == chosen.as_ref());
            index.unwrap_or(usize::MAX)
        })
    };
    let subjects = Memo::new(move |_| {
        let Some(shown) = app.shown.get() else {
            return Vec::new();
        };
        let roi = shown.table.alignment.get(app.roi(&shown.table));
        let of_region = |brain: &&crate::study::Brain| roi.is_some_and(|roi| roi.roi == brain.roi);
        let brains = shown.study.brains.iter();
        brains
            .filter(of_region)
            .map(|brain| brain.subject.clone())
            .collect::<Vec<String>>()
    });
    let subject = move || {
        let chosen = app.settings::<RdmSettings>().subject;
        let index = subjects.with(|subjects| {
            subjects
                .iter()
                .position(|name| Some(name) == chosen.as_ref())
        });
        index.map_or(0, |index| index + 1)
    };
    let has_categories = move || {
        let shown = app.shown.get();
        shown.is_some_and(|shown| shown.study.stimuli.categories.is_some())
    };
    view! {
        <div class="controls">
            {move || {
                let names = layers.get();
                let choices = names.iter().enumerate().map(|(index, (network, layer))| (index, format!("{network}, {layer}"))).collect();
                menu("Layer", "The layer of a network whose RDM is shown", choices, layer, move |index: usize| {
                    change(&|view| view.layer = names.get(index).cloned());
                })
            }}
            {number_field(
                "Keep", "How many of the layer\u{2019}s most universal dimensions the reduced RDM keeps",
                || RdmSettings::default().kept.to_string(), || RdmSettings::KEPT,
                move || app.settings::<RdmSettings>().kept.to_string(),
                move |n| change(&|view| view.kept = n.map_or(RdmSettings::default().kept, |n| n as usize)),
            )}
            {move || {
                let names = subjects.get();
                (!names.is_empty()).then(|| {
                    let mut choices = vec![(0, "Mean of all".to_owned())];
                    choices.extend(names.iter().cloned().enumerate().map(|(index, name)| (index + 1, name)));
                    menu("Subject", "The subject whose RDM is shown and compared", choices, subject, move |index: usize| {
                        let name = index.checked_sub(1).and_then(|index| names.get(index).cloned());
                        change(&|view| view.subject = name.clone());
                    })
                })
            }}
            {menu(
                "Colours", "Ranks within each RDM, or distances on a common scale",
                vec![(true, "Ranks".to_owned()), (false, "Values".to_owned())],
                move || app.settings::<RdmSettings>().ranks,
                move |ranks| change(&|view| view.ranks = ranks),
            )}
            <Show when=has_categories>
                {menu(
                    "Order", "Stimuli in the order of the stimuli table, or grouped by category",
                    vec![(false, "As given".to_owned()), (true, "By category".to_owned())],
                    move || app.settings::<RdmSettings>().grouped,
                    move |grouped| change(&|view| view.grouped = grouped),
                )}
            </Show>
        </div>
    }
}

#[component]
fn Maps(table: Memo<Option<Arc<RdmTable>>>) -> impl IntoView {
    let app = App::get();
    let colours = move || match app.settings::<RdmSettings>().ranks {
        true => RdmColours::Ranks,
        false => RdmColours::Values,
    };
    let maps = heatmaps(move || Some(Heatmaps::of_rdms(&*table.get()?, colours())));
    let tip = move |row: usize, column: usize| {
        let table = table.get()?;
        let n = table.stimuli.len();
        let (first, second) = (
            table.stimuli.get(row)?.clone(),
            table.stimuli.get(column)?.clone(),
        );
        let category = |index: usize| {
            let categories = table.categories.as_ref();
            categories.map_or_else(String::new, |all| format!(" ({})", all[index]))
        };
        let pictures = app.pictures.get();
        let picture = |id: &String| {
            let address = pictures.get(id).cloned();
            address.map(|address| view! { <img src=address alt=id.clone()/> })
        };
        let values = table.rdms.iter().map(|rdm| {
            let value = rdm
                .values
                .get(row * n + column)
                .copied()
                .unwrap_or(f64::NAN);
            view! { <br/>{format!("{}: {value:.3}", rdm.name)} }
        });
        let tip = view! {
            <span class="pair">{picture(&first)}{picture(&second)}</span>
            <b>{first.clone()}</b>{category(row)}" and "<b>{second.clone()}</b>{category(column)}
            {values.collect_view()}
        };
        Some(tip.into_any())
    };
    let legend = move || {
        let (from, to) = match colours() {
            RdmColours::Ranks => ("most similar pair", "least similar pair"),
            RdmColours::Values => ("least distance of all", "greatest of all"),
        };
        scale_key(from.into(), to.into(), &stops())
    };
    let summary = Signal::derive(move || {
        table.get().map(|table| {
            let names: Vec<String> = table
                .rdms
                .iter()
                .map(|rdm| match rdm.rsa {
                    Some(rsa) => format!("{} (RSA {rsa:.2})", rdm.name),
                    None => rdm.name.clone(),
                })
                .collect();
            format!("RDMs of {} stimuli side by side: {}. The table that can be downloaded has all numbers.", table.stimuli.len(), names.join("; "))
        })
    });
    view! {
        <div class="legend">{legend}</div>
        <HeatmapCanvas maps summary tip/>
    }
}

/// Begins to follow what is on the page.
pub fn start(app: App) {
    provide_context(RdmQuery(query(app)));
}

/// The page.
pub fn page() -> AnyView {
    view! { <Content/> }.into_any()
}

fn query(app: App) -> Query<RdmKey, RdmTable> {
    Query::new(
        app,
        Tells::Nothing,
        move || {
            let shown = app.analysed().filter(|_| app.is_open(RdmsView::NAME))?;
            let table = &shown.table;
            let how = app.settings::<RdmSettings>();
            let named = how
                .layer
                .as_ref()
                .and_then(|(network, layer)| table.find_layer(network, layer));
            let layer = match named {
                Some(layer) => layer,
                None => table.layer[app.chosen_row(table)?] as usize,
            };
            // colours change nothing that is computed
            let how = RdmSettings { ranks: true, ..how };
            Some((shown.results_id, layer, app.roi(table), how))
        },
        async move |(_, layer, roi, how): RdmKey, report: &dyn Fn(Progress)| {
            let (engine, shown) = (app.engine.get_value(), results(app)?);
            secondary(&engine, &shown, report)
                .rdms(layer, how.kept, roi, how.subject.as_deref(), how.grouped)
                .await
        },
    )
}
