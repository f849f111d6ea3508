//! Where a figure's axes are: the one mapping between scores and pixels, for drawing and for
//! finding what lies under the pointer.

/// A range of an axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// Lower end.
    pub from: f64,
    /// Upper end.
    pub to: f64,
}

impl Range {
    /// The paper's range of scores, -0.2 to 1, reaching further down in tenths where data do.
    #[must_use]
    pub fn of_scores(values: &[f64]) -> Self {
        let lowest = values
            .iter()
            .copied()
            .filter(|v| v.is_finite())
            .fold(-0.18, f64::min);
        let highest = values
            .iter()
            .copied()
            .filter(|v| v.is_finite())
            .fold(1.0, f64::max);
        Self {
            from: ((lowest - 0.02) * 10.0).floor() / 10.0,
            to: (highest * 10.0).ceil() / 10.0,
        }
    }

    /// From a little below the least to a little above the greatest of the values.
    #[must_use]
    pub fn around(values: impl Iterator<Item = f64>) -> Self {
        let (least, greatest) = values.filter(|value| value.is_finite()).fold(
            (f64::INFINITY, f64::NEG_INFINITY),
            |(least, most), value| (least.min(value), most.max(value)),
        );
        if least > greatest {
            return Self { from: 0.0, to: 1.0 };
        }
        let margin = ((greatest - least) * 0.04).max(1e-9);
        Self {
            from: least - margin,
            to: greatest + margin,
        }
    }

    /// One, two or five of a power of ten, such that there are about `count` ticks at most.
    #[must_use]
    pub fn step(self, count: f64) -> f64 {
        let rough = ((self.to - self.from) / count).max(f64::MIN_POSITIVE);
        let power = libm::pow(10.0, rough.log10().floor());
        let factor = [1.0, 2.0, 5.0].into_iter().find(|f| f * power >= rough);
        factor.unwrap_or(10.0) * power
    }

    /// Multiples of `step` within the range.
    #[must_use]
    pub fn ticks(self, step: f64) -> Vec<f64> {
        // an axis of names has none
        if !step.is_finite() {
            return Vec::new();
        }
        let first = (self.from / step - 1e-9).ceil() as i64;
        let last = (self.to / step + 1e-9).floor() as i64;
        (first..=last).map(|i| i as f64 * step).collect()
    }
}

/// The plotting area of a canvas and what its edges stand for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frame {
    /// Device pixels a CSS pixel; fonts and dots grow alike.
    pub scale: f64,
    /// Left edge of the plotting area.
    pub left: f64,
    /// Right edge.
    pub right: f64,
    /// Upper edge.
    pub top: f64,
    /// Lower edge.
    pub bottom: f64,
    /// The horizontal axis.
    pub x: Range,
    /// The vertical axis.
    pub y: Range,
}

/// A rectangle in CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Area {
    /// Left edge.
    pub left: f64,
    /// Upper edge.
    pub top: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

impl Frame {
    /// Leaves room for labels and marginal densities. Sizes in CSS pixels.
    #[must_use]
    pub fn new(width: f64, height: f64, scale: f64, x: Range, y: Range) -> Self {
        let margin = if width < 480.0 { 34.0 } else { 64.0 };
        let area = Area {
            left: 58.0,
            top: margin + 4.0,
            width: width - margin - 66.0,
            height: height - margin - 56.0,
        };
        Self::at(area, scale, x, y)
    }

    /// With this plotting area.
    #[must_use]
    pub fn at(area: Area, scale: f64, x: Range, y: Range) -> Self {
        Self {
            scale,
            left: area.left * scale,
            right: (area.left + area.width.max(1.0)) * scale,
            top: area.top * scale,
            bottom: (area.top + area.height.max(1.0)) * scale,
            x,
            y,
        }
    }

    /// Whether a position in device pixels lies in the plotting area.
    #[must_use]
    pub fn contains(&self, (x, y): (f64, f64)) -> bool {
        (self.left..=self.right).contains(&x) && (self.top..=self.bottom).contains(&y)
    }

    /// Scores to device pixels.
    #[must_use]
    pub fn to_pixels(&self, x: f64, y: f64) -> (f64, f64) {
        let along = (x - self.x.from) / (self.x.to - self.x.from);
        let up = (y - self.y.from) / (self.y.to - self.y.from);
        (
            self.left + along * (self.right - self.left),
            self.bottom - up * (self.bottom - self.top),
        )
    }

    /// The row whose dot is nearest to a position in device pixels, within `reach` of it.
    #[must_use]
    pub fn nearest(&self, x: &[f64], y: &[f64], at: (f64, f64), reach: f64) -> Option<usize> {
        let mut best = (None, reach * reach);
        for (row, (&x, &y)) in x.iter().zip(y).enumerate() {
            let (px, py) = self.to_pixels(x, y);
            let distance = (px - at.0).powi(2) + (py - at.1).powi(2);
            if distance < best.1 {
                best = (Some(row), distance);
            }
        }
        best.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_papers_range_grows_only_where_data_exceed_it() {
        assert_eq!(
            Range::of_scores(&[0.0, 0.9]),
            Range {
                from: -0.2,
                to: 1.0
            }
        );
        assert_eq!(
            Range::of_scores(&[-0.41, f64::NAN]),
            Range {
                from: -0.5,
                to: 1.0
            }
        );
        let ticks = Range {
            from: -0.5,
            to: 1.0,
        }
        .ticks(0.2);
        assert_eq!(ticks.len(), 8);
        assert!((ticks[0] + 0.4).abs() < 1e-12);
    }

    #[test]
    fn the_dot_under_the_pointer_is_found() {
        let range = Range { from: 0.0, to: 1.0 };
        let frame = Frame::new(600.0, 500.0, 2.0, range, range);
        let (x, y) = ([0.2, 0.8, f64::NAN], [0.2, 0.8, 0.5]);
        let at = frame.to_pixels(0.8, 0.8);
        assert_eq!(frame.nearest(&x, &y, (at.0 + 3.0, at.1), 20.0), Some(1));
        assert_eq!(frame.nearest(&x, &y, frame.to_pixels(0.5, 0.5), 20.0), None);
    }
}
