//! The paper's analyses, cut into jobs.
//!
//! One module for each analysis, with its tasks ([`crate::jobs::Task`]); [`Plan`] cuts the main one into
//! jobs. A task is done by its `run` alone, which the registry in `tasks.rs` knows.

mod arrays;
pub mod brains;
pub mod components;
pub mod cost;
pub mod demo;
mod failure;
pub mod fold;
mod plan;
mod range;
pub mod read;
pub mod shuffled;

pub use crate::options::{Options, Pooling, Resampling, Scope};
pub use plan::{COLUMNS_A_JOB, Group, LayerKeys, Plan, TargetBlock};
pub use range::power_of_ten;
