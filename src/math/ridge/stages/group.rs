//! Targets that share an order of vectors: which of the penalties can still be the best after each look.

use nalgebra::{DMatrix, DVector};

use super::bounds::{Bounds, Rest};
use super::{Choice, Stages};
use crate::math::MathError;
use crate::math::packed_product::{PackedProduct, Right};
use crate::math::ridge::leave_one_out::{
    Leverages, Sums, Uneven, difference, first_best, shared_sums,
};
use crate::math::ridge::shared_weights::SharedWeights;

/// Correlations closer than this are compared by the difference of the predictions: rounding to single
/// precision moves each by about a fifth of it.
const CLOSE: f64 = 5e-6;

/// What rounding leaves uncertain of a difference that is as long as the prediction, and of any.
const ROUNDING: (f64, f64) = (5e-6, 3e-8);

/// Targets that share an order of vectors.
pub struct Group<'a> {
    stages: &'a Stages,
    shared: &'a SharedWeights,
    differ: &'a DMatrix<bool>,
    whole: Whole<'a>,
    /// Which targets are in the group.
    columns: &'a [usize],
    /// Products with each vector so far.
    products: Vec<Product>,
    /// Which are open, and the penalties that each may still get.
    open: Vec<(usize, Vec<usize>)>,
}

/// All targets of a block.
#[derive(Clone, Copy)]
pub struct Whole<'a> {
    /// On the training stimuli (m x t).
    pub y: &'a DMatrix<f32>,
    /// The square of each.
    pub squares: &'a [f64],
    /// `Uneven::target` of each by each penalty, in squares of the target and of the mean leverage
    /// (penalties x t).
    pub uneven: &'a DMatrix<f32>,
    /// Coordinates (spectrum x t).
    pub coordinates: &'a DMatrix<f32>,
    /// Squared coordinates in shares of their sum.
    pub shares: &'a DMatrix<f32>,
}

impl Whole<'_> {
    fn uneven(&self, column: usize, penalty: usize, leverages: &Leverages) -> f64 {
        f64::from(self.uneven[(penalty, column)]) * self.squares[column] * leverages.mean.powi(2)
    }
}

/// The product of one vector with the targets that were open then.
struct Product {
    /// m x as many.
    values: DMatrix<f32>,
    /// Its column of each target.
    columns: Vec<usize>,
}

/// A penalty that a target may get, as far as it is known.
struct Candidate {
    penalty: usize,
    sums: Sums,
    bounds: Bounds,
    /// How far the correlation by these sums is from the true one at most.
    left_out: f64,
}

impl<'a> Group<'a> {
    /// Makes some of all targets ready.
    pub fn new(
        stages: &'a Stages,
        shared: &'a SharedWeights,
        differ: &'a DMatrix<bool>,
        whole: Whole<'a>,
        columns: &'a [usize],
    ) -> Self {
        let count = stages.penalties.len();
        Self {
            stages,
            shared,
            differ,
            open: (0..columns.len())
                .map(|target| (target, (0..count).collect()))
                .collect(),
            whole,
            columns,
            products: Vec::with_capacity(shared.basis.len()),
        }
    }

    /// Choices of all targets.
    pub fn choose(&mut self, vectors: &PackedProduct) -> Result<Vec<Choice>, MathError> {
        let mut choices = vec![Choice::default(); self.open.len()];
        for (look, rest) in self.shared.rest.iter().enumerate() {
            if let Some(vector) = self.shared.basis.get(look) {
                self.multiply(vectors, vector)?;
            }
            let products =
                rest.times(Right::columns_of(self.whole.shares, &self.open_columns()))?;
            let is_last = look + 1 == self.shared.rest.len();
            let still = self.look(&products, is_last, &mut choices);
            if still.is_empty() {
                break;
            }
            self.keep(&still);
        }
        Ok(choices)
    }

    /// Where the open targets are among all.
    fn open_columns(&self) -> Vec<usize> {
        let targets = self.open.iter();
        targets.map(|(target, _)| self.columns[*target]).collect()
    }

    /// Makes the products of the open targets with the next vector.
    fn multiply(
        &mut self,
        vectors: &PackedProduct,
        vector: &DVector<f32>,
    ) -> Result<(), MathError> {
        let open = self.open_columns();
        let coordinates = Right::columns_of(self.whole.coordinates, &open);
        let values = vectors.times(coordinates.scaled(vector.as_slice()))?;
        let mut columns = vec![usize::MAX; self.columns.len()];
        for (column, (target, _)) in self.open.iter().enumerate() {
            columns[*target] = column;
        }
        self.products.push(Product { values, columns });
        Ok(())
    }

    /// Chooses for open targets by the products so far (`rest`: of what they leave out), and gives up
    /// penalties that cannot be the best; returns the indices of the targets that are open yet.
    fn look(&mut self, rest: &DMatrix<f32>, is_last: bool, choices: &mut [Choice]) -> Vec<usize> {
        let m = self.whole.y.nrows();
        let mut still = Vec::new();
        let mut products: Vec<&[f32]> = Vec::with_capacity(self.products.len());
        for (index, (target, penalties)) in self.open.iter_mut().enumerate() {
            let column = self.columns[*target];
            let square = self.whole.squares[column];
            let y = &self.whole.y.as_slice()[column * m..][..m];
            products.clear();
            products.extend(
                self.products
                    .iter()
                    .map(|made| &made.values.as_slice()[made.columns[*target] * m..][..m]),
            );
            let sums = shared_sums(y, &products, &self.stages.leverages, self.shared, penalties);
            let candidates: Vec<Candidate> = penalties
                .iter()
                .zip(sums)
                .map(|(&penalty, (sums, of_prediction))| {
                    let rest = |row: usize| f64::from(rest[(3 * penalty + row, index)]) * square;
                    let rest = Rest {
                        with_target: rest(0),
                        with_known: rest(1),
                        square: rest(2),
                    };
                    let leverages = &self.stages.leverages[penalty];
                    let uneven = Uneven {
                        target: self.whole.uneven(column, penalty, leverages),
                        prediction: of_prediction,
                    };
                    let bounds = Bounds::new(sums, uneven, rest, leverages, m, square);
                    Candidate {
                        penalty,
                        sums,
                        bounds,
                        left_out: bounds.farthest(sums.correlation(m, square)),
                    }
                })
                .collect();
            let best = first_best(candidates.iter().map(|candidate| &candidate.bounds.low));
            let of_best = &candidates[best];
            let is_rival = |other: &&Candidate| {
                let rounding = CLOSE + other.bounds.rounding + of_best.bounds.rounding;
                other.bounds.high >= of_best.bounds.low - rounding
            };
            let rivals: Vec<&Candidate> = candidates.iter().filter(is_rival).collect();
            let is_wide = |rival: &&Candidate| {
                self.differ[(of_best.penalty, rival.penalty)]
                    && rival.left_out + of_best.left_out > CLOSE
            };
            let choice = (is_last || !rivals.iter().any(is_wide)).then(|| {
                compare(&rivals, of_best, self.differ, |pair, sums| {
                    let penalties = &self.stages.penalties;
                    let apart = difference(y, &products, penalties, self.shared, pair, sums);
                    (apart.of_correlations(m, square), apart.length(m))
                })
            });
            match choice {
                Some(choice) if is_last || choice.rivals.is_empty() => choices[*target] = choice,
                _ => {
                    *penalties = rivals.iter().map(|rival| rival.penalty).collect();
                    still.push(index);
                }
            }
        }
        still
    }

    /// Goes on with some of the open targets.
    fn keep(&mut self, indices: &[usize]) {
        if indices.len() == self.open.len() {
            return;
        }
        self.open = indices
            .iter()
            .map(|&index| std::mem::take(&mut self.open[index]))
            .collect();
    }
}

/// The best of some penalties that come close, by their differences to one of them (`apart`: by how much
/// the first of two is better, and the length of the difference in lengths of the prediction), and those
/// that are too close to it to call.
fn compare(
    rivals: &[&Candidate],
    best: &Candidate,
    differ: &DMatrix<bool>,
    apart: impl Fn([usize; 2], Sums) -> (f64, f64),
) -> Choice {
    let compared: Vec<(f64, f64)> = rivals
        .iter()
        .map(|rival| {
            if rival.penalty == best.penalty {
                return (0.0, 0.0);
            }
            let left_out = rival.left_out + best.left_out;
            if left_out > CLOSE {
                // what is known of them says less than their bounds
                return (rival.bounds.middle() - best.bounds.middle(), left_out);
            }
            let (more, length) = apart([rival.penalty, best.penalty], best.sums);
            (more, ROUNDING.0 * length + ROUNDING.1 + left_out)
        })
        .collect();
    let first = first_best(compared.iter().map(|(more, _)| more));
    let Some(chosen) = rivals.get(first) else {
        // without any score, of a target that does not vary
        return Choice {
            penalty: best.penalty,
            rivals: Vec::new(),
        };
    };
    // each is known up to what is uncertain of it: the two could be in either order
    let too_close = |&index: &usize| {
        let ((best, best_by), (other, other_by)) = (compared[first], compared[index]);
        differ[(chosen.penalty, rivals[index].penalty)] && best - other < best_by + other_by
    };
    Choice {
        penalty: chosen.penalty,
        rivals: (0..rivals.len())
            .filter(too_close)
            .map(|index| rivals[index].penalty)
            .collect(),
    }
}
