//! What a user may choose of an analysis, in one place.
//!
//! A manifest, a link, the command line and the page's fields each say some of the options:
//! [`PartialOptions`]. They are laid over each other in this order: the defaults, the manifest, the
//! link, the user (the page's fields or the command line). [`SETTINGS`] lists the options with their
//! names, their words and their [`Bounds`], which are the same everywhere.

mod bounds;
mod partial;
mod settings;
#[cfg(test)]
pub mod test_values;
mod words;

pub use bounds::{
    BOOTSTRAPS, Bounds, COMPONENTS, DRAWS, FOLDS, Limits, PERMUTATIONS, RDM_SCALE, Range, SEED,
    Wrong, cut_short,
};
pub use partial::{Components, PartialOptions};
pub use settings::{SETTINGS, Setting};
pub use words::Words;

use serde::{Deserialize, Serialize};

use crate::math::reliability::Pairs;
use crate::math::ridge::Mapping;
use crate::problem::Problem;

/// How a feature map or a sequence of tokens becomes one number a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pooling {
    /// Maximum over space or tokens, the paper's choice.
    #[default]
    Max,
    /// Mean over space or tokens.
    Mean,
    /// Every place a unit of its own.
    Flatten,
}

/// Which networks the median of universality is taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// All other networks.
    #[default]
    All,
    /// The other networks of the dimension's own model set.
    WithinSet,
}

/// How often, and from which seed, chance is asked: for intervals, null lines and controls. Nothing
/// of it changes a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Resampling {
    /// Permutations of the stimuli for the null lines (METHOD 8); 0 leaves them out.
    pub permutations: usize,
    /// Draws of networks for the interval of a relation (METHOD 8).
    pub bootstraps: usize,
    /// Draws of random dimensions for the control of the reduced RSA (METHOD 7).
    pub draws: usize,
    /// Seed of all of them.
    pub seed: u64,
}

impl Default for Resampling {
    fn default() -> Self {
        Self {
            permutations: 100,
            bootstraps: 1000,
            draws: 200,
            seed: 0,
        }
    }
}

/// Options of an analysis; the defaults are the paper's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Options {
    /// How predictors are mapped to targets.
    pub mapping: Mapping,
    /// At most this many components of each layer, the first; all where absent.
    pub components: Option<usize>,
    /// Folds of the cross-validation.
    pub folds: usize,
    /// Seed of the folds.
    pub seed: u64,
    /// How feature maps become units.
    pub pooling: Pooling,
    /// Voxels are z-scored before responses become a Gram matrix.
    pub z_score: bool,
    /// `trace / n` of the Gram matrix of an RDM: as if from so many voxels of unit variance.
    pub rdm_scale: f64,
    /// Which networks universality is taken over.
    pub scope: Scope,
    /// Which pairs of subjects reliability is taken over.
    pub pairs: Pairs,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            mapping: Mapping::Ridge,
            components: None,
            folds: 5,
            seed: 11,
            pooling: Pooling::Max,
            z_score: false,
            rdm_scale: 1000.0,
            scope: Scope::All,
            pairs: Pairs::All,
        }
    }
}

impl Options {
    /// The numbers of folds into which so many stimuli can be cut, two or more in each.
    #[must_use]
    pub fn folds_of(stimuli: usize) -> Bounds {
        FOLDS.at_most(stimuli as u64 / 2)
    }

    /// What is wrong with these options for so many stimuli.
    #[must_use]
    pub fn problem(&self, stimuli: usize) -> Option<Problem> {
        let smallest = stimuli / self.folds.max(1);
        if self.folds < 2 || smallest < 2 {
            return Some(
                Problem::error(
                    "",
                    format!("{stimuli} stimuli cannot be cut into {} folds", self.folds),
                )
                .expected(
                    "two folds or more, with two stimuli or more in each: a correlation needs two",
                )
                .hint("Choose fewer folds or add stimuli"),
            );
        }
        if self.components == Some(0) {
            return Some(
                Problem::error("", "no component of any layer is to be kept")
                    .expected("one or more")
                    .hint("Choose how many components to keep"),
            );
        }
        (smallest < 5).then(|| {
            Problem::warning(
                "",
                format!(
                    "{stimuli} stimuli in {} folds leave {smallest} to test each mapping on",
                    self.folds
                ),
            )
            .expected("ten or more a fold for steady scores")
            .hint("Read single scores with care")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_few_stimuli_for_the_folds_are_an_error_and_few_a_warning() {
        let of = |stimuli: usize| Options::default().problem(stimuli);
        assert_eq!(
            Options::folds_of(40).to_string(),
            "a whole number from 2 to 20"
        );
        assert_eq!(Options::folds_of(1).most, FOLDS.least);
        assert!(of(9).is_some_and(|problem| problem.is_error()));
        assert!(of(20).is_some_and(|problem| !problem.is_error()));
        assert!(of(92).is_none());
        let none_kept = Options {
            components: Some(0),
            ..Options::default()
        };
        assert!(
            none_kept
                .problem(92)
                .is_some_and(|problem| problem.is_error())
        );
    }
}
