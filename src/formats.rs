//! One reader a format: bytes in, named arrays out. Nothing here guesses what an array is for.

mod archive;
mod decode;
mod npy;
mod table;

pub use decode::{Element, Kind, Values};

use serde::{Deserialize, Serialize};

use crate::problem::Problem;

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
}

/// One thing found in a file.
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

/// Formats that are known by their first bytes, but not read, with the Python that converts them.
const UNREAD: [(&[u8], &str, &str); 5] = [
    (
        b"\x89HDF\r\n\x1a\n",
        "an HDF5 file (also MATLAB 7.3 and netCDF4)",
        "Convert it in Python: import h5py, numpy; numpy.save(\"NETWORK__LAYER.npy\", h5py.File(\"FILE\")[\"NAME\"][:])",
    ),
    (
        b"MATLAB 5.0",
        "a MATLAB file",
        "Convert it in Python: import scipy.io, numpy; numpy.save(\"NETWORK__LAYER.npy\", scipy.io.loadmat(\"FILE\")[\"NAME\"])",
    ),
    (
        b"PAR1",
        "a Parquet table",
        "Convert it in Python: import pandas; pandas.read_parquet(\"FILE\").to_csv(\"NETWORK__LAYER.csv\", index=False)",
    ),
    (
        b"CDF",
        "a netCDF3 file",
        "Convert it in Python: import xarray, numpy; numpy.save(\"NETWORK__LAYER.npy\", xarray.open_dataset(\"FILE\")[\"NAME\"].values)",
    ),
    (
        b"\x80",
        "a Python pickle, which can run any program when it is opened",
        PICKLE_HINT,
    ),
];

const PICKLE_HINT: &str = "Convert it where you trust it, in Python: import numpy, torch; numpy.save(\"NETWORK__LAYER.npy\", numpy.asarray(torch.load(\"FILE\")))";

/// The lower-case ending of a path, without the dot.
#[must_use]
pub fn extension(path: &str) -> String {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    name.rsplit_once('.')
        .map(|(_, ending)| ending.to_ascii_lowercase())
        .unwrap_or_default()
}

/// The media type of a picture by its ending; `None` if it is not one.
#[must_use]
pub fn image_type(path: &str) -> Option<&'static str> {
    let ending = extension(path);
    IMAGES
        .iter()
        .find(|(known, _)| *known == ending)
        .map(|(_, media)| *media)
}

/// Reads whatever a file holds, known by its first bytes before its ending.
///
/// # Errors
/// A [`Problem`] naming the file, what was found, what was expected and what to do.
pub fn read(path: &str, bytes: &[u8]) -> Result<Vec<Found>, Problem> {
    let name = path.rsplit('/').next().unwrap_or(path);
    if name.starts_with('.') || name == "Thumbs.db" || path.contains("__MACOSX/") {
        return Ok(vec![Found::LeftAlone(Problem::notice(
            path,
            "is a hidden file of the operating system and was left alone",
        ))]);
    }
    if bytes.is_empty() {
        return Err(Problem::error(path, "is empty: 0 bytes")
            .expected("an array, a table or a picture")
            .hint("Save or download it again"));
    }
    if image_type(path).is_some() {
        return Ok(vec![Found::Image {
            path: path.to_owned(),
            bytes: bytes.to_vec(),
        }]);
    }
    if bytes.starts_with(b"\x93NUMPY") {
        return npy::read(path, bytes);
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return archive::read(path, bytes);
    }
    if let Some((_, what, hint)) = UNREAD.iter().find(|(magic, _, _)| bytes.starts_with(magic)) {
        return Err(Problem::error(path, format!("is {what}"))
            .expected("one of .npy, .npz, .csv, .tsv, .zip, study.json or pictures")
            .hint(*hint));
    }
    match extension(path).as_str() {
        "json" => read_json(path, bytes),
        "csv" | "tsv" | "txt" => table::read(path, bytes),
        "npy" | "npz" | "zip" => Err(Problem::error(
            path,
            format!("does not start as a {} file does", extension(path)),
        )
        .expected("the bytes that NumPy or a zip program write")
        .hint("The file may be damaged, or an error page saved under its name: get it again")),
        _ => Ok(vec![Found::LeftAlone(
            Problem::notice(path, "is of no kind that is read here and was left alone")
                .expected("one of .npy, .npz, .csv, .tsv, .zip, study.json or pictures"),
        )]),
    }
}

fn read_json(path: &str, bytes: &[u8]) -> Result<Vec<Found>, Problem> {
    let text = text_of(path, bytes)?;
    if path.rsplit('/').next() == Some("study.json") || text.contains("universal-dimensions/") {
        return Ok(vec![Found::Manifest {
            path: path.to_owned(),
            text: text.to_owned(),
        }]);
    }
    Ok(vec![Found::LeftAlone(
        Problem::notice(path, "is JSON but no study and was left alone").expected(
            "a study.json with \"format\": \"universal-dimensions/1\", where it describes a study",
        ),
    )])
}

/// The text of a file, without a byte order mark.
fn text_of<'a>(path: &str, bytes: &'a [u8]) -> Result<&'a str, Problem> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| {
        Problem::error(
            path,
            format!(
                "is not UTF-8 text: byte {} is no character",
                error.valid_up_to()
            ),
        )
        .expected("text in UTF-8")
        .hint("Save it again as UTF-8 (in Excel: \"CSV UTF-8\")")
    })
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
        assert!(refused("a.mat", b"MATLAB 5.0 MAT-file").contains("loadmat"));
        assert!(refused("a.npy", b"<html>404").contains("does not start"));
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
