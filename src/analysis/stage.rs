//! What is being done, in words.

/// The stages, in their order, as the page names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Components and Gram matrices of every layer and brain.
    Components,
    /// Gram matrices of whole networks, and every predictor on every fold.
    Predictors,
    /// Every predictor and fold against the dimensions it may predict.
    Scores,
    /// The same with stimuli in random order.
    Chance,
    /// Networks drawn with replacement.
    Interval,
    /// RSA with reduced networks.
    ReducedRsa,
    /// RSA with single dimensions.
    RsaOfOnes,
    /// RDMs side by side.
    Rdms,
    /// Stimuli on a plane.
    ImageMap,
    /// Dimensions like one.
    Neighbours,
}

impl Stage {
    /// What a person reads while it runs.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Stage::Components => "Finding the dimensions of each layer",
            Stage::Predictors => "Preparing what predicts",
            Stage::Scores => "Predicting every dimension from other networks and brains",
            Stage::Chance => "Predicting with stimuli in random order",
            Stage::Interval => "Drawing networks anew",
            Stage::ReducedRsa => "Comparing reduced networks with brains",
            Stage::RsaOfOnes => "Comparing single dimensions with brains",
            Stage::Rdms => "Comparing stimuli with each other",
            Stage::ImageMap => "Laying the stimuli out",
            Stage::Neighbours => "Looking for similar dimensions",
        }
    }
}
