//! RSA alignment of single dimensions (METHOD 6), for RDMs in which only order means something.

use serde::{Deserialize, Serialize};

use super::reduced_rsa::pairs_among;
use crate::blocks::{Block, no_input};
use crate::jobs::{BlockTask, Task};
use crate::math::ranks::Ranker;
use crate::math::rsa::{RankedPairs, alignment_of_one};
use crate::math::summary::mean;
use crate::problem::Problem;

/// RDMs of all regions (n x n, region by region), then the scores T of a layer -> for each region
/// the mean over its subjects of every dimension's RSA alignment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RsaOfOnes {
    /// Number of stimuli n.
    pub stimuli: usize,
    /// Number of subjects of each region.
    pub subjects: Vec<usize>,
    /// Dimensions of the layer that are analysed, the first.
    pub columns: usize,
}

impl Task for RsaOfOnes {
    const KIND: &'static str = "rsa of ones";

    fn describe(&self) -> String {
        "comparing single dimensions with brains".into()
    }
}

impl BlockTask for RsaOfOnes {
    fn run(&self, inputs: &[&Block]) -> Result<Vec<Block>, Problem> {
        let n = self.stimuli;
        let (scores, rdms) = inputs.split_last().ok_or_else(no_input)?;
        let scores = scores
            .as_f32()
            .and_then(|scores| scores.get(..n * self.columns))
            .ok_or_else(no_input)?;
        let all: Vec<usize> = (0..n).collect();
        let mut ranker = Ranker::default();
        let mut brains = Vec::with_capacity(rdms.len());
        for rdm in rdms {
            let rdm = rdm.as_f64().ok_or_else(no_input)?;
            brains.push(RankedPairs::new(&pairs_among(rdm, n, &all), &mut ranker));
        }
        let mut made: Vec<Vec<f64>> = vec![Vec::with_capacity(self.columns); self.subjects.len()];
        let mut scratch = Vec::new();
        for column in scores.chunks_exact(n.max(1)) {
            let column: Vec<f64> = column.iter().map(|&score| f64::from(score)).collect();
            let aligned = alignment_of_one(&column, &brains, &mut ranker, &mut scratch);
            let mut rest = aligned.as_slice();
            for (scores, &subjects) in made.iter_mut().zip(&self.subjects) {
                let (own, after) = rest.split_at_checked(subjects).ok_or_else(no_input)?;
                scores.push(mean(own.iter().copied()));
                rest = after;
            }
        }
        Ok(made.into_iter().map(Block::F64).collect())
    }
}
