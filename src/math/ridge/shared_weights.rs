//! Fewer products than penalties. Over a given spectrum the weight vectors of the penalties are nearly
//! dependent: small penalties weigh every eigenvector alike, and the others differ smoothly. A few
//! vectors span them all to well below the rounding of a product in single precision; and one of them,
//! the flat one, gives back the targets themselves and needs no product.

use nalgebra::{DMatrix, DVector};

use super::leave_one_out::Penalty;

/// How far a leave-one-out prediction may move, relative to the target: a fifth of what tells two
/// penalties apart.
const TOLERANCE: f64 = 1e-6;

/// Vectors that span, together with the flat one, the weights of all penalties.
pub struct SharedWeights {
    /// Orthonormal vectors over the spectrum, each without its mean.
    pub basis: Vec<DVector<f32>>,
    /// For each penalty the coefficient of each vector (penalties x vectors).
    pub coefficients: DMatrix<f32>,
    /// For each penalty its mean weight: what every eigenvector has at least in common.
    pub flat: Vec<f32>,
}

impl SharedWeights {
    /// Spans the weights of penalties, greedily: whichever is worst spanned yet comes next. At most as
    /// many vectors as penalties. For eigenvectors that are complete, null space included.
    #[must_use]
    pub fn new(penalties: &[Penalty<f64>]) -> Self {
        let count = penalties.len();
        let tolerances: Vec<f64> = penalties
            .iter()
            .map(|p| TOLERANCE * p.mean_diagonal())
            .collect();
        let flat: Vec<f64> = penalties.iter().map(|p| p.weights.mean()).collect();
        let mut rest: Vec<DVector<f64>> = penalties
            .iter()
            .zip(&flat)
            .map(|(penalty, &flat)| penalty.weights.add_scalar(-flat))
            .collect();
        let mut basis: Vec<DVector<f64>> = Vec::new();
        loop {
            let (worst, excess) = rest
                .iter()
                .zip(&tolerances)
                .map(|(rest, tolerance)| rest.amax() / tolerance.max(f64::MIN_POSITIVE))
                .enumerate()
                .fold(
                    (0, 0.0),
                    |worst, now| if now.1 > worst.1 { now } else { worst },
                );
            if excess <= 1.0 || basis.len() == count {
                break;
            }
            let mut next = rest[worst].clone();
            // twice is enough for orthogonality to rounding
            for _ in 0..2 {
                for known in &basis {
                    let along = known.dot(&next);
                    next.axpy(-along, known, 1.0);
                }
            }
            let next = next.normalize();
            for vector in &mut rest {
                let along = next.dot(vector);
                vector.axpy(-along, &next, 1.0);
            }
            basis.push(next);
        }
        let coefficients = DMatrix::from_fn(count, basis.len(), |penalty, place| {
            penalties[penalty].weights.dot(&basis[place]) as f32
        });
        Self {
            basis: basis
                .iter()
                .map(|vector| vector.map(|entry| entry as f32))
                .collect(),
            coefficients,
            flat: flat.into_iter().map(|mean| mean as f32).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::ridge::ALPHAS;

    fn penalties(lambda: &DVector<f64>) -> Vec<Penalty<f64>> {
        let n = lambda.len();
        let squares = DMatrix::from_element(n, n, 1.0 / n as f64);
        ALPHAS
            .iter()
            .map(|&alpha| Penalty::new(alpha, lambda, &squares))
            .collect()
    }

    #[test]
    fn few_vectors_span_the_weights_of_a_usual_spectrum() {
        let lambda = DVector::from_fn(300, |i, _| 50.0 * (1.03_f64).powi(i as i32));
        let penalties = penalties(&lambda);
        let shared = SharedWeights::new(&penalties);
        assert!(shared.basis.len() <= 6, "{}", shared.basis.len());
        for (place, penalty) in penalties.iter().enumerate() {
            let mut weights = DVector::from_element(300, f64::from(shared.flat[place]));
            for (vector, coefficient) in shared
                .basis
                .iter()
                .zip(shared.coefficients.row(place).iter())
            {
                weights += vector.map(f64::from) * f64::from(*coefficient);
            }
            let off = (weights - &penalty.weights).amax();
            assert!(off < 5.0 * TOLERANCE * penalty.mean_diagonal() + 1e-7);
        }
    }

    #[test]
    fn a_spectrum_that_needs_every_product_gets_them() {
        let lambda = DVector::from_fn(40, |i, _| 10_f64.powi(i as i32 / 3 - 5));
        assert!(SharedWeights::new(&penalties(&lambda)).basis.len() >= 7);
    }
}
