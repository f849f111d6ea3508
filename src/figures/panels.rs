//! Small multiples: which dimensions and which scores each panel shows.

use super::colour::set_in_words;
use super::scatter::Panel;
use crate::results::{Dimensions, Score};
use strum::VariantArray;

/// What the panels of a figure are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, VariantArray)]
pub enum Panels {
    /// One panel of all.
    #[default]
    One,
    /// One a model set.
    ModelSet,
    /// One a network.
    Network,
    /// One a subject of the region.
    Subject,
    /// One a region.
    Region,
}

impl Panels {
    /// What it is called on the page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Panels::One => "One",
            Panels::ModelSet => "By model set",
            Panels::Network => "By network",
            Panels::Subject => "By subject",
            Panels::Region => "By region",
        }
    }
}

impl Panels {
    /// The panels of a table: a score on the vertical axis, of the networks that `is_in`.
    #[must_use]
    pub fn of(
        self,
        table: &Dimensions,
        score: Score,
        roi: usize,
        is_in: impl Fn(usize) -> bool,
    ) -> Vec<Panel> {
        let rows: Vec<u32> = (0..table.len() as u32)
            .filter(|&row| is_in(table.layer_of(row as usize).network))
            .collect();
        let scores = |roi: usize| {
            let values = table.score(score, roi);
            values.map_or_else(Vec::new, std::borrow::Cow::into_owned)
        };
        let region = table.alignment.get(roi).map_or("", |region| &region.roi);
        match self {
            Panels::One => vec![Panel {
                title: String::new(),
                rows,
                y: scores(roi),
            }],
            Panels::ModelSet => {
                let mut panels = grouped(&rows, &scores(roi), |row| &table.network_of(row).set);
                for panel in &mut panels {
                    panel.title = set_in_words(&panel.title).to_owned();
                }
                panels
            }
            Panels::Network => grouped(&rows, &scores(roi), |row| &table.network_of(row).name),
            Panels::Subject => table
                .by_brain
                .iter()
                .filter(|brain| brain.roi == region)
                .map(|brain| Panel {
                    title: brain.subject.clone(),
                    rows: rows.clone(),
                    y: brain.scores.iter().map(|&score| f64::from(score)).collect(),
                })
                .collect(),
            Panels::Region => (0..table.alignment.len())
                .map(|index| Panel {
                    title: table.alignment[index].roi.clone(),
                    rows: rows.clone(),
                    y: scores(index),
                })
                .collect(),
        }
    }
}

/// A panel for each name, in order of first appearance.
fn grouped<'a>(rows: &[u32], y: &[f64], name: impl Fn(usize) -> &'a String) -> Vec<Panel> {
    let mut panels: Vec<Panel> = Vec::new();
    for &row in rows {
        let name = name(row as usize);
        match panels.iter_mut().rfind(|panel| panel.title == *name) {
            Some(panel) => panel.rows.push(row),
            None => panels.push(Panel {
                title: name.clone(),
                rows: vec![row],
                y: y.to_vec(),
            }),
        }
    }
    panels
}
