//! Points of many dimensions laid out on a plane (METHOD 9). Loops are plain and functions are
//! `libm`'s, so that a layout is the same to the last bit natively and in a tab: the layout of UMAP
//! is chaotic, and the least difference would grow into another picture.

mod mds;
mod principal;
mod umap;

pub use mds::metric_mds;
pub use principal::principal_plane;
pub use umap::{Umap, umap};

use nalgebra::DMatrix;

use crate::stable_sort::sort_indices;

/// Euclidean distances between the rows of points (n x d): n x n. O(n^2 d).
#[must_use]
pub fn distances(points: &DMatrix<f64>) -> DMatrix<f64> {
    let rows = points.transpose();
    let n = points.nrows();
    let mut between = DMatrix::zeros(n, n);
    for i in 0..n {
        for j in 0..i {
            let (one, other) = (rows.column(i), rows.column(j));
            let mut sum = 0.0;
            for (a, b) in one.iter().zip(other.iter()) {
                sum += (a - b) * (a - b);
            }
            between[(i, j)] = sum.sqrt();
            between[(j, i)] = between[(i, j)];
        }
    }
    between
}

/// Other points by their distance from each, the nearest first, ties by number (n lists of n - 1).
fn by_distance(distances: &DMatrix<f64>) -> Vec<Vec<usize>> {
    let n = distances.nrows();
    (0..n)
        .map(|i| {
            let mut others: Vec<usize> = (0..n).filter(|&j| j != i).collect();
            sort_indices(&mut others, |a, b| {
                distances[(i, a)].total_cmp(&distances[(i, b)])
            });
            others
        })
        .collect()
}

/// How far a layout keeps neighbours: 1 if whoever is among the `neighbours` nearest of a point in
/// the layout is so in truth, less by how far strangers come from (Venna & Kaski 2001; as in
/// scikit-learn). In [0, 1]; NaN unless `0 < neighbours < n / 2`.
#[must_use]
pub fn trustworthiness(truth: &DMatrix<f64>, layout: &DMatrix<f64>, neighbours: usize) -> f64 {
    let n = truth.nrows();
    if neighbours == 0 || 2 * neighbours >= n {
        return f64::NAN;
    }
    let (in_truth, in_layout) = (by_distance(truth), by_distance(layout));
    let mut penalty = 0.0;
    for (true_order, shown) in in_truth.iter().zip(&in_layout) {
        let mut rank = vec![0; n];
        for (index, &other) in true_order.iter().enumerate() {
            rank[other] = index + 1;
        }
        for &other in &shown[..neighbours] {
            penalty += rank[other].saturating_sub(neighbours) as f64;
        }
    }
    let (n, k) = (n as f64, neighbours as f64);
    1.0 - penalty * 2.0 / (n * k * (2.0 * n - 3.0 * k - 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::random::Generator;

    /// Points around some centres.
    pub fn clusters(n: usize, d: usize, centres: usize) -> DMatrix<f64> {
        let mut generator = Generator::new(8);
        let middle = DMatrix::from_fn(centres, d, |_, _| 4.0 * generator.normal());
        DMatrix::from_fn(n, d, |i, j| middle[(i % centres, j)] + generator.normal())
    }

    #[test]
    fn a_layout_that_keeps_all_distances_is_trustworthy() {
        let points = clusters(30, 2, 3);
        let truth = distances(&points);
        assert!((trustworthiness(&truth, &truth, 5) - 1.0).abs() < 1e-12);
        let mut generator = Generator::new(1);
        let order = generator.permutation(30);
        let mixed = distances(&points.select_rows(&order));
        assert!(trustworthiness(&truth, &mixed, 5) < 0.7);
        assert!(trustworthiness(&truth, &truth, 15).is_nan());
    }

    #[test]
    fn every_layout_keeps_clusters_together_and_is_the_same_again() {
        let points = clusters(60, 12, 4);
        let truth = distances(&points);
        for layout in [
            principal_plane as fn(&DMatrix<f64>) -> DMatrix<f64>,
            metric_mds,
            |points| umap(points, Umap::default()),
        ] {
            let made = layout(&points);
            assert_eq!(made.shape(), (60, 2));
            assert!(made.iter().all(|value| value.is_finite()));
            assert!(trustworthiness(&truth, &distances(&made), 10) > 0.85);
            assert_eq!(layout(&points), made);
        }
    }

    #[test]
    fn few_points_and_equal_points_are_no_panic() {
        for n in 0..5 {
            let points = DMatrix::from_element(n, 3, 1.0);
            for made in [
                principal_plane(&points),
                metric_mds(&points),
                umap(&points, Umap::default()),
            ] {
                assert_eq!(made.nrows(), n);
                assert!(made.iter().all(|value| value.is_finite()));
            }
        }
    }
}
