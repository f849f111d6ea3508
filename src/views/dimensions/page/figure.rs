//! The figure of the Dimensions view: what is pointed at and chosen are rings laid over the canvas,
//! so that pointing draws nothing.

use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;
use web_sys::{KeyboardEvent, MouseEvent};

use crate::figures::scatter::Panel;
use crate::figures::{Colouring, Frame, Marks, Panels, Scatter};
use crate::results::text::{dimension_name, two_decimals};
use crate::results::{Column, Dimensions, Score, sorted_rows};
use crate::views::dimensions::ranks::RankDistribution;
use crate::views::dimensions::settings::DimensionsSettings;

use super::correlations::Correlations;
use super::shown::ShownSelection;
use crate::page::null_lines::NullLinesQuery;
use crate::page::plot::{follow, paint, pointer_position, scale, tip_class};
use crate::page::{App, Shown};

/// How near the pointer must be to a dot, in CSS pixels.
const REACH: f64 = 14.0;

/// What is drawn, for finding dots again.
#[derive(Clone)]
struct OnCanvas {
    shown: Arc<Shown>,
    panels: Arc<Vec<Panel>>,
    colouring: Arc<Colouring>,
    frames: Arc<Vec<Frame>>,
}

impl OnCanvas {
    fn scatter(&self) -> Scatter<'_> {
        Scatter {
            x: &self.shown.table.universality,
            panels: &self.panels,
            colouring: &self.colouring,
            depths: &[],
            marks: Marks::Dots,
            x_label: String::new(),
            y_label: String::new(),
            chance: (None, None),
        }
    }

    /// Where a dimension lies, in CSS pixels.
    fn position_of(&self, row: usize) -> Option<(f64, f64)> {
        let (x, y) = self.scatter().position_of(&self.frames, row)?;
        Some((x / scale(), y / scale()))
    }
}

/// Universality against the chosen score, as chosen.
#[component]
pub fn Figure(colouring: Memo<Option<Arc<Colouring>>>) -> impl IntoView {
    let app = App::get();
    let lines = NullLinesQuery::get();
    let (selection, correlations) = (ShownSelection::of_page(), Correlations::of_page());
    let canvas: NodeRef<html::Canvas> = NodeRef::new();
    let width = RwSignal::new(0.0_f64);
    let drawn = RwSignal::new(None::<OnCanvas>);
    let pointed = RwSignal::new(None::<usize>);
    follow(canvas, width, move |canvas, across| {
        let (shown, colouring) = (app.shown.get()?, colouring.get()?);
        let (theme, view) = (app.theme.get(), app.settings::<DimensionsSettings>());
        let selection = selection.get()?;
        let (roi, score) = (selection.roi, selection.score);
        let null = lines.ready();
        let canvas = canvas.clone();
        Some(Box::new(move || {
            pointed.set(None);
            let (table, filter) = (&shown.table, &selection.networks);
            if view.marks == Marks::RankGroups {
                let figure = RankDistribution::of(table, score, roi, |network| filter[network]);
                paint(&canvas, &figure, across, &theme);
                drawn.set(None);
                return;
            }
            let panels = offered(view.panels, score).of(table, score, roi, |n| filter[n]);
            let depths: Vec<f64> = (0..table.len())
                .map(|row| table.layer_of(row).depth)
                .collect();
            let chance = null.map_or((None, None), |null| {
                let is_one = score == Score::Alignment && view.panels != Panels::Region;
                let up = null.alignment.get(roi).copied();
                (Some(null.universality), up.filter(|_| is_one))
            });
            let figure = Scatter {
                x: &table.universality,
                panels: &panels,
                colouring: &colouring,
                depths: &depths,
                marks: view.marks,
                x_label: "Universality \u{2192} shared by other networks".into(),
                y_label: y_label(table, score, roi),
                chance,
            };
            paint(&canvas, &figure, across, &theme);
            let frames = figure.frames(across, scale());
            drawn.set(Some(OnCanvas {
                frames: Arc::new(frames),
                panels: Arc::new(panels),
                colouring,
                shown,
            }));
        }))
    });
    // the order in which arrow keys walk through the dimensions
    let order = Memo::new(move |_| {
        let shown = app.shown.get().zip(selection.get());
        shown.map_or_else(Vec::new, |(shown, selection)| {
            let mut rows = sorted_rows(&shown.table, Column::Universality, true);
            rows.retain(|&row| selection.networks[shown.table.layer_of(row as usize).network]);
            rows
        })
    });
    let under = move |event: &MouseEvent| {
        let drawn = drawn.get_untracked()?;
        let at = pointer_position(event);
        drawn.scatter().row_at(&drawn.frames, at, REACH * scale())
    };
    let point = move |event: MouseEvent| pointed.set(under(&event));
    let pick = move |event: MouseEvent| {
        if let (Some(shown), Some(row)) = (app.shown.get_untracked(), under(&event)) {
            app.choose(&shown.table, row);
        }
    };
    let walk = move |event: KeyboardEvent| {
        let Some(shown) = app.shown.get_untracked() else {
            return;
        };
        let order = order.get_untracked();
        let now = app
            .chosen_row(&shown.table)
            .and_then(|row| order.iter().position(|&r| r as usize == row));
        let now = now.unwrap_or(0);
        let last = order.len().saturating_sub(1);
        let next = match event.key().as_str() {
            "ArrowRight" | "ArrowDown" => (now + 1).min(last),
            "ArrowLeft" | "ArrowUp" => now.saturating_sub(1),
            "PageDown" => (now + 100).min(last),
            "PageUp" => now.saturating_sub(100),
            "Home" => 0,
            "End" => last,
            _ => return,
        };
        event.prevent_default();
        pointed.set(None);
        if let Some(&row) = order.get(next) {
            app.choose(&shown.table, row as usize);
        }
    };
    let summary = move || {
        let shown = app.shown.get().zip(selection.get());
        shown.map_or_else(String::new, |(shown, selection)| {
            let y_label = y_label(&shown.table, selection.score, selection.roi);
            let dimensions = selection.dimensions_in_words(&shown.table);
            let networks = selection.networks_in_words();
            let networks = networks.map_or_else(String::new, |some| format!(", {some}"));
            let found = correlations.chosen().map_or_else(String::new, |found| {
                let (rho, known) = found.numbers();
                format!("Spearman correlation of the two {rho}{known}.")
            });
            format!(
                "Scatter of {dimensions}{networks}: universality across, {y_label} upwards. {found} Arrow keys walk through the dimensions from the most universal on; the table below has all numbers."
            )
        })
    };
    let ring = move |row: Option<usize>, class: &'static str| {
        let at = drawn.get()?.position_of(row?)?;
        Some(view! { <i class=class style=format!("left:{:.1}px;top:{:.1}px", at.0, at.1)></i> })
    };
    let chosen = move || {
        app.shown
            .get()
            .and_then(|shown| app.chosen_row(&shown.table))
    };
    let tip = move || {
        let row = pointed.get()?;
        let drawn = drawn.get()?;
        let (at, table) = (drawn.position_of(row)?, &drawn.shown.table);
        Some(view! {
            <div class=tip_class(at.0, width.get()) style=format!("left:{:.0}px;top:{:.0}px", at.0, at.1)>
                <b>{dimension_name(table, row)}</b><br/>
                {table.network_of(row).name.clone()}<br/>
                {scores(app, table, row)}
            </div>
        })
    };
    let spoken = move || {
        let shown = app.shown.get()?;
        let row = app.chosen_row(&shown.table)?;
        Some(format!(
            "{}, {}, {}",
            shown.table.network_of(row).name,
            dimension_name(&shown.table, row),
            scores(app, &shown.table, row)
        ))
    };
    view! {
        <div class="figure">
            <canvas
                id="figure" tabindex="0" role="img" aria-label=summary node_ref=canvas
                on:mousemove=point on:mouseleave=move |_| pointed.set(None) on:click=pick on:keydown=walk
            ></canvas>
            {move || ring(chosen(), "ring chosen")}
            {move || ring(pointed.get(), "ring")}
            {tip}
            <span class="unseen" aria-live="polite">{spoken}</span>
        </div>
    }
}

/// Panels by subject show each subject's alignment, by region the same score of each: other scores have
/// neither.
fn offered(panels: Panels, score: Score) -> Panels {
    match panels {
        Panels::Subject if score != Score::Alignment => Panels::One,
        Panels::Region if !score.has_region() => Panels::One,
        panels => panels,
    }
}

/// What the y axis says, and what more of it means.
fn y_label(table: &Dimensions, score: Score, roi: usize) -> String {
    let region = table.alignment.get(roi).map_or("", |region| &region.roi);
    match score {
        Score::Alignment => format!("Brain alignment, {region} \u{2192} predicted by brains"),
        Score::Adjusted => format!("Adjusted alignment, {region} \u{2192} predicted by brains"),
        Score::Reliability => format!("Reliability, {region} \u{2192} subjects agree on it"),
        Score::Rsa => format!("RSA alignment, {region} \u{2192} as brains have it"),
        Score::UniversalityOls => "Universality by least squares".into(),
        Score::UniversalityOneToOne => "Universality by the best single unit".into(),
        Score::VarianceShare => "Share of its layer\u{2019}s variance".into(),
    }
}

fn scores(app: App, table: &Dimensions, row: usize) -> String {
    let universality = format!("universality {}", two_decimals(table.universality[row]));
    let roi = app.roi(table);
    let mut said = match table.alignment.get(roi) {
        Some(alignment) => format!(
            "{universality}, alignment with {} {}",
            alignment.roi,
            two_decimals(alignment.scores[row])
        ),
        None => universality,
    };
    let score = app
        .settings::<DimensionsSettings>()
        .y_score
        .offered(table, roi);
    if let (false, Some(values)) = (score == Score::Alignment, table.score(score, roi)) {
        let name = score.label().to_ascii_lowercase();
        said.push_str(&format!(", {name} {}", two_decimals(values[row])));
    }
    said
}
