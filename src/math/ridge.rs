//! Ridge regression from a Gram matrix, its penalty chosen per target by leave-one-out
//! (METHOD 5). One eigendecomposition serves every penalty and every target.

mod choice;
mod decomposition;
mod leave_one_out;
mod penalty;
mod shared_weights;
mod stages;
#[cfg(test)]
mod tests;

use nalgebra::{DMatrix, DVector};

use super::MathError;
use super::folds::Fold;
use super::packed_product::{PackedProduct, Right};
use super::ranks::pearson;
use super::scale::for_single_precision;
use super::targets::Targets;
pub use decomposition::Decomposition;
use leave_one_out::sum_of;
use penalty::Penalty;
use stages::Stages;

/// The penalties of the paper, from ordinary least squares to all but no fit. They are absolute:
/// activations on another scale need another grid, which is why a choice of the last is reported.
pub const ALPHAS: [f64; 9] = [0.0, 1e-3, 1e-2, 1e-1, 1.0, 1e1, 1e2, 1e3, 1e4];

/// Penalties whose shrinkage differs by less than this everywhere predict the same to well within
/// the tolerance of any score: between them it does not matter which is chosen.
const SAME_SHRINKAGE: f64 = 2e-4;

/// Targets that are looked at together, so that many share a likely penalty.
const BLOCK: usize = 2048;

/// How predictors are mapped to targets.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Mapping {
    /// Ridge regression, each target with the penalty of [`ALPHAS`] that predicts it best.
    #[default]
    Ridge,
    /// Ordinary least squares, the limit of no penalty.
    Ols,
    /// No regression at all: the one unit of the predictor that goes with the target best.
    OneToOne,
}

impl Mapping {
    /// The penalties to choose from; a mapping to single units has none.
    #[must_use]
    pub fn alphas(self) -> &'static [f64] {
        match self {
            Mapping::Ridge => &ALPHAS,
            Mapping::Ols => &ALPHAS[..1],
            Mapping::OneToOne => &[],
        }
    }
}

/// One predictor on one fold, decomposed and ready for any number of targets.
pub struct FoldPredictor {
    fold: Fold,
    /// Eigenvectors of the centred training Gram matrix, without the all-ones one, which carries
    /// no penalty and, targets being centred, no weight (m x (m - 1)).
    vectors: PackedProduct,
    /// `vectors`, transposed: the product with it gives the coordinates of targets.
    to_spectrum: PackedProduct,
    /// The penalties, for choosing one.
    stages: Stages,
    /// Lambda / (lambda + alpha) of each eigenvector, zero over the null space, for each penalty.
    shrinkage: Vec<DVector<f32>>,
    /// Whether two penalties predict differently.
    differ: DMatrix<bool>,
    /// `vectors` before rounding, for the choices that single precision cannot make.
    exact: DMatrix<f64>,
    /// `K[te, tr] Q / lambda`, zero over the null space: times the shrunken coordinates of a
    /// target it gives the prediction (test stimuli x (m - 1)).
    to_test: PackedProduct,
}

/// Scores and choices for some targets, in their order.
#[derive(Debug, Clone, PartialEq)]
pub struct FoldScores {
    /// Pearson correlation over the test stimuli of each target and its prediction, in [-1, 1];
    /// NaN where either is constant.
    pub scores: Vec<f32>,
    /// Index into the alphas of the penalty chosen for each target.
    pub chosen: Vec<u8>,
    /// Predictions about the training mean (test stimuli x t), times a power of two for each target, mostly
    /// one: whatever takes them asks for correlations.
    pub predicted: DMatrix<f32>,
}

/// Pearson correlation over the test stimuli of predictions (test stimuli x t) and the targets that they
/// are of (n each).
pub(super) fn scores_of<'a>(
    predicted: &DMatrix<f32>,
    targets: impl Iterator<Item = &'a [f32]>,
    test: &[usize],
) -> Vec<f32> {
    let tested = test.len();
    let mut pair = (vec![0.0; tested], vec![0.0; tested]);
    targets
        .zip(predicted.as_slice().chunks_exact(tested.max(1)))
        .map(|(column, made)| {
            for (row, (&stimulus, &made)) in test.iter().zip(made).enumerate() {
                pair.0[row] = f64::from(column[stimulus]);
                pair.1[row] = f64::from(made);
            }
            pearson(&pair.0, &pair.1) as f32
        })
        .collect()
}

/// Targets that go through the products at once.
struct TargetBlock<'a> {
    /// Over all stimuli.
    targets: &'a [&'a [f32]],
    /// They on the training stimuli, about their means (m x block).
    y: DMatrix<f32>,
    /// Their coordinates along the eigenvectors ((m - 1) x block).
    coordinates: DMatrix<f32>,
}

impl TargetBlock<'_> {
    /// Scores of predictions of some of the block's targets.
    fn scores(&self, predicted: &DMatrix<f32>, which: &[usize], test: &[usize]) -> Vec<f32> {
        scores_of(
            predicted,
            which.iter().map(|&target| self.targets[target]),
            test,
        )
    }
}

impl FoldPredictor {
    /// Makes a decomposition ready to predict with the best of some penalties. O(m^2) a penalty.
    ///
    /// # Errors
    /// [`MathError::Shape`] if the decomposition is not one.
    pub fn new(
        decomposition: Decomposition,
        fold: &Fold,
        alphas: &[f64],
    ) -> Result<Self, MathError> {
        let Decomposition {
            lambda,
            vectors,
            across,
        } = decomposition;
        let penalties = Penalty::of_alphas(alphas, &lambda, &vectors)?;
        let shrinkage: Vec<DVector<f64>> = alphas
            .iter()
            .map(|&alpha| {
                lambda.map(|value| {
                    if value > 0.0 {
                        value / (value + alpha)
                    } else {
                        0.0
                    }
                })
            })
            .collect();
        let differ = DMatrix::from_fn(alphas.len(), alphas.len(), |a, b| {
            (&shrinkage[a] - &shrinkage[b]).amax() > SAME_SHRINKAGE
        });
        let mut to_test = across;
        for (mut column, value) in to_test.column_iter_mut().zip(lambda.iter()) {
            column.scale_mut(if *value > 0.0 { 1.0 / value } else { 0.0 });
        }
        let narrow = vectors.map(|entry| entry as f32);
        Ok(Self {
            fold: fold.clone(),
            to_spectrum: PackedProduct::transposed(&narrow),
            vectors: PackedProduct::new(narrow),
            stages: Stages::new(penalties),
            shrinkage: shrinkage
                .iter()
                .map(|values| values.map(|value| value as f32))
                .collect(),
            differ,
            exact: vectors,
            to_test: PackedProduct::new(to_test.map(|entry| entry as f32)),
        })
    }

    /// Fits and tests every target (n x t over all stimuli, one a column). O(m^2 t) a penalty.
    ///
    /// # Errors
    /// [`MathError::Shape`] if the targets have fewer rows than the stimuli of the fold.
    pub fn score(&self, targets: &Targets) -> Result<FoldScores, MathError> {
        self.fold.check(targets)?;
        let (count, tested) = (targets.count(), self.fold.test.len());
        let mut scores = Vec::with_capacity(count);
        let mut chosen = Vec::with_capacity(count);
        let mut predicted = Vec::with_capacity(count * tested);
        for targets in targets.columns().chunks(BLOCK) {
            let block = self.block(targets)?;
            let penalties = self.choose_penalties(&block)?;
            let all: Vec<usize> = (0..penalties.len()).collect();
            let made = self.predict(&block, &all, &penalties)?;
            scores.extend(block.scores(&made, &all, &self.fold.test));
            chosen.extend(penalties.iter().map(|&alpha| alpha as u8));
            predicted.extend_from_slice(made.as_slice());
        }
        Ok(FoldScores {
            scores,
            chosen,
            predicted: DMatrix::from_vec(tested, count, predicted),
        })
    }

    fn block<'a>(&self, targets: &'a [&'a [f32]]) -> Result<TargetBlock<'a>, MathError> {
        let y = self.training_targets(targets);
        Ok(TargetBlock {
            targets,
            coordinates: self.to_spectrum.times(Right::of(&y))?,
            y,
        })
    }

    /// Predictions of some targets of a block about the training mean (test stimuli x targets), each
    /// with its own penalty.
    fn predict(
        &self,
        block: &TargetBlock,
        targets: &[usize],
        penalties: &[usize],
    ) -> Result<DMatrix<f32>, MathError> {
        let rank = block.coordinates.nrows();
        let mut shrunken = Vec::with_capacity(rank * targets.len());
        for (&target, &penalty) in targets.iter().zip(penalties) {
            let coordinates = &block.coordinates.as_slice()[target * rank..(target + 1) * rank];
            let shrinkage = self.shrinkage[penalty].as_slice();
            shrunken.extend(coordinates.iter().zip(shrinkage).map(|(a, b)| a * b));
        }
        let shrunken = DMatrix::from_vec(rank, targets.len(), shrunken);
        self.to_test.times(Right::of(&shrunken))
    }

    /// Some targets on the training stimuli, about their means (m x t), each times a power of two that is one
    /// unless single precision has no room for its squares: no correlation minds.
    fn training_targets(&self, targets: &[&[f32]]) -> DMatrix<f32> {
        let m = self.fold.train.len();
        let mut y = Vec::with_capacity(m * targets.len());
        for column in targets {
            let start = y.len();
            y.extend(self.fold.train.iter().map(|&stimulus| column[stimulus]));
            let own = &mut y[start..];
            let mean = (sum_of(own, f64::from) / m as f64) as f32;
            own.iter_mut().for_each(|value| *value -= mean);
            let squares = sum_of(own, |value: f32| f64::from(value).powi(2));
            let factor = for_single_precision(squares / m as f64);
            if factor != 1.0 {
                let scaled = |value: f32| (f64::from(value) * factor) as f32;
                own.iter_mut().for_each(|value| *value = scaled(*value));
            }
        }
        DMatrix::from_vec(m, targets.len(), y)
    }
}
