//! Leave-one-out scores of every penalty that can still be the best (METHOD 5, step 3), with as few
//! products as that takes. An estimate, which takes no product, puts targets of the same likely penalty
//! together; the weights of that penalty and its neighbours come first; and a penalty is given up once
//! what is left out cannot make it the best any more. Nothing is chosen by the estimate.

use std::cell::OnceCell;

use nalgebra::{DMatrix, DVector};

use super::TargetBlock;
use super::leave_one_out::{Penalty, first_best, norms_of, shared_sums};
use super::shared_weights::SharedWeights;
use crate::math::MathError;
use crate::math::repeated::Repeated;

/// Targets that are worth an order of products of their own.
const FEWEST: usize = 32;

/// Targets that go through the products at once: enough to fill the kernel's blocks, few enough
/// that the blocks stay in the cache.
const CHUNK: usize = 512;

/// A correlation whose bounds are this close is known.
const KNOWN: f64 = 1e-6;

/// What the choice of a penalty needs of a predictor.
pub struct Stages {
    /// In double precision, for [`SharedWeights`].
    penalties: Vec<Penalty<f64>>,
    narrow: Vec<Penalty<f32>>,
    /// Times squared coordinates: for each penalty the product of target and residual, then for each the
    /// square of the residual, if every stimulus had the same leverage (2 penalties x spectrum).
    estimate: Repeated,
    /// An order of vectors for each penalty that is the likely one somewhere.
    shared: Vec<OnceCell<SharedWeights>>,
}

/// Bounds of a correlation.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Bounds {
    low: f64,
    high: f64,
}

impl Bounds {
    /// Of the correlation with a vector that is `off` at most from one of length `length` (both about
    /// their means) whose correlation is `score`: the angle between the two vectors is at most
    /// asin(off / length).
    fn new(score: f64, off: f64, length: f64) -> Self {
        if off == 0.0 {
            return Self {
                low: score,
                high: score,
            };
        }
        if score.is_nan() || off.is_nan() || off >= length {
            return Self {
                low: -1.0,
                high: 1.0,
            };
        }
        let (angle, turn) = (score.clamp(-1.0, 1.0).acos(), (off / length).asin());
        Self {
            low: (angle + turn).min(std::f64::consts::PI).cos(),
            high: (angle - turn).max(0.0).cos(),
        }
    }

    fn is_known(self) -> bool {
        self.high - self.low <= KNOWN
    }
}

impl Stages {
    /// Makes ready. O(m) a penalty.
    #[must_use]
    pub fn new(penalties: Vec<Penalty<f64>>) -> Self {
        let spectrum = penalties.first().map_or(0, |p| p.weights.len());
        let rows: Vec<DVector<f64>> = penalties
            .iter()
            .map(|p| &p.weights / p.mean_diagonal().max(f64::MIN_POSITIVE))
            .collect();
        let count = rows.len();
        Self {
            estimate: Repeated::new(DMatrix::from_fn(2 * count, spectrum, |row, place| {
                let weight = rows[row % count][place];
                (if row < count { weight } else { weight * weight }) as f32
            })),
            narrow: penalties.iter().map(Penalty::narrowed).collect(),
            shared: penalties.iter().map(|_| OnceCell::new()).collect(),
            penalties,
        }
    }

    /// Penalties in double precision.
    pub fn penalties(&self) -> &[Penalty<f64>] {
        &self.penalties
    }

    /// Correlation of every target of a block with its leave-one-out predictions (penalties x targets):
    /// to rounding for whatever comes close to the best, an approximation below it for the others.
    /// `differ`: whether it matters which of two penalties is chosen.
    pub fn scores(
        &self,
        vectors: &Repeated,
        block: &TargetBlock,
        differ: &DMatrix<bool>,
        close: f64,
    ) -> Result<DMatrix<f64>, MathError> {
        let squared = block.coordinates.map(|coordinate| coordinate * coordinate);
        let likely = self.likely(&squared)?;
        let mut scores = DMatrix::zeros(self.penalties.len(), block.y.ncols());
        for penalty in 0..self.penalties.len() {
            let group: Vec<usize> = (0..likely.len())
                .filter(|&target| likely[target] == penalty)
                .collect();
            let shared =
                self.shared[penalty].get_or_init(|| SharedWeights::new(&self.penalties, penalty));
            for columns in group.chunks(CHUNK) {
                let off = off_at_most(shared, &squared.select_columns(columns))?;
                let mut targets = Group {
                    stages: self,
                    shared,
                    differ,
                    close,
                    y: block.y.select_columns(columns),
                    coordinates: block.coordinates.select_columns(columns),
                    products: Vec::with_capacity(shared.basis.len()),
                    open: Vec::new(),
                };
                let made = targets.scores(vectors, &off)?;
                for (place, &column) in columns.iter().enumerate() {
                    scores.set_column(column, &made.column(place));
                }
            }
        }
        Ok(scores)
    }

    /// The likely penalty of each target, from its squared coordinates. Penalties that are likely for few
    /// are replaced by the nearest that is for many.
    fn likely(&self, squared: &DMatrix<f32>) -> Result<Vec<usize>, MathError> {
        let count = self.penalties.len();
        let mut sums = DMatrix::zeros(2 * count, squared.ncols());
        self.estimate.times(&mut sums, squared, None)?;
        let mut likely: Vec<usize> = squared
            .column_iter()
            .zip(sums.column_iter())
            .map(|(squared, sums)| {
                let yy = f64::from(squared.sum());
                let scores: Vec<f64> = (0..count)
                    .map(|penalty| {
                        let (ye, ee) = (f64::from(sums[penalty]), f64::from(sums[count + penalty]));
                        (yy - ye) / (yy - 2.0 * ye + ee).max(0.0).sqrt()
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

/// For each look but the last and each penalty how far the leave-one-out predictions of targets are off at
/// most (looks * penalties x targets).
fn off_at_most(shared: &SharedWeights, squared: &DMatrix<f32>) -> Result<DMatrix<f32>, MathError> {
    let rows = (shared.looks.len() - 1) * shared.flat.len();
    let mut off = DMatrix::zeros(rows, squared.ncols());
    shared.off.times(&mut off, squared, None)?;
    Ok(off.map(f32::sqrt))
}

/// Targets that share an order of vectors.
struct Group<'a> {
    stages: &'a Stages,
    shared: &'a SharedWeights,
    differ: &'a DMatrix<bool>,
    close: f64,
    /// Open targets on the training stimuli (m x open).
    y: DMatrix<f32>,
    /// Their coordinates.
    coordinates: DMatrix<f32>,
    /// Their products with each vector so far (m x open).
    products: Vec<DMatrix<f32>>,
    /// Which they are, and the penalties that each may still get.
    open: Vec<(usize, Vec<usize>)>,
}

impl Group<'_> {
    /// Scores of all targets (penalties x targets). `off`: of [`off_at_most`].
    fn scores(
        &mut self,
        vectors: &Repeated,
        off: &DMatrix<f32>,
    ) -> Result<DMatrix<f64>, MathError> {
        let (count, targets) = (self.stages.penalties.len(), self.y.ncols());
        let mut scores = DMatrix::zeros(count, targets);
        self.open = (0..targets)
            .map(|target| (target, (0..count).collect()))
            .collect();
        for (look, &products) in self.shared.looks.iter().enumerate() {
            for vector in &self.shared.basis[self.products.len()..products] {
                let mut product = DMatrix::zeros(self.y.nrows(), self.y.ncols());
                vectors.times(&mut product, &self.coordinates, Some(vector.as_slice()))?;
                self.products.push(product);
            }
            let of_look = off
                .rows_range((look * count).min(off.nrows())..((look + 1) * count).min(off.nrows()));
            let still = self.look(&mut scores, |penalty, target| {
                // nothing is left out at the last look
                of_look
                    .get((penalty, target))
                    .map_or(0.0, |&off| f64::from(off))
            });
            if still.is_empty() {
                break;
            }
            self.keep(&still);
        }
        Ok(scores)
    }

    /// Scores open targets by the products so far and gives up penalties that cannot be the best; returns
    /// the places of the targets that are open yet.
    fn look(&mut self, scores: &mut DMatrix<f64>, off: impl Fn(usize, usize) -> f64) -> Vec<usize> {
        let m = self.y.nrows();
        let norms = norms_of(&self.y);
        let mut still = Vec::new();
        let mut columns: Vec<&[f32]> = Vec::with_capacity(self.products.len());
        for (place, (target, penalties)) in self.open.iter_mut().enumerate() {
            let column = place * m..(place + 1) * m;
            columns.clear();
            columns.extend(
                self.products
                    .iter()
                    .map(|made| &made.as_slice()[column.clone()]),
            );
            let sums = shared_sums(
                &self.y.as_slice()[column],
                &columns,
                &self.stages.narrow,
                self.shared,
                penalties,
            );
            let bounds: Vec<Bounds> = penalties
                .iter()
                .zip(sums)
                .map(|(&penalty, sums)| {
                    let score = sums.correlation(m, norms[place]);
                    scores[(penalty, *target)] = score;
                    Bounds::new(score, off(penalty, *target), sums.spread(m))
                })
                .collect();
            let lows: Vec<f64> = bounds.iter().map(|bounds| bounds.low).collect();
            let best = first_best(lows.iter());
            let of_best = bounds[best];
            let is_rival =
                |other: usize| other == best || bounds[other].high >= of_best.low - self.close;
            let is_open = (0..bounds.len()).any(|other| {
                is_rival(other)
                    && self.differ[(penalties[best], penalties[other])]
                    && !(bounds[other].is_known() && of_best.is_known())
            });
            if is_open {
                let rivals: Vec<usize> = (0..bounds.len())
                    .filter(|&other| is_rival(other))
                    .map(|other| penalties[other])
                    .collect();
                *penalties = rivals;
                still.push(place);
            }
        }
        still
    }

    /// Goes on with some of the open targets.
    fn keep(&mut self, places: &[usize]) {
        if places.len() == self.open.len() {
            return;
        }
        self.y = self.y.select_columns(places);
        self.coordinates = self.coordinates.select_columns(places);
        for product in &mut self.products {
            *product = product.select_columns(places);
        }
        self.open = places
            .iter()
            .map(|&place| std::mem::take(&mut self.open[place]))
            .collect();
    }
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
            let predictor = FoldPredictor::new(made, fold, &ALPHAS);
            let chosen = predictor.score(&y).expect("fits").chosen;
            let y = predictor.training_targets(&y, 0..count).map(f64::from);
            let coordinates = product(&predictor.exact.transpose(), &y).expect("fits");
            let exact = leave_one_out_scores(
                predictor.stages.penalties(),
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

    #[test]
    fn bounds_hold_whatever_is_left_out() {
        let mut generator = Generator::new(3);
        let centred = |mut values: DVector<f64>| {
            let mean = values.mean();
            values.add_scalar_mut(-mean);
            values
        };
        for off in [0.01, 0.3, 0.9, 3.0] {
            let mut draw = || centred(DVector::from_fn(20, |_, _| generator.normal()));
            for _ in 0..200 {
                let (y, p, rest) = (draw().normalize(), draw(), draw());
                let rest = rest.normalize() * off * p.norm();
                let bounds = Bounds::new(y.dot(&p) / p.norm(), rest.norm(), p.norm());
                let whole = &p + &rest;
                let score = y.dot(&whole) / whole.norm();
                assert!(bounds.low - 1e-9 <= score && score <= bounds.high + 1e-9);
            }
        }
        assert!(Bounds::new(0.5, 0.0, 1.0).is_known());
        assert!(!Bounds::new(f64::NAN, 0.1, 1.0).is_known());
    }
}
