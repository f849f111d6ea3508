//! Targets whose stimuli are in random order (METHOD 8), of a random part of all dimensions: what chance
//! gives is predicted from them like any other target.

use serde::{Deserialize, Serialize};

use crate::blocks::{Block, no_input};
use crate::jobs::{BlockTask, Task};
use crate::math::random::Generator;
use crate::problem::Problem;
use crate::stable_sort::sort_indices;

/// Dimensions that a permutation scores at least, where there are so many (METHOD 8).
const LEAST_OF_ONE: usize = 512;
/// Scores of dimensions over all permutations at least, where there are so many (METHOD 8).
const LEAST_OF_ALL: usize = 50_000;

/// Number of dimensions that each of some permutations scores, of all there are.
#[must_use]
pub fn dimensions_of_one(permutations: usize, all: usize) -> usize {
    let share = LEAST_OF_ALL.div_ceil(permutations.max(1));
    share.max(LEAST_OF_ONE).min(all)
}

/// A permutation of the stimuli and the dimensions that it scores, of a generator of its own: NumPy's
/// `rng = default_rng(seed); rng.permutation(n)`, then, where not all are scored, the first of
/// `rng.permutation(dimensions)`, sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Permutation {
    /// The generator's seed.
    pub seed: u64,
}

impl Permutation {
    /// The stimulus at each position.
    #[must_use]
    pub fn stimuli(self, n: usize) -> Vec<usize> {
        Generator::new(self.seed).permutation(n)
    }

    /// The dimensions that it scores, ascending: so many of all.
    #[must_use]
    pub fn dimensions(self, n: usize, count: usize, all: usize) -> Vec<usize> {
        if count >= all {
            return (0..all).collect();
        }
        let mut generator = Generator::new(self.seed);
        let _ = generator.permutation(n);
        let mut chosen = generator.permutation(all);
        chosen.truncate(count);
        sort_indices(&mut chosen, |a, b| a.cmp(&b));
        chosen
    }
}

/// Some columns of each of some layers, in one order of stimuli.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShuffledColumns {
    /// The order.
    pub permutation: Permutation,
    /// For each layer, columns of it, from 0.
    pub columns: Vec<Vec<u32>>,
}

/// Scores T of layers (n x r each) -> for each list of [`ShuffledColumns`] one block of their columns
/// (n x t), permutation by permutation and layer by layer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShuffleTargets {
    /// Number of stimuli n.
    pub stimuli: usize,
    /// What each block holds.
    pub blocks: Vec<Vec<ShuffledColumns>>,
}

impl Task for ShuffleTargets {
    const KIND: &'static str = "shuffle targets";

    fn describe(&self) -> String {
        "putting stimuli in random order".into()
    }

    fn is_kept(&self) -> bool {
        false
    }
}

impl BlockTask for ShuffleTargets {
    fn run(&self, inputs: &[&Block]) -> Result<Vec<Block>, Problem> {
        let n = self.stimuli;
        let layers: Option<Vec<&[f32]>> = inputs.iter().map(|block| block.as_f32()).collect();
        let layers = layers.ok_or_else(no_input)?;
        let mut blocks = Vec::with_capacity(self.blocks.len());
        for permutations in &self.blocks {
            let mut shuffled = Vec::new();
            for one in permutations {
                let order = one.permutation.stimuli(n);
                if one.columns.len() != layers.len() {
                    return Err(no_input());
                }
                for (layer, columns) in layers.iter().zip(&one.columns) {
                    for &column in columns {
                        let start = column as usize * n;
                        let scores = layer.get(start..start + n).ok_or_else(no_input)?;
                        shuffled.extend(order.iter().map(|&stimulus| scores[stimulus]));
                    }
                }
            }
            blocks.push(Block::F32(shuffled));
        }
        Ok(blocks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_permutations_score_all_dimensions_and_many_score_a_part() {
        for (permutations, all, expected) in [
            (2, 6398, 6398),
            (100, 6398, 512),
            (100, 300, 300),
            (10, 6398, 5000),
            (10_000, 300_000, 512),
        ] {
            assert_eq!(dimensions_of_one(permutations, all), expected);
        }
    }

    #[test]
    fn a_permutation_and_its_dimensions_are_numpys() {
        // rng = numpy.random.default_rng(3); rng.permutation(6); numpy.sort(rng.permutation(9)[:4])
        let permutation = Permutation { seed: 3 };
        assert_eq!(permutation.stimuli(6), [2, 5, 4, 1, 3, 0]);
        assert_eq!(permutation.dimensions(6, 4, 9), [2, 5, 6, 8]);
        assert_eq!(permutation.dimensions(6, 9, 9), (0..9).collect::<Vec<_>>());
    }

    #[test]
    fn columns_of_layers_stand_in_one_order_of_stimuli() {
        let layers = [
            Block::F32(vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]),
            Block::F32(vec![7.0, 8.0, 9.0]),
        ];
        let permutation = Permutation { seed: 3 };
        let one = |first: &[u32], second: &[u32]| ShuffledColumns {
            permutation,
            columns: vec![first.to_vec(), second.to_vec()],
        };
        let task = ShuffleTargets {
            stimuli: 3,
            blocks: vec![vec![one(&[1], &[0])], vec![one(&[], &[0]), one(&[0], &[])]],
        };
        let made = task.run(&layers.iter().collect::<Vec<_>>()).expect("fits");
        let order = permutation.stimuli(3);
        let in_order = |values: [f32; 3]| order.iter().map(move |&i| values[i]);
        let expected: Vec<f32> = in_order([4.0, 5.0, 6.0])
            .chain(in_order([7.0, 8.0, 9.0]))
            .collect();
        assert_eq!(made[0], Block::F32(expected));
        let expected: Vec<f32> = in_order([7.0, 8.0, 9.0])
            .chain(in_order([1.0, 2.0, 3.0]))
            .collect();
        assert_eq!(made[1], Block::F32(expected));
        let beyond = ShuffleTargets {
            stimuli: 3,
            blocks: vec![vec![one(&[2], &[])]],
        };
        assert!(beyond.run(&layers.iter().collect::<Vec<_>>()).is_err());
    }
}
