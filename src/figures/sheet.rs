//! What figures are drawn on: a plotters backend, with an image laid over it where there are too many
//! dots for circles.

use plotters::coord::Shift;
use plotters::element::{Drawable, PointCollection};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters_backend::{BackendCoord, DrawingErrorKind};

use super::theme::{Rgb, Theme};

/// The result of drawing.
pub type Drawn<E> = Result<(), DrawingAreaErrorKind<E>>;

/// A figure that draws itself at any width.
pub trait Figure {
    /// Its height at a width, both in CSS pixels.
    fn height(&self, width: f64) -> f64;

    /// Draws it.
    ///
    /// # Errors
    /// What the backend says.
    fn draw<B: DrawingBackend>(&self, sheet: &mut Sheet<B>) -> Drawn<B::ErrorType>;
}

/// An image in device pixels, rows from the top, RGBA, not premultiplied.
pub struct Image {
    /// Four bytes a pixel.
    pub pixels: Vec<u8>,
    /// Pixels a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Where its left edge lies.
    pub left: f64,
    /// Where its upper edge lies.
    pub top: f64,
}

/// Lays images over what is drawn, where the backend cannot.
pub type LayImage<'a> = &'a mut dyn FnMut(&Image);

/// Which way a text goes from its position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// Below, in the middle.
    Below,
    /// Above, in the middle.
    Above,
    /// To the left, half way up.
    Left,
    /// To the right, half way up.
    Right,
}

impl Anchor {
    fn pos(self) -> Pos {
        match self {
            Anchor::Below => Pos::new(HPos::Center, VPos::Top),
            Anchor::Above => Pos::new(HPos::Center, VPos::Bottom),
            Anchor::Left => Pos::new(HPos::Right, VPos::Center),
            Anchor::Right => Pos::new(HPos::Left, VPos::Center),
        }
    }
}

/// A backend with its size and colours. Positions and lengths are in device pixels unless they say
/// otherwise.
pub struct Sheet<'a, B: DrawingBackend> {
    area: DrawingArea<B, Shift>,
    /// Width and height.
    pub size: (f64, f64),
    /// Device pixels a CSS pixel; fonts and dots grow alike.
    pub scale: f64,
    /// Colours.
    pub theme: &'a Theme,
    lay: Option<LayImage<'a>>,
}

impl<'a, B: DrawingBackend> Sheet<'a, B> {
    /// A sheet on a backend. `lay` lays images over it; without, they go through the backend.
    pub fn new(backend: B, scale: f64, theme: &'a Theme, lay: Option<LayImage<'a>>) -> Self {
        let area = backend.into_drawing_area();
        let (width, height) = area.dim_in_pixel();
        Self {
            area,
            size: (f64::from(width), f64::from(height)),
            scale,
            theme,
            lay,
        }
    }

    /// Whether dots stay circles: a drawing that others edit.
    #[must_use]
    pub fn is_vector(&self) -> bool {
        self.lay.is_none()
    }

    /// A line through positions; `width` in CSS pixels.
    ///
    /// # Errors
    /// What the backend says.
    pub fn line(&self, positions: &[(f64, f64)], colour: Rgb, width: f64) -> Drawn<B::ErrorType> {
        let width = (width * self.scale).round().max(1.0) as u32;
        let style = ShapeStyle::from(RGBColor::from(colour)).stroke_width(width);
        self.area.draw(&PathElement::new(pixels(positions), style))
    }

    /// A filled shape.
    ///
    /// # Errors
    /// What the backend says.
    pub fn shape(
        &self,
        positions: &[(f64, f64)],
        colour: Rgb,
        opacity: f64,
    ) -> Drawn<B::ErrorType> {
        let style = RGBColor::from(colour).mix(opacity).filled();
        self.area.draw(&Polygon::new(pixels(positions), style))
    }

    /// A disc; `radius` in CSS pixels.
    ///
    /// # Errors
    /// What the backend says.
    pub fn disc(
        &self,
        at: (f64, f64),
        radius: f64,
        colour: Rgb,
        opacity: f64,
    ) -> Drawn<B::ErrorType> {
        let style = RGBColor::from(colour).mix(opacity).filled();
        let radius = (radius * self.scale).round() as i32;
        self.area.draw(&Circle::new(pixel(at), radius, style))
    }

    /// A text; `size` in CSS pixels.
    ///
    /// # Errors
    /// What the backend says.
    pub fn text(
        &self,
        text: &str,
        at: (f64, f64),
        anchor: Anchor,
        size: f64,
        colour: Rgb,
    ) -> Drawn<B::ErrorType> {
        let style = self.font(size, colour).pos(anchor.pos());
        self.area.draw_text(text, &style, pixel(at))
    }

    /// A text that reads upwards, its upper edge to the left.
    ///
    /// # Errors
    /// What the backend says.
    pub fn upright_text(
        &self,
        text: &str,
        at: (f64, f64),
        anchor: Anchor,
        size: f64,
        colour: Rgb,
    ) -> Drawn<B::ErrorType> {
        let style = self
            .font(size, colour)
            .transform(FontTransform::Rotate270)
            .pos(anchor.pos());
        self.area.draw_text(text, &style, pixel(at))
    }

    fn font<'b>(&self, size: f64, colour: Rgb) -> TextStyle<'b> {
        (FontFamily::SansSerif, size * self.scale)
            .into_font()
            .color(&RGBColor::from(colour))
    }

    /// An image over what is drawn.
    ///
    /// # Errors
    /// What the backend says.
    pub fn image(&mut self, image: &Image) -> Drawn<B::ErrorType> {
        if let Some(lay) = &mut self.lay {
            lay(image);
            return Ok(());
        }
        let Rgb(red, green, blue) = self.theme.background;
        let solid: Vec<u8> = image
            .pixels
            .as_chunks::<4>()
            .0
            .iter()
            .flat_map(|&[r, g, b, cover]| {
                let over = |above: u8, below: u8| {
                    let cover = u32::from(cover);
                    ((u32::from(above) * cover + u32::from(below) * (255 - cover)) / 255) as u8
                };
                [over(r, red), over(g, green), over(b, blue)]
            })
            .collect();
        self.area.draw(&Bitmap {
            at: pixel((image.left, image.top)),
            size: (image.width, image.height),
            pixels: solid,
        })
    }
}

/// An image as plotters draws one; its own element needs the whole bitmap backend.
struct Bitmap {
    at: (i32, i32),
    size: (u32, u32),
    /// RGB.
    pixels: Vec<u8>,
}

impl<'a> PointCollection<'a, (i32, i32)> for &'a Bitmap {
    type Point = &'a (i32, i32);
    type IntoIter = std::iter::Once<&'a (i32, i32)>;

    fn point_iter(self) -> Self::IntoIter {
        std::iter::once(&self.at)
    }
}

impl<B: DrawingBackend> Drawable<B> for Bitmap {
    fn draw<I: Iterator<Item = BackendCoord>>(
        &self,
        points: I,
        backend: &mut B,
        _: (u32, u32),
    ) -> Result<(), DrawingErrorKind<B::ErrorType>> {
        for point in points {
            backend.blit_bitmap(point, self.size, &self.pixels)?;
        }
        Ok(())
    }
}

fn pixel((x, y): (f64, f64)) -> (i32, i32) {
    (x.round() as i32, y.round() as i32)
}

fn pixels(positions: &[(f64, f64)]) -> Vec<(i32, i32)> {
    positions.iter().copied().map(pixel).collect()
}

/// A figure as SVG, `width` in CSS pixels. Nothing if it cannot be drawn, which has not been seen.
#[must_use]
pub fn svg(figure: &impl Figure, width: f64) -> String {
    let mut text = String::new();
    let size = (width.round() as u32, figure.height(width).round() as u32);
    let drawn = {
        let backend = SVGBackend::with_string(&mut text, size);
        let mut sheet = Sheet::new(backend, 1.0, &Theme::LIGHT, None);
        let (width, height) = sheet.size;
        let corners = [(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)];
        sheet
            .shape(&corners, Theme::LIGHT.background, 1.0)
            .and_then(|()| figure.draw(&mut sheet))
    };
    if drawn.is_ok() { text } else { String::new() }
}
