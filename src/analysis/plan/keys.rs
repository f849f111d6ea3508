//! What the blocks of an analysis are called: each after what it is made of.

use super::Plan;
use crate::blocks::Key;
use crate::math::ridge::Mapping;
use crate::options::Options;
use crate::study::{Brain, Layer, Measure, Part};

/// Names of the blocks of one layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LayerKeys {
    /// Scores T (n x r, f32).
    pub scores: Key,
    /// Variances (r).
    pub variances: Key,
    /// Total variance, units, constant units.
    pub counts: Key,
    /// Gram matrix (n x n).
    pub gram: Key,
    /// The way back to units.
    pub inverse: Key,
    /// Scores T (n x r, f64), made when they are asked for.
    pub exact: Key,
}

impl Plan<'_> {
    /// Names of the blocks of a layer.
    #[must_use]
    pub fn layer(&self, network: usize, layer: usize) -> LayerKeys {
        self.layers[network][layer]
    }

    /// Name of the Gram matrix of a network.
    #[must_use]
    pub fn network_gram(&self, network: usize) -> Key {
        self.network_grams[network]
    }

    /// Names of the Gram matrix of a brain and of what is to be said of it.
    #[must_use]
    pub fn brain_gram(&self, brain: usize) -> (Key, Key) {
        self.brain_grams[brain]
    }

    /// What makes the numbers of one predictor what they are; `None` for a predictor that this
    /// mapping cannot use.
    #[must_use]
    pub fn predictor_key(&self, predictor: usize) -> Option<Key> {
        let networks = self.study.networks.len();
        match (predictor.checked_sub(networks), self.options.mapping) {
            (None, Mapping::OneToOne) => {
                let layers = &self.layers[predictor];
                let grams: Vec<Key> = layers.iter().map(|keys| keys.gram).collect();
                Some(Key::of(&("units", grams)))
            }
            (None, _) => Some(self.network_gram(predictor)),
            (Some(brain), Mapping::OneToOne) => {
                let has_units = self.study.brains[brain].measure == Measure::Responses;
                has_units.then(|| Key::of(&("units", self.brain_gram(brain).0)))
            }
            (Some(brain), _) => Some(self.brain_gram(brain).0),
        }
    }

    /// What makes a score what it is, beside predictor, target and fold.
    fn how(&self) -> impl std::hash::Hash + use<> {
        let options = self.options;
        (options.folds, options.seed, options.mapping)
    }

    /// Names of the scores and of the chosen alphas of a layer, predicted by a predictor of this
    /// key on a fold.
    #[must_use]
    pub fn fold_scores(
        &self,
        predictor: Key,
        target: Key,
        columns: usize,
        fold: usize,
    ) -> (Key, Key) {
        let what = (predictor, target, columns, fold, self.how());
        (
            Key::of(&("fold scores", &what)),
            Key::of(&("fold alphas", &what)),
        )
    }

    /// Name of the reliability of a layer's dimensions among predictors of these keys on a fold.
    #[must_use]
    pub fn fold_reliability(
        &self,
        predictors: &[Key],
        target: Key,
        columns: usize,
        fold: usize,
    ) -> Key {
        let what = (predictors, target, columns, fold, self.how());
        Key::of(&("fold reliability", what, self.options.pairs))
    }

    /// Name of the decomposition of a Gram matrix on a fold.
    pub(super) fn decomposition(&self, gram: Key, fold: usize) -> Key {
        Key::of(&("decomposition", gram, self.fold(fold)))
    }

    /// Name of the RDM of a brain.
    #[must_use]
    pub fn rdm(&self, brain: usize) -> Key {
        let brain = &self.study.brains[brain];
        rdm_key(&brain.part, brain.measure)
    }
}

pub fn layer_keys(layer: &Layer, options: &Options) -> LayerKeys {
    let parts: Vec<_> = layer.parts.iter().map(identity).collect();
    let fitting: Vec<_> = layer.fitting.iter().map(identity).collect();
    let of_units = Key::of(&(parts, options.pooling));
    let of_layer = Key::of(&(of_units, fitting));
    let key = |what: &str| Key::of(&(what, of_layer));
    LayerKeys {
        scores: key("scores"),
        variances: key("variances"),
        counts: key("counts"),
        inverse: key("inverse"),
        exact: key("exact scores"),
        // whatever components are fitted on, the layer predicts by its own units
        gram: Key::of(&("layer gram", of_units)),
    }
}

pub fn rdm_key(part: &Part, measure: Measure) -> Key {
    Key::of(&("rdm", identity(part), format!("{measure:?}")))
}

pub fn brain_keys(brain: &Brain, options: &Options) -> (Key, Key) {
    let of_brain = Key::of(&(
        identity(&brain.part),
        format!("{:?}", brain.measure),
        options.z_score,
        options.rdm_scale.to_bits(),
    ));
    (
        Key::of(&("brain gram", of_brain)),
        Key::of(&("brain counts", of_brain)),
    )
}

/// What makes an array's part in a block what it is: what the array holds, not which one it is here.
fn identity(part: &Part) -> impl std::hash::Hash + use<'_> {
    (part.digest, part.axes, &part.rows)
}
