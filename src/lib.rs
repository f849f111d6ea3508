//! Universal Dimensions: which dimensions of a neural network are shared by others, and are they
//! the ones that brains share?
//!
//! The floors of the house, from the ground up. Each uses those before it, never one after it:
//!
//! - [`order`], [`problem`]: sorting; what is told to a person when something is wrong
//! - [`formats`]: one reader a format, from bytes to named arrays
//! - [`math`]: Gram matrices, components, ridge, folds, ranks, densities
//! - [`options`]: what can be chosen of an analysis: words, bounds, and who says it
//! - [`study`]: what the user brings: roles, networks, brains, matching of stimuli
//! - [`analysis`]: the paper's analyses, cut into jobs
//! - [`results`]: the table of dimensions, and its CSV
//! - [`figures`]: each figure once, from results to drawing
//! - [`link`]: what a link carries
//! - [`engine`]: runs jobs, on threads natively and in Web Workers in a tab
//! - `command_line` (native) and `app` (wasm): the two doors

#![deny(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)
)]
#![warn(missing_docs)]

pub mod analysis;
#[cfg(target_arch = "wasm32")]
pub mod app;
#[cfg(not(target_arch = "wasm32"))]
pub mod command_line;
pub mod engine;
pub mod figures;
pub mod formats;
pub mod link;
pub mod math;
pub mod options;
pub mod order;
pub mod problem;
pub mod results;
pub mod study;
