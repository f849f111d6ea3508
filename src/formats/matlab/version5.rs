//! Version 5: variables in pieces that say their type and size, packed or not.

use std::io::Read;

use super::super::contents::{Data, Variable, elements, index_label, too_large};
use super::super::decode::{Element, ElementKind, Values, decode};
use super::super::text::utf16;
use super::cells::joined;
use super::sparse::Sparse;
use super::{MOST_DEPTH, MOST_VARIABLES, Reader, complex};
use crate::problem::Problem;

const COMPRESSED: u32 = 15;
const MATRIX: u32 = 14;
const UTF8: u32 = 16;
const UTF16: u32 = 17;
const UTF32: u32 = 18;

const CELL: u8 = 1;
const STRUCTURE: u8 = 2;
const OBJECT: u8 = 3;
const CHARACTERS: u8 = 4;
const SPARSE: u8 = 5;
const FUNCTION: u8 = 16;
const OPAQUE: u8 = 17;

/// Flags beside the class.
const COMPLEX: u32 = 0x800;
const LOGICAL: u32 = 0x200;

/// A piece of a file of version 5: its type, its bytes, and what follows.
struct Piece<'a> {
    kind: u32,
    bytes: &'a [u8],
    rest: &'a [u8],
}

impl Reader {
    fn u32(&self, bytes: &[u8]) -> Option<u32> {
        let word = bytes.first_chunk::<4>()?;
        Some(if self.big_endian {
            u32::from_be_bytes(*word)
        } else {
            u32::from_le_bytes(*word)
        })
    }

    fn piece<'a>(&self, bytes: &'a [u8]) -> Result<Piece<'a>, Problem> {
        let cut = || self.damaged("it ends in the middle of a variable");
        let word = self.u32(bytes).ok_or_else(cut)?;
        if word >> 16 != 0 {
            // small: size and type in one word, up to four bytes behind it
            let size = (word >> 16) as usize;
            let content = bytes.get(4..8).ok_or_else(cut)?;
            return Ok(Piece {
                kind: word & 0xffff,
                bytes: content.get(..size).ok_or_else(cut)?,
                rest: &bytes[8..],
            });
        }
        let size = self
            .u32(bytes.get(4..).unwrap_or_default())
            .ok_or_else(cut)? as usize;
        let end = size.checked_add(8).ok_or_else(cut)?;
        let content = bytes.get(8..end).ok_or_else(cut)?;
        let padded = if word == COMPRESSED {
            end
        } else {
            end.next_multiple_of(8)
        };
        Ok(Piece {
            kind: word,
            bytes: content,
            rest: bytes.get(padded..).unwrap_or_default(),
        })
    }

    pub fn all_of_version_5(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let piece = match self.piece(bytes) {
                Ok(piece) => piece,
                Err(problem) => {
                    self.contents.problems.push(problem);
                    return;
                }
            };
            bytes = piece.rest;
            let made = match piece.kind {
                COMPRESSED => self.packed(piece.bytes),
                MATRIX => self.matrix(piece.bytes, None, 0),
                _ => continue,
            };
            match made {
                Ok(variables) => {
                    let room = MOST_VARIABLES.saturating_sub(self.contents.variables.len());
                    let is_more = variables.len() > room;
                    self.contents
                        .variables
                        .extend(variables.into_iter().take(room));
                    if is_more {
                        let what = format!("it has more than {MOST_VARIABLES} variables");
                        self.contents.problems.push(self.damaged(&what));
                        return;
                    }
                }
                Err(problem) => self.contents.problems.push(problem),
            }
        }
    }

    fn packed(&mut self, bytes: &[u8]) -> Result<Vec<Variable>, Problem> {
        let mut unpacked = Vec::new();
        flate2::read::ZlibDecoder::new(bytes)
            .read_to_end(&mut unpacked)
            .map_err(|error| self.damaged(&format!("a variable does not unpack: {error}")))?;
        let inner = self.piece(&unpacked)?;
        if inner.kind == MATRIX {
            self.matrix(inner.bytes, None, 0)
        } else {
            Ok(Vec::new())
        }
    }

    /// One variable, cell or field, with all that it holds.
    fn matrix(
        &mut self,
        bytes: &[u8],
        name: Option<&str>,
        depth: usize,
    ) -> Result<Vec<Variable>, Problem> {
        if depth > MOST_DEPTH {
            return Err(self.damaged("its cells do not end"));
        }
        if bytes.is_empty() {
            return Ok(Vec::new());
        }
        let flags = self.piece(bytes)?;
        let word = self
            .u32(flags.bytes)
            .ok_or_else(|| self.damaged("a variable has no class"))?;
        let class = (word & 0xff) as u8;
        if class == OPAQUE {
            return self.opaque(flags.rest, name);
        }
        let dimensions = self.piece(flags.rest)?;
        let mut shape = Vec::new();
        for axis in dimensions.bytes.chunks_exact(4) {
            let axis = self.u32(axis).unwrap_or_default();
            shape.push(axis as usize);
        }
        let named = self.piece(dimensions.rest)?;
        // bytes that MATLAB keeps for functions and objects have no name
        if depth == 0 && named.bytes.is_empty() {
            return Ok(Vec::new());
        }
        let name = name.map_or_else(|| name_of(named.bytes), str::to_owned);
        if shape.len() < 2 || shape.len() > 32 {
            return Err(self.damaged(&format!("{name} has {} axes", shape.len())));
        }
        if class == SPARSE {
            let made = self.sparse(named.rest, &name, &shape, word)?;
            return Ok(vec![made]);
        }
        let holds = named.rest.len() as u64;
        let count = elements(&shape)
            .filter(|&count| count <= u32::MAX as usize)
            .ok_or_else(|| too_large(&self.contents.path, &name, &shape, holds))?;
        let one = |shape: Vec<usize>, data: Data| {
            vec![Variable {
                name: name.clone(),
                shape,
                data,
                axes: Vec::new(),
            }]
        };
        match class {
            CELL => self.cells(named.rest, &name, &shape, count, depth),
            STRUCTURE => self.structures(named.rest, &name, &shape, count, depth),
            // what its class means by its fields only MATLAB knows
            OBJECT => {
                let class = self.piece(named.rest)?;
                self.opaque.push((name, name_of(class.bytes)));
                Ok(Vec::new())
            }
            FUNCTION => Ok(one(shape, Data::Other("a function".into()))),
            _ if count == 0 => Ok(Vec::new()),
            CHARACTERS => {
                let text = self.characters(named.rest, &shape)?;
                Ok(one(vec![text.len()], Data::Text(text)))
            }
            6..=15 if word & COMPLEX != 0 => Err(complex(&self.contents.path, &name)),
            6..=15 => {
                let (element, values) = self.numbers(named.rest, &name, &shape, word)?;
                let values = values.from_fortran(&shape);
                Ok(one(shape, Data::Numbers { element, values }))
            }
            _ => Ok(one(shape, Data::Other(format!("a value of class {class}")))),
        }
    }

    /// An object whose content lies elsewhere in the file, in a form of MATLAB's own.
    fn opaque(&mut self, bytes: &[u8], name: Option<&str>) -> Result<Vec<Variable>, Problem> {
        let named = self.piece(bytes)?;
        let system = self.piece(named.rest)?;
        let class = self.piece(system.rest)?;
        let name = name.map_or_else(|| name_of(named.bytes), str::to_owned);
        let class = name_of(class.bytes);
        if !name.is_empty() && !class.starts_with("FileWrapper") {
            self.opaque.push((name, class));
        }
        Ok(Vec::new())
    }

    fn cells(
        &mut self,
        mut bytes: &[u8],
        name: &str,
        shape: &[usize],
        count: usize,
        depth: usize,
    ) -> Result<Vec<Variable>, Problem> {
        let mut cells = Vec::new();
        for index in 0..count {
            let piece = self.piece(bytes)?;
            bytes = piece.rest;
            let label = index_label(shape, index);
            let own = self.matrix(piece.bytes, Some(&format!("{name}{label}")), depth + 1)?;
            cells.push(own);
        }
        let (made, problem) = joined(&self.contents.path, name, shape, cells);
        self.contents.problems.extend(problem);
        Ok(made)
    }

    fn structures(
        &mut self,
        bytes: &[u8],
        name: &str,
        shape: &[usize],
        count: usize,
        depth: usize,
    ) -> Result<Vec<Variable>, Problem> {
        let width = self.piece(bytes)?;
        let fields = self.piece(width.rest)?;
        let width = self.u32(width.bytes).unwrap_or_default() as usize;
        if width == 0 {
            return Err(self.damaged(&format!("the fields of {name} have no names")));
        }
        let names: Vec<String> = fields.bytes.chunks_exact(width).map(name_of).collect();
        let mut rest = fields.rest;
        let mut made = Vec::new();
        for index in 0..count {
            if names.is_empty() {
                break;
            }
            let element = format!("{name}{}", index_label(shape, index));
            for field in &names {
                let piece = self.piece(rest)?;
                rest = piece.rest;
                // a field that cannot be read is named, and the others stand
                match self.matrix(piece.bytes, Some(&format!("{element}.{field}")), depth + 1) {
                    Ok(own) => made.extend(own),
                    Err(problem) => self.contents.problems.push(problem),
                }
            }
            if made.len() > MOST_VARIABLES {
                return Err(self.damaged(&format!("{name} has more than {MOST_VARIABLES} fields")));
            }
        }
        Ok(made)
    }

    fn sparse(
        &self,
        bytes: &[u8],
        name: &str,
        shape: &[usize],
        word: u32,
    ) -> Result<Variable, Problem> {
        if word & COMPLEX != 0 {
            return Err(complex(&self.contents.path, name));
        }
        let [rows, columns] = *shape else {
            return Err(self.damaged(&format!("{name} is sparse and has {} axes", shape.len())));
        };
        let row_of = self.piece(bytes)?;
        let starts = self.piece(row_of.rest)?;
        let numbers = self.piece(starts.rest)?;
        let (_, row_of) = self.stored(&row_of, name, 0)?;
        let (_, starts) = self.stored(&starts, name, 0)?;
        let (element, values) = self.stored(&numbers, name, word)?;
        let sparse = Sparse {
            rows,
            columns,
            row_of,
            starts,
            values,
            element,
            file: self.size,
        };
        sparse.dense(&self.contents.path, name)
    }

    /// One text a row.
    fn characters(&self, bytes: &[u8], shape: &[usize]) -> Result<Vec<String>, Problem> {
        let piece = self.piece(bytes)?;
        let characters: Vec<char> = match piece.kind {
            4 | UTF16 => utf16(piece.bytes, self.big_endian).chars().collect(),
            UTF32 => piece
                .bytes
                .chunks_exact(4)
                .filter_map(|unit| char::from_u32(self.u32(unit)?))
                .collect(),
            UTF8 => String::from_utf8_lossy(piece.bytes).chars().collect(),
            _ => piece.bytes.iter().map(|&byte| char::from(byte)).collect(),
        };
        let rows = shape[0].max(1);
        if rows > characters.len() {
            return Err(self.damaged("a text is shorter than its shape"));
        }
        Ok((0..rows)
            .map(|row| {
                let text: String = characters.iter().skip(row).step_by(rows).collect();
                text.trim_end().to_owned()
            })
            .collect())
    }

    fn numbers(
        &self,
        bytes: &[u8],
        name: &str,
        shape: &[usize],
        word: u32,
    ) -> Result<(Element, Values), Problem> {
        let piece = self.piece(bytes)?;
        let (element, values) = self.stored(&piece, name, word)?;
        if elements(shape) != Some(values.len()) || piece.bytes.len() % element.size != 0 {
            let holds = piece.bytes.len() as u64;
            return Err(too_large(&self.contents.path, name, shape, holds));
        }
        Ok((element, values))
    }

    /// The numbers of a piece, which are stored as narrow as they fit.
    fn stored(&self, piece: &Piece, name: &str, word: u32) -> Result<(Element, Values), Problem> {
        let (kind, size) = match piece.kind {
            1 => (ElementKind::Integer, 1),
            2 if word & LOGICAL != 0 => (ElementKind::Boolean, 1),
            2 => (ElementKind::Unsigned, 1),
            3 => (ElementKind::Integer, 2),
            4 => (ElementKind::Unsigned, 2),
            5 => (ElementKind::Integer, 4),
            6 => (ElementKind::Unsigned, 4),
            7 => (ElementKind::Float, 4),
            9 => (ElementKind::Float, 8),
            12 => (ElementKind::Integer, 8),
            13 => (ElementKind::Unsigned, 8),
            other => return Err(self.damaged(&format!("{name} is stored as type {other}"))),
        };
        let element = Element {
            kind,
            size,
            big_endian: self.big_endian,
        };
        let path = format!("{}/{name}", self.contents.path);
        let values = decode(&path, piece.bytes, element)
            .unwrap_or_else(|| Err(self.damaged(&format!("{name} holds no numbers"))))?;
        Ok((element, values))
    }
}

/// Text up to the first zero.
fn name_of(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|&byte| byte == 0);
    String::from_utf8_lossy(&bytes[..end.unwrap_or(bytes.len())]).into_owned()
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::{CHARACTERS, OBJECT};

    fn piece(kind: u32, bytes: &[u8]) -> Vec<u8> {
        let mut all = [kind.to_le_bytes(), (bytes.len() as u32).to_le_bytes()].concat();
        all.extend(bytes);
        all.resize(all.len().next_multiple_of(8), 0);
        all
    }

    fn matrix(class: u8, name: &str, shape: [u32; 2], body: &[u8]) -> Vec<u8> {
        let flags = [u32::from(class).to_le_bytes(), [0; 4]].concat();
        let shape = shape.map(u32::to_le_bytes).concat();
        let head = [
            piece(6, &flags),
            piece(5, &shape),
            piece(1, name.as_bytes()),
        ]
        .concat();
        piece(14, &[&head, body].concat())
    }

    fn doubles(name: &str, shape: [u32; 2]) -> Vec<u8> {
        let count = (shape[0] * shape[1]) as usize;
        matrix(
            6,
            name,
            shape,
            &piece(9, &1.5_f64.to_le_bytes().repeat(count)),
        )
    }

    #[test]
    fn an_object_is_named_and_its_numbers_are_no_layer() {
        let mut header = b"MATLAB 5.0 MAT-file".to_vec();
        header.resize(124, b' ');
        header.extend(b"\x00\x01IM");
        let fields = [piece(5, &8_u32.to_le_bytes()), piece(1, b"a\0\0\0\0\0\0\0")].concat();
        let body = [piece(1, b"SeriesNetwork"), fields, doubles("", [2, 2])].concat();
        let object = matrix(OBJECT, "net", [1, 1], &body);
        let text = matrix(CHARACTERS, "t", [1, 2], &piece(16, b"hi"));
        let layer = doubles("l", [4, 3]);
        let contents = read("a.mat", &[header, object, text, layer].concat()).expect("read");
        let names: Vec<&str> = contents.variables.iter().map(|v| v.name.as_str()).collect();
        assert_eq!(names, ["t", "l"]);
        let said = contents.problems[0].to_string();
        assert!(
            said.contains("a.mat/net") && said.contains("SeriesNetwork"),
            "{said}"
        );
        assert!(!contents.problems[0].is_error());
    }
}
