//! MATLAB's .mat before 7.3: version 4, and version 5 with its compressed variables, cells and arrays of
//! structures. Version 7.3 is HDF5.

use std::io::Read;

use super::contents::{Contents, Data, Variable, elements, place_label, too_large};
use super::decode::{Element, Kind, decode};
use super::text::utf16;
use crate::problem::Problem;

const HEADER: usize = 128;
/// Cells in cells in cells.
const MOST_DEPTH: usize = 16;
/// Variables of one file, fields and cells included.
const MOST_VARIABLES: usize = 20_000;

const COMPRESSED: u32 = 15;
const MATRIX: u32 = 14;
const UTF8: u32 = 16;
const UTF16: u32 = 17;
const UTF32: u32 = 18;

const CELL: u8 = 1;
const STRUCTURE: u8 = 2;
const OBJECT: u8 = 3;
const CHARACTERS: u8 = 4;

/// Whether bytes are a .mat of version 5 (or 7.3, which starts alike).
pub fn is_version_5(bytes: &[u8]) -> bool {
    matches!(bytes.get(126..128), Some(b"MI" | b"IM")) && bytes.starts_with(b"MATLAB")
}

/// Whether bytes look like a .mat of version 4: its first number says how it is written.
pub fn is_version_4(bytes: &[u8]) -> bool {
    Head4::parse(bytes).is_some()
}

/// Reads every variable of a file of version 4 or 5.
///
/// # Errors
/// A [`Problem`] for a damaged file.
pub fn read(path: &str, bytes: &[u8]) -> Result<Contents, Problem> {
    let mut reader = Reader {
        contents: Contents::of(path),
        big_endian: false,
    };
    if is_version_5(bytes) {
        reader.big_endian = bytes.get(126..128) == Some(b"MI");
        reader.all_of_version_5(&bytes[HEADER..])?;
    } else {
        reader.all_of_version_4(bytes)?;
    }
    Ok(reader.contents)
}

fn damaged(path: &str, what: &str) -> Problem {
    Problem::error(path, format!("cannot be read as MATLAB: {what}"))
        .expected("a whole .mat file")
        .hint("The file may be cut short or damaged: save or download it again")
}

struct Reader {
    contents: Contents,
    big_endian: bool,
}

/// A piece of a file of version 5: its type, its bytes, and what follows.
struct Piece<'a> {
    kind: u32,
    bytes: &'a [u8],
    rest: &'a [u8],
}

impl Reader {
    fn damaged(&self, what: &str) -> Problem {
        damaged(&self.contents.path, what)
    }

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

    fn all_of_version_5(&mut self, mut bytes: &[u8]) -> Result<(), Problem> {
        while !bytes.is_empty() {
            let piece = self.piece(bytes)?;
            bytes = piece.rest;
            match piece.kind {
                COMPRESSED => {
                    let mut unpacked = Vec::new();
                    flate2::read::ZlibDecoder::new(piece.bytes)
                        .read_to_end(&mut unpacked)
                        .map_err(|error| {
                            self.damaged(&format!("a variable does not unpack: {error}"))
                        })?;
                    let inner = self.piece(&unpacked)?;
                    if inner.kind == MATRIX {
                        self.matrix(inner.bytes, None, 0)?;
                    }
                }
                MATRIX => self.matrix(piece.bytes, None, 0)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// One variable, cell or field, with all that it holds.
    fn matrix(&mut self, bytes: &[u8], name: Option<&str>, depth: usize) -> Result<(), Problem> {
        if depth > MOST_DEPTH {
            return Err(self.damaged("its cells do not end"));
        }
        if bytes.is_empty() {
            return Ok(());
        }
        let flags = self.piece(bytes)?;
        let word = self
            .u32(flags.bytes)
            .ok_or_else(|| self.damaged("a variable has no class"))?;
        let (class, complex, logical) = ((word & 0xff) as u8, word & 0x800 != 0, word & 0x200 != 0);
        let dimensions = self.piece(flags.rest)?;
        let mut shape = Vec::new();
        for axis in dimensions.bytes.chunks_exact(4) {
            let axis = self.u32(axis).unwrap_or_default();
            shape.push(axis as usize);
        }
        let named = self.piece(dimensions.rest)?;
        let own = String::from_utf8_lossy(named.bytes)
            .trim_end_matches('\0')
            .to_owned();
        let name = name.map_or(own, str::to_owned);
        if shape.len() < 2 || shape.len() > 32 {
            return Err(self.damaged(&format!("{name} has {} axes", shape.len())));
        }
        let count = elements(&shape)
            .filter(|&count| count <= u32::MAX as usize)
            .ok_or_else(|| {
                too_large(&self.contents.path, &name, &shape, named.rest.len() as u64)
            })?;
        match class {
            CELL => self.cells(named.rest, &name, &shape, count, depth),
            STRUCTURE | OBJECT => {
                let rest = if class == OBJECT {
                    self.piece(named.rest)?.rest
                } else {
                    named.rest
                };
                self.structures(rest, &name, &shape, count, depth)
            }
            _ if count == 0 => Ok(()),
            CHARACTERS => {
                let text = self.characters(named.rest, &shape)?;
                self.push(&name, vec![text.len()], Data::Text(text))
            }
            _ => {
                let data = self.numbers(named.rest, &name, &shape, class, complex, logical)?;
                self.push(&name, shape, data)
            }
        }
    }

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

    fn cells(
        &mut self,
        mut bytes: &[u8],
        name: &str,
        shape: &[usize],
        count: usize,
        depth: usize,
    ) -> Result<(), Problem> {
        let first = self.contents.variables.len();
        for place in 0..count {
            let piece = self.piece(bytes)?;
            bytes = piece.rest;
            self.matrix(
                piece.bytes,
                Some(&format!("{name}{}", place_label(shape, place))),
                depth + 1,
            )?;
        }
        // cells of single texts are one list
        let texts: Vec<String> = self.contents.variables[first..]
            .iter()
            .filter_map(|variable| match variable.text() {
                Some([only]) => Some(only.clone()),
                _ => None,
            })
            .collect();
        if count > 0 && texts.len() == count && self.contents.variables.len() == first + count {
            self.contents.variables.truncate(first);
            return self.push(name, vec![count], Data::Text(texts));
        }
        Ok(())
    }

    fn structures(
        &mut self,
        bytes: &[u8],
        name: &str,
        shape: &[usize],
        count: usize,
        depth: usize,
    ) -> Result<(), Problem> {
        let width = self.piece(bytes)?;
        let fields = self.piece(width.rest)?;
        let width = self.u32(width.bytes).unwrap_or_default() as usize;
        if width == 0 {
            return Err(self.damaged(&format!("the fields of {name} have no names")));
        }
        let names: Vec<String> = fields
            .bytes
            .chunks_exact(width)
            .map(|field| {
                let end = field.iter().position(|&byte| byte == 0).unwrap_or(width);
                String::from_utf8_lossy(&field[..end]).into_owned()
            })
            .collect();
        let mut rest = fields.rest;
        for place in 0..count {
            if names.is_empty() {
                break;
            }
            let element = format!("{name}{}", place_label(shape, place));
            for field in &names {
                let piece = self.piece(rest)?;
                rest = piece.rest;
                self.matrix(piece.bytes, Some(&format!("{element}.{field}")), depth + 1)?;
            }
        }
        Ok(())
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
        class: u8,
        complex: bool,
        logical: bool,
    ) -> Result<Data, Problem> {
        match class {
            6..=15 => {}
            5 => return Ok(Data::Other("a sparse matrix".into())),
            16 => return Ok(Data::Other("a function".into())),
            _ => return Ok(Data::Other("an object of MATLAB".into())),
        }
        if complex {
            return Ok(Data::Other("complex numbers".into()));
        }
        let piece = self.piece(bytes)?;
        // numbers are stored as narrow as they fit
        let stored = match piece.kind {
            1 => (Kind::Integer, 1),
            2 if logical => (Kind::Boolean, 1),
            2 => (Kind::Unsigned, 1),
            3 => (Kind::Integer, 2),
            4 => (Kind::Unsigned, 2),
            5 => (Kind::Integer, 4),
            6 => (Kind::Unsigned, 4),
            7 => (Kind::Float, 4),
            9 => (Kind::Float, 8),
            12 => (Kind::Integer, 8),
            13 => (Kind::Unsigned, 8),
            other => return Err(self.damaged(&format!("{name} is stored as type {other}"))),
        };
        let element = |(kind, size)| Element {
            kind,
            size,
            big_endian: self.big_endian,
        };
        let path = format!("{}/{name}", self.contents.path);
        let needed = elements(shape).and_then(|count| count.checked_mul(stored.1));
        if needed != Some(piece.bytes.len()) {
            return Err(too_large(
                &self.contents.path,
                name,
                shape,
                piece.bytes.len() as u64,
            ));
        }
        let values = decode(&path, piece.bytes, element(stored))
            .unwrap_or_else(|| Err(self.damaged(&format!("{name} holds no numbers"))))?;
        Ok(Data::Numbers {
            element: element(stored),
            values: values.from_fortran(shape),
        })
    }

    fn all_of_version_4(&mut self, mut bytes: &[u8]) -> Result<(), Problem> {
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
                self.push(&name, shape, Data::Other("complex numbers".into()))?;
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
struct Head4 {
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

    fn parse(bytes: &[u8]) -> Option<Self> {
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
