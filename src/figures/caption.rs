//! A figure with a line of text below it, for files: on the page the line stands in HTML.

use plotters::prelude::DrawingBackend;

use super::sheet::{Anchor, Drawn, Figure, Sheet};

/// CSS pixels for the line.
const LINE: f64 = 24.0;

/// A figure with a line of text below it.
pub struct Captioned<'a, F> {
    /// The figure.
    pub figure: &'a F,
    /// The line; nothing is added where it is empty.
    pub caption: String,
}

impl<F: Figure> Figure for Captioned<'_, F> {
    fn height(&self, width: f64) -> f64 {
        let line = if self.caption.is_empty() { 0.0 } else { LINE };
        self.figure.height(width) + line
    }

    fn draw<B: DrawingBackend>(&self, sheet: &mut Sheet<B>) -> Drawn<B::ErrorType> {
        self.figure.draw(sheet)?;
        if self.caption.is_empty() {
            return Ok(());
        }
        let at = (
            sheet.size.0 / 2.0,
            sheet.size.1 - (LINE - 2.0) * sheet.scale,
        );
        sheet.text(&self.caption, at, Anchor::Below, 12.0, sheet.theme.soft)
    }
}
