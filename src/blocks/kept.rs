//! The file in which the blocks of one finished job are kept, on disk or in a browser's storage.
//!
//! ```text
//! "UD blocks"            8 bytes, of which the last is the version of this format
//! version of the program 16 bytes, a digest
//! number of blocks       8 bytes
//! for each block         key 16, kind 8, elements 8, digest of the elements 16
//! digest of all this     16 bytes
//! the elements           of one block after the other
//! ```
//!
//! Numbers stand with their lowest byte first. A file that is cut short, damaged, or of another version is
//! told apart from a whole one, and is never used.

use super::{Block, Key, VERSION};
use crate::digest::Digest;

const MAGIC: [u8; 8] = *b"UDblock\x01";
/// Bytes before the list of blocks.
const START: usize = 32;
/// Bytes of an item of the list.
const ITEM: usize = 48;
/// Most blocks of a file: jobs give thousands at most.
const MOST: u64 = 1 << 24;

/// What the elements of a block are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Numbers of single precision.
    F32,
    /// Numbers of double precision.
    F64,
    /// Bytes.
    Bytes,
}

impl Kind {
    const ALL: [Kind; 3] = [Kind::F32, Kind::F64, Kind::Bytes];

    /// Bytes of an element.
    #[must_use]
    pub fn width(self) -> u64 {
        match self {
            Kind::F32 => 4,
            Kind::F64 => 8,
            Kind::Bytes => 1,
        }
    }

    fn of(block: &Block) -> Self {
        match block {
            Block::F32(_) => Kind::F32,
            Block::F64(_) => Kind::F64,
            Block::Bytes(_) => Kind::Bytes,
        }
    }
}

/// A block of a file: what it is and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item {
    /// Its name.
    pub key: Key,
    /// What its elements are.
    pub kind: Kind,
    /// How many there are.
    pub elements: u64,
    /// Digest of its elements.
    pub digest: Digest,
}

impl Item {
    /// What there is to know of a block.
    #[must_use]
    pub fn of(key: Key, block: &Block) -> Self {
        Self {
            key,
            kind: Kind::of(block),
            elements: block.len() as u64,
            digest: block.digest(),
        }
    }

    /// Bytes that its elements take.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.elements.saturating_mul(self.kind.width())
    }

    /// The block from the bytes of its elements; `None` if they are not those that were kept.
    #[must_use]
    pub fn read(&self, bytes: Vec<u8>) -> Option<Block> {
        if bytes.len() as u64 != self.size() || Digest::of_bytes(&bytes) != self.digest {
            return None;
        }
        Some(match self.kind {
            Kind::F32 => {
                let (words, _) = bytes.as_chunks();
                Block::F32(words.iter().copied().map(f32::from_le_bytes).collect())
            }
            Kind::F64 => {
                let (words, _) = bytes.as_chunks();
                Block::F64(words.iter().copied().map(f64::from_le_bytes).collect())
            }
            Kind::Bytes => Block::Bytes(bytes),
        })
    }
}

/// The bytes of a block's elements.
#[must_use]
pub fn bytes_of(block: &Block) -> Vec<u8> {
    match block {
        Block::F32(values) => values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect(),
        Block::F64(values) => values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect(),
        Block::Bytes(values) => values.clone(),
    }
}

/// Why a file is of no use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Useless {
    /// It was written by a version of the program that computes otherwise.
    OtherVersion,
    /// It is cut short or damaged.
    Damaged,
}

/// The head of a file: all of it but the elements.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Head {
    /// Its blocks, in order.
    pub items: Vec<Item>,
}

impl Head {
    /// Name of the file of blocks: after all of them.
    #[must_use]
    pub fn name(keys: &[Key]) -> Digest {
        Digest::of(&(VERSION, keys))
    }

    /// As bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(Digest::of(&VERSION).to_bytes());
        bytes.extend((self.items.len() as u64).to_le_bytes());
        for item in &self.items {
            bytes.extend(item.key.digest().to_bytes());
            bytes.extend((item.kind as u64).to_le_bytes());
            bytes.extend(item.elements.to_le_bytes());
            bytes.extend(item.digest.to_bytes());
        }
        let digest = Digest::of_bytes(&bytes);
        bytes.extend(digest.to_bytes());
        bytes
    }

    /// Bytes of the head of a file, from its first bytes ([`Head::LEAST`] are enough).
    ///
    /// # Errors
    /// Why the file is of no use.
    pub fn size(first: &[u8]) -> Result<u64, Useless> {
        let start = first.first_chunk::<START>().ok_or(Useless::Damaged)?;
        let magic = start.first_chunk::<8>().ok_or(Useless::Damaged)?;
        if magic[..7] != MAGIC[..7] {
            return Err(Useless::Damaged);
        }
        if *magic != MAGIC || start[8..24] != Digest::of(&VERSION).to_bytes() {
            return Err(Useless::OtherVersion);
        }
        let count = u64_at(first, START - 8).ok_or(Useless::Damaged)?;
        if count > MOST {
            return Err(Useless::Damaged);
        }
        Ok((START + Digest::SIZE) as u64 + count * ITEM as u64)
    }

    /// Bytes that tell the size of a head.
    pub const LEAST: usize = START;

    /// Reads the head of a file of so many bytes.
    ///
    /// # Errors
    /// Why the file is of no use.
    pub fn read(head: &[u8], file: u64) -> Result<Self, Useless> {
        let size = Self::size(head)?;
        if head.len() as u64 != size {
            return Err(Useless::Damaged);
        }
        let (body, digest) = head
            .split_last_chunk::<{ Digest::SIZE }>()
            .ok_or(Useless::Damaged)?;
        if Digest::of_bytes(body) != Digest::from_bytes(*digest) {
            return Err(Useless::Damaged);
        }
        let list = body.get(START..).ok_or(Useless::Damaged)?;
        let items: Option<Vec<Item>> = list.chunks(ITEM).map(item_of).collect();
        let this = Self {
            items: items.ok_or(Useless::Damaged)?,
        };
        match this.ends().last() {
            Some(end) if end == file => Ok(this),
            None if size == file => Ok(this),
            _ => Err(Useless::Damaged),
        }
    }

    /// Where the elements of each block begin in the file.
    pub fn starts(&self) -> impl Iterator<Item = u64> {
        let size = (START + Digest::SIZE + self.items.len() * ITEM) as u64;
        std::iter::once(size).chain(self.ends())
    }

    /// Where those of each end.
    fn ends(&self) -> impl Iterator<Item = u64> {
        let size = (START + Digest::SIZE + self.items.len() * ITEM) as u64;
        self.items.iter().scan(size, |end, item| {
            *end = end.saturating_add(item.size());
            Some(*end)
        })
    }
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    let bytes = bytes.get(at..)?.first_chunk()?;
    Some(u64::from_le_bytes(*bytes))
}

fn digest_at(bytes: &[u8], at: usize) -> Option<Digest> {
    let bytes = bytes.get(at..)?.first_chunk()?;
    Some(Digest::from_bytes(*bytes))
}

fn item_of(bytes: &[u8]) -> Option<Item> {
    let kind = u64_at(bytes, 16)?;
    Some(Item {
        key: Key::of_digest(digest_at(bytes, 0)?),
        kind: Kind::ALL.into_iter().find(|of| *of as u64 == kind)?,
        elements: u64_at(bytes, 24)?,
        digest: digest_at(bytes, 32)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> (Head, Vec<Block>, Vec<u8>) {
        let blocks = vec![
            Block::F32(vec![1.0, f32::NAN, -0.0]),
            Block::F64(vec![2.5; 4]),
            Block::Bytes(vec![7; 5]),
            Block::F32(Vec::new()),
        ];
        let items = (blocks.iter().enumerate())
            .map(|(index, block)| Item::of(Key::of(&index), block))
            .collect();
        let head = Head { items };
        let mut bytes = head.to_bytes();
        for block in &blocks {
            bytes.extend(bytes_of(block));
        }
        (head, blocks, bytes)
    }

    fn opened(bytes: &[u8]) -> Result<Vec<Block>, Useless> {
        let size = Head::size(bytes)? as usize;
        let head = bytes.get(..size).ok_or(Useless::Damaged)?;
        let head = Head::read(head, bytes.len() as u64)?;
        head.items
            .iter()
            .zip(head.starts())
            .map(|(item, start)| {
                let part = &bytes[start as usize..(start + item.size()) as usize];
                item.read(part.to_vec()).ok_or(Useless::Damaged)
            })
            .collect()
    }

    #[test]
    fn blocks_come_back_as_they_were() {
        let (_, blocks, bytes) = file();
        let read = opened(&bytes).expect("is whole");
        // NaN is not itself
        assert_eq!(format!("{read:?}"), format!("{blocks:?}"));
        assert_eq!(opened(&Head::default().to_bytes()), Ok(Vec::new()));
    }

    #[test]
    fn no_damage_goes_unnoticed() {
        let (_, _, bytes) = file();
        for length in 0..bytes.len() {
            assert_eq!(opened(&bytes[..length]), Err(Useless::Damaged), "{length}");
        }
        let longer = [bytes.as_slice(), &[0]].concat();
        assert_eq!(opened(&longer), Err(Useless::Damaged));
        let mut damaged = bytes.clone();
        for position in 0..bytes.len() {
            for flip in [1, 128] {
                damaged[position] ^= flip;
                assert!(opened(&damaged).is_err(), "{position}");
                damaged[position] ^= flip;
            }
        }
    }

    #[test]
    fn another_version_is_told_from_damage() {
        let (_, _, mut bytes) = file();
        bytes[10] ^= 1;
        assert_eq!(opened(&bytes), Err(Useless::OtherVersion));
        bytes[10] ^= 1;
        bytes[7] = 2;
        assert_eq!(opened(&bytes), Err(Useless::OtherVersion));
    }
}
