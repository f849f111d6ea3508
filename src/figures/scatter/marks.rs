//! What is drawn over the axes of a scatter: dots, densities, mean curves and the lines of chance.

use plotters::prelude::DrawingBackend;
use strum::VariantArray;

use super::{Panel, Scatter};
use crate::figures::colour::scale;
use crate::figures::frame::Frame;
use crate::figures::raster::{OPACITY, Raster, field};
use crate::figures::sheet::{Drawn, Sheet};
use crate::figures::theme::Rgb;
use crate::math::density::density_on_plane;
use crate::math::summary::quantile_curve;

/// Radius of a dot in CSS pixels.
const RADIUS: f64 = 1.9;

/// Bins of the mean curve (docs/method.md, section 8).
const BINS: usize = 100;

/// Bins of relative depth (docs/method.md, section 9).
const DEPTHS: usize = 20;
/// Columns and rows of cells of a density, and the powers of ten that its colours span (docs/method.md, section 9).
const CELLS: (usize, usize) = (150, 130);
const DECADES: (f64, f64) = (-2.0, 1.0);

/// What is drawn over the axes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, VariantArray)]
pub enum Marks {
    /// Every dimension and the mean curve.
    #[default]
    DotsAndMean,
    /// Every dimension.
    Dots,
    /// The mean curve.
    Mean,
    /// How many dimensions lie where, on a logarithmic scale, and the mean curve.
    Density,
    /// Mean curves by relative depth of the layer.
    DepthCurves,
    /// Distributions of both scores by rank of the component.
    RankGroups,
}

impl Marks {
    /// What it is called on the page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Marks::DotsAndMean => "Dots and mean",
            Marks::Dots => "Dots",
            Marks::Mean => "Mean",
            Marks::Density => "Density and mean",
            Marks::DepthCurves => "Curves by layer depth",
            Marks::RankGroups => "Distribution by rank",
        }
    }
}

/// Positions along the horizontal and along the vertical axis.
type Points = (Vec<f64>, Vec<f64>);

impl Scatter<'_> {
    pub(super) fn draw_panel<B: DrawingBackend>(
        &self,
        sheet: &mut Sheet<B>,
        panel: &Panel,
        frame: &Frame,
    ) -> Drawn<B::ErrorType> {
        match self.marks {
            Marks::DotsAndMean | Marks::Dots => self.draw_dots(sheet, panel, frame)?,
            Marks::Density => self.draw_density(sheet, panel, frame)?,
            _ => {}
        }
        self.draw_chance(sheet, frame)?;
        match self.marks {
            Marks::DotsAndMean | Marks::Mean | Marks::Density => {
                let (x, y) = self.points(panel).map(|(_, x, y)| (x, y)).unzip();
                draw_curve(sheet, frame, (&x, &y), sheet.theme.accent)
            }
            Marks::DepthCurves => {
                for (colour, (x, y)) in self.by_depth(panel) {
                    draw_curve(sheet, frame, (&x, &y), colour)?;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Points of the layers of each bin of relative depth that has any, with its colour.
    pub(super) fn by_depth(&self, panel: &Panel) -> Vec<(Rgb, Points)> {
        let mut bins = vec![(Vec::new(), Vec::new()); DEPTHS];
        for (row, x, y) in self.points(panel) {
            let depth = self.depths.get(row).copied().unwrap_or(0.0);
            let bin = ((depth * DEPTHS as f64) as usize).min(DEPTHS - 1);
            bins[bin].0.push(x);
            bins[bin].1.push(y);
        }
        bins.into_iter()
            .enumerate()
            .filter(|(_, (x, _))| !x.is_empty())
            .map(|(bin, points)| (scale(bin as f64 / (DEPTHS - 1) as f64), points))
            .collect()
    }

    /// Every dot: as one image, or as circles where the drawing is no raster.
    fn draw_dots<B: DrawingBackend>(
        &self,
        sheet: &mut Sheet<B>,
        panel: &Panel,
        frame: &Frame,
    ) -> Drawn<B::ErrorType> {
        let radius = if self.panels.len() < 2 { RADIUS } else { 1.4 };
        let colour = |row: usize| self.colouring.rows.get(row).copied().unwrap_or_default();
        if sheet.is_vector() {
            for (row, x, y) in self.points(panel) {
                let at = frame.to_pixels(x, y);
                sheet.disc(at, radius, colour(row), f64::from(OPACITY))?;
            }
            return Ok(());
        }
        let mut image = Raster::over(frame);
        for (row, x, y) in self.points(panel) {
            let (x, y) = frame.to_pixels(x, y);
            image.disc(x, y, radius * frame.scale, colour(row));
        }
        sheet.image(&image.into_image())
    }

    fn draw_density<B: DrawingBackend>(
        &self,
        sheet: &mut Sheet<B>,
        panel: &Panel,
        frame: &Frame,
    ) -> Drawn<B::ErrorType> {
        let (x, y): (Vec<f64>, Vec<f64>) = self.points(panel).map(|(_, x, y)| (x, y)).unzip();
        let ranges = ((frame.x.from, frame.x.to), (frame.y.from, frame.y.to));
        let grid = density_on_plane(&x, &y, ranges.0, ranges.1, CELLS);
        if grid.is_empty() {
            return Ok(());
        }
        let logs: Vec<f64> = grid.iter().map(|d| d.max(1e-9).log10()).collect();
        let image = field(frame, |x, y| {
            let across = (x - frame.left) / (frame.right - frame.left);
            let up = (frame.bottom - y) / (frame.bottom - frame.top);
            let value = between(&logs, across, up);
            let share = (value - DECADES.0) / (DECADES.1 - DECADES.0);
            (share > 0.0).then(|| scale(share))
        });
        sheet.image(&image)
    }

    fn draw_chance<B: DrawingBackend>(
        &self,
        sheet: &Sheet<B>,
        frame: &Frame,
    ) -> Drawn<B::ErrorType> {
        let colour = sheet.theme.soft;
        let dash = 5.0 * sheet.scale;
        if let Some(along) = self.chance.0 {
            let (x, _) = frame.to_pixels(along, frame.y.from);
            let mut y = frame.top;
            while y < frame.bottom {
                sheet.line(&[(x, y), (x, (y + dash).min(frame.bottom))], colour, 1.0)?;
                y += 2.0 * dash;
            }
        }
        if let Some(up) = self.chance.1 {
            let (_, y) = frame.to_pixels(frame.x.from, up);
            let mut x = frame.left;
            while x < frame.right {
                sheet.line(&[(x, y), ((x + dash).min(frame.right), y)], colour, 1.0)?;
                x += 2.0 * dash;
            }
        }
        Ok(())
    }
}

/// Bins of the mean curve over so many dimensions: a hundred (docs/method.md, section 8) where each has twenty or
/// more, fewer else.
#[must_use]
pub fn bins(dimensions: usize) -> usize {
    (dimensions / 20).clamp(1, BINS)
}

/// The mean curve of points, with a dot for each bin.
fn draw_curve<B: DrawingBackend>(
    sheet: &Sheet<B>,
    frame: &Frame,
    (x, y): (&Vec<f64>, &Vec<f64>),
    colour: Rgb,
) -> Drawn<B::ErrorType> {
    if bins(x.len()) < 2 {
        return Ok(());
    }
    let positions: Vec<(f64, f64)> = quantile_curve(x, y, bins(x.len()))
        .into_iter()
        .map(|(x, y)| frame.to_pixels(x, y))
        .collect();
    sheet.line(&positions, colour, 2.0)?;
    for position in positions {
        sheet.disc(position, 2.4, colour, 1.0)?;
    }
    Ok(())
}

/// The value at shares of the width and height of a grid of [`CELLS`], between its cells.
fn between(grid: &[f64], across: f64, up: f64) -> f64 {
    let (columns, rows) = CELLS;
    let x = (across * columns as f64 - 0.5).clamp(0.0, (columns - 1) as f64);
    let y = (up * rows as f64 - 0.5).clamp(0.0, (rows - 1) as f64);
    let (column, row) = (x as usize, y as usize);
    let (next, above) = ((column + 1).min(columns - 1), (row + 1).min(rows - 1));
    let (dx, dy) = (x - column as f64, y - row as f64);
    let at = |row: usize, column: usize| grid[row * columns + column];
    let lower = at(row, column) * (1.0 - dx) + at(row, next) * dx;
    let upper = at(above, column) * (1.0 - dx) + at(above, next) * dx;
    lower * (1.0 - dy) + upper * dy
}
