//! Figures of shared dimensions: how universal each is beside both kinds of chance, which networks have it,
//! and what lies at its ends.

use plotters::prelude::DrawingBackend;

use super::table::{SharedNetwork, SharedTable};
use crate::figures::axes::{Axes, NARROW};
use crate::figures::frame::{Area, Frame, Range};
use crate::figures::heatmap::{Heatmap, Heatmaps};
use crate::figures::sheet::{Anchor, Drawn, Figure, Sheet};
use crate::figures::theme::Rgb;

/// Universality of each dimension as a bar, with both kinds of chance; below, how many networks are above the
/// first. Bars are filled where the axis may be read, hollow where it may not.
pub struct SharedBars<'a> {
    /// What is drawn.
    pub table: &'a SharedTable,
    /// The chosen dimension, from 0.
    pub chosen: Option<usize>,
}

/// How a bar looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Shared, and its axis may be read.
    Filled,
    /// Shared, but its axis could be turned.
    Hollow,
    /// Not shared.
    Faint,
}

impl Look {
    /// How the bar of a dimension looks.
    #[must_use]
    pub fn of(table: &SharedTable, dimension: usize) -> Self {
        let is_shared = table.dimensions.get(dimension).is_some_and(|d| d.is_shared);
        match is_shared {
            true if table.may_be_read(dimension) => Look::Filled,
            true => Look::Hollow,
            false => Look::Faint,
        }
    }
}

/// CSS pixels of the lower panel and of what lies around both.
const LOWER: f64 = 56.0;
const LEFT: f64 = 62.0;
const RIGHT: f64 = 14.0;
const TOP: f64 = 12.0;
const GAP: f64 = 26.0;
const BOTTOM: f64 = 52.0;

impl SharedBars<'_> {
    /// The upper and the lower plotting area on a sheet of this width in CSS pixels.
    #[must_use]
    pub fn frames(&self, width: f64, scale: f64) -> [Frame; 2] {
        let count = self.table.dimensions.len() as f64;
        let along = Range {
            from: 0.5,
            to: count.max(1.0) + 0.5,
        };
        let scores = self.table.dimensions.iter().map(|d| d.universality);
        let least = scores.filter(|score| score.is_finite()).fold(0.0, f64::min);
        let up = Range {
            from: (least * 10.0).floor() / 10.0,
            to: 1.0,
        };
        let networks = Range {
            from: 0.0,
            to: self.table.networks.len().max(1) as f64,
        };
        let upper = self.height(width) - TOP - GAP - LOWER - BOTTOM;
        let area = |top: f64, height: f64| Area {
            left: LEFT,
            top,
            width: width - LEFT - RIGHT,
            height,
        };
        [
            Frame::at(area(TOP, upper), scale, along, up),
            Frame::at(area(TOP + upper + GAP, LOWER), scale, along, networks),
        ]
    }

    /// The dimension, from 0, at a index in device pixels.
    #[must_use]
    pub fn dimension_at(&self, width: f64, scale: f64, (x, y): (f64, f64)) -> Option<usize> {
        let [upper, lower] = self.frames(width, scale);
        if y < upper.top || y > lower.bottom + 24.0 * scale || x < upper.left || x > upper.right {
            return None;
        }
        let share = (x - upper.left) / (upper.right - upper.left);
        let count = self.table.dimensions.len();
        (count > 0).then(|| ((share * count as f64) as usize).min(count - 1))
    }

    fn bar<B: DrawingBackend>(
        &self,
        sheet: &Sheet<B>,
        frame: &Frame,
        dimension: usize,
        value: f64,
    ) -> Drawn<B::ErrorType> {
        if !value.is_finite() {
            return Ok(());
        }
        let x = dimension as f64 + 1.0;
        let (left, top) = frame.to_pixels(x - 0.32, value);
        let (right, bottom) = frame.to_pixels(x + 0.32, 0.0);
        let corners = [(left, bottom), (left, top), (right, top), (right, bottom)];
        let theme = sheet.theme;
        let colour = match self.chosen == Some(dimension) {
            true => theme.accent,
            false => theme.groups[0],
        };
        match Look::of(self.table, dimension) {
            Look::Filled => sheet.shape(&corners, colour, 1.0),
            Look::Hollow => {
                sheet.line(&corners, colour, 1.5)?;
                sheet.line(&[corners[0], corners[3]], colour, 1.5)
            }
            Look::Faint => {
                let colour = match self.chosen == Some(dimension) {
                    true => theme.accent,
                    false => theme.groups[1],
                };
                sheet.line(&corners, colour, 1.0)
            }
        }
    }
}

/// A line across in dashes.
fn dashed<B: DrawingBackend>(
    sheet: &Sheet<B>,
    (from, to): (f64, f64),
    y: f64,
    colour: Rgb,
) -> Drawn<B::ErrorType> {
    let (dash, gap) = (6.0 * sheet.scale, 4.0 * sheet.scale);
    let mut x = from;
    while x < to {
        sheet.line(&[(x, y), ((x + dash).min(to), y)], colour, 1.5)?;
        x += dash + gap;
    }
    Ok(())
}

impl Figure for SharedBars<'_> {
    fn height(&self, width: f64) -> f64 {
        (width * 0.5).clamp(260.0, 380.0)
    }

    fn draw<B: DrawingBackend>(&self, sheet: &mut Sheet<B>) -> Drawn<B::ErrorType> {
        let width = sheet.size.0 / sheet.scale;
        let [upper, lower] = self.frames(width, sheet.scale);
        let (across, up) = match width < NARROW {
            true => ("Dimension", "Universality"),
            false => (
                "Dimension, the one that networks reproduce best first",
                "Universality on new images",
            ),
        };
        Axes {
            x_label: "",
            y_label: up,
            x_step: f64::INFINITY,
            y_step: 0.2,
            tick_size: 12.0,
        }
        .draw(sheet, &upper)?;
        Axes {
            x_label: across,
            y_label: "Networks",
            x_step: f64::INFINITY,
            y_step: lower.y.step(2.0).max(1.0),
            tick_size: 12.0,
        }
        .draw(sheet, &lower)?;
        // as many numbers as there is room for
        let count = self.table.dimensions.len().max(1);
        let each = (upper.right - upper.left) / count as f64 / sheet.scale;
        let every = if each >= 16.0 { 1 } else { 5 };
        for (index, dimension) in self.table.dimensions.iter().enumerate() {
            self.bar(sheet, &upper, index, dimension.universality)?;
            self.bar(sheet, &lower, index, dimension.networks_above as f64)?;
            let x = index as f64 + 1.0;
            if dimension.direction_95.is_finite() {
                let (from, y) = upper.to_pixels(x - 0.45, dimension.direction_95);
                let (to, _) = upper.to_pixels(x + 0.45, dimension.direction_95);
                sheet.line(&[(from, y), (to, y)], sheet.theme.ink, 2.0)?;
            }
            let is_chosen = self.chosen == Some(index);
            if index == 0 || (index + 1) % every == 0 || is_chosen {
                let (x, _) = lower.to_pixels(x, 0.0);
                let below = (x, lower.bottom + 8.0 * sheet.scale);
                let colour = match is_chosen {
                    true => sheet.theme.accent,
                    false => sheet.theme.soft,
                };
                sheet.text(&(index + 1).to_string(), below, Anchor::Below, 12.0, colour)?;
            }
        }
        if self.table.null_95.is_finite() {
            let (_, y) = upper.to_pixels(1.0, self.table.null_95);
            dashed(sheet, (upper.left, upper.right), y, sheet.theme.accent)?;
        }
        Ok(())
    }
}

/// Dimensions of a heatmap at most: more than are shared are of little use.
const FEWEST_COLUMNS: usize = 5;

impl Heatmaps {
    /// Agreement of networks (rows) along dimensions (columns), those that are shared and at least a few.
    #[must_use]
    pub fn of_shared_networks(table: &SharedTable, networks: &[&SharedNetwork]) -> Self {
        let columns = (table.count().max(FEWEST_COLUMNS)).min(table.dimensions.len());
        let rows = networks.iter();
        let scores = rows.map(|network| (network.name.clone(), network.scores.as_slice()));
        Self::of_agreements(scores.collect(), columns)
    }

    /// Agreement of the layers of a network (rows) along the first dimensions (columns).
    #[must_use]
    pub fn of_shared_layers(network: &SharedNetwork) -> Self {
        // from the input on
        let mut layers: Vec<_> = network.layers.iter().collect();
        layers.sort_by_key(|layer| layer.index);
        let columns = layers.iter().map(|layer| layer.scores.len()).max();
        let scores = (layers.iter()).map(|layer| (layer.name.clone(), layer.scores.as_slice()));
        Self::of_agreements(scores.collect(), columns.unwrap_or(0))
    }

    fn of_agreements(rows: Vec<(String, &[f64])>, columns: usize) -> Self {
        let share = |score: Option<&f64>| score.map_or(f64::NAN, |score| score.max(0.0));
        let shares = (rows.iter())
            .flat_map(|(_, scores)| (0..columns).map(move |index| share(scores.get(index))));
        Self {
            maps: vec![Heatmap {
                title: String::new(),
                caption: "dark 0 or less, light 1".into(),
                columns,
                shares: shares.collect(),
            }],
            names: Some((
                rows.iter().map(|(name, _)| name.clone()).collect(),
                (1..=columns).map(|d| d.to_string()).collect(),
            )),
        }
    }
}

/// The stimuli at both ends of each shared dimension, by their names.
pub struct SharedEnds<'a> {
    /// What is drawn.
    pub table: &'a SharedTable,
}

/// Stimuli at either end.
pub const ENDS: usize = 8;

/// CSS pixels of a row.
const ROW: f64 = 46.0;

impl SharedEnds<'_> {
    /// The dimensions that are drawn: those that are shared, the first where none is.
    fn count(&self) -> usize {
        self.table.count().max(1).min(self.table.dimensions.len())
    }
}

impl Figure for SharedEnds<'_> {
    fn height(&self, _: f64) -> f64 {
        self.count() as f64 * ROW + 8.0
    }

    fn draw<B: DrawingBackend>(&self, sheet: &mut Sheet<B>) -> Drawn<B::ErrorType> {
        let (scale, theme) = (sheet.scale, sheet.theme);
        let width = sheet.size.0 / scale;
        let room = ((width - 64.0) / 5.6).max(8.0) as usize;
        for index in 0..self.count() {
            let middle = (index as f64 + 0.5) * ROW + 4.0;
            let look = Look::of(self.table, index);
            let ink = match look {
                Look::Filled => theme.ink,
                Look::Hollow | Look::Faint => theme.soft,
            };
            let at = (30.0 * scale, middle * scale);
            sheet.text(&(index + 1).to_string(), at, Anchor::Left, 15.0, ink)?;
            let (highest, lowest) = self.table.ends(index, ENDS);
            for (end, up, sign) in [(highest, -9.0, "+"), (lowest, 9.0, "\u{2212}")] {
                let names: Vec<&str> = (end.iter())
                    .filter_map(|&stimulus| self.table.stimuli.get(stimulus))
                    .map(String::as_str)
                    .collect();
                let mut names = format!("{sign} {}", names.join(", "));
                if names.chars().count() > room {
                    names = names.chars().take(room - 1).collect();
                    names.push('\u{2026}');
                }
                let at = (46.0 * scale, (middle + up) * scale);
                sheet.text(&names, at, Anchor::Right, 11.0, ink)?;
            }
            let y = ((index + 1) as f64 * ROW + 4.0) * scale;
            sheet.line(&[(0.0, y), (sheet.size.0, y)], theme.line, 1.0)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::table::SharedDimension;
    use super::*;
    use crate::figures::sheet::svg;

    fn table() -> SharedTable {
        let dimension = |universality: f64, stability: f64| SharedDimension {
            universality,
            eigenvalue: universality,
            direction_95: 0.4,
            stability,
            scores: vec![1.0, -1.0],
            ..SharedDimension::default()
        };
        let mut table = SharedTable {
            stimuli: vec!["cat & dog".into(); 40],
            dimensions: vec![
                dimension(0.9, 0.9),
                dimension(0.8, 0.3),
                dimension(f64::NAN, 0.3),
            ],
            null_95: 0.3,
            networks: vec![SharedNetwork {
                name: "net".into(),
                scores: vec![0.9, 0.1, -0.5],
                ..SharedNetwork::default()
            }],
            ..SharedTable::default()
        };
        table.settle(None);
        table
    }

    #[test]
    fn bars_are_filled_only_where_the_axis_may_be_read() {
        let table = table();
        let looks = [0, 1, 2, 3].map(|d| Look::of(&table, d));
        assert_eq!(
            looks,
            [Look::Filled, Look::Hollow, Look::Faint, Look::Faint]
        );
        let figure = SharedBars {
            table: &table,
            chosen: Some(1),
        };
        let drawn = svg(&figure, 720.0);
        // the ground, and one bar in each panel
        assert_eq!(drawn.matches("<polygon").count(), 3);
    }

    #[test]
    fn the_dimension_under_the_pointer_is_the_one_drawn_there() {
        let table = table();
        let figure = SharedBars {
            table: &table,
            chosen: None,
        };
        for scale in [1.0, 2.0] {
            let [upper, lower] = figure.frames(600.0, scale);
            for (dimension, frame) in [(0, upper), (2, lower)] {
                let at = frame.to_pixels(dimension as f64 + 1.2, 0.5);
                assert_eq!(figure.dimension_at(600.0, scale, at), Some(dimension));
            }
            assert_eq!(figure.dimension_at(600.0, scale, (2.0, 50.0)), None);
        }
    }

    #[test]
    fn agreement_below_zero_is_dark_and_undefined_is_blank() {
        let table = table();
        let maps = Heatmaps::of_shared_networks(&table, &[&table.networks[0]]);
        assert_eq!(maps.maps[0].shares, [0.9, 0.1, 0.0]);
        let ends = svg(&SharedEnds { table: &table }, 720.0);
        assert!(ends.contains("cat &amp; dog"), "{ends}");
    }
}
