//! MATLAB's .mat before 7.3: version 4, and version 5 with its compressed variables, cells and arrays of
//! structures. Version 7.3 is HDF5, and keeps cells and sparse matrices that are understood here as well.

pub mod cells;
pub mod opaque;
pub mod sparse;
mod version4;
mod version5;

use super::contents::Contents;
use super::decode::Element;
use crate::problem::Problem;
use version4::Head4;

const HEADER: usize = 128;
/// Cells in cells in cells.
const MOST_DEPTH: usize = 16;
/// Variables of one file, fields and cells included.
const MOST_VARIABLES: usize = 20_000;

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
/// A [`Problem`] for a damaged file of version 4. What is wrong with single variables of version 5 is among
/// the contents' problems.
pub fn read(path: &str, bytes: &[u8]) -> Result<Contents, Problem> {
    let mut reader = Reader {
        contents: Contents::of(path),
        big_endian: false,
        size: bytes.len() as u64,
        opaque: Vec::new(),
    };
    if is_version_5(bytes) {
        reader.big_endian = bytes.get(126..128) == Some(b"MI");
        reader.all_of_version_5(bytes.get(HEADER..).unwrap_or_default());
    } else {
        reader.all_of_version_4(bytes)?;
    }
    opaque::tell(&mut reader.contents, &reader.opaque);
    Ok(reader.contents)
}

fn damaged(path: &str, what: &str) -> Problem {
    Problem::error(path, format!("cannot be read as MATLAB: {what}"))
        .expected("a whole .mat file")
        .hint("The file may be cut short or damaged: save or download it again")
}

/// The problem of an array of complex numbers.
pub fn complex(path: &str, name: &str) -> Problem {
    Problem::error(&format!("{path}/{name}"), "holds complex numbers")
        .expected("real numbers")
        .hint(format!(
            "In MATLAB, save what is meant of them: {name} = abs({name}), or {name} = [real({name}) imag({name})]"
        ))
}

struct Reader {
    contents: Contents,
    big_endian: bool,
    /// Bytes of the file.
    size: u64,
    /// Names and classes of objects that only MATLAB reads.
    opaque: Vec<(String, String)>,
}

impl Reader {
    fn damaged(&self, what: &str) -> Problem {
        damaged(&self.contents.path, what)
    }
}
