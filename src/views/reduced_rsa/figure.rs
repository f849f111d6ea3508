//! RSA of reduced networks: all dimensions against few, and the curve over how many are kept
//! (METHOD 7).

use plotters::prelude::DrawingBackend;

use super::analysis::Keep;
use super::curves::{ReducedCurves, ReducedRsaTable};
use crate::figures::axes::Axes;
use crate::figures::frame::{Area, Frame, Range};
use crate::figures::sheet::{Anchor, Drawn, Figure, Sheet};
use crate::figures::theme::{Rgb, Theme};

use crate::math::rsa::NoiseCeiling;
use crate::math::summary::mean;

/// Numbers of dimensions kept that stand beside all of them.
pub const SHOWN: [usize; 3] = [10, 5, 1];

/// Colour of a way to choose what is kept.
#[must_use]
pub fn keep_colour(keep: Keep, theme: &Theme) -> Rgb {
    match keep {
        Keep::Top => theme.accent,
        Keep::Variance => theme.groups[0],
        Keep::Bottom => theme.groups[2],
        Keep::Random => theme.groups[1],
    }
}

/// One region of the table over some networks, averaged.
pub struct ReducedFigure {
    /// What the best possible model could reach.
    pub ceiling: NoiseCeiling,
    /// With all dimensions kept: one a subject.
    pub all: Vec<f64>,
    /// With few: (way, number kept, one a subject).
    pub few: Vec<(Keep, usize, Vec<f64>)>,
    /// For each way the mean over subjects for each number kept from 1.
    pub curves: [Vec<f64>; 4],
    /// Band of random dimensions for each number kept.
    pub band: Vec<(f64, f64)>,
}

impl ReducedFigure {
    /// Averages the networks that `is_in` for a region; `None` where there is none.
    #[must_use]
    pub fn new(
        table: &ReducedRsaTable,
        region: usize,
        is_in: impl Fn(usize) -> bool,
    ) -> Option<Self> {
        let of_region = table.regions.get(region)?;
        let curves: Vec<_> = table
            .curves
            .iter()
            .filter(|curves| curves.region == region && is_in(curves.network))
            .collect();
        if curves.is_empty() {
            return None;
        }
        let subjects = of_region.subjects.len();
        let over_networks = |of: &dyn Fn(&ReducedCurves, usize) -> Option<f64>| -> Vec<f64> {
            (0..subjects)
                .map(|subject| mean(curves.iter().filter_map(|curves| of(curves, subject))))
                .collect()
        };
        let most = curves
            .iter()
            .map(|curves| curves.band.len())
            .max()
            .unwrap_or(0);
        let mut few = Vec::new();
        for count in SHOWN {
            for (index, keep) in Keep::ALL.into_iter().enumerate() {
                let scores = over_networks(&|curves, subject| {
                    curves.kept[index].get(count - 1)?.get(subject).copied()
                });
                few.push((keep, count, scores));
            }
        }
        Some(Self {
            ceiling: of_region.ceiling,
            all: over_networks(&|curves, subject| curves.all.get(subject).copied()),
            few,
            curves: Keep::ALL.map(|keep| {
                let counts = 1..=most;
                counts
                    .map(|count| mean(curves.iter().map(|curves| curves.mean(keep, count))))
                    .collect()
            }),
            band: (0..most)
                .map(|count| {
                    let of = |bound: fn(&(f64, f64)) -> f64| {
                        mean(
                            curves
                                .iter()
                                .filter_map(|curves| curves.band.get(count))
                                .map(bound),
                        )
                    };
                    (of(|band| band.0), of(|band| band.1))
                })
                .collect(),
        })
    }

    fn range(&self) -> Range {
        let few = self.few.iter().flat_map(|(_, _, scores)| scores);
        let curves = self.curves.iter().flatten();
        let ends = [0.0, self.ceiling.lower, self.ceiling.upper];
        Range::around(
            self.all
                .iter()
                .chain(few)
                .chain(curves)
                .copied()
                .chain(ends),
        )
    }

    fn draw_ceiling<B: DrawingBackend>(
        &self,
        sheet: &Sheet<B>,
        frame: &Frame,
    ) -> Drawn<B::ErrorType> {
        let NoiseCeiling { lower, upper } = self.ceiling;
        if lower.is_nan() || upper.is_nan() {
            return Ok(());
        }
        let corner = |x: f64, y: f64| (x, frame.to_pixels(frame.x.from, y).1);
        let corners = [
            corner(frame.left, lower),
            corner(frame.right, lower),
            corner(frame.right, upper),
            corner(frame.left, upper),
        ];
        sheet.shape(&corners, sheet.theme.soft, 0.16)?;
        let at = (
            frame.left + 6.0 * sheet.scale,
            f64::midpoint(corners[0].1, corners[2].1),
        );
        sheet.text("noise ceiling", at, Anchor::Right, 11.0, sheet.theme.soft)
    }

    /// All dimensions against few: a mean and a dot a subject for each.
    fn draw_columns<B: DrawingBackend>(
        &self,
        sheet: &Sheet<B>,
        frame: &Frame,
    ) -> Drawn<B::ErrorType> {
        let theme = sheet.theme;
        Axes {
            x_label: "Dimensions kept",
            y_label: "RSA with brains, Spearman",
            x_step: f64::INFINITY,
            y_step: frame.y.step(6.0),
            tick_size: 12.0,
        }
        .draw(sheet, frame)?;
        self.draw_ceiling(sheet, frame)?;
        let groups = SHOWN.len() + 1;
        let wide = (frame.right - frame.left) / groups as f64;
        let column = |x: f64, scores: &[f64], colour: Rgb, half: f64| -> Drawn<B::ErrorType> {
            for (subject, score) in scores.iter().enumerate() {
                if score.is_finite() {
                    let side = (subject as f64 + 0.5) / scores.len() as f64 - 0.5;
                    let (_, y) = frame.to_pixels(0.0, *score);
                    sheet.disc((x + side * half, y), 2.0, colour, 0.55)?;
                }
            }
            let mean = mean(scores.iter().copied());
            if mean.is_finite() {
                let (_, y) = frame.to_pixels(0.0, mean);
                sheet.line(&[(x - half, y), (x + half, y)], colour, 2.5)?;
            }
            Ok(())
        };
        for group in 0..groups {
            let middle = frame.left + (group as f64 + 0.5) * wide;
            let name = match group.checked_sub(1) {
                None => "all".to_owned(),
                Some(index) => SHOWN[index].to_string(),
            };
            let below = (middle, frame.bottom + 9.0 * sheet.scale);
            sheet.text(&name, below, Anchor::Below, 12.0, theme.soft)?;
            if group == 0 {
                column(middle, &self.all, theme.ink, wide * 0.16)?;
                continue;
            }
            let of_count = self
                .few
                .iter()
                .filter(|(_, count, _)| *count == SHOWN[group - 1]);
            for (index, (keep, _, scores)) in of_count.enumerate() {
                let x = middle + (index as f64 - 1.5) * wide * 0.22;
                column(x, scores, keep_colour(*keep, theme), wide * 0.09)?;
            }
        }
        Ok(())
    }

    /// The curves over the number kept.
    fn draw_curves<B: DrawingBackend>(
        &self,
        sheet: &Sheet<B>,
        frame: &Frame,
    ) -> Drawn<B::ErrorType> {
        let theme = sheet.theme;
        Axes {
            x_label: "Number of dimensions kept",
            y_label: "RSA with brains, Spearman",
            x_step: frame.x.step(6.0).max(1.0),
            y_step: frame.y.step(6.0),
            tick_size: 12.0,
        }
        .draw(sheet, frame)?;
        self.draw_ceiling(sheet, frame)?;
        let points = |values: &mut dyn Iterator<Item = f64>| -> Vec<(f64, f64)> {
            (1..)
                .zip(values)
                .filter(|(_, value)| value.is_finite())
                .map(|(count, value)| frame.to_pixels(f64::from(count), value))
                .collect()
        };
        let mut band = points(&mut self.band.iter().map(|band| band.0));
        band.extend(
            points(&mut self.band.iter().map(|band| band.1))
                .into_iter()
                .rev(),
        );
        sheet.shape(&band, keep_colour(Keep::Random, theme), 0.3)?;
        let all = mean(self.all.iter().copied());
        if all.is_finite() {
            let (_, y) = frame.to_pixels(0.0, all);
            sheet.line(&[(frame.left, y), (frame.right, y)], theme.ink, 1.0)?;
        }
        for (keep, curve) in Keep::ALL.into_iter().zip(&self.curves).rev() {
            let line = points(&mut curve.iter().copied());
            sheet.line(&line, keep_colour(keep, theme), 2.0)?;
        }
        Ok(())
    }
}

impl Figure for ReducedFigure {
    fn height(&self, width: f64) -> f64 {
        2.0 * (width * 0.5).clamp(240.0, 380.0)
    }

    fn draw<B: DrawingBackend>(&self, sheet: &mut Sheet<B>) -> Drawn<B::ErrorType> {
        let (width, height) = (sheet.size.0 / sheet.scale, sheet.size.1 / sheet.scale);
        let area = |index: f64| Area {
            left: 62.0,
            top: index * height / 2.0 + 10.0,
            width: width - 76.0,
            height: height / 2.0 - 66.0,
        };
        let nothing = Range { from: 0.0, to: 1.0 };
        let most = self.band.len().max(2) as f64;
        let counts = Range {
            from: 1.0,
            to: most,
        };
        self.draw_columns(
            sheet,
            &Frame::at(area(0.0), sheet.scale, nothing, self.range()),
        )?;
        self.draw_curves(
            sheet,
            &Frame::at(area(1.0), sheet.scale, counts, self.range()),
        )
    }
}
