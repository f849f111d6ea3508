//! The paper's analyses, cut into jobs.
//!
//! One module for each analysis, with its tasks ([`crate::jobs::Task`]); [`Plan`] cuts the main one into
//! jobs. A task is done by its `run` alone, which the registry in `tasks.rs` knows.

mod arrays;
pub mod bootstrap;
pub mod brains;
pub mod components;
mod cost;
pub mod demo;
mod failure;
pub mod fold;
pub mod image_map;
pub mod neighbours;
mod plan;
mod range;
pub mod read;
pub mod reduced_rsa;
pub mod rsa_of_ones;
pub mod simulation;
mod stage;

pub use crate::options::{Options, Pooling, Resampling, Scope};
pub use plan::{LayerKeys, Plan};
pub use range::power_of_ten;
pub use stage::Stage;
