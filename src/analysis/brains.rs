//! What was measured of brains, as Gram matrices and as RDMs (METHOD 3, 7).

use nalgebra::DMatrix;
use serde::{Deserialize, Serialize};

use super::arrays::{Units, square_of, units_of, without_constant_units};
use super::failure::math_problem;
use super::range::{is_in_range, out_of_range};
use crate::blocks::{Block, no_input};
use crate::jobs::{BlockTask, Task};
use crate::math::gram::{gram_of_rdm, gram_of_units, z_score_columns};
use crate::math::rsa::correlation_rdm;
use crate::math::scale::toward_one;
use crate::options::Pooling;
use crate::problem::Problem;
use crate::study::roles::Distance;
use crate::study::{Measure, Part};

/// Powers of two up to which distances are taken as they are.
const OF_DISTANCES: i32 = 100;

/// A brain's array -> Gram matrix (n x n), [share of the spectrum clipped, constant units, trace].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BrainGram {
    /// The array's shape and stimuli.
    pub part: Part,
    /// What it measures.
    pub measure: Measure,
    /// z-score voxels.
    pub z_score: bool,
    /// `trace / n` for an RDM.
    pub rdm_scale: f64,
}

impl Task for BrainGram {
    const KIND: &'static str = "brain gram";

    fn describe(&self) -> String {
        format!("preparing {}", self.part.path)
    }
}

impl BlockTask for BrainGram {
    fn run(&self, inputs: &[&Block]) -> Result<Vec<Block>, Problem> {
        let block = inputs.first().ok_or_else(no_input)?;
        let (gram, clipped, constant) = match self.measure {
            Measure::Responses => {
                let n = self.part.rows.len();
                let (mut gram, mut units, mut constant) = (DMatrix::zeros(n, n), 0, 0);
                for piece in Units::new(&self.part, Pooling::Max, block)?.pieces() {
                    let (mut b, constants) = without_constant_units(piece);
                    if self.z_score {
                        z_score_columns(&mut b);
                    }
                    units += constants.len() + b.ncols();
                    gram += gram_of_units(b);
                    constant += constants.len();
                }
                let squares = gram.trace();
                let is_lost = squares == 0.0 && units > constant;
                if (is_lost || !is_in_range(&[squares]))
                    && let Some(problem) =
                        out_of_range(std::slice::from_ref(&self.part), Pooling::Max, &[block])
                {
                    return Err(problem);
                }
                (gram, 0.0, constant)
            }
            Measure::Rdm { distance, .. } => {
                let mut rdm = distances(&self.part, self.measure, block)?;
                // K has a scale of its own: only squares and sums must stay in range
                let factor = toward_one(rdm.amax(), OF_DISTANCES);
                if factor != 1.0 {
                    rdm *= factor;
                }
                if distance == Distance::Euclidean {
                    rdm.apply(|value| *value *= *value);
                }
                let made = gram_of_rdm(&rdm, self.rdm_scale).map_err(math_problem)?;
                (made.gram, made.clipped, 0)
            }
        };
        let trace = gram.trace();
        Ok(vec![
            Block::F64(gram.as_slice().to_vec()),
            Block::F64(vec![clipped, constant as f64, trace]),
        ])
    }
}

/// The array of a brain or of a model RDM -> RDM (n x n): as it was brought, or `1 - Pearson`
/// between the patterns of responses.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TakeRdm {
    /// The array's shape and stimuli.
    pub part: Part,
    /// What it measures.
    pub measure: Measure,
}

impl Task for TakeRdm {
    const KIND: &'static str = "rdm";

    fn describe(&self) -> String {
        format!("preparing {}", self.part.path)
    }

    fn is_kept(&self) -> bool {
        false
    }
}

impl BlockTask for TakeRdm {
    fn run(&self, inputs: &[&Block]) -> Result<Vec<Block>, Problem> {
        let block = inputs.first().ok_or_else(no_input)?;
        let rdm = match self.measure {
            Measure::Responses => correlation_rdm(&units_of(&self.part, Pooling::Max, block)?),
            Measure::Rdm { .. } => distances(&self.part, self.measure, block)?,
        };
        Ok(vec![Block::F64(rdm.as_slice().to_vec())])
    }
}

/// The distances of an RDM over the stimuli of the study, zero on the diagonal.
fn distances(part: &Part, measure: Measure, block: &Block) -> Result<DMatrix<f64>, Problem> {
    let Measure::Rdm {
        similarity, slice, ..
    } = measure
    else {
        return Err(no_input());
    };
    let mut rdm = square_of(part, slice, block)?;
    if similarity {
        rdm.apply(|value| *value = 1.0 - *value);
    }
    rdm.fill_diagonal(0.0);
    Ok(rdm)
}
