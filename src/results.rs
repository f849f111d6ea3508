//! What analyses give: the table of dimensions, one row a principal component of a layer of a
//! network, and the further tables; all of them as CSV.

pub mod csv;
pub mod finding;
mod penalties;
mod pool;
mod precomputed;
mod reach;
mod score;
mod selection;
mod sort;
mod table_builder;
pub mod text;

pub use penalties::penalties_csv;
pub use pool::Pool;
pub use reach::check_reach;
pub use score::{Score, UNIVERSALITY_HELP};
pub use selection::Selection;
pub use sort::{Column, sorted_rows};
pub use table_builder::TableBuilder;

use crate::analysis::{LayerKeys, Plan, Scope};
use crate::blocks::{Block, Key};
use crate::math::ranks::spearman;
use crate::math::reliability::adjusted;
use crate::math::summary::{mean, median};
use crate::problem::{Problem, count};

/// Scores of every dimension of a study. Columns are as long as there are dimensions; NaN is
/// "undefined".
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Dimensions {
    /// The networks, with their model sets.
    pub networks: Vec<NetworkLabel>,
    /// The layers, in the order of their dimensions.
    pub layers: Vec<LayerLabel>,
    /// Row -> index in `layers`.
    pub layer: Vec<u32>,
    /// Row -> component, from 1.
    pub component: Vec<u32>,
    /// Explained variance, in squared activation units.
    pub variance: Vec<f64>,
    /// Share of the layer's variance, in [0, 1].
    pub variance_share: Vec<f64>,
    /// Median of the scores by the other networks, in [-1, 1]: the more, the more universal.
    pub universality: Vec<f64>,
    /// For each region, the mean of the scores by its subjects, in [-1, 1].
    pub alignment: Vec<Alignment>,
    /// For each network, its score of every dimension; undefined where it may not predict.
    pub by_network: Vec<Vec<f32>>,
    /// For each brain of the study, its score of every dimension.
    pub by_brain: Vec<BrainScores>,
    /// Universality by least squares, once it was asked for.
    pub universality_ols: Option<Vec<f64>>,
    /// Universality by the best single unit, once it was asked for.
    pub universality_one_to_one: Option<Vec<f64>>,
}

/// A network of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkLabel {
    /// Its name.
    pub name: String,
    /// Its model set; empty where it is unknown.
    pub set: String,
}

/// A layer of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerLabel {
    /// Index of its network in the table's networks.
    pub network: usize,
    /// Its name.
    pub name: String,
    /// Relative depth: 0 the first layer, 1 the last.
    pub depth: f64,
    /// Its blocks, for secondary analyses.
    pub keys: LayerKeys,
}

/// Alignment with one region.
#[derive(Debug, Clone, PartialEq)]
pub struct Alignment {
    /// The region.
    pub roi: String,
    /// Mean over subjects, one a dimension.
    pub scores: Vec<f64>,
    /// Between-subject reliability in [-1, 1], one a dimension; empty with fewer than two subjects.
    pub reliability: Vec<f64>,
    /// RSA alignment of each dimension by itself, in [-1, 1], once it was asked for.
    pub rsa: Option<Vec<f64>>,
    /// All RDMs of the region hold ranks: predictions from them have no meaning, and the RSA
    /// alignment stands for alignment.
    pub is_ranked: bool,
    /// Spearman correlation of universality and alignment, and over how many dimensions.
    pub relation: (f64, usize),
}

/// Scores by one brain.
#[derive(Debug, Clone, PartialEq)]
pub struct BrainScores {
    /// The region.
    pub roi: String,
    /// The subject.
    pub subject: String,
    /// One a dimension.
    pub scores: Vec<f32>,
}

/// Fetches a block from wherever blocks are kept.
type BlockSource<'a> = &'a dyn Fn(Key) -> Option<Block>;

/// A block that results are made of is not there.
#[must_use]
pub fn missing_block() -> Problem {
    Problem::error("", "a part of the results is missing")
        .expected("every job's output")
        .hint("Run the analysis again")
}

fn numbers(store: BlockSource, key: Key) -> Result<Vec<f64>, Problem> {
    match store(key) {
        Some(Block::F64(values)) => Ok(values),
        _ => Err(missing_block()),
    }
}

/// Number of components of each layer of each network, once they are found.
///
/// # Errors
/// A [`Problem`] if a layer's components are not in the block store.
pub fn ranks(plan: &Plan, store: BlockSource) -> Result<Vec<Vec<usize>>, Problem> {
    plan.study
        .networks
        .iter()
        .enumerate()
        .map(|(network, entry)| {
            (0..entry.layers.len())
                .map(|layer| Ok(numbers(store, plan.layer(network, layer).variances)?.len()))
                .collect()
        })
        .collect()
}

impl Dimensions {
    /// Number of dimensions.
    #[must_use]
    pub fn len(&self) -> usize {
        self.component.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.component.is_empty()
    }

    /// The layer of a row.
    #[must_use]
    pub fn layer_of(&self, row: usize) -> &LayerLabel {
        &self.layers[self.layer[row] as usize]
    }

    /// The network of a row.
    #[must_use]
    pub fn network_of(&self, row: usize) -> &NetworkLabel {
        &self.networks[self.layer_of(row).network]
    }

    /// Index of the layer of a network among the table's layers, by names.
    #[must_use]
    pub fn find_layer(&self, network: &str, layer: &str) -> Option<usize> {
        self.layers
            .iter()
            .position(|label| label.name == layer && self.networks[label.network].name == network)
    }

    /// Rows of a layer, in the order of components.
    #[must_use]
    pub fn rows_of_layer(&self, layer: usize) -> std::ops::Range<usize> {
        let layer = layer as u32;
        self.layer.partition_point(|&other| other < layer)
            ..self.layer.partition_point(|&other| other <= layer)
    }

    /// Spearman correlation of universality and alignment with a region, over the dimensions that
    /// have both, and their number.
    #[must_use]
    pub fn relation(&self, roi: usize) -> (f64, usize) {
        self.alignment
            .get(roi)
            .map_or((f64::NAN, 0), |region| region.relation)
    }

    /// What stands for alignment with a region: empty while it is not computed.
    #[must_use]
    pub fn aligned(&self, roi: usize) -> &[f64] {
        let region = self.alignment.get(roi);
        region.map_or(&[], |region| match (&region.rsa, region.is_ranked) {
            (Some(rsa), true) => rsa,
            (None, true) => &[],
            (_, false) => &region.scores,
        })
    }

    /// Adds the RSA alignment of every dimension with each region.
    pub fn add_rsa(&mut self, regions: Vec<Vec<f64>>) {
        for (region, scores) in self.alignment.iter_mut().zip(regions) {
            region.rsa = Some(scores);
        }
        self.relate();
    }

    /// Takes the relations of universality and alignment, once either has changed.
    fn relate(&mut self) {
        for roi in 0..self.alignment.len() {
            self.alignment[roi].relation = spearman(&self.universality, self.aligned(roi));
        }
    }

    fn list_layers(
        &mut self,
        plan: &Plan,
        ranks: &[Vec<usize>],
        store: BlockSource,
        problems: &mut Vec<Problem>,
    ) -> Result<(), Problem> {
        let (mut constant, mut touched) = (0, Vec::new());
        for (network, entry) in plan.study.networks.iter().enumerate() {
            self.networks.push(NetworkLabel {
                name: entry.name.clone(),
                set: entry.set.clone(),
            });
            let last = entry.layers.len().saturating_sub(1).max(1) as f64;
            for (layer, label) in entry.layers.iter().enumerate() {
                let keys = plan.layer(network, layer);
                let variances = numbers(store, keys.variances)?;
                let counts = numbers(store, keys.counts)?;
                let (total, constants) = (
                    counts.first().copied().unwrap_or(f64::NAN),
                    counts.get(2).copied().unwrap_or(0.0),
                );
                if constants > 0.0 {
                    constant += constants as usize;
                    touched.push(format!("{}, {}", entry.name, label.name));
                }
                if ranks[network][layer] == 0 {
                    problems.push(
                        Problem::warning(
                            &label.parts[0].path,
                            "has no dimension: all its units are constant over the stimuli",
                        )
                        .expected("units that differ between stimuli")
                        .hint("Check the layer or leave it out"),
                    );
                }
                let index = self.layers.len() as u32;
                let kept = plan.kept(ranks[network][layer]);
                for (component, &variance) in (1..).zip(variances.iter().take(kept)) {
                    self.layer.push(index);
                    self.component.push(component);
                    self.variance.push(variance);
                    self.variance_share.push(variance / total);
                }
                self.layers.push(LayerLabel {
                    network,
                    name: label.name.clone(),
                    depth: layer as f64 / last,
                    keys,
                });
            }
        }
        if let Some(first) = touched.first() {
            problems.push(Problem::notice(
                "",
                format!(
                    "{} constant over the stimuli and add nothing ({}{})",
                    count(constant, "unit is", "units are"),
                    first,
                    match touched.len() {
                        1 => String::new(),
                        more => format!(" and {} more layers", more - 1),
                    }
                ),
            ));
        }
        Ok(())
    }

    /// Takes universality as the median over the networks of a scope.
    pub fn take_universality(&mut self, scope: Scope) {
        let mut column = Vec::new();
        self.universality = (0..self.len())
            .map(|row| {
                let set = &self.network_of(row).set;
                column.clear();
                column.extend(
                    self.by_network
                        .iter()
                        .zip(&self.networks)
                        .filter(|(_, network)| scope == Scope::All || network.set == *set)
                        .map(|(scores, _)| f64::from(scores[row])),
                );
                median(&mut column)
            })
            .collect();
        self.relate();
    }

    /// Takes alignment with a region as the mean over its subjects.
    fn add_alignment(&mut self, roi: String, reliability: Vec<f64>, is_ranked: bool) {
        let subjects: Vec<&BrainScores> = self
            .by_brain
            .iter()
            .filter(|brain| brain.roi == roi)
            .collect();
        let scores = (0..self.len())
            .map(|row| mean(subjects.iter().map(|brain| f64::from(brain.scores[row]))))
            .collect();
        self.alignment.push(Alignment {
            roi,
            scores,
            reliability,
            rsa: None,
            is_ranked,
            relation: (f64::NAN, 0),
        });
    }
}

impl Alignment {
    /// Alignment relative to what reliability allows, one a dimension; empty where there is no
    /// reliability.
    #[must_use]
    pub fn adjusted(&self) -> Vec<f64> {
        let pairs = self.scores.iter().zip(&self.reliability);
        pairs
            .map(|(score, reliability)| adjusted(*score, *reliability))
            .collect()
    }
}
