//! Leave-one-out scores of every penalty that can still be the best (METHOD 5, step 3), with as few
//! products as that takes. An estimate, which takes no product, puts targets of the same likely penalty
//! together; the weights of that penalty and its neighbours come first; and a penalty is given up once
//! what is left out cannot make it the best any more (`bounds`). Nothing is chosen by the estimate.

mod bounds;
mod group;

use std::cell::OnceCell;

use nalgebra::{DMatrix, DVector};

use super::TargetBlock;
use super::leave_one_out::{Leverages, first_best, squares_of};
use super::penalty::Penalty;
use super::shared_weights::SharedWeights;
use crate::math::MathError;
use crate::math::packed_product::{PackedProduct, Right};
use group::{Group, Whole};

/// Targets that are worth an order of products of their own.
const FEWEST: usize = 32;

/// Targets that go through the products at once: enough to fill the kernel's blocks, few enough
/// that the blocks stay in the cache.
const CHUNK: usize = 512;

/// What a target gets.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Choice {
    /// The best penalty.
    pub penalty: usize,
    /// Penalties that predict something else and are too close to it to call.
    pub rivals: Vec<usize>,
}

/// What the choice of a penalty needs of a predictor.
pub struct Stages {
    /// In double precision, for [`SharedWeights`].
    penalties: Vec<Penalty>,
    leverages: Vec<Leverages>,
    /// Times [`shares_of_squares`]: for each penalty the product of target and residual, then for each the
    /// square of the residual, if every stimulus had the same leverage (2 penalties x spectrum).
    estimate: PackedProduct,
    /// Times [`shares_of_squares`]: what the unevenness of leverages makes of a target
    /// (`Uneven::target`), in squares of their mean (penalties x m).
    uneven: PackedProduct,
    /// An order of vectors for each penalty that is the likely one somewhere.
    shared: Vec<OnceCell<SharedWeights>>,
}

impl Stages {
    /// Makes ready. O(m) a penalty.
    #[must_use]
    pub fn new(penalties: Vec<Penalty>) -> Self {
        let spectrum = penalties.first().map_or(0, |p| p.weights.len());
        let rows: Vec<DVector<f64>> = penalties
            .iter()
            .map(|p| &p.weights / p.mean_diagonal().max(f64::MIN_POSITIVE))
            .collect();
        let count = rows.len();
        let leverages: Vec<Leverages> = penalties.iter().map(Leverages::new).collect();
        let stimuli = penalties.first().map_or(0, |p| p.inverse_diagonal.len());
        Self {
            uneven: PackedProduct::new(DMatrix::from_fn(count, stimuli, |index, stimulus| {
                let inverse = penalties[index].inverse_diagonal[stimulus];
                (inverse / leverages[index].mean - 1.0).powi(2) as f32
            })),
            estimate: PackedProduct::new(DMatrix::from_fn(2 * count, spectrum, |row, index| {
                let weight = rows[row % count][index];
                (if row < count { weight } else { weight * weight }) as f32
            })),
            leverages,
            shared: penalties.iter().map(|_| OnceCell::new()).collect(),
            penalties,
        }
    }

    /// Penalties in double precision.
    pub fn penalties(&self) -> &[Penalty] {
        &self.penalties
    }

    /// The penalty of the highest correlation between each target of a block and its leave-one-out
    /// predictions, as far as single precision can tell. `differ`: whether it matters which of two
    /// penalties is chosen.
    pub fn choose(
        &self,
        vectors: &PackedProduct,
        block: &TargetBlock,
        differ: &DMatrix<bool>,
    ) -> Result<Vec<Choice>, MathError> {
        let squares = squares_of(&block.y);
        let shares = shares_of_squares(&block.y, &squares);
        let uneven = self.uneven.times(Right::of(&shares))?;
        // eigenvectors being complete, the squares of the coordinates have the same sums
        let shares = shares_of_squares(&block.coordinates, &squares);
        let likely = self.likely(&shares)?;
        let whole = Whole {
            y: &block.y,
            squares: &squares,
            uneven: &uneven,
            coordinates: &block.coordinates,
            shares: &shares,
        };
        let mut choices = vec![Choice::default(); likely.len()];
        for penalty in 0..self.penalties.len() {
            let group: Vec<usize> = (0..likely.len())
                .filter(|&target| likely[target] == penalty)
                .collect();
            for columns in group.chunks(CHUNK) {
                let shared = self.shared[penalty]
                    .get_or_init(|| SharedWeights::new(&self.penalties, penalty));
                let mut group = Group::new(self, shared, differ, whole, columns);
                for (&column, choice) in columns.iter().zip(group.choose(vectors)?) {
                    choices[column] = choice;
                }
            }
        }
        Ok(choices)
    }

    /// The likely penalty of each target, from [`shares_of_squares`]. Penalties that are likely for few
    /// are replaced by the nearest that is for many.
    fn likely(&self, shares: &DMatrix<f32>) -> Result<Vec<usize>, MathError> {
        let count = self.penalties.len();
        let sums = self.estimate.times(Right::of(shares))?;
        let mut likely: Vec<usize> = sums
            .column_iter()
            .map(|sums| {
                let scores: Vec<f64> = (0..count)
                    .map(|penalty| {
                        let (ye, ee) = (f64::from(sums[penalty]), f64::from(sums[count + penalty]));
                        (1.0 - ye) / (1.0 - 2.0 * ye + ee).max(0.0).sqrt()
                    })
                    .collect();
                first_best(scores.iter())
            })
            .collect();
        let mut many = vec![0_usize; count];
        likely.iter().for_each(|&penalty| many[penalty] += 1);
        let most = many.iter().copied().max().unwrap_or(0);
        let kept: Vec<usize> = (0..count)
            .filter(|&penalty| many[penalty] >= FEWEST.min(most))
            .collect();
        for penalty in &mut likely {
            if let Some(&nearest) = kept.iter().min_by_key(|&&kept| kept.abs_diff(*penalty)) {
                *penalty = nearest;
            }
        }
        Ok(likely)
    }
}

/// Squares of columns in shares of their sums, which are given: of any scale, and far from what single
/// precision cannot hold.
fn shares_of_squares(columns: &DMatrix<f32>, sums: &[f64]) -> DMatrix<f32> {
    let mut shares = Vec::with_capacity(columns.len());
    let each = columns.as_slice().chunks_exact(columns.nrows().max(1));
    for (column, sum) in each.zip(sums) {
        let scale = (1.0 / sum.sqrt()) as f32;
        shares.extend(column.iter().map(|value| (value * scale) * (value * scale)));
    }
    DMatrix::from_vec(columns.nrows(), columns.ncols(), shares)
}

#[cfg(test)]
mod tests {
    use super::super::leave_one_out::leave_one_out_scores;
    use super::super::{ALPHAS, Decomposition, FoldPredictor};
    use super::*;
    use crate::math::folds::folds;
    use crate::math::gram::gram_of_units;
    use crate::math::linalg::product;
    use crate::math::random::Generator;
    use crate::math::targets::Targets;

    /// Targets from what the predictor knows well to what it does not know at all.
    fn targets(x: &DMatrix<f64>, count: usize, generator: &mut Generator) -> DMatrix<f32> {
        let mixing = DMatrix::from_fn(x.ncols(), count, |unit, target| {
            generator.normal() / ((1 + unit * target) as f64).sqrt()
        });
        let mut y = x * mixing;
        for (target, mut column) in y.column_iter_mut().enumerate() {
            let noise =
                column.norm() * 3.0 * target as f64 / count as f64 / (x.nrows() as f64).sqrt();
            column
                .iter_mut()
                .for_each(|value| *value += noise * generator.normal());
        }
        y.map(|value| value as f32)
    }

    #[test]
    fn what_is_given_up_was_not_the_best() {
        let mut generator = Generator::new(21);
        let (n, count) = (150, 300);
        // more units than stimuli, fewer, and nearly as many
        for units in [400, 60, 125] {
            let x = DMatrix::from_fn(n, units, |_, unit| {
                generator.normal() * 30.0 / (1.0 + unit as f64).sqrt()
            });
            let y = targets(&x, count, &mut generator);
            let fold = &folds(n, 5, 11).expect("enough")[0];
            let made = Decomposition::new(&gram_of_units(x), fold).expect("finite");
            let predictor = FoldPredictor::new(made, fold, &ALPHAS).expect("fits");
            let targets = Targets::of(&y);
            let chosen = predictor.score(&targets).expect("fits").chosen;
            let y = predictor.training_targets(targets.columns()).map(f64::from);
            let coordinates = product(&predictor.exact.transpose(), &y).expect("fits");
            let exact = leave_one_out_scores(
                predictor.stages.penalties().iter(),
                &predictor.exact,
                &y,
                &coordinates,
            )
            .expect("fits");
            let mut looked = 0;
            for (target, scores) in exact.column_iter().enumerate() {
                let best = first_best(scores.iter());
                let mine = usize::from(chosen[target]);
                assert!(
                    scores[best] - scores[mine] < 5e-6 || !predictor.differ[(best, mine)],
                    "{units} units, target {target}: {mine} instead of {best}, {scores:?}"
                );
                looked += usize::from(best == mine);
            }
            assert!(looked > count * 9 / 10, "{units} units: {looked} the same");
        }
    }
}
