//! The blocks of a tab, as typed arrays outside the module's memory.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use wasm_bindgen::prelude::*;

use crate::blocks::Key;

/// Blocks by their keys, each with a label.
#[derive(Default)]
pub struct BlockStore {
    blocks: RefCell<HashMap<Key, Labelled>>,
    /// The label of blocks that come in.
    label: Cell<u32>,
}

struct Labelled {
    block: JsValue,
    label: u32,
}

impl BlockStore {
    /// Labels what is inserted from now on.
    pub fn label(&self, label: u32) {
        self.label.set(label);
    }

    /// Adds a block, or replaces the one of this key.
    pub fn insert(&self, key: Key, block: JsValue) {
        let label = self.label.get();
        let mut blocks = self.blocks.borrow_mut();
        blocks.insert(key, Labelled { block, label });
    }

    /// A block, without a copy.
    pub fn get(&self, key: Key) -> Option<JsValue> {
        let blocks = self.blocks.borrow();
        blocks.get(&key).map(|labelled| labelled.block.clone())
    }

    /// Whether a block is there.
    pub fn has(&self, key: Key) -> bool {
        self.blocks.borrow().contains_key(&key)
    }

    /// Takes a block out.
    pub fn remove(&self, key: Key) -> Option<JsValue> {
        let mut blocks = self.blocks.borrow_mut();
        blocks.remove(&key).map(|labelled| labelled.block)
    }

    /// Takes out all blocks of a label; returns their keys.
    pub fn remove_label(&self, label: u32) -> Vec<Key> {
        let mut removed = Vec::new();
        self.blocks.borrow_mut().retain(|&key, labelled| {
            if labelled.label == label {
                removed.push(key);
            }
            labelled.label != label
        });
        removed
    }
}
