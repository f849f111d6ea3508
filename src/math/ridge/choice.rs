//! Which penalty each target gets (METHOD 5, step 3): by single precision, and where that cannot tell and
//! it matters, by double.

use nalgebra::DMatrix;

use super::leave_one_out::{first_best, leave_one_out_scores};
use super::{FoldPredictor, TargetBlock};
use crate::math::MathError;
use crate::math::linalg::product;

/// Leave-one-out scores closer than this are not told apart in single precision (its rounding
/// moves them by about a fifth of it).
const CLOSE: f64 = 5e-6;

/// Penalties too close to call whose scores on the test stimuli differ by less than this are as good
/// as each other.
const SAME_SCORE: f32 = 1e-5;

impl FoldPredictor {
    /// Index of the penalty with the strictly highest correlation between each target and its
    /// leave-one-out prediction, the first on ties. Single precision decides wherever it can; where
    /// two penalties come closer than its rounding and would give another score, double precision does.
    pub(super) fn choose_penalties(&self, block: &TargetBlock) -> Result<Vec<usize>, MathError> {
        if self.shrinkage.len() == 1 {
            return Ok(vec![0; block.y.ncols()]);
        }
        let scores = self
            .stages
            .scores(&self.vectors, block, &self.differ, CLOSE)?;
        let mut chosen: Vec<usize> = scores
            .column_iter()
            .map(|scores| first_best(scores.iter()))
            .collect();
        let open = self.undecided(block, &scores, &chosen)?;
        if !open.is_empty() {
            let scores = scores.select_columns(&open);
            for (&target, exact) in open.iter().zip(self.decide(&block.y, &scores, &open)?) {
                chosen[target] = exact;
            }
        }
        Ok(chosen)
    }

    /// Targets of a block whose choice is too close to call in single precision and moves their score.
    fn undecided(
        &self,
        block: &TargetBlock,
        scores: &DMatrix<f64>,
        chosen: &[usize],
    ) -> Result<Vec<usize>, MathError> {
        let rivals: Vec<(usize, usize)> = (0..chosen.len())
            .flat_map(|target| (0..scores.nrows()).map(move |penalty| (target, penalty)))
            .filter(|&(target, penalty)| {
                let scores = scores.column(target);
                scores[chosen[target]] - scores[penalty] < CLOSE
                    && self.differ[(chosen[target], penalty)]
            })
            .collect();
        let score = |pairs: &[(usize, usize)]| -> Result<Vec<f32>, MathError> {
            let (targets, penalties): (Vec<usize>, Vec<usize>) = pairs.iter().copied().unzip();
            let predicted = self.predict(block, &targets, &penalties)?;
            Ok(block.scores(&predicted, &targets, &self.fold.test))
        };
        let mut close: Vec<(usize, usize)> = rivals
            .iter()
            .map(|&(target, _)| (target, chosen[target]))
            .collect();
        close.dedup();
        let of_chosen = score(&close)?;
        let mut open: Vec<usize> = rivals
            .iter()
            .zip(score(&rivals)?)
            .filter(|&(&(target, _), of_rival)| {
                let own = close.partition_point(|&(other, _)| other < target);
                let apart = (of_chosen[own] - of_rival).abs();
                apart.is_nan() || apart >= SAME_SCORE
            })
            .map(|(&(target, _), _)| target)
            .collect();
        open.dedup();
        Ok(open)
    }

    /// The choices of single precision made again in double, among the penalties that come close to
    /// the best. `scores`: those in single precision (penalties x targets).
    fn decide(
        &self,
        y: &DMatrix<f32>,
        scores: &DMatrix<f64>,
        targets: &[usize],
    ) -> Result<Vec<usize>, MathError> {
        let y = y.select_columns(targets).map(f64::from);
        let coordinates = product(&self.exact.transpose(), &y)?;
        let mut exact = DMatrix::from_element(scores.nrows(), targets.len(), f64::NAN);
        for (place, penalty) in self.stages.penalties().iter().enumerate() {
            let candidates: Vec<usize> = (0..targets.len())
                .filter(|&target| {
                    let scores = scores.column(target);
                    scores.max() - scores[place] < CLOSE
                })
                .collect();
            if candidates.is_empty() {
                continue;
            }
            let made = leave_one_out_scores(
                std::slice::from_ref(penalty),
                &self.exact,
                &y.select_columns(&candidates),
                &coordinates.select_columns(&candidates),
            )?;
            for (&target, score) in candidates.iter().zip(made.iter()) {
                exact[(place, target)] = *score;
            }
        }
        Ok(exact
            .column_iter()
            .map(|scores| first_best(scores.iter()))
            .collect())
    }
}
