//! Grid, ticks and labels of a plotting area.

use plotters::prelude::DrawingBackend;

use super::frame::Frame;
use super::sheet::{Anchor, Drawn, Sheet};

/// Figures of less width, in CSS pixels, have room for short labels alone.
pub const NARROW: f64 = 480.0;

/// What is written at the axes.
pub struct Axes<'a> {
    /// Below.
    pub x_label: &'a str,
    /// To the left.
    pub y_label: &'a str,
    /// Distance of ticks along the horizontal axis.
    pub x_step: f64,
    /// Distance of ticks along the vertical axis.
    pub y_step: f64,
    /// Size of tick labels in CSS pixels.
    pub tick_size: f64,
}

impl Axes<'_> {
    /// Draws them around a plotting area.
    ///
    /// # Errors
    /// What the backend says.
    pub fn draw<B: DrawingBackend>(&self, sheet: &Sheet<B>, frame: &Frame) -> Drawn<B::ErrorType> {
        let theme = sheet.theme;
        let gap = 0.75 * self.tick_size * sheet.scale;
        for tick in frame.x.ticks(self.x_step) {
            let (x, _) = frame.to_pixels(tick, 0.0);
            sheet.line(&[(x, frame.top), (x, frame.bottom)], theme.line, 1.0)?;
            let at = (x, frame.bottom + gap);
            sheet.text(
                &tick_label(tick, self.x_step),
                at,
                Anchor::Below,
                self.tick_size,
                theme.soft,
            )?;
        }
        for tick in frame.y.ticks(self.y_step) {
            let (_, y) = frame.to_pixels(0.0, tick);
            sheet.line(&[(frame.left, y), (frame.right, y)], theme.line, 1.0)?;
            let at = (frame.left - gap, y);
            sheet.text(
                &tick_label(tick, self.y_step),
                at,
                Anchor::Left,
                self.tick_size,
                theme.soft,
            )?;
        }
        if !self.x_label.is_empty() {
            let below = (self.tick_size * 2.4 + 6.0) * sheet.scale;
            let at = ((frame.left + frame.right) / 2.0, frame.bottom + below);
            sheet.text(self.x_label, at, Anchor::Below, 13.0, theme.ink)?;
        }
        if !self.y_label.is_empty() {
            let before = (self.tick_size * 2.2 + 29.0) * sheet.scale;
            let at = (frame.left - before, (frame.top + frame.bottom) / 2.0);
            sheet.upright_text(self.y_label, at, Anchor::Below, 13.0, theme.ink)?;
        }
        Ok(())
    }
}

/// As many decimals as the step asks for, and no minus before zero.
fn tick_label(tick: f64, step: f64) -> String {
    let decimals = (-step.log10() - 1e-9).ceil().clamp(0.0, 6.0) as usize;
    let tick = if tick.abs() < step * 1e-6 { 0.0 } else { tick };
    format!("{tick:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_have_the_decimals_of_their_step() {
        assert_eq!(tick_label(0.2, 0.2), "0.2");
        assert_eq!(tick_label(-1e-17, 0.2), "0.0");
        assert_eq!(tick_label(20.0, 10.0), "20");
        assert_eq!(tick_label(0.05, 0.05), "0.05");
    }
}
