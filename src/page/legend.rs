//! What colours mean.

use leptos::prelude::*;

use crate::figures::Rgb;
use crate::figures::colour::scale;

/// A colour scale with what its ends mean.
pub fn scale_key(from: String, to: String, stops: &[Rgb]) -> impl IntoView + use<> {
    let stops: Vec<String> = stops.iter().map(|stop| stop.css()).collect();
    view! {
        <span class="scale">
            {from}
            <i style=format!("background:linear-gradient(to right,{})", stops.join(","))></i>
            {to}
        </span>
    }
}

/// The colours of a scale from its first end to its last.
pub fn stops() -> Vec<Rgb> {
    (0..=8).map(|stop| scale(f64::from(stop) / 8.0)).collect()
}
