//! Where blocks live natively: one interface, and two homes behind it, memory and a folder.

mod cache;
mod folder;
mod swap;

pub use folder::Folder;

use std::collections::HashMap;
use std::sync::{Arc, RwLock};

use crate::blocks::{Block, Key};
use crate::problem::Problem;

/// Keeps blocks by their keys, for threads.
pub trait BlockStore: Send + Sync {
    /// Whether a block is there.
    fn has(&self, key: Key) -> bool;

    /// A block.
    fn get(&self, key: Key) -> Option<Arc<Block>>;

    /// Adds a block for as long as the program runs, or replaces the one of this key.
    fn put(&self, key: Key, block: Block);

    /// Adds what a finished job gave, for good where the home outlives the program.
    ///
    /// # Errors
    /// A [`Problem`] if it cannot be kept.
    fn keep(&self, blocks: Vec<(Key, Block)>) -> Result<(), Problem>;

    /// Removes a block.
    fn discard(&self, key: Key);

    /// Takes notice of what others have kept here meanwhile.
    fn look_again(&self) {}

    /// What there is to be said since it was asked last.
    fn take_notices(&self) -> Vec<Problem> {
        Vec::new()
    }
}

/// Blocks in memory.
#[derive(Default)]
pub struct Memory(RwLock<HashMap<Key, Arc<Block>>>);

impl BlockStore for Memory {
    fn has(&self, key: Key) -> bool {
        self.0.read().is_ok_and(|blocks| blocks.contains_key(&key))
    }

    fn get(&self, key: Key) -> Option<Arc<Block>> {
        self.0.read().ok()?.get(&key).cloned()
    }

    fn put(&self, key: Key, block: Block) {
        if let Ok(mut blocks) = self.0.write() {
            blocks.insert(key, Arc::new(block));
        }
    }

    fn keep(&self, made: Vec<(Key, Block)>) -> Result<(), Problem> {
        if let Ok(mut blocks) = self.0.write() {
            let made = made.into_iter();
            blocks.extend(made.map(|(key, block)| (key, Arc::new(block))));
        }
        Ok(())
    }

    fn discard(&self, key: Key) {
        if let Ok(mut blocks) = self.0.write() {
            blocks.remove(&key);
        }
    }
}
