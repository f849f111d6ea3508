//! Gaussian kernel density estimates (METHOD 9).

/// A spike far narrower than the range would otherwise ask for any amount of memory.
const MOST_CELLS: f64 = 1e6;

/// Density of the defined values at `points` equally spaced positions from `from` to `to`, with
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
        let position = (value - start) / fine;
        if position >= 0.0 && position < (cells - 1) as f64 {
            let cell = position as usize;
            let share = position - cell as f64;
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

/// Density of points on a grid of (columns x rows) cells over a rectangle, as the probability per
/// unit area at the middle of each cell, row by row from the lower edge: a Gaussian kernel with the
/// covariance of the points times Scott's factor n^(-1/6) squared, as SciPy's `gaussian_kde` has it.
/// Points are spread over their four nearest cells first, which moves the density by a few hundredths
/// where the kernel is but two cells wide: less than its colours tell apart. Empty where the covariance is singular.
#[must_use]
pub fn density_on_plane(
    x: &[f64],
    y: &[f64],
    (x_from, x_to): (f64, f64),
    (y_from, y_to): (f64, f64),
    (columns, rows): (usize, usize),
) -> Vec<f64> {
    let points: Vec<(f64, f64)> = x
        .iter()
        .zip(y)
        .filter(|(x, y)| x.is_finite() && y.is_finite())
        .map(|(x, y)| (*x, *y))
        .collect();
    let n = points.len() as f64;
    let (mean_x, mean_y) = points
        .iter()
        .fold((0.0, 0.0), |sum, p| (sum.0 + p.0 / n, sum.1 + p.1 / n));
    let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
    for (x, y) in &points {
        xx += (x - mean_x).powi(2);
        yy += (y - mean_y).powi(2);
        xy += (x - mean_x) * (y - mean_y);
    }
    let factor = libm::pow(n, -1.0 / 3.0) / (n - 1.0);
    let (xx, yy, xy) = (xx * factor, yy * factor, xy * factor);
    let determinant = xx * yy - xy * xy;
    let is_regular = determinant > 1e-12 * xx * yy && determinant.is_finite();
    if !is_regular || columns < 2 || rows < 2 {
        return Vec::new();
    }
    let (step_x, step_y) = (
        (x_to - x_from) / columns as f64,
        (y_to - y_from) / rows as f64,
    );
    let mut counts = vec![0.0_f64; columns * rows];
    for (x, y) in points {
        let (at_x, at_y) = ((x - x_from) / step_x - 0.5, (y - y_from) / step_y - 0.5);
        let (column, row) = (at_x.floor(), at_y.floor());
        for (dx, dy) in [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)] {
            let (c, r) = (column + dx, row + dy);
            let share = (1.0 - (at_x - c).abs()) * (1.0 - (at_y - r).abs());
            if c >= 0.0 && r >= 0.0 && c < columns as f64 && r < rows as f64 {
                counts[r as usize * columns + c as usize] += share;
            }
        }
    }
    let reach_x = ((4.0 * xx.sqrt() / step_x).ceil() as usize).min(columns);
    let reach_y = ((4.0 * yy.sqrt() / step_y).ceil() as usize).min(rows);
    let norm = 1.0 / (n * std::f64::consts::TAU * determinant.sqrt());
    let width = 2 * reach_x + 1;
    let kernel: Vec<f64> = (0..(2 * reach_y + 1) * width)
        .map(|index| {
            let dx = (index % width) as f64 - reach_x as f64;
            let dy = (index / width) as f64 - reach_y as f64;
            let (dx, dy) = (dx * step_x, dy * step_y);
            let squared = (yy * dx * dx - 2.0 * xy * dx * dy + xx * dy * dy) / determinant;
            norm * libm::exp(-0.5 * squared)
        })
        .collect();
    let mut density = vec![0.0; columns * rows];
    for row in 0..rows {
        for column in 0..columns {
            let count = counts[row * columns + column];
            if count == 0.0 {
                continue;
            }
            let from = column.saturating_sub(reach_x);
            let to = (column + reach_x + 1).min(columns);
            for other in row.saturating_sub(reach_y)..(row + reach_y + 1).min(rows) {
                let start = (other + reach_y - row) * width + from + reach_x - column;
                let line = &mut density[other * columns + from..other * columns + to];
                for (value, kernel) in line.iter_mut().zip(&kernel[start..]) {
                    *value += count * kernel;
                }
            }
        }
    }
    density
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

    #[test]
    fn the_plane_agrees_with_the_direct_sum() {
        let mut generator = Generator::new(4);
        let x: Vec<f64> = (0..300).map(|_| 0.2 * generator.normal()).collect();
        let y: Vec<f64> = x
            .iter()
            .map(|x| 0.5 * x + 0.1 * generator.normal() + 0.2)
            .collect();
        let grid = density_on_plane(&x, &y, (-1.0, 1.0), (-0.6, 1.0), (100, 80));
        let n = 300.0;
        let mean = |v: &[f64]| v.iter().sum::<f64>() / n;
        let covariance = |a: &[f64], b: &[f64]| {
            let (ma, mb) = (mean(a), mean(b));
            let sum: f64 = a.iter().zip(b).map(|(a, b)| (a - ma) * (b - mb)).sum();
            sum / (n - 1.0) * n.powf(-1.0 / 3.0)
        };
        let (xx, yy, xy) = (covariance(&x, &x), covariance(&y, &y), covariance(&x, &y));
        let determinant = xx * yy - xy * xy;
        for (column, row) in [(50, 40), (60, 50), (30, 20)] {
            let at = (
                -1.0 + (f64::from(column) + 0.5) * 0.02,
                -0.6 + (f64::from(row) + 0.5) * 0.02,
            );
            let direct: f64 = x
                .iter()
                .zip(&y)
                .map(|(x, y)| {
                    let (dx, dy) = (at.0 - x, at.1 - y);
                    let squared = (yy * dx * dx - 2.0 * xy * dx * dy + xx * dy * dy) / determinant;
                    (-0.5 * squared).exp()
                })
                .sum::<f64>()
                / (n * std::f64::consts::TAU * determinant.sqrt());
            let ours = grid[row as usize * 100 + column as usize];
            assert!(
                (ours - direct).abs() < 0.04 * direct.max(0.1),
                "{ours} {direct}"
            );
        }
        assert!(density_on_plane(&x, &x, (-1.0, 1.0), (-1.0, 1.0), (10, 10)).is_empty());
    }
}
