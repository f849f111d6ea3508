//! Components and Gram matrices of layers (METHOD 2, 3).

use nalgebra::DMatrix;
use serde::{Deserialize, Serialize};

use super::arrays::{Units, joined_units, without_constant_units};
use super::failure::math_problem;
use super::range::{is_in_range, out_of_range};
use crate::blocks::{Block, no_input};
use crate::jobs::{BlockTask, Task};
use crate::math::gram::gram_of_units;
use crate::math::pca::{Components, Gathered, components, fitted_components};
use crate::math::scale::single_precision;
use crate::options::Pooling;
use crate::problem::Problem;
use crate::study::Part;

/// Arrays of one layer, then those of the stimuli to fit components on -> scores T (n x r, f32, see
/// [`crate::math::scale::single_precision`]), variances (r), [total variance, units, constant units, sum of
/// squares of the units about their means], Gram matrix (n x n), the way back to units
/// ([`crate::math::pca::Inverse`]); exactly, T alone (n x r, f64).
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

impl Task for FindComponents {
    const KIND: &'static str = "components";

    fn describe(&self) -> String {
        let first = self.parts.first().map(|part| part.path.as_str());
        format!("finding the components of {}", first.unwrap_or_default())
    }

    fn is_kept(&self) -> bool {
        !self.exact
    }
}

impl BlockTask for FindComponents {
    fn run(&self, inputs: &[&Block]) -> Result<Vec<Block>, Problem> {
        if inputs.len() != self.parts.len() + self.fitting.len() {
            return Err(no_input());
        }
        let (own, others) = inputs.split_at(self.parts.len());
        let found = if self.fitting.is_empty() {
            self.own(own)
        } else {
            self.fitted(own, others)
        };
        let is_in_range = found.as_ref().is_ok_and(|found| found.is_in_range());
        if !is_in_range
            && let Some(problem) = out_of_range(&self.parts, self.pooling, own)
                .or_else(|| out_of_range(&self.fitting, self.pooling, others))
        {
            return Err(problem);
        }
        let LayerComponents { made, counts, gram } = found?;
        if self.exact {
            return Ok(vec![Block::F64(made.scores.as_slice().to_vec())]);
        }
        let (units, constants) = counts;
        Ok(vec![
            Block::F32(single_precision(&made.scores)),
            Block::F64(made.variances),
            Block::F64(vec![
                made.total_variance,
                units as f64,
                constants as f64,
                gram.trace(),
            ]),
            Block::F64(gram.as_slice().to_vec()),
            Block::F64(made.inverse.to_numbers()),
        ])
    }
}

impl FindComponents {
    /// Components of the layer's own stimuli. Where there are more units than stimuli, which is where
    /// layers are large, units are taken a few at a time and never held in double precision.
    fn own(&self, blocks: &[&Block]) -> Result<LayerComponents, Problem> {
        let parts = self.parts.iter().zip(blocks);
        let units = parts
            .map(|(part, block)| Units::new(part, self.pooling, block))
            .collect::<Result<Vec<Units>, Problem>>()?;
        let n = self.parts.first().map_or(0, |part| part.rows.len());
        if units.iter().map(Units::count).sum::<usize>() >= n {
            let mut gathered = Gathered::new(n);
            for piece in units.iter().flat_map(Units::pieces) {
                let (varying, constants) = without_constant_units(piece);
                gathered.add(varying);
                gathered.add_constants(&constants);
            }
            let made = gathered.components().map_err(math_problem)?;
            return Ok(LayerComponents {
                made,
                counts: gathered.units(),
                gram: gathered.gram().clone(),
            });
        }
        let a = joined_units(&self.parts, self.pooling, blocks)?;
        let units = a.ncols();
        let (varying, constants) = without_constant_units(a);
        let made = components(varying.clone(), &constants).map_err(math_problem)?;
        Ok(LayerComponents {
            made,
            counts: (units, constants.len()),
            gram: gram_of_units(varying),
        })
    }

    fn fitted(&self, own: &[&Block], others: &[&Block]) -> Result<LayerComponents, Problem> {
        let a = joined_units(&self.parts, self.pooling, own)?;
        let others = joined_units(&self.fitting, self.pooling, others)?;
        let made = fitted_components(&a, others).map_err(math_problem)?;
        let units = a.ncols();
        let (varying, constants) = without_constant_units(a);
        Ok(LayerComponents {
            made,
            counts: (units, constants.len()),
            gram: gram_of_units(varying),
        })
    }
}

/// The components of a layer, and what was counted on the way.
struct LayerComponents {
    made: Components,
    /// Units, constant ones among them, and how many of those.
    counts: (usize, usize),
    gram: DMatrix<f64>,
}

impl LayerComponents {
    /// Whether double precision has room for the squares of its numbers: where units differ and the sum of
    /// their squares is none, it has not.
    fn is_in_range(&self) -> bool {
        let squares = self.gram.trace();
        let (units, constants) = self.counts;
        let is_lost = squares == 0.0 && units > constants;
        !is_lost
            && is_in_range(&[
                squares,
                self.made.total_variance,
                self.made.inverse.mean_square,
            ])
    }
}

/// Gram matrices of the layers of a network -> their sum.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AddGrams;

impl Task for AddGrams {
    const KIND: &'static str = "add grams";

    fn describe(&self) -> String {
        "adding up the layers of a network".into()
    }
}

impl BlockTask for AddGrams {
    fn run(&self, inputs: &[&Block]) -> Result<Vec<Block>, Problem> {
        let (first, others) = inputs.split_first().ok_or_else(no_input)?;
        let mut sum = first.as_f64().ok_or_else(no_input)?.to_vec();
        for block in others {
            let other = block.as_f64().ok_or_else(no_input)?;
            for (total, value) in sum.iter_mut().zip(other) {
                *total += value;
            }
        }
        Ok(vec![Block::F64(sum)])
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
            made[2].as_f64().map(|counts| counts[1..3].to_vec()),
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
