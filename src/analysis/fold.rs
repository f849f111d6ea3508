//! Predicting dimensions on one fold (METHOD 5): by a network, or by every subject of a region, whose
//! predictions are then compared with each other as well (METHOD 6).

use nalgebra::DMatrix;
use serde::{Deserialize, Serialize};

use super::arrays::joined_units;
use super::failure::math_problem;
use crate::blocks::{Block, no_input};
use crate::jobs::{BlockTask, Task, Use};
use crate::math::MathError;
use crate::math::folds::{Fold, folds};
use crate::math::gram::z_score_columns;
use crate::math::one_to_one::UnitPredictor;
use crate::math::reliability::{Pairs, reliability};
use crate::math::ridge::{Decomposition, FoldPredictor, FoldScores, Mapping};
use crate::math::targets::Targets;
use crate::options::Pooling;
use crate::problem::Problem;
use crate::study::Part;

/// The folds of an analysis and which one is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FoldOf {
    /// Number of stimuli n.
    pub stimuli: usize,
    /// Number of folds.
    pub folds: usize,
    /// Seed of the folds.
    pub seed: u64,
    /// Which fold.
    pub fold: usize,
}

impl FoldOf {
    /// The fold.
    ///
    /// # Errors
    /// A [`Problem`] if there is no such fold.
    pub fn fold(&self) -> Result<Fold, Problem> {
        let mut all = folds(self.stimuli, self.folds, self.seed).map_err(math_problem)?;
        if self.fold < all.len() {
            Ok(all.swap_remove(self.fold))
        } else {
            Err(no_input())
        }
    }
}

/// Gram matrix of a predictor -> its decomposition on a fold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decompose {
    /// Which fold.
    pub fold: FoldOf,
}

impl Task for Decompose {
    const KIND: &'static str = "decompose";

    fn describe(&self) -> String {
        "decomposing what predicts".into()
    }

    fn is_kept(&self) -> bool {
        false
    }

    fn use_of(&self, _position: usize) -> Use {
        Use::Next
    }
}

impl BlockTask for Decompose {
    fn run(&self, inputs: &[&Block]) -> Result<Vec<Block>, Problem> {
        let gram = inputs
            .first()
            .and_then(|block| block.as_f64())
            .ok_or_else(no_input)?;
        let n = self.fold.stimuli;
        if gram.len() != n * n {
            return Err(no_input());
        }
        let gram = DMatrix::from_column_slice(n, n, gram);
        let made = Decomposition::new(&gram, &self.fold.fold()?).map_err(math_problem)?;
        Ok(vec![Block::F64(made.into_numbers())])
    }
}

/// What a predictor is predicted from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Predictor {
    /// Its decomposition on the fold: one block.
    Spectrum,
    /// Its units: one block an array.
    Units {
        /// The arrays' shapes and stimuli.
        parts: Vec<Part>,
        /// How feature maps become units.
        pooling: Pooling,
        /// z-score units.
        z_score: bool,
    },
}

impl Predictor {
    /// Number of blocks that it takes.
    #[must_use]
    pub fn inputs(&self) -> usize {
        match self {
            Predictor::Spectrum => 1,
            Predictor::Units { parts, .. } => parts.len(),
        }
    }

    fn prepare(
        &self,
        inputs: &[&Block],
        fold: &Fold,
        mapping: Mapping,
    ) -> Result<Prepared, Problem> {
        match self {
            Predictor::Spectrum => {
                let numbers = inputs
                    .first()
                    .and_then(|block| block.as_f64())
                    .ok_or_else(no_input)?;
                let kept = Decomposition::from_numbers(numbers, fold).ok_or_else(no_input)?;
                let predictor = FoldPredictor::new(kept, fold, mapping.alphas());
                let predictor = predictor.map_err(math_problem)?;
                Ok(Prepared::Spectrum(Box::new(predictor)))
            }
            Predictor::Units {
                parts,
                pooling,
                z_score,
            } => {
                let mut units = joined_units(parts, *pooling, inputs)?;
                if *z_score {
                    z_score_columns(&mut units);
                }
                Ok(Prepared::Units(UnitPredictor::new(&units, fold)))
            }
        }
    }
}

enum Prepared {
    Spectrum(Box<FoldPredictor>),
    Units(UnitPredictor),
}

impl Prepared {
    fn score(&self, targets: &Targets) -> Result<FoldScores, MathError> {
        match self {
            Prepared::Spectrum(predictor) => predictor.score(targets),
            Prepared::Units(predictor) => predictor.score(targets),
        }
    }
}

/// What each predictor takes, one after another, then scores T of target layers -> for each
/// predictor and each layer the fold scores (f32) and the alphas chosen (bytes, as many as there
/// are columns or none); then, where pairs of subjects are compared, for each layer their
/// reliability on the fold (f32).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PredictFold {
    /// Which fold.
    pub fold: FoldOf,
    /// How to map.
    pub mapping: Mapping,
    /// A network, or the subjects of one region.
    pub predictors: Vec<Predictor>,
    /// Columns of each target layer to predict, the first.
    pub columns: Vec<usize>,
    /// Which pairs of predictors are compared, if any.
    pub pairs: Option<Pairs>,
}

impl Task for PredictFold {
    const KIND: &'static str = "predict fold";

    fn describe(&self) -> String {
        format!(
            "predicting {} dimensions of {} stimuli",
            self.columns.iter().sum::<usize>(),
            self.fold.stimuli
        )
    }

    fn use_of(&self, position: usize) -> Use {
        if position >= self.predictor_inputs() {
            // the scores of layers
            return Use::Run;
        }
        match self.mapping {
            // units as they are, which may be large
            Mapping::OneToOne => Use::Once,
            Mapping::Ridge | Mapping::Ols => Use::Next,
        }
    }
}

impl BlockTask for PredictFold {
    fn run(&self, inputs: &[&Block]) -> Result<Vec<Block>, Problem> {
        let fold = self.fold.fold()?;
        let mut rest = inputs;
        let mut prepared = Vec::with_capacity(self.predictors.len());
        for predictor in &self.predictors {
            let (own, after) = rest
                .split_at_checked(predictor.inputs())
                .ok_or_else(no_input)?;
            prepared.push(predictor.prepare(own, &fold, self.mapping)?);
            rest = after;
        }
        if rest.len() != self.columns.len() {
            return Err(no_input());
        }
        let layers = self.layers(rest)?;
        let targets = Targets::new(self.fold.stimuli, &layers);
        let mut blocks = Vec::new();
        let mut predicted = Vec::with_capacity(prepared.len());
        for predictor in &prepared {
            let scored = predictor.score(&targets).map_err(math_problem)?;
            let (mut scores, mut chosen) = (scored.scores.as_slice(), scored.chosen.as_slice());
            for &width in &self.columns {
                blocks.push(Block::F32(take(&mut scores, width)));
                blocks.push(Block::Bytes(take(&mut chosen, width)));
            }
            predicted.push(scored.predicted);
        }
        if let Some(pairs) = self.pairs {
            let all = reliability(&predicted, pairs);
            let mut all = all.as_slice();
            for &width in &self.columns {
                blocks.push(Block::F32(take(&mut all, width)));
            }
        }
        Ok(blocks)
    }
}

impl PredictFold {
    /// Number of blocks before the targets.
    #[must_use]
    pub fn predictor_inputs(&self) -> usize {
        self.predictors.iter().map(Predictor::inputs).sum()
    }

    /// The columns of each target layer that are predicted.
    fn layers<'a>(&self, targets: &[&'a Block]) -> Result<Vec<&'a [f32]>, Problem> {
        let n = self.fold.stimuli;
        targets
            .iter()
            .zip(&self.columns)
            .map(|(block, width)| block.as_f32()?.get(..n * width))
            .collect::<Option<_>>()
            .ok_or_else(no_input)
    }
}

/// The next of some numbers, as many as there are at most.
fn take<T: Clone>(from: &mut &[T], count: usize) -> Vec<T> {
    let (now, after) = from.split_at(count.min(from.len()));
    *from = after;
    now.to_vec()
}
