//! The mapping without regression (METHOD 5): each target is predicted by the one unit that goes
//! with it best on the training stimuli.

use nalgebra::DMatrix;

use super::MathError;
use super::folds::Fold;
use super::linalg::product;
use super::ridge::{FoldScores, scores_of};
use super::scale::{DOUBLE, for_single_precision, into_range, toward_one};
use super::targets::Targets;

/// Targets that are compared with all units at once.
const BLOCK: usize = 256;

/// The units of a predictor on one fold.
pub struct UnitPredictor {
    fold: Fold,
    /// Units as rows, centred and of unit length over the training stimuli; constant ones are zero
    /// (p x m).
    standardised: DMatrix<f64>,
    /// The same units on the test stimuli, as they are unless single precision has no room for them (test
    /// stimuli x p).
    on_test: DMatrix<f32>,
}

impl UnitPredictor {
    /// Prepares units (n x p over all stimuli).
    #[must_use]
    pub fn new(units: &DMatrix<f64>, fold: &Fold) -> Self {
        let trained = units.select_rows(&fold.train);
        let on_test = narrowed(units.select_rows(&fold.test), &trained);
        let mut standardised = trained;
        standardise(&mut standardised);
        Self {
            fold: fold.clone(),
            standardised: standardised.transpose(),
            on_test,
        }
    }

    /// Predicts every target (n x t) by the unit with the highest signed training correlation, the
    /// first on ties, and tests the prediction. Nothing is chosen among penalties. O(m p t).
    ///
    /// # Errors
    /// [`MathError::Shape`] if the targets have fewer rows than the stimuli of the fold.
    pub fn score(&self, targets: &Targets) -> Result<FoldScores, MathError> {
        self.fold.check(targets)?;
        let mut predicted = DMatrix::zeros(self.fold.test.len(), targets.count());
        for (block, columns) in targets.columns().chunks(BLOCK).enumerate() {
            let start = block * BLOCK;
            let mut y = DMatrix::from_fn(self.fold.train.len(), columns.len(), |row, column| {
                f64::from(columns[column][self.fold.train[row]])
            });
            standardise(&mut y);
            let correlations = product(&self.standardised, &y)?;
            for (index, correlations) in correlations.column_iter().enumerate() {
                if correlations.is_empty() {
                    continue;
                }
                let unit = correlations.iter().enumerate().fold(0, |best, (unit, r)| {
                    if *r > correlations[best] { unit } else { best }
                });
                predicted
                    .column_mut(start + index)
                    .copy_from(&self.on_test.column(unit));
            }
        }
        Ok(FoldScores {
            scores: scores_of(
                &predicted,
                targets.columns().iter().copied(),
                &self.fold.test,
            ),
            chosen: Vec::new(),
            predicted,
        })
    }
}

/// Lengths of the mean in standard deviations beyond which single precision would round what differs.
const FAR: f64 = 64.0;

/// Units on the test stimuli in single precision. Correlations do not mind their scale and offset: a unit far
/// from where single precision has room is multiplied by a power of two, and one whose mean over the training
/// stimuli is much larger than its spread there is taken about that mean.
fn narrowed(mut tested: DMatrix<f64>, trained: &DMatrix<f64>) -> DMatrix<f32> {
    for (mut column, trained) in tested.column_iter_mut().zip(trained.column_iter()) {
        let first = toward_one(column.amax().max(trained.amax()), DOUBLE);
        let mean = trained.iter().map(|value| value * first).sum::<f64>() / trained.len() as f64;
        let squares: f64 = trained
            .iter()
            .map(|value| (value * first - mean).powi(2))
            .sum();
        let is_far = mean * mean > FAR * FAR * squares / trained.len() as f64;
        let offset = if is_far { mean } else { 0.0 };
        column.apply(|value| *value = *value * first - offset);
        let second = for_single_precision(column.norm_squared() / column.len().max(1) as f64);
        column.scale_mut(second);
    }
    tested.map(|value| value as f32)
}

/// Columns about their mean, of length one; constant ones become zero.
fn standardise(a: &mut DMatrix<f64>) {
    super::gram::centre_columns(a);
    for mut column in a.column_iter_mut() {
        into_range(&mut column);
        let length = column.norm();
        column.scale_mut(if length > 0.0 { 1.0 / length } else { 0.0 });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::folds::folds;
    use crate::math::random::Generator;
    use crate::math::ranks::pearson;

    #[test]
    fn the_unit_that_goes_with_the_target_on_training_stimuli_predicts_it() {
        let mut generator = Generator::new(5);
        let units = DMatrix::from_fn(30, 6, |_, _| generator.normal());
        // one target follows unit 4; another runs against unit 2, which must not be chosen for it
        let mut targets = DMatrix::from_fn(30, 2, |_, _| 0.2 * generator.normal());
        for i in 0..30 {
            targets[(i, 0)] += 3.0 * units[(i, 4)] + 7.0;
            targets[(i, 1)] -= 3.0 * units[(i, 2)];
        }
        let targets = targets.map(|value| value as f32);
        for fold in folds(30, 5, 11).expect("enough") {
            let made = UnitPredictor::new(&units, &fold)
                .score(&Targets::of(&targets))
                .expect("fits");
            let column = |matrix: &DMatrix<f64>, j: usize| -> Vec<f64> {
                fold.test.iter().map(|&i| matrix[(i, j)]).collect()
            };
            let measured = targets.map(f64::from);
            let expected = pearson(&column(&units, 4), &column(&measured, 0));
            assert!((f64::from(made.scores[0]) - expected).abs() < 1e-6);
            let against = column(&units, 2);
            let second = made.predicted.column(1);
            let mut predicted = second.iter().zip(against);
            assert!(predicted.any(|(&p, u)| (f64::from(p) - u).abs() > 1e-3));
        }
    }
}
