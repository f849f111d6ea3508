//! From the block of an array to the matrix that it stands for, over the stimuli of the study.

use nalgebra::DMatrix;

use super::job::{Block, no_input};
use super::options::Pooling;
use crate::problem::Problem;
use crate::study::Part;
use crate::study::roles::Axes;
use crate::study::survey::slice_places;

/// The units of an array over the stimuli of the study, made a few at a time.
pub struct Units<'a> {
    at: Box<dyn Fn(usize) -> f64 + 'a>,
    rows: &'a [u32],
    count: usize,
    /// Places pooled over.
    places: usize,
    /// Distance between stimuli, units and places.
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
        let (count, places, strides) = match (part.axes, part.shape.as_slice()) {
            (Axes::StimuliUnits, [_]) => (1, 1, [1, 1, 1]),
            (Axes::StimuliUnits, [_, units]) => (*units, 1, [*units, 1, 1]),
            (Axes::UnitsStimuli, [units, stimuli]) => (*units, 1, [1, *stimuli, 1]),
            (Axes::ChannelsFirst, [_, channels, height, width]) => {
                let places = height * width;
                (*channels, places, [channels * places, places, 1])
            }
            (Axes::ChannelsLast, [_, height, width, channels]) => {
                let places = height * width;
                (*channels, places, [channels * places, 1, *channels])
            }
            (Axes::Tokens, [_, tokens, units]) => (*units, *tokens, [tokens * units, 1, *units]),
            _ => {
                return Err(Problem::error(
                    &part.path,
                    format!(
                        "has the shape {:?}, which is not {}",
                        part.shape,
                        part.axes.label()
                    ),
                )
                .expected("activations or responses")
                .hint("Choose another role for it in the files table or a study.json"));
            }
        };
        // flattened, every place of a map is a unit, in the order of the file
        let (count, places, strides) = match pooling {
            Pooling::Flatten if places > 1 => (count * places, 1, [strides[0], 1, 1]),
            _ => (count, places, strides),
        };
        Ok(Self {
            at,
            rows: &part.rows,
            count,
            places,
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
        let [of_stimulus, of_unit, of_place] = self.strides;
        DMatrix::from_fn(self.rows.len(), range.len(), |i, j| {
            let start = self.rows[i] as usize * of_stimulus + (range.start + j) * of_unit;
            if self.places == 1 {
                return (self.at)(start);
            }
            let values = (0..self.places).map(|place| (self.at)(start + place * of_place));
            match self.pooling {
                Pooling::Mean => values.sum::<f64>() / self.places as f64,
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

/// The matrix of an RDM over the stimuli of the study (n x n).
pub fn square_of(part: &Part, slice: usize, block: &Block) -> Result<DMatrix<f64>, Problem> {
    let values: Vec<f64> = match block {
        Block::F32(values) => values.iter().map(|&value| f64::from(value)).collect(),
        Block::F64(values) => values.clone(),
        Block::Bytes(_) => return Err(no_input()),
    };
    let size = part.axes.stimuli(&part.shape).ok_or_else(no_input)?;
    let at: Box<dyn Fn(usize, usize) -> usize> = match part.axes {
        Axes::Square => Box::new(move |i, j| i * size + j),
        Axes::Condensed | Axes::CondensedStack => {
            let start = slice * (size * size.saturating_sub(1) / 2);
            Box::new(move |i, j| {
                let (i, j) = (i.min(j), i.max(j));
                // the diagonal is not stored; its value is overwritten
                if i == j {
                    start
                } else {
                    start + i * size - i * (i + 1) / 2 + j - i - 1
                }
            })
        }
        Axes::Stack(axis) => {
            let places: Vec<usize> = slice_places(&part.shape, usize::from(axis), slice).collect();
            Box::new(move |i, j| places[i * size + j])
        }
        _ => return Err(no_input()),
    };
    let n = part.rows.len();
    Ok(DMatrix::from_fn(n, n, |i, j| {
        let place = at(part.rows[i] as usize, part.rows[j] as usize);
        values.get(place).copied().unwrap_or(f64::NAN)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counting(length: usize) -> Block {
        Block::F32((0..length).map(|i| i as f32).collect())
    }

    #[test]
    fn maps_and_tokens_are_pooled_over_their_places() {
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
        assert_eq!((last[(0, 0)], last[(0, 1)]), (10.0, 7.0));
    }
}
