//! What is being done, in words.

/// A stage of a run, by what the user reads while it lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stage(pub &'static str);

impl Stage {
    /// Components and Gram matrices of every layer and brain.
    pub const COMPONENTS: Self = Self("Finding the dimensions of each layer");
    /// Gram matrices of whole networks, and every predictor on every fold.
    pub const PREDICTORS: Self = Self("Preparing what predicts");
    /// Every predictor and fold against the dimensions it may predict.
    pub const SCORES: Self = Self("Predicting every dimension from other networks and brains");
    /// The same with stimuli in random order.
    pub const CHANCE: Self = Self("Predicting with stimuli in random order");
    /// RDMs of brains.
    pub const RDMS: Self = Self("Comparing stimuli with each other");

    /// What the user reads while it runs.
    #[must_use]
    pub fn label(self) -> &'static str {
        self.0
    }
}
