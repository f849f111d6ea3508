//! Matrices on a canvas, and what the cell under the pointer says.

use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;
use web_sys::MouseEvent;

use crate::figures::heatmap::Heatmaps;

use super::plot::{follow, paint, pointer_position, scale, tip_class};
use super::state::App;

/// A memo of heatmaps, which are compared as a whole when they replace each other.
pub fn heatmaps(
    make: impl Fn() -> Option<Heatmaps> + Send + Sync + 'static,
) -> Memo<Option<Arc<Heatmaps>>> {
    Memo::new_with_compare(move |_| make().map(Arc::new), |_, _| true)
}

/// The matrices, with `tip` for a row and a column beside the pointer.
#[component]
pub fn HeatmapCanvas(
    /// The matrices.
    maps: Memo<Option<Arc<Heatmaps>>>,
    /// What a reader hears.
    #[prop(into)]
    summary: Signal<Option<String>>,
    /// What the panel says of a row and a column.
    tip: impl Fn(usize, usize) -> Option<AnyView> + Send + Sync + 'static,
) -> impl IntoView {
    let app = App::get();
    let canvas: NodeRef<html::Canvas> = NodeRef::new();
    let width = RwSignal::new(0.0_f64);
    let pointed = RwSignal::new(None::<(usize, usize, f64, f64)>);
    follow(canvas, width, move |canvas, across| {
        let (maps, theme) = (maps.get()?, app.theme.get());
        let canvas = canvas.clone();
        Some(Box::new(move || {
            pointed.set(None);
            paint(&canvas, &*maps, across, &theme);
        }))
    });
    let point = move |event: MouseEvent| {
        let cell = maps.get_untracked().and_then(|maps| {
            let frames = maps.frames(width.get_untracked(), scale());
            let (_, row, column) = maps.cell_at(&frames, pointer_position(&event))?;
            let at = (f64::from(event.offset_x()), f64::from(event.offset_y()));
            Some((row, column, at.0, at.1))
        });
        pointed.set(cell);
    };
    let panel = move || {
        let (row, column, x, y) = pointed.get()?;
        let said = tip(row, column)?;
        Some(view! {
            <div class=tip_class(x, width.get()) style=format!("left:{x:.0}px;top:{y:.0}px")>{said}</div>
        })
    };
    view! {
        <div class="figure">
            <canvas role="img" aria-label=move || summary.get() node_ref=canvas on:mousemove=point on:mouseleave=move |_| pointed.set(None)></canvas>
            {panel}
        </div>
    }
}
