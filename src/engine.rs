//! Runs jobs: on threads natively, in Web Workers in a tab. One trait, so that everything above it
//! is written once.

#[cfg(not(target_arch = "wasm32"))]
pub mod listing;
#[cfg(not(target_arch = "wasm32"))]
pub mod native;
#[cfg(not(target_arch = "wasm32"))]
pub mod store;
pub mod supervision;
#[cfg(target_arch = "wasm32")]
pub mod web;

use crate::blocks::{Block, Key};
use crate::jobs::Job;
use crate::problem::Problem;
use crate::study::Collection;

/// Whatever runs jobs and keeps their blocks.
#[allow(
    async_fn_in_trait,
    reason = "engines live on one thread and are never boxed"
)]
pub trait Engine {
    /// Puts a block into the block store.
    fn put(&self, key: Key, block: Block);

    /// A copy of a block in the block store.
    fn get(&self, key: Key) -> Option<Block>;

    /// Whether a block is in the block store.
    fn has(&self, key: Key) -> bool;

    /// Removes a block from the block store.
    fn discard(&self, key: Key);

    /// Runs jobs in any order and puts what they give into the block store; `done` is told the cost of each
    /// as it ends. Whoever asks leaves out what is there already: see [`workflow`](crate::workflow).
    ///
    /// # Errors
    /// [`Stopped`] at the first job that fails, or when cancelled.
    async fn run(&self, jobs: Vec<Job>, done: &dyn Fn(f64)) -> Result<(), Stopped>;

    /// Takes notice of blocks that others have put into the same store meanwhile, where others can.
    fn look_again(&self) {}

    /// Lets whatever shares the thread have its turn, where something does.
    async fn yield_to_ui(&self);

    /// Seconds since some fixed moment.
    fn clock(&self) -> f64;
}

/// Why a run ended before its results.
#[derive(Debug, Clone, PartialEq)]
pub enum Stopped {
    /// The user cancelled it.
    Cancelled,
    /// It cannot go on.
    Failed(Problem),
    /// What computes broke down: the same may go through when it is tried again.
    BrokeDown(Problem),
}

impl Stopped {
    /// What the user is told: nothing where it was cancelled.
    #[must_use]
    pub fn into_problems(self) -> Vec<Problem> {
        match self {
            Stopped::Failed(problem) | Stopped::BrokeDown(problem) => vec![problem],
            Stopped::Cancelled => Vec::new(),
        }
    }
}

/// Puts layers that came as a file for each image behind one another.
pub fn stack_images(engine: &impl Engine, collection: &mut Collection) {
    for (members, stack) in collection.stack_images() {
        let blocks = members.iter().map(|&id| engine.get(Key::of_array(id)));
        let joined = blocks.fold(None, |joined: Option<Block>, block| match (joined, block) {
            (Some(Block::F32(mut all)), Some(Block::F32(more))) => {
                all.extend(more);
                Some(Block::F32(all))
            }
            (Some(Block::F64(mut all)), Some(Block::F64(more))) => {
                all.extend(more);
                Some(Block::F64(all))
            }
            (joined, block) => joined.or(block),
        });
        if let Some(block) = joined {
            engine.put(Key::of_array(stack), block);
        }
        for id in members {
            engine.discard(Key::of_array(id));
        }
    }
}
