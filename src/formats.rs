//! One reader a format: bytes in, named arrays out. What the tools of the field mean by their files is in
//! `conventions`; nothing here looks at numbers to guess what an array is for.

mod archive;
mod companions;
mod contents;
mod conventions;
mod decode;
mod file;
mod gzip;
mod hdf5;
mod json;
mod matlab;
mod netcdf3;
mod npy;
mod packing;
mod pickle;
pub(crate) mod python;
mod readers;
mod scores;
mod table;
mod tensors;
mod text;
mod unread;
pub mod words;
mod zarr;

pub use companions::{is_folder_of_tools, notice_of_folder};
pub use conventions::{About, Content, axes};
pub use decode::{Element, ElementKind, Values};
pub use readers::{READERS, Reader, file_of, is_array_file};
pub use scores::{ScoreColumns, ScoreTable};
pub use zarr::{
    is_description as describes_store, is_named_like_store as is_store, problem as store_problem,
};

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::problem::{Problem, Severity};
use file::{File, Nesting};
use json::read_json;
use readers::KnownBy;

/// An array of numbers as its file gives it.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedArray {
    /// Path of the file, and inside an archive the name of the member: `nets.npz/conv1`.
    pub path: String,
    /// Sizes of its axes, slowest first.
    pub shape: Vec<usize>,
    /// Type of an element in the file.
    pub element: Element,
    /// Its numbers, in C order, as many as the product of `shape`.
    pub values: Values,
    /// Stimulus ids that the file gives for the first axis.
    pub ids: Option<Vec<String>>,
    /// What else the file says of it.
    pub about: About,
}

/// A table with one row a stimulus: who the stimuli are, not what was measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StimuliTable {
    /// Path of the file.
    pub path: String,
    /// Ids in the order of rows.
    pub ids: Vec<String>,
    /// Path of an image for each row, where there is a column `thumbnail`.
    pub thumbnails: Option<Vec<String>>,
    /// Category of each row, where there is a column `category`.
    pub categories: Option<Vec<String>>,
    /// A name to show for each stimulus, where there is a column `name` beside the ids.
    pub names: Option<Vec<String>>,
}

/// One thing found in a file.
#[allow(
    clippy::large_enum_variant,
    reason = "a file gives few of them, and most are arrays"
)]
#[derive(Debug, Clone, PartialEq)]
pub enum Found {
    /// Numbers.
    Array(NamedArray),
    /// A one-dimensional array of text: the ids of the stimuli of its neighbours in an archive.
    Names {
        /// Path, as for arrays.
        path: String,
        /// The text.
        names: Vec<String>,
    },
    /// A stimuli table.
    Stimuli(StimuliTable),
    /// Scores that were computed before.
    Scores(ScoreTable),
    /// The text of a `study.json`.
    Manifest {
        /// Path of the file.
        path: String,
        /// Its text, not yet parsed.
        text: String,
    },
    /// A picture, to be shown beside the stimulus of its name.
    Image {
        /// Path of the file.
        path: String,
        /// Its bytes, as stored.
        bytes: Vec<u8>,
    },
    /// A file that holds nothing for this project, with the reason.
    LeftAlone(Problem),
}

/// Endings of pictures that every browser shows.
const IMAGES: [(&str, &str); 8] = [
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("png", "image/png"),
    ("gif", "image/gif"),
    ("webp", "image/webp"),
    ("bmp", "image/bmp"),
    ("avif", "image/avif"),
    ("svg", "image/svg+xml"),
];

/// m for a length of m(m-1)/2 with m of at least 3; shorter triangles are no evidence.
#[must_use]
pub fn condensed_of(length: usize) -> Option<usize> {
    let stimuli = f64::midpoint(1.0, (1.0 + 8.0 * length as f64).sqrt()).round() as usize;
    (stimuli >= 3 && stimuli * (stimuli - 1) / 2 == length).then_some(stimuli)
}

/// The lower-case ending of a path, without the dot; of a file packed by gzip that of what is inside:
/// `npy` of `a.npy.gz`. PyTorch's `a.pth.tar` is no archive: it is `pth`.
#[must_use]
pub fn extension(path: &str) -> String {
    let ending = raw_ending(path);
    let inner = path.rsplit_once('.').map(|(stem, _)| raw_ending(stem));
    match (ending.as_str(), inner) {
        ("gz", Some(inner)) if !inner.is_empty() => inner,
        ("tar", Some(inner)) if inner == "pth" || inner == "pt" => inner,
        _ => ending,
    }
}

/// The lower-case last ending of a path, without the dot.
fn raw_ending(path: &str) -> String {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    name.rsplit_once('.')
        .map(|(_, ending)| ending.to_ascii_lowercase())
        .unwrap_or_default()
}

// What the readers below ask of the table of readers, which lists them: they ask it here.

/// What is read, for whoever brings something else.
fn all_endings() -> String {
    readers::all_endings()
}

/// A file's name without the ending of a format that is read, and without `.gz` behind it; any other name
/// as it is.
#[must_use]
pub fn without_ending(name: &str) -> &str {
    readers::without_ending(name)
}

/// The media type of a picture by its ending; `None` if it is not one.
#[must_use]
pub fn image_type(path: &str) -> Option<&'static str> {
    let ending = raw_ending(path);
    IMAGES
        .iter()
        .find(|(known, _)| *known == ending)
        .map(|(_, media)| *media)
}

/// The stimulus that a picture's file is of: `set/image_01.jpg` is `image_01`; any other text as it is.
pub(crate) fn stem_of_image(id: &str) -> String {
    let name = id.rsplit(['/', '\\']).next().unwrap_or(id);
    match name.rsplit_once('.') {
        Some((stem, _)) if image_type(name).is_some() => stem.to_owned(),
        _ => id.to_owned(),
    }
}

/// Bytes of a file that are read at once. Browsers free them late: pieces of 32 MB, read quickly, stood
/// beside 1 GB of numbers with 0.4 GB more at the peak; these cost no time.
const PIECE: usize = if cfg!(test) { 64 } else { 8 << 20 };

/// A file that is not in memory.
#[allow(
    async_fn_in_trait,
    reason = "read on one thread: a future that is not Send will do"
)]
pub trait Slices {
    /// Its bytes.
    fn size(&self) -> u64;

    /// Bytes that whoever reads it can hold of it.
    fn room(&self) -> u64;

    /// Some of its bytes.
    ///
    /// # Errors
    /// A [`Problem`] naming the file where it cannot be read any more.
    async fn slice(&self, path: &str, start: u64, size: usize) -> Result<Vec<u8>, Problem>;
}

fn gigabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e9
}

/// Whether an array fits, by what it takes once it is read.
fn fits(
    path: &str,
    shape: &[usize],
    element: Element,
    held: u64,
    room: u64,
) -> Result<(), Problem> {
    if held <= room {
        return Ok(());
    }
    let sizes: Vec<String> = shape.iter().map(usize::to_string).collect();
    Err(Problem::error(
        path,
        format!(
            "is too large for a browser tab: {} numbers ({element}) x {} bytes = {:.1} GB",
            sizes.join(" x "),
            element.held(),
            gigabytes(held)
        ),
    )
    .expected(format!("at most {:.1} GB once it is read, of the 4.3 GB of a tab", gigabytes(room)))
    .hint("Use the command line, which has the memory of the computer; or save fewer units or float32"))
}

/// Reads a file that is not in memory: a large .npy piece by piece, everything else whole.
///
/// # Errors
/// As [`read`]; and for a file that cannot fit, before it is read, with the arithmetic.
pub async fn read_slices(path: &str, file: &impl Slices) -> Result<Vec<Found>, Problem> {
    // nothing is read of a film that lies beside the data
    if let Some(found) = by_name(path) {
        return found;
    }
    let beginning = file.slice(path, 0, file.size().min(1024) as usize).await?;
    if beginning.starts_with(b"\x93NUMPY")
        && let Some(found) = npy::read_slices(path, file).await?
    {
        return Ok(found);
    }
    // the bytes and the numbers that they hold are there at the same time
    let held = file.size().saturating_mul(2);
    if held > file.room() {
        if readers::by_content(path, &beginning).is_none()
            && let Some(problem) =
                unread::by_content(path, &beginning).or_else(|| unread::by_ending(path, &beginning))
        {
            return Err(problem);
        }
        return Err(Problem::error(
            path,
            format!(
                "is too large for a browser tab: {:.1} GB of file and as much of numbers = {:.1} GB",
                gigabytes(file.size()),
                gigabytes(held)
            ),
        )
        .expected(format!(
            "at most {:.1} GB, or {:.1} GB as .npy, of the 4.3 GB of a tab",
            gigabytes(file.room() / 2),
            gigabytes(file.room())
        ))
        .hint("Save its arrays as .npy, which is read piece by piece, or use the command line"));
    }
    let mut bytes = Vec::with_capacity(file.size() as usize);
    while (bytes.len() as u64) < file.size() {
        let start = bytes.len() as u64;
        let size = (file.size() - start).min(PIECE as u64) as usize;
        bytes.extend(file.slice(path, start, size).await?);
    }
    let nesting = Nesting::outermost(&bytes);
    read_one(File {
        path,
        bytes: Cow::Owned(bytes),
        nesting,
    })
}

/// Reads whatever a file holds, known by its first bytes before its ending.
///
/// # Errors
/// A [`Problem`] naming the file, what was found, what was expected and what to do.
pub fn read(path: &str, bytes: &[u8]) -> Result<Vec<Found>, Problem> {
    read_one(File {
        path,
        bytes: Cow::Borrowed(bytes),
        nesting: Nesting::outermost(bytes),
    })
}

/// Reads a file, or a member of an archive. The one place that decides what a file is; whatever is neither
/// read nor a companion of data by its name is an error, so that nothing disappears.
fn read_one(file: File) -> Result<Vec<Found>, Problem> {
    let path = file.path;
    if let Some(found) = by_name(path) {
        return found;
    }
    if file.bytes.is_empty() {
        return Err(Problem::error(path, "is empty: 0 bytes")
            .expected("an array, a table or a picture")
            .hint("Save or download it again"));
    }
    if image_type(path).is_some() {
        return Ok(vec![match unread::placeholder(path, &file.bytes) {
            // one picture less is no wrong number
            Some(problem) => Found::LeftAlone(Problem {
                severity: Severity::Warning,
                ..problem
            }),
            None => Found::Image {
                path: path.to_owned(),
                bytes: file.bytes.into_owned(),
            },
        }]);
    }
    if is_double(&file.bytes) {
        return Ok(vec![Found::LeftAlone(Problem::notice(
            path,
            "holds what macOS notes about a file of the same name, and was left alone",
        ))]);
    }
    if let Some(reader) = readers::by_content(path, &file.bytes) {
        return (reader.read)(file);
    }
    let stands_for = unread::placeholder(path, &file.bytes);
    if let Some(problem) = stands_for.or_else(|| unread::by_content(path, &file.bytes)) {
        return Err(problem);
    }
    // the beginning of what was packed; a browser may have unpacked it under its old name
    if raw_ending(path) == "gz" && file.bytes.first() == Some(&0x1f) {
        return Err(unread::not_as_named(path, &file.bytes));
    }
    match readers::by_ending(path) {
        Some(reader) if !matches!(reader.known_by, KnownBy::Content(_)) => (reader.read)(file),
        Some(_) => Err(unread::not_as_named(path, &file.bytes)),
        None => Err(unread::by_ending(path, &file.bytes)
            .unwrap_or_else(|| unread::unknown(path, &file.bytes))),
    }
}

/// What is known of a file by its name and folders alone: it belongs to a Zarr store, or is no data.
fn by_name(path: &str) -> Option<Result<Vec<Found>, Problem>> {
    if let Some(store) = zarr::store_of(path) {
        return Some(Err(zarr::problem(store)));
    }
    companions::notice(path).map(|notice| Ok(vec![Found::LeftAlone(notice)]))
}

/// Whether a file is no data by its name alone, so that nothing is lost where it cannot be opened.
#[must_use]
pub fn is_companion(path: &str) -> bool {
    companions::notice(path).is_some()
}

/// What macOS writes beside a file on a disk that is not its own (AppleDouble).
fn is_double(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x00\x05\x16\x07\x00\x02\x00\x00")
}

/// Reads text as a table. Other programs write raw numbers under the same ending.
fn read_table(path: &str, bytes: &[u8]) -> Result<Vec<Found>, Problem> {
    if extension(path) == "dat" && bytes.contains(&0) {
        return Err(unread::by_ending("a.bin", bytes).map_or_else(
            || unread::unknown(path, bytes),
            |problem| Problem {
                file: path.to_owned(),
                ..problem
            },
        ));
    }
    table::read(path, bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_read_is_refused_by_name() {
        let refused = |path: &str, bytes: &[u8]| match read(path, bytes) {
            Err(problem) => problem.to_string(),
            Ok(found) => format!("{found:?}"),
        };
        assert!(refused("a.npy", b"").contains("a.npy: is empty"));
        assert!(refused("a.pkl", b"\x80\x04abc").contains("pickle"));
        assert!(refused("a.mat", b"MATLAB 5.0 MAT-file").contains("does not start"));
        assert!(refused("a.parquet", b"PAR1..").contains("read_parquet"));
        assert!(refused("a.npy", b"<html>404").contains("web page"));
        assert!(refused("b.csv", b"1,2\n\xff\xfe,3\n").contains("UTF-8"));
    }

    #[test]
    fn strangers_are_left_alone_aloud() {
        for path in ["README.md", ".DS_Store", "notes.json"] {
            let found = read(path, b"{}").expect("no error");
            assert!(matches!(&found[..], [Found::LeftAlone(problem)] if problem.file == path));
        }
    }
}
