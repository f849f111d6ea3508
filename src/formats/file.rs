//! A file on its way to its reader.

use std::borrow::Cow;
use std::cell::Cell;
use std::rc::Rc;

use super::contents::SLACK;

/// A file, or a member of an archive, on its way to its reader.
pub struct File<'a> {
    /// Its path as the user knows it; in an archive with the name of the member.
    pub path: &'a str,
    /// All its bytes.
    pub bytes: Cow<'a, [u8]>,
    /// Where it lies.
    pub nesting: Nesting,
}

/// How deep in archives a file lies, and what may still be unpacked.
#[derive(Debug, Clone)]
pub struct Nesting {
    /// Archives around it.
    pub depth: usize,
    /// Bytes that the outermost file implies, less those that were unpacked: deflate packs 1032 into one. All that
    /// lies in one file shares them, however its archives are nested or their members overlap.
    left: Rc<Cell<u64>>,
}

impl Nesting {
    /// Of a file that lies in no archive.
    pub fn outermost(bytes: &[u8]) -> Self {
        let implied = (bytes.len() as u64).saturating_mul(1032) + SLACK;
        Self {
            depth: 0,
            left: Rc::new(Cell::new(implied)),
        }
    }

    /// Of what lies in such a file.
    pub fn inside(&self) -> Self {
        Self {
            depth: self.depth + 1,
            left: self.left.clone(),
        }
    }

    /// How many bytes may still be unpacked.
    pub fn left(&self) -> u64 {
        self.left.get()
    }

    /// So many bytes were unpacked.
    pub fn take(&self, unpacked: u64) {
        self.left.set(self.left.get().saturating_sub(unpacked));
    }
}
