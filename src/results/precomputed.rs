//! Tables of scores that were computed before, here or by the paper's pipeline, as one table.

use std::borrow::Cow;
use std::collections::HashMap;

use super::{Alignment, Dimensions, LayerLabel, NetworkLabel};
use crate::analysis::LayerKeys;
use crate::blocks::Key;
use crate::formats::ScoreColumns;
use crate::problem::{Problem, count, visible};
use crate::stable_sort::{sort_indices, sorted};
use crate::study::{Layer, Network, Study};

impl Dimensions {
    /// Joins tables over the dimensions (network, layer, component) that they have in common with each
    /// other or not; a score that no table gives is undefined. `tables`: what the columns are, and the
    /// numbers, column by column: index of the layer, component, then each named column.
    ///
    /// # Errors
    /// A [`Problem`] for numbers that do not fit their columns, for a component that is no whole number
    /// from 0, or where no table holds universality.
    pub fn of_scores(tables: &[(&ScoreColumns, &[f64])]) -> Result<(Self, Vec<Problem>), Problem> {
        let mut made = Self::default();
        let mut problems = Vec::new();
        let mut rows: HashMap<(u32, u32), usize> = HashMap::new();
        let mut columns: Vec<(String, Vec<f64>)> = Vec::new();
        for (known, values) in tables {
            let count_of = known.rows;
            if values.len() != count_of * (known.columns.len() + 2) {
                return Err(Problem::error(&known.path, "holds fewer scores than rows")
                    .expected("a score for each dimension in every column")
                    .hint("Save it again"));
            }
            let layers: Vec<u32> = known
                .layers
                .iter()
                .map(|(network, layer)| {
                    let (network, set) = &known.networks[*network];
                    made.layer_named(network, set.as_deref(), layer)
                })
                .collect();
            let mut doubled = 0;
            let mut seen = vec![false; made.len()];
            let indices: Vec<usize> = (0..count_of)
                .map(|row| {
                    let component = values[count_of + row];
                    if component < 0.0
                        || component.fract() != 0.0
                        || component > f64::from(u32::MAX)
                    {
                        return Err(component_problem(&known.path, row, component));
                    }
                    let layer = layers[values[row] as usize];
                    let key = (layer, component as u32);
                    let at = *rows.entry(key).or_insert_with(|| {
                        made.layer.push(layer);
                        made.component.push(key.1);
                        seen.push(false);
                        made.component.len() - 1
                    });
                    doubled += usize::from(std::mem::replace(&mut seen[at], true));
                    Ok(at)
                })
                .collect::<Result<_, Problem>>()?;
            if doubled > 0 {
                problems.push(
                    Problem::warning(
                        &known.path,
                        format!(
                            "names {} more than once",
                            count(doubled, "dimension", "dimensions")
                        ),
                    )
                    .expected("one row for each network, layer and component")
                    .hint("The last row of each is shown"),
                );
            }
            for (index, name) in known.columns.iter().enumerate() {
                let own = &values[(index + 2) * count_of..(index + 3) * count_of];
                let at = columns.iter().position(|(other, _)| other == name);
                let at = at.unwrap_or_else(|| {
                    columns.push((name.clone(), Vec::new()));
                    columns.len() - 1
                });
                let column = &mut columns[at].1;
                column.resize(made.len(), f64::NAN);
                for (&row, &value) in indices.iter().zip(own) {
                    column[row] = value;
                }
            }
        }
        for (_, column) in &mut columns {
            column.resize(made.len(), f64::NAN);
        }
        made.sort_rows(&mut columns);
        made.count_from_one(&mut problems);
        made.take_columns(columns, tables)?;
        made.make_visible();
        Ok((made, problems))
    }

    /// Writes out what cannot be seen in names, as a study does.
    fn make_visible(&mut self) {
        let networks = self.networks.iter_mut();
        let networks = networks.flat_map(|network| [&mut network.name, &mut network.set]);
        let layers = self.layers.iter_mut().map(|layer| &mut layer.name);
        let regions = self.alignment.iter_mut().map(|region| &mut region.roi);
        for name in networks.chain(layers).chain(regions) {
            if let Cow::Owned(shown) = visible(name) {
                *name = shown;
            }
        }
    }

    /// Whether the table was brought as it is, without the study that it was computed from.
    #[must_use]
    pub fn is_precomputed(&self) -> bool {
        !self.is_empty() && self.by_network.is_empty()
    }

    /// A study with the table's networks and layers, and nothing to compute on.
    #[must_use]
    pub fn bare_study(&self) -> Study {
        let layers_of = |network: usize| {
            let layers = self
                .layers
                .iter()
                .filter(move |layer| layer.network == network);
            layers.map(|layer| Layer {
                name: layer.name.clone(),
                parts: Vec::new(),
                fitting: Vec::new(),
            })
        };
        let networks = self.networks.iter().enumerate();
        Study {
            networks: networks
                .map(|(index, label)| Network {
                    name: label.name.clone(),
                    set: label.set.clone(),
                    same_as: None,
                    layers: layers_of(index).collect(),
                })
                .collect(),
            ..Study::default()
        }
    }

    fn layer_named(&mut self, network: &str, set: Option<&str>, layer: &str) -> u32 {
        let of = self
            .networks
            .iter()
            .position(|label| label.name == network)
            .unwrap_or_else(|| {
                self.networks.push(NetworkLabel {
                    name: network.to_owned(),
                    // unknown stays unknown
                    set: set.unwrap_or_default().to_owned(),
                });
                self.networks.len() - 1
            });
        let known = |label: &LayerLabel| label.network == of && label.name == layer;
        let index = self.layers.iter().position(known).unwrap_or_else(|| {
            self.layers.push(LayerLabel {
                network: of,
                name: layer.to_owned(),
                depth: 0.0,
                keys: no_keys(),
            });
            self.layers.len() - 1
        });
        index as u32
    }

    /// Layers by their networks, components in order: what the rest of the table relies on.
    fn sort_rows(&mut self, columns: &mut [(String, Vec<f64>)]) {
        let mut indices: Vec<usize> = (0..self.layers.len()).collect();
        sort_indices(&mut indices, |a, b| {
            self.layers[a].network.cmp(&self.layers[b].network)
        });
        let mut new_index = vec![0_u32; indices.len()];
        for (new, &old) in indices.iter().enumerate() {
            new_index[old] = new as u32;
        }
        self.layers = indices
            .iter()
            .map(|&old| self.layers[old].clone())
            .collect();
        for network in 0..self.networks.len() {
            let of_network = |layer: &&mut LayerLabel| layer.network == network;
            let last = self
                .layers
                .iter()
                .filter(|layer| layer.network == network)
                .count();
            let last = last.saturating_sub(1).max(1) as f64;
            for (depth, layer) in self.layers.iter_mut().filter(of_network).enumerate() {
                layer.depth = depth as f64 / last;
            }
        }
        self.layer
            .iter_mut()
            .for_each(|layer| *layer = new_index[*layer as usize]);
        let mut order: Vec<usize> = (0..self.len()).collect();
        let index = |row: usize| (self.layer[row], self.component[row]);
        sort_indices(&mut order, |a, b| index(a).cmp(&index(b)));
        self.layer = order.iter().map(|&row| self.layer[row]).collect();
        self.component = order.iter().map(|&row| self.component[row]).collect();
        for (_, column) in columns {
            *column = order.iter().map(|&row| column[row]).collect();
        }
    }

    /// Pipelines that count components from 0 are brought in line, aloud.
    fn count_from_one(&mut self, problems: &mut Vec<Problem>) {
        if self.component.contains(&0) {
            self.component
                .iter_mut()
                .for_each(|component| *component += 1);
            problems.push(Problem::notice(
                "",
                "Components are counted from 0 in these scores, and from 1 here",
            ));
        }
    }

    fn take_columns(
        &mut self,
        columns: Vec<(String, Vec<f64>)>,
        tables: &[(&ScoreColumns, &[f64])],
    ) -> Result<(), Problem> {
        let undefined = vec![f64::NAN; self.len()];
        let mut columns: HashMap<String, Vec<f64>> = columns.into_iter().collect();
        let mut take = |name: &str| columns.remove(name);
        let Some(universality) = take("universality") else {
            let path = tables.first().map_or("", |(known, _)| known.path.as_str());
            return Err(Problem::error(path, "holds scores, but no universality")
                .expected("a column universality, or the paper's file of universality beside that of brains")
                .hint("Add the file with the universality of the same dimensions as well"));
        };
        self.universality = universality;
        self.variance = take("variance").unwrap_or_else(|| undefined.clone());
        self.variance_share = take("variance_share").unwrap_or(undefined);
        self.universality_ols = take("universality_ols");
        self.universality_one_to_one = take("universality_one_to_one");
        let rois: Vec<String> = columns
            .keys()
            .filter_map(|name| name.strip_prefix("alignment_").map(str::to_owned))
            .collect();
        for roi in sorted(rois) {
            let mut take = |name: &str| columns.remove(&format!("{name}_{roi}"));
            let scores = take("alignment").unwrap_or_default();
            let reliability = take("reliability").unwrap_or_default();
            let rsa = take("rsa_alignment");
            self.alignment.push(Alignment {
                roi,
                scores,
                reliability,
                rsa,
                is_ranked: false,
                relation: (f64::NAN, 0),
            });
        }
        self.relate();
        Ok(())
    }
}

/// The keys of a layer that has no blocks.
pub(super) fn no_keys() -> LayerKeys {
    let nothing = |what: &str| Key::of(&("no block", what));
    LayerKeys {
        scores: nothing("scores"),
        variances: nothing("variances"),
        counts: nothing("counts"),
        gram: nothing("gram"),
        inverse: nothing("inverse"),
        exact: nothing("exact"),
    }
}

fn component_problem(path: &str, row: usize, component: f64) -> Problem {
    Problem::error(
        path,
        format!("has the component {component} in row {}", row + 1),
    )
    .expected("a whole number, from 1")
    .hint("Write the number of each dimension within its layer into that column")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::Element;

    fn columns(path: &str, layers: &[(usize, &str)], names: &[&str], rows: usize) -> ScoreColumns {
        ScoreColumns {
            path: path.into(),
            networks: vec![("a".into(), None), ("b".into(), Some("Mine".into()))],
            layers: layers
                .iter()
                .map(|&(network, name)| (network, name.into()))
                .collect(),
            columns: names.iter().map(|&name| name.into()).collect(),
            rows,
            element: Element::TEXT,
        }
    }

    #[test]
    fn universality_and_brains_are_joined_by_dimension() {
        let first = columns("u.nc", &[(1, "x"), (0, "x")], &["universality"], 3);
        let numbers = [0.0, 1.0, 1.0, 1.0, 2.0, 1.0, 0.5, 0.25, 0.75];
        let second = columns("b.nc", &[(0, "x"), (1, "x")], &["alignment_IT"], 2);
        let others = [0.0, 1.0, 1.0, 1.0, 0.3, 0.4];
        let tables: [(&ScoreColumns, &[f64]); 2] = [(&first, &numbers), (&second, &others)];
        let (table, problems) = Dimensions::of_scores(&tables).expect("fits");
        assert!(problems.is_empty() && table.is_precomputed());
        let names: Vec<(&str, u32)> = (0..3)
            .map(|row| (table.network_of(row).name.as_str(), table.component[row]))
            .collect();
        assert_eq!(names, [("b", 1), ("a", 1), ("a", 2)]);
        assert_eq!(table.universality, [0.5, 0.75, 0.25]);
        assert_eq!(table.alignment[0].scores[..2], [0.4, 0.3]);
        assert!(table.alignment[0].scores[2].is_nan());
        let sets: Vec<&str> = table
            .networks
            .iter()
            .map(|label| label.set.as_str())
            .collect();
        assert_eq!(sets, ["Mine", ""]);
        assert_eq!(table.relation(0).1, 2);
    }

    #[test]
    fn what_does_not_fit_is_said() {
        let without = columns("b.nc", &[(0, "x")], &["alignment_IT"], 1);
        let refused = Dimensions::of_scores(&[(&without, &[0.0, 1.0, 0.3])]).unwrap_err();
        assert!(refused.to_string().contains("no universality"), "{refused}");
        let twice = columns("u.csv", &[(0, "x")], &["universality"], 2);
        let (table, problems) =
            Dimensions::of_scores(&[(&twice, &[0.0, 0.0, 0.0, 0.0, 0.1, 0.2])]).expect("fits");
        assert_eq!((table.universality, table.component), (vec![0.2], vec![1]));
        assert_eq!(problems.len(), 2);
        let half = columns("u.csv", &[(0, "x")], &["universality"], 1);
        assert!(Dimensions::of_scores(&[(&half, &[0.0, 1.5, 0.1])]).is_err());
        assert!(Dimensions::of_scores(&[(&half, &[0.0, 1.0])]).is_err());
    }
}
