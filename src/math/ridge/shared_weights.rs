//! Fewer products than penalties. Over a given spectrum the weight vectors of the penalties are nearly
//! dependent: small penalties weigh every eigenvector alike, and the others differ smoothly. A few
//! vectors span them all to well below the rounding of a product in single precision; and one of them,
//! the flat one, gives back the targets themselves and needs no product.
//!
//! What the first of them leave of each penalty's weights bounds how good it can still be, so that most targets
//! need not wait for the last (`stages`).

use nalgebra::{DMatrix, DVector};

use super::penalty::Penalty;
use crate::math::packed_product::PackedProduct;

/// How far a leave-one-out prediction may move, relative to the target: a fifth of what tells two
/// penalties apart.
const TOLERANCE: f64 = 1e-6;

/// How much less it matters yet to span a penalty some steps from the likely one: of penalties that predict
/// worse, a coarse idea is enough. By measurement: the fewest products on three studies.
const LENIENCY: [f64; 4] = [1.0, 3.0, 1e3, 1e6];

/// Vectors that span, together with the flat one, the weights of all penalties.
pub struct SharedWeights {
    /// Orthonormal vectors over the spectrum, each without its mean.
    pub basis: Vec<DVector<f32>>,
    /// For each penalty the coefficient of each vector (penalties x vectors).
    pub coefficients: DMatrix<f64>,
    /// For each penalty its mean weight: what every eigenvector has at least in common.
    pub flat: Vec<f64>,
    /// What the first vectors leave out, after each but the flat one (without any other, after that): of r, the
    /// rest of the coefficients c of a penalty, times squared coordinates of a target the products with the
    /// target, with c - r and with itself, penalty after penalty (3 penalties x spectrum).
    pub rest: Vec<PackedProduct>,
}

impl SharedWeights {
    /// Spans the weights of penalties, greedily: whichever is worst spanned yet comes next, the sooner the
    /// nearer it is to `likely`. At most as many vectors as penalties. For eigenvectors that are complete,
    /// null space included.
    #[must_use]
    pub fn new(penalties: &[Penalty], likely: usize) -> Self {
        let flat: Vec<f64> = penalties.iter().map(|p| p.weights.mean()).collect();
        let mut rest: Vec<DVector<f64>> = penalties
            .iter()
            .zip(&flat)
            .map(|(penalty, &flat)| penalty.weights.add_scalar(-flat))
            .collect();
        let mut basis: Vec<DVector<f64>> = Vec::new();
        let mut left_out: Vec<PackedProduct> = Vec::new();
        while basis.len() < penalties.len()
            && let Some(worst) = worst_spanned(penalties, &rest, likely)
        {
            if !basis.is_empty() {
                left_out.push(products_with(&rest, penalties));
            }
            let mut next = rest[worst].clone();
            // twice is enough for orthogonality to rounding, to the flat vector as well
            for _ in 0..2 {
                let mean = next.mean();
                next.add_scalar_mut(-mean);
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
        left_out.push(products_with(&rest, penalties));
        Self {
            coefficients: DMatrix::from_fn(penalties.len(), basis.len(), |penalty, index| {
                penalties[penalty].weights.dot(&basis[index])
            }),
            flat,
            rest: left_out,
            basis: basis
                .iter()
                .map(|vector| vector.map(|entry| entry as f32))
                .collect(),
        }
    }
}

/// See [`SharedWeights::rest`].
fn products_with(rest: &[DVector<f64>], penalties: &[Penalty]) -> PackedProduct {
    let spectrum = rest.first().map_or(0, DVector::len);
    let mut products = Vec::with_capacity(3 * rest.len() * spectrum);
    for index in 0..spectrum {
        for (rest, penalty) in rest.iter().zip(penalties) {
            let rest = rest[index];
            let with = [1.0, penalty.weights[index] - rest, rest];
            products.extend(with.map(|with| (rest * with) as f32));
        }
    }
    PackedProduct::new(DMatrix::from_vec(3 * rest.len(), spectrum, products))
}

/// The penalty whose weights need another vector most; `None` if all are spanned or each has had its own.
/// `rest`: what is left of the weights of each.
fn worst_spanned(penalties: &[Penalty], rest: &[DVector<f64>], likely: usize) -> Option<usize> {
    let urgency = |index: usize| {
        let tolerance = (TOLERANCE * penalties[index].mean_diagonal()).max(f64::MIN_POSITIVE);
        let excess = rest[index].amax() / tolerance;
        let far = index.abs_diff(likely).min(LENIENCY.len() - 1);
        (excess > 1.0).then_some(excess / LENIENCY[far])
    };
    (0..penalties.len())
        .filter_map(|index| Some((index, urgency(index)?)))
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(index, _)| index)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::ridge::ALPHAS;

    fn penalties(lambda: &DVector<f64>) -> Vec<Penalty> {
        let n = lambda.len();
        let vectors = DMatrix::from_element(n, n, 1.0 / (n as f64).sqrt());
        Penalty::of_alphas(&ALPHAS, lambda, &vectors).expect("as many")
    }

    #[test]
    fn few_vectors_span_the_weights_of_a_usual_spectrum() {
        let lambda = DVector::from_fn(300, |i, _| 50.0 * (1.03_f64).powi(i as i32));
        let penalties = penalties(&lambda);
        for likely in 0..penalties.len() {
            let shared = SharedWeights::new(&penalties, likely);
            assert!(shared.basis.len() <= 7, "{}", shared.basis.len());
            assert_eq!(shared.rest.len(), shared.basis.len());
            for (index, penalty) in penalties.iter().enumerate() {
                let mut weights = DVector::from_element(300, shared.flat[index]);
                for (vector, coefficient) in shared
                    .basis
                    .iter()
                    .zip(shared.coefficients.row(index).iter())
                {
                    weights += vector.map(f64::from) * *coefficient;
                }
                let off = (weights - &penalty.weights).amax();
                // rounding to single precision besides: of weights up to one
                let most = TOLERANCE * penalty.mean_diagonal() + 4.0 * f64::from(f32::EPSILON);
                assert!(off < most, "{likely}, {index}: {off} of {most}");
            }
        }
    }

    #[test]
    fn a_spectrum_that_needs_every_product_gets_them() {
        let lambda = DVector::from_fn(40, |i, _| 10_f64.powi(i as i32 / 3 - 5));
        assert!(SharedWeights::new(&penalties(&lambda), 0).basis.len() >= 7);
    }

    #[test]
    fn a_flat_spectrum_needs_none() {
        let shared = SharedWeights::new(&penalties(&DVector::zeros(20)), 0);
        assert_eq!((shared.basis.len(), shared.rest.len()), (0, 1));
    }
}
