//! How well networks predict each other, as a heatmap.

use crate::figures::heatmap::{Heatmap, Heatmaps};
use crate::results::Dimensions;

impl Heatmaps {
    /// How well each network (column) predicts each other's dimensions (row), colours from the least
    /// to the greatest score, for the networks of these indices.
    #[must_use]
    pub fn of_networks(table: &Dimensions, matrix: &[Vec<f64>], indices: &[usize]) -> Self {
        let cells = indices
            .iter()
            .flat_map(|&row| indices.iter().map(move |&column| (row, column)));
        // scores that were computed before have no matrix
        let score = |(row, column): (usize, usize)| {
            let score = matrix.get(row).and_then(|row| row.get(column));
            score.copied().unwrap_or(f64::NAN)
        };
        let scores: Vec<f64> = cells.map(score).collect();
        let defined = || scores.iter().copied().filter(|score| score.is_finite());
        let (least, greatest) = (
            defined().fold(f64::INFINITY, f64::min),
            defined().fold(f64::NEG_INFINITY, f64::max),
        );
        let span = (greatest - least).max(f64::MIN_POSITIVE);
        let names: Vec<String> = indices
            .iter()
            .map(|&index| table.networks[index].name.clone())
            .collect();
        Self {
            maps: vec![Heatmap {
                title: String::new(),
                caption: format!("dark {least:.2}, light {greatest:.2}"),
                columns: indices.len(),
                shares: scores.iter().map(|score| (score - least) / span).collect(),
            }],
            names: Some((names.clone(), names)),
        }
    }
}
