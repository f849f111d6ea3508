//! Zip archives: NumPy's .npz, and folders that were packed whole.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::contents::{Contents, Data, Variable};
use super::{Found, extension, npy, pickle};
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
    if let Some(pickle) = pickle_of(&archive) {
        return read_tensors(path, &mut archive, &pickle);
    }
    let is_npz = extension(path) == "npz";
    let mut found = Vec::new();
    let mut pickled = Vec::new();
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
        if is_npz && npy::holds_objects(&content) {
            pickled.push((inner, content));
            continue;
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
    // what a tool notes beside its arrays may be pickled; the arrays stand
    for (inner, content) in pickled {
        found.push(Found::LeftAlone(if found.is_empty() {
            super::read(&inner, &content)
                .err()
                .unwrap_or_else(|| damaged(&inner))
        } else {
            Problem::notice(
                &inner,
                "holds pickled Python objects, which are never opened here, and was left alone",
            )
            .expected("numbers or text")
        }));
    }
    if is_npz {
        return Ok(explained(path, found));
    }
    if found.is_empty() {
        return Err(Problem::error(path, "is an archive without files")
            .expected("arrays, tables or pictures inside")
            .hint("Pack the folder again"));
    }
    Ok(found)
}

/// The members of an .npz as variables of one file, so that text among them names the rows of others.
fn explained(path: &str, members: Vec<Found>) -> Vec<Found> {
    let mut contents = Contents::of(path);
    let mut others = Vec::new();
    let inner = |full: &str| {
        full.strip_prefix(path)
            .unwrap_or(full)
            .trim_start_matches('/')
            .to_owned()
    };
    for member in members {
        let (name, shape, data) = match member {
            // a table has ids of its own
            Found::Array(array) if array.ids.is_none() => {
                let (element, values) = (array.element, array.values);
                (
                    inner(&array.path),
                    array.shape,
                    Data::Numbers { element, values },
                )
            }
            Found::Names { path, names } => (inner(&path), vec![names.len()], Data::Text(names)),
            other => {
                others.push(other);
                continue;
            }
        };
        contents.variables.push(Variable {
            name,
            shape,
            data,
            axes: Vec::new(),
        });
    }
    if contents.variables.is_empty() && !others.is_empty() {
        return others;
    }
    let mut found = super::conventions::found(contents);
    found.extend(others);
    found
}

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// The pickle of a PyTorch file.
fn pickle_of(archive: &Archive) -> Option<String> {
    archive
        .file_names()
        .flatten()
        .find(|name| *name == "data.pkl" || name.ends_with("/data.pkl"))
        .map(|name| name.to_string())
}

/// The tensors of a PyTorch file: its pickle says where in the archive their numbers are.
fn read_tensors(path: &str, archive: &mut Archive, pickle: &str) -> Result<Vec<Found>, Problem> {
    let folder = pickle
        .strip_suffix("data.pkl")
        .unwrap_or_default()
        .to_owned();
    let member = |archive: &mut Archive, name: &str| -> Option<Vec<u8>> {
        let member = archive.by_name(name).ok()?;
        if member.size() > MOST_BYTES {
            return None;
        }
        let declared = member.size();
        let mut content = Vec::new();
        member.take(declared + 1).read_to_end(&mut content).ok()?;
        (content.len() as u64 == declared).then_some(content)
    };
    let Some(program) = member(archive, pickle) else {
        return Err(Problem::error(path, "its pickle cannot be unpacked")
            .expected("a file of tensors as torch.save writes it")
            .hint("The file may be cut short or damaged: save or download it again"));
    };
    let order = member(archive, &format!("{folder}byteorder"));
    let is_big = order.is_some_and(|order| order.starts_with(b"big"));
    let contents = pickle::read(path, &program, is_big, &mut |key| {
        member(archive, &format!("{folder}data/{key}"))
    })?;
    Ok(super::conventions::found(contents))
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
        let refused = read("net.pt", &torch).unwrap_err().to_string();
        assert!(
            refused.contains("net.pt: its pickle cannot be read"),
            "{refused}"
        );
    }
}
