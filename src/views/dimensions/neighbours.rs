//! Dimensions of other networks that are most like one (the inspector's neighbours).

use serde::{Deserialize, Serialize};

use crate::blocks::{Block, Key, no_input};
use crate::engine::{Engine, Stopped};
use crate::jobs::{BlockTask, Job, Task, Use};
use crate::problem::Problem;
use crate::stable_sort::sorted_by;
use crate::workflow::{SecondaryAnalyses, Stage, missing};

const STAGE: Stage = Stage("Looking for similar dimensions");

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

    fn is_kept(&self) -> bool {
        false
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

impl<E: Engine> SecondaryAnalyses<'_, E> {
    /// The `count` dimensions of other networks that go most with one: row and Pearson correlation
    /// over all stimuli, the strongest first, whatever its sign, which is arbitrary.
    ///
    /// # Errors
    /// [`Stopped`] when cancelled or when a job fails.
    pub async fn neighbours(&self, row: usize, count: usize) -> Result<Vec<(usize, f64)>, Stopped> {
        let table = self.table;
        let own = table.layer_of(row);
        let n = self.stimuli();
        let mut found: Vec<(usize, f64)> = Vec::new();
        let mut jobs = Vec::new();
        let mut indices = Vec::new();
        for network in 0..table.networks.len() {
            if !self.study.may_predict(network, own.network) {
                continue;
            }
            let layers: Vec<usize> = (0..table.layers.len())
                .filter(|&layer| table.layers[layer].network == network)
                .filter(|&layer| !table.rows_of_layer(layer).is_empty())
                .collect();
            let mut inputs = vec![own.keys.scores];
            inputs.extend(layers.iter().map(|&layer| table.layers[layer].keys.scores));
            let columns: Vec<usize> = layers
                .iter()
                .map(|&layer| table.rows_of_layer(layer).len())
                .collect();
            let what = Key::of(&("neighbours", &inputs, table.component[row], &columns));
            let outputs: Vec<Key> = (0..layers.len()).map(|index| what.further(index)).collect();
            indices.extend(layers.iter().copied().zip(outputs.clone()));
            if !layers.is_empty() {
                let cost = (n * columns.iter().sum::<usize>()) as f64 * 2e-9;
                jobs.push(Job::new(
                    &Neighbours {
                        stimuli: n,
                        component: table.component[row] as usize - 1,
                        columns,
                    },
                    inputs,
                    outputs,
                    cost,
                ));
            }
        }
        self.run(STAGE, jobs).await?;
        for (layer, key) in indices {
            let Some(Block::F32(correlations)) = self.engine.get(key) else {
                return Err(missing());
            };
            self.engine.discard(key);
            let rows = table.rows_of_layer(layer);
            found.extend(rows.zip(correlations.into_iter().map(f64::from)));
        }
        found.retain(|(_, r)| r.is_finite());
        let mut found = sorted_by(found, |a, b| b.1.abs().total_cmp(&a.1.abs()));
        found.truncate(count);
        Ok(found)
    }
}
