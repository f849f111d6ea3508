//! Sparse matrices of MATLAB: the numbers that are not zero, column by column, become whole matrices.

use super::super::contents::{Data, SLACK, Variable};
use super::super::decode::{Element, Values};
use crate::problem::Problem;

/// How many times the stored bytes a whole matrix may take: one number of a hundred is not zero.
const MOST_UNPACKED: u64 = 100;
/// And how many times the bytes of the file, which may be packed: as many as deflate reaches.
const MOST_DEFLATED: u64 = 1032;

/// A sparse matrix as files keep it.
pub struct Sparse {
    /// Rows of the whole matrix.
    pub rows: usize,
    /// Columns of the whole matrix.
    pub columns: usize,
    /// Row of each number, counted from 0.
    pub row_of: Values,
    /// Where each column starts among the numbers, and where the last one ends.
    pub starts: Values,
    /// The numbers.
    pub values: Values,
    /// Their type in the file.
    pub element: Element,
    /// Bytes of the file.
    pub file: u64,
}

/// A whole number of at least zero.
pub fn whole(value: f64) -> Option<usize> {
    (value >= 0.0 && value.fract() == 0.0 && value < 9e15).then_some(value as usize)
}

impl Sparse {
    /// One that is given by row, column and number of each element, counted from zero, in any order; `None`
    /// where a column is not one of its own. `size`: rows and columns.
    pub fn of_elements(
        [rows, columns]: [usize; 2],
        mut numbers: Vec<(usize, usize, f64)>,
        element: Element,
        file: u64,
    ) -> Option<Self> {
        if numbers.iter().any(|(_, column, _)| *column >= columns) {
            return None;
        }
        numbers.sort_by_key(|(_, column, _)| *column);
        // of one that is too large to be read, nothing but its size is needed
        let most = (SLACK as usize / 8).saturating_add(numbers.len().saturating_mul(100));
        let starts = if columns > most {
            Vec::new()
        } else {
            let mut ends = vec![0.0; columns + 1];
            for (_, column, _) in &numbers {
                ends[column + 1] += 1.0;
            }
            let mut before = 0.0;
            for end in &mut ends {
                before += *end;
                *end = before;
            }
            ends
        };
        let values: Vec<f64> = numbers.iter().map(|(_, _, value)| *value).collect();
        Some(Self {
            rows,
            columns,
            row_of: Values::F64(numbers.iter().map(|(row, _, _)| *row as f64).collect()),
            starts: Values::F64(starts),
            values: if element.held() == 4 {
                Values::F32(values.into_iter().map(|value| value as f32).collect())
            } else {
                Values::F64(values)
            },
            element,
            file,
        })
    }

    /// The whole matrix, zeros included.
    ///
    /// # Errors
    /// Where it would take far more memory than the file does, or where its parts do not fit each other.
    pub fn dense(&self, path: &str, name: &str) -> Result<Variable, Problem> {
        let full = format!("{path}/{name}");
        let stored = (self.values.len() as u64)
            .saturating_mul(16)
            .saturating_mul(MOST_UNPACKED)
            .min(self.file.saturating_mul(MOST_DEFLATED))
            .saturating_add(SLACK);
        let count = self.rows.checked_mul(self.columns);
        let Some(count) = count.filter(|&count| (count as u64).saturating_mul(8) <= stored) else {
            return Err(Problem::error(
                &full,
                format!(
                    "is a sparse matrix of {} x {} with {} numbers that are not zero: too large to be read as a whole",
                    self.rows,
                    self.columns,
                    self.values.len()
                ),
            )
            .expected("a matrix with all its zeros, or a sparse one that is not mostly zeros")
            .hint(format!(
                "In MATLAB, save a whole matrix of fewer units: {name} = full({name}(:, any({name}, 1)))"
            )));
        };
        let values = match &self.values {
            Values::F32(values) => self.spread(values, count, 0.0).map(Values::F32),
            Values::F64(values) => self.spread(values, count, 0.0).map(Values::F64),
        };
        let values = values.ok_or_else(|| {
            Problem::error(
                &full,
                "is a sparse matrix whose rows and columns do not fit its numbers",
            )
            .expected("a row for each number, and a start for each column")
            .hint("The file may be damaged: save or download it again")
        })?;
        Ok(Variable {
            name: name.to_owned(),
            shape: vec![self.rows, self.columns],
            data: Data::Numbers {
                element: self.element,
                values,
            },
            axes: Vec::new(),
        })
    }

    fn spread<T: Copy>(&self, values: &[T], count: usize, zero: T) -> Option<Vec<T>> {
        let mut made = vec![zero; count];
        // files may keep room behind the last number
        if self.starts.len() != self.columns.checked_add(1)? || self.row_of.len() < values.len() {
            return None;
        }
        let mut start = whole(self.starts.at(0))?;
        for column in 0..self.columns {
            let end = whole(self.starts.at(column + 1))?;
            let numbers = values.get(start..end)?;
            for (index, &value) in numbers.iter().enumerate() {
                let row = whole(self.row_of.at(start + index)).filter(|&row| row < self.rows)?;
                *made.get_mut(row * self.columns + column)? = value;
            }
            start = end;
        }
        Some(made)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::decode::ElementKind;
    use super::*;

    fn sparse(
        rows: usize,
        columns: usize,
        row_of: &[f64],
        starts: &[f64],
        values: &[f64],
    ) -> Sparse {
        Sparse {
            rows,
            columns,
            row_of: Values::F64(row_of.to_vec()),
            starts: Values::F64(starts.to_vec()),
            values: Values::F64(values.to_vec()),
            element: Element {
                kind: ElementKind::Float,
                size: 8,
                big_endian: false,
            },
            file: 1000,
        }
    }

    #[test]
    fn zeros_are_filled_in_and_what_does_not_fit_is_refused() {
        let made = sparse(
            2,
            3,
            &[0.0, 1.0, 1.0],
            &[0.0, 1.0, 1.0, 3.0],
            &[1.0, 0.0, 3.0],
        );
        // the last column lists row 1 twice: the later one stands
        let made = made.dense("a.mat", "l").expect("whole");
        let expected = Values::F64(vec![1.0, 0.0, 0.0, 0.0, 0.0, 3.0]);
        assert!(matches!(made.data, Data::Numbers { values, .. } if values == expected));
        let empty = sparse(2, 2, &[], &[0.0, 0.0, 0.0], &[]).dense("a.mat", "l");
        assert_eq!(empty.map(|made| made.shape), Ok(vec![2, 2]));
        for wrong in [
            sparse(2, 2, &[0.0, 2.0], &[0.0, 1.0, 2.0], &[1.0, 2.0]),
            sparse(2, 2, &[0.0], &[0.0, 1.0, 2.0], &[1.0]),
            sparse(2, 2, &[0.0], &[0.0, 1.0], &[1.0]),
            sparse(2, 2, &[0.0], &[1.0, 0.0, 1.0], &[1.0]),
        ] {
            let problem = wrong.dense("a.mat", "l").expect_err("does not fit");
            assert!(problem.to_string().contains("do not fit"), "{problem}");
        }
        let large = sparse(1 << 20, 1 << 20, &[], &[], &[]).dense("a.mat", "l");
        assert!(large.expect_err("too large").hint.contains("full("));
    }
}
