//! The paper's analyses, cut into jobs: plain numbers in, plain numbers out, so that a job runs the
//! same in a worker, on a thread and in a test.

pub mod demo;
mod job;
mod options;
mod perform;
mod plan;

pub use job::{Block, Job, Key, Task};
pub use options::{Options, Pooling};
pub use perform::perform;
pub use plan::{LayerKeys, Plan, Stage};
