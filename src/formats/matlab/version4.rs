//! Version 4: numbers, text and sparse matrices, one after another.

use super::super::contents::{Data, Variable, elements, too_large};
use super::super::decode::{Element, ElementKind, Values, decode};
use super::sparse::{Sparse, whole};
use super::{MOST_VARIABLES, Reader, complex};
use crate::problem::Problem;

/// What a variable of version 4 is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Numbers,
    Text,
    /// A row for each number that is not zero: its row, its column and itself; the last one is the size.
    Sparse,
}

impl Reader {
    fn push(&mut self, variable: Variable) -> Result<(), Problem> {
        if self.contents.variables.len() >= MOST_VARIABLES {
            return Err(self.damaged(&format!("it has more than {MOST_VARIABLES} variables")));
        }
        self.contents.variables.push(variable);
        Ok(())
    }

    pub fn all_of_version_4(&mut self, mut bytes: &[u8]) -> Result<(), Problem> {
        while !bytes.is_empty() {
            let head =
                Head4::parse(bytes).ok_or_else(|| self.damaged("a variable has no header"))?;
            self.big_endian = head.big_endian;
            let rest = &bytes[Head4::SIZE..];
            let cut = || self.damaged("it ends in the middle of a variable");
            let name = rest.get(..head.name).ok_or_else(cut)?;
            let name = String::from_utf8_lossy(name)
                .trim_end_matches('\0')
                .to_owned();
            let shape = vec![head.rows, head.columns];
            let size = elements(&shape)
                .and_then(|count| count.checked_mul(head.element.size))
                .and_then(|size| size.checked_mul(if head.complex { 2 } else { 1 }))
                .ok_or_else(cut)?;
            let end = head.name.checked_add(size).ok_or_else(cut)?;
            let content = rest
                .get(head.name..end)
                .ok_or_else(|| too_large(&self.contents.path, &name, &shape, rest.len() as u64))?;
            bytes = &rest[end..];
            if size == 0 {
                continue;
            }
            let path = format!("{}/{name}", self.contents.path);
            let values = decode(&path, content, head.element)
                .unwrap_or_else(|| Err(self.damaged(&format!("{name} holds no numbers"))))?;
            let is_complex = head.complex || (head.class == Class::Sparse && head.columns == 4);
            let variable = |shape: Vec<usize>, data: Data| Variable {
                name: name.clone(),
                shape,
                data,
                axes: Vec::new(),
            };
            match head.class {
                Class::Text => {
                    let text = characters(&values, head.rows, head.columns);
                    self.push(variable(vec![text.len()], Data::Text(text)))?;
                }
                _ if is_complex => {
                    let problem = complex(&self.contents.path, &name);
                    self.contents.problems.push(problem);
                }
                // one that does not fit is named, and the others stand
                Class::Sparse => match self.sparse_of_version_4(&name, &head, &values) {
                    Ok(whole) => self.push(whole)?,
                    Err(problem) => self.contents.problems.push(problem),
                },
                Class::Numbers => {
                    let data = Data::Numbers {
                        element: head.element,
                        values: values.from_fortran(&shape),
                    };
                    self.push(variable(shape, data))?;
                }
            }
        }
        Ok(())
    }

    fn sparse_of_version_4(
        &self,
        name: &str,
        head: &Head4,
        table: &Values,
    ) -> Result<Variable, Problem> {
        let wrong = || self.damaged(&format!("{name} is sparse, and its parts do not fit"));
        let count = head.rows.checked_sub(1).ok_or_else(wrong)?;
        if head.columns != 3 {
            return Err(wrong());
        }
        let at = |row: usize, column: usize| table.at(column * head.rows + row);
        let size = [0, 1].map(|column| whole(at(count, column)));
        let [Some(rows), Some(columns)] = size else {
            return Err(wrong());
        };
        // counted from one
        let index = |row: usize, column: usize| whole(at(row, column))?.checked_sub(1);
        let numbers: Option<Vec<(usize, usize, f64)>> = (0..count)
            .map(|row| Some((index(row, 0)?, index(row, 1)?, at(row, 2))))
            .collect();
        let sparse = Sparse::of_elements(
            [rows, columns],
            numbers.ok_or_else(wrong)?,
            head.element,
            self.size,
        );
        sparse.ok_or_else(wrong)?.dense(&self.contents.path, name)
    }
}

/// One text for each row.
fn characters(values: &Values, rows: usize, columns: usize) -> Vec<String> {
    (0..rows)
        .map(|row| {
            let codes = (0..columns).map(|at| values.at(at * rows + row) as u32);
            let text: String = codes.filter_map(char::from_u32).collect();
            text.trim_end_matches([' ', '\0']).to_owned()
        })
        .collect()
}

/// The header of a variable of version 4.
pub struct Head4 {
    big_endian: bool,
    element: Element,
    class: Class,
    rows: usize,
    columns: usize,
    complex: bool,
    /// Length of the name.
    name: usize,
}

impl Head4 {
    const SIZE: usize = 20;

    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let words: Vec<[u8; 4]> = bytes.get(..Self::SIZE)?.as_chunks::<4>().0.to_vec();
        // the digits M, O, P, T: byte order, zero, precision, what it is
        let little = u32::from_le_bytes(words[0]);
        let big_endian = little > 9999;
        let word = |index: usize| -> usize {
            let number = if big_endian {
                u32::from_be_bytes(words[index])
            } else {
                u32::from_le_bytes(words[index])
            };
            number as usize
        };
        let code = word(0);
        let (order, zero, precision, what) =
            (code / 1000, code / 100 % 10, code / 10 % 10, code % 10);
        if code > 9999 || order != usize::from(big_endian) || zero != 0 {
            return None;
        }
        let class = match what {
            0 => Class::Numbers,
            1 => Class::Text,
            2 => Class::Sparse,
            _ => return None,
        };
        let (kind, size) = match precision {
            0 => (ElementKind::Float, 8),
            1 => (ElementKind::Float, 4),
            2 => (ElementKind::Integer, 4),
            3 => (ElementKind::Integer, 2),
            4 => (ElementKind::Unsigned, 2),
            5 => (ElementKind::Unsigned, 1),
            _ => return None,
        };
        let (complex, name) = (word(3), word(4));
        if complex > 1 || !(1..=256).contains(&name) {
            return None;
        }
        Some(Self {
            big_endian,
            element: Element {
                kind,
                size,
                big_endian,
            },
            class,
            rows: word(1),
            columns: word(2),
            complex: complex == 1,
            name,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;

    /// A variable of doubles (or of text or a sparse matrix, by `what`), column by column.
    fn variable(what: u32, name: &str, shape: [u32; 2], values: &[f64]) -> Vec<u8> {
        let head = [what, shape[0], shape[1], 0, name.len() as u32 + 1];
        let head = head.iter().flat_map(|word| word.to_le_bytes());
        let name = name.bytes().chain([0]);
        let values = values.iter().flat_map(|value| value.to_le_bytes());
        head.chain(name).chain(values).collect()
    }

    #[test]
    fn sparse_matrices_and_text_stand_beside_numbers() {
        let layer = variable(0, "l", [2, 2], &[1.0, 2.0, 3.0, 4.0]);
        let text = variable(1, "t", [1, 2], &[104.0, 105.0]);
        // (2, 1) is 5 and (1, 3) is 6, of 2 x 3
        let indices = [2.0, 1.0, 2.0, 1.0, 3.0, 3.0, 5.0, 6.0, 0.0];
        let sparse = variable(2, "s", [3, 3], &indices);
        let contents = read("a.mat", &[sparse, text, layer].concat()).expect("whole");
        assert!(contents.problems.is_empty(), "{:?}", contents.problems);
        let whole = contents.variable("s").expect("the sparse one");
        let expected = Values::F64(vec![0.0, 0.0, 6.0, 5.0, 0.0, 0.0]);
        assert_eq!(whole.shape, [2, 3]);
        assert!(matches!(&whole.data, Data::Numbers { values, .. } if *values == expected));
        assert_eq!(contents.note("t"), Some("hi"));
        assert!(contents.variable("l").is_some());
    }

    #[test]
    fn a_sparse_matrix_that_does_not_fit_leaves_the_others() {
        let rows: [([u32; 2], &[f64], &str); 5] = [
            ([2, 3], &[3.0, 2.0, 1.0, 2.0, 5.0, 0.0], "do not fit"),
            ([2, 3], &[0.0, 2.0, 1.0, 2.0, 5.0, 0.0], "do not fit"),
            ([2, 3], &[1.5, 2.0, 1.0, 2.0, 5.0, 0.0], "do not fit"),
            ([2, 3], &[1.0, 1e9, 1.0, 1e9, 5.0, 0.0], "too large"),
            ([2, 4], &[1.0, 2.0, 1.0, 2.0, 5.0, 0.0, 1.0, 0.0], "complex"),
        ];
        for (shape, values, said) in rows {
            let sparse = variable(2, "s", shape, values);
            let layer = variable(0, "l", [2, 2], &[1.0, 2.0, 3.0, 4.0]);
            let contents = read("a.mat", &[sparse, layer].concat()).expect("read");
            assert!(contents.variable("l").is_some());
            let text = contents.problems[0].to_string();
            assert!(
                text.starts_with("a.mat/s") && text.contains(said) || text.contains("s is sparse"),
                "{text}"
            );
        }
    }
}
