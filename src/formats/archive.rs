//! Zip archives: NumPy's .npz, and folders that were packed whole.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::{Found, extension};
use crate::problem::{Problem, count};

/// No member may unpack to more than a 32-bit browser tab can hold.
const MOST_BYTES: u64 = 2 << 30;
/// An archive in an archive in an archive is a mistake or an attack.
const MOST_DEPTH: usize = 2;

/// Reads every member of an archive, an .npz within a .zip included. A member that cannot be read
/// is left alone with its reason; the others stand.
///
/// # Errors
/// A [`Problem`] if the archive itself is damaged, a PyTorch file, or an .npz with a bad member.
pub fn read(path: &str, bytes: &[u8]) -> Result<Vec<Found>, Problem> {
    read_nested(path, bytes, 1)
}

fn read_nested(path: &str, bytes: &[u8], depth: usize) -> Result<Vec<Found>, Problem> {
    let damaged = |error: &dyn std::fmt::Display| {
        Problem::error(path, format!("the archive cannot be read: {error}"))
            .expected("a whole zip archive, stored or deflated")
            .hint("The file may be cut short or damaged: save or download it again")
    };
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    if archive
        .file_names()
        .flatten()
        .any(|name| name.ends_with("/data.pkl"))
    {
        return Err(Problem::error(
            path,
            "is a PyTorch file, whose pickle can run any program when it is opened",
        )
        .expected("one of .npy, .npz, .csv or .zip")
        .hint("Convert it where you trust it, in Python: import numpy, torch; numpy.savez(\"NETWORK.npz\", **torch.load(\"FILE\"))"));
    }
    let is_npz = extension(path) == "npz";
    let mut found = Vec::new();
    for index in 0..archive.len() {
        let mut member = archive.by_index(index).map_err(|error| damaged(&error))?;
        if member.is_dir() {
            continue;
        }
        let name = member.name().map_err(|error| damaged(&error))?.into_owned();
        let inner = if is_npz {
            format!("{path}/{}", name.strip_suffix(".npy").unwrap_or(&name))
        } else {
            format!("{path}/{name}")
        };
        if member.size() > MOST_BYTES {
            return Err(Problem::error(
                &inner,
                format!(
                    "unpacks to {}",
                    count(member.size() as usize, "byte", "bytes")
                ),
            )
            .expected(format!(
                "at most {MOST_BYTES} bytes, what a browser tab can hold"
            ))
            .hint("Save it as float32, or its layers as separate files"));
        }
        let declared = member.size();
        let mut content = Vec::new();
        // One byte more than declared, so that a member that lies is noticed.
        member
            .by_ref()
            .take(declared + 1)
            .read_to_end(&mut content)
            .map_err(|error| damaged(&error))?;
        if content.len() as u64 != declared {
            return Err(damaged(&format!(
                "{name} holds {} bytes, not the {declared} that it declares",
                content.len()
            )));
        }
        let member_found = if content.starts_with(b"PK\x03\x04") {
            if depth >= MOST_DEPTH {
                Err(
                    Problem::error(&inner, "is an archive inside an archive inside an archive")
                        .expected("files, or one level of .npz")
                        .hint("Unpack the outer archive first"),
                )
            } else {
                read_nested(&inner, &content, depth + 1)
            }
        } else {
            super::read(&inner, &content)
        };
        match member_found {
            Ok(members) => found.extend(members),
            Err(problem) => found.push(Found::LeftAlone(problem)),
        }
    }
    if found.is_empty() {
        return Err(Problem::error(path, "is an archive without files")
            .expected("arrays, tables or pictures inside")
            .hint("Pack the folder again"));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::write::{SimpleFileOptions, ZipWriter};

    use super::*;

    fn pack(members: &[(&str, &[u8])], method: zip::CompressionMethod) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in members {
            writer
                .start_file(
                    *name,
                    SimpleFileOptions::default().compression_method(method),
                )
                .expect("starts");
            writer.write_all(content).expect("writes");
        }
        writer.finish().expect("ends").into_inner()
    }

    #[test]
    fn members_are_read_stored_or_deflated_and_nested_once() {
        for method in [
            zip::CompressionMethod::Stored,
            zip::CompressionMethod::Deflated,
        ] {
            let inner = pack(&[("x.csv", b"1,2\n3,4\n5,6\n")], method);
            let outer = pack(&[("a/b.npz", &inner), ("notes.md", b"hello")], method);
            let found = read("study.zip", &outer).expect("readable");
            assert_eq!(found.len(), 2);
            assert!(
                matches!(&found[0],
                Found::Array(array) if array.path == "study.zip/a/b.npz/x.csv" && array.shape == [3, 2]),
                "{found:?}"
            );
            assert!(matches!(&found[1], Found::LeftAlone(_)));
        }
    }

    #[test]
    fn a_bad_member_does_not_take_the_others_down() {
        let packed = pack(
            &[("bad.npy", b"\x93NUMPY"), ("good.csv", b"1,2\n3,4\n")],
            zip::CompressionMethod::Stored,
        );
        let found = read("a.zip", &packed).expect("readable");
        assert!(matches!(&found[0], Found::LeftAlone(problem) if problem.is_error()));
        assert!(matches!(&found[1], Found::Array(_)));
    }

    #[test]
    fn truncated_archives_and_pytorch_files_are_refused() {
        let packed = pack(
            &[("good.csv", b"1,2\n3,4\n")],
            zip::CompressionMethod::Deflated,
        );
        for length in 0..packed.len() {
            assert!(read("a.zip", &packed[..length]).is_err(), "{length} bytes");
        }
        let torch = pack(&[("net/data.pkl", b"\x80")], zip::CompressionMethod::Stored);
        assert!(
            read("net.pt", &torch)
                .unwrap_err()
                .to_string()
                .contains("PyTorch")
        );
    }
}
