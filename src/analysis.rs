//! The paper's analyses, cut into jobs: plain numbers in, plain numbers out, so that a job runs the
//! same in a worker, on a thread and in a test.
//!
//! One room an analysis, each with its task; [`Plan`] cuts the main one into jobs.

mod arrays;
pub mod bootstrap;
pub mod brains;
pub mod components;
mod cost;
pub mod demo;
pub mod fold;
pub mod image_map;
mod job;
pub mod neighbours;
mod perform;
mod plan;
mod range;
pub mod reduced_rsa;
pub mod rsa_of_ones;
pub mod simulation;
mod stage;

pub use crate::options::{Options, Pooling, Resampling, Scope};
pub use job::{Block, Job, Key, Task, Use};
pub use perform::{perform, read_file};
pub use plan::{LayerKeys, Plan};
pub use range::power_of_ten;
pub use stage::Stage;
