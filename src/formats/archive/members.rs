//! The members of an archive: unpacked one by one within a bound, or left with the reason.

use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use super::super::file::Nesting;
use super::super::python::{names, python};
use super::MOST_BYTES;
use crate::problem::{Problem, count};

/// Why a member was not unpacked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Left {
    /// Packed by a method that is not read, by its number in zip's specification.
    Method(u16),
    /// Under a password.
    Encrypted,
    /// A symbolic link, which holds the name of another file.
    Link(String),
    /// More than can be held.
    TooLarge(u64),
    /// Its bytes do not unpack.
    Damaged(String),
}

/// Unpacks a member.
///
/// # Errors
/// The reason why it cannot be.
pub fn unpack(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    index: usize,
    nesting: &Nesting,
) -> Result<Vec<u8>, Left> {
    let mut member = archive.by_index(index).map_err(|error| reason(&error))?;
    let declared = member.size();
    let most = MOST_BYTES.min(nesting.left());
    if declared > most {
        return Err(Left::TooLarge(declared));
    }
    let is_link = member.is_symlink();
    #[allow(deprecated, reason = "nothing else tells the number of the method")]
    if let zip::CompressionMethod::Unsupported(method) = member.compression() {
        return Err(reason(&ZipError::CompressionMethodNotSupported(method)));
    }
    let mut content = Vec::new();
    // One byte more than declared, so that a member that lies is noticed.
    member
        .by_ref()
        .take(declared + 1)
        .read_to_end(&mut content)
        .map_err(|error| Left::Damaged(error.to_string()))?;
    nesting.take(content.len() as u64);
    if content.len() as u64 != declared {
        return Err(Left::Damaged(format!(
            "it holds {} bytes, not the {declared} that it declares",
            content.len()
        )));
    }
    if is_link {
        return Err(Left::Link(String::from_utf8_lossy(&content).into_owned()));
    }
    Ok(content)
}

fn reason(error: &ZipError) -> Left {
    match error {
        ZipError::CompressionMethodNotSupported(99) => Left::Encrypted,
        ZipError::CompressionMethodNotSupported(method) => Left::Method(*method),
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => Left::Encrypted,
        other => Left::Damaged(other.to_string()),
    }
}

/// The path of a member below that of its archive; what would lead out of the archive is taken out.
pub fn kept_path(archive: &str, name: &str) -> String {
    let mut path = archive.to_owned();
    for part in name.split(['/', '\\']) {
        let is_drive = part.len() == 2 && part.ends_with(':');
        if !matches!(part, "" | "." | "..") && !is_drive {
            path.push('/');
            path.push_str(part);
        }
    }
    path
}

/// Names of methods in zip's specification.
fn method_name(method: u16) -> String {
    match method {
        1 => "Shrink".into(),
        2..=5 => "Reduce".into(),
        6 => "Implode".into(),
        9 => "Deflate64".into(),
        12 => "bzip2".into(),
        14 => "LZMA".into(),
        20 | 93 => "Zstandard".into(),
        95 => "xz".into(),
        98 => "PPMd".into(),
        other => format!("method {other}"),
    }
}

impl Left {
    /// One problem for all members that were left for the same reason.
    pub fn problem(&self, archive: &str, members: &[String]) -> Problem {
        let whose = match members {
            [] => archive.to_owned(),
            [only] => only.clone(),
            [first, ..] => format!("{} of its files ({first} first)", members.len()),
        };
        let inner = match members {
            [only] => kept_path(archive, only),
            _ => archive.to_owned(),
        };
        match self {
            Left::Method(method) => {
                let name = method_name(*method);
                let problem = Problem::error(
                    archive,
                    format!("{whose}: packed by {name}, which is not unpacked here"),
                )
                .expected(
                    "files that are stored or packed by Deflate, as zip programs do by default",
                );
                problem.hint(if matches!(method, 12 | 14) {
                    packed_again(archive)
                } else {
                    "Unpack it with the program that packed it, and add the folder; or pack it again with the method Deflate".to_owned()
                })
            }
            Left::Encrypted => Problem::error(archive, format!("{whose}: packed with a password"))
                .expected("files that are not encrypted")
                .hint("Unpack it with its password, and add the folder"),
            Left::Link(target) => Problem::error(
                &inner,
                format!(
                    "is a symbolic link to {target}, and the file itself is not in the archive"
                ),
            )
            .expected("files, not links to them")
            .hint("Pack the folder again so that links are followed (zip -r does so without -y)"),
            Left::TooLarge(bytes) => Problem::error(
                &inner,
                format!("unpacks to {}", count(*bytes as usize, "byte", "bytes")),
            )
            .expected(format!(
                "at most {MOST_BYTES} bytes, and not a thousand times the archive"
            ))
            .hint("Save it as float32, or its layers as separate files"),
            Left::Damaged(why) => Problem::error(&inner, format!("cannot be unpacked: {why}"))
                .expected("the bytes that were packed")
                .hint("The archive was cut short or changed on its way: copy or pack it again"),
        }
    }
}

/// The same archive with the ordinary method.
fn packed_again(archive: &str) -> String {
    let (old, new) = names(archive, "zip");
    python(
        "Unpack it and add the folder, or pack it again with the method Deflate, by Python",
        &format!(
            "import zipfile\nwith zipfile.ZipFile({old}) as packed, zipfile.ZipFile({new}, \"w\", zipfile.ZIP_DEFLATED) as again:\n    for name in packed.namelist():\n        again.writestr(name, packed.read(name))"
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_member_leads_out_of_its_archive() {
        for (name, path) in [
            ("../../etc/passwd", "a.zip/etc/passwd"),
            ("/abs/x.npy", "a.zip/abs/x.npy"),
            ("C:\\data\\net\\l.npy", "a.zip/data/net/l.npy"),
            ("./net/l.npy", "a.zip/net/l.npy"),
        ] {
            assert_eq!(kept_path("a.zip", name), path);
        }
    }
}
