//! The paper's figure: each dimension's universality against its alignment with a region, whole or in
//! small multiples, as dots, densities or mean curves, with marginal densities and the lines of
//! chance.

mod margins;
mod marks;
#[cfg(test)]
mod tests;

use plotters::prelude::DrawingBackend;

use super::axes::Axes;
use super::colour::Colouring;
use super::frame::{Area, Frame, Range};
use super::sheet::{Anchor, Drawn, Figure, Sheet};
pub use marks::{Marks, bins};

/// Width of a panel of several at least, in CSS pixels.
const PANEL: f64 = 210.0;

/// One panel: the same axes, other dimensions or other scores.
pub struct Panel {
    /// Above it; empty for a panel by itself.
    pub title: String,
    /// Rows of the table.
    pub rows: Vec<u32>,
    /// Scores on the vertical axis, one a row of the table; empty where there are none.
    pub y: Vec<f64>,
}

/// A scatter ready to be drawn at any size.
pub struct Scatter<'a> {
    /// Universality, one a dimension of the table.
    pub x: &'a [f64],
    /// The panels, at least one.
    pub panels: &'a [Panel],
    /// Colours of the dots, one a dimension of the table.
    pub colouring: &'a Colouring,
    /// Relative depth of each dimension's layer, in [0, 1].
    pub depths: &'a [f64],
    /// What is drawn.
    pub marks: Marks,
    /// Label below.
    pub x_label: String,
    /// Label to the left.
    pub y_label: String,
    /// Scores that chance gives: on the horizontal axis, on the vertical axis.
    pub chance: (Option<f64>, Option<f64>),
}

impl Figure for Scatter<'_> {
    fn height(&self, width: f64) -> f64 {
        if self.panels.len() < 2 {
            return (width * 0.84).clamp(300.0, 640.0);
        }
        let (_, rows, size) = self.grid(width);
        rows as f64 * size.1 + 44.0
    }

    fn draw<B: DrawingBackend>(&self, sheet: &mut Sheet<B>) -> Drawn<B::ErrorType> {
        let width = sheet.size.0 / sheet.scale;
        let frames = self.frames(width, sheet.scale);
        let is_whole = frames.len() < 2;
        for (panel, frame) in self.panels.iter().zip(&frames) {
            Axes {
                x_label: if is_whole { &self.x_label } else { "" },
                y_label: if is_whole { &self.y_label } else { "" },
                x_step: if is_whole { 0.2 } else { 0.5 },
                y_step: if is_whole { 0.2 } else { 0.5 },
                tick_size: if is_whole { 12.0 } else { 11.0 },
            }
            .draw(sheet, frame)?;
            if !is_whole {
                let above = (frame.left, frame.top - 12.0 * sheet.scale);
                sheet.text(&panel.title, above, Anchor::Right, 12.0, sheet.theme.ink)?;
            }
            self.draw_panel(sheet, panel, frame)?;
            if is_whole {
                self.draw_margins(sheet, panel, frame)?;
            }
        }
        if !is_whole {
            let below = (sheet.size.0 / 2.0, sheet.size.1 - 24.0 * sheet.scale);
            let labels = format!("{}; upwards: {}", self.x_label, self.y_label);
            sheet.text(&labels, below, Anchor::Below, 12.0, sheet.theme.ink)?;
        }
        Ok(())
    }
}

impl Scatter<'_> {
    /// Columns and rows of the panels, and the size of one in CSS pixels.
    fn grid(&self, width: f64) -> (usize, usize, (f64, f64)) {
        let count = self.panels.len().max(1);
        let columns = ((width / PANEL).floor() as usize).clamp(1, 4).min(count);
        let across = width / columns as f64;
        (
            columns,
            count.div_ceil(columns),
            (across, across * 0.9 + 20.0),
        )
    }

    /// The plotting area of each panel, on a sheet of this width in CSS pixels.
    #[must_use]
    pub fn frames(&self, width: f64, scale: f64) -> Vec<Frame> {
        let x = Range::of_scores(self.x);
        let highest = self
            .panels
            .iter()
            .map(|panel| Range::of_scores(&panel.y))
            .reduce(|a, b| Range {
                from: a.from.min(b.from),
                to: a.to.max(b.to),
            });
        let y = highest.unwrap_or(x);
        if self.panels.len() < 2 {
            return vec![Frame::new(width, self.height(width), scale, x, y)];
        }
        let (columns, _, size) = self.grid(width);
        (0..self.panels.len())
            .map(|index| {
                let area = Area {
                    left: (index % columns) as f64 * size.0 + 34.0,
                    top: (index / columns) as f64 * size.1 + 24.0,
                    width: size.0 - 48.0,
                    height: size.1 - 52.0,
                };
                Frame::at(area, scale, x, y)
            })
            .collect()
    }

    /// The defined points of a panel: row, x, y.
    fn points<'b>(&'b self, panel: &'b Panel) -> impl Iterator<Item = (usize, f64, f64)> + 'b {
        panel
            .rows
            .iter()
            .map(|&row| row as usize)
            .filter_map(|row| Some((row, *self.x.get(row)?, *panel.y.get(row)?)))
            .filter(|(_, x, y)| x.is_finite() && y.is_finite())
    }

    /// The dimension under a position in device pixels, with its panel.
    #[must_use]
    pub fn row_at(&self, frames: &[Frame], at: (f64, f64), reach: f64) -> Option<usize> {
        let index = frames.iter().position(|frame| frame.contains(at))?;
        let (panel, frame) = (self.panels.get(index)?, &frames[index]);
        let mut best = (None, reach * reach);
        for (row, x, y) in self.points(panel) {
            let (x, y) = frame.to_pixels(x, y);
            let distance = (x - at.0).powi(2) + (y - at.1).powi(2);
            if distance < best.1 {
                best = (Some(row), distance);
            }
        }
        best.0
    }

    /// Where a dimension lies, in device pixels: in the first panel that has it.
    #[must_use]
    pub fn position_of(&self, frames: &[Frame], row: usize) -> Option<(f64, f64)> {
        self.panels.iter().zip(frames).find_map(|(panel, frame)| {
            panel.rows.binary_search(&(row as u32)).ok()?;
            let (x, y) = (*self.x.get(row)?, *panel.y.get(row)?);
            (x.is_finite() && y.is_finite()).then(|| frame.to_pixels(x, y))
        })
    }
}
