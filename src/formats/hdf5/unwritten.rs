//! Pieces of a dataset that were never written. HDF5 gives them the fill value, which is zero where nobody
//! chose another, and nothing tells it from a number that was measured.

use std::collections::HashSet;

use hdf5_pure::{Dataset, Layout};

use super::super::decode::Values;
use crate::problem::Problem;

/// The warning for a dataset of which a piece is not in the file; `None` where all is there, or where what is
/// missing is NaN and is told as that. `values`: its numbers as they are used.
pub fn warning(dataset: &Dataset, shape: &[usize], values: &Values, path: &str) -> Option<Problem> {
    let (found, first) = match dataset.layout().ok()? {
        Layout::Contiguous { address: None, .. } => ("was never written".to_owned(), 0),
        Layout::Chunked { chunk_shape, .. } => {
            let chunk: Option<Vec<usize>> = chunk_shape
                .iter()
                .map(|&size| usize::try_from(size).ok().filter(|&size| size > 0))
                .collect();
            let chunk = chunk?;
            // elements that are arrays themselves are further axes
            let own = shape.get(..chunk.len())?;
            let counts: Vec<usize> = own
                .iter()
                .zip(&chunk)
                .map(|(&size, &step)| size.div_ceil(step))
                .collect();
            let all: usize = counts.iter().product();
            let written: HashSet<Vec<u64>> = dataset
                .chunks()
                .ok()?
                .into_iter()
                .map(|chunk| chunk.offset)
                // of a dataset that was made smaller some may be left outside
                .filter(|offset| offset.iter().zip(own).all(|(&at, &size)| at < size as u64))
                .collect();
            if written.len() >= all {
                return None;
            }
            let offset = (0..all)
                .map(|position| offset_of(position, &counts, &chunk))
                .find(|offset| !written.contains(offset))?;
            let mut index = 0_usize;
            for (axis, &size) in shape.iter().enumerate() {
                let at = offset.get(axis).map_or(0, |&at| at as usize);
                index = index.checked_mul(size)?.checked_add(at)?;
            }
            let row = offset.first().copied().unwrap_or(0);
            let missing = all - written.len();
            (
                format!(
                    "was never written in part: {missing} of its {all} chunks {} not in the file, the first at row {row}",
                    if missing == 1 { "is" } else { "are" }
                ),
                index,
            )
        }
        _ => return None,
    };
    if values.len() < 2 || first >= values.len() {
        return None;
    }
    let fill = values.at(first);
    if fill.is_nan() {
        return None;
    }
    Some(
        Problem::warning(path, format!("{found}; it is read as {fill}"))
            .expected("numbers that were all written")
            .hint("Write what is missing, or leave these stimuli out"),
    )
}

/// Where a chunk begins, by its index among all of them.
fn offset_of(position: usize, counts: &[usize], chunk: &[usize]) -> Vec<u64> {
    let mut rest = position;
    let mut offset = vec![0; counts.len()];
    for axis in (0..counts.len()).rev() {
        let count = counts[axis].max(1);
        offset[axis] = ((rest % count) * chunk[axis]) as u64;
        rest /= count;
    }
    offset
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_begin_where_their_index_says() {
        let begins: Vec<_> = (0..6)
            .map(|position| offset_of(position, &[2, 3], &[4, 5]))
            .collect();
        assert_eq!(begins[0], [0, 0]);
        assert_eq!(begins[2], [0, 10]);
        assert_eq!(begins[3], [4, 0]);
    }
}
