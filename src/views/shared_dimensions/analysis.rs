//! The jobs of shared dimensions (METHOD 11.1): found over all stimuli, scored fold by fold, compared with
//! two kinds of chance by blocks of shufflings, and looked for in layers and their components.

use nalgebra::DMatrix;
use serde::{Deserialize, Serialize};

use crate::analysis::fold::FoldOf;
use crate::blocks::{Block, no_input};
use crate::jobs::{BlockTask, Task, Use};
use crate::math::MathError;
use crate::math::folds::Fold;
use crate::math::gram::double_centre;
use crate::math::linalg::product;
use crate::math::ranks::pearson;
use crate::math::scale::single_precision;
use crate::math::shared_dimensions::{
    Axes, FoldOperators, Groups, NetworkOperator, gram_correlation, matched, stability_over_groups,
    variance_shares,
};
use crate::problem::Problem;

/// Dimensions that are looked for in layers and components.
pub const LOADED: usize = 10;

/// Networks whose centred Gram matrices correlate by more are taken for copies.
const COPIES: f64 = 0.999;

fn refused(error: MathError) -> Problem {
    Problem::error("", error.to_string())
        .expected("finite numbers of matching shapes")
        .hint("Look for extreme values in the activations")
}

fn numbers<'a>(inputs: &[&'a Block], index: usize) -> Result<&'a [f64], Problem> {
    let block = inputs.get(index).and_then(|block| block.as_f64());
    block.ok_or_else(no_input)
}

fn matrix(numbers: &[f64], rows: usize, columns: usize) -> Result<DMatrix<f64>, Problem> {
    if numbers.len() != rows * columns {
        return Err(no_input());
    }
    Ok(DMatrix::from_column_slice(rows, columns, numbers))
}

fn grams(inputs: &[&Block], count: usize, n: usize) -> Result<Vec<DMatrix<f64>>, Problem> {
    (0..count)
        .map(|index| matrix(numbers(inputs, index)?, n, n))
        .collect()
}

fn block(matrix: &DMatrix<f64>) -> Block {
    Block::F64(matrix.as_slice().to_vec())
}

/// Gram matrices of all networks (n x n) -> eigenvalues of the mean operator (one more than dimensions where
/// there is), scores (n x dimensions, f64), the same in single precision for what predicts them, stability
/// when a group is left out, variance shares (network by network, undefined for a network that tells no
/// stimuli apart), and copies: three numbers each, two networks and how far they correlate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FindShared {
    /// Number of stimuli n.
    pub stimuli: usize,
    /// The group of each network.
    pub groups: Vec<usize>,
    /// Number of dimensions.
    pub dimensions: usize,
}

impl Task for FindShared {
    const KIND: &'static str = "find shared dimensions";

    fn describe(&self) -> String {
        "looking for what networks share".into()
    }

    fn use_of(&self, _position: usize) -> Use {
        Use::Run
    }
}

impl BlockTask for FindShared {
    fn run(&self, inputs: &[&Block]) -> Result<Vec<Block>, Problem> {
        let n = self.stimuli;
        let groups = Groups::new(self.groups.clone());
        let everything = Fold {
            train: (0..n).collect(),
            test: Vec::new(),
        };
        let mut grams = grams(inputs, self.groups.len(), n)?;
        let mut operators = Vec::with_capacity(grams.len());
        for gram in &mut grams {
            let operator = NetworkOperator::new(gram, &everything).map_err(refused)?;
            operators.push(operator.map(|operator| operator.reproduces));
            double_centre(gram).map_err(refused)?;
        }
        let is_there = |network: usize| operators[network].is_some();
        let weights = groups.weights(is_there);
        let count = groups.count(is_there);
        let mut of_groups: Vec<(usize, DMatrix<f64>)> = Vec::with_capacity(count);
        for (network, operator) in operators.iter().enumerate() {
            let Some(operator) = operator else { continue };
            let part = operator * (weights[network] * count as f64);
            let group = groups.of()[network];
            match of_groups.iter_mut().find(|(known, _)| *known == group) {
                Some((_, sum)) => *sum += part,
                None => of_groups.push((group, part)),
            }
        }
        let of_groups: Vec<DMatrix<f64>> = of_groups.into_iter().map(|(_, sum)| sum).collect();
        let mut mean = DMatrix::zeros(n, n);
        for operator in &of_groups {
            mean += operator;
        }
        mean /= count.max(1) as f64;
        let mut axes = Axes::leading(&mean, self.dimensions + 1).map_err(refused)?;
        axes.vectors = axes.vectors.columns_range(..self.dimensions).into_owned();
        let axes = axes.with_signs();
        let stability = stability_over_groups(&axes.vectors, &of_groups).map_err(refused)?;
        let shares =
            (grams.iter().enumerate()).flat_map(|(network, gram)| match is_there(network) {
                true => variance_shares(gram, &axes.vectors),
                false => vec![f64::NAN; self.dimensions],
            });
        let scores = &axes.vectors * (n as f64).sqrt();
        let mut copies = Vec::new();
        for one in 0..grams.len() {
            for other in one + 1..grams.len() {
                let r = gram_correlation(&grams[one], &grams[other]);
                if groups.of()[one] != groups.of()[other] && r > COPIES {
                    copies.extend([one as f64, other as f64, r]);
                }
            }
        }
        Ok(vec![
            Block::F64(axes.eigenvalues),
            block(&scores),
            Block::F32(single_precision(&scores)),
            Block::F64(stability),
            Block::F64(shares.collect()),
            Block::F64(copies),
        ])
    }
}

/// Gram matrices of all networks (n x n), scores of the shared dimensions (n x dimensions) -> on a fold, the
/// agreement of each network with the others (network by network), how close each dimension's axis is
/// that the training stimuli alone give, whether each network takes part (0 or 1), those axes for the first
/// dimensions (m x loaded), and the mean of the others of each network along them (test stimuli x loaded, one
/// after another).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScoreShared {
    /// Which fold.
    pub fold: FoldOf,
    /// The group of each network.
    pub groups: Vec<usize>,
    /// Number of dimensions.
    pub dimensions: usize,
}

impl Task for ScoreShared {
    const KIND: &'static str = "score shared dimensions";

    fn describe(&self) -> String {
        "comparing networks along shared dimensions".into()
    }

    fn use_of(&self, _position: usize) -> Use {
        Use::Run
    }
}

impl BlockTask for ScoreShared {
    fn run(&self, inputs: &[&Block]) -> Result<Vec<Block>, Problem> {
        let fold = self.fold.fold()?;
        let networks = self.groups.len();
        let grams = grams(inputs, networks, self.fold.stimuli)?;
        let scores = matrix(
            numbers(inputs, networks)?,
            self.fold.stimuli,
            self.dimensions,
        )?;
        let groups = Groups::new(self.groups.clone());
        let operators = FoldOperators::new(grams.into_iter(), groups, &fold).map_err(refused)?;
        let found = operators.axes(2 * self.dimensions).map_err(refused)?;
        let partners = matched(&scores.select_rows(&fold.train), &found.vectors);
        let indices: Vec<usize> = partners.iter().map(|(index, _)| *index).collect();
        let axes = found.vectors.select_columns(&indices);
        let agreements = operators.agreements(&axes).map_err(refused)?;
        let loaded = axes.columns_range(..LOADED.min(axes.ncols())).into_owned();
        let coordinates = operators.coordinates(&loaded).map_err(refused)?;
        let others = operators.of_others(&coordinates, loaded.ncols());
        let takes_part = operators.takes_part().into_iter();
        Ok(vec![
            Block::F64(agreements),
            Block::F64(partners.iter().map(|(_, r)| *r).collect()),
            Block::F64(takes_part.map(|is_in| f64::from(u8::from(is_in))).collect()),
            block(&loaded),
            Block::F64(others.iter().flat_map(|m| m.as_slice().to_vec()).collect()),
        ])
    }
}

/// Gram matrices of all networks (n x n) -> on a fold, agreements for some shufflings, one after another and
/// network by network: where networks have nothing in common, then along directions that mean nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShuffleShared {
    /// Which fold.
    pub fold: FoldOf,
    /// The group of each network.
    pub groups: Vec<usize>,
    /// Number of dimensions.
    pub dimensions: usize,
    /// The first of the shufflings.
    pub first: usize,
    /// How many of them.
    pub count: usize,
    /// All shufflings of the analysis.
    pub all: usize,
}

impl ShuffleShared {
    /// Seed of a draw on the fold: those of one kind of chance follow those of the other.
    fn seed(&self, draw: usize) -> u64 {
        let index = draw * self.fold.folds + self.fold.fold;
        self.fold.seed.wrapping_add(1 + index as u64)
    }
}

impl Task for ShuffleShared {
    const KIND: &'static str = "shuffle shared dimensions";

    fn describe(&self) -> String {
        "looking for what chance shares".into()
    }

    fn use_of(&self, _position: usize) -> Use {
        Use::Run
    }
}

impl BlockTask for ShuffleShared {
    fn run(&self, inputs: &[&Block]) -> Result<Vec<Block>, Problem> {
        let fold = self.fold.fold()?;
        let grams = grams(inputs, self.groups.len(), self.fold.stimuli)?;
        let groups = Groups::new(self.groups.clone());
        let operators = FoldOperators::new(grams.into_iter(), groups, &fold).map_err(refused)?;
        let axes = operators
            .axes(2 * self.dimensions)
            .map_err(refused)?
            .vectors;
        let (mut nothing, mut direction) = (Vec::new(), Vec::new());
        for draw in self.first..self.first + self.count {
            let made = operators.agreements_by_nothing(self.seed(draw), self.dimensions);
            nothing.extend(made.map_err(refused)?);
            let seed = self.seed(self.all + draw);
            let made = operators.agreements_by_direction(&axes, seed, self.dimensions);
            direction.extend(made.map_err(refused)?);
        }
        Ok(vec![Block::F64(nothing), Block::F64(direction)])
    }
}

/// Axes of the training stimuli of a fold (m x loaded), the mean of the others (test stimuli x loaded, for
/// each network), then Gram matrices (n x n) of layers of one network -> agreement of each layer with the
/// others (layer by layer); undefined for a layer that tells the training stimuli not apart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScoreLayers {
    /// Which fold.
    pub fold: FoldOf,
    /// Area of the network among all.
    pub network: usize,
    /// Dimensions that are looked for.
    pub loaded: usize,
}

impl Task for ScoreLayers {
    const KIND: &'static str = "score layers";

    fn describe(&self) -> String {
        "comparing layers along shared dimensions".into()
    }
}

impl BlockTask for ScoreLayers {
    fn run(&self, inputs: &[&Block]) -> Result<Vec<Block>, Problem> {
        let fold = self.fold.fold()?;
        let axes = matrix(numbers(inputs, 0)?, fold.train.len(), self.loaded)?;
        let each = fold.test.len() * self.loaded;
        let others = numbers(inputs, 1)?
            .get(self.network * each..(self.network + 1) * each)
            .ok_or_else(no_input)?;
        let others = matrix(others, fold.test.len(), self.loaded)?;
        let mut made = Vec::new();
        for index in 2..inputs.len() {
            let n = self.fold.stimuli;
            let gram = matrix(numbers(inputs, index)?, n, n)?;
            let Some(operator) = NetworkOperator::new(&gram, &fold).map_err(refused)? else {
                made.resize(made.len() + self.loaded, f64::NAN);
                continue;
            };
            let own = product(&operator.predicts, &axes).map_err(refused)?;
            let pairs = own.column_iter().zip(others.column_iter());
            made.extend(pairs.map(|(own, others)| pearson(own.as_slice(), others.as_slice())));
        }
        Ok(vec![Block::F64(made)])
    }
}

/// Scores of the shared dimensions (n x dimensions, f64), then scores T of layers -> for each layer the
/// Pearson correlation of every component with the first dimensions (component by component).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LoadShared {
    /// Number of stimuli n.
    pub stimuli: usize,
    /// Dimensions that are looked for, the first.
    pub loaded: usize,
    /// Components of each layer that are analysed, the first.
    pub columns: Vec<usize>,
}

impl Task for LoadShared {
    const KIND: &'static str = "load shared dimensions";

    fn describe(&self) -> String {
        "looking for the components that carry shared dimensions".into()
    }

    fn use_of(&self, position: usize) -> Use {
        match position {
            0 => Use::Run,
            _ => Use::Once,
        }
    }
}

impl BlockTask for LoadShared {
    fn run(&self, inputs: &[&Block]) -> Result<Vec<Block>, Problem> {
        let n = self.stimuli.max(1);
        let shared = numbers(inputs, 0)?;
        let layers = inputs.get(1..).ok_or_else(no_input)?;
        layers
            .iter()
            .zip(&self.columns)
            .map(|(block, &columns)| {
                let scores = block.as_f32().and_then(|scores| scores.get(..n * columns));
                let mut made = Vec::with_capacity(columns * self.loaded);
                for component in scores.ok_or_else(no_input)?.chunks_exact(n) {
                    let component: Vec<f64> = component.iter().map(|&v| f64::from(v)).collect();
                    let dimensions = shared.chunks_exact(n).take(self.loaded);
                    made.extend(dimensions.map(|dimension| pearson(&component, dimension)));
                }
                Ok(Block::F64(made))
            })
            .collect()
    }
}
