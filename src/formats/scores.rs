//! Scores that were computed before, here or by the paper's pipeline: a row for each dimension.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::decode::Element;
use crate::stable_sort::sorted;

/// What the rows and columns of a table of scores are; the numbers are beside it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScoreColumns {
    /// Path of the file.
    pub path: String,
    /// Networks, with their model sets where the file gives them.
    pub networks: Vec<(String, Option<String>)>,
    /// Layers: index of the network, and name.
    pub layers: Vec<(usize, String)>,
    /// Names of the columns: `universality`, `variance`, `alignment_IT` and so on, as in the CSV of
    /// this site.
    pub columns: Vec<String>,
    /// Rows.
    pub rows: usize,
    /// Type of a score in the file.
    pub element: Element,
}

/// A table of scores.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoreTable {
    /// Rows and columns.
    pub columns: ScoreColumns,
    /// Column by column: index of the layer, component from 1, then each named column.
    pub values: Vec<f64>,
}

/// Numbers networks and layers in the order in which they are met.
#[derive(Default)]
pub struct Labels {
    networks: Vec<(String, Option<String>)>,
    layers: Vec<(usize, String)>,
    known: HashMap<(String, String), usize>,
    by_network: HashMap<String, usize>,
}

impl Labels {
    /// Index of a layer.
    pub fn layer(&mut self, network: &str, layer: &str, set: Option<&str>) -> usize {
        if let Some(&index) = self.known.get(&(network.to_owned(), layer.to_owned())) {
            return index;
        }
        let networks = &mut self.networks;
        let of = *self
            .by_network
            .entry(network.to_owned())
            .or_insert_with(|| {
                networks.push((network.to_owned(), set.map(str::to_owned)));
                networks.len() - 1
            });
        self.layers.push((of, layer.to_owned()));
        let index = self.layers.len() - 1;
        self.known
            .insert((network.to_owned(), layer.to_owned()), index);
        index
    }
}

impl ScoreTable {
    /// A table of named columns, each as long as there are rows.
    pub fn new(
        path: &str,
        element: Element,
        labels: Labels,
        layer: Vec<usize>,
        component: Vec<f64>,
        columns: Vec<(String, Vec<f64>)>,
    ) -> Self {
        let mut values: Vec<f64> = layer.iter().map(|&index| index as f64).collect();
        values.extend(component);
        let mut names = Vec::with_capacity(columns.len());
        for (name, column) in columns {
            names.push(name);
            values.extend(column);
        }
        Self {
            columns: ScoreColumns {
                path: path.to_owned(),
                networks: labels.networks,
                layers: labels.layers,
                columns: names,
                rows: layer.len(),
                element,
            },
            values,
        }
    }

    /// The table of one of the paper's summary files, long over regions where there are several: a
    /// column `universality`, or one `alignment_ROI` for each region.
    pub fn of_summary(
        path: &str,
        element: Element,
        networks: Vec<String>,
        layers: Vec<String>,
        components: Vec<f64>,
        rois: Option<Vec<String>>,
        scores: Vec<f64>,
    ) -> Self {
        let mut labels = Labels::default();
        let indices: Vec<usize> = networks
            .iter()
            .zip(&layers)
            .map(|(network, layer)| labels.layer(network, layer, None))
            .collect();
        let Some(rois) = rois else {
            // the file of alignment may name its region in its name alone
            let name = match roi_of_name(path) {
                Some(roi) => format!("alignment_{roi}"),
                None => "universality".to_owned(),
            };
            return Self::new(
                path,
                element,
                labels,
                indices,
                components,
                vec![(name, scores)],
            );
        };
        let mut regions = sorted(rois.iter().collect::<Vec<&String>>());
        regions.dedup();
        // one row a dimension, one column a region
        let mut rows: HashMap<(usize, u64), usize> = HashMap::new();
        let (mut layer, mut component) = (Vec::new(), Vec::new());
        let mut columns: Vec<(String, Vec<f64>)> = regions
            .iter()
            .map(|roi| (format!("alignment_{roi}"), Vec::new()))
            .collect();
        for (row, (&index, &number)) in indices.iter().zip(&components).enumerate() {
            let at = *rows.entry((index, number.to_bits())).or_insert_with(|| {
                layer.push(index);
                component.push(number);
                columns
                    .iter_mut()
                    .for_each(|(_, column)| column.push(f64::NAN));
                layer.len() - 1
            });
            if let Ok(region) = regions.binary_search(&&rois[row]) {
                columns[region].1[at] = scores[row];
            }
        }
        Self::new(path, element, labels, layer, component, columns)
    }
}

/// `…roi=IT.mode=…` in a file's name.
fn roi_of_name(path: &str) -> Option<String> {
    let name = path.rsplit('/').next()?;
    let (_, rest) = name.split_once("roi=")?;
    rest.split('.').next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_table_over_regions_becomes_one_column_each() {
        let text = |texts: &[&str]| texts.iter().map(|&t| t.to_owned()).collect::<Vec<String>>();
        let table = ScoreTable::of_summary(
            "x.nc",
            Element::TEXT,
            text(&["a", "a", "a", "b"]),
            text(&["l", "l", "l", "l"]),
            vec![1.0, 1.0, 2.0, 1.0],
            Some(text(&["IT", "EVC", "IT", "EVC"])),
            vec![0.1, 0.2, 0.3, 0.4],
        );
        assert_eq!(table.columns.columns, ["alignment_EVC", "alignment_IT"]);
        assert_eq!(table.columns.rows, 3);
        assert_eq!(table.values[..6], [0.0, 0.0, 1.0, 1.0, 2.0, 1.0]);
        assert_eq!(table.values[6], 0.2);
        assert!(table.values[7].is_nan());
        assert_eq!(table.values[8..10], [0.4, 0.1]);
    }

    #[test]
    fn the_region_may_be_in_the_name_alone() {
        let one = |path: &str| {
            ScoreTable::of_summary(
                path,
                Element::TEXT,
                vec!["a".into()],
                vec!["l".into()],
                vec![1.0],
                None,
                vec![0.5],
            )
        };
        assert_eq!(
            one("d/brain.roi=IT.mode=shared.nc").columns.columns,
            ["alignment_IT"]
        );
        assert_eq!(
            one("universality_index.nc").columns.columns,
            ["universality"]
        );
    }
}
