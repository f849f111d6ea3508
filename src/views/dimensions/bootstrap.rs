//! How sure a relation is: networks drawn with replacement (METHOD 8). Dimensions are not drawn one
//! by one: those of one network are not independent.

use serde::{Deserialize, Serialize};

use crate::blocks::{Block, no_input};
use crate::jobs::{BlockTask, Task};
use crate::math::random::Generator;
use crate::problem::Problem;
use crate::stable_sort::sort_indices;

/// Universality and alignment of dimensions, and the network of each (all f64, equally long) ->
/// Spearman correlations of so many draws.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bootstrap {
    /// Number of networks.
    pub networks: usize,
    /// Number of draws.
    pub draws: usize,
    /// Seed: the draws are those of `default_rng(seed).random((draws, networks))`, each taken as
    /// the network `floor(u * networks)`.
    pub seed: u64,
}

impl Task for Bootstrap {
    const KIND: &'static str = "bootstrap";

    fn describe(&self) -> String {
        "drawing networks anew".into()
    }
}

impl BlockTask for Bootstrap {
    fn run(&self, inputs: &[&Block]) -> Result<Vec<Block>, Problem> {
        let [x, y, networks] = inputs else {
            return Err(no_input());
        };
        let numbers = |block: &Block| block.as_f64().map(<[f64]>::to_vec).ok_or_else(no_input);
        let (x, y, networks) = (numbers(x)?, numbers(y)?, numbers(networks)?);
        if x.len() != y.len() || x.len() != networks.len() {
            return Err(no_input());
        }
        let kept: Vec<usize> = (0..x.len())
            .filter(|&row| x[row].is_finite() && y[row].is_finite())
            .collect();
        let of = |values: &[f64]| -> Vec<f64> { kept.iter().map(|&row| values[row]).collect() };
        let (x, y) = (Order::new(&of(&x)), Order::new(&of(&y)));
        let network: Vec<usize> = kept.iter().map(|&row| networks[row] as usize).collect();
        let mut generator = Generator::new(self.seed);
        let mut times = vec![0_u32; self.networks];
        let rhos = (0..self.draws).map(|_| {
            times.fill(0);
            for _ in 0..self.networks {
                let drawn = (generator.uniform() * self.networks as f64) as usize;
                times[drawn.min(self.networks - 1)] += 1;
            }
            let weights: Vec<f64> = network
                .iter()
                .map(|&network| times.get(network).copied().map_or(0.0, f64::from))
                .collect();
            weighted_pearson(&x.ranks(&weights), &y.ranks(&weights), &weights)
        });
        Ok(vec![Block::F64(rhos.collect())])
    }
}

/// Values sorted once, so that any number of draws are ranked in one pass each.
struct Order {
    /// Rows by value, those of one value together.
    groups: Vec<Vec<usize>>,
}

impl Order {
    fn new(values: &[f64]) -> Self {
        let mut rows: Vec<usize> = (0..values.len()).collect();
        sort_indices(&mut rows, |a, b| values[a].total_cmp(&values[b]));
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for row in rows {
            match groups.last_mut() {
                Some(group) if values[group[0]] == values[row] => group.push(row),
                _ => groups.push(vec![row]),
            }
        }
        Self { groups }
    }

    /// Average rank of every row where each counts as often as its weight says.
    fn ranks(&self, weights: &[f64]) -> Vec<f64> {
        let mut ranks = vec![0.0; weights.len()];
        let mut before = 0.0;
        for group in &self.groups {
            let tied: f64 = group.iter().map(|&row| weights[row]).sum();
            for &row in group {
                ranks[row] = before + (tied + 1.0) / 2.0;
            }
            before += tied;
        }
        ranks
    }
}

fn weighted_pearson(x: &[f64], y: &[f64], weights: &[f64]) -> f64 {
    let total: f64 = weights.iter().sum();
    let mean = |values: &[f64]| {
        let sum: f64 = values.iter().zip(weights).map(|(v, w)| v * w).sum();
        sum / total
    };
    let (mean_x, mean_y) = (mean(x), mean(y));
    let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
    for ((x, y), w) in x.iter().zip(y).zip(weights) {
        let (x, y) = (x - mean_x, y - mean_y);
        xx += w * x * x;
        yy += w * y * y;
        xy += w * x * y;
    }
    if xx > 0.0 && yy > 0.0 {
        xy / (xx * yy).sqrt()
    } else {
        f64::NAN
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::ranks::spearman;

    #[test]
    fn a_draw_is_the_spearman_correlation_of_the_drawn_rows() {
        let mut generator = Generator::new(4);
        let rows = 60;
        let x: Vec<f64> = (0..rows)
            .map(|_| (generator.normal() * 4.0).round())
            .collect();
        let y: Vec<f64> = x.iter().map(|x| x + 3.0 * generator.normal()).collect();
        let network: Vec<f64> = (0..rows).map(|row| f64::from(row as u32 / 20)).collect();
        let task = Bootstrap {
            networks: 3,
            draws: 5,
            seed: 2,
        };
        let blocks = [x.clone(), y.clone(), network.clone()].map(Block::F64);
        let inputs: Vec<&Block> = blocks.iter().collect();
        let made = task.run(&inputs).expect("fits");
        let mut generator = Generator::new(2);
        for rho in made[0].as_f64().expect("numbers") {
            let (mut drawn_x, mut drawn_y) = (Vec::new(), Vec::new());
            for _ in 0..3 {
                let drawn = (generator.uniform() * 3.0).floor();
                for row in 0..rows {
                    if network[row] == drawn {
                        drawn_x.push(x[row]);
                        drawn_y.push(y[row]);
                    }
                }
            }
            assert!((rho - spearman(&drawn_x, &drawn_y).0).abs() < 1e-12);
        }
    }
}
