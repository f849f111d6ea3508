//! Densities of both scores beside the plotting area.

use plotters::prelude::DrawingBackend;

use super::{Marks, Panel, Scatter};
use crate::figures::frame::{Frame, Range};
use crate::figures::sheet::{Drawn, Sheet};
use crate::math::density::density;

/// Points of a marginal density.
const DENSITY_POINTS: usize = 160;

impl Scatter<'_> {
    /// Densities of both scores beside the plotting area: of all, or of each bin of depth.
    pub(super) fn draw_margins<B: DrawingBackend>(
        &self,
        sheet: &Sheet<B>,
        panel: &Panel,
        frame: &Frame,
    ) -> Drawn<B::ErrorType> {
        let gap = 4.0 * frame.scale;
        let height = frame.top - gap - 2.0 * frame.scale;
        let width = sheet.size.0 - frame.right - gap - 2.0 * frame.scale;
        let (across, up) = (
            (frame.right - frame.left) / (DENSITY_POINTS - 1) as f64,
            (frame.bottom - frame.top) / (DENSITY_POINTS - 1) as f64,
        );
        let above = |along: f64, value: f64| {
            (
                frame.left + along * across,
                frame.top - gap - value * height,
            )
        };
        let right_of =
            |along: f64, value: f64| (frame.right + gap + value * width, frame.bottom - along * up);
        if self.marks == Marks::DepthCurves {
            for (colour, (x, y)) in self.by_depth(panel) {
                let (x, y) = (outline(&x, frame.x), outline(&y, frame.y));
                let line: Vec<_> = x.iter().map(|&(a, v)| above(a, v)).collect();
                sheet.line(&line, colour, 1.0)?;
                let line: Vec<_> = y.iter().map(|&(a, v)| right_of(a, v)).collect();
                sheet.line(&line, colour, 1.0)?;
            }
            return Ok(());
        }
        let of_rows = |values: &[f64]| -> Vec<f64> {
            let rows = panel.rows.iter();
            rows.filter_map(|&row| values.get(row as usize).copied())
                .collect()
        };
        let (x, y) = (
            outline(&of_rows(self.x), frame.x),
            outline(&of_rows(&panel.y), frame.y),
        );
        let hill: Vec<_> = x.iter().map(|&(a, v)| above(a, v)).collect();
        sheet.shape(&hill, sheet.theme.soft, 0.22)?;
        let hill: Vec<_> = y.iter().map(|&(a, v)| right_of(a, v)).collect();
        sheet.shape(&hill, sheet.theme.soft, 0.22)
    }
}

/// A density over a range as a closed outline: steps along, and height relative to the highest.
fn outline(values: &[f64], range: Range) -> Vec<(f64, f64)> {
    let density = density(values, range.from, range.to, DENSITY_POINTS);
    let highest = density.iter().copied().fold(0.0, f64::max);
    if highest <= 0.0 {
        return Vec::new();
    }
    let heights = density.iter().map(|value| value / highest).enumerate();
    let mut outline = vec![(0.0, 0.0)];
    outline.extend(heights.map(|(step, height)| (step as f64, height)));
    outline.push(((density.len() - 1) as f64, 0.0));
    outline
}
