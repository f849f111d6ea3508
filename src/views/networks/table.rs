//! The networks of a table: how well each predicts each other, and one line about each.

use crate::math::summary::{mean, median};
use crate::results::Dimensions;
use crate::results::csv::{score, write};
use crate::stable_sort::sort_indices;

/// One line about a network.
#[derive(Debug, Clone, PartialEq)]
pub struct NetworkSummary {
    /// Its name.
    pub name: String,
    /// Its model set.
    pub set: String,
    /// Number of its layers.
    pub layers: usize,
    /// Number of its dimensions.
    pub dimensions: usize,
    /// Mean over its layers of the effective dimensionality `(sum of variances)^2 / sum of squared
    /// variances`, from 1 on.
    pub effective_dimensionality: f64,
    /// Median universality of its dimensions.
    pub universality: f64,
    /// Mean alignment of its dimensions with each region.
    pub alignment: Vec<f64>,
    /// Share of its dimensions whose universality is above the null line, in [0, 1]; undefined
    /// without one.
    pub above_null: f64,
}

/// Columns of the networks' table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NetworkColumn {
    /// Name.
    Name,
    /// Model set.
    Set,
    /// Number of dimensions.
    Dimensions,
    /// Effective dimensionality.
    Effective,
    /// Median universality.
    Universality,
    /// Share above the null line.
    AboveNull,
    /// Mean alignment with the region at this index.
    Alignment(usize),
}

impl Dimensions {
    /// How well each network (column) predicts each other's dimensions (row): the median score over
    /// them, in [-1, 1]; undefined on the diagonal and between copies.
    #[must_use]
    pub fn network_matrix(&self) -> Vec<Vec<f64>> {
        let mut rows_of = vec![Vec::new(); self.networks.len()];
        for row in 0..self.len() {
            rows_of[self.layer_of(row).network].push(row);
        }
        let mut column = Vec::new();
        rows_of
            .iter()
            .map(|rows| {
                self.by_network
                    .iter()
                    .map(|scores| {
                        column.clear();
                        column.extend(rows.iter().map(|&row| f64::from(scores[row])));
                        median(&mut column)
                    })
                    .collect()
            })
            .collect()
    }

    /// One line a network. `null`: the line above which universality is no chance.
    #[must_use]
    pub fn network_summaries(&self, null: Option<f64>) -> Vec<NetworkSummary> {
        let mut of_layers = vec![(0.0, 0.0); self.layers.len()];
        for row in 0..self.len() {
            let (total, squares) = &mut of_layers[self.layer[row] as usize];
            // variances that a limit on components left out are in the total all the same
            *total = self.variance[row] / self.variance_share[row];
            *squares += self.variance[row].powi(2);
        }
        self.networks
            .iter()
            .enumerate()
            .map(|(network, label)| {
                let rows: Vec<usize> = (0..self.len())
                    .filter(|&row| self.layer_of(row).network == network)
                    .collect();
                let layers = self.layers.iter().zip(&of_layers);
                let effective = layers
                    .filter(|(layer, (_, squares))| layer.network == network && *squares > 0.0)
                    .map(|(_, (total, squares))| total * total / squares);
                let defined = rows
                    .iter()
                    .map(|&row| self.universality[row])
                    .filter(|score| !score.is_nan());
                let mut universality: Vec<f64> = defined.collect();
                let above = null.map_or(f64::NAN, |null| {
                    let above = universality.iter().filter(|&&score| score > null).count();
                    above as f64 / universality.len() as f64
                });
                NetworkSummary {
                    name: label.name.clone(),
                    set: label.set.clone(),
                    layers: self
                        .layers
                        .iter()
                        .filter(|layer| layer.network == network)
                        .count(),
                    dimensions: rows.len(),
                    effective_dimensionality: mean(effective),
                    universality: median(&mut universality),
                    alignment: self
                        .alignment
                        .iter()
                        .map(|region| mean(rows.iter().map(|&row| region.scores[row])))
                        .collect(),
                    above_null: above,
                }
            })
            .collect()
    }
}

/// Indices of summaries in the order of a column; undefined values last, ties as they were.
#[must_use]
pub fn sorted_networks(
    summaries: &[NetworkSummary],
    column: NetworkColumn,
    descending: bool,
) -> Vec<usize> {
    let mut indices: Vec<usize> = (0..summaries.len()).collect();
    let directed = |order: std::cmp::Ordering| if descending { order.reverse() } else { order };
    let number = |index: usize| {
        let summary = &summaries[index];
        match column {
            NetworkColumn::Dimensions => summary.dimensions as f64,
            NetworkColumn::Effective => summary.effective_dimensionality,
            NetworkColumn::AboveNull => summary.above_null,
            NetworkColumn::Alignment(roi) => {
                summary.alignment.get(roi).copied().unwrap_or(f64::NAN)
            }
            _ => summary.universality,
        }
    };
    sort_indices(&mut indices, |a, b| match column {
        NetworkColumn::Name => directed(summaries[a].name.cmp(&summaries[b].name)),
        NetworkColumn::Set => directed(summaries[a].set.cmp(&summaries[b].set)),
        _ => {
            let (a, b) = (number(a), number(b));
            a.is_nan().cmp(&b.is_nan()).then(directed(a.total_cmp(&b)))
        }
    });
    indices
}

/// network, model_set, layers, dimensions, effective_dimensionality, median_universality,
/// share_above_null, mean_alignment_ROI...; then the median score by each network as
/// predicted_by_NETWORK.
#[must_use]
pub fn networks_csv(table: &Dimensions, summaries: &[NetworkSummary]) -> String {
    let mut header: Vec<String> = [
        "network",
        "model_set",
        "layers",
        "dimensions",
        "effective_dimensionality",
        "median_universality",
        "share_above_null",
    ]
    .map(String::from)
    .to_vec();
    header.extend(
        table
            .alignment
            .iter()
            .map(|region| format!("mean_alignment_{}", region.roi)),
    );
    header.extend(
        table
            .networks
            .iter()
            .map(|network| format!("predicted_by_{}", network.name)),
    );
    let matrix = table.network_matrix();
    let rows = summaries.iter().zip(&matrix).map(|(summary, predicted)| {
        let mut record = vec![
            summary.name.clone(),
            summary.set.clone(),
            summary.layers.to_string(),
            summary.dimensions.to_string(),
            score(summary.effective_dimensionality),
            score(summary.universality),
            score(summary.above_null),
        ];
        record.extend(summary.alignment.iter().copied().map(score));
        record.extend(predicted.iter().copied().map(score));
        record
    });
    write(&header, rows)
}
