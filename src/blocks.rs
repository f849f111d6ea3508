//! Blocks of numbers, the keys that they are kept under, and the files that they are kept in.

pub mod kept;

use std::hash::{Hash, Hasher};

use serde::{Deserialize, Serialize};

use crate::digest::{Digest, Digester};
use crate::formats::Values;
use crate::problem::Problem;
use crate::study::ArrayId;

/// Names the sources of this program that make numbers, and the versions of the libraries that they use.
pub const VERSION: &str = env!("NUMBERS_NAME");

/// Names a block in an engine's store. Blocks are named after what they are made of, so a block
/// that is there need not be made again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Key(u64, u64);

impl Key {
    /// The numbers of an array, as read.
    #[must_use]
    pub fn of_array(id: ArrayId) -> Self {
        Key(0, id.0)
    }

    /// A block named after whatever it is made of: the digests of arrays, the options that matter, and the
    /// version of the program, as far as it makes numbers. The same on every machine.
    pub fn of(what: &impl Hash) -> Self {
        let Digest(front, back) = Digest::of(&(VERSION, what));
        // never zero in front, which is where arrays are
        Key(front | 1, back)
    }

    /// Whether it names an array of this session, which says nothing of what the array holds.
    #[must_use]
    pub fn is_of_array(self) -> bool {
        self.0 == 0
    }

    /// As a digest, which names the block as well.
    #[must_use]
    pub fn digest(self) -> Digest {
        Digest(self.0, self.1)
    }

    /// From [`Key::digest`].
    #[must_use]
    pub fn of_digest(Digest(front, back): Digest) -> Self {
        Key(front, back)
    }

    /// Name of a block that a job gave beyond those it was asked for: reading a file gives as many
    /// as the file holds.
    #[must_use]
    pub fn further(self, index: usize) -> Self {
        Key::of(&("further", self, index))
    }

    /// An array id that no file read in this session has.
    pub(crate) fn as_array(self) -> ArrayId {
        ArrayId(self.1 | 1 << 63)
    }
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:016x}{:016x}", self.0, self.1)
    }
}

/// A block of numbers or bytes.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// Single precision.
    F32(Vec<f32>),
    /// Double precision.
    F64(Vec<f64>),
    /// Bytes.
    Bytes(Vec<u8>),
}

impl From<Values> for Block {
    fn from(values: Values) -> Self {
        match values {
            Values::F32(values) => Block::F32(values),
            Values::F64(values) => Block::F64(values),
        }
    }
}

impl Block {
    /// Number of elements.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Block::F32(values) => values.len(),
            Block::F64(values) => values.len(),
            Block::Bytes(values) => values.len(),
        }
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Its numbers in single precision; bytes are none.
    #[must_use]
    pub fn as_f32(&self) -> Option<&[f32]> {
        match self {
            Block::F32(values) => Some(values),
            _ => None,
        }
    }

    /// Its numbers in double precision.
    #[must_use]
    pub fn as_f64(&self) -> Option<&[f64]> {
        match self {
            Block::F64(values) => Some(values),
            _ => None,
        }
    }

    /// Bytes of memory that its elements take.
    #[must_use]
    pub fn size(&self) -> usize {
        match self {
            Block::F32(values) => size_of_val(values.as_slice()),
            Block::F64(values) => size_of_val(values.as_slice()),
            Block::Bytes(values) => values.len(),
        }
    }

    /// Digest of its elements.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let mut digester = Digester::new();
        match self {
            Block::F32(values) => digester.add_f32(values),
            Block::F64(values) => digester.add_f64(values),
            Block::Bytes(values) => digester.write(values),
        }
        digester.digest()
    }

    /// Its bytes.
    #[must_use]
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Block::Bytes(values) => Some(values),
            _ => None,
        }
    }
}

/// A block that a job needs is missing or not what it should be.
pub(crate) fn no_input() -> Problem {
    Problem::error("", "a block of numbers that should be there is missing")
        .expected("all inputs of the job")
        .hint("Run the analysis again; if it happens again, reload the page")
}
