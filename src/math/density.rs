//! Gaussian kernel density estimates (METHOD 9).

/// A spike far narrower than the range would otherwise ask for any amount of memory.
const MOST_CELLS: f64 = 1e6;

/// Density of the defined values at `points` equally spaced places from `from` to `to`, with
/// Scott's bandwidth (standard deviation times n^(-1/5)), so that it integrates to one over the
/// line. Values are counted into a grid sixteen times finer first, which moves none of them by
/// more than a fraction of the bandwidth and keeps the cost linear. Empty where fewer than two
/// values differ.
#[must_use]
pub fn density(values: &[f64], from: f64, to: f64, points: usize) -> Vec<f64> {
    let defined: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
    let n = defined.len() as f64;
    let mean = defined.iter().sum::<f64>() / n;
    let variance = defined.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0);
    let bandwidth = variance.sqrt() * libm::pow(n, -0.2);
    let is_positive = bandwidth > 0.0 && to > from;
    if !is_positive || points < 2 {
        return Vec::new();
    }
    let step = (to - from) / (points - 1) as f64;
    // The fine grid reaches four bandwidths past both ends: what lies beyond adds nothing.
    let span = to - from + 8.0 * bandwidth;
    let fine = (step / 16.0)
        .max(bandwidth / 64.0)
        .min(bandwidth / 4.0)
        .max(span / MOST_CELLS);
    let start = from - 4.0 * bandwidth;
    let cells = (span / fine).ceil() as usize + 1;
    let mut counts = vec![0.0_f64; cells];
    for value in defined {
        let place = (value - start) / fine;
        if place >= 0.0 && place < (cells - 1) as f64 {
            let cell = place as usize;
            let share = place - cell as f64;
            counts[cell] += 1.0 - share;
            counts[cell + 1] += share;
        }
    }
    let reach = (4.0 * bandwidth / fine).ceil() as usize;
    let norm = 1.0 / (n * bandwidth * std::f64::consts::TAU.sqrt());
    (0..points)
        .map(|point| {
            let at = from + point as f64 * step;
            let centre = ((at - start) / fine).round() as usize;
            let cells = centre.saturating_sub(reach)..(centre + reach + 1).min(cells);
            cells
                .filter(|&cell| counts[cell] > 0.0)
                .map(|cell| {
                    let distance = (start + cell as f64 * fine - at) / bandwidth;
                    counts[cell] * libm::exp(-0.5 * distance * distance)
                })
                .sum::<f64>()
                * norm
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::random::Generator;

    #[test]
    fn the_grid_agrees_with_the_direct_sum() {
        let mut generator = Generator::new(3);
        let values: Vec<f64> = (0..500).map(|_| generator.normal() * 0.2 + 0.3).collect();
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0);
        let bandwidth = variance.sqrt() * n.powf(-0.2);
        for (i, ours) in density(&values, -0.2, 1.0, 61).iter().enumerate() {
            let at = -0.2 + 1.2 * i as f64 / 60.0;
            let direct = values
                .iter()
                .map(|v| (-0.5 * ((v - at) / bandwidth).powi(2)).exp())
                .sum::<f64>()
                / (n * bandwidth * std::f64::consts::TAU.sqrt());
            assert!((ours - direct).abs() < 2e-3, "{ours} {direct}");
        }
    }

    #[test]
    fn nothing_to_estimate_gives_nothing() {
        assert!(density(&[], 0.0, 1.0, 10).is_empty());
        assert!(density(&[0.5, 0.5, f64::NAN], 0.0, 1.0, 10).is_empty());
    }
}
