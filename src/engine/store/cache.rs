//! Blocks in memory up to a size, those that were used last.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::blocks::{Block, Key};

/// Blocks by their keys, in the order in which they were used.
pub struct Cache {
    blocks: HashMap<Key, (Arc<Block>, u64)>,
    /// Keys by when they were used.
    uses: BTreeMap<u64, Key>,
    now: u64,
    /// Bytes of all blocks.
    size: usize,
    /// Bytes that they may take.
    most: usize,
}

impl Cache {
    /// With room for so many bytes.
    pub fn new(most: usize) -> Self {
        Self {
            blocks: HashMap::new(),
            uses: BTreeMap::new(),
            now: 0,
            size: 0,
            most,
        }
    }

    /// A block, which is then the one that was used last.
    pub fn get(&mut self, key: Key) -> Option<Arc<Block>> {
        let (block, used) = self.blocks.get_mut(&key)?;
        self.uses.remove(used);
        self.now += 1;
        *used = self.now;
        self.uses.insert(self.now, key);
        Some(block.clone())
    }

    /// Whether a block is there.
    pub fn has(&self, key: Key) -> bool {
        self.blocks.contains_key(&key)
    }

    /// Adds a block as the one that was used last.
    pub fn insert(&mut self, key: Key, block: Arc<Block>) {
        self.remove(key);
        self.now += 1;
        self.size += block.size();
        self.uses.insert(self.now, key);
        self.blocks.insert(key, (block, self.now));
    }

    /// Takes a block out.
    pub fn remove(&mut self, key: Key) -> Option<Arc<Block>> {
        let (block, used) = self.blocks.remove(&key)?;
        self.uses.remove(&used);
        self.size -= block.size();
        Some(block)
    }

    /// Takes out the block that was not used for longest, if there is more than there may be. The one that
    /// was used last stays.
    pub fn overflow(&mut self) -> Option<(Key, Arc<Block>)> {
        if self.size <= self.most || self.blocks.len() < 2 {
            return None;
        }
        let (_, &key) = self.uses.first_key_value()?;
        Some((key, self.remove(key)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_used_for_longest_goes_first() {
        let mut cache = Cache::new(20);
        let keys: Vec<Key> = (0..4).map(|index| Key::of(&index)).collect();
        for &key in &keys[..2] {
            cache.insert(key, Arc::new(Block::Bytes(vec![0; 10])));
        }
        assert_eq!(cache.overflow(), None);
        assert!(cache.get(keys[0]).is_some());
        cache.insert(keys[2], Arc::new(Block::Bytes(vec![0; 10])));
        assert_eq!(cache.overflow().map(|(key, _)| key), Some(keys[1]));
        assert_eq!(cache.overflow(), None);
        // larger than all there is room for, it is there all the same
        cache.insert(keys[3], Arc::new(Block::Bytes(vec![0; 100])));
        while cache.overflow().is_some() {}
        assert!(cache.has(keys[3]) && !cache.has(keys[0]));
        assert_eq!(cache.size, 100);
        // replaced, it counts once
        cache.insert(keys[3], Arc::new(Block::Bytes(vec![0; 5])));
        assert_eq!((cache.size, cache.uses.len()), (5, 1));
    }
}
