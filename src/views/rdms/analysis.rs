//! The RDM of a layer with some of its components kept (METHOD 7).

use serde::{Deserialize, Serialize};

use crate::blocks::{Block, no_input};
use crate::jobs::{BlockTask, Task};
use crate::math::pca::Inverse;
use crate::math::rsa::ReducedRdm;
use crate::problem::Problem;

/// Scores T (f64) of a layer and its way back to units -> RDM (n x n) with some components kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReducedRdmOf {
    /// Number of stimuli n.
    pub stimuli: usize,
    /// Components that are kept, from 0; all where absent.
    pub kept: Option<Vec<usize>>,
}

impl Task for ReducedRdmOf {
    const KIND: &'static str = "reduced rdm";

    fn describe(&self) -> String {
        "comparing stimuli in a reduced network".into()
    }

    fn is_kept(&self) -> bool {
        false
    }
}

impl BlockTask for ReducedRdmOf {
    fn run(&self, inputs: &[&Block]) -> Result<Vec<Block>, Problem> {
        let [scores, inverse] = inputs else {
            return Err(no_input());
        };
        let scores = scores.as_f64().ok_or_else(no_input)?;
        let inverse = inverse
            .as_f64()
            .and_then(Inverse::from_numbers)
            .ok_or_else(no_input)?;
        let n = self.stimuli;
        let all = scores.len() / n.max(1);
        let kept = self.kept.clone().unwrap_or_else(|| (0..all).collect());
        let mut rdm = ReducedRdm::new(n, &inverse);
        for component in kept.into_iter().filter(|&component| component < all) {
            rdm.keep(component, &scores[component * n..(component + 1) * n]);
        }
        let mut pairs = Vec::new();
        rdm.pairs_into(&mut pairs);
        let mut square = vec![0.0; n * n];
        let mut index = pairs.iter();
        for i in 0..n {
            for (j, &value) in (0..i).zip(index.by_ref()) {
                square[i * n + j] = value;
                square[j * n + i] = value;
            }
        }
        Ok(vec![Block::F64(square)])
    }
}
