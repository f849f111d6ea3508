//! Correlations of values and of ranks.

/// Pearson correlation of two equally long series, in [-1, 1]; NaN where either is constant,
/// shorter than two, or not finite.
#[must_use]
pub fn pearson(x: &[f64], y: &[f64]) -> f64 {
    let n = x.len() as f64;
    if x.len() != y.len() || x.len() < 2 {
        return f64::NAN;
    }
    let (mean_x, mean_y) = (x.iter().sum::<f64>() / n, y.iter().sum::<f64>() / n);
    let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
    for (a, b) in x.iter().zip(y) {
        let (a, b) = (a - mean_x, b - mean_y);
        xx += a * a;
        yy += b * b;
        xy += a * b;
    }
    // A sum of squares at the level of rounding is a constant series.
    let rounding = (f64::EPSILON * n).powi(2);
    if xx <= rounding * n * mean_x * mean_x || yy <= rounding * n * mean_y * mean_y {
        return f64::NAN;
    }
    (xy / (xx.sqrt() * yy.sqrt())).clamp(-1.0, 1.0)
}

/// Ranks from 1, ties sharing the mean of their ranks. NaN ranks last.
#[must_use]
pub fn average_ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    let mut start = 0;
    while start < order.len() {
        let value = values[order[start]];
        let tied = order[start..]
            .iter()
            .take_while(|&&i| values[i] == value)
            .count()
            .max(1);
        let rank = start as f64 + (tied as f64 + 1.0) / 2.0;
        for &i in &order[start..start + tied] {
            ranks[i] = rank;
        }
        start += tied;
    }
    ranks
}

/// Spearman correlation (Pearson of average ranks) over the pairs in which both are finite, with
/// their number; NaN for fewer than two such pairs or a constant series.
#[must_use]
pub fn spearman(x: &[f64], y: &[f64]) -> (f64, usize) {
    let (kept_x, kept_y): (Vec<f64>, Vec<f64>) = x
        .iter()
        .zip(y)
        .filter(|(a, b)| a.is_finite() && b.is_finite())
        .map(|(a, b)| (*a, *b))
        .unzip();
    let rho = pearson(&average_ranks(&kept_x), &average_ranks(&kept_y));
    (rho, kept_x.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_share_their_mean_rank() {
        assert_eq!(
            average_ranks(&[3.0, 1.0, 3.0, 2.0, 3.0]),
            [4.0, 1.0, 4.0, 2.0, 4.0]
        );
        // -0.0 and 0.0 are one value
        assert_eq!(average_ranks(&[0.0, -0.0]), [1.5, 1.5]);
    }

    #[test]
    fn spearman_sees_order_alone_and_leaves_out_undefined_pairs() {
        let x = [1.0, 2.0, 3.0, 4.0, f64::NAN];
        let y = [1.0, 8.0, 27.0, 1000.0, 0.0];
        let (rho, pairs) = spearman(&x, &y);
        assert!((rho - 1.0).abs() < 1e-15 && pairs == 4);
        let falling: Vec<f64> = y.iter().map(|v| -v).collect();
        assert!((spearman(&x, &falling).0 + 1.0).abs() < 1e-15);
    }

    #[test]
    fn a_constant_has_no_correlation() {
        assert!(pearson(&[1.0, 1.0, 1.0], &[1.0, 2.0, 3.0]).is_nan());
        assert!(pearson(&[0.1; 7], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]).is_nan());
        assert!(pearson(&[1.0], &[1.0]).is_nan());
    }
}
