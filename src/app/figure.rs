//! The canvas of the scatter: drawn anew when its data, size or colours change; what is pointed at
//! and chosen are rings laid over it, so that pointing draws nothing.

use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;
use plotters::prelude::IntoDrawingArea;
use plotters_canvas::CanvasBackend;
use wasm_bindgen::prelude::*;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData, KeyboardEvent, MouseEvent};

use crate::figures::{Colouring, Frame, Marks, Scatter, Theme};
use crate::results::{Column, Dimensions, sorted_rows};

use super::state::{App, Shown};

/// How near the pointer must be to a dot, in CSS pixels.
const REACH: f64 = 14.0;

/// The scatter of universality against alignment with the chosen region.
#[component]
pub fn Figure(colouring: Memo<Option<Arc<Colouring>>>) -> impl IntoView {
    let app = App::get();
    let canvas: NodeRef<html::Canvas> = NodeRef::new();
    let width = RwSignal::new(0.0_f64);
    let frame = RwSignal::new(None::<Frame>);
    let pointed = RwSignal::new(None::<usize>);
    watch_width(canvas, width);
    Effect::new(move |_| {
        let (Some(canvas), Some(shown), Some(colouring)) =
            (canvas.get(), app.shown.get(), colouring.get())
        else {
            return;
        };
        let (across, theme, view) = (width.get(), app.theme.get(), app.view.get());
        if across > 0.0 {
            // in a task of its own, after the rest of the page has changed
            request_animation_frame(move || {
                let roi = app.roi(&shown.table);
                frame.set(draw(
                    &canvas,
                    &shown,
                    roi,
                    &colouring,
                    (&theme, view.marks),
                    across,
                ));
                pointed.set(None);
            });
        }
    });
    // the order in which arrow keys walk through the dimensions
    let order = Memo::new(move |_| {
        app.shown.get().map_or_else(Vec::new, |shown| {
            sorted_rows(&shown.table, Column::Universality, true)
        })
    });
    let point = move |event: MouseEvent| pointed.set(under(app, frame, &event));
    let pick = move |event: MouseEvent| {
        if let (Some(shown), Some(row)) = (app.shown.get_untracked(), under(app, frame, &event)) {
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
        app.shown.get().map_or_else(String::new, |shown| {
            let roi = app.roi(&shown.table);
            let (rho, pairs) = shown.table.relation(roi);
            let name = shown.table.alignment.get(roi).map_or("no region", |alignment| &alignment.roi);
            format!(
                "Scatter of {pairs} dimensions: universality across, alignment with {name} upwards. Spearman correlation {rho:.2}. Arrow keys walk through the dimensions from the most universal on; the table below has all numbers."
            )
        })
    };
    let ring = move |row: Option<usize>, class: &'static str| {
        let shown = app.shown.get()?;
        let at = place_of(app, &shown, frame.get()?, row?)?;
        Some(view! { <i class=class style=format!("left:{:.1}px;top:{:.1}px", at.0, at.1)></i> })
    };
    let chosen = move || {
        app.shown
            .get()
            .and_then(|shown| app.chosen_row(&shown.table))
    };
    let tip = move || {
        let shown = app.shown.get()?;
        let row = pointed.get()?;
        let at = place_of(app, &shown, frame.get()?, row)?;
        let side = if at.0 > width.get() * 0.55 {
            "tip before"
        } else {
            "tip"
        };
        let roi = app.roi(&shown.table);
        Some(view! {
            <div class=side style=format!("left:{:.0}px;top:{:.0}px", at.0, at.1)>
                <b>{dimension_name(&shown.table, row)}</b><br/>
                {shown.table.network_of(row).name.clone()}<br/>
                {scores(&shown.table, row, roi)}
            </div>
        })
    };
    let spoken = move || {
        let shown = app.shown.get()?;
        let row = app.chosen_row(&shown.table)?;
        let roi = app.roi(&shown.table);
        Some(format!(
            "{}, {}, {}",
            shown.table.network_of(row).name,
            dimension_name(&shown.table, row),
            scores(&shown.table, row, roi)
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

/// `conv3, component 2`.
pub fn dimension_name(table: &Dimensions, row: usize) -> String {
    format!(
        "{}, component {}",
        table.layer_of(row).name,
        table.component[row]
    )
}

fn scores(table: &Dimensions, row: usize, roi: usize) -> String {
    let universality = format!("universality {}", two_decimals(table.universality[row]));
    match table.alignment.get(roi) {
        Some(alignment) => format!(
            "{universality}, alignment with {} {}",
            alignment.roi,
            two_decimals(alignment.scores[row])
        ),
        None => universality,
    }
}

/// A score in a sentence.
pub fn two_decimals(score: f64) -> String {
    if score.is_nan() {
        "undefined".into()
    } else {
        format!("{score:.2}")
    }
}

/// What is drawn upwards: alignment with a region, or the share of variance where there is no brain.
fn upwards(shown: &Shown, roi: usize) -> &[f64] {
    match shown.table.alignment.get(roi) {
        Some(alignment) => &alignment.scores,
        None => &shown.table.variance_share,
    }
}

/// Where a dimension lies on the canvas, in CSS pixels.
fn place_of(app: App, shown: &Shown, frame: Frame, row: usize) -> Option<(f64, f64)> {
    let x = *shown.table.universality.get(row)?;
    let y = *upwards(shown, app.roi(&shown.table)).get(row)?;
    let (x, y) = frame.to_pixels(x, y);
    (x.is_finite() && y.is_finite()).then_some((x / frame.scale, y / frame.scale))
}

fn under(app: App, frame: RwSignal<Option<Frame>>, event: &MouseEvent) -> Option<usize> {
    let (shown, frame) = (app.shown.get_untracked()?, frame.get_untracked()?);
    let at = (
        f64::from(event.offset_x()) * frame.scale,
        f64::from(event.offset_y()) * frame.scale,
    );
    let y = upwards(&shown, app.roi(&shown.table));
    frame.nearest(&shown.table.universality, y, at, REACH * frame.scale)
}

/// Keeps the signal at the width that the page gives the figure.
fn watch_width(canvas: NodeRef<html::Canvas>, width: RwSignal<f64>) {
    Effect::new(move |_| {
        let Some(parent) = canvas.get().and_then(|canvas| canvas.parent_element()) else {
            return;
        };
        width.set(f64::from(parent.client_width()));
        let watched = parent.clone();
        let on_resize = Closure::<dyn FnMut()>::new(move || {
            let now = f64::from(watched.client_width());
            if (width.get_untracked() - now).abs() > 0.5 {
                width.set(now);
            }
        });
        let Ok(observer) = web_sys::ResizeObserver::new(on_resize.as_ref().unchecked_ref()) else {
            return;
        };
        observer.observe(&parent);
        // one observer and its listener for each canvas, both gone with it
        let held = StoredValue::new_local(Some((observer, on_resize)));
        on_cleanup(move || {
            if let Some((observer, _)) = held.try_update_value(Option::take).flatten() {
                observer.disconnect();
            }
        });
    });
}

fn draw(
    canvas: &HtmlCanvasElement,
    shown: &Shown,
    roi: usize,
    colouring: &Colouring,
    (theme, marks): (&Theme, Marks),
    width: f64,
) -> Option<Frame> {
    let table = &shown.table;
    let height = (width * 0.84).clamp(300.0, 640.0);
    let scale = window().device_pixel_ratio().clamp(1.0, 4.0);
    let y_label = match table.alignment.get(roi) {
        Some(alignment) => format!("Brain alignment, {} → predicted by brains", alignment.roi),
        None => "Share of its layer\u{2019}s variance".to_owned(),
    };
    let figure = Scatter {
        x: &table.universality,
        y: upwards(shown, roi),
        colouring,
        marks,
        x_label: "Universality → shared by other networks".into(),
        y_label,
        theme,
    };
    let frame = figure.frame(width, height, scale);
    canvas.set_width(frame.size.0);
    canvas.set_height(frame.size.1);
    // the style gives the width; a height in the element keeps the page from jumping
    let style = web_sys::HtmlElement::style(canvas);
    let _ = style.set_property("height", &format!("{height}px"));
    let root = CanvasBackend::with_canvas_object(canvas.clone())?.into_drawing_area();
    figure.draw_below(&root, &frame).ok()?;
    lay_over(canvas, figure.dots(&frame), &frame).ok()?;
    figure.draw_above(&root, &frame).ok()?;
    Some(frame)
}

/// Lays the image of the dots over what is drawn; only drawing a canvas onto another blends.
fn lay_over(
    canvas: &HtmlCanvasElement,
    (pixels, width, height): (Vec<u8>, u32, u32),
    frame: &Frame,
) -> Result<(), JsValue> {
    let context = |canvas: &HtmlCanvasElement| -> Result<CanvasRenderingContext2d, JsValue> {
        canvas
            .get_context("2d")?
            .map(JsCast::unchecked_into)
            .ok_or(JsValue::NULL)
    };
    let layer: HtmlCanvasElement = document().create_element("canvas")?.unchecked_into();
    layer.set_width(width);
    layer.set_height(height);
    let image =
        ImageData::new_with_u8_clamped_array_and_sh(wasm_bindgen::Clamped(&pixels), width, height)?;
    context(&layer)?.put_image_data(&image, 0.0, 0.0)?;
    context(canvas)?.draw_image_with_html_canvas_element(
        &layer,
        frame.left.floor(),
        frame.top.floor(),
    )
}
