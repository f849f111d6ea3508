//! Leave-one-out scores of every penalty that can still be the best (METHOD 5, step 3), with as few
//! products as that takes. An estimate, which takes no product, puts targets of the same likely penalty
//! together; the weights of that penalty and its neighbours come first; and a penalty is given up once
//! what is left out cannot make it the best any more. Nothing is chosen by the estimate.

use std::cell::OnceCell;

use nalgebra::{DMatrix, DVector};

use super::TargetBlock;
use super::leave_one_out::{Penalty, Sums, difference, first_best, norms_of, shared_sums};
use super::shared_weights::SharedWeights;
use crate::math::MathError;
use crate::math::repeated::Repeated;

/// Targets that are worth an order of products of their own.
const FEWEST: usize = 32;

/// Targets that go through the products at once: enough to fill the kernel's blocks, few enough
/// that the blocks stay in the cache.
const CHUNK: usize = 512;

/// Correlations closer than this are compared by the difference of the predictions: rounding to single
/// precision moves each by about a fifth of it.
const CLOSE: f64 = 5e-6;

/// What rounding leaves uncertain of a difference that is as long as the prediction, and of any.
const ROUNDING: (f64, f64) = (5e-6, 3e-8);

/// What the choice of a penalty needs of a predictor.
pub struct Stages {
    /// In double precision, for [`SharedWeights`].
    penalties: Vec<Penalty<f64>>,
    narrow: Vec<Penalty<f32>>,
    /// Times [`shares_of_squares`]: for each penalty the product of target and residual, then for each the
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

    fn width(self) -> f64 {
        self.high - self.low
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

    /// The penalty of the highest correlation between each target of a block and its leave-one-out
    /// predictions, as far as single precision can tell. `differ`: whether it matters which of two
    /// penalties is chosen.
    pub fn choose(
        &self,
        vectors: &Repeated,
        block: &TargetBlock,
        differ: &DMatrix<bool>,
    ) -> Result<Vec<Choice>, MathError> {
        let shares = shares_of_squares(&block.coordinates);
        let likely = self.likely(&shares)?;
        let mut choices = vec![Choice::default(); likely.len()];
        for penalty in 0..self.penalties.len() {
            let group: Vec<usize> = (0..likely.len())
                .filter(|&target| likely[target] == penalty)
                .collect();
            for columns in group.chunks(CHUNK) {
                let shared = self.shared[penalty]
                    .get_or_init(|| SharedWeights::new(&self.penalties, penalty));
                let mut off =
                    DMatrix::zeros(shared.looks.len() * self.penalties.len(), columns.len());
                shared
                    .off
                    .times(&mut off, &columns_of(&shares, columns), None)?;
                let mut group = Group {
                    stages: self,
                    shared,
                    differ,
                    y: columns_of(&block.y, columns),
                    coordinates: columns_of(&block.coordinates, columns),
                    products: Vec::with_capacity(shared.basis.len()),
                    off: off.map(f32::sqrt),
                    open: Vec::new(),
                };
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
        let mut sums = DMatrix::zeros(2 * count, shares.ncols());
        self.estimate.times(&mut sums, shares, None)?;
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

/// Squared coordinates of targets in shares of their sum, which is the target's square: of any scale, and
/// far from what single precision cannot hold.
fn shares_of_squares(coordinates: &DMatrix<f32>) -> DMatrix<f32> {
    let mut shares = coordinates.clone();
    for (mut column, sum) in shares.column_iter_mut().zip(norms_of(coordinates)) {
        let scale = (1.0 / sum.sqrt()) as f32;
        column.apply(|value| *value = (*value * scale).powi(2));
    }
    shares
}

/// Some columns of a matrix, each copied at once (nalgebra's own goes entry by entry).
fn columns_of(matrix: &DMatrix<f32>, columns: &[usize]) -> DMatrix<f32> {
    let rows = matrix.nrows();
    let mut values = Vec::with_capacity(rows * columns.len());
    for column in columns {
        values.extend_from_slice(&matrix.as_slice()[column * rows..(column + 1) * rows]);
    }
    DMatrix::from_vec(rows, columns.len(), values)
}

/// What a target gets.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Choice {
    /// The best penalty.
    pub penalty: usize,
    /// Penalties that predict something else and are too close to it to call.
    pub rivals: Vec<usize>,
}

/// Targets that share an order of vectors.
struct Group<'a> {
    stages: &'a Stages,
    shared: &'a SharedWeights,
    differ: &'a DMatrix<bool>,
    /// Open targets on the training stimuli (m x open).
    y: DMatrix<f32>,
    /// Their coordinates.
    coordinates: DMatrix<f32>,
    /// Their products with each vector so far (m x open).
    products: Vec<DMatrix<f32>>,
    /// For each look and each penalty how far the leave-one-out predictions of all targets are off at most,
    /// in lengths of the target (looks * penalties x targets).
    off: DMatrix<f32>,
    /// Which are open, and the penalties that each may still get.
    open: Vec<(usize, Vec<usize>)>,
}

/// A penalty that a target may get, as far as it is known.
struct Candidate {
    penalty: usize,
    sums: Sums,
    bounds: Bounds,
}

impl Group<'_> {
    /// Choices of all targets.
    fn choose(&mut self, vectors: &Repeated) -> Result<Vec<Choice>, MathError> {
        let (count, targets) = (self.stages.penalties.len(), self.y.ncols());
        let mut choices = vec![Choice::default(); targets];
        self.open = (0..targets)
            .map(|target| (target, (0..count).collect()))
            .collect();
        for (look, &products) in self.shared.looks.iter().enumerate() {
            for vector in &self.shared.basis[self.products.len()..products] {
                let mut product = DMatrix::zeros(self.y.nrows(), self.y.ncols());
                vectors.times(&mut product, &self.coordinates, Some(vector.as_slice()))?;
                self.products.push(product);
            }
            let still = self.look(look, &mut choices);
            if still.is_empty() {
                break;
            }
            self.keep(&still);
        }
        Ok(choices)
    }

    /// Chooses for open targets by the products so far, and gives up penalties that cannot be the best;
    /// returns the places of the targets that are open yet.
    fn look(&mut self, look: usize, choices: &mut [Choice]) -> Vec<usize> {
        let m = self.y.nrows();
        let norms = norms_of(&self.y);
        let off = self.off.rows(
            look * self.stages.penalties.len(),
            self.stages.penalties.len(),
        );
        let mut still = Vec::new();
        let mut products: Vec<&[f32]> = Vec::with_capacity(self.products.len());
        for (place, (target, penalties)) in self.open.iter_mut().enumerate() {
            let column = place * m..(place + 1) * m;
            let y = &self.y.as_slice()[column.clone()];
            products.clear();
            products.extend(
                self.products
                    .iter()
                    .map(|made| &made.as_slice()[column.clone()]),
            );
            let sums = shared_sums(y, &products, &self.stages.narrow, self.shared, penalties);
            let candidates: Vec<Candidate> = penalties
                .iter()
                .zip(sums)
                .map(|(&penalty, sums)| Candidate {
                    penalty,
                    sums,
                    bounds: Bounds::new(
                        sums.correlation(m, norms[place]),
                        f64::from(off[(penalty, *target)]) * norms[place].sqrt(),
                        sums.spread(m),
                    ),
                })
                .collect();
            let best = first_best(candidates.iter().map(|candidate| &candidate.bounds.low));
            let rivals: Vec<&Candidate> = candidates
                .iter()
                .filter(|other| other.bounds.high >= candidates[best].bounds.low - CLOSE)
                .collect();
            let is_last = look + 1 == self.shared.looks.len();
            let of_best = &candidates[best];
            let is_wide = |rival: &&Candidate| {
                self.differ[(of_best.penalty, rival.penalty)]
                    && rival.bounds.width() + of_best.bounds.width() > CLOSE
            };
            let choice = (is_last || !rivals.iter().any(is_wide)).then(|| {
                compare(&rivals, of_best, self.differ, |pair, sums| {
                    let penalties = &self.stages.penalties;
                    let apart = difference(y, &products, penalties, self.shared, pair, sums);
                    (apart.of_correlations(m, norms[place]), apart.length(m))
                })
            });
            match choice {
                Some(choice) if is_last || choice.rivals.is_empty() => choices[*target] = choice,
                _ => {
                    *penalties = rivals.iter().map(|rival| rival.penalty).collect();
                    still.push(place);
                }
            }
        }
        still
    }

    /// Goes on with some of the open targets.
    fn keep(&mut self, places: &[usize]) {
        if places.len() == self.open.len() {
            return;
        }
        self.y = columns_of(&self.y, places);
        self.coordinates = columns_of(&self.coordinates, places);
        for product in &mut self.products {
            *product = columns_of(product, places);
        }
        self.open = places
            .iter()
            .map(|&place| std::mem::take(&mut self.open[place]))
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
            let (more, length) = apart([rival.penalty, best.penalty], best.sums);
            let left_out = rival.bounds.width() + best.bounds.width();
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
    let too_close = |&place: &usize| {
        let ((best, best_by), (other, other_by)) = (compared[first], compared[place]);
        differ[(chosen.penalty, rivals[place].penalty)] && best - other < best_by + other_by
    };
    Choice {
        penalty: chosen.penalty,
        rivals: (0..rivals.len())
            .filter(too_close)
            .map(|place| rivals[place].penalty)
            .collect(),
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
        assert_eq!(Bounds::new(0.5, 0.0, 1.0).width(), 0.0);
        assert_eq!(Bounds::new(f64::NAN, 0.1, 1.0).width(), 2.0);
    }
}
