//! Metric multidimensional scaling.

use nalgebra::DMatrix;

use super::{distances, principal_plane};

/// Most rounds, and the least share by which a round must lessen the stress to go on.
const ROUNDS: usize = 300;
const GAIN: f64 = 1e-5;

/// A plane (n x 2) whose distances are as near as they can be to those between points (n x d), in
/// the sum of squared differences (raw stress), by SMACOF from the principal plane. O(n^2) a round.
#[must_use]
pub fn metric_mds(points: &DMatrix<f64>) -> DMatrix<f64> {
    let truth = distances(points);
    let n = truth.nrows();
    let mut layout = principal_plane(points);
    let mut stress = f64::INFINITY;
    for _ in 0..ROUNDS {
        let shown = distances(&layout);
        let mut now = 0.0;
        let mut next = DMatrix::zeros(n, 2);
        for i in 0..n {
            let (mut x, mut y) = (0.0, 0.0);
            for j in 0..n {
                let (wanted, is) = (truth[(i, j)], shown[(i, j)]);
                now += (wanted - is) * (wanted - is);
                if is > 0.0 {
                    let ratio = wanted / is;
                    x += ratio * (layout[(i, 0)] - layout[(j, 0)]);
                    y += ratio * (layout[(i, 1)] - layout[(j, 1)]);
                }
            }
            next[(i, 0)] = x / n as f64;
            next[(i, 1)] = y / n as f64;
        }
        if now.is_nan() || stress - now <= GAIN * stress.min(f64::MAX) {
            break;
        }
        stress = now;
        layout = next;
    }
    layout
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::random::Generator;

    #[test]
    fn points_of_a_plane_keep_their_distances() {
        let mut generator = Generator::new(6);
        let points = DMatrix::from_fn(20, 2, |_, _| generator.normal());
        let shown = distances(&metric_mds(&points));
        assert!((shown - distances(&points)).amax() < 1e-6);
    }
}
