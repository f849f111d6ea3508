//! Canvases: drawn anew when what they show, their width or their colours change.

use leptos::html;
use leptos::prelude::*;
use plotters_canvas::CanvasBackend;
use wasm_bindgen::prelude::*;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData, MouseEvent};

use crate::figures::{Figure, Image, Sheet, Theme};

/// Device pixels a CSS pixel.
pub fn scale() -> f64 {
    window().device_pixel_ratio().clamp(1.0, 4.0)
}

/// Where the pointer is on a canvas, in device pixels.
pub fn pointer_position(event: &MouseEvent) -> (f64, f64) {
    let scale = scale();
    (
        f64::from(event.offset_x()) * scale,
        f64::from(event.offset_y()) * scale,
    )
}

/// A canvas as wide as the page lets it be. `draw` is told the width in CSS pixels and runs again
/// when a signal that it reads changes; what it reads later it must not read first.
pub fn follow(
    canvas: NodeRef<html::Canvas>,
    width: RwSignal<f64>,
    draw: impl Fn(&HtmlCanvasElement, f64) -> Option<Box<dyn FnOnce()>> + 'static,
) {
    watch_width(canvas, width);
    Effect::new(move |_| {
        let across = width.get();
        if let Some(canvas) = canvas.get().filter(|_| across > 0.0)
            && let Some(drawing) = draw(&canvas, across)
        {
            // in a task of its own, after the rest of the page has changed
            request_animation_frame(drawing);
        }
    });
}

/// Draws a figure over the whole canvas.
pub fn paint(canvas: &HtmlCanvasElement, figure: &impl Figure, width: f64, theme: &Theme) {
    let (height, scale) = (figure.height(width), scale());
    canvas.set_width((width * scale).round() as u32);
    canvas.set_height((height * scale).round() as u32);
    // the style gives the width; a height in the element keeps the page from jumping
    let style = web_sys::HtmlElement::style(canvas);
    let _ = style.set_property("height", &format!("{height}px"));
    let Some(backend) = CanvasBackend::with_canvas_object(canvas.clone()) else {
        return;
    };
    let mut lay = |image: &Image| {
        // a browser that cannot make an image shows the rest
        let _ = lay_over(canvas, image);
    };
    let mut sheet = Sheet::new(backend, scale, theme, Some(&mut lay));
    // drawing on a canvas does not fail
    let _ = figure.draw(&mut sheet);
}

/// The pen of a canvas.
pub fn context(canvas: &HtmlCanvasElement) -> Result<CanvasRenderingContext2d, JsValue> {
    canvas
        .get_context("2d")?
        .map(JsCast::unchecked_into)
        .ok_or(JsValue::NULL)
}

/// Only drawing a canvas onto another blends.
fn lay_over(canvas: &HtmlCanvasElement, image: &Image) -> Result<(), JsValue> {
    let layer: HtmlCanvasElement = document().create_element("canvas")?.unchecked_into();
    layer.set_width(image.width);
    layer.set_height(image.height);
    let pixels = ImageData::new_with_u8_clamped_array_and_sh(
        wasm_bindgen::Clamped(&image.pixels),
        image.width,
        image.height,
    )?;
    context(&layer)?.put_image_data(&pixels, 0.0, 0.0)?;
    context(canvas)?.draw_image_with_html_canvas_element(&layer, image.left, image.top)
}

/// Keeps the signal at the width that the page gives the canvas.
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

/// A small panel beside the pointer, on whichever side has room.
pub fn tip_class(x: f64, width: f64) -> &'static str {
    if x > width * 0.55 {
        "tip before"
    } else {
        "tip"
    }
}
