//! Doing a job: the only way from tasks to the mathematics.

use nalgebra::DMatrix;

use super::job::{Block, Task};
use super::options::Pooling;
use crate::math::folds::folds;
use crate::math::gram::{gram_of_rdm, gram_of_units, z_score_columns};
use crate::math::pca::components;
use crate::math::ridge::FoldPredictor;
use crate::problem::Problem;
use crate::study::roles::{Axes, Distance};
use crate::study::survey::slice_places;
use crate::study::{self, Content, Measure, Part};

/// Columns that go through a fold at once, gathered from as many layers as it takes.
const BATCH: usize = 512;

/// Does a job.
///
/// # Errors
/// A [`Problem`] that says what was being done. Reading never fails: what is wrong with a file is
/// one of its items.
pub fn perform(task: &Task, inputs: &[&Block]) -> Result<Vec<Block>, Problem> {
    match task {
        Task::Read { path } => read(path, inputs),
        Task::Components { parts, pooling } => layer_components(parts, *pooling, inputs),
        Task::BrainGram {
            part,
            measure,
            z_score,
            rdm_scale,
        } => brain_gram(part, *measure, *z_score, *rdm_scale, inputs),
        Task::AddGrams => add_grams(inputs),
        Task::Fold { .. } => score_fold(task, inputs),
    }
    .map_err(|problem| Problem {
        found: if problem.file.is_empty() {
            format!("{} failed: {}", task.describe(), problem.found)
        } else {
            problem.found.clone()
        },
        ..problem
    })
}

fn read(path: &str, inputs: &[&Block]) -> Result<Vec<Block>, Problem> {
    let bytes = inputs
        .first()
        .and_then(|block| block.as_bytes())
        .ok_or_else(no_input)?;
    let (items, contents) = study::read(path, bytes);
    let list = serde_json::to_vec(&items)
        .map_err(|error| Problem::error(path, format!("cannot be described: {error}")))?;
    let blocks = contents.into_iter().map(|content| match content {
        Content::Numbers(values) => values.into(),
        Content::Picture(bytes) => Block::Bytes(bytes),
    });
    Ok(std::iter::once(Block::Bytes(list)).chain(blocks).collect())
}

fn no_input() -> Problem {
    Problem::error("", "a block of numbers that should be there is missing")
        .expected("all inputs of the job")
        .hint("Run the analysis again; if it happens again, reload the page")
}

fn math_problem(error: crate::math::MathError) -> Problem {
    Problem::error("", error.to_string())
        .expected("finite numbers of matching shapes")
        .hint("Look for extreme values in the file")
}

/// Columns of an array's units (n x p, f64), constant ones dropped; also how many there were.
fn units_of(
    part: &Part,
    pooling: Pooling,
    block: &Block,
) -> Result<(DMatrix<f64>, usize), Problem> {
    let at: Box<dyn Fn(usize) -> f64> = match block {
        Block::F32(values) => Box::new(|i| values.get(i).map_or(f64::NAN, |&v| f64::from(v))),
        Block::F64(values) => Box::new(|i| values.get(i).copied().unwrap_or(f64::NAN)),
        Block::Bytes(_) => return Err(no_input()),
    };
    let n = part.rows.len();
    let row = |i: usize| part.rows[i] as usize;
    // (units, places pooled over, stride of a unit, stride of a place)
    let (units, places, unit_stride, place_stride) = match (part.axes, part.shape.as_slice()) {
        (Axes::StimuliUnits, [_]) => (1, 1, 1, 1),
        (Axes::StimuliUnits, [_, units]) => (*units, 1, 1, 1),
        (Axes::UnitsStimuli, [units, stimuli]) => {
            let a = DMatrix::from_fn(n, *units, |i, j| at(j * stimuli + row(i)));
            return Ok(without_constant_units(a));
        }
        (Axes::ChannelsFirst, [_, channels, height, width]) => {
            (*channels, height * width, height * width, 1)
        }
        (Axes::ChannelsLast, [_, height, width, channels]) => {
            (*channels, height * width, 1, *channels)
        }
        (Axes::Tokens, [_, tokens, units]) => (*units, *tokens, 1, *units),
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
    let stride = units * places;
    let a = match pooling {
        Pooling::Flatten => DMatrix::from_fn(n, stride, |i, j| at(row(i) * stride + j)),
        Pooling::Max | Pooling::Mean => DMatrix::from_fn(n, units, |i, j| {
            let start = row(i) * stride + j * unit_stride;
            let values = (0..places).map(|place| at(start + place * place_stride));
            match pooling {
                Pooling::Mean => values.sum::<f64>() / places as f64,
                _ => values.fold(f64::NEG_INFINITY, f64::max),
            }
        }),
    };
    Ok(without_constant_units(a))
}

fn without_constant_units(a: DMatrix<f64>) -> (DMatrix<f64>, usize) {
    let units = a.ncols();
    let varying: Vec<usize> = (0..units)
        .filter(|&j| a.column(j).iter().any(|&value| value != a[(0, j)]))
        .collect();
    if varying.len() == units {
        return (a, units);
    }
    (a.select_columns(varying.iter()), units)
}

fn layer_components(
    parts: &[Part],
    pooling: Pooling,
    inputs: &[&Block],
) -> Result<Vec<Block>, Problem> {
    let mut units = 0;
    let mut pieces = Vec::new();
    for (part, block) in parts.iter().zip(inputs) {
        let (a, all) = units_of(part, pooling, block)?;
        units += all;
        pieces.push(a);
    }
    let n = parts.first().map_or(0, |part| part.rows.len());
    let width = pieces.iter().map(DMatrix::ncols).sum();
    let mut a = DMatrix::zeros(n, width);
    let mut start = 0;
    for piece in &pieces {
        a.columns_mut(start, piece.ncols()).copy_from(piece);
        start += piece.ncols();
    }
    drop(pieces);
    let gram = gram_of_units(a.clone());
    let made = components(a, units).map_err(math_problem)?;
    Ok(vec![
        Block::F32(made.scores.iter().map(|&score| score as f32).collect()),
        Block::F64(made.variances),
        Block::F64(vec![
            made.total_variance,
            units as f64,
            (units - width) as f64,
        ]),
        Block::F64(gram.as_slice().to_vec()),
    ])
}

fn brain_gram(
    part: &Part,
    measure: Measure,
    z_score: bool,
    rdm_scale: f64,
    inputs: &[&Block],
) -> Result<Vec<Block>, Problem> {
    let block = inputs.first().ok_or_else(no_input)?;
    let (gram, clipped, constant) = match measure {
        Measure::Responses => {
            let (mut b, voxels) = units_of(part, Pooling::Max, block)?;
            let constant = voxels - b.ncols();
            if z_score {
                z_score_columns(&mut b);
            }
            (gram_of_units(b), 0.0, constant)
        }
        Measure::Rdm {
            distance,
            similarity,
            slice,
        } => {
            let mut rdm = square_of(part, slice, block)?;
            if similarity {
                rdm.apply(|value| *value = 1.0 - *value);
            }
            if distance == Distance::Euclidean {
                rdm.apply(|value| *value *= *value);
            }
            rdm.fill_diagonal(0.0);
            let made = gram_of_rdm(&rdm, rdm_scale).map_err(math_problem)?;
            (made.gram, made.clipped, 0)
        }
    };
    Ok(vec![
        Block::F64(gram.as_slice().to_vec()),
        Block::F64(vec![clipped, constant as f64]),
    ])
}

/// The matrix of an RDM over the stimuli of the study (n x n).
fn square_of(part: &Part, slice: usize, block: &Block) -> Result<DMatrix<f64>, Problem> {
    let values: Vec<f64> = match block {
        Block::F32(values) => values.iter().map(|&value| f64::from(value)).collect(),
        Block::F64(values) => values.clone(),
        Block::Bytes(_) => return Err(no_input()),
    };
    let size = part.axes.stimuli(&part.shape).ok_or_else(no_input)?;
    let at: Box<dyn Fn(usize, usize) -> usize> = match part.axes {
        Axes::Square => Box::new(move |i, j| i * size + j),
        Axes::Condensed => Box::new(move |i, j| {
            let (i, j) = (i.min(j), i.max(j));
            // the diagonal is not stored; its value is overwritten
            if i == j {
                0
            } else {
                i * size - i * (i + 1) / 2 + j - i - 1
            }
        }),
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

fn add_grams(inputs: &[&Block]) -> Result<Vec<Block>, Problem> {
    let mut sum = inputs
        .first()
        .and_then(|block| block.as_f64())
        .ok_or_else(no_input)?
        .to_vec();
    for block in &inputs[1..] {
        let other = block.as_f64().ok_or_else(no_input)?;
        for (total, value) in sum.iter_mut().zip(other) {
            *total += value;
        }
    }
    Ok(vec![Block::F64(sum)])
}

fn score_fold(task: &Task, inputs: &[&Block]) -> Result<Vec<Block>, Problem> {
    let Task::Fold {
        stimuli: n,
        folds: count,
        seed,
        fold,
        mapping,
        ref columns,
    } = *task
    else {
        return Err(no_input());
    };
    let (gram, targets) = inputs.split_first().ok_or_else(no_input)?;
    let gram = gram.as_f64().ok_or_else(no_input)?;
    if gram.len() != n * n || targets.len() != columns.len() {
        return Err(no_input());
    }
    let folds = folds(n, count, seed).map_err(math_problem)?;
    let fold = folds.get(fold).ok_or_else(no_input)?;
    let predictor = FoldPredictor::new(
        &DMatrix::from_column_slice(n, n, gram),
        fold,
        mapping.alphas(),
    )
    .map_err(math_problem)?;
    let mut out: Vec<Block> = Vec::with_capacity(2 * targets.len());
    let mut batch: Vec<f32> = Vec::new();
    let mut widths: Vec<usize> = Vec::new();
    for (index, (block, &width)) in targets.iter().zip(columns).enumerate() {
        let scores = block.as_f32().ok_or_else(no_input)?;
        batch.extend(scores.get(..n * width).ok_or_else(no_input)?);
        widths.push(width);
        if batch.len() < BATCH * n && index + 1 < targets.len() {
            continue;
        }
        let matrix = DMatrix::from_vec(n, widths.iter().sum(), std::mem::take(&mut batch));
        let made = predictor.score(&matrix).map_err(math_problem)?;
        let mut start = 0;
        for width in widths.drain(..) {
            out.push(Block::F32(made.scores[start..start + width].to_vec()));
            out.push(Block::Bytes(made.chosen[start..start + width].to_vec()));
            start += width;
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::ArrayId;

    fn part(shape: &[usize], axes: Axes, rows: &[u32]) -> Part {
        Part {
            array: ArrayId(0),
            path: "a.npy".into(),
            shape: shape.to_vec(),
            axes,
            rows: rows.to_vec(),
        }
    }

    fn counting(length: usize) -> Block {
        Block::F32((0..length).map(|i| i as f32).collect())
    }

    #[test]
    fn maps_and_tokens_are_pooled_over_their_places() {
        let units = |shape: &[usize], axes, pooling| {
            let length = shape.iter().product();
            units_of(&part(shape, axes, &[0, 1]), pooling, &counting(length))
                .expect("fits")
                .0
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
        let part = part(&[4, 2], Axes::StimuliUnits, &[3, 0]);
        let (a, _) = units_of(&part, Pooling::Max, &counting(8)).expect("fits");
        assert_eq!(a.column(0).iter().copied().collect::<Vec<_>>(), [6.0, 0.0]);
    }

    #[test]
    fn a_triangle_and_a_stack_give_the_matrix() {
        let triangle = Block::F64((1..=6).map(f64::from).collect());
        let rdm =
            square_of(&part(&[6], Axes::Condensed, &[0, 1, 2, 3]), 0, &triangle).expect("fits");
        assert_eq!(
            (rdm[(0, 1)], rdm[(0, 3)], rdm[(1, 2)], rdm[(3, 2)]),
            (1.0, 3.0, 4.0, 6.0)
        );
        let last =
            square_of(&part(&[2, 2, 3], Axes::Stack(2), &[1, 0]), 1, &counting(12)).expect("fits");
        assert_eq!((last[(0, 0)], last[(0, 1)]), (10.0, 7.0));
    }

    #[test]
    fn constant_units_are_counted_and_dropped() {
        let block = Block::F64(vec![1.0, 5.0, 2.0, 5.0, 4.0, 5.0]);
        let parts = [part(&[3, 2], Axes::StimuliUnits, &[0, 1, 2])];
        let made = perform(
            &Task::Components {
                parts: parts.to_vec(),
                pooling: Pooling::Max,
            },
            &[&block],
        );
        let made = made.expect("finite");
        assert_eq!(made[1].len(), 1);
        assert_eq!(
            made[2].as_f64().map(|counts| counts[1..].to_vec()),
            Some(vec![2.0, 1.0])
        );
    }
}
