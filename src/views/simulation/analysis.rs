//! The simulation of METHOD 10 (supplementary figure 4): a world in which the one network that sees
//! like a brain is not the universal one, so that what is found in real networks is a finding.

use serde::{Deserialize, Serialize};

use crate::blocks::Block;
use crate::jobs::{BlockTask, Task};
use crate::math::random::Generator;
use crate::options::{Bounds, Range};
use crate::problem::Problem;

/// Every number of the simulation is a knob; the defaults are the paper's. -> Universality of each
/// feature of each network, then alignment (both networks x features, f64).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Simulation {
    /// Stimuli.
    pub stimuli: usize,
    /// Networks.
    pub networks: usize,
    /// Networks that see what brains see, the first.
    pub like_brains: usize,
    /// Brains.
    pub brains: usize,
    /// Features that brains see, and as many others that the other networks see.
    pub features: usize,
    /// Standard deviation of the noise of brains, relative to a feature.
    pub brain_noise: f64,
    /// Standard deviation of the noise of networks, before each feature's is scaled by U(0, 1).
    pub network_noise: f64,
    /// Seed of everything drawn.
    pub seed: u64,
}

impl Default for Simulation {
    fn default() -> Self {
        Self {
            stimuli: 500,
            networks: 20,
            like_brains: 1,
            brains: 20,
            features: 10,
            brain_noise: 0.5,
            network_noise: 0.75,
            seed: 0,
        }
    }
}

impl Simulation {
    /// Stimuli.
    pub const STIMULI: Bounds = Bounds::new(50, 1000);
    /// Networks.
    pub const NETWORKS: Bounds = Bounds::new(2, 40);
    /// Networks that see what brains see; no more than there are networks.
    pub const LIKE_BRAINS: Bounds = Bounds::new(0, 40);
    /// Brains.
    pub const BRAINS: Bounds = Bounds::new(1, 40);
    /// Features.
    pub const FEATURES: Bounds = Bounds::new(1, 20);
    /// Standard deviations of noise.
    pub const NOISE: Range = Range {
        least: 0.0,
        most: 10.0,
    };

    /// The same knobs within ranges that compute in a moment.
    #[must_use]
    pub fn clamped(self) -> Self {
        let stimuli = Self::STIMULI.clamp(self.stimuli);
        let networks = Self::NETWORKS.clamp(self.networks);
        let noise = |noise: f64| {
            if noise.is_finite() {
                noise.clamp(Self::NOISE.least, Self::NOISE.most)
            } else {
                0.0
            }
        };
        Self {
            stimuli,
            networks,
            like_brains: self.like_brains.min(networks),
            brains: Self::BRAINS.clamp(self.brains),
            features: Self::FEATURES.clamp(self.features),
            brain_noise: noise(self.brain_noise),
            network_noise: noise(self.network_noise),
            seed: self.seed,
        }
    }

    /// Universality and alignment of every dimension.
    #[must_use]
    pub fn scores(&self) -> [Vec<f64>; 2] {
        let Self {
            stimuli,
            networks,
            brains,
            features,
            ..
        } = self.clamped();
        let mut generator = Generator::new(self.seed);
        let basis = orthonormal(stimuli, 2 * features, &mut generator);
        let of_brains = &basis[..features];
        let of_others = &basis[features..];
        let see = |seen: &[Vec<f64>], noise: &mut dyn FnMut() -> (f64, Generator)| {
            seen.iter()
                .map(|feature| {
                    let (scale, mut generator) = noise();
                    let noisy = feature.iter().map(|v| v + scale * generator.normal());
                    standardised(noisy.collect())
                })
                .collect::<Vec<_>>()
        };
        // a generator for each feature, so that a knob changes what it says and nothing else
        let mut made = 0_u64;
        let mut noise_of = |deviation: f64, scales: bool| {
            made += 1;
            let mut generator = Generator::new(self.seed.wrapping_add(made << 20));
            let scale = if scales { generator.uniform() } else { 1.0 };
            (deviation * scale, generator)
        };
        let networks_see: Vec<Vec<Vec<f64>>> = (0..networks)
            .map(|network| {
                let seen = if network < self.like_brains {
                    of_brains
                } else {
                    of_others
                };
                see(seen, &mut || noise_of(self.network_noise, true))
            })
            .collect();
        let brains_see: Vec<Vec<Vec<f64>>> = (0..brains)
            .map(|_| see(of_brains, &mut || noise_of(self.brain_noise, false)))
            .collect();
        let (all_networks, all_brains) = (sums(&networks_see), sums(&brains_see));
        let mut universality = Vec::with_capacity(networks * features);
        let mut alignment = Vec::with_capacity(networks * features);
        for network in &networks_see {
            for (feature, own) in network.iter().enumerate() {
                let with_all = dot(own, &all_networks[feature]);
                universality.push((with_all - 1.0) / (networks - 1) as f64);
                alignment.push(dot(own, &all_brains[feature]) / brains as f64);
            }
        }
        [universality, alignment]
    }
}

impl Task for Simulation {
    const KIND: &'static str = "simulation";

    fn describe(&self) -> String {
        "simulating".into()
    }
}

impl BlockTask for Simulation {
    fn run(&self, _inputs: &[&Block]) -> Result<Vec<Block>, Problem> {
        Ok(self.scores().map(Block::F64).into())
    }
}

/// Orthonormal columns, each divided by its standard deviation.
fn orthonormal(rows: usize, columns: usize, generator: &mut Generator) -> Vec<Vec<f64>> {
    let mut basis: Vec<Vec<f64>> = Vec::with_capacity(columns);
    for _ in 0..columns {
        let mut column: Vec<f64> = (0..rows).map(|_| generator.normal()).collect();
        // twice is enough for orthogonality to rounding
        for _ in 0..2 {
            for other in &basis {
                let along = dot(&column, other);
                column
                    .iter_mut()
                    .zip(other)
                    .for_each(|(v, o)| *v -= along * o);
            }
        }
        let length = dot(&column, &column).sqrt();
        column.iter_mut().for_each(|v| *v /= length);
        basis.push(column);
    }
    for column in &mut basis {
        let mean = column.iter().sum::<f64>() / rows as f64;
        let variance = column.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / rows as f64;
        column.iter_mut().for_each(|v| *v /= variance.sqrt());
    }
    basis
}

/// About its mean and of length one, so that a product is a correlation.
fn standardised(mut values: Vec<f64>) -> Vec<f64> {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    values.iter_mut().for_each(|v| *v -= mean);
    let length = dot(&values, &values).sqrt();
    values.iter_mut().for_each(|v| *v /= length);
    values
}

/// For each feature the sum over all who see it.
fn sums(seen: &[Vec<Vec<f64>>]) -> Vec<Vec<f64>> {
    let mut total = seen.first().cloned().unwrap_or_default();
    for one in &seen[1..] {
        for (total, feature) in total.iter_mut().zip(one) {
            total.iter_mut().zip(feature).for_each(|(t, v)| *t += v);
        }
    }
    total
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(simulation: Simulation) -> (Vec<f64>, Vec<f64>) {
        simulation.scores().into()
    }

    #[test]
    fn the_network_like_a_brain_is_aligned_and_the_others_are_universal() {
        let (universality, alignment) = columns(Simulation::default());
        assert_eq!(universality.len(), 200);
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        assert!(mean(&universality[..10]).abs() < 0.05 && mean(&alignment[..10]) > 0.7);
        assert!(mean(&universality[10..]) > 0.7 && mean(&alignment[10..]).abs() < 0.05);
    }

    #[test]
    fn without_noise_correlations_are_one_and_nought() {
        let (universality, alignment) = columns(Simulation {
            brain_noise: 0.0,
            network_noise: 0.0,
            ..Simulation::default()
        });
        for (index, (u, a)) in universality.iter().zip(&alignment).enumerate() {
            let (u_expected, a_expected) = if index < 10 {
                (0.0, 1.0)
            } else {
                (18.0 / 19.0, 0.0)
            };
            // centring moves orthogonal columns by their means
            assert!((u - u_expected).abs() < 0.02 && (a - a_expected).abs() < 0.02);
        }
    }

    #[test]
    fn all_networks_like_brains_are_both() {
        let (universality, alignment) = columns(Simulation {
            like_brains: 20,
            ..Simulation::default()
        });
        assert!(
            universality
                .iter()
                .chain(&alignment)
                .all(|score| *score > 0.4)
        );
    }
}
