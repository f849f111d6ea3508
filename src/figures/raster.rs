//! Dots and colour fields as one image: over ten times faster than a circle each.

use super::frame::Frame;
use super::sheet::Image;
use super::theme::Rgb;

/// How much a dot covers what lies below.
pub const OPACITY: f32 = 0.55;

/// An image onto which discs are laid, each over what is there.
pub struct Raster {
    left: f64,
    top: f64,
    width: usize,
    height: usize,
    /// Colour times coverage, and coverage.
    pixels: Vec<[f32; 4]>,
}

impl Raster {
    /// An empty image over a plotting area.
    #[must_use]
    pub fn over(frame: &Frame) -> Self {
        let (left, top) = (frame.left.floor(), frame.top.floor());
        let width = (frame.right - left).ceil().max(1.0) as usize;
        let height = (frame.bottom - top).ceil().max(1.0) as usize;
        Self {
            left,
            top,
            width,
            height,
            pixels: vec![[0.0; 4]; width * height],
        }
    }

    /// Lays a disc over; position and radius in device pixels of the whole figure.
    pub fn disc(&mut self, x: f64, y: f64, radius: f64, colour: Rgb) {
        let (x, y) = (x - self.left, y - self.top);
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

    /// The image.
    #[must_use]
    pub fn into_image(self) -> Image {
        let pixels = self
            .pixels
            .iter()
            .flat_map(|&[r, g, b, cover]| {
                let scale = if cover > 0.0 { 1.0 / cover } else { 0.0 };
                [r * scale, g * scale, b * scale, cover * 255.0]
                    .map(|channel| channel.round() as u8)
            })
            .collect();
        Image {
            pixels,
            width: self.width as u32,
            height: self.height as u32,
            left: self.left,
            top: self.top,
        }
    }
}

/// An image over a plotting area, each pixel coloured by its position in device pixels of the figure.
#[must_use]
pub fn field(frame: &Frame, colour: impl Fn(f64, f64) -> Option<Rgb>) -> Image {
    let (left, top) = (frame.left.floor(), frame.top.floor());
    let width = (frame.right - left).ceil().max(1.0) as u32;
    let height = (frame.bottom - top).ceil().max(1.0) as u32;
    let mut pixels = Vec::with_capacity((width * height * 4) as usize);
    for row in 0..height {
        for column in 0..width {
            let at = (left + f64::from(column) + 0.5, top + f64::from(row) + 0.5);
            pixels.extend(match colour(at.0, at.1) {
                Some(Rgb(r, g, b)) => [r, g, b, 255],
                None => [0; 4],
            });
        }
    }
    Image {
        pixels,
        width,
        height,
        left,
        top,
    }
}
