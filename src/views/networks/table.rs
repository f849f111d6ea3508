//! The networks of a table: how much of each the others predict (METHOD 11.3), and one line about each.

use crate::math::summary::{mean, median};
use crate::results::Dimensions;
use crate::results::csv::{number, write};
use crate::stable_sort::sort_indices;

/// One line about a network.
#[derive(Debug, Clone, PartialEq)]
pub struct NetworkSummary {
    /// Its name.
    pub name: String,
    /// Its model set; empty where it is unknown.
    pub set: String,
    /// Number of its layers.
    pub layers: usize,
    /// Number of its dimensions.
    pub dimensions: usize,
    /// Median over the other networks of the share of its variance that each predicts, in [0, 1]: of what
    /// it represents, how much a typical other network predicts. Undefined where no other may.
    pub shared_variance: f64,
    /// Median over the other networks of the share of their variance that it predicts, in [0, 1].
    pub predicts_others: f64,
    /// Mean agreement on the shared dimensions, where these were computed (METHOD 11.1).
    pub coverage: f64,
    /// Sum over its dimensions of squared universality, negative ones as zero: a count that grows with the
    /// layers and units given.
    pub effective_shared_components: f64,
    /// Mean over its layers of the effective dimensionality `(sum of variances)^2 / sum of squared
    /// variances`, from 1 on.
    pub effective_dimensionality: f64,
    /// Median universality of its dimensions: for files alone. It falls as components are added, and
    /// ranks nothing.
    pub median_universality: f64,
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
    /// Share of its variance that a typical other network predicts.
    SharedVariance,
    /// Share of a typical other network's variance that it predicts.
    PredictsOthers,
    /// Agreement on the shared dimensions.
    Coverage,
    /// Effective number of shared components.
    EffectiveShared,
    /// Effective dimensionality.
    Effective,
    /// Share above the null line.
    AboveNull,
    /// Mean alignment with the region at this index.
    Alignment(usize),
}

impl Dimensions {
    /// Share of the variance of each network (column) that each other one predicts (row): for a layer
    /// `sum_c v_c max(s_c, 0)^2 / sum_c v_c` over its components, mean over layers, in [0, 1] (METHOD
    /// 11.3). Undefined on the diagonal and between copies; empty for a table that was brought as it is.
    #[must_use]
    pub fn predictability(&self) -> Vec<Vec<f64>> {
        let of_layer = |scores: &[f32], layer: usize| {
            let (mut predicted, mut all) = (0.0, 0.0);
            for row in self.rows_of_layer(layer) {
                let (score, variance) = (f64::from(scores[row]), self.variance[row]);
                if !score.is_nan() {
                    predicted += variance * score.max(0.0).powi(2);
                    all += variance;
                }
            }
            // NaN where nothing is defined, which the mean leaves out
            predicted / all
        };
        let of_network = |scores: &Vec<f32>, network: usize| {
            let layers =
                (0..self.layers.len()).filter(|&layer| self.layers[layer].network == network);
            mean(layers.map(|layer| of_layer(scores, layer)))
        };
        let networks = self.networks.len();
        (self.by_network.iter())
            .map(|scores| {
                (0..networks)
                    .map(|network| of_network(scores, network))
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
        let matrix = self.predictability();
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
                let squares = universality.iter().map(|score| score.max(0.0).powi(2));
                let mut by_others: Vec<f64> = matrix.iter().map(|row| row[network]).collect();
                let mut of_others = matrix.get(network).cloned().unwrap_or_default();
                NetworkSummary {
                    name: label.name.clone(),
                    set: label.set.clone(),
                    layers: self
                        .layers
                        .iter()
                        .filter(|layer| layer.network == network)
                        .count(),
                    dimensions: rows.len(),
                    shared_variance: median(&mut by_others),
                    predicts_others: median(&mut of_others),
                    coverage: f64::NAN,
                    effective_shared_components: squares.sum(),
                    effective_dimensionality: mean(effective),
                    median_universality: median(&mut universality),
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
            NetworkColumn::Name | NetworkColumn::Set => f64::NAN,
            NetworkColumn::Dimensions => summary.dimensions as f64,
            NetworkColumn::SharedVariance => summary.shared_variance,
            NetworkColumn::PredictsOthers => summary.predicts_others,
            NetworkColumn::Coverage => summary.coverage,
            NetworkColumn::EffectiveShared => summary.effective_shared_components,
            NetworkColumn::Effective => summary.effective_dimensionality,
            NetworkColumn::AboveNull => summary.above_null,
            NetworkColumn::Alignment(roi) => {
                summary.alignment.get(roi).copied().unwrap_or(f64::NAN)
            }
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

/// The networks that two sentences name, each with its share.
#[derive(Debug, Clone, PartialEq)]
pub struct NetworkFinding {
    /// Of whose variance a typical other network predicts most.
    pub most_predictable: (String, f64),
    /// That predicts most of a typical other network's variance.
    pub best_predictor: (String, f64),
}

impl NetworkFinding {
    /// Of some networks; `None` where none predicts another.
    #[must_use]
    pub fn of<'a>(summaries: impl Iterator<Item = &'a NetworkSummary> + Clone) -> Option<Self> {
        let best = |share: fn(&NetworkSummary) -> f64| {
            let defined = summaries.clone().filter(|summary| !share(summary).is_nan());
            // of equals the first
            let best = defined.reduce(|best, other| {
                if share(other) > share(best) {
                    other
                } else {
                    best
                }
            })?;
            Some((best.name.clone(), share(best)))
        };
        Some(Self {
            most_predictable: best(|summary| summary.shared_variance)?,
            best_predictor: best(|summary| summary.predicts_others)?,
        })
    }
}

/// A share in a sentence: whole hundredths, tenths of them where there are few.
#[must_use]
pub fn share(share: f64) -> String {
    match share * 100.0 {
        percent if percent.is_nan() => "undefined".into(),
        percent if percent < 9.95 => format!("{percent:.1} %"),
        percent => format!("{percent:.0} %"),
    }
}

/// Nine digits; blank where it is undefined (METHOD 11.4).
fn cell(value: f64) -> String {
    match value.is_nan() {
        true => String::new(),
        false => number(value, 9),
    }
}

/// network, model_set, layers, components, shared_variance, predicts_others, coverage,
/// effective_shared_components, median_universality, effective_dimensionality, share_above_null,
/// mean_alignment_ROI... (METHOD 11.4).
#[must_use]
pub fn networks_csv(table: &Dimensions, summaries: &[NetworkSummary]) -> String {
    let mut header: Vec<String> = [
        "network",
        "model_set",
        "layers",
        "components",
        "shared_variance",
        "predicts_others",
        "coverage",
        "effective_shared_components",
        "median_universality",
        "effective_dimensionality",
        "share_above_null",
    ]
    .map(String::from)
    .to_vec();
    let regions = table.alignment.iter();
    header.extend(regions.map(|region| format!("mean_alignment_{}", region.roi)));
    let rows = summaries.iter().map(|summary| {
        let mut record = vec![
            summary.name.clone(),
            summary.set.clone(),
            summary.layers.to_string(),
            summary.dimensions.to_string(),
            cell(summary.shared_variance),
            cell(summary.predicts_others),
            cell(summary.coverage),
            cell(summary.effective_shared_components),
            cell(summary.median_universality),
            cell(summary.effective_dimensionality),
            cell(summary.above_null),
        ];
        record.extend(summary.alignment.iter().copied().map(cell));
        record
    });
    write(&header, rows)
}

/// predictor, target, share_of_variance: a line for each network that may predict another (METHOD 11.4).
#[must_use]
pub fn predictability_csv(table: &Dimensions) -> String {
    let header = ["predictor", "target", "share_of_variance"].map(String::from);
    let matrix = table.predictability();
    let names = || table.networks.iter().map(|network| &network.name);
    let rows = names().zip(&matrix).flat_map(|(predictor, row)| {
        let others = names().zip(row).filter(|(_, share)| !share.is_nan());
        others.map(move |(target, &share)| vec![predictor.clone(), target.clone(), cell(share)])
    });
    write(&header, rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(name: &str, shared_variance: f64, predicts_others: f64) -> NetworkSummary {
        NetworkSummary {
            name: name.into(),
            set: String::new(),
            layers: 1,
            dimensions: 4,
            shared_variance,
            predicts_others,
            coverage: f64::NAN,
            effective_shared_components: 1.0,
            effective_dimensionality: 2.0,
            median_universality: 0.0,
            alignment: Vec::new(),
            above_null: f64::NAN,
        }
    }

    #[test]
    fn both_rankings_are_named_and_undefined_ones_are_none() {
        let all = [
            summary("a", 0.3, 0.1),
            summary("b", f64::NAN, f64::NAN),
            summary("c", 0.2, 0.4),
        ];
        let found = NetworkFinding::of(all.iter()).expect("two that predict");
        assert_eq!(found.most_predictable, ("a".into(), 0.3));
        assert_eq!(found.best_predictor, ("c".into(), 0.4));
        assert!(NetworkFinding::of(all[1..2].iter()).is_none());
        let order = sorted_networks(&all, NetworkColumn::PredictsOthers, true);
        assert_eq!(order, [2, 0, 1]);
        assert_eq!(
            (share(0.324), share(0.0123), share(f64::NAN)),
            ("32 %".into(), "1.2 %".into(), "undefined".into())
        );
    }

    #[test]
    fn what_is_undefined_is_blank_in_files() {
        let text = networks_csv(&Dimensions::default(), &[summary("a", f64::NAN, 0.25)]);
        let row = text.lines().nth(1).expect("a row");
        assert_eq!(row, "a,,1,4,,0.25,,1,0,2,");
    }
}
