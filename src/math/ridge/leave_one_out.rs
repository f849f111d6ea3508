//! Leave-one-out predictions from a spectrum (METHOD 5, step 3), in single precision for the many
//! and in double for those that are too close to call.

use nalgebra::{DMatrix, DVector};
use pulp::{Arch, NullaryFnOnce};

use super::shared_weights::SharedWeights;
use crate::math::MathError;
use crate::math::linalg::{Real, product_into};

/// What one alpha does in the leave-one-out predictions.
pub struct Penalty<T> {
    /// Weight of each eigenvector in the coefficients, up to a common factor.
    pub weights: DVector<T>,
    /// 1 / g_i for each training stimulus, with the same factor.
    pub inverse_diagonal: DVector<T>,
}

impl Penalty<f64> {
    /// The weights of a penalty. `lambda`: eigenvalues, zero in the null space; `squares`: squared eigenvector entries.
    pub fn new(alpha: f64, lambda: &DVector<f64>, squares: &DMatrix<f64>) -> Self {
        let has_null_space = lambda.iter().any(|&value| value == 0.0);
        let weights = lambda.map(|value| {
            if alpha > 0.0 {
                1.0 / (value + alpha)
            } else if has_null_space {
                // The limit alpha -> 0+: the null space's weight outgrows every other.
                f64::from(u8::from(value == 0.0))
            } else {
                1.0 / value
            }
        });
        // Residuals are quotients: a common factor keeps f32 in range and changes none of them.
        let weights = &weights / weights.amax().max(f64::MIN_POSITIVE);
        let diagonal = squares * &weights;
        Self {
            weights,
            inverse_diagonal: diagonal.map(|entry| if entry > 0.0 { 1.0 / entry } else { 0.0 }),
        }
    }

    /// Mean over training stimuli of g_i, in the scale of the weights.
    pub fn mean_diagonal(&self) -> f64 {
        self.weights.sum() / self.inverse_diagonal.len().max(1) as f64
    }

    pub fn narrowed(&self) -> Penalty<f32> {
        Penalty {
            weights: self.weights.map(|weight| weight as f32),
            inverse_diagonal: self.inverse_diagonal.map(|entry| entry as f32),
        }
    }
}

/// The two precisions of leave-one-out predictions.
pub trait Precision:
    Real
    + std::ops::Mul<Output = Self>
    + std::ops::Sub<Output = Self>
    + std::ops::AddAssign
    + Into<f64>
    + Copy
{
}

impl Precision for f32 {}
impl Precision for f64 {}

/// Correlation of every target (m x t) with its leave-one-out predictions: penalties x t. One
/// product a penalty.
pub fn leave_one_out_scores<T: Precision>(
    penalties: &[Penalty<T>],
    vectors: &DMatrix<T>,
    y: &DMatrix<T>,
    coordinates: &DMatrix<T>,
) -> Result<DMatrix<f64>, MathError> {
    let (m, rank) = vectors.shape();
    let mut scores = DMatrix::zeros(penalties.len(), y.ncols());
    let mut weighted = coordinates.clone();
    let mut coefficients = DMatrix::from_element(m, y.ncols(), T::ZERO);
    let norms = norms_of(y);
    for (place, penalty) in penalties.iter().enumerate() {
        scale_rows(&mut weighted, coordinates, penalty.weights.as_slice(), rank);
        product_into(&mut coefficients, vectors, &weighted)?;
        let columns = y
            .as_slice()
            .chunks_exact(m)
            .zip(coefficients.as_slice().chunks_exact(m));
        for (target, (y, coefficients)) in columns.enumerate() {
            let inverse = penalty.inverse_diagonal.as_slice();
            let sums = sums_of(y, coefficients, inverse);
            scores[(place, target)] = sums.correlation(m, norms[target]);
        }
    }
    Ok(scores)
}

/// Sums of one target (m) for some of the penalties, from its products with the vectors that their weights
/// share, or with the first of them; the target itself is the product of the flat one, since the
/// eigenvectors span every centred target.
pub fn shared_sums(
    y: &[f32],
    products: &[&[f32]],
    penalties: &[Penalty<f32>],
    shared: &SharedWeights,
    which: &[usize],
) -> Vec<Sums> {
    Arch::new().dispatch(SharedSums {
        y,
        products,
        penalties,
        shared,
        which,
    })
}

/// By how much the leave-one-out prediction of one target by penalty `a` is another than by `b`, whose
/// sums are given. The difference is made of small numbers from the beginning, so that single precision
/// rounds it, not what it is the difference of.
pub fn difference(
    y: &[f32],
    products: &[&[f32]],
    penalties: &[Penalty<f64>],
    shared: &SharedWeights,
    [a, b]: [usize; 2],
    of_b: Sums,
) -> Difference {
    let flat = [shared.flat[b], shared.flat[a] - shared.flat[b]].map(|share| share as f32);
    let mut c: Vec<f32> = y.iter().map(|y| flat[0] * y).collect();
    let mut apart: Vec<f32> = y.iter().map(|y| flat[1] * y).collect();
    for (step, product) in products.iter().enumerate() {
        let of = |penalty: usize| shared.coefficients[(penalty, step)];
        let shares = [of(b), of(a) - of(b)].map(|share| share as f32);
        for ((c, apart), value) in c.iter_mut().zip(&mut apart).zip(*product) {
            *c += shares[0] * value;
            *apart += shares[1] * value;
        }
    }
    let inverse = [a, b].map(|penalty| penalties[penalty].inverse_diagonal.as_slice());
    let mut made = Difference {
        of_b,
        d: 0.0,
        yd: 0.0,
        pd: 0.0,
        dd: 0.0,
    };
    for (i, (&y, (&c, &apart))) in y.iter().zip(c.iter().zip(&apart)).enumerate() {
        let [of_a, of_b] = inverse.map(|inverse| inverse[i]);
        let (y, c) = (f64::from(y), f64::from(c));
        // how much closer a's prediction is to the target: its residual is b's and this
        let d = of_a * f64::from(apart) + (of_a - of_b) * c;
        let p = y - of_b * c;
        made.d += d;
        made.yd += y * d;
        made.pd += p * d;
        made.dd += d * d;
    }
    made
}

/// Sums over training stimuli of the difference d of two residuals, with a target y and the leave-one-out
/// prediction p of the second.
#[derive(Debug, Clone, Copy)]
pub struct Difference {
    of_b: Sums,
    d: f64,
    yd: f64,
    pd: f64,
    dd: f64,
}

impl Difference {
    /// By how much the correlation of the first penalty is higher. `yy`: the target's sum of squares over
    /// `n` stimuli.
    pub fn of_correlations(self, n: usize, yy: f64) -> f64 {
        let Self {
            of_b,
            d,
            yd,
            pd,
            dd,
        } = self;
        let spread_b = of_b.spread(n);
        let variance = dd - 2.0 * pd + (2.0 * of_b.p - d) * d / n as f64;
        let spread_a = (spread_b * spread_b + variance).max(0.0).sqrt();
        let apart = variance / (spread_a + spread_b);
        -(yd * spread_b + of_b.yp * apart) / (spread_a * spread_b * yy.sqrt())
    }

    /// Length of the difference, in lengths of the prediction over `n` stimuli.
    pub fn length(self, n: usize) -> f64 {
        self.dd.sqrt() / self.of_b.spread(n)
    }
}

/// Plain loops, which are compiled for the widest vectors that the processor has.
struct SharedSums<'a> {
    y: &'a [f32],
    products: &'a [&'a [f32]],
    penalties: &'a [Penalty<f32>],
    shared: &'a SharedWeights,
    which: &'a [usize],
}

impl NullaryFnOnce for SharedSums<'_> {
    type Output = Vec<Sums>;

    #[inline(always)]
    fn call(self) -> Vec<Sums> {
        match *self.products {
            [] => self.sums_of([]),
            [a] => self.sums_of([a]),
            [a, b] => self.sums_of([a, b]),
            [a, b, c] => self.sums_of([a, b, c]),
            [a, b, c, d] => self.sums_of([a, b, c, d]),
            [a, b, c, d, e] => self.sums_of([a, b, c, d, e]),
            [a, b, c, d, e, f] => self.sums_of([a, b, c, d, e, f]),
            [a, b, c, d, e, f, g] => self.sums_of([a, b, c, d, e, f, g]),
            [a, b, c, d, e, f, g, h] => self.sums_of([a, b, c, d, e, f, g, h]),
            [a, b, c, d, e, f, g, h, i, ..] => self.sums_of([a, b, c, d, e, f, g, h, i]),
        }
    }
}

impl SharedSums<'_> {
    #[inline(always)]
    fn sums_of<const K: usize>(&self, products: [&[f32]; K]) -> Vec<Sums> {
        let mut made = Vec::with_capacity(self.which.len());
        for &place in self.which {
            made.push(self.sums_of_penalty(place, &products));
        }
        made
    }

    /// As many products as a constant says, so that one pass over the stimuli is vector code.
    #[inline(always)]
    fn sums_of_penalty<const K: usize>(&self, place: usize, products: &[&[f32]; K]) -> Sums {
        let flat = self.shared.flat[place] as f32;
        let mut shares = [0.0_f32; K];
        for (step, share) in shares.iter_mut().enumerate() {
            *share = self.shared.coefficients[(place, step)] as f32;
        }
        let inverse = self.penalties[place].inverse_diagonal.as_slice();
        let (y, y_rest) = self.y.as_chunks::<LANES>();
        let (g, g_rest) = inverse.as_chunks::<LANES>();
        let mut lanes = [[0.0_f32; LANES]; 3];
        for (chunk, (y, g)) in y.iter().zip(g).enumerate() {
            let mut c = [0.0_f32; LANES];
            for lane in 0..LANES {
                c[lane] = flat * y[lane];
            }
            for step in 0..K {
                let product = &products[step][chunk * LANES..(chunk + 1) * LANES];
                for lane in 0..LANES {
                    c[lane] += shares[step] * product[lane];
                }
            }
            for lane in 0..LANES {
                let predicted = y[lane] - c[lane] * g[lane];
                lanes[0][lane] += predicted;
                lanes[1][lane] += y[lane] * predicted;
                lanes[2][lane] += predicted * predicted;
            }
        }
        let mut sums = Sums::of_lanes(lanes);
        let done = self.y.len() - y_rest.len();
        for (place, (&y, &g)) in y_rest.iter().zip(g_rest).enumerate() {
            let mut c = flat * y;
            for step in 0..K {
                c += shares[step] * products[step][done + place];
            }
            sums.add(y, c * g);
        }
        sums
    }
}

/// Sums over training stimuli of a target y and its leave-one-out prediction p.
#[derive(Debug, Clone, Copy)]
pub struct Sums {
    p: f64,
    yp: f64,
    pp: f64,
}

impl Sums {
    #[inline(always)]
    fn of_lanes<T: Precision>(lanes: [[T; LANES]; 3]) -> Self {
        let [p, yp, pp] = lanes.map(|lanes| lanes.into_iter().map(Into::into).sum::<f64>());
        Self { p, yp, pp }
    }

    /// One more stimulus, whose prediction is so far from the target.
    #[inline(always)]
    fn add<T: Precision>(&mut self, y: T, off: T) {
        let predicted: f64 = (y - off).into();
        self.p += predicted;
        self.yp += y.into() * predicted;
        self.pp += predicted * predicted;
    }

    /// Pearson correlation of a centred target and its prediction over `n` stimuli. `yy`: the target's
    /// sum of squares.
    pub fn correlation(self, n: usize, yy: f64) -> f64 {
        // y is centred, so only the prediction's mean is left to remove
        self.yp / (yy.sqrt() * self.spread(n))
    }

    /// Length of the prediction about its mean over `n` stimuli.
    pub fn spread(self, n: usize) -> f64 {
        (self.pp - self.p * self.p / n as f64).max(0.0).sqrt()
    }
}

/// Sum of squares of each target.
pub fn norms_of<T: Precision>(y: &DMatrix<T>) -> Vec<f64> {
    y.column_iter()
        .map(|column| sum_of_squares(column.as_slice()))
        .collect()
}

/// `out = diag(weights) * from`, over plain slices, which the compiler turns into vector code.
fn scale_rows<T: Precision>(out: &mut DMatrix<T>, from: &DMatrix<T>, weights: &[T], rows: usize) {
    let columns = out.as_mut_slice().chunks_exact_mut(rows.max(1));
    for (out, from) in columns.zip(from.as_slice().chunks_exact(rows.max(1))) {
        for ((out, &from), &weight) in out.iter_mut().zip(from).zip(weights) {
            *out = from * weight;
        }
    }
}

/// Place of the strictly highest score, the first on ties; the first of all if every one is NaN.
pub fn first_best<'a>(scores: impl Iterator<Item = &'a f64>) -> usize {
    let mut best = (0, f64::NEG_INFINITY);
    for (place, &score) in scores.enumerate() {
        if score > best.1 {
            best = (place, score);
        }
    }
    best.0
}

fn sum_of_squares<T: Precision>(values: &[T]) -> f64 {
    values
        .iter()
        .map(|&value| value.into() * value.into())
        .sum()
}

/// Independent sums, so that the loop below is vector code: a sixteenth of the stimuli each.
const LANES: usize = 16;

/// Sums of a target and its leave-one-out prediction `y_i - c_i / g_i`.
#[inline(always)]
fn sums_of<T: Precision>(y: &[T], coefficients: &[T], inverse_diagonal: &[T]) -> Sums {
    let (y, y_rest) = y.as_chunks::<LANES>();
    let (c, c_rest) = coefficients.as_chunks::<LANES>();
    let (g, g_rest) = inverse_diagonal.as_chunks::<LANES>();
    let mut lanes = [[T::ZERO; LANES]; 3];
    for ((y, c), g) in y.iter().zip(c).zip(g) {
        for lane in 0..LANES {
            let predicted = y[lane] - c[lane] * g[lane];
            lanes[0][lane] += predicted;
            lanes[1][lane] += y[lane] * predicted;
            lanes[2][lane] += predicted * predicted;
        }
    }
    let mut sums = Sums::of_lanes(lanes);
    for ((&y, &c), &g) in y_rest.iter().zip(c_rest).zip(g_rest) {
        sums.add(y, c * g);
    }
    sums
}
