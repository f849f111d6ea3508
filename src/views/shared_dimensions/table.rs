//! What shared dimensions are found, and what may be said of each (METHOD 11.1).

use crate::problem::Problem;

/// Stability from which on an axis may be read.
pub const STABLE: f64 = 0.7;

/// Stimuli from which on any axis may be read.
pub const FEWEST_STIMULI: usize = 30;

/// Eigenvalues that differ by less leave their axes undefined.
const SAME: f64 = 1e-6;

/// The dimensions that networks share, and those after them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SharedTable {
    /// Ids of the stimuli, in the order of the study.
    pub stimuli: Vec<String>,
    /// Indices of stimuli in the order in which they are shown.
    pub shown: Vec<usize>,
    /// The dimensions, the one that networks reproduce best first.
    pub dimensions: Vec<SharedDimension>,
    /// Universality that chance reaches where networks have nothing in common: 95th percentile of the
    /// luckiest network, over shufflings and dimensions.
    pub null_95: f64,
    /// The networks, in the order of their names by bytes.
    pub networks: Vec<SharedNetwork>,
    /// Number of groups: declared copies are one.
    pub groups: usize,
    /// The regions that dimensions are compared with, and whether by their RSA alignment, for RDMs of ranks.
    pub regions: Vec<(String, bool)>,
    /// What is to be known when reading it.
    pub notices: Vec<Problem>,
}

/// A dimension: an ordering of the stimuli.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SharedDimension {
    /// Scores of the stimuli, in the order of the study: mean 0, mean square 1.
    pub scores: Vec<f64>,
    /// Mean share of it that networks reproduce in sample, in [0, 1]: for ordering only.
    pub eigenvalue: f64,
    /// Median over networks of their agreement with the others on stimuli left out, in [-1, 1]: higher is
    /// more shared.
    pub universality: f64,
    /// 95th percentile of the same for a direction that means nothing.
    pub direction_95: f64,
    /// It and all before it are above both.
    pub is_shared: bool,
    /// Networks that agree with the others by more than chance.
    pub networks_above: usize,
    /// Closeness of the axis that the training stimuli alone give, mean over folds, in [0, 1].
    pub stability: f64,
    /// Closeness of the axis without one group of networks, the least over groups, in [0, 1].
    pub stability_networks: f64,
    /// Whether another dimension has the same eigenvalue to rounding: then neither axis is defined.
    pub is_tied: bool,
    /// What each region says of it.
    pub brains: Vec<BrainOfShared>,
}

/// What the brains of one region say of a dimension.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BrainOfShared {
    /// Brain alignment, in [-1, 1]: higher is better.
    pub alignment: f64,
    /// Between-subject reliability, in [-1, 1]; undefined with fewer than two subjects.
    pub reliability: f64,
    /// Alignment relative to what reliability allows.
    pub adjusted: f64,
}

/// A network along the dimensions.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SharedNetwork {
    /// Its index in the study.
    pub index: usize,
    /// Its name.
    pub name: String,
    /// Agreement with the others on stimuli left out, one a dimension, in [-1, 1].
    pub scores: Vec<f64>,
    /// Share of its variance along each dimension, in [0, 1].
    pub variance_share: Vec<f64>,
    /// Its layers, in the order of their names by bytes.
    pub layers: Vec<SharedLayer>,
}

/// A layer along the first dimensions.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SharedLayer {
    /// Its index among the network's layers.
    pub index: usize,
    /// Its name.
    pub name: String,
    /// Agreement with the other networks on stimuli left out, one a dimension, in [-1, 1].
    pub scores: Vec<f64>,
    /// Correlation of each component with each dimension over all stimuli, in [-1, 1].
    pub loadings: Vec<Vec<f64>>,
}

/// A component that carries a dimension.
#[derive(Debug, Clone, PartialEq)]
pub struct Carrier {
    /// Its network's index in the study.
    pub network: usize,
    /// Its layer's index in the network.
    pub layer: usize,
    /// From 1.
    pub component: usize,
    /// Pearson correlation over all stimuli; the sign of a component is arbitrary.
    pub correlation: f64,
}

impl SharedTable {
    /// How many dimensions networks share.
    #[must_use]
    pub fn count(&self) -> usize {
        let dimensions = self.dimensions.iter();
        dimensions.filter(|dimension| dimension.is_shared).count()
    }

    /// Whether all that were looked at are shared, so that there may be more.
    #[must_use]
    pub fn may_be_more(&self) -> bool {
        !self.dimensions.is_empty() && self.count() == self.dimensions.len()
    }

    /// Whether the axis of a dimension may be read: thumbnails, names, a claim about this one dimension.
    /// Other shared dimensions exist as a space, whose axes could be turned.
    #[must_use]
    pub fn may_be_read(&self, dimension: usize) -> bool {
        self.dimensions.get(dimension).is_some_and(|dimension| {
            dimension.is_shared
                && dimension.stability >= STABLE
                && !dimension.is_tied
                && self.stimuli.len() >= FEWEST_STIMULI
        })
    }

    /// Mean agreement of a network over the shared dimensions (METHOD 11.3, coverage): how much of what all
    /// share it has, in [-1, 1]; undefined where nothing is shared.
    #[must_use]
    pub fn coverage(&self, network: &SharedNetwork) -> f64 {
        let shared = network.scores.iter().take(self.count());
        let (sum, count) = shared.fold((0.0, 0), |(sum, count), score| (sum + score, count + 1));
        if count == 0 {
            f64::NAN
        } else {
            sum / f64::from(count)
        }
    }

    /// The stimuli at both ends of a dimension: highest first, then lowest first.
    #[must_use]
    pub fn ends(&self, dimension: usize, count: usize) -> (Vec<usize>, Vec<usize>) {
        let Some(dimension) = self.dimensions.get(dimension) else {
            return (Vec::new(), Vec::new());
        };
        let mut order: Vec<usize> = (0..dimension.scores.len()).collect();
        crate::stable_sort::sort_indices(&mut order, |a, b| {
            dimension.scores[b].total_cmp(&dimension.scores[a])
        });
        let count = count.min(order.len() / 2);
        let highest = order.iter().take(count).copied().collect();
        (highest, order.iter().rev().take(count).copied().collect())
    }

    /// The components of all networks that go most with a dimension, whatever their sign.
    #[must_use]
    pub fn carriers(&self, dimension: usize, count: usize) -> Vec<Carrier> {
        let mut all = Vec::new();
        for network in &self.networks {
            for layer in &network.layers {
                for (component, loadings) in layer.loadings.iter().enumerate() {
                    let Some(&correlation) = loadings.get(dimension) else {
                        continue;
                    };
                    if correlation.is_finite() {
                        all.push(Carrier {
                            network: network.index,
                            layer: layer.index,
                            component: component + 1,
                            correlation,
                        });
                    }
                }
            }
        }
        let mut all = crate::stable_sort::sorted_by(all, |a, b| {
            b.correlation.abs().total_cmp(&a.correlation.abs())
        });
        all.truncate(count);
        all
    }

    /// Says which dimensions are shared: the leading run above both kinds of chance, with the networks that
    /// are above the first; and which eigenvalues are the same. `after` is the eigenvalue after the last.
    pub fn settle(&mut self, after: Option<f64>) {
        let mut goes_on = true;
        let null = self.null_95;
        for (index, dimension) in self.dimensions.iter_mut().enumerate() {
            goes_on &=
                dimension.universality > null && dimension.universality > dimension.direction_95;
            dimension.is_shared = goes_on;
            let networks = self.networks.iter();
            let scores = networks.filter_map(|network| network.scores.get(index));
            dimension.networks_above = scores.filter(|score| **score > null).count();
        }
        let mut eigenvalues: Vec<f64> = self.dimensions.iter().map(|d| d.eigenvalue).collect();
        eigenvalues.extend(after);
        for index in 1..eigenvalues.len() {
            if eigenvalues[index - 1] - eigenvalues[index] < SAME {
                for tied in [index - 1, index] {
                    if let Some(dimension) = self.dimensions.get_mut(tied) {
                        dimension.is_tied = true;
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(universality: &[f64], eigenvalues: &[f64]) -> SharedTable {
        let dimensions = universality.iter().zip(eigenvalues);
        let dimensions = dimensions.map(|(&universality, &eigenvalue)| SharedDimension {
            universality,
            eigenvalue,
            direction_95: 0.4,
            stability: 0.8,
            ..SharedDimension::default()
        });
        SharedTable {
            stimuli: vec![String::new(); 40],
            dimensions: dimensions.collect(),
            null_95: 0.3,
            networks: vec![SharedNetwork {
                scores: universality.to_vec(),
                ..SharedNetwork::default()
            }],
            ..SharedTable::default()
        }
    }

    #[test]
    fn the_run_of_shared_dimensions_ends_at_the_first_that_fails() {
        let cases: [(&[f64], usize, bool); 5] = [
            (&[0.9, 0.5, 0.35, 0.8], 2, false),
            (&[0.9, f64::NAN, 0.8], 1, false),
            (&[0.2, 0.9], 0, false),
            (&[0.9, 0.8], 2, true),
            (&[], 0, false),
        ];
        for (universality, count, may_be_more) in cases {
            let falling: Vec<f64> = (0..universality.len())
                .map(|d| 0.9 - 0.1 * d as f64)
                .collect();
            let mut table = table(universality, &falling);
            table.settle(None);
            assert_eq!((table.count(), table.may_be_more()), (count, may_be_more));
            let above = table.dimensions.iter().map(|d| d.networks_above);
            let expected = universality.iter().map(|&u| usize::from(u > 0.3));
            assert!(above.eq(expected), "{universality:?}");
            assert_eq!(table.coverage(&table.networks[0]).is_nan(), count == 0);
        }
    }

    #[test]
    fn an_axis_is_read_only_where_it_is_shared_stable_and_alone() {
        let mut made = table(&[0.9; 4], &[0.9, 0.8, 0.8 - 1e-9, 0.5]);
        made.settle(Some(0.5 - 1e-8));
        let read = |table: &SharedTable| [0, 1, 2, 3, 4].map(|d| table.may_be_read(d));
        assert_eq!(read(&made), [true, false, false, false, false]);
        made.dimensions[0].stability = 0.69;
        assert!(!made.may_be_read(0));
        made.dimensions[0].stability = 0.7;
        made.stimuli.truncate(29);
        assert!(!made.may_be_read(0));
    }

    #[test]
    fn ends_and_carriers_come_strongest_first() {
        let mut made = table(&[0.9], &[0.9]);
        made.dimensions[0].scores = vec![0.1, -2.0, 3.0, 0.5, -0.2];
        assert_eq!(made.ends(0, 8), (vec![2, 3], vec![1, 4]));
        assert_eq!(made.ends(0, 1), (vec![2], vec![1]));
        assert_eq!(made.ends(5, 1), (Vec::new(), Vec::new()));
        made.networks[0].layers = vec![SharedLayer {
            loadings: vec![vec![0.2], vec![-0.9], vec![f64::NAN], vec![0.5]],
            ..SharedLayer::default()
        }];
        let carriers = made.carriers(0, 2);
        let of = |c: &Carrier| (c.component, c.correlation);
        assert_eq!(
            carriers.iter().map(of).collect::<Vec<_>>(),
            [(2, -0.9), (4, 0.5)]
        );
        assert!(made.carriers(1, 2).is_empty());
    }
}
