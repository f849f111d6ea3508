//! Dimensions of other networks that are most like one (the inspector's neighbours).

use serde::{Deserialize, Serialize};

use crate::blocks::{Block, no_input};
use crate::jobs::{BlockTask, Task, Use};
use crate::problem::Problem;

/// Scores T of the layer of a dimension, then those of other layers -> for each of these the
/// Pearson correlation of every dimension with it over all stimuli (f32).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Neighbours {
    /// Number of stimuli n.
    pub stimuli: usize,
    /// The dimension, a component from 0.
    pub component: usize,
    /// Dimensions of each other layer that are analysed, the first.
    pub columns: Vec<usize>,
}

impl Task for Neighbours {
    const KIND: &'static str = "neighbours";

    fn describe(&self) -> String {
        "looking for similar dimensions".into()
    }

    fn use_of(&self, position: usize) -> Use {
        match position {
            0 => Use::Once,
            _ => Use::Run,
        }
    }
}

impl BlockTask for Neighbours {
    fn run(&self, inputs: &[&Block]) -> Result<Vec<Block>, Problem> {
        let n = self.stimuli;
        let (own, others) = inputs.split_first().ok_or_else(no_input)?;
        let own = own
            .as_f32()
            .and_then(|scores| scores.get(self.component * n..(self.component + 1) * n))
            .ok_or_else(no_input)?;
        let own = centred(own);
        let length = norm(&own);
        others
            .iter()
            .zip(&self.columns)
            .map(|(block, &columns)| {
                let scores = block
                    .as_f32()
                    .and_then(|scores| scores.get(..n * columns))
                    .ok_or_else(no_input)?;
                let correlations = scores.chunks_exact(n.max(1)).map(|column| {
                    let other = centred(column);
                    let product: f64 = own.iter().zip(&other).map(|(a, b)| a * b).sum();
                    (product / (length * norm(&other))) as f32
                });
                Ok(Block::F32(correlations.collect()))
            })
            .collect()
    }
}

/// Components have no mean over the stimuli that they were fitted on, but may have one over others.
fn centred(values: &[f32]) -> Vec<f64> {
    let mean = values.iter().map(|&v| f64::from(v)).sum::<f64>() / values.len() as f64;
    values.iter().map(|&v| f64::from(v) - mean).collect()
}

fn norm(values: &[f64]) -> f64 {
    values.iter().map(|v| v * v).sum::<f64>().sqrt()
}
