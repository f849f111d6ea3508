//! What of a table is shown: the one value from which sentence, correlation, interval, figure, table,
//! counts and CSV of a view come, and which they name.

use std::borrow::Cow;

use super::{Dimensions, Score};
use crate::math::ranks::spearman;
use crate::options::Scope;
use crate::problem::count;

/// What of a table is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Selection {
    /// Whether each network of the table is shown.
    pub networks: Vec<bool>,
    /// The score that was chosen for the vertical axis.
    pub wanted: Score,
    /// The score on the vertical axis: the one that was chosen, where the table can have it.
    pub score: Score,
    /// Index of the region among the table's.
    pub roi: usize,
    /// The networks across which universality is the median.
    pub scope: Scope,
    /// The dimensions of the networks that are shown, in the order of the table.
    pub rows: Vec<u32>,
    /// For each region that the score is of, or once where it is of none: Spearman correlation with
    /// universality over the dimensions shown that have both, and their number.
    relations: Vec<(f64, usize)>,
}

impl Selection {
    /// What is shown of a table. `networks`: whether each of its networks is.
    #[must_use]
    pub fn new(
        table: &Dimensions,
        networks: Vec<bool>,
        wanted: Score,
        roi: usize,
        scope: Scope,
    ) -> Self {
        let is_in = |row: &u32| {
            let network = table.layer_of(*row as usize).network;
            networks.get(network).copied().unwrap_or(false)
        };
        let rows = (0..table.len() as u32).filter(is_in).collect();
        let mut selection = Self {
            networks,
            wanted,
            score: wanted.offered(table, roi),
            roi,
            scope,
            rows,
            relations: Vec::new(),
        };
        selection.relations = (0..table.alignment.len().max(1))
            .map(|roi| selection.correlate(table, roi))
            .collect();
        selection
    }

    /// All of a table: every network.
    #[must_use]
    pub fn all(table: &Dimensions, wanted: Score, roi: usize, scope: Scope) -> Self {
        Self::new(table, vec![true; table.networks.len()], wanted, roi, scope)
    }

    fn correlate(&self, table: &Dimensions, roi: usize) -> (f64, usize) {
        if self.is_whole() && self.score_of(table, roi) == Score::Alignment {
            return table.relation(roi);
        }
        let Some(values) = self.column(table, roi) else {
            return (f64::NAN, 0);
        };
        let of_rows = |values: &[f64]| -> Vec<f64> {
            let rows = self.rows.iter();
            rows.map(|&row| values[row as usize]).collect()
        };
        spearman(&of_rows(&table.universality), &of_rows(&values))
    }

    /// Whether every network is shown.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.networks.iter().all(|is_in| *is_in)
    }

    /// Number of networks that are shown.
    #[must_use]
    pub fn shown_networks(&self) -> usize {
        self.networks.iter().filter(|is_in| **is_in).count()
    }

    /// `3 of 8 networks`, where not all are shown.
    #[must_use]
    pub fn networks_in_words(&self) -> Option<String> {
        let all = self.networks.len();
        (!self.is_whole()).then(|| {
            let networks = count(all, "network", "networks");
            format!("{} of {networks}", self.shown_networks())
        })
    }

    /// `288 of 768 dimensions`, or `768 dimensions` where all are shown.
    #[must_use]
    pub fn dimensions_in_words(&self, table: &Dimensions) -> String {
        let all = count(table.len(), "dimension", "dimensions");
        match self.is_whole() {
            true => all,
            false => format!("{} of {all}", count_alone(self.rows.len())),
        }
    }

    /// The score for a region: what stands for the chosen one there.
    #[must_use]
    pub fn score_of(&self, table: &Dimensions, roi: usize) -> Score {
        self.wanted.offered(table, roi)
    }

    /// The score of every dimension of the table for a region; `None` where it is not computed (yet).
    #[must_use]
    pub fn column<'a>(&self, table: &'a Dimensions, roi: usize) -> Option<Cow<'a, [f64]>> {
        let column = table.score(self.score_of(table, roi), roi);
        column.filter(|values| values.len() == table.len())
    }

    /// The regions for which the shown score is there; the chosen one alone for a score of no region.
    #[must_use]
    pub fn regions(&self, table: &Dimensions) -> Vec<usize> {
        let is_there = |roi: &usize| self.column(table, *roi).is_some();
        match self.score.has_region() {
            true => (0..table.alignment.len()).filter(is_there).collect(),
            false => Some(self.roi).filter(is_there).into_iter().collect(),
        }
    }

    /// Spearman correlation of universality and the shown score for a region, over the dimensions
    /// shown that have both, and their number.
    #[must_use]
    pub fn relation(&self, roi: usize) -> (f64, usize) {
        let of_region = self.relations.get(roi).copied();
        of_region.unwrap_or((f64::NAN, 0))
    }

    /// Universality, score, and network of each dimension shown; networks counted among those shown.
    #[must_use]
    pub fn pairs(&self, table: &Dimensions, roi: usize) -> Option<[Vec<f64>; 3]> {
        let values = self.column(table, roi)?;
        let mut next = 0;
        let positions: Vec<usize> = (self.networks.iter())
            .map(|&is_in| {
                let position = next;
                next += usize::from(is_in);
                position
            })
            .collect();
        let rows = || self.rows.iter().map(|&row| row as usize);
        Some([
            rows().map(|row| table.universality[row]).collect(),
            rows().map(|row| values[row]).collect(),
            rows()
                .map(|row| positions[table.layer_of(row).network] as f64)
                .collect(),
        ])
    }
}

/// A whole number with its thousands apart, as counts in sentences have it.
fn count_alone(number: usize) -> String {
    let text = count(number, "", "");
    text.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::precomputed::no_keys;
    use crate::results::{Alignment, LayerLabel, NetworkLabel};

    /// Three networks of one layer of four dimensions each.
    fn table() -> Dimensions {
        let universality = vec![
            0.9,
            0.5,
            0.1,
            0.0,
            0.8,
            0.4,
            0.2,
            0.1,
            0.7,
            0.6,
            0.3,
            f64::NAN,
        ];
        let scores = vec![0.5, 0.4, 0.3, 0.1, 0.1, 0.2, 0.3, 0.4, 0.5, 0.1, 0.2, 0.3];
        let mut table = Dimensions {
            networks: ["a", "b", "c"]
                .map(|name| NetworkLabel {
                    name: name.into(),
                    set: String::new(),
                })
                .to_vec(),
            layers: (0..3)
                .map(|network| LayerLabel {
                    network,
                    name: "l".into(),
                    depth: 0.0,
                    keys: no_keys(),
                })
                .collect(),
            layer: (0..12).map(|row| row / 4).collect(),
            component: (0..12).map(|row| row % 4 + 1).collect(),
            variance: vec![1.0; 12],
            variance_share: (0..12).map(|row| f64::from(12 - row) / 78.0).collect(),
            universality,
            by_network: vec![vec![0.0; 12]; 3],
            ..Dimensions::default()
        };
        table.alignment.push(Alignment {
            roi: "IT".into(),
            scores,
            reliability: vec![0.25; 12],
            rsa: None,
            is_ranked: false,
            relation: (f64::NAN, 0),
        });
        table.add_rsa(vec![vec![0.1; 12]]);
        table
    }

    #[test]
    fn hidden_networks_are_out_of_every_number() {
        let table = table();
        let whole = Selection::all(&table, Score::Alignment, 0, Scope::All);
        assert_eq!((whole.rows.len(), whole.relation(0).1), (12, 11));
        assert_eq!(whole.networks_in_words(), None);
        assert_eq!(whole.dimensions_in_words(&table), "12 dimensions");
        let one = Selection::new(
            &table,
            vec![true, false, false],
            Score::Alignment,
            0,
            Scope::All,
        );
        let (rho, dimensions) = one.relation(0);
        assert!((rho - 1.0).abs() < 1e-12 && dimensions == 4);
        assert_eq!(one.networks_in_words().as_deref(), Some("1 of 3 networks"));
        assert_eq!(one.dimensions_in_words(&table), "4 of 12 dimensions");
        let other = Selection::new(
            &table,
            vec![false, true, true],
            Score::Alignment,
            0,
            Scope::All,
        );
        assert_eq!(other.rows, [4, 5, 6, 7, 8, 9, 10, 11]);
        let [x, y, owner] = other.pairs(&table, 0).expect("there");
        assert_eq!((x[0], y[0]), (0.8, 0.1));
        assert_eq!(owner, [0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0]);
        let expected = spearman(&x, &y);
        assert_eq!(other.relation(0), expected);
        assert_ne!(other.relation(0).0, whole.relation(0).0);
    }

    #[test]
    fn the_correlation_is_of_the_score_on_the_vertical_axis() {
        let table = table();
        let of = |score| Selection::all(&table, score, 0, Scope::All);
        let (universality, share) = (&table.universality, &table.variance_share);
        assert_eq!(
            of(Score::VarianceShare).relation(0),
            spearman(universality, share)
        );
        assert_eq!(of(Score::VarianceShare).regions(&table), [0]);
        // a constant score has no correlation
        assert!(of(Score::Reliability).relation(0).0.is_nan());
        let adjusted = of(Score::Adjusted).relation(0).0;
        assert!((adjusted - of(Score::Alignment).relation(0).0).abs() < 1e-12);
        // not computed: no region has it
        let ols = of(Score::UniversalityOls);
        assert!(ols.regions(&table).is_empty() && ols.pairs(&table, 0).is_none());
        assert_eq!(ols.relation(0).1, 0);
    }

    #[test]
    fn a_table_without_brains_shows_the_share_of_variance() {
        let mut table = table();
        table.alignment.clear();
        let selection = Selection::all(&table, Score::Alignment, 0, Scope::All);
        assert_eq!(selection.score, Score::VarianceShare);
        assert_eq!(selection.regions(&table), [0]);
        assert_eq!(selection.relation(0).1, 11);
    }
}
