//! Universal Dimensions: which dimensions of a neural network are shared by others, and are they
//! the ones that brains share?
//!
//! The layers, from the lowest up. A module uses those before it and those of its own line, never one
//! after it, and the modules of one folder never each other in a circle. `tests/architecture` reads this
//! list and checks both:
//!
//! - [`digest`], [`stable_sort`], [`problem`]: digests of content; sorting; what is told to the user when
//!   something is wrong
//! - [`formats`]: one reader a format, from bytes to named arrays
//! - [`math`]: Gram matrices, components, ridge, folds, ranks, densities
//! - [`options`]: what can be chosen of an analysis: words, bounds, and who says it
//! - [`study`]: what the user brings: roles, networks, brains, matching of stimuli
//! - [`blocks`]: blocks of numbers and their keys
//! - [`jobs`]: what a job is, and what a kind of job is
//! - [`analysis`]: the paper's analyses, cut into jobs
//! - [`results`]: the table of dimensions, and its CSV
//! - [`figures`]: each figure once, from results to drawing
//! - [`link`]: what a link carries
//! - [`engine`]: runs jobs, on threads natively and in Web Workers in a tab
//! - [`workflow`]: runs an analysis from start to end: plan, run, collect
//! - [`run_state`]: what the page is doing, and what waits for its turn
//! - `export`, `page`: files of a study natively; the state of the page and what its views share
//! - [`views`]: a folder for each view: its analysis, tables, figure, page and files
//! - [`tasks`]: the registry of all kinds of jobs
//! - `command_line`, `app`: the native program and the page

#![deny(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)
)]
#![warn(missing_docs)]

pub mod analysis;
#[cfg(target_arch = "wasm32")]
pub mod app;
pub mod blocks;
#[cfg(not(target_arch = "wasm32"))]
pub mod command_line;
pub mod digest;
pub mod engine;
#[cfg(not(target_arch = "wasm32"))]
pub mod export;
pub mod figures;
pub mod formats;
pub mod jobs;
pub mod link;
pub mod math;
pub mod options;
#[cfg(target_arch = "wasm32")]
pub mod page;
pub mod problem;
pub mod results;
pub mod run_state;
pub mod stable_sort;
pub mod study;
pub mod tasks;
pub mod views;
pub mod workflow;
