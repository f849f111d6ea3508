//! The paper's figure: each dimension's universality against its alignment with a region, with the
//! mean curve and the marginal densities.

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::colour::Colouring;
use super::frame::{Frame, Range};
use super::theme::{Rgb, Theme};
use crate::math::density::density;
use crate::math::summary::quantile_curve;

/// Radius of a dot in CSS pixels, and how much it covers what lies below.
const RADIUS: f64 = 1.9;
const OPACITY: f32 = 0.55;
/// Points of a marginal density.
const DENSITY_POINTS: usize = 160;
/// Bins of the mean curve (METHOD 8).
const BINS: usize = 100;

/// What is drawn over the axes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
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
    /// All, in the order of a menu.
    pub const ALL: [Marks; 6] = [
        Marks::DotsAndMean,
        Marks::Dots,
        Marks::Mean,
        Marks::Density,
        Marks::DepthCurves,
        Marks::RankGroups,
    ];

    /// What a person calls it.
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

/// A scatter ready to be drawn at any size.
pub struct Scatter<'a> {
    /// Universality, one a dimension.
    pub x: &'a [f64],
    /// Alignment, one a dimension; empty where there is no brain.
    pub y: &'a [f64],
    /// Colours of the dots.
    pub colouring: &'a Colouring,
    /// What is drawn.
    pub marks: Marks,
    /// Label below.
    pub x_label: String,
    /// Label to the left.
    pub y_label: String,
    /// Colours of everything else.
    pub theme: &'a Theme,
}

type Drawn<E> = Result<(), DrawingAreaErrorKind<E>>;

impl Scatter<'_> {
    /// The frame of this scatter on a canvas of a size in CSS pixels.
    #[must_use]
    pub fn frame(&self, width: f64, height: f64, scale: f64) -> Frame {
        Frame::new(
            width,
            height,
            scale,
            Range::of_scores(self.x),
            Range::of_scores(self.y),
        )
    }

    /// Grid, ticks, labels and marginal densities: what lies below the dots.
    ///
    /// # Errors
    /// What the backend says.
    pub fn draw_below<B: DrawingBackend>(
        &self,
        root: &DrawingArea<B, Shift>,
        frame: &Frame,
    ) -> Drawn<B::ErrorType> {
        let grid =
            ShapeStyle::from(RGBColor::from(self.theme.line)).stroke_width(line_width(frame, 1.0));
        for tick in frame.x.ticks(0.2) {
            let (x, _) = frame.to_pixels(tick, 0.0);
            root.draw(&PathElement::new(
                vec![pixel(x, frame.top), pixel(x, frame.bottom)],
                grid,
            ))?;
            self.text(
                root,
                frame,
                &label(tick),
                (x, frame.bottom + 9.0 * frame.scale),
                Pos::new(HPos::Center, VPos::Top),
            )?;
        }
        for tick in frame.y.ticks(0.2) {
            let (_, y) = frame.to_pixels(0.0, tick);
            root.draw(&PathElement::new(
                vec![pixel(frame.left, y), pixel(frame.right, y)],
                grid,
            ))?;
            self.text(
                root,
                frame,
                &label(tick),
                (frame.left - 9.0 * frame.scale, y),
                Pos::new(HPos::Right, VPos::Center),
            )?;
        }
        self.draw_labels(root, frame)?;
        self.draw_densities(root, frame)
    }

    fn draw_labels<B: DrawingBackend>(
        &self,
        root: &DrawingArea<B, Shift>,
        frame: &Frame,
    ) -> Drawn<B::ErrorType> {
        let style = self.font(frame, 13.0, self.theme.ink);
        let middle = (frame.left + frame.right) / 2.0;
        let below = f64::from(frame.size.1) - 6.0 * frame.scale;
        root.draw_text(
            &self.x_label,
            &style.pos(Pos::new(HPos::Center, VPos::Bottom)),
            pixel(middle, below),
        )?;
        let style = self
            .font(frame, 13.0, self.theme.ink)
            .transform(FontTransform::Rotate270)
            .pos(Pos::new(HPos::Center, VPos::Top));
        let middle = (frame.top + frame.bottom) / 2.0;
        root.draw_text(&self.y_label, &style, pixel(3.0 * frame.scale, middle))
    }

    fn draw_densities<B: DrawingBackend>(
        &self,
        root: &DrawingArea<B, Shift>,
        frame: &Frame,
    ) -> Drawn<B::ErrorType> {
        let style = RGBColor::from(self.theme.soft).mix(0.22).filled();
        let gap = 4.0 * frame.scale;
        let above = density(self.x, frame.x.from, frame.x.to, DENSITY_POINTS);
        let height = frame.top - gap - 2.0 * frame.scale;
        let step = (frame.right - frame.left) / (DENSITY_POINTS - 1) as f64;
        root.draw(&hill(
            &above,
            height,
            |along, up| pixel(frame.left + along * step, frame.top - gap - up),
            style,
        ))?;
        let beside = density(self.y, frame.y.from, frame.y.to, DENSITY_POINTS);
        let width = f64::from(frame.size.0) - frame.right - gap - 2.0 * frame.scale;
        let step = (frame.bottom - frame.top) / (DENSITY_POINTS - 1) as f64;
        root.draw(&hill(
            &beside,
            width,
            |along, up| pixel(frame.right + gap + up, frame.bottom - along * step),
            style,
        ))
    }

    /// The mean curve: what lies above the dots.
    ///
    /// # Errors
    /// What the backend says.
    pub fn draw_above<B: DrawingBackend>(
        &self,
        root: &DrawingArea<B, Shift>,
        frame: &Frame,
    ) -> Drawn<B::ErrorType> {
        if self.marks == Marks::Dots || bins(self.x.len()) < 2 {
            return Ok(());
        }
        let points: Vec<(i32, i32)> = quantile_curve(self.x, self.y, bins(self.x.len()))
            .into_iter()
            .map(|(x, y)| {
                let (x, y) = frame.to_pixels(x, y);
                pixel(x, y)
            })
            .collect();
        let accent = RGBColor::from(self.theme.accent);
        let dots = points.clone();
        root.draw(&PathElement::new(
            points,
            ShapeStyle::from(accent).stroke_width(line_width(frame, 2.0)),
        ))?;
        for dot in dots {
            root.draw(&Circle::new(
                dot,
                (2.4 * frame.scale).round() as i32,
                accent.filled(),
            ))?;
        }
        Ok(())
    }

    /// Every dot, for a canvas: pixels of the plotting area (rows from the top, RGBA, not
    /// premultiplied), with its width and height. One image is over ten times faster than circles.
    #[must_use]
    pub fn dots(&self, frame: &Frame) -> (Vec<u8>, u32, u32) {
        let (left, top) = (frame.left.floor(), frame.top.floor());
        let width = (frame.right - left).ceil().max(1.0) as usize;
        let height = (frame.bottom - top).ceil().max(1.0) as usize;
        let mut image = Raster::new(width, height);
        if self.marks != Marks::Mean {
            for ((&x, &y), &colour) in self.x.iter().zip(self.y).zip(&self.colouring.rows) {
                if x.is_finite() && y.is_finite() {
                    let (x, y) = frame.to_pixels(x, y);
                    image.disc(x - left, y - top, RADIUS * frame.scale, colour);
                }
            }
        }
        (image.into_bytes(), width as u32, height as u32)
    }

    /// Every dot as a circle, for drawings that are no raster.
    ///
    /// # Errors
    /// What the backend says.
    pub fn draw_dots<B: DrawingBackend>(
        &self,
        root: &DrawingArea<B, Shift>,
        frame: &Frame,
    ) -> Drawn<B::ErrorType> {
        if self.marks == Marks::Mean {
            return Ok(());
        }
        for ((&x, &y), &colour) in self.x.iter().zip(self.y).zip(&self.colouring.rows) {
            if x.is_finite() && y.is_finite() {
                let (x, y) = frame.to_pixels(x, y);
                let style = RGBColor::from(colour).mix(f64::from(OPACITY)).filled();
                root.draw(&Circle::new(
                    pixel(x, y),
                    (RADIUS * frame.scale).round() as i32,
                    style,
                ))?;
            }
        }
        Ok(())
    }

    fn font<'b>(&self, frame: &Frame, size: f64, colour: Rgb) -> TextStyle<'b> {
        ("sans-serif", size * frame.scale)
            .into_font()
            .color(&RGBColor::from(colour))
    }

    fn text<B: DrawingBackend>(
        &self,
        root: &DrawingArea<B, Shift>,
        frame: &Frame,
        text: &str,
        at: (f64, f64),
        pos: Pos,
    ) -> Drawn<B::ErrorType> {
        let style = self.font(frame, 12.0, self.theme.soft).pos(pos);
        root.draw_text(text, &style, pixel(at.0, at.1))
    }
}

/// Bins of the mean curve over so many dimensions: a hundred (METHOD 8) where each has twenty or
/// more, fewer else.
#[must_use]
pub fn bins(dimensions: usize) -> usize {
    (dimensions / 20).clamp(1, BINS)
}

fn pixel(x: f64, y: f64) -> (i32, i32) {
    (x.round() as i32, y.round() as i32)
}

fn line_width(frame: &Frame, css: f64) -> u32 {
    (css * frame.scale).round().max(1.0) as u32
}

/// One decimal, and no minus before zero.
fn label(tick: f64) -> String {
    format!("{:.1}", if tick.abs() < 1e-9 { 0.0 } else { tick })
}

/// A density as a filled shape; `place` maps steps along the axis and height above it to pixels.
fn hill(
    density: &[f64],
    height: f64,
    place: impl Fn(f64, f64) -> (i32, i32),
    style: ShapeStyle,
) -> Polygon<(i32, i32)> {
    let highest = density.iter().copied().fold(0.0, f64::max);
    let mut outline = Vec::with_capacity(density.len() + 2);
    if highest > 0.0 {
        outline.push(place(0.0, 0.0));
        outline.extend(
            density
                .iter()
                .enumerate()
                .map(|(i, value)| place(i as f64, value / highest * height)),
        );
        outline.push(place((density.len() - 1) as f64, 0.0));
    }
    Polygon::new(outline, style)
}

/// An image onto which discs are laid, each over what is there.
struct Raster {
    width: usize,
    height: usize,
    /// Colour times coverage, and coverage.
    pixels: Vec<[f32; 4]>,
}

impl Raster {
    fn new(width: usize, height: usize) -> Self {
        Self {
            width,
            height,
            pixels: vec![[0.0; 4]; width * height],
        }
    }

    fn disc(&mut self, x: f64, y: f64, radius: f64, colour: Rgb) {
        let reach = radius + 1.0;
        let columns =
            (x - reach).max(0.0) as usize..((x + reach).max(0.0) as usize + 1).min(self.width);
        let rows =
            (y - reach).max(0.0) as usize..((y + reach).max(0.0) as usize + 1).min(self.height);
        let colour = [colour.0, colour.1, colour.2].map(f32::from);
        for row in rows {
            for column in columns.clone() {
                let distance = (column as f64 + 0.5 - x).hypot(row as f64 + 0.5 - y);
                let cover = OPACITY * (radius + 0.5 - distance).clamp(0.0, 1.0) as f32;
                if cover > 0.0 {
                    let pixel = &mut self.pixels[row * self.width + column];
                    for (channel, value) in pixel.iter_mut().zip(colour.into_iter().chain([1.0])) {
                        *channel = *channel * (1.0 - cover) + value * cover;
                    }
                }
            }
        }
    }

    fn into_bytes(self) -> Vec<u8> {
        self.pixels
            .iter()
            .flat_map(|&[r, g, b, cover]| {
                let scale = if cover > 0.0 { 1.0 / cover } else { 0.0 };
                [r * scale, g * scale, b * scale, cover * 255.0]
                    .map(|channel| channel.round() as u8)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::colour::Legend;
    use super::*;

    fn colouring(count: usize) -> Colouring {
        Colouring {
            rows: vec![Rgb(10, 20, 30); count],
            legend: Legend::Groups(Vec::new()),
        }
    }

    fn scatter<'a>(x: &'a [f64], y: &'a [f64], colouring: &'a Colouring) -> Scatter<'a> {
        Scatter {
            x,
            y,
            colouring,
            marks: Marks::DotsAndMean,
            x_label: "across".into(),
            y_label: "upwards".into(),
            theme: &Theme::LIGHT,
        }
    }

    #[test]
    fn the_figure_draws_axes_dots_curve_and_densities() {
        let x: Vec<f64> = (0..200).map(|i| f64::from(i) / 250.0).collect();
        let colours = colouring(x.len());
        let figure = scatter(&x, &x, &colours);
        let frame = figure.frame(620.0, 520.0, 1.0);
        let mut svg = String::new();
        {
            let root = SVGBackend::with_string(&mut svg, frame.size).into_drawing_area();
            figure.draw_below(&root, &frame).expect("draws");
            figure.draw_dots(&root, &frame).expect("draws");
            figure.draw_above(&root, &frame).expect("draws");
        }
        assert_eq!(svg.matches("<circle").count(), 200 + 10);
        assert_eq!(svg.matches("<polygon").count(), 2);
        assert_eq!(svg.matches("<text").count(), 7 + 7 + 2);
        assert!(svg.contains("across") && svg.contains("upwards"));
    }

    #[test]
    fn undefined_scores_are_not_drawn_and_no_data_is_no_panic() {
        let (x, y) = ([0.5, f64::NAN], [f64::NAN, 0.5]);
        let colours = colouring(2);
        let figure = scatter(&x, &y, &colours);
        let (pixels, width, height) = figure.dots(&figure.frame(300.0, 300.0, 1.0));
        assert_eq!(pixels.len(), (width * height * 4) as usize);
        assert!(pixels.iter().all(|&byte| byte == 0));
        let none = colouring(0);
        let empty = scatter(&[], &[], &none);
        let frame = empty.frame(300.0, 300.0, 2.0);
        let mut svg = String::new();
        let root = SVGBackend::with_string(&mut svg, frame.size).into_drawing_area();
        empty.draw_below(&root, &frame).expect("draws");
        empty.draw_above(&root, &frame).expect("draws");
    }

    #[test]
    fn dots_lie_where_the_frame_says() {
        let (x, y) = ([0.5], [0.25]);
        let colours = colouring(1);
        let figure = scatter(&x, &y, &colours);
        let frame = figure.frame(400.0, 400.0, 2.0);
        let (pixels, width, _) = figure.dots(&frame);
        let (px, py) = frame.to_pixels(0.5, 0.25);
        let (column, row) = (
            (px - frame.left.floor()) as usize,
            (py - frame.top.floor()) as usize,
        );
        let at = 4 * (row * width as usize + column);
        assert_eq!(pixels[at..at + 3], [10, 20, 30]);
        assert!(pixels[at + 3] > 120);
    }
}
