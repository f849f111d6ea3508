//! Distributions of universality and of another score for the first, the next and the many components
//! of layers (METHOD 9).

use plotters::prelude::DrawingBackend;

use crate::figures::axes::Axes;
use crate::figures::colour::scale;
use crate::figures::frame::{Area, Frame, Range};
use crate::figures::sheet::{Anchor, Drawn, Figure, Sheet};
use crate::figures::theme::Rgb;
use crate::math::density::density;
use crate::results::{Dimensions, Score};

/// Ranks of components that make a group (METHOD 9), from 1.
pub const GROUPS: [(u32, u32); 3] = [(1, 10), (11, 100), (101, 1000)];
/// Points of a curve.
const POINTS: usize = 200;

/// Colour of a group of ranks.
#[must_use]
pub fn group_colour(group: usize) -> Rgb {
    scale(group as f64 / (GROUPS.len() - 1) as f64)
}

/// The distributions ready to be drawn.
pub struct RankDistribution {
    /// For each score its name and, for each group, the scores of its dimensions.
    pub scores: Vec<(String, [Vec<f64>; 3])>,
}

impl RankDistribution {
    /// Universality and another score of a table, of the networks that `is_in`.
    #[must_use]
    pub fn of(table: &Dimensions, score: Score, roi: usize, is_in: impl Fn(usize) -> bool) -> Self {
        let grouped = |values: &[f64]| {
            GROUPS.map(|(from, to)| {
                let rows = (0..values.len()).filter(|&row| {
                    (from..=to).contains(&table.component[row])
                        && is_in(table.layer_of(row).network)
                        && values[row].is_finite()
                });
                rows.map(|row| values[row]).collect()
            })
        };
        let mut scores = vec![("Universality".to_owned(), grouped(&table.universality))];
        if let Some(values) = table.score(score, roi) {
            let region = table.alignment.get(roi).filter(|_| score.has_region());
            let name = match region {
                Some(region) => format!("{}, {}", score.label(), region.roi),
                None => score.label().to_owned(),
            };
            scores.push((name, grouped(&values)));
        }
        Self { scores }
    }
}

impl Figure for RankDistribution {
    fn height(&self, width: f64) -> f64 {
        (width * 0.4).clamp(180.0, 300.0) * self.scores.len() as f64
    }

    fn draw<B: DrawingBackend>(&self, sheet: &mut Sheet<B>) -> Drawn<B::ErrorType> {
        let (width, height) = (sheet.size.0 / sheet.scale, sheet.size.1 / sheet.scale);
        let each = height / self.scores.len().max(1) as f64;
        for (index, (name, groups)) in self.scores.iter().enumerate() {
            let all: Vec<f64> = groups.iter().flatten().copied().collect();
            let x = Range::of_scores(&all);
            let curves: Vec<Vec<f64>> = groups
                .iter()
                .map(|values| density(values, x.from, x.to, POINTS))
                .collect();
            let highest = curves.iter().flatten().copied().fold(0.0, f64::max);
            let y = Range {
                from: 0.0,
                to: if highest > 0.0 { highest * 1.05 } else { 1.0 },
            };
            let area = Area {
                left: 58.0,
                top: index as f64 * each + 8.0,
                width: width - 74.0,
                height: each - 62.0,
            };
            let frame = Frame::at(area, sheet.scale, x, y);
            Axes {
                x_label: name,
                y_label: "Density",
                x_step: 0.2,
                y_step: y.step(4.0),
                tick_size: 12.0,
            }
            .draw(sheet, &frame)?;
            for (group, curve) in curves.iter().enumerate() {
                let step = (x.to - x.from) / (POINTS - 1) as f64;
                let along = curve.iter().enumerate();
                let line: Vec<(f64, f64)> = along
                    .map(|(i, value)| frame.to_pixels(x.from + i as f64 * step, *value))
                    .collect();
                sheet.line(&line, group_colour(group), 2.0)?;
            }
            if highest <= 0.0 {
                let middle = (
                    (frame.left + frame.right) / 2.0,
                    (frame.top + frame.bottom) / 2.0,
                );
                sheet.text(
                    "too few dimensions",
                    middle,
                    Anchor::Above,
                    12.0,
                    sheet.theme.soft,
                )?;
            }
        }
        Ok(())
    }
}
