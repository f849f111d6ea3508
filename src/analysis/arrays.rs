//! From the block of an array to the matrix that it stands for, over the stimuli of the study.

use nalgebra::DMatrix;

use crate::blocks::{Block, no_input};
use crate::options::Pooling;
use crate::problem::Problem;
use crate::study::Part;
use crate::study::roles::Axes;
use crate::study::survey::slice_indices;

/// The units of an array over the stimuli of the study, made a few at a time.
pub struct Units<'a> {
    at: Box<dyn Fn(usize) -> f64 + 'a>,
    rows: &'a [u32],
    count: usize,
    /// Positions pooled over.
    positions: usize,
    /// Distance between stimuli, units and positions.
    strides: [usize; 3],
    pooling: Pooling,
}

impl<'a> Units<'a> {
    /// The units of a block.
    ///
    /// # Errors
    /// A [`Problem`] for a shape that holds no units.
    pub fn new(part: &'a Part, pooling: Pooling, block: &'a Block) -> Result<Self, Problem> {
        let at: Box<dyn Fn(usize) -> f64 + 'a> = match block {
            Block::F32(values) => Box::new(|i| values.get(i).map_or(f64::NAN, |&v| f64::from(v))),
            Block::F64(values) => Box::new(|i| values.get(i).copied().unwrap_or(f64::NAN)),
            Block::Bytes(_) => return Err(no_input()),
        };
        let (count, positions, strides) = match (part.axes, part.shape.as_slice()) {
            (Axes::StimuliUnits, [_]) => (1, 1, [1, 1, 1]),
            (Axes::StimuliUnits, [_, units]) => (*units, 1, [*units, 1, 1]),
            (Axes::UnitsStimuli, [units, stimuli]) => (*units, 1, [1, *stimuli, 1]),
            (Axes::ChannelsFirst, [_, channels, height, width]) => {
                let positions = height * width;
                (*channels, positions, [channels * positions, positions, 1])
            }
            (Axes::ChannelsLast, [_, height, width, channels]) => {
                let positions = height * width;
                (*channels, positions, [channels * positions, 1, *channels])
            }
            (Axes::Tokens, [_, tokens, units]) => (*units, *tokens, [tokens * units, 1, *units]),
            // whatever the option of pooling says: voxels are never pooled
            (Axes::Volumes, [_, _, _, ..]) => (part.units(), 1, [part.units(), 1, 1]),
            (Axes::VolumesLast, [_, _, .., stimuli]) => (part.units(), 1, [1, *stimuli, 1]),
            (axes, shape) => {
                let found = match axes {
                    Axes::Unclear => {
                        format!("has the shape {shape:?}, and it is not known what its axes are")
                    }
                    _ => format!("has the shape {shape:?}, which is not {}", axes.label()),
                };
                return Err(Problem::error(&part.path, found)
                    .expected("activations or responses")
                    .hint("Choose another role for it in the files table or a study.json"));
            }
        };
        // flattened, every position of a map is a unit, in the order of the file
        let (count, positions, strides) = match pooling {
            Pooling::Flatten if positions > 1 => (count * positions, 1, [strides[0], 1, 1]),
            _ => (count, positions, strides),
        };
        Ok(Self {
            at,
            rows: &part.rows,
            count,
            positions,
            strides,
            pooling,
        })
    }

    /// How many.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }

    /// Some of them (n x some).
    #[must_use]
    pub fn columns(&self, range: std::ops::Range<usize>) -> DMatrix<f64> {
        let [of_stimulus, of_unit, of_position] = self.strides;
        DMatrix::from_fn(self.rows.len(), range.len(), |i, j| {
            let start = self.rows[i] as usize * of_stimulus + (range.start + j) * of_unit;
            if self.positions == 1 {
                return (self.at)(start);
            }
            let values = (0..self.positions).map(|index| (self.at)(start + index * of_position));
            match self.pooling {
                Pooling::Mean => values.sum::<f64>() / self.positions as f64,
                _ => values.fold(f64::NEG_INFINITY, f64::max),
            }
        })
    }

    /// All of them, so many at a time that a copy in double precision is small beside the array.
    pub fn pieces(&self) -> impl Iterator<Item = DMatrix<f64>> {
        const PIECE: usize = 2048;
        (0..self.count)
            .step_by(PIECE)
            .map(|start| self.columns(start..(start + PIECE).min(self.count)))
    }
}

/// Columns of an array's units (n x p, f64).
pub fn units_of(part: &Part, pooling: Pooling, block: &Block) -> Result<DMatrix<f64>, Problem> {
    let units = Units::new(part, pooling, block)?;
    Ok(units.columns(0..units.count()))
}

/// The units of several arrays side by side (n x p).
pub fn joined_units(
    parts: &[Part],
    pooling: Pooling,
    blocks: &[&Block],
) -> Result<DMatrix<f64>, Problem> {
    if let ([part], [block]) = (parts, blocks) {
        return units_of(part, pooling, block);
    }
    let pieces = parts
        .iter()
        .zip(blocks)
        .map(|(part, block)| units_of(part, pooling, block))
        .collect::<Result<Vec<_>, _>>()?;
    let n = parts.first().map_or(0, |part| part.rows.len());
    let mut a = DMatrix::zeros(n, pieces.iter().map(DMatrix::ncols).sum());
    let mut start = 0;
    for piece in &pieces {
        a.columns_mut(start, piece.ncols()).copy_from(piece);
        start += piece.ncols();
    }
    Ok(a)
}

/// The units that vary between stimuli, and the value of each that does not.
pub fn without_constant_units(a: DMatrix<f64>) -> (DMatrix<f64>, Vec<f64>) {
    let (varying, constant): (Vec<usize>, Vec<usize>) =
        (0..a.ncols()).partition(|&j| a.column(j).iter().any(|&value| value != a[(0, j)]));
    if constant.is_empty() {
        return (a, Vec::new());
    }
    let constants = constant.iter().map(|&j| a[(0, j)]).collect();
    (a.select_columns(varying.iter()), constants)
}

/// The matrix of an RDM over the stimuli of the study (n x n), as it was brought but for the diagonal:
/// a stimulus has no distance to itself, whatever is stored there (zeros, ones, NaN).
pub fn square_of(part: &Part, slice: usize, block: &Block) -> Result<DMatrix<f64>, Problem> {
    let values: Vec<f64> = match block {
        Block::F32(values) => values.iter().map(|&value| f64::from(value)).collect(),
        Block::F64(values) => values.clone(),
        Block::Bytes(_) => return Err(no_input()),
    };
    let size = part.axes.stimuli(&part.shape).ok_or_else(no_input)?;
    let at: Box<dyn Fn(usize, usize) -> usize> = match part.axes {
        Axes::Square => Box::new(move |i, j| i * size + j),
        Axes::UpperTriangle => Box::new(move |i, j| i.min(j) * size + i.max(j)),
        Axes::LowerTriangle => Box::new(move |i, j| i.max(j) * size + i.min(j)),
        Axes::Condensed | Axes::CondensedStack => {
            let start = slice * (size * size.saturating_sub(1) / 2);
            Box::new(move |i, j| {
                let (i, j) = (i.min(j), i.max(j));
                start + i * size - i * (i + 1) / 2 + j - i - 1
            })
        }
        Axes::Stack(axis) => {
            let positions: Vec<usize> =
                slice_indices(&part.shape, usize::from(axis), slice).collect();
            Box::new(move |i, j| {
                let index = positions.get(i * size + j);
                index.copied().unwrap_or(usize::MAX)
            })
        }
        _ => return Err(no_input()),
    };
    let n = part.rows.len();
    Ok(DMatrix::from_fn(n, n, |i, j| {
        if i == j {
            return 0.0;
        }
        let index = at(part.rows[i] as usize, part.rows[j] as usize);
        values.get(index).copied().unwrap_or(f64::NAN)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counting(length: usize) -> Block {
        Block::F32((0..length).map(|i| i as f32).collect())
    }

    #[test]
    fn maps_and_tokens_are_pooled_over_their_positions() {
        let units = |shape: &[usize], axes, pooling| {
            let length = shape.iter().product();
            units_of(
                &Part::of_test(shape, axes, &[0, 1]),
                pooling,
                &counting(length),
            )
            .expect("fits")
        };
        // one stimulus holds 0..12: channels first are 0..4, 4..8, 8..12; last are every third
        let first = units(&[2, 3, 2, 2], Axes::ChannelsFirst, Pooling::Max);
        assert_eq!(
            first.row(0).iter().copied().collect::<Vec<_>>(),
            [3.0, 7.0, 11.0]
        );
        let last = units(&[2, 2, 2, 3], Axes::ChannelsLast, Pooling::Max);
        assert_eq!(
            last.row(0).iter().copied().collect::<Vec<_>>(),
            [9.0, 10.0, 11.0]
        );
        let mean = units(&[2, 4, 3], Axes::Tokens, Pooling::Mean);
        assert_eq!(
            mean.row(0).iter().copied().collect::<Vec<_>>(),
            [4.5, 5.5, 6.5]
        );
        assert_eq!(
            units(&[2, 3, 2, 2], Axes::ChannelsFirst, Pooling::Flatten).ncols(),
            12
        );
        let turned = units(&[3, 2], Axes::UnitsStimuli, Pooling::Max);
        assert_eq!(
            turned.row(1).iter().copied().collect::<Vec<_>>(),
            [1.0, 3.0, 5.0]
        );
    }

    #[test]
    fn rows_are_taken_in_the_order_of_the_study() {
        let part = Part::of_test(&[4, 2], Axes::StimuliUnits, &[3, 0]);
        let a = units_of(&part, Pooling::Max, &counting(8)).expect("fits");
        assert_eq!(a.column(0).iter().copied().collect::<Vec<_>>(), [6.0, 0.0]);
    }

    #[test]
    fn a_triangle_and_a_stack_give_the_matrix() {
        let triangle = Block::F64((1..=6).map(f64::from).collect());
        let rdm = square_of(
            &Part::of_test(&[6], Axes::Condensed, &[0, 1, 2, 3]),
            0,
            &triangle,
        )
        .expect("fits");
        assert_eq!(
            (rdm[(0, 1)], rdm[(0, 3)], rdm[(1, 2)], rdm[(3, 2)]),
            (1.0, 3.0, 4.0, 6.0)
        );
        let last = square_of(
            &Part::of_test(&[2, 2, 3], Axes::Stack(2), &[1, 0]),
            1,
            &counting(12),
        )
        .expect("fits");
        assert_eq!((last[(0, 0)], last[(0, 1)]), (0.0, 7.0));
    }

    #[test]
    fn one_triangle_is_enough_and_the_diagonal_does_not_matter() {
        let nan = f64::NAN;
        let cases = [
            // row by row
            (Axes::Square, [nan, 1.0, 2.0, 1.0, 9.0, 3.0, 2.0, 3.0, 1.0]),
            (
                Axes::UpperTriangle,
                [nan, 1.0, 2.0, 0.0, 0.0, 3.0, nan, 0.0, 1.0],
            ),
            (
                Axes::LowerTriangle,
                [0.0, nan, 0.0, 1.0, nan, 0.0, 2.0, 3.0, 5.0],
            ),
        ];
        let wanted = DMatrix::from_row_slice(3, 3, &[0.0, 1.0, 2.0, 1.0, 0.0, 3.0, 2.0, 3.0, 0.0]);
        for (axes, values) in cases {
            let block = Block::F64(values.to_vec());
            let rdm = |rows: &[u32]| square_of(&Part::of_test(&[3, 3], axes, rows), 0, &block);
            assert_eq!(rdm(&[0, 1, 2]).expect("fits"), wanted, "{axes:?}");
            let turned = rdm(&[2, 0]).expect("fits");
            assert_eq!((turned[(0, 1)], turned[(1, 0)]), (2.0, 2.0), "{axes:?}");
        }
        // a stack whose diagonals are NaN
        let stack = Block::F64(vec![nan, 1.0, 1.0, nan, nan, 4.0, 4.0, nan]);
        let rdm = square_of(
            &Part::of_test(&[2, 2, 2], Axes::Stack(0), &[0, 1]),
            1,
            &stack,
        );
        let wanted = DMatrix::from_row_slice(2, 2, &[0.0, 4.0, 4.0, 0.0]);
        assert_eq!(rdm.expect("fits"), wanted);
    }

    #[test]
    fn every_position_of_a_volume_is_a_unit_whatever_the_pooling() {
        for pooling in [Pooling::Max, Pooling::Mean, Pooling::Flatten] {
            let units = |shape: &[usize], axes| {
                let part = Part::of_test(shape, axes, &[1, 0]);
                assert_eq!(axes.stimuli(shape), Some(2), "{shape:?}");
                let made = units_of(&part, pooling, &counting(shape.iter().product()));
                let made = made.expect("fits");
                assert_eq!(made.ncols(), part.units(), "{shape:?}");
                made.row(0).iter().copied().collect::<Vec<_>>()
            };
            assert_eq!(units(&[2, 1, 3], Axes::Volumes), [3.0, 4.0, 5.0]);
            assert_eq!(units(&[2, 2, 1, 1, 2], Axes::Volumes), [4.0, 5.0, 6.0, 7.0]);
            assert_eq!(units(&[1, 3, 2], Axes::VolumesLast), [1.0, 3.0, 5.0]);
            assert_eq!(
                units(&[2, 1, 2, 2], Axes::VolumesLast),
                [1.0, 3.0, 5.0, 7.0]
            );
        }
        for (shape, axes) in [
            (&[2, 3][..], Axes::Volumes),
            (&[3, 2], Axes::VolumesLast),
            (&[2, 3], Axes::Unclear),
        ] {
            assert_eq!(axes.stimuli(shape), None, "{shape:?}");
            let part = Part::of_test(shape, axes, &[0, 1]);
            assert!(units_of(&part, Pooling::Max, &counting(6)).is_err());
        }
    }
}
