//! How good a penalty can be at best and at worst, when only a part of its coefficients c is known and the
//! rest r = c - known has not been multiplied out. The leave-one-out prediction is `y_i - c_i / g_i`.
//! Products of r with the target and with what is known of c follow from the spectrum, eigenvectors being
//! orthonormal. So if every stimulus had the same leverage, all would be known; what `1 / g_i` differs from its
//! mean by is all that is not, and is bounded by the lengths of the vectors (Cauchy-Schwarz).

use crate::math::ridge::leave_one_out::{Leverages, Sums, Uneven};

/// Relative error of a sum over the training stimuli in single precision.
const ROUNDING: f64 = 1e-6;

/// Products of the rest r over the training stimuli, from the spectrum.
#[derive(Debug, Clone, Copy)]
pub struct Rest {
    /// With the target.
    pub with_target: f64,
    /// With what is known of c.
    pub with_known: f64,
    /// With itself.
    pub square: f64,
}

/// Bounds of a correlation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// The lowest that it can be.
    pub low: f64,
    /// The highest.
    pub high: f64,
    /// What rounding leaves uncertain of both: much, where large sums nearly cancel.
    pub rounding: f64,
}

impl Bounds {
    const ANY: Self = Self {
        low: -1.0,
        high: 1.0,
        rounding: 0.0,
    };

    /// Of a target and its leave-one-out prediction over `m` stimuli. `sums`, `uneven`: of the part that is
    /// known; `yy`: the target's square.
    pub fn new(
        sums: Sums,
        uneven: Uneven,
        rest: Rest,
        leverages: &Leverages,
        m: usize,
        yy: f64,
    ) -> Self {
        let Leverages {
            mean,
            mean_square,
            spread,
            widest,
            ..
        } = *leverages;
        let length = rest.square.sqrt();
        // the target with the prediction
        let with_target = sums.yp - mean * rest.with_target;
        let met = (yy * sums.pp).sqrt() + (mean * rest.with_target).abs();
        let off = uneven.target.sqrt() * length;
        let with_target = [with_target - off, with_target + off];
        // the sum of the prediction: that of r is zero
        let off = spread * length;
        let sum = [(sums.p.abs() - off).max(0.0), sums.p.abs() + off];
        // the prediction with itself
        let square = sums.pp - 2.0 * (mean * rest.with_target - mean_square * rest.with_known)
            + mean_square * rest.square;
        let met_square = sums.pp
            + 2.0 * (mean * rest.with_target).abs()
            + 2.0 * (mean_square * rest.with_known).abs()
            + mean_square * rest.square;
        let rounding = ROUNDING * (met / (square * yy).sqrt() + 0.5 * met_square / square);
        let off = 2.0 * uneven.prediction.sqrt() * length + widest * rest.square;
        let m = m as f64;
        let square = [
            square - off - sum[1] * sum[1] / m,
            square + off - sum[0] * sum[0] / m,
        ];
        if !(square[0] > 0.0 && off.is_finite() && rounding.is_finite()) {
            return Self::ANY;
        }
        let correlation = |product: f64, nearer: usize| {
            let square = square[if product < 0.0 { nearer } else { 1 - nearer }];
            (product / (square * yy).sqrt()).clamp(-1.0, 1.0)
        };
        Self {
            low: correlation(with_target[0], 0),
            high: correlation(with_target[1], 1),
            rounding,
        }
    }

    /// Half way between both.
    pub fn middle(self) -> f64 {
        0.5 * (self.low + self.high)
    }

    /// How far a correlation is from the true one at most.
    pub fn farthest(self, correlation: f64) -> f64 {
        (self.high - correlation)
            .abs()
            .max((self.low - correlation).abs())
    }
}

#[cfg(test)]
mod tests {
    use nalgebra::DVector;

    use super::*;
    use crate::math::random::Generator;
    use crate::math::ridge::penalty::Penalty;

    fn centred(generator: &mut Generator) -> DVector<f64> {
        let values = DVector::from_fn(40, |_, _| generator.normal());
        let mean = values.mean();
        values.add_scalar(-mean)
    }

    /// Bounds of a target, what is known of the coefficients and the rest; and the correlation of the whole.
    fn bounds_and_truth(
        inverse: &DVector<f64>,
        [y, known, rest]: [&DVector<f64>; 3],
    ) -> (Bounds, f64) {
        let leverages = Leverages::new(&Penalty {
            weights: DVector::zeros(0),
            inverse_diagonal: inverse.clone(),
        });
        let prediction = |c: &DVector<f64>| y - c.component_mul(inverse);
        let p = prediction(known);
        let sums = Sums {
            p: p.sum(),
            yp: y.dot(&p),
            pp: p.norm_squared(),
        };
        let off = inverse.add_scalar(-leverages.mean).component_mul(y);
        let squares = inverse.map(|entry| entry * entry);
        let of_known = squares
            .add_scalar(-leverages.mean_square)
            .component_mul(known);
        let uneven = Uneven {
            target: off.norm_squared(),
            prediction: (&off - of_known).norm_squared(),
        };
        let products = Rest {
            with_target: y.dot(rest),
            with_known: known.dot(rest),
            square: rest.norm_squared(),
        };
        let (m, yy) = (y.len(), y.norm_squared());
        let whole = prediction(&(known + rest));
        let whole = whole.add_scalar(-whole.mean());
        let bounds = Bounds::new(sums, uneven, products, &leverages, m, yy);
        (bounds, whole.dot(y) / (whole.norm() * y.norm()))
    }

    #[test]
    fn the_truth_is_within_whatever_is_left_out() {
        let mut generator = Generator::new(3);
        let mut narrow = 0;
        for spread in [0.0, 0.05, 0.5] {
            for off in [0.001, 0.01, 0.3, 3.0] {
                for _ in 0..100 {
                    let inverse =
                        DVector::from_fn(40, |_, _| 2.0 * (spread * generator.normal()).exp());
                    let mut draw = || centred(&mut generator);
                    let (y, noise, rest) = (draw(), draw(), draw());
                    let known = &y * 0.3 + noise * 0.3;
                    let rest = rest * off;
                    let (bounds, truth) = bounds_and_truth(&inverse, [&y, &known, &rest]);
                    assert!(
                        bounds.low - 1e-9 <= truth && truth <= bounds.high + 1e-9,
                        "{spread}, {off}: {truth} not in {bounds:?}"
                    );
                    if spread == 0.0 {
                        // of stimuli of the same leverage nothing is uncertain
                        assert!(bounds.high - bounds.low < 1e-9);
                    }
                    narrow += usize::from(bounds.high - bounds.low < 0.1);
                }
            }
        }
        assert!(narrow > 600, "{narrow} of 1200 say anything");
    }

    #[test]
    fn nothing_is_said_of_what_has_no_length() {
        let nothing = DVector::zeros(40);
        let y = centred(&mut Generator::new(5));
        let inverse = DVector::from_element(40, 2.0);
        let (bounds, _) = bounds_and_truth(&inverse, [&y, &(&y * 0.5), &nothing]);
        assert_eq!(bounds, Bounds::ANY);
    }
}
