//! An analysis as stages of jobs, each block named after what it is made of: what is in the block store
//! from an earlier run is not made again, and a changed network touches only its own.

mod duration;
mod keys;
mod scores;
mod stages;

use super::fold::FoldOf;
use crate::blocks::Key;
use crate::options::Options;
use crate::study::Study;
pub use keys::LayerKeys;
use keys::{brain_keys, layer_keys};
pub use scores::{COLUMNS_A_JOB, TargetBlock};

/// Predictors that one job takes: a network, or the subjects of a region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The predictors: networks first, then brains.
    pub members: Vec<usize>,
    /// Whether their predictions are compared with each other.
    pub compares: bool,
}

/// An analysis of a study, ready to be cut into jobs.
pub struct Plan<'a> {
    /// What is analysed.
    pub study: &'a Study,
    /// How.
    pub options: &'a Options,
    layers: Vec<Vec<LayerKeys>>,
    network_grams: Vec<Key>,
    brain_grams: Vec<(Key, Key)>,
}

impl<'a> Plan<'a> {
    /// Names all blocks of an analysis.
    #[must_use]
    pub fn new(study: &'a Study, options: &'a Options) -> Self {
        let layers: Vec<Vec<LayerKeys>> = study
            .networks
            .iter()
            .map(|network| {
                network
                    .layers
                    .iter()
                    .map(|layer| layer_keys(layer, options))
                    .collect()
            })
            .collect();
        let network_grams = layers
            .iter()
            .map(|layers| match layers.as_slice() {
                [only] => only.gram,
                layers => Key::of(&(
                    "network gram",
                    layers.iter().map(|keys| keys.gram).collect::<Vec<_>>(),
                )),
            })
            .collect();
        let brain_grams = study
            .brains
            .iter()
            .map(|brain| brain_keys(brain, options))
            .collect();
        Self {
            study,
            options,
            layers,
            network_grams,
            brain_grams,
        }
    }

    fn stimuli(&self) -> usize {
        self.study.stimuli.ids.len()
    }

    /// Predictors as jobs take them: each network by itself, then the subjects of each region
    /// together. Those that the mapping cannot use are left out.
    #[must_use]
    pub fn groups(&self) -> Vec<Group> {
        let networks = self.study.networks.len();
        let mut groups: Vec<Group> = (0..networks)
            .map(|network| Group {
                members: vec![network],
                compares: false,
            })
            .collect();
        for roi in self.study.rois() {
            let members: Vec<usize> = (0..self.study.brains.len())
                .filter(|&brain| self.study.brains[brain].roi == roi)
                .map(|brain| networks + brain)
                .filter(|&predictor| self.predictor_key(predictor).is_some())
                .collect();
            groups.push(Group {
                compares: members.len() > 1,
                members,
            });
        }
        groups
    }

    fn fold(&self, fold: usize) -> FoldOf {
        FoldOf {
            stimuli: self.stimuli(),
            folds: self.options.folds,
            seed: self.options.seed,
            fold,
        }
    }

    /// Number of predictors: networks, then brains.
    #[must_use]
    pub fn predictors(&self) -> usize {
        self.study.networks.len() + self.study.brains.len()
    }

    /// How many of a layer's components are analysed.
    #[must_use]
    pub fn kept(&self, rank: usize) -> usize {
        self.options.components.map_or(rank, |most| rank.min(most))
    }
}
