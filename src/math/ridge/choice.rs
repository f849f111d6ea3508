//! Which penalty each target gets (METHOD 5, step 3): by single precision, and where that cannot tell and
//! it matters, by double.

use nalgebra::DMatrix;

use super::leave_one_out::{first_best, leave_one_out_scores};
use super::stages::Choice;
use super::{FoldPredictor, TargetBlock};
use crate::math::MathError;
use crate::math::linalg::product;

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
        let choices = self.stages.choose(&self.vectors, block, &self.differ)?;
        let mut chosen: Vec<usize> = choices.iter().map(|choice| choice.penalty).collect();
        let open = self.undecided(block, &choices)?;
        if !open.is_empty() {
            for (&target, exact) in open.iter().zip(self.decide(&block.y, &choices, &open)?) {
                chosen[target] = exact;
            }
        }
        Ok(chosen)
    }

    /// Targets of a block whose choice is too close to call in single precision and moves their score.
    fn undecided(&self, block: &TargetBlock, choices: &[Choice]) -> Result<Vec<usize>, MathError> {
        // of each such target the choice first, then its rivals
        let pairs: Vec<(usize, usize)> = choices
            .iter()
            .enumerate()
            .filter(|(_, choice)| !choice.rivals.is_empty())
            .flat_map(|(target, choice)| {
                let all = std::iter::once(choice.penalty).chain(choice.rivals.iter().copied());
                all.map(move |penalty| (target, penalty))
            })
            .collect();
        let (targets, penalties): (Vec<usize>, Vec<usize>) = pairs.iter().copied().unzip();
        let predicted = self.predict(block, &targets, &penalties)?;
        let scores = block.scores(&predicted, &targets, &self.fold.test);
        let of_targets =
            pairs
                .chunk_by(|a, b| a.0 == b.0)
                .scan(scores.as_slice(), |rest, pairs| {
                    let (own, after) = rest.split_at(pairs.len());
                    *rest = after;
                    Some((pairs[0].0, own))
                });
        let is_open = |scores: &[f32]| {
            let apart = |rival: &f32| (scores[0] - rival).abs();
            scores[1..]
                .iter()
                .any(|rival| apart(rival).is_nan() || apart(rival) >= SAME_SCORE)
        };
        Ok(of_targets
            .filter(|(_, scores)| is_open(scores))
            .map(|(target, _)| target)
            .collect())
    }

    /// Choices of some targets made again in double precision, among the penalties that come close.
    fn decide(
        &self,
        y: &DMatrix<f32>,
        choices: &[Choice],
        targets: &[usize],
    ) -> Result<Vec<usize>, MathError> {
        let y = y.select_columns(targets).map(f64::from);
        let coordinates = product(&self.exact.transpose(), &y)?;
        let penalties = self.stages.penalties();
        let mut exact = DMatrix::from_element(penalties.len(), targets.len(), f64::NAN);
        for (index, penalty) in penalties.iter().enumerate() {
            let candidates: Vec<usize> = (0..targets.len())
                .filter(|&target| {
                    let choice = &choices[targets[target]];
                    choice.penalty == index || choice.rivals.contains(&index)
                })
                .collect();
            if candidates.is_empty() {
                continue;
            }
            let made = leave_one_out_scores(
                std::iter::once(penalty),
                &self.exact,
                &y.select_columns(&candidates),
                &coordinates.select_columns(&candidates),
            )?;
            for (&target, score) in candidates.iter().zip(made.iter()) {
                exact[(index, target)] = *score;
            }
        }
        Ok(exact
            .column_iter()
            .map(|scores| first_best(scores.iter()))
            .collect())
    }
}
