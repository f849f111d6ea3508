//! Medians, means and curves over scores some of which may be undefined (NaN).

use crate::stable_sort::sorted_by;

/// Median of the defined values; NaN where there is none. Reorders `values`.
pub fn median(values: &mut Vec<f64>) -> f64 {
    values.retain(|value| !value.is_nan());
    let n = values.len();
    if n == 0 {
        return f64::NAN;
    }
    let (below, &mut upper, _) = values.select_nth_unstable_by(n / 2, f64::total_cmp);
    if n % 2 == 1 {
        upper
    } else {
        let lower = below.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        f64::midpoint(lower, upper)
    }
}

/// Mean of the defined values; NaN where there is none.
#[must_use]
pub fn mean(values: impl IntoIterator<Item = f64>) -> f64 {
    let (mut sum, mut count) = (0.0, 0_usize);
    for value in values.into_iter().filter(|value| !value.is_nan()) {
        sum += value;
        count += 1;
    }
    if count == 0 {
        f64::NAN
    } else {
        sum / count as f64
    }
}

/// The value below which so many hundredths of sorted values lie, between two of them by linear
/// interpolation (NumPy's default); NaN where there is none.
#[must_use]
pub fn percentile(sorted: &[f64], hundredths: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else {
        return f64::NAN;
    };
    let index = (hundredths / 100.0 * last as f64).clamp(0.0, last as f64);
    let below = index.floor() as usize;
    let share = index - below as f64;
    sorted[below] + share * (sorted[(below + 1).min(last)] - sorted[below])
}

/// The mean curve of a scatter (METHOD 8): points in order of x, cut into at most `bins` quantile
/// bins of (nearly) equal count; for each the mean x and the mean y. Undefined points are left out.
#[must_use]
pub fn quantile_curve(x: &[f64], y: &[f64], bins: usize) -> Vec<(f64, f64)> {
    let points: Vec<(f64, f64)> = x
        .iter()
        .zip(y)
        .filter(|(a, b)| a.is_finite() && b.is_finite())
        .map(|(a, b)| (*a, *b))
        .collect();
    let points = sorted_by(points, |a, b| a.0.total_cmp(&b.0));
    let n = points.len();
    let bins = bins.min(n);
    (0..bins)
        .map(|bin| {
            let members = &points[bin * n / bins..(bin + 1) * n / bins];
            let count = members.len() as f64;
            let sum = members
                .iter()
                .fold((0.0, 0.0), |sum, p| (sum.0 + p.0, sum.1 + p.1));
            (sum.0 / count, sum.1 / count)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_of_odd_even_and_undefined() {
        assert_eq!(median(&mut vec![3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&mut vec![4.0, 1.0, f64::NAN, 2.0, 3.0]), 2.5);
        assert!(median(&mut vec![f64::NAN]).is_nan());
        assert_eq!(mean([1.0, f64::NAN, 3.0]), 2.0);
    }

    #[test]
    fn percentiles_lie_between_neighbours() {
        let values = [1.0, 2.0, 4.0, 8.0];
        assert_eq!(percentile(&values, 0.0), 1.0);
        assert_eq!(percentile(&values, 50.0), 3.0);
        assert!((percentile(&values, 95.0) - 7.4).abs() < 1e-12);
        assert!(percentile(&[], 50.0).is_nan());
    }

    #[test]
    fn the_curve_has_equal_counts_and_ascends_in_x() {
        let x: Vec<f64> = (0..1000).map(|i| f64::from((i * 7919) % 1000)).collect();
        let y: Vec<f64> = x.iter().map(|x| 2.0 * x).collect();
        let curve = quantile_curve(&x, &y, 100);
        assert_eq!(curve.len(), 100);
        assert_eq!(curve[0], (4.5, 9.0));
        assert!(curve.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert_eq!(quantile_curve(&x[..3], &y[..3], 100).len(), 3);
    }
}
