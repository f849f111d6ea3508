//! The Image map view: stimuli laid out by what pooled dimensions say of them.

use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;
use strum::VariantArray;
use wasm_bindgen::prelude::*;
use web_sys::{HtmlCanvasElement, HtmlImageElement, MouseEvent};

use super::ImageMapView;
use super::analysis::Method;
use super::figure::{StimulusMap, category_colours};
use super::settings::ImageMapSettings;
use super::table::{ImageMapTable, map_csv};
use crate::figures::Rgb;
use crate::options::SEED;
use crate::results::Pool;

use crate::page::App;
use crate::page::controls::{FilterNote, choices_of, menu, number_field, save_button};
use crate::page::plot::{context, follow, paint, pointer_position, scale, tip_class};
use crate::page::query::{Instead, Query, QueryState, Tells, results, secondary};
use crate::views::View;
use crate::workflow::Progress;

/// What the image map is of: results, region, networks, how.
type MapKey = (u32, usize, Vec<bool>, ImageMapSettings);

/// Stimuli on a plane.
#[derive(Clone, Copy)]
struct MapQuery(Query<MapKey, ImageMapTable>);

/// Side of a thumbnail in CSS pixels: fewer stimuli have more room.
fn side(stimuli: usize) -> f64 {
    (420.0 / (stimuli.max(1) as f64).sqrt()).clamp(18.0, 48.0)
}

/// The view.
#[component]
fn Content() -> impl IntoView {
    let app = App::get();
    let query = expect_context::<MapQuery>().0;
    let table = Memo::new(move |_| match query.get() {
        QueryState::Ready(table) => Some(table),
        _ => None,
    });
    let change = move |change: &dyn Fn(&mut ImageMapSettings)| app.update_settings(change);
    let finding = move || {
        let table = table.get()?;
        let (trust, neighbours) = table.trustworthiness;
        let settings = app.settings::<ImageMapSettings>();
        let pool = settings.pool.label().to_ascii_lowercase();
        let trust = if trust.is_nan() {
            "undefined".to_owned()
        } else {
            format!("{trust:.2}")
        };
        Some(view! {
            {format!("Nearby images are similar on the {} {pool} dimensions. Trustworthiness ", table.dimensions)}
            <b>{trust}</b>
            {format!(" over {neighbours} neighbours.")}
        })
    };
    let model_rdms = move || {
        let table = table.get()?;
        let lines = table.model_rdms.iter().map(|(name, r)| {
            let r = if r.is_nan() {
                "undefined".to_owned()
            } else {
                format!("{r:.3}")
            };
            view! { <span class="relation">"Pearson with "{name.clone()}" "<b>{r}</b></span> }
        });
        Some(lines.collect_view())
    };
    let has_brains = move || {
        let shown = app.shown.get();
        shown.is_some_and(|shown| !shown.table.alignment.is_empty())
    };
    view! {
        <p class="read">{finding}</p>
        <FilterNote/>
        <div class="controls">
            {move || {
                let choices = Pool::VARIANTS.iter().copied().filter(|pool| *pool != Pool::MostAligned || has_brains());
                menu(
                    "Dimensions", "The dimensions that place the images",
                    choices.map(|pool| (pool, pool.label().to_owned())).collect(),
                    move || app.settings::<ImageMapSettings>().pool,
                    move |pool| change(&|view| view.pool = pool),
                )
            }}
            {number_field(
                "Pooled", "How many dimensions are pooled across networks, each scaled to unit variance",
                || ImageMapSettings::default().count.to_string(), || ImageMapSettings::POOLED,
                move || app.settings::<ImageMapSettings>().count.to_string(),
                move |n| change(&|view| view.count = n.map_or(ImageMapSettings::default().count, |n| n as usize)),
            )}
            {menu(
                "Layout", "UMAP with 15 neighbours and min_dist 0.1; or, quicker, the two leading principal components, or metric multidimensional scaling",
                choices_of(Method::label),
                move || app.settings::<ImageMapSettings>().method,
                move |method| change(&|view| view.method = method),
            )}
            {number_field(
                "Layout seed", "The same seed gives the same map on every computer",
                || ImageMapSettings::default().seed.to_string(), || SEED,
                move || app.settings::<ImageMapSettings>().seed.to_string(),
                move |n| change(&|view| view.seed = n.unwrap_or_default()),
            )}
        </div>
        {move || table.with(Option::is_none).then(|| view! { <Instead query what="The map"/> })}
        <Map table/>
        <div class="under">
            <p class="dim" title="Correlation between the distances on the map and each model RDM, -1 to 1">{model_rdms}</p>
            {save_button(
                "Download image map (CSV)", "image_map.csv",
                move || table.get_untracked().map(|table| map_csv(&table)),
                move || table.with(Option::is_some),
            )}
        </div>
        <p class="dim">"Trustworthiness: how far neighbours on the map are also neighbours in the dimensions; 0 to 1, 1 is perfect (Venna & Kaski 2001). Only proximity is meaningful on the map, not direction or scale. Model RDMs (semantic, behavioural) that you add are compared with the distances on the map."</p>
    }
}

#[component]
fn Map(table: Memo<Option<Arc<ImageMapTable>>>) -> impl IntoView {
    let app = App::get();
    let canvas: NodeRef<html::Canvas> = NodeRef::new();
    let width = RwSignal::new(0.0_f64);
    let pointed = RwSignal::new(None::<usize>);
    // thumbnails arrive one by one: each is drawn when it is there, unless the map has changed
    let drawing = StoredValue::new(0_u32);
    let colours = Memo::new(move |_| {
        let table = table.get()?;
        Some(app.theme.with(|theme| category_colours(&table, theme)))
    });
    follow(canvas, width, move |canvas, across| {
        let (table, theme) = (table.get()?, app.theme.get());
        let colours: Vec<Rgb> = colours.get()?.0;
        let pictures = app.pictures.get();
        let addresses: Vec<Option<String>> = table
            .stimuli
            .iter()
            .map(|stimulus| pictures.get(stimulus).cloned())
            .collect();
        let canvas = canvas.clone();
        Some(Box::new(move || {
            pointed.set(None);
            drawing.update_value(|drawing| *drawing += 1);
            let map = StimulusMap {
                has_pictures: addresses.iter().any(Option::is_some),
                table: &table,
                colours,
            };
            paint(&canvas, &map, across, &theme);
            let frame = map.frame(across, scale());
            let side = side(table.stimuli.len()) * scale();
            for (position, address) in table.positions.iter().zip(addresses) {
                let (x, y) = frame.to_pixels(position.0, position.1);
                if let Some(address) = address {
                    let at = (x - side / 2.0, y - side / 2.0, side);
                    draw_when_there(&canvas, &address, at, drawing);
                }
            }
        }))
    });
    let point = move |event: MouseEvent| {
        let under = table.get_untracked().and_then(|table| {
            let map = StimulusMap {
                table: &table,
                colours: Vec::new(),
                has_pictures: false,
            };
            let frame = map.frame(width.get_untracked(), scale());
            let reach = side(table.stimuli.len()).max(14.0) * scale();
            map.stimulus_at(&frame, pointer_position(&event), reach)
        });
        pointed.set(under);
    };
    let tip = move || {
        let table = table.get()?;
        let stimulus = pointed.get()?;
        let map = StimulusMap {
            table: &table,
            colours: Vec::new(),
            has_pictures: false,
        };
        let position = table.positions.get(stimulus)?;
        let (x, y) = map
            .frame(width.get(), 1.0)
            .to_pixels(position.0, position.1);
        let id = table.stimuli[stimulus].clone();
        let picture = app.pictures.with(|pictures| pictures.get(&id).cloned());
        let category = table.categories.as_ref().map(|all| all[stimulus].clone());
        Some(view! {
            <div class=tip_class(x, width.get()) style=format!("left:{x:.0}px;top:{y:.0}px")>
                {picture.map(|address| view! { <img class="large" src=address alt=""/> })}
                <b>{id}</b>
                {category.map(|category| view! { <br/>{category} })}
            </div>
        })
    };
    let legend = move || {
        let keys = colours.get()?.1.into_iter().map(|(name, colour)| {
            view! { <span class="key" style=format!("--c:{}", colour.css())>{name}</span> }
        });
        let has_pictures = app.pictures.with(|pictures| !pictures.is_empty());
        (!has_pictures).then(|| keys.collect_view())
    };
    let summary = move || {
        table.get().map(|table| {
            format!("Map of {} images; neighbours on it are kept with a trustworthiness of {:.2}. The table that can be downloaded has their places.", table.stimuli.len(), table.trustworthiness.0)
        })
    };
    view! {
        <div class="legend">{legend}</div>
        <div class="figure">
            <canvas role="img" aria-label=summary node_ref=canvas on:mousemove=point on:mouseleave=move |_| pointed.set(None)></canvas>
            {tip}
        </div>
    }
}

/// Draws a picture into a square once the browser has it, as large as its shape lets it be.
fn draw_when_there(
    canvas: &HtmlCanvasElement,
    address: &str,
    (left, top, side): (f64, f64, f64),
    drawing: StoredValue<u32>,
) {
    let Ok(image) = HtmlImageElement::new() else {
        return;
    };
    let this = drawing.get_value();
    let (loaded, canvas) = (image.clone(), canvas.clone());
    let on_load = Closure::once_into_js(move || {
        if drawing.try_get_value() != Some(this) {
            return;
        }
        let (width, height) = (
            f64::from(loaded.natural_width()),
            f64::from(loaded.natural_height()),
        );
        let shrink = side / width.max(height).max(1.0);
        let (width, height) = (width * shrink, height * shrink);
        if let Ok(pen) = context(&canvas) {
            // a picture that cannot be drawn leaves its place empty
            let _ = pen.draw_image_with_html_image_element_and_dw_and_dh(
                &loaded,
                left + (side - width) / 2.0,
                top + (side - height) / 2.0,
                width,
                height,
            );
        }
    });
    image.set_onload(Some(on_load.unchecked_ref()));
    image.set_src(address);
}

/// Begins to follow what is on the page.
pub fn start(app: App) {
    provide_context(MapQuery(query(app)));
}

/// The page.
pub fn page() -> AnyView {
    view! { <Content/> }.into_any()
}

fn query(app: App) -> Query<MapKey, ImageMapTable> {
    Query::new(
        app,
        Tells::Progress,
        move || {
            let shown = app.analysed().filter(|_| app.is_open(ImageMapView::NAME))?;
            let how = app.settings::<ImageMapSettings>();
            let (roi, filter) = (app.roi(&shown.table), app.filter(&shown.table));
            let is_there = !shown
                .table
                .pooled(how.pool, roi, 1, |network| filter[network])
                .is_empty();
            is_there.then_some((shown.results_id, roi, filter, how))
        },
        async move |(_, roi, filter, how): MapKey, report: &dyn Fn(Progress)| {
            let (engine, shown) = (app.engine.get_value(), results(app)?);
            let rows = shown
                .table
                .pooled(how.pool, roi, how.count, |network| filter[network]);
            secondary(&engine, &shown, report)
                .image_map(&rows, how.method, how.seed)
                .await
        },
    )
}
