//! Jobs and the blocks of numbers that they pass on.

use std::hash::{Hash, Hasher};

use serde::{Deserialize, Serialize};

use super::bootstrap::Bootstrap;
use super::brains::{BrainGram, TakeRdm};
use super::components::FindComponents;
use super::fold::{Decompose, PredictFold};
use super::image_map::ImageMap;
use super::neighbours::Neighbours;
use super::reduced_rsa::{ReducedRdmOf, ReducedRsa};
use super::rsa_of_ones::RsaOfOnes;
use super::simulation::Simulation;
use crate::formats::Values;
use crate::math::MathError;
use crate::math::ridge::Mapping;
use crate::problem::Problem;
use crate::study::ArrayId;

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
    /// A file -> a list of [`crate::study::ReadItem`]s (`packed`), then a block for each of its contents;
    /// done by [`super::read_file`].
    Read {
        /// Path of the file.
        path: String,
    },
    /// Dimensions of a layer.
    Components(FindComponents),
    /// A brain as a predictor.
    BrainGram(BrainGram),
    /// A brain, or anything else that was brought, as an RDM.
    Rdm(TakeRdm),
    /// Gram matrices of the layers of a network -> their sum.
    AddGrams,
    /// A predictor on a fold.
    Decompose(Decompose),
    /// Dimensions predicted on a fold.
    Fold(PredictFold),
    /// RSA with a network cut down to few dimensions.
    ReducedRsa(ReducedRsa),
    /// RSA with single dimensions.
    RsaOfOnes(RsaOfOnes),
    /// RDM of a layer cut down to few dimensions.
    ReducedRdm(ReducedRdmOf),
    /// Interval of a relation.
    Bootstrap(Bootstrap),
    /// Dimensions like one.
    Neighbours(Neighbours),
    /// Stimuli on a plane.
    ImageMap(ImageMap),
    /// The paper's simulation.
    Simulate(Simulation),
}

impl Task {
    /// What the user is told is being done when it fails.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Task::Read { path } => format!("reading {path}"),
            Task::Components(task) => format!(
                "finding the components of {}",
                task.parts
                    .first()
                    .map(|part| part.path.as_str())
                    .unwrap_or_default()
            ),
            Task::BrainGram(task) => format!("preparing {}", task.part.path),
            Task::Rdm(task) => format!("preparing {}", task.part.path),
            Task::AddGrams => "adding up the layers of a network".into(),
            Task::Decompose(_) => "decomposing what predicts".into(),
            Task::Fold(task) => format!(
                "predicting {} dimensions of {} stimuli",
                task.columns.iter().sum::<usize>(),
                task.fold.stimuli
            ),
            Task::ReducedRsa(_) => "comparing a reduced network with brains".into(),
            Task::RsaOfOnes(_) => "comparing single dimensions with brains".into(),
            Task::ReducedRdm(_) => "comparing stimuli in a reduced network".into(),
            Task::Bootstrap(_) => "drawing networks anew".into(),
            Task::Neighbours(_) => "looking for similar dimensions".into(),
            Task::ImageMap(_) => "laying stimuli out".into(),
            Task::Simulate(_) => "simulating".into(),
        }
    }

    /// For how long the input at a place is of use.
    #[must_use]
    pub fn use_of(&self, place: usize) -> Use {
        match self {
            Task::Fold(task) if place < task.predictor_inputs() => match task.mapping {
                // units as they are, which may be large
                Mapping::OneToOne => Use::Once,
                Mapping::Ridge | Mapping::Ols => Use::Next,
            },
            // the scores of layers
            Task::Fold(_) => Use::Run,
            Task::Neighbours(_) if place > 0 => Use::Run,
            Task::Decompose(_) => Use::Next,
            _ => Use::Once,
        }
    }
}

/// For how long a block that went to a worker is of use there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// For one job.
    Once,
    /// For the next job as well, if that is of the same predictor.
    Next,
    /// For every job of a run.
    Run,
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

impl Job {
    /// The inputs that are of use for that long.
    pub fn inputs_of(&self, length: Use) -> impl Iterator<Item = Key> {
        (self.inputs.iter().enumerate())
            .filter(move |(place, _)| self.task.use_of(*place) == length)
            .map(|(_, &key)| key)
    }
}

/// A block that a job needs is missing or not what it should be.
pub(super) fn no_input() -> Problem {
    Problem::error("", "a block of numbers that should be there is missing")
        .expected("all inputs of the job")
        .hint("Run the analysis again; if it happens again, reload the page")
}

pub(super) fn math_problem(error: MathError) -> Problem {
    Problem::error("", error.to_string())
        .expected("finite numbers of matching shapes")
        .hint("Look for extreme values in the file")
}
