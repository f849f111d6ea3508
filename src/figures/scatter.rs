//! The paper's figure: each dimension's universality against its alignment with a region, whole or in
//! small multiples, as dots, densities or mean curves, with marginal densities and the lines of
//! chance.

use plotters::prelude::DrawingBackend;
use strum::VariantArray;

use super::axes::Axes;
use super::colour::{Colouring, scale};
use super::frame::{Area, Frame, Range};
use super::raster::{OPACITY, Raster, field};
use super::sheet::{Anchor, Drawn, Figure, Sheet};
use super::theme::Rgb;
use crate::math::density::{density, density_on_plane};
use crate::math::summary::quantile_curve;

/// Radius of a dot in CSS pixels.
const RADIUS: f64 = 1.9;
/// Points of a marginal density.
const DENSITY_POINTS: usize = 160;
/// Bins of the mean curve (METHOD 8).
const BINS: usize = 100;
/// Bins of relative depth (METHOD 9).
const DEPTHS: usize = 20;
/// Columns and rows of cells of a density, and the powers of ten that its colours span (docs/method.md, section 9).
const CELLS: (usize, usize) = (150, 130);
const DECADES: (f64, f64) = (-2.0, 1.0);
/// Width of a panel of several at least, in CSS pixels.
const PANEL: f64 = 210.0;

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

    fn draw_panel<B: DrawingBackend>(
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
    fn by_depth(&self, panel: &Panel) -> Vec<(Rgb, Points)> {
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

    /// Densities of both scores beside the plotting area: of all, or of each bin of depth.
    fn draw_margins<B: DrawingBackend>(
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

/// Bins of the mean curve over so many dimensions: a hundred (METHOD 8) where each has twenty or
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

#[cfg(test)]
mod tests {
    use super::super::colour::Legend;
    use super::super::sheet::svg;
    use super::*;

    fn colouring(count: usize) -> Colouring {
        Colouring {
            rows: vec![Rgb(10, 20, 30); count],
            legend: Legend::Groups(Vec::new()),
        }
    }

    fn whole(y: &[f64]) -> Panel {
        Panel {
            title: "all".into(),
            rows: (0..y.len() as u32).collect(),
            y: y.to_vec(),
        }
    }

    fn scatter<'a>(x: &'a [f64], panel: &'a Panel, colouring: &'a Colouring) -> Scatter<'a> {
        Scatter {
            x,
            panels: std::slice::from_ref(panel),
            colouring,
            depths: &[],
            marks: Marks::DotsAndMean,
            x_label: "across".into(),
            y_label: "up the side".into(),
            chance: (None, None),
        }
    }

    #[test]
    fn the_figure_draws_axes_dots_curve_and_densities() {
        let x: Vec<f64> = (0..200).map(|i| f64::from(i) / 250.0).collect();
        let colours = colouring(x.len());
        let panel = whole(&x);
        let mut figure = scatter(&x, &panel, &colours);
        let drawn = svg(&figure, 620.0);
        assert_eq!(drawn.matches("<circle").count(), 200 + 10);
        // the background and two densities
        assert_eq!(drawn.matches("<polygon").count(), 3);
        assert_eq!(drawn.matches("<text").count(), 7 + 7 + 2);
        assert!(drawn.contains("across") && drawn.contains("up the side"));
        figure.chance = (Some(0.3), Some(0.2));
        let lines = |drawn: &str| drawn.matches("<polyline").count();
        assert!(lines(&svg(&figure, 620.0)) > lines(&drawn) + 50);
        figure.marks = Marks::DepthCurves;
        assert_eq!(svg(&figure, 620.0).matches("<circle").count(), 10);
        let wavy: Vec<f64> = x.iter().map(|x| x + 0.1 * (40.0 * x).sin()).collect();
        let panel = whole(&wavy);
        let mut figure = scatter(&x, &panel, &colours);
        figure.marks = Marks::Density;
        assert_eq!(svg(&figure, 620.0).matches("<image").count(), 1);
    }

    #[test]
    fn panels_share_their_axes_and_have_their_titles() {
        let x: Vec<f64> = (0..80).map(|i| f64::from(i) / 100.0).collect();
        let colours = colouring(x.len());
        let panel = whole(&x);
        let mut figure = scatter(&x, &panel, &colours);
        let panels: Vec<Panel> = (0..5)
            .map(|panel| Panel {
                title: format!("panel {panel}"),
                rows: (panel * 16..(panel + 1) * 16).collect(),
                y: x.clone(),
            })
            .collect();
        figure.panels = &panels;
        figure.marks = Marks::Dots;
        let drawn = svg(&figure, 700.0);
        assert!((0..5).all(|panel| drawn.contains(&format!("panel {panel}"))));
        assert_eq!(drawn.matches("<circle").count(), 80);
        let frames = figure.frames(700.0, 2.0);
        assert_eq!(frames.len(), 5);
        let at = figure.position_of(&frames, 40).expect("drawn");
        assert!(frames[2].contains(at));
        assert_eq!(figure.row_at(&frames, (at.0 + 1.0, at.1), 10.0), Some(40));
        assert_eq!(figure.row_at(&frames, (0.0, 0.0), 10.0), None);
    }

    #[test]
    fn undefined_scores_are_not_drawn_and_no_data_is_no_panic() {
        let (x, y) = ([0.5, f64::NAN], [f64::NAN, 0.5]);
        let colours = colouring(2);
        let panel = whole(&y);
        let mut figure = scatter(&x, &panel, &colours);
        for &marks in Marks::VARIANTS {
            figure.marks = marks;
            assert_eq!(svg(&figure, 300.0).matches("<circle").count(), 0);
        }
        let none = colouring(0);
        assert!(svg(&scatter(&[], &whole(&[]), &none), 300.0).contains("across"));
    }

    #[test]
    fn dots_lie_where_the_frame_says() {
        let (x, y) = ([0.5], [0.25]);
        let colours = colouring(1);
        let panel = whole(&y);
        let figure = scatter(&x, &panel, &colours);
        let frame = figure.frames(400.0, 2.0)[0];
        let mut image = Raster::over(&frame);
        let (px, py) = frame.to_pixels(0.5, 0.25);
        image.disc(px, py, 4.0, Rgb(10, 20, 30));
        let image = image.into_image();
        let (column, row) = ((px - image.left) as usize, (py - image.top) as usize);
        let at = 4 * (row * image.width as usize + column);
        assert_eq!(image.pixels[at..at + 3], [10, 20, 30]);
        assert!(image.pixels[at + 3] > 100);
    }
}
