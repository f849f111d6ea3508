//! The two leading principal components.

use nalgebra::{DMatrix, DVector};

use crate::math::gram::centre_columns;
use crate::math::random::Generator;

/// Most rounds of the iteration, and how little the plane must still move to be done.
const ROUNDS: usize = 1000;
const STILL: f64 = 1e-15;

/// Scores of points (n x d) on their two leading principal components (n x 2), each with its entry
/// of largest magnitude positive, by orthogonal iteration. O(n d) a round.
#[must_use]
pub fn principal_plane(points: &DMatrix<f64>) -> DMatrix<f64> {
    let mut centred = points.clone();
    centre_columns(&mut centred);
    let (n, d) = centred.shape();
    let mut generator = Generator::new(0);
    let mut axes: Vec<DVector<f64>> = (0..2)
        .map(|_| DVector::from_fn(d, |_, _| generator.normal()))
        .collect();
    orthonormalise(&mut axes);
    for _ in 0..ROUNDS {
        let before = axes.clone();
        for axis in &mut axes {
            *axis = transposed_product(&centred, &product(&centred, axis));
        }
        orthonormalise(&mut axes);
        let moved = axes
            .iter()
            .zip(&before)
            .map(|(now, before)| 1.0 - dot(now, before).abs());
        if moved.fold(0.0, f64::max) < STILL {
            break;
        }
    }
    let mut plane = DMatrix::zeros(n, 2);
    for (mut column, axis) in plane.column_iter_mut().zip(&axes) {
        column.copy_from(&product(&centred, axis));
        let largest = column.iter().fold(
            0.0_f64,
            |most, &v| if v.abs() > most.abs() { v } else { most },
        );
        if largest < 0.0 {
            column.neg_mut();
        }
    }
    plane
}

fn orthonormalise(axes: &mut [DVector<f64>]) {
    for index in 0..axes.len() {
        let (done, rest) = axes.split_at_mut(index);
        let Some(axis) = rest.first_mut() else { return };
        for _ in 0..2 {
            for other in done.iter() {
                let along = dot(axis, other);
                axis.zip_apply(other, |value, other| *value -= along * other);
            }
        }
        let length = dot(axis, axis).sqrt();
        axis.apply(|value| *value = if length > 0.0 { *value / length } else { 0.0 });
    }
}

// Sums in one fixed order: a library's kernel may add up in another on another machine.

fn dot(a: &DVector<f64>, b: &DVector<f64>) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn product(a: &DMatrix<f64>, x: &DVector<f64>) -> DVector<f64> {
    let mut out = DVector::zeros(a.nrows());
    for (column, x) in a.column_iter().zip(x.iter()) {
        for (out, a) in out.iter_mut().zip(column.iter()) {
            *out += a * x;
        }
    }
    out
}

fn transposed_product(a: &DMatrix<f64>, x: &DVector<f64>) -> DVector<f64> {
    let sums = a
        .column_iter()
        .map(|column| column.iter().zip(x.iter()).map(|(a, x)| a * x).sum());
    DVector::from_iterator(a.ncols(), sums)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::pca::components;

    #[test]
    fn the_plane_is_that_of_the_components() {
        let mut generator = Generator::new(2);
        let points = DMatrix::from_fn(25, 6, |_, j| generator.normal() * (8.0 - j as f64));
        let plane = principal_plane(&points);
        let made = components(points, &[]).expect("finite");
        assert!((plane - made.scores.columns(0, 2)).amax() < 1e-4);
    }
}
