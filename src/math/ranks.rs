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
    Ranker::default().rank(values).to_vec()
}

/// Ranks many series in memory that it keeps. Values are sorted by their single-precision images, a
/// few bits at a time, which costs O(n); the few that agree in single precision are told apart after.
#[derive(Default)]
pub struct Ranker {
    keyed: Vec<u64>,
    passed: Vec<u64>,
    ranks: Vec<f64>,
}

/// Bits that a pass sorts by: three passes sort 32.
const DIGIT: u32 = 11;

impl Ranker {
    /// Ranks from 1, ties sharing the mean of their ranks. NaN ranks last.
    pub fn rank(&mut self, values: &[f64]) -> &[f64] {
        let keys = values.iter().enumerate();
        self.keyed.clear();
        self.keyed
            .extend(keys.map(|(index, &value)| (u64::from(image(value)) << 32) | index as u64));
        self.passed.clear();
        self.passed.resize(values.len(), 0);
        for pass in 0..3 {
            sort_by_digit(&self.keyed, &mut self.passed, 32 + pass * DIGIT);
            std::mem::swap(&mut self.keyed, &mut self.passed);
        }
        self.ranks.clear();
        self.ranks.resize(values.len(), 0.0);
        let value = |key: u64| values[(key & u64::from(u32::MAX)) as usize];
        let mut start = 0;
        while start < self.keyed.len() {
            let image = self.keyed[start] >> 32;
            let alike = self.keyed[start..]
                .iter()
                .take_while(|&&key| key >> 32 == image)
                .count();
            let run = &mut self.keyed[start..start + alike];
            // plus zero, so that both zeros are one value
            run.sort_by(|&a, &b| (value(a) + 0.0).total_cmp(&(value(b) + 0.0)));
            let mut first = 0;
            while first < alike {
                let tied = run[first..]
                    .iter()
                    .take_while(|&&key| value(key) == value(run[first]))
                    .count()
                    .max(1);
                let rank = (start + first) as f64 + (tied as f64 + 1.0) / 2.0;
                for key in &run[first..first + tied] {
                    self.ranks[(key & u64::from(u32::MAX)) as usize] = rank;
                }
                first += tied;
            }
            start += alike;
        }
        &self.ranks
    }
}

/// A whole number in the order of single-precision values; NaN the greatest.
fn image(value: f64) -> u32 {
    if value.is_nan() {
        return u32::MAX;
    }
    let bits = (value as f32 + 0.0).to_bits();
    if bits >> 31 == 0 {
        bits | 1 << 31
    } else {
        !bits
    }
}

fn sort_by_digit(from: &[u64], to: &mut [u64], shift: u32) {
    let digit = |key: u64| (key >> shift) as usize & ((1 << DIGIT) - 1);
    let mut starts = [0_usize; 1 << DIGIT];
    for &key in from {
        starts[digit(key)] += 1;
    }
    let mut next = 0;
    for start in &mut starts {
        next += std::mem::replace(start, next);
    }
    for &key in from {
        let start = &mut starts[digit(key)];
        to[*start] = key;
        *start += 1;
    }
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
    fn values_that_agree_in_single_precision_are_told_apart() {
        let values = [1.0 + 3e-12, 1.0, 1.0 + 1e-12, -2.0, f64::NAN, 1e300, -1e300];
        assert_eq!(average_ranks(&values), [5.0, 3.0, 4.0, 2.0, 7.0, 6.0, 1.0]);
        let mut ranker = Ranker::default();
        let many: Vec<f64> = (0..5000)
            .map(|i| f64::from(i * 7919 % 5000) - 2500.0)
            .collect();
        let expected: Vec<f64> = many.iter().map(|value| value + 2501.0).collect();
        ranker.rank(&values);
        assert_eq!(ranker.rank(&many), expected);
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
