//! RSA with networks that are cut down to few of their dimensions (METHOD 7): the most universal
//! ones, and the controls that the paper lacks.

use serde::{Deserialize, Serialize};

use crate::blocks::{Block, no_input};
use crate::jobs::{BlockTask, Task};
use crate::math::pca::Inverse;
use crate::math::random::Generator;
use crate::math::ranks::Ranker;
use crate::math::rsa::{RankedPairs, ReducedRdm, pairs_among};
use crate::math::summary::{mean, percentile};
use crate::problem::Problem;
use crate::stable_sort::{sort_indices, sort_numbers};

/// Ways to choose the dimensions that are kept, in the order in which their scores are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Keep {
    /// The most universal.
    Top,
    /// Those of the highest variance.
    Variance,
    /// The least universal.
    Bottom,
    /// Any, at random.
    Random,
}

impl Keep {
    /// All, in order.
    pub const ALL: [Keep; 4] = [Keep::Top, Keep::Variance, Keep::Bottom, Keep::Random];

    /// As tables name it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Keep::Top => "top",
            Keep::Variance => "variance",
            Keep::Bottom => "bottom",
            Keep::Random => "random",
        }
    }

    /// What it is called on the page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Keep::Top => "Most universal",
            Keep::Variance => "Highest variance",
            Keep::Bottom => "Least universal",
            Keep::Random => "Random",
        }
    }
}

/// The stimuli, in the order of sorted ids, that choose the layer (even indices) or test it (odd).
#[must_use]
pub fn half(stimuli: usize, tests: bool) -> Vec<usize> {
    (usize::from(tests)..stimuli).step_by(2).collect()
}

/// RDMs of one region (n x n, one a subject), universality of the network's dimensions, then for
/// each layer its scores T (f64) and its way back to units -> [index of the chosen layer, number k of
/// dimensions kept at most], mean RSA on the choosing half of each layer, RSA on the testing half
/// for each subject (all kept; then for each [`Keep`] 1 to k kept; of random ones the mean over
/// draws), and the 95 % band of the mean over subjects of random ones (2 for each of 1 to k).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReducedRsa {
    /// Number of stimuli n.
    pub stimuli: usize,
    /// Number of subjects.
    pub subjects: usize,
    /// Dimensions of each layer that are analysed.
    pub columns: Vec<usize>,
    /// Dimensions kept at most.
    pub most: usize,
    /// Draws of random dimensions.
    pub draws: usize,
    /// Seed of the draws.
    pub seed: u64,
}

/// A layer as the task sees it.
struct LayerScores<'a> {
    scores: &'a [f64],
    inverse: Inverse,
    universality: &'a [f64],
}

impl Task for ReducedRsa {
    const KIND: &'static str = "reduced rsa";

    fn describe(&self) -> String {
        "comparing a reduced network with brains".into()
    }
}

impl BlockTask for ReducedRsa {
    fn run(&self, inputs: &[&Block]) -> Result<Vec<Block>, Problem> {
        let (rdms, rest) = inputs
            .split_at_checked(self.subjects)
            .ok_or_else(no_input)?;
        let (universality, layers) = rest.split_first().ok_or_else(no_input)?;
        let mut universality = universality.as_f64().ok_or_else(no_input)?;
        if layers.len() != 2 * self.columns.len() {
            return Err(no_input());
        }
        let rdms = rdms
            .iter()
            .map(|block| block.as_f64().ok_or_else(no_input))
            .collect::<Result<Vec<_>, _>>()?;
        let mut of_layers = Vec::new();
        for (blocks, &columns) in layers.chunks_exact(2).zip(&self.columns) {
            let (own, after) = universality
                .split_at_checked(columns)
                .ok_or_else(no_input)?;
            of_layers.push(LayerScores {
                scores: blocks[0].as_f64().ok_or_else(no_input)?,
                inverse: blocks[1]
                    .as_f64()
                    .and_then(Inverse::from_numbers)
                    .ok_or_else(no_input)?,
                universality: own,
            });
            universality = after;
        }
        let mut half = Half::new(self.stimuli, false, &rdms);
        let choosing: Vec<f64> = of_layers
            .iter()
            .map(|layer| mean(half.whole(layer)))
            .collect();
        let chosen = choosing.iter().enumerate().fold(0, |best, (index, score)| {
            if *score > choosing[best] || choosing[best].is_nan() {
                index
            } else {
                best
            }
        });
        let layer = of_layers.get(chosen).ok_or_else(no_input)?;
        let most = self.most.min(layer.universality.len());
        let mut half = Half::new(self.stimuli, true, &rdms);
        let mut scores = half.whole(layer);
        for order in layer.orders() {
            scores.extend(half.curve(layer, &order[..most.min(order.len())], most));
        }
        let (random, band) = self.random(layer, most, &mut half);
        scores.extend(random);
        Ok(vec![
            Block::F64(vec![chosen as f64, most as f64]),
            Block::F64(choosing),
            Block::F64(scores),
            Block::F64(band),
        ])
    }
}

impl ReducedRsa {
    /// Means over draws for each number kept and subject, and the band of the mean over subjects.
    fn random(&self, layer: &LayerScores, most: usize, half: &mut Half) -> (Vec<f64>, Vec<f64>) {
        let subjects = self.subjects;
        let mut sums = vec![0.0; most * subjects];
        let mut of_draws: Vec<Vec<f64>> = vec![Vec::with_capacity(self.draws); most];
        for draw in 0..self.draws {
            let mut generator = Generator::new(self.seed.wrapping_add(draw as u64));
            let order = generator.permutation(layer.universality.len());
            let curve = half.curve(layer, &order[..most], most);
            for (kept, scores) in curve.chunks_exact(subjects.max(1)).enumerate() {
                of_draws[kept].push(mean(scores.iter().copied()));
                for (sum, score) in sums[kept * subjects..].iter_mut().zip(scores) {
                    *sum += score / self.draws as f64;
                }
            }
        }
        let band = of_draws
            .iter_mut()
            .flat_map(|means| {
                sort_numbers(means);
                [percentile(means, 2.5), percentile(means, 97.5)]
            })
            .collect();
        (sums, band)
    }
}

impl LayerScores<'_> {
    /// Components in the order in which they are kept: by universality, by variance, and by
    /// universality from the other end.
    fn orders(&self) -> [Vec<usize>; 3] {
        let mut by_universality: Vec<usize> = (0..self.universality.len())
            .filter(|&component| !self.universality[component].is_nan())
            .collect();
        sort_indices(&mut by_universality, |a, b| {
            self.universality[b].total_cmp(&self.universality[a])
        });
        let from_below = by_universality.iter().rev().copied().collect();
        let by_variance = (0..self.universality.len()).collect();
        [by_universality, by_variance, from_below]
    }
}

/// One half of the stimuli with the brains' RDMs on it.
struct Half {
    stimuli: usize,
    among: Vec<usize>,
    brains: Vec<RankedPairs>,
    ranker: Ranker,
    pairs: Vec<f64>,
    scores: Vec<f64>,
}

impl Half {
    fn new(stimuli: usize, tests: bool, rdms: &[&[f64]]) -> Self {
        let among = half(stimuli, tests);
        let mut ranker = Ranker::default();
        let brains = rdms
            .iter()
            .map(|rdm| RankedPairs::new(&pairs_among(rdm, stimuli, &among), &mut ranker))
            .collect();
        Self {
            stimuli,
            among,
            brains,
            ranker,
            pairs: Vec::new(),
            scores: Vec::new(),
        }
    }

    fn keep(&mut self, rdm: &mut ReducedRdm, layer: &LayerScores, component: usize) {
        let column = &layer.scores[component * self.stimuli..(component + 1) * self.stimuli];
        self.scores.clear();
        self.scores
            .extend(self.among.iter().map(|&stimulus| column[stimulus]));
        rdm.keep(component, &self.scores);
    }

    fn compare(&mut self, rdm: &ReducedRdm) -> Vec<f64> {
        rdm.pairs_into(&mut self.pairs);
        let own = RankedPairs::new(&self.pairs, &mut self.ranker);
        self.brains
            .iter()
            .map(|brain| own.spearman(brain))
            .collect()
    }

    /// RSA with every component kept, one a subject.
    fn whole(&mut self, layer: &LayerScores) -> Vec<f64> {
        let mut rdm = ReducedRdm::new(self.among.len(), &layer.inverse);
        for component in 0..layer.scores.len() / self.stimuli.max(1) {
            self.keep(&mut rdm, layer, component);
        }
        self.compare(&rdm)
    }

    /// RSA with the first of an order kept, one by one; undefined beyond its end.
    fn curve(&mut self, layer: &LayerScores, order: &[usize], most: usize) -> Vec<f64> {
        let mut rdm = ReducedRdm::new(self.among.len(), &layer.inverse);
        let mut scores = Vec::with_capacity(most * self.brains.len());
        for &component in order {
            self.keep(&mut rdm, layer, component);
            scores.extend(self.compare(&rdm));
        }
        scores.resize(most * self.brains.len(), f64::NAN);
        scores
    }
}
