//! The registry of kinds of jobs, one line each: what workers, threads and other machines can do.
//!
//! It stands above everything that has tasks, so that engines need not know them. Only programs that do
//! jobs name it: the page does not, and so carries no numerics that its workers have.

use crate::analysis::bootstrap::Bootstrap;
use crate::analysis::brains::{BrainGram, TakeRdm};
use crate::analysis::components::{AddGrams, FindComponents};
use crate::analysis::fold::{Decompose, PredictFold};
use crate::analysis::image_map::ImageMap;
use crate::analysis::neighbours::Neighbours;
use crate::analysis::read::ReadFile;
use crate::analysis::reduced_rsa::{ReducedRdmOf, ReducedRsa};
use crate::analysis::rsa_of_ones::RsaOfOnes;
use crate::analysis::simulation::Simulation;
use crate::jobs::{Kind, Kinds};

/// Every kind of job.
pub const KINDS: Kinds = Kinds::new(&[
    Kind::of_file::<ReadFile>(),
    Kind::of_blocks::<FindComponents>(),
    Kind::of_blocks::<AddGrams>(),
    Kind::of_blocks::<BrainGram>(),
    Kind::of_blocks::<TakeRdm>(),
    Kind::of_blocks::<Decompose>(),
    Kind::of_blocks::<PredictFold>(),
    Kind::of_blocks::<ReducedRsa>(),
    Kind::of_blocks::<ReducedRdmOf>(),
    Kind::of_blocks::<RsaOfOnes>(),
    Kind::of_blocks::<Bootstrap>(),
    Kind::of_blocks::<Neighbours>(),
    Kind::of_blocks::<ImageMap>(),
    Kind::of_blocks::<Simulation>(),
]);
