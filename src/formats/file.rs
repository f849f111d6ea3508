//! A file on its way to its reader.

use std::borrow::Cow;

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

/// How deep in archives a file lies, and what it may unpack to.
#[derive(Debug, Clone, Copy)]
pub struct Nesting {
    /// Archives around it.
    pub depth: usize,
    /// Bytes that the outermost file implies: deflate packs 1032 into one.
    pub implied: u64,
}

impl Nesting {
    /// Of a file that lies in no archive.
    pub fn outermost(bytes: &[u8]) -> Self {
        Self {
            depth: 0,
            implied: (bytes.len() as u64).saturating_mul(1032) + SLACK,
        }
    }

    /// Of what lies in such a file.
    pub fn inside(self) -> Self {
        Self {
            depth: self.depth + 1,
            ..self
        }
    }
}
