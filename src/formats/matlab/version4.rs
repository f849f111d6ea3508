//! Version 4: numbers and text, one after another.

use super::super::contents::{Data, Variable, elements, too_large};
use super::super::decode::{Element, Kind, decode};
use super::{MOST_VARIABLES, Reader, complex};
use crate::problem::Problem;

impl Reader {
    fn push(&mut self, name: &str, shape: Vec<usize>, data: Data) -> Result<(), Problem> {
        if self.contents.variables.len() >= MOST_VARIABLES {
            return Err(self.damaged(&format!("it has more than {MOST_VARIABLES} variables")));
        }
        self.contents.variables.push(Variable {
            name: name.to_owned(),
            shape,
            data,
            axes: Vec::new(),
        });
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
            if head.is_text {
                let text: Vec<String> = (0..head.rows)
                    .map(|row| {
                        let codes =
                            (0..head.columns).map(|at| values.at(at * head.rows + row) as u32);
                        let text: String = codes.filter_map(char::from_u32).collect();
                        text.trim_end_matches([' ', '\0']).to_owned()
                    })
                    .collect();
                self.push(&name, vec![text.len()], Data::Text(text))?;
            } else if head.complex {
                self.contents
                    .problems
                    .push(complex(&self.contents.path, &name));
            } else {
                let data = Data::Numbers {
                    element: head.element,
                    values: values.from_fortran(&shape),
                };
                self.push(&name, shape, data)?;
            }
        }
        Ok(())
    }
}

/// The header of a variable of version 4.
pub struct Head4 {
    big_endian: bool,
    element: Element,
    is_text: bool,
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
        let word = |place: usize| -> usize {
            let number = if big_endian {
                u32::from_be_bytes(words[place])
            } else {
                u32::from_le_bytes(words[place])
            };
            number as usize
        };
        let code = word(0);
        let (order, zero, precision, what) =
            (code / 1000, code / 100 % 10, code / 10 % 10, code % 10);
        if code > 9999 || order != usize::from(big_endian) || zero != 0 || what > 1 {
            return None;
        }
        let (kind, size) = match precision {
            0 => (Kind::Float, 8),
            1 => (Kind::Float, 4),
            2 => (Kind::Integer, 4),
            3 => (Kind::Integer, 2),
            4 => (Kind::Unsigned, 2),
            5 => (Kind::Unsigned, 1),
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
            is_text: what == 1,
            rows: word(1),
            columns: word(2),
            complex: complex == 1,
            name,
        })
    }
}
