//! Zip archives: NumPy's .npz, PyTorch's .pt, and folders that were packed whole.

mod members;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::contents::{Contents, Data, Variable};
use super::file::{File, Nesting};
use super::unread::office;
use super::{Found, extension, npy, pickle, read_one, zarr};
use crate::problem::Problem;
use members::{Left, kept_path};

/// No member may unpack to more than a 32-bit browser tab can hold; elsewhere memory is larger, and a mistake
/// no less likely.
pub const MOST_BYTES: u64 = if cfg!(target_pointer_width = "32") {
    2 << 30
} else {
    16 << 30
};
/// Archives in archives: more are a mistake or an attack.
pub const MOST_DEPTH: usize = 3;

/// Whether bytes start as an archive does.
pub fn is_one(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// Whether the first member of an archive is the pickle that `torch.save` begins with.
pub fn is_torch(bytes: &[u8]) -> bool {
    let length = bytes.get(26..28).map_or(0, |length| {
        usize::from(length[0]) | usize::from(length[1]) << 8
    });
    bytes
        .get(30..30 + length)
        .is_some_and(|name| name == b"data.pkl" || name.ends_with(b"/data.pkl"))
}

/// The problem of an archive that lies too deep in others.
pub fn too_deep(path: &str) -> Problem {
    Problem::error(path, format!("is an archive inside {MOST_DEPTH} others"))
        .expected("files, or archives such as .npz in one other")
        .hint("Unpack the outer archive first, and add the folder")
}

/// Reads every member of an archive, an .npz within a .zip included. A member that cannot be read
/// is left alone with its reason; the others stand.
///
/// # Errors
/// A [`Problem`] if the archive itself is damaged, empty, or an office document.
pub fn read(file: File) -> Result<Vec<Found>, Problem> {
    let path = file.path;
    let nesting = file.nesting.inside();
    if nesting.depth > MOST_DEPTH {
        return Err(too_deep(path));
    }
    let mut archive = ZipArchive::new(Cursor::new(&*file.bytes)).map_err(|error| {
        Problem::error(path, format!("the archive cannot be read: {error}"))
            .expected("a whole zip archive, to its last byte")
            .hint("It may be cut short: copy, save or download it again")
    })?;
    if let Some(pickle) = pickle_of(&archive) {
        return read_tensors(path, &mut archive, &pickle);
    }
    let names: Vec<String> = archive
        .file_names()
        .map(|name| name.map(|name| name.replace('\\', "/")).unwrap_or_default())
        .collect();
    if let Some(problem) = office::problem(path, &names) {
        return Err(problem);
    }
    let mut members = Members {
        path,
        nesting,
        is_npz: is_npz(path, &names),
        found: Vec::new(),
        objects: Vec::new(),
        left: BTreeMap::new(),
    };
    // a folder that is a Zarr store has a file for each piece of an array: said once
    let stores = zarr::stores(names.iter().map(String::as_str));
    for index in 0..archive.len() {
        let name = names.get(index).map_or("", String::as_str);
        if name.ends_with('/') || stores.iter().any(|store| zarr::is_within(name, store)) {
            continue;
        }
        match members::unpack(&mut archive, index, &members.nesting) {
            Ok(content) => members.take(name, content),
            Err(left) => members.leave(name, left),
        }
    }
    for store in stores {
        let inner = kept_path(path, &store);
        let problem = zarr::problem(inner.trim_end_matches('/'));
        members.found.push(Found::LeftAlone(problem));
    }
    members.finish()
}

/// NumPy's archive of arrays, by its ending or by its members.
fn is_npz(path: &str, names: &[String]) -> bool {
    let is_array = |name: &String| name.ends_with(".npy") && !name.contains('/');
    match extension(path).as_str() {
        "npz" => true,
        "zip" => false,
        _ => !names.is_empty() && names.iter().all(is_array),
    }
}

/// What the members of an archive gave so far.
struct Members<'a> {
    path: &'a str,
    nesting: Nesting,
    is_npz: bool,
    found: Vec<Found>,
    /// Arrays of Python objects, with their bytes.
    objects: Vec<(String, Vec<u8>)>,
    /// Members that cannot be unpacked, by the reason.
    left: BTreeMap<Left, Vec<String>>,
}

impl Members<'_> {
    fn take(&mut self, name: &str, content: Vec<u8>) {
        let name = if self.is_npz {
            name.strip_suffix(".npy").unwrap_or(name)
        } else {
            name
        };
        let inner = kept_path(self.path, name);
        let is_array = content.starts_with(b"\x93NUMPY");
        if self.is_npz && is_array && npy::holds_objects(&content) {
            self.objects.push((inner, content));
            return;
        }
        let made = if self.is_npz && is_array {
            npy::read(&inner, &content)
        } else {
            read_one(File {
                path: &inner,
                bytes: Cow::Owned(content),
                nesting: self.nesting.clone(),
            })
        };
        match made {
            Ok(made) => self.found.extend(made),
            Err(problem) => self.found.push(Found::LeftAlone(problem)),
        }
    }

    fn leave(&mut self, name: &str, left: Left) {
        if super::companions::notice(name).is_none() {
            self.left.entry(left).or_default().push(name.to_owned());
        }
    }

    fn finish(mut self) -> Result<Vec<Found>, Problem> {
        // what a tool notes beside its arrays may be pickled; layers in a dictionary are named
        for (inner, content) in std::mem::take(&mut self.objects) {
            self.found.push(Found::LeftAlone(npy::objects_in_archive(
                self.path, &inner, &content,
            )));
        }
        let left = std::mem::take(&mut self.left);
        for (left, names) in left {
            self.found
                .push(Found::LeftAlone(left.problem(self.path, &names)));
        }
        if self.found.is_empty() {
            return Err(Problem::error(self.path, "is an archive without files")
                .expected("arrays, tables or pictures inside")
                .hint("Pack the folder again"));
        }
        Ok(if self.is_npz {
            explained(self.path, self.found)
        } else {
            self.found
        })
    }
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
        let declared = member.size();
        if declared > MOST_BYTES {
            return None;
        }
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
    let contents = pickle::read_torch(path, &program, is_big, &mut |key| {
        member(archive, &format!("{folder}data/{key}"))
    })?;
    Ok(super::conventions::found(contents))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::write::{SimpleFileOptions, ZipWriter};

    use super::super::{Found, read};
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

    fn paths(found: &[Found]) -> Vec<&str> {
        found
            .iter()
            .map(|found| match found {
                Found::Array(array) => array.path.as_str(),
                Found::LeftAlone(problem) => problem.file.as_str(),
                other => panic!("{other:?}"),
            })
            .collect()
    }

    fn errors(found: &[Found]) -> String {
        let errors = found.iter().filter_map(|found| match found {
            Found::LeftAlone(problem) if problem.is_error() => Some(problem.to_string()),
            _ => None,
        });
        errors.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn backslashes_separate_folders() {
        let packed = pack(
            &[
                ("study\\neta\\l.csv", b"1,2\n3,4\n"),
                ("study\\empty\\", b""),
            ],
            zip::CompressionMethod::Deflated,
        );
        let found = read("a.zip", &packed).expect("readable");
        assert_eq!(paths(&found), ["a.zip/study/neta/l.csv"]);
    }

    #[test]
    fn members_that_cannot_be_unpacked_are_named_with_the_reason() {
        let whole = pack(
            &[("a.csv", b"1,2\n3,4\n"), ("b.csv", b"1,2\n3,4\n")],
            zip::CompressionMethod::Stored,
        );
        let of_method = |method: u8| {
            // in both headers of the second member
            let mut bytes = whole.clone();
            let local = bytes.windows(4).rposition(|four| four == b"PK\x03\x04");
            let central = bytes.windows(4).rposition(|four| four == b"PK\x01\x02");
            bytes[local.expect("a header") + 8] = method;
            bytes[central.expect("a header") + 10] = method;
            bytes
        };
        for (method, name) in [
            (12, "bzip2"),
            (14, "LZMA"),
            (9, "Deflate64"),
            (93, "Zstandard"),
            (77, "method 77"),
        ] {
            let found = read("a.zip", &of_method(method)).expect("readable");
            assert!(matches!(&found[0], Found::Array(array) if array.path == "a.zip/a.csv"));
            let said = errors(&found);
            assert!(said.contains(name) && said.contains("b.csv"), "{said}");
            assert!(
                said.contains("Deflate") && !said.contains("damaged"),
                "{said}"
            );
        }
        // a byte of the second member's content is changed
        let mut changed = whole.clone();
        let position = changed.windows(5).rposition(|five| five == b"3,4\nP");
        changed[position.expect("content")] = b'9';
        let found = read("a.zip", &changed).expect("readable");
        assert_eq!(paths(&found), ["a.zip/a.csv", "a.zip/b.csv"]);
        assert!(errors(&found).contains("changed on its way"), "{found:?}");
    }

    #[test]
    fn documents_and_stores_are_named() {
        let stored = zip::CompressionMethod::Stored;
        let said = |path: &str, members: &[(&str, &[u8])]| match read(path, &pack(members, stored))
        {
            Err(problem) => problem.to_string(),
            Ok(found) => errors(&found),
        };
        let types: (&str, &[u8]) = ("[Content_Types].xml", b"<");
        let book = said("a.xlsx", &[types, ("xl/workbook.xml", b"<")]);
        assert!(
            book.contains("Excel") && book.contains("\"a.csv\""),
            "{book}"
        );
        let sheet = said("a.ods", &[("mimetype", b"m"), ("content.xml", b"<")]);
        assert!(sheet.contains("spreadsheet"), "{sheet}");
        let text = said("a__b.docx", &[types, ("word/document.xml", b"<")]);
        assert!(text.contains("document"), "{text}");
        let store: [(&str, &[u8]); 3] = [
            ("n.zarr/.zgroup", b"{}"),
            ("n.zarr/l/.zarray", b"{}"),
            ("n.zarr/l/0.0", b"123"),
        ];
        let store = said("a.zip", &store);
        assert!(
            store.starts_with("a.zip/n.zarr: is a Zarr store"),
            "{store}"
        );
        assert_eq!(store.matches("is a Zarr").count(), 1, "{store}");
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
