//! Stimuli on a plane.

use plotters::prelude::DrawingBackend;

use super::table::ImageMapTable;
use crate::figures::colour::group_colours;
use crate::figures::frame::{Area, Frame, Range};
use crate::figures::sheet::{Drawn, Figure, Sheet};
use crate::figures::theme::{Rgb, Theme};

/// A map ready to be drawn.
pub struct StimulusMap<'a> {
    /// What is drawn.
    pub table: &'a ImageMapTable,
    /// Colour of each stimulus.
    pub colours: Vec<Rgb>,
    /// Thumbnails are laid over it: no dots.
    pub has_pictures: bool,
}

/// A colour for each stimulus by its category, and what the colours mean; one for all where there
/// are no categories.
#[must_use]
pub fn category_colours(table: &ImageMapTable, theme: &Theme) -> (Vec<Rgb>, Vec<(String, Rgb)>) {
    let Some(categories) = &table.categories else {
        return (vec![theme.groups[0]; table.stimuli.len()], Vec::new());
    };
    let mut names: Vec<&String> = Vec::new();
    for category in categories {
        if !names.contains(&category) {
            names.push(category);
        }
    }
    let colours = group_colours(&names, theme);
    let of = |category: &String| {
        let index = names.iter().position(|name| *name == category);
        index.map_or(theme.groups[0], |index| colours[index])
    };
    (
        categories.iter().map(of).collect(),
        names
            .iter()
            .map(|name| (*name).clone())
            .zip(colours.iter().copied())
            .collect(),
    )
}

/// CSS pixels around the map, for thumbnails at its edge.
const MARGIN: f64 = 26.0;

impl StimulusMap<'_> {
    /// The plotting area on a sheet of this width in CSS pixels. Both axes have one scale: a
    /// distance is a distance whichever way it goes.
    #[must_use]
    pub fn frame(&self, width: f64, scale: f64) -> Frame {
        let area = Area {
            left: MARGIN,
            top: MARGIN,
            width: width - 2.0 * MARGIN,
            height: self.height(width) - 2.0 * MARGIN,
        };
        let mut x = Range::around(self.table.positions.iter().map(|position| position.0));
        let mut y = Range::around(self.table.positions.iter().map(|position| position.1));
        let unit = ((x.to - x.from) / area.width).max((y.to - y.from) / area.height);
        let widen = |range: &mut Range, length: f64| {
            let more = (unit * length - (range.to - range.from)) / 2.0;
            range.from -= more;
            range.to += more;
        };
        widen(&mut x, area.width);
        widen(&mut y, area.height);
        Frame::at(area, scale, x, y)
    }

    /// The stimulus nearest to a position in device pixels, within reach.
    #[must_use]
    pub fn stimulus_at(&self, frame: &Frame, at: (f64, f64), reach: f64) -> Option<usize> {
        let (x, y): (Vec<f64>, Vec<f64>) = self.table.positions.iter().copied().unzip();
        frame.nearest(&x, &y, at, reach)
    }
}

impl Figure for StimulusMap<'_> {
    fn height(&self, width: f64) -> f64 {
        (width * 0.8).clamp(280.0, 640.0)
    }

    fn draw<B: DrawingBackend>(&self, sheet: &mut Sheet<B>) -> Drawn<B::ErrorType> {
        if self.has_pictures {
            return Ok(());
        }
        let frame = self.frame(sheet.size.0 / sheet.scale, sheet.scale);
        for (position, colour) in self.table.positions.iter().zip(&self.colours) {
            sheet.disc(frame.to_pixels(position.0, position.1), 5.0, *colour, 0.8)?;
        }
        Ok(())
    }
}
