//! What a user may choose of an analysis.

use serde::{Deserialize, Serialize};

use crate::math::ridge::Mapping;
use crate::problem::Problem;
use crate::study::manifest::OptionsEntry;

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
        }
    }
}

impl Options {
    /// Takes over what a manifest asks for.
    pub fn apply(&mut self, manifest: &OptionsEntry) {
        self.folds = manifest.folds.unwrap_or(self.folds);
        self.seed = manifest.seed.unwrap_or(self.seed);
        self.mapping = manifest.mapping.unwrap_or(self.mapping);
        self.components = manifest.components.or(self.components);
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
