//! Shared dimensions on one fold: found on the training stimuli, scored on the test stimuli, and what
//! chance gives there (METHOD 11.1).

use nalgebra::DMatrix;

use super::{Axes, Groups, NetworkOperator};
use crate::math::MathError;
use crate::math::folds::Fold;
use crate::math::linalg::product;
use crate::math::random::Generator;
use crate::math::ranks::pearson;

/// The operators of all networks on a fold.
pub struct FoldOperators {
    groups: Groups,
    weights: Vec<f64>,
    /// None where a network tells the training stimuli not apart.
    operators: Vec<Option<NetworkOperator>>,
    trained: usize,
    tested: usize,
}

impl FoldOperators {
    /// The operators of Gram matrices (n x n each) on a fold. O(m^3) a network.
    ///
    /// # Errors
    /// [`MathError::NotFinite`] for a Gram matrix with NaN or infinity.
    pub fn new(
        grams: impl Iterator<Item = DMatrix<f64>>,
        groups: Groups,
        fold: &Fold,
    ) -> Result<Self, MathError> {
        let operators = grams
            .map(|gram| NetworkOperator::new(&gram, fold))
            .collect::<Result<Vec<_>, _>>()?;
        let weights = groups.weights(|network| operators.get(network).is_some_and(Option::is_some));
        Ok(Self {
            groups,
            weights,
            operators,
            trained: fold.train.len(),
            tested: fold.test.len(),
        })
    }

    /// Whether each network takes part in the fold.
    #[must_use]
    pub fn takes_part(&self) -> Vec<bool> {
        self.operators.iter().map(Option::is_some).collect()
    }

    /// The axes that the networks reproduce best, of the training stimuli alone (m x count). O(m^3).
    ///
    /// # Errors
    /// [`MathError`] if the mean operator cannot be decomposed.
    pub fn axes(&self, count: usize) -> Result<Axes, MathError> {
        let mut mean = DMatrix::zeros(self.trained, self.trained);
        for (operator, weight) in self.operators.iter().zip(&self.weights) {
            if let Some(operator) = operator {
                mean += &operator.reproduces * *weight;
            }
        }
        Axes::leading(&mean, count)
    }

    /// Each network's coordinates of the test stimuli along axes (m x count): test stimuli x count.
    ///
    /// # Errors
    /// [`MathError::Shape`] if the axes are not of the training stimuli.
    pub fn coordinates(&self, axes: &DMatrix<f64>) -> Result<Vec<Option<DMatrix<f64>>>, MathError> {
        let along = |operator: &NetworkOperator| product(&operator.predicts, axes);
        let all = self.operators.iter().map(Option::as_ref);
        all.map(|operator| operator.map(along).transpose())
            .collect()
    }

    /// For each network the weighted mean of the coordinates of those outside its group, up to a factor that
    /// no correlation sees.
    #[must_use]
    pub fn of_others(
        &self,
        coordinates: &[Option<DMatrix<f64>>],
        count: usize,
    ) -> Vec<DMatrix<f64>> {
        let groups = self.groups.of();
        (0..groups.len())
            .map(|network| {
                let mut sum = DMatrix::zeros(self.tested, count);
                for (other, coordinates) in coordinates.iter().enumerate() {
                    if let Some(coordinates) = coordinates
                        && groups[other] != groups[network]
                    {
                        sum += coordinates * self.weights[other];
                    }
                }
                sum
            })
            .collect()
    }

    /// Agreement of each network with the others along axes (m x count), network by network: Pearson
    /// correlation over the test stimuli in [-1, 1]; undefined where it takes no part.
    ///
    /// # Errors
    /// [`MathError::Shape`] if the axes are not of the training stimuli.
    pub fn agreements(&self, axes: &DMatrix<f64>) -> Result<Vec<f64>, MathError> {
        let coordinates = self.coordinates(axes)?;
        Ok(self.compared(&coordinates, axes.ncols()))
    }

    fn compared(&self, coordinates: &[Option<DMatrix<f64>>], count: usize) -> Vec<f64> {
        let others = self.of_others(coordinates, count);
        let pairs = coordinates.iter().zip(&others);
        pairs
            .flat_map(|(own, others)| {
                (0..count).map(move |d| match own {
                    Some(own) => pearson(own.column(d).as_slice(), others.column(d).as_slice()),
                    None => f64::NAN,
                })
            })
            .collect()
    }

    /// Agreements along `count` axes where networks have nothing in common: the stimuli of each are put in an
    /// order of its own, by NumPy's `default_rng(seed)`. O(m^3), and no network is decomposed again.
    ///
    /// # Errors
    /// [`MathError`] if the mean operator cannot be decomposed.
    pub fn agreements_by_nothing(&self, seed: u64, count: usize) -> Result<Vec<f64>, MathError> {
        let mut generator = Generator::new(seed);
        let (m, tested) = (self.trained, self.tested);
        let mut orders: Vec<(Vec<usize>, Vec<usize>)> = Vec::with_capacity(self.operators.len());
        let mut mean = DMatrix::zeros(m, m);
        for (operator, &weight) in self.operators.iter().zip(&self.weights) {
            let Some(operator) = operator else {
                orders.push((Vec::new(), Vec::new()));
                continue;
            };
            let train = generator.permutation(m);
            let test = generator.permutation(tested);
            for (mut column, &from) in mean.column_iter_mut().zip(&train) {
                let shuffled = operator.reproduces.column(from);
                for (value, &row) in column.iter_mut().zip(&train) {
                    *value += shuffled[row] * weight;
                }
            }
            orders.push((train, test));
        }
        let axes = Axes::leading(&mean, count)?.vectors;
        let mut coordinates = Vec::with_capacity(self.operators.len());
        for (operator, (train, test)) in self.operators.iter().zip(&orders) {
            let Some(operator) = operator else {
                coordinates.push(None);
                continue;
            };
            // B[test][:, train] V is B with the rows of V put back, its own rows shuffled
            let mut put_back = DMatrix::zeros(m, axes.ncols());
            for (index, &row) in train.iter().enumerate() {
                put_back.set_row(row, &axes.row(index));
            }
            let made = product(&operator.predicts, &put_back)?;
            coordinates.push(Some(made.select_rows(test)));
        }
        Ok(self.compared(&coordinates, axes.ncols()))
    }

    /// Agreements along directions that mean nothing: the first `count` of the fold's axes with their stimuli
    /// in random order, by NumPy's `default_rng(seed)`, apart from the axes before.
    ///
    /// # Errors
    /// [`MathError::Shape`] if the axes are not of the training stimuli.
    pub fn agreements_by_direction(
        &self,
        axes: &DMatrix<f64>,
        seed: u64,
        count: usize,
    ) -> Result<Vec<f64>, MathError> {
        let order = Generator::new(seed).permutation(self.trained);
        let mut directions = axes.columns(0, count.min(axes.ncols())).select_rows(&order);
        for d in 0..directions.ncols() {
            let mut direction = directions.column(d).into_owned();
            for before in axes.column_iter().take(d) {
                // the axes are orthogonal: parts can be taken off one by one
                let along = before.dot(&directions.column(d));
                direction -= before * along;
            }
            directions.set_column(d, &direction);
        }
        self.agreements(&directions)
    }
}
