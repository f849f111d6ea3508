//! Ridge regression from a Gram matrix, its penalty chosen per target by leave-one-out
//! (METHOD 5). One eigendecomposition serves every penalty and every target.

mod choice;
mod decomposition;
mod leave_one_out;
mod shared_weights;
mod stages;

use nalgebra::{DMatrix, DVector};

use super::MathError;
use super::folds::Fold;
use super::ranks::pearson;
use super::repeated::{Repeated, Right};
use super::scale::for_single_precision;
use super::targets::Targets;
pub use decomposition::Decomposition;
use leave_one_out::{Penalty, sum_of};
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
    vectors: Repeated,
    /// `vectors`, transposed: the product with it gives the coordinates of targets.
    to_spectrum: Repeated,
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
    to_test: Repeated,
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
            to_spectrum: Repeated::transposed(&narrow),
            vectors: Repeated::new(narrow),
            stages: Stages::new(penalties),
            shrinkage: shrinkage
                .iter()
                .map(|values| values.map(|value| value as f32))
                .collect(),
            differ,
            exact: vectors,
            to_test: Repeated::new(to_test.map(|entry| entry as f32)),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::folds::folds;
    use crate::math::gram::gram_of_units;
    use crate::math::random::Generator;

    fn random(n: usize, p: usize, seed: u64) -> DMatrix<f64> {
        let mut generator = Generator::new(seed);
        DMatrix::from_fn(n, p, |_, _| generator.normal())
    }

    /// By way of the shelf, as in an analysis.
    fn predictor_of(gram: &DMatrix<f64>, fold: &Fold, alphas: &[f64]) -> FoldPredictor {
        let numbers = Decomposition::new(gram, fold)
            .expect("finite")
            .into_numbers();
        let kept = Decomposition::from_numbers(&numbers, fold).expect("as many");
        assert!(Decomposition::from_numbers(&numbers[1..], fold).is_none());
        FoldPredictor::new(kept, fold, alphas).expect("fits")
    }

    /// Predictions of some stimuli by ridge from others with each alpha, by the singular values of the units, all
    /// in double precision (alphas x predictions).
    fn ridge(
        x: &DMatrix<f64>,
        y: &[f64],
        [train, test]: [&[usize]; 2],
        alphas: &[f64],
    ) -> Vec<Vec<f64>> {
        let mut a = x.select_rows(train);
        let means = a.row_mean();
        for mut row in a.row_iter_mut() {
            row -= &means;
        }
        let mean_y = train.iter().map(|&i| y[i]).sum::<f64>() / train.len() as f64;
        let b = DVector::from_iterator(train.len(), train.iter().map(|&i| y[i] - mean_y));
        let svd = a.svd(true, true);
        let along = svd.u.expect("asked for").tr_mul(&b);
        let rotated: Vec<DVector<f64>> = test
            .iter()
            .map(|&i| svd.v_t.as_ref().expect("asked for") * (x.row(i) - &means).transpose())
            .collect();
        let largest = svd.singular_values.amax();
        let with_alpha = |&alpha: &f64| {
            let weights = DVector::from_fn(along.len(), |j, _| {
                let s = svd.singular_values[j];
                if s > 1e-9 * largest {
                    along[j] * s / (s * s + alpha)
                } else {
                    0.0
                }
            });
            rotated.iter().map(|r| r.dot(&weights) + mean_y).collect()
        };
        alphas.iter().map(with_alpha).collect()
    }

    /// Ridge by its definition: for every alpha and left-out stimulus the mapping is fitted anew. The score and
    /// the alpha.
    fn by_definition(x: &DMatrix<f64>, y: &[f64], fold: &Fold, alphas: &[f64]) -> (f64, usize) {
        let measured: Vec<f64> = fold.train.iter().map(|&i| y[i]).collect();
        let mut left_out = vec![Vec::new(); alphas.len()];
        for &out in &fold.train {
            let rest: Vec<usize> = fold.train.iter().copied().filter(|&i| i != out).collect();
            let predicted = ridge(x, y, [&rest, &[out]], alphas);
            for (left_out, predicted) in left_out.iter_mut().zip(predicted) {
                left_out.push(predicted[0]);
            }
        }
        let mut best = (f64::NEG_INFINITY, 0);
        for (index, left_out) in left_out.iter().enumerate() {
            let score = pearson(&measured, left_out);
            if score > best.0 + 1e-9 {
                best = (score, index);
            }
        }
        let tested: Vec<f64> = fold.test.iter().map(|&i| y[i]).collect();
        let predicted = ridge(x, y, [&fold.train, &fold.test], &alphas[best.1..=best.1]);
        (pearson(&tested, &predicted[0]), best.1)
    }

    #[test]
    fn scores_are_those_of_the_definition() {
        // more units than stimuli, fewer, and as many as leave one spare dimension
        for (n, p) in [(30, 60), (30, 6), (25, 19)] {
            let x = random(n, p, 1);
            let mixing = random(p, 5, 2);
            let y = &x * mixing + random(n, 5, 3) * 3.0;
            let narrow = y.map(|v| v as f32);
            let gram = gram_of_units(x.clone());
            for fold in folds(n, 5, 11).expect("enough") {
                let predictor = predictor_of(&gram, &fold, &ALPHAS);
                let made = predictor.score(&Targets::of(&narrow)).expect("fits");
                for target in 0..5 {
                    let column: Vec<f64> = y.column(target).iter().copied().collect();
                    let (score, alpha) = by_definition(&x, &column, &fold, &ALPHAS);
                    assert_eq!(usize::from(made.chosen[target]), alpha, "{n} x {p}");
                    assert!(
                        (f64::from(made.scores[target]) - score).abs() < 1e-4,
                        "{n} x {p}: {} is not {score}",
                        made.scores[target]
                    );
                }
            }
        }
    }

    #[test]
    fn at_any_scale_scores_are_those_of_double_precision() {
        // more units than stimuli, and fewer
        for (n, p) in [(25, 40), (30, 6)] {
            let x = random(n, p, 31);
            let y = &x * random(p, 3, 32) + random(n, 3, 33) * 2.0;
            let fold = &folds(n, 5, 11).expect("enough")[1];
            let usual = crate::math::scale::single_precision(&y);
            for power in [-30, -25, -19, -10, -5, -3, -1, 0, 1, 3, 5, 10, 19, 25, 30] {
                let x = &x * 10_f64.powi(power);
                let predictor = predictor_of(&gram_of_units(x.clone()), fold, &ALPHAS);
                let of_usual = predictor.score(&Targets::new(n, &[&usual])).expect("fits");
                for target in 0..3 {
                    let column: Vec<f64> = y.column(target).iter().copied().collect();
                    let (score, _) = by_definition(&x, &column, fold, &ALPHAS);
                    let made = f64::from(of_usual.scores[target]);
                    assert!(
                        (made - score).abs() < 2e-6,
                        "{n} x {p}, 1e{power}: {made} {score}"
                    );
                }
                // the scale of a target changes nothing at all
                for power in [-280, -60, -30, -7, 7, 30, 60, 280] {
                    let y = &y * 2_f64.powi(power);
                    let narrow = crate::math::scale::single_precision(&y);
                    let made = predictor.score(&Targets::new(n, &[&narrow])).expect("fits");
                    assert_eq!(
                        (&made.scores, &made.chosen),
                        (&of_usual.scores, &of_usual.chosen)
                    );
                }
            }
        }
    }

    #[test]
    fn an_outlying_stimulus_leaves_the_others_in_range() {
        let (n, p) = (30, 8);
        let x = random(n, p, 41);
        let y = &x * random(p, 2, 42) + random(n, 2, 43);
        let predict = |y: &DMatrix<f64>, fold: &Fold| {
            let predictor = predictor_of(&gram_of_units(x.clone()), fold, &ALPHAS);
            let narrow = crate::math::scale::single_precision(y);
            predictor.score(&Targets::new(n, &[&narrow])).expect("fits")
        };
        for fold in folds(n, 5, 11).expect("enough").iter().take(2) {
            // the training does not know of it
            let mut far = y.clone();
            far.row_mut(fold.test[0]).scale_mut(1e30);
            let [usual, made] = [&y, &far].map(|y| predict(y, fold));
            assert_eq!(usual.chosen, made.chosen);
            let pairs = usual
                .predicted
                .column_iter()
                .zip(made.predicted.column_iter());
            for (usual, made) in pairs {
                let [usual, made] = [usual, made].map(|of| of.map(f64::from).as_slice().to_vec());
                assert!(pearson(&usual, &made) > 1.0 - 1e-6);
            }
            assert!(made.scores.iter().all(|score| score.is_finite()));
        }
    }

    #[test]
    fn least_squares_is_the_limit_of_no_penalty() {
        let x = random(40, 10, 4);
        let y = (&x * random(10, 3, 5) + random(40, 3, 6)).map(|v| v as f32);
        let gram = gram_of_units(x);
        let fold = &folds(40, 5, 11).expect("enough")[0];
        let limit = predictor_of(&gram, fold, Mapping::Ols.alphas());
        let nearly = predictor_of(&gram, fold, &[1e-9]);
        let (limit, nearly) = (
            limit.score(&Targets::of(&y)).expect("fits"),
            nearly.score(&Targets::of(&y)).expect("fits"),
        );
        for (a, b) in limit.scores.iter().zip(&nearly.scores) {
            assert!((a - b).abs() < 1e-5);
        }
    }

    #[test]
    fn the_scale_and_offset_of_a_target_do_not_matter() {
        let gram = gram_of_units(random(30, 12, 7));
        let y = random(30, 4, 8).map(|v| v as f32);
        let moved = y.map(|v| 1000.0 * v - 50.0);
        let fold = &folds(30, 5, 11).expect("enough")[2];
        let predictor = predictor_of(&gram, fold, &ALPHAS);
        let [a, b] = [&y, &moved].map(|y| predictor.score(&Targets::of(y)));
        for (a, b) in a.expect("fits").scores.iter().zip(b.expect("fits").scores) {
            assert!((a - b).abs() < 1e-4);
        }
    }

    #[test]
    fn a_constant_target_is_undefined() {
        let gram = gram_of_units(random(20, 8, 9));
        let fold = &folds(20, 5, 11).expect("enough")[0];
        let predictor = predictor_of(&gram, fold, &ALPHAS);
        let made = predictor.score(&Targets::of(&DMatrix::from_element(20, 1, 0.1_f32)));
        assert!(made.expect("fits").scores[0].is_nan());
        // and so is what a predictor without any variance says
        let nothing = predictor_of(&DMatrix::zeros(20, 20), fold, &ALPHAS);
        let made = nothing.score(&Targets::of(&random(20, 2, 10).map(|v| v as f32)));
        assert!(
            made.expect("fits")
                .scores
                .iter()
                .all(|score| score.is_nan())
        );
    }
}
