//! Components and Gram matrices of layers (METHOD 2, 3).

use serde::{Deserialize, Serialize};

use super::arrays::{joined_units, without_constant_units};
use super::job::{Block, math_problem, no_input};
use super::options::Pooling;
use crate::math::gram::gram_of_units;
use crate::math::pca::{components, fitted_components};
use crate::problem::Problem;
use crate::study::Part;

/// Arrays of one layer, then those of the stimuli to fit components on -> scores T (n x r, f32),
/// variances (r), [total variance, units, constant units], Gram matrix (n x n), the way back to
/// units ([`crate::math::pca::Inverse`]); exactly, T alone (n x r, f64).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FindComponents {
    /// The arrays' shapes and stimuli.
    pub parts: Vec<Part>,
    /// The same units for other stimuli, on which components are fitted; none for the layer's own.
    pub fitting: Vec<Part>,
    /// How feature maps become units.
    pub pooling: Pooling,
    /// T alone, in double precision: an RDM in which one dimension is left has differences between
    /// stimuli that single precision rounds away.
    pub exact: bool,
}

impl FindComponents {
    /// Does it.
    ///
    /// # Errors
    /// A [`Problem`] that names the file whose numbers do not fit.
    pub fn run(&self, inputs: &[&Block]) -> Result<Vec<Block>, Problem> {
        if inputs.len() != self.parts.len() + self.fitting.len() {
            return Err(no_input());
        }
        let (own, others) = inputs.split_at(self.parts.len());
        let a = joined_units(&self.parts, self.pooling, own)?;
        let units = a.ncols();
        let (varying, constants) = without_constant_units(a.clone());
        let made = if self.fitting.is_empty() {
            components(varying.clone(), &constants)
        } else {
            fitted_components(&a, joined_units(&self.fitting, self.pooling, others)?)
        }
        .map_err(math_problem)?;
        if self.exact {
            return Ok(vec![Block::F64(made.scores.as_slice().to_vec())]);
        }
        let gram = gram_of_units(varying);
        Ok(vec![
            Block::F32(made.scores.iter().map(|&score| score as f32).collect()),
            Block::F64(made.variances),
            Block::F64(vec![
                made.total_variance,
                units as f64,
                constants.len() as f64,
            ]),
            Block::F64(gram.as_slice().to_vec()),
            Block::F64(made.inverse.to_numbers()),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::roles::Axes;

    #[test]
    fn constant_units_are_counted_and_dropped() {
        let block = Block::F64(vec![1.0, 5.0, 2.0, 5.0, 4.0, 5.0]);
        let task = FindComponents {
            parts: vec![Part::of_test(&[3, 2], Axes::StimuliUnits, &[0, 1, 2])],
            fitting: Vec::new(),
            pooling: Pooling::Max,
            exact: false,
        };
        let made = task.run(&[&block]).expect("finite");
        assert_eq!(made[1].len(), 1);
        assert_eq!(
            made[2].as_f64().map(|counts| counts[1..].to_vec()),
            Some(vec![2.0, 1.0])
        );
    }

    #[test]
    fn components_are_fitted_on_other_stimuli_where_they_are_given() {
        let own = Block::F64(vec![1.0, 0.0, 2.0, 0.5, 4.0, -3.0]);
        let others = Block::F64(vec![0.0, 7.0, 10.0, 7.0, -10.0, 7.0, 4.0, 7.0]);
        let task = FindComponents {
            parts: vec![Part::of_test(&[3, 2], Axes::StimuliUnits, &[0, 1, 2])],
            fitting: vec![Part::of_test(&[4, 2], Axes::StimuliUnits, &[0, 1, 2, 3])],
            pooling: Pooling::Max,
            exact: false,
        };
        let made = task.run(&[&own, &others]).expect("finite");
        // only the first unit varies there, about 1; its largest value there is below the mean
        assert_eq!(
            made[0].as_f32().map(<[f32]>::to_vec),
            Some(vec![0.0, -1.0, -3.0])
        );
        assert_eq!(made[1].len(), 1);
    }
}
