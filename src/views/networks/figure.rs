//! How much of each network the others predict: as a heatmap, and as a scatter of both medians.

use plotters::prelude::DrawingBackend;

use super::table::NetworkSummary;
use crate::figures::axes::{Axes, NARROW};
use crate::figures::frame::{Area, Frame, Range};
use crate::figures::heatmap::{Heatmap, Heatmaps};
use crate::figures::sheet::{Anchor, Drawn, Figure, Sheet};
use crate::figures::theme::Rgb;
use crate::results::Dimensions;

impl Heatmaps {
    /// Share of the variance of each network (column) that each other one predicts (row), colours from the
    /// least to the greatest, for the networks of these indices in their order.
    #[must_use]
    pub fn of_networks(table: &Dimensions, matrix: &[Vec<f64>], indices: &[usize]) -> Self {
        let cells = indices
            .iter()
            .flat_map(|&row| indices.iter().map(move |&column| (row, column)));
        let share = |(row, column): (usize, usize)| {
            let share = matrix.get(row).and_then(|row| row.get(column));
            share.copied().unwrap_or(f64::NAN)
        };
        let shares: Vec<f64> = cells.map(share).collect();
        let defined = || shares.iter().copied().filter(|share| share.is_finite());
        let (least, greatest) = (
            defined().fold(f64::INFINITY, f64::min),
            defined().fold(f64::NEG_INFINITY, f64::max),
        );
        let span = (greatest - least).max(f64::MIN_POSITIVE);
        let names: Vec<String> = indices
            .iter()
            .map(|&index| table.networks[index].name.clone())
            .collect();
        let caption = match least <= greatest {
            true => format!(
                "dark {:.0} %, light {:.0} % of the variance",
                100.0 * least,
                100.0 * greatest
            ),
            false => String::new(),
        };
        Self {
            maps: vec![Heatmap {
                title: String::new(),
                caption,
                columns: indices.len(),
                shares: shares.iter().map(|share| (share - least) / span).collect(),
            }],
            names: Some((names.clone(), names)),
        }
    }
}

/// Size of names in CSS pixels, and how wide a letter of them is about.
const NAME: f64 = 10.5;
const LETTER: f64 = 0.56 * NAME;
/// Radius of a dot in CSS pixels.
const RADIUS: f64 = 3.5;

/// Networks by how much of each a typical other one predicts, and how much of others each predicts.
pub struct NetworkScatter {
    /// Name of each network that has both.
    names: Vec<String>,
    /// Position of each among the summaries.
    indices: Vec<usize>,
    /// Shares of its own variance.
    x: Vec<f64>,
    /// Shares of the others' variance.
    y: Vec<f64>,
    colours: Vec<Rgb>,
}

/// A rectangle in device pixels: left, top, right, bottom.
type Box = (f64, f64, f64, f64);

fn overlap(a: &Box, b: &Box) -> bool {
    a.0 < b.2 && b.0 < a.2 && a.1 < b.3 && b.1 < a.3
}

impl NetworkScatter {
    /// The networks of these indices that have both shares; `colour` of each.
    #[must_use]
    pub fn new(
        summaries: &[NetworkSummary],
        indices: &[usize],
        colour: impl Fn(usize) -> Rgb,
    ) -> Self {
        let mut scatter = Self {
            names: Vec::new(),
            indices: Vec::new(),
            x: Vec::new(),
            y: Vec::new(),
            colours: Vec::new(),
        };
        for &index in indices {
            let Some(summary) = summaries.get(index) else {
                continue;
            };
            let (x, y) = (summary.shared_variance, summary.predicts_others);
            if x.is_finite() && y.is_finite() {
                scatter.names.push(summary.name.clone());
                scatter.indices.push(index);
                scatter.x.push(x);
                scatter.y.push(y);
                scatter.colours.push(colour(index));
            }
        }
        scatter
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Its axes on a sheet of this width in CSS pixels.
    #[must_use]
    pub fn frame(&self, width: f64, scale: f64) -> Frame {
        // room for dots at the edge and their names; a single network lies in the middle
        let range = |values: &[f64]| {
            let around = Range::around(values.iter().copied());
            let margin = (0.1 * (around.to - around.from)).max(0.01);
            Range {
                from: (around.from - margin).max(0.0),
                to: around.to + margin,
            }
        };
        let area = Area {
            left: 62.0,
            top: 12.0,
            width: width - 78.0,
            height: self.height(width) - 66.0,
        };
        Frame::at(area, scale, range(&self.x), range(&self.y))
    }

    /// The network nearest to a place in device pixels, as its position among the summaries.
    #[must_use]
    pub fn network_at(&self, frame: &Frame, at: (f64, f64), reach: f64) -> Option<usize> {
        let nearest = frame.nearest(&self.x, &self.y, at, reach)?;
        self.indices.get(nearest).copied()
    }

    /// Where each name goes: beside its dot, where it covers neither dots nor names; `None` where there is
    /// no room for it.
    fn labels(&self, frame: &Frame) -> Vec<Option<((f64, f64), Anchor)>> {
        let scale = frame.scale;
        let dots: Vec<(f64, f64)> = (self.x.iter().zip(&self.y))
            .map(|(&x, &y)| frame.to_pixels(x, y))
            .collect();
        let radius = RADIUS * scale;
        let mut taken: Vec<Box> = (dots.iter())
            .map(|&(x, y)| (x - radius, y - radius, x + radius, y + radius))
            .collect();
        let (gap, tall) = (radius + 3.0 * scale, NAME * scale);
        (self.names.iter().zip(&dots))
            .map(|(name, &(x, y))| {
                let wide = name.chars().count() as f64 * LETTER * scale;
                let (near, off) = (0.8 * gap, 0.55 * tall);
                let sides = [
                    ((x + gap, y), Anchor::Right),
                    ((x - gap, y), Anchor::Left),
                    ((x, y - gap), Anchor::Above),
                    ((x, y + gap), Anchor::Below),
                    ((x + near, y - off), Anchor::Right),
                    ((x + near, y + off), Anchor::Right),
                    ((x - near, y - off), Anchor::Left),
                    ((x - near, y + off), Anchor::Left),
                ];
                // left, top, right, bottom of a name that goes from a point
                let cover = |(x, y): (f64, f64), anchor: Anchor| {
                    let (left, top) = match anchor {
                        Anchor::Right => (x, y - tall / 2.0),
                        Anchor::Left => (x - wide, y - tall / 2.0),
                        Anchor::Above => (x - wide / 2.0, y - tall),
                        Anchor::Below => (x - wide / 2.0, y),
                    };
                    (left, top, left + wide, top + tall)
                };
                let free = sides.into_iter().find(|&(at, anchor)| {
                    let own = cover(at, anchor);
                    let inside = own.0 >= frame.left
                        && own.2 <= frame.right + 14.0 * scale
                        && own.1 >= frame.top - 10.0 * scale
                        && own.3 <= frame.bottom;
                    inside && !taken.iter().any(|other| overlap(&own, other))
                });
                free.inspect(|&(at, anchor)| taken.push(cover(at, anchor)))
            })
            .collect()
    }
}

impl Figure for NetworkScatter {
    fn height(&self, width: f64) -> f64 {
        (width * 0.62).clamp(280.0, 480.0)
    }

    fn draw<B: DrawingBackend>(&self, sheet: &mut Sheet<B>) -> Drawn<B::ErrorType> {
        let frame = self.frame(sheet.size.0 / sheet.scale, sheet.scale);
        let (x_label, y_label) = match sheet.size.0 / sheet.scale < NARROW {
            true => ("Predictable \u{2192}", "Predicts others \u{2192}"),
            false => (
                "Share of its variance that a typical other network predicts",
                "Share of others\u{2019} variance that it predicts",
            ),
        };
        Axes {
            x_label,
            y_label,
            x_step: frame.x.step(6.0),
            y_step: frame.y.step(6.0),
            tick_size: 12.0,
        }
        .draw(sheet, &frame)?;
        for (label, name) in self.labels(&frame).into_iter().zip(&self.names) {
            if let Some((at, anchor)) = label {
                sheet.text(name, at, anchor, NAME, sheet.theme.ink)?;
            }
        }
        for ((&x, &y), &colour) in self.x.iter().zip(&self.y).zip(&self.colours) {
            sheet.disc(frame.to_pixels(x, y), RADIUS, colour, 0.9)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cover_neither_each_other_nor_dots() {
        let scatter = NetworkScatter {
            names: [
                "alexnet",
                "alexnet-random0",
                "vgg",
                "a network of a very long name indeed",
            ]
            .map(String::from)
            .to_vec(),
            indices: vec![0, 1, 4, 6],
            x: vec![0.30, 0.301, 0.1, 0.3005],
            y: vec![0.30, 0.301, 0.1, 0.2995],
            colours: vec![Rgb::default(); 4],
        };
        let frame = scatter.frame(600.0, 2.0);
        let labels = scatter.labels(&frame);
        assert!(labels[0].is_some() && labels[2].is_some());
        // three dots in one place have no room for three names
        assert!(labels.iter().flatten().count() < 4);
        let at = frame.to_pixels(0.1, 0.1);
        assert_eq!(scatter.network_at(&frame, at, 20.0), Some(4));
        assert!(crate::figures::svg(&scatter, 600.0).contains("vgg"));
    }
}
