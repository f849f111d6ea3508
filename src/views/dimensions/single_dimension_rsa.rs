//! RSA alignment of single dimensions (METHOD 6), for RDMs in which only order means something.

use serde::{Deserialize, Serialize};

use crate::analysis::Plan;
use crate::blocks::{Block, Key, no_input};
use crate::engine::{Engine, Stopped};
use crate::jobs::{BlockTask, Job, Task};
use crate::math::ranks::Ranker;
use crate::math::rsa::{RankedPairs, alignment_of_one, pairs_among};
use crate::math::summary::mean;
use crate::problem::Problem;
use crate::workflow::{SecondaryAnalyses, Stage};

const STAGE: Stage = Stage("Comparing single dimensions with brains");

/// RDMs of all regions (n x n, region by region), then the scores T of a layer -> for each region
/// the mean over its subjects of every dimension's RSA alignment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SingleDimensionRsa {
    /// Number of stimuli n.
    pub stimuli: usize,
    /// Number of subjects of each region.
    pub subjects: Vec<usize>,
    /// Dimensions of the layer that are analysed, the first.
    pub columns: usize,
}

impl Task for SingleDimensionRsa {
    const KIND: &'static str = "rsa of ones";

    fn describe(&self) -> String {
        "comparing single dimensions with brains".into()
    }
}

impl BlockTask for SingleDimensionRsa {
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

impl<E: Engine> SecondaryAnalyses<'_, E> {
    /// RSA alignment of every dimension by itself with each region (METHOD 6), mean over subjects.
    ///
    /// # Errors
    /// [`Stopped`] when cancelled or when a job fails.
    pub async fn single_dimension_rsa(&self) -> Result<Vec<Vec<f64>>, Stopped> {
        let plan = Plan::new(self.study, self.options);
        let rdms = self.brain_rdms(&plan).await?;
        let regions = self.regions();
        let n = self.stimuli();
        let ordered: Vec<Key> = regions.iter().flatten().map(|&brain| rdms[brain]).collect();
        let mut jobs = Vec::new();
        let mut outputs = Vec::new();
        for (layer, label) in self.table.layers.iter().enumerate() {
            let columns = self.table.rows_of_layer(layer).len();
            let mut inputs = ordered.clone();
            inputs.push(label.keys.scores);
            let subjects: Vec<usize> = regions.iter().map(Vec::len).collect();
            let what = Key::of(&("rsa of ones", &inputs, columns, &subjects));
            let own: Vec<Key> = (0..regions.len())
                .map(|index| what.further(index))
                .collect();
            outputs.push(own.clone());
            if columns > 0 {
                jobs.push(Job::new(
                    &SingleDimensionRsa {
                        stimuli: n,
                        subjects,
                        columns,
                    },
                    inputs,
                    own,
                    (n * n / 2 * columns) as f64 * (1.5e-8 + 1e-9 * ordered.len() as f64),
                ));
            }
        }
        self.run(STAGE, jobs).await?;
        let mut made = vec![Vec::with_capacity(self.table.len()); regions.len()];
        for (layer, keys) in outputs.iter().enumerate() {
            if self.table.rows_of_layer(layer).is_empty() {
                continue;
            }
            for (scores, &key) in made.iter_mut().zip(keys) {
                scores.extend(self.numbers(key)?);
            }
        }
        Ok(made)
    }
}
