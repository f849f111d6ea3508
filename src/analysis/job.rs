//! Jobs and the blocks of numbers that they pass on.

use std::hash::{Hash, Hasher};

use serde::{Deserialize, Serialize};

use super::options::Pooling;
use crate::formats::Values;
use crate::math::ridge::Mapping;
use crate::study::{ArrayId, Measure, Part};

/// Names a block on the engine's shelf. Blocks are named after what they are made of, so a block
/// that is there need not be made again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Key(u64, u64);

impl Key {
    /// The numbers of an array, as read.
    #[must_use]
    pub fn of_array(id: ArrayId) -> Self {
        Key(0, id.0)
    }

    /// A block named after whatever it is made of.
    pub fn of(what: &impl Hash) -> Self {
        let half = |salt: u8| {
            let mut hasher = std::hash::DefaultHasher::new();
            salt.hash(&mut hasher);
            what.hash(&mut hasher);
            hasher.finish()
        };
        // never zero in front, which is where arrays are
        Key(half(1) | 1, half(2))
    }

    /// Name of a block that a job gave beyond those it was asked for: reading a file gives as many
    /// as the file holds.
    #[must_use]
    pub fn further(self, place: usize) -> Self {
        Key::of(&("further", self, place))
    }

    /// An array id that no file read in this session has.
    pub(super) fn as_array(self) -> ArrayId {
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

    /// Its bytes.
    #[must_use]
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Block::Bytes(values) => Some(values),
            _ => None,
        }
    }
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Task {
    /// File bytes -> a JSON list of [`crate::study::ReadItem`]s, then a block for each of
    /// its contents.
    Read {
        /// Path of the file.
        path: String,
    },
    /// Arrays of one layer -> scores T (n x r, f32), variances (r), [total variance, units,
    /// constant units], Gram matrix (n x n).
    Components {
        /// The arrays' shapes and stimuli.
        parts: Vec<Part>,
        /// How feature maps become units.
        pooling: Pooling,
    },
    /// A brain's array -> Gram matrix (n x n), [share of the spectrum clipped, constant units].
    BrainGram {
        /// The array's shape and stimuli.
        part: Part,
        /// What it measures.
        measure: Measure,
        /// z-score voxels.
        z_score: bool,
        /// `trace / n` for an RDM.
        rdm_scale: f64,
    },
    /// Gram matrices of the layers of a network -> their sum.
    AddGrams,
    /// Gram matrix of a predictor, then scores T of target layers -> for each of these the fold
    /// scores (f32) and the alphas chosen (bytes).
    Fold {
        /// Number of stimuli n.
        stimuli: usize,
        /// Number of folds.
        folds: usize,
        /// Seed of the folds.
        seed: u64,
        /// Which fold.
        fold: usize,
        /// How to map.
        mapping: Mapping,
        /// Columns of each target layer to predict, the first.
        columns: Vec<usize>,
    },
}

impl Task {
    /// What the user is told is being done when it fails.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Task::Read { path } => format!("reading {path}"),
            Task::Components { parts, .. } => format!(
                "finding the components of {}",
                parts
                    .first()
                    .map(|part| part.path.as_str())
                    .unwrap_or_default()
            ),
            Task::BrainGram { part, .. } => format!("preparing {}", part.path),
            Task::AddGrams => "adding up the layers of a network".into(),
            Task::Fold {
                stimuli, columns, ..
            } => format!(
                "predicting {} dimensions of {stimuli} stimuli",
                columns.iter().sum::<usize>()
            ),
        }
    }
}

/// A task with the blocks that it takes and gives.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// What is to be done.
    pub task: Task,
    /// Blocks that go in, in order.
    pub inputs: Vec<Key>,
    /// Names of the blocks that come out, in order.
    pub outputs: Vec<Key>,
    /// Expected duration in seconds on a reference machine, for progress.
    pub cost: f64,
}
