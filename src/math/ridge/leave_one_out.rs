//! Leave-one-out predictions from a spectrum (METHOD 5, step 3), in single precision for the many
//! and in double for those that are too close to call.

use nalgebra::DMatrix;
use pulp::{Arch, Simd, WithSimd};

use super::penalty::Penalty;
use super::shared_weights::SharedWeights;
use crate::math::MathError;
use crate::math::linalg::product;

/// Independent sums, so that a loop is vector code: a sixteenth of the stimuli each.
const LANES: usize = 16;

/// 1 / g_i of the training stimuli in single precision, and what would be left of it if every stimulus had
/// the same leverage.
pub struct Leverages {
    inverse: Vec<f32>,
    /// Mean of 1 / g_i.
    pub mean: f64,
    /// Mean of its square.
    pub mean_square: f64,
    /// Length of what 1 / g_i differs from its mean by, over all stimuli.
    pub spread: f64,
    /// What 1 / g_i^2 differs from its mean by at most.
    pub widest: f64,
}

impl Leverages {
    /// Of a penalty.
    pub fn new(penalty: &Penalty) -> Self {
        let inverse = &penalty.inverse_diagonal;
        let (mean, squares) = (inverse.mean(), inverse.map(|entry| entry * entry));
        let mean_square = squares.mean();
        Self {
            inverse: inverse.iter().map(|&entry| entry as f32).collect(),
            mean,
            mean_square,
            spread: inverse.add_scalar(-mean).norm(),
            widest: squares.add_scalar(-mean_square).amax(),
        }
    }
}

/// Correlation of every target (m x t) with its leave-one-out predictions: penalties x t. One
/// product a penalty, all in double precision.
pub fn leave_one_out_scores<'a>(
    penalties: impl ExactSizeIterator<Item = &'a Penalty>,
    vectors: &DMatrix<f64>,
    y: &DMatrix<f64>,
    coordinates: &DMatrix<f64>,
) -> Result<DMatrix<f64>, MathError> {
    let m = vectors.nrows();
    let mut scores = DMatrix::zeros(penalties.len(), y.ncols());
    let squares = squares_of(y);
    for (index, penalty) in penalties.enumerate() {
        let mut weighted = coordinates.clone();
        for mut column in weighted.column_iter_mut() {
            column.component_mul_assign(&penalty.weights);
        }
        let coefficients = product(vectors, &weighted)?;
        for (target, (y, c)) in y.column_iter().zip(coefficients.column_iter()).enumerate() {
            let mut sums = Sums::default();
            for ((y, c), g) in y.iter().zip(&c).zip(&penalty.inverse_diagonal) {
                sums.add(*y, y - c * g);
            }
            scores[(index, target)] = sums.correlation(m, squares[target]);
        }
    }
    Ok(scores)
}

/// Sums of one target (m) for some of the penalties, each with [`Uneven::prediction`], from its products with
/// the vectors that their weights share, or with the first of them; the target itself is the product of the
/// flat one, since the eigenvectors span every centred target.
pub fn shared_sums(
    y: &[f32],
    products: &[&[f32]],
    leverages: &[Leverages],
    shared: &SharedWeights,
    which: &[usize],
) -> Vec<(Sums, f64)> {
    Arch::new().dispatch(SharedSums {
        y,
        products,
        leverages,
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
    penalties: &[Penalty],
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

/// By the widest vectors that the processor has.
struct SharedSums<'a> {
    y: &'a [f32],
    products: &'a [&'a [f32]],
    leverages: &'a [Leverages],
    shared: &'a SharedWeights,
    which: &'a [usize],
}

impl WithSimd for SharedSums<'_> {
    type Output = Vec<(Sums, f64)>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Vec<(Sums, f64)> {
        match *self.products {
            [] => self.sums_of(simd, []),
            [a] => self.sums_of(simd, [a]),
            [a, b] => self.sums_of(simd, [a, b]),
            [a, b, c] => self.sums_of(simd, [a, b, c]),
            [a, b, c, d] => self.sums_of(simd, [a, b, c, d]),
            [a, b, c, d, e] => self.sums_of(simd, [a, b, c, d, e]),
            [a, b, c, d, e, f] => self.sums_of(simd, [a, b, c, d, e, f]),
            [a, b, c, d, e, f, g] => self.sums_of(simd, [a, b, c, d, e, f, g]),
            [a, b, c, d, e, f, g, h] => self.sums_of(simd, [a, b, c, d, e, f, g, h]),
            [a, b, c, d, e, f, g, h, i, ..] => self.sums_of(simd, [a, b, c, d, e, f, g, h, i]),
        }
    }
}

impl SharedSums<'_> {
    /// As many products as a constant says, so that what is summed stays in registers.
    #[inline(always)]
    fn sums_of<S: Simd, const K: usize>(&self, simd: S, products: [&[f32]; K]) -> Vec<(Sums, f64)> {
        let y = Vectors::new(simd, self.y);
        let mut vectors = [y; K];
        for (vectors, product) in vectors.iter_mut().zip(products) {
            *vectors = Vectors::new(simd, product);
        }
        let mut made = Vec::with_capacity(self.which.len());
        for &index in self.which {
            made.push(self.sums_of_penalty(simd, index, y, &vectors));
        }
        made
    }

    #[inline(always)]
    fn sums_of_penalty<S: Simd, const K: usize>(
        &self,
        simd: S,
        index: usize,
        y: Vectors<S>,
        products: &[Vectors<S>; K],
    ) -> (Sums, f64) {
        let leverages = &self.leverages[index];
        let inverse = Vectors::new(simd, &leverages.inverse);
        let of_penalty = OfPenalty::<S, K> {
            mean: simd.splat_f32s(leverages.mean as f32),
            mean_square: simd.splat_f32s(leverages.mean_square as f32),
            flat: simd.splat_f32s(self.shared.flat[index] as f32),
            shares: {
                let mut shares = [simd.splat_f32s(0.0); K];
                for (step, share) in shares.iter_mut().enumerate() {
                    *share = simd.splat_f32s(self.shared.coefficients[(index, step)] as f32);
                }
                shares
            },
        };
        // two of each, since the more sums there are the less is each rounded
        let mut sums = [[simd.splat_f32s(0.0); 4]; 2];
        for (at, (y, g)) in y.chunks.iter().zip(inverse.chunks).enumerate() {
            let mut chunks = [*y; K];
            for (chunk, product) in chunks.iter_mut().zip(products) {
                *chunk = product.chunks[at];
            }
            of_penalty.add(simd, &mut sums, *y, *g, chunks);
        }
        // zeros beyond the last stimulus add nothing
        let mut chunks = [y.rest; K];
        for (chunk, product) in chunks.iter_mut().zip(products) {
            *chunk = product.rest;
        }
        of_penalty.add(simd, &mut sums, y.rest, inverse.rest, chunks);
        let mut totals = [0.0; 4];
        for (index, total) in totals.iter_mut().enumerate() {
            for sums in &sums {
                *total += f64::from(simd.reduce_sum_f32s(sums[index]));
            }
        }
        let [p, yp, pp, uneven] = totals;
        (Sums { p, yp, pp }, uneven)
    }
}

/// What is the same for all stimuli, in every lane of a vector.
struct OfPenalty<S: Simd, const K: usize> {
    mean: S::f32s,
    mean_square: S::f32s,
    flat: S::f32s,
    shares: [S::f32s; K],
}

impl<S: Simd, const K: usize> OfPenalty<S, K> {
    /// Some more stimuli to the sums. No closures here: those are not compiled for wide vectors.
    #[inline(always)]
    fn add(
        &self,
        simd: S,
        sums: &mut [[S::f32s; 4]; 2],
        y: Chunk<S>,
        g: Chunk<S>,
        products: [Chunk<S>; K],
    ) {
        for (at, (y, g)) in y.into_iter().zip(g).enumerate() {
            let mut c = simd.mul_f32s(self.flat, y);
            for (&share, product) in self.shares.iter().zip(&products) {
                c = simd.mul_add_e_f32s(share, product[at], c);
            }
            let predicted = simd.sub_f32s(y, simd.mul_f32s(c, g));
            // (g - mean) y - (g^2 - mean_square) c
            let even = simd.sub_f32s(
                simd.mul_f32s(self.mean, y),
                simd.mul_f32s(self.mean_square, c),
            );
            let uneven = simd.sub_f32s(simd.mul_f32s(g, predicted), even);
            let sums = &mut sums[at % 2];
            sums[0] = simd.add_f32s(sums[0], predicted);
            sums[1] = simd.mul_add_e_f32s(y, predicted, sums[1]);
            sums[2] = simd.mul_add_e_f32s(predicted, predicted, sums[2]);
            sums[3] = simd.mul_add_e_f32s(uneven, uneven, sums[3]);
        }
    }
}

/// Vectors that one turn of a loop takes: enough that finding them costs little beside what is done with them.
type Chunk<S> = [<S as Simd>::f32s; 4];

/// Numbers as vectors, and the last of them with zeros behind.
#[derive(Clone, Copy)]
struct Vectors<'a, S: Simd> {
    chunks: &'a [Chunk<S>],
    rest: Chunk<S>,
}

impl<'a, S: Simd> Vectors<'a, S> {
    #[inline(always)]
    fn new(simd: S, numbers: &'a [f32]) -> Self {
        let (whole, last) = S::as_simd_f32s(numbers);
        let (chunks, some) = whole.as_chunks();
        let mut rest = [simd.splat_f32s(0.0); 4];
        rest[..some.len()].copy_from_slice(some);
        rest[some.len()] = simd.partial_load_f32s(last);
        Self { chunks, rest }
    }
}

/// Sums of squares over training stimuli of what would be nothing if every stimulus had the same leverage.
#[derive(Debug, Clone, Copy)]
pub struct Uneven {
    /// Of `(1 / g_i - mean) y_i`.
    pub target: f64,
    /// Of `(1 / g_i - mean) y_i - (1 / g_i^2 - mean) c_i`.
    pub prediction: f64,
}

/// Sums over training stimuli of a target y and its leave-one-out prediction p, `y_i - c_i / g_i`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sums {
    /// Sum of p.
    pub p: f64,
    /// Of y p.
    pub yp: f64,
    /// Of p^2.
    pub pp: f64,
}

impl Sums {
    /// One more stimulus.
    #[inline(always)]
    fn add(&mut self, y: f64, p: f64) {
        self.p += p;
        self.yp += y * p;
        self.pp += p * p;
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
pub fn squares_of<T: nalgebra::Scalar + Copy + Into<f64>>(y: &DMatrix<T>) -> Vec<f64> {
    let square = |value: T| value.into() * value.into();
    y.as_slice()
        .chunks_exact(y.nrows().max(1))
        .map(|column| sum_of(column, square))
        .collect()
}

/// Sum of something over all values.
pub fn sum_of<T: Copy>(values: &[T], of: impl Fn(T) -> f64) -> f64 {
    let (chunks, rest) = values.as_chunks::<LANES>();
    let mut lanes = [0.0; LANES];
    for chunk in chunks {
        for (lane, &value) in lanes.iter_mut().zip(chunk) {
            *lane += of(value);
        }
    }
    lanes.iter().sum::<f64>() + rest.iter().copied().map(of).sum::<f64>()
}

/// Index of the strictly highest score, the first on ties; the first of all if every one is NaN.
pub fn first_best<'a>(scores: impl Iterator<Item = &'a f64>) -> usize {
    let mut best = (0, f64::NEG_INFINITY);
    for (index, &score) in scores.enumerate() {
        if score > best.1 {
            best = (index, score);
        }
    }
    best.0
}
