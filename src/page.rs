//! The state of the page, and what its views share: controls, canvases, queries.

pub mod browser;
pub mod controls;
pub mod gallery;
pub mod heatmap;
pub mod legend;
pub mod null_lines;
pub mod plot;
pub mod query;
pub mod question;
pub mod schedule;
mod state;
pub mod unopened;

pub use state::{App, DEMO_LABEL, Shown};
