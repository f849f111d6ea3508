//! Matrices as colours: RDMs side by side, and how well networks predict each other.

use plotters::prelude::DrawingBackend;

use super::colour::scale;
use super::frame::{Area, Frame, Range};
use super::raster::field;
use super::sheet::{Anchor, Drawn, Figure, Sheet};

/// A matrix, row by row, as shares of the colour scale; NaN is left blank.
pub struct Heatmap {
    /// Above it.
    pub title: String,
    /// Below it.
    pub caption: String,
    /// Cells a row.
    pub columns: usize,
    /// Shares in [0, 1].
    pub shares: Vec<f64>,
}

/// Heatmaps side by side, on one scale.
pub struct Heatmaps {
    /// The matrices.
    pub maps: Vec<Heatmap>,
    /// Names of rows, and of columns, where there is room for them.
    pub names: Option<(Vec<String>, Vec<String>)>,
}

/// CSS pixels for the names of rows.
const NAMES: f64 = 180.0;
/// CSS pixels above a map, below it, and between two.
const ABOVE: f64 = 26.0;
const BELOW: f64 = 26.0;
const GAP: f64 = 18.0;
/// Width of a character as a share of its size, in the widest of the usual fonts.
const CHARACTER: f64 = 0.64;
/// CSS pixels between names and a map, and around both.
const BESIDE: f64 = 6.0;
/// A map of several is at least as wide, in CSS pixels.
const LEAST: f64 = 180.0;

impl Heatmaps {
    /// The area of each map on a sheet of this width in CSS pixels.
    #[must_use]
    pub fn frames(&self, width: f64, scale: f64) -> Vec<Frame> {
        let names = if self.names.is_some() {
            NAMES.min(width * 0.34)
        } else {
            0.0
        };
        let count = self.maps.len().max(1);
        let columns = (((width - names + GAP) / (LEAST + GAP)) as usize).clamp(1, count);
        let side = (width - names - GAP * (columns - 1) as f64) / columns as f64;
        // the names of columns stand upright above: as much room as they need
        let above = self.names.as_ref().map_or(ABOVE, |(_, columns)| {
            let longest = columns.iter().map(|name| name.chars().count()).max();
            (2.0 * BESIDE + 12.0 * CHARACTER * longest.unwrap_or(0) as f64)
                .clamp(ABOVE, names.max(ABOVE))
        });
        let unit = Range { from: 0.0, to: 1.0 };
        self.maps
            .iter()
            .enumerate()
            .map(|(index, map)| {
                let rows = map.shares.len() / map.columns.max(1);
                let tall = side * rows as f64 / map.columns.max(1) as f64;
                let at = Area {
                    left: names + (index % columns) as f64 * (side + GAP),
                    top: (index / columns) as f64 * (side + ABOVE + BELOW) + above,
                    width: side,
                    height: tall,
                };
                Frame::at(at, scale, unit, unit)
            })
            .collect()
    }

    /// The map, row and column under a position in device pixels.
    #[must_use]
    pub fn cell_at(&self, frames: &[Frame], at: (f64, f64)) -> Option<(usize, usize, usize)> {
        let index = frames.iter().position(|frame| frame.contains(at))?;
        let (map, frame) = (self.maps.get(index)?, &frames[index]);
        let rows = map.shares.len() / map.columns.max(1);
        let share = |value: f64, from: f64, to: f64, count: usize| {
            (((value - from) / (to - from) * count as f64) as usize).min(count.saturating_sub(1))
        };
        Some((
            index,
            share(at.1, frame.top, frame.bottom, rows),
            share(at.0, frame.left, frame.right, map.columns),
        ))
    }

    fn draw_names<B: DrawingBackend>(
        &self,
        sheet: &Sheet<B>,
        frame: &Frame,
        (rows, columns): (&[String], &[String]),
    ) -> Drawn<B::ErrorType> {
        let size = |count: usize, length: f64| (length / sheet.scale / count as f64).min(12.0);
        let gap = BESIDE * sheet.scale;
        let ink = sheet.theme.soft;
        let (tall, wide) = (
            (frame.bottom - frame.top) / rows.len().max(1) as f64,
            (frame.right - frame.left) / columns.len().max(1) as f64,
        );
        let size = size(rows.len(), frame.bottom - frame.top).max(6.0);
        let room = frame.left / sheet.scale - 2.0 * BESIDE;
        let most = (room / (size * CHARACTER)).max(4.0) as usize;
        for (row, name) in rows.iter().enumerate() {
            let at = (frame.left - gap, frame.top + (row as f64 + 0.5) * tall);
            sheet.text(&shortened(name, most), at, Anchor::Left, size, ink)?;
        }
        for (column, name) in columns.iter().enumerate() {
            let at = (frame.left + (column as f64 + 0.5) * wide, frame.top - gap);
            sheet.upright_text(&shortened(name, most), at, Anchor::Right, size, ink)?;
        }
        Ok(())
    }
}

/// A name in so many characters: names of one family differ at their ends, so that the middle goes. The table
/// has whole names.
fn shortened(name: &str, most: usize) -> String {
    let characters: Vec<char> = name.chars().collect();
    if characters.len() <= most {
        return name.to_owned();
    }
    let kept = most.saturating_sub(1);
    let (first, last) = (kept - kept / 2, kept / 2);
    let first = characters.iter().take(first);
    let last = characters.iter().skip(characters.len() - last);
    first.chain(&['\u{2026}']).chain(last).collect()
}

impl Figure for Heatmaps {
    fn height(&self, width: f64) -> f64 {
        let lowest = self
            .frames(width, 1.0)
            .into_iter()
            .map(|frame| frame.bottom);
        lowest.fold(0.0, f64::max) + BELOW
    }

    fn draw<B: DrawingBackend>(&self, sheet: &mut Sheet<B>) -> Drawn<B::ErrorType> {
        let frames = self.frames(sheet.size.0 / sheet.scale, sheet.scale);
        for (map, frame) in self.maps.iter().zip(&frames) {
            let rows = map.shares.len() / map.columns.max(1);
            if rows == 0 {
                continue;
            }
            let (wide, tall) = (
                map.columns as f64 / (frame.right - frame.left),
                rows as f64 / (frame.bottom - frame.top),
            );
            let image = field(frame, |x, y| {
                let column = ((x - frame.left) * wide).max(0.0) as usize;
                let row = ((y - frame.top) * tall).max(0.0) as usize;
                let inside = column < map.columns && row < rows;
                let share = if inside {
                    map.shares[row * map.columns + column]
                } else {
                    f64::NAN
                };
                (!share.is_nan()).then(|| scale(share))
            });
            sheet.image(&image)?;
            let gap = 7.0 * sheet.scale;
            let above = (frame.left, frame.top - 12.0 * sheet.scale);
            if self.names.is_none() {
                sheet.text(&map.title, above, Anchor::Right, 12.0, sheet.theme.ink)?;
            }
            let below = (frame.left, frame.bottom + 2.0 * gap);
            sheet.text(&map.caption, below, Anchor::Right, 12.0, sheet.theme.soft)?;
        }
        if let (Some((rows, columns)), Some(frame)) = (&self.names, frames.first()) {
            self.draw_names(sheet, frame, (rows, columns))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::sheet::svg;
    use super::*;

    #[test]
    fn long_names_lose_their_middle() {
        for (name, most, expected) in [
            ("mobilenetv2-inat-bird", 22, "mobilenetv2-inat-bird"),
            ("mobilenetv2-inat-bird", 12, "mobile\u{2026}-bird"),
            ("mobilenetv2-inat-insect", 12, "mobile\u{2026}nsect"),
            ("\u{e4}\u{f6}\u{fc}abc", 4, "\u{e4}\u{f6}\u{2026}c"),
        ] {
            assert_eq!(shortened(name, most), expected);
        }
    }

    #[test]
    fn the_cell_under_the_pointer_is_the_one_drawn_there() {
        let map = |title: &str| Heatmap {
            title: title.into(),
            caption: "0.5".into(),
            columns: 3,
            shares: vec![0.0, 0.5, 1.0, 0.5, 0.0, 0.2, 1.0, f64::NAN, 0.0],
        };
        let maps = Heatmaps {
            maps: vec![map("one"), map("two")],
            names: None,
        };
        let frames = maps.frames(600.0, 2.0);
        let frame = frames[1];
        let at = (
            frame.left + (frame.right - frame.left) * 0.9,
            frame.top + (frame.bottom - frame.top) * 0.5,
        );
        assert_eq!(maps.cell_at(&frames, at), Some((1, 1, 2)));
        assert_eq!(maps.cell_at(&frames, (frames[0].right + 5.0, at.1)), None);
        let drawn = svg(&maps, 600.0);
        assert_eq!(drawn.matches("<image").count(), 2);
        assert!(drawn.contains("one") && drawn.contains("two"));
        let narrow = maps.frames(320.0, 1.0);
        assert!(narrow[1].top > narrow[0].bottom);
    }
}
