//! What is not read of an HDF5 file, by its true cause, with Python that saves it in a way that is read.

use std::collections::BTreeMap;

use hdf5_pure::{Dataset, Error, FormatError};

use crate::problem::Problem;

/// Filters by their number: name, and whether the Python package hdf5plugin has them.
const FILTERS: [(u16, &str, bool); 26] = [
    (4, "szip", false),
    (5, "n-bit", false),
    (257, "hzip", false),
    (258, "fpzip", false),
    (305, "LZO", false),
    (307, "bzip2", true),
    (32001, "Blosc", true),
    (32002, "MAFISC", false),
    (32003, "Snappy", false),
    (32004, "LZ4", true),
    (32005, "APAX", false),
    (32006, "CBF", false),
    (32007, "JPEG-XR", false),
    (32008, "bitshuffle", true),
    (32009, "SPDP", false),
    (32010, "LPC-Rice", false),
    (32013, "ZFP", true),
    (32014, "fpzip", false),
    (32015, "Zstandard", true),
    (32017, "SZ", true),
    (32018, "FCIDECOMP", true),
    (32019, "JPEG", false),
    (32020, "VBZ", false),
    (32024, "SZ3", true),
    (32026, "Blosc2", true),
    (32028, "SPERR", true),
];

/// Filters that are read.
const READ: [u16; 5] = [1, 2, 3, 6, 32000];

/// Why a dataset is not read, though nothing is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// By filters of these numbers and names.
    Filter(Vec<(u16, String)>),
    /// Its numbers are those of other datasets.
    Virtual,
    /// Its numbers are in a file of their own, without a format.
    External,
    /// It is written in a later version of the format.
    Version,
    /// Its numbers are of a type that is not read, and which.
    Precision(String),
    /// It is a link into another file.
    Link(String),
}

/// Datasets that are not read, by their cause: one message for all of a kind.
#[derive(Debug, Default)]
pub struct Refused {
    causes: BTreeMap<Cause, Vec<String>>,
}

/// What is wrong with one dataset or group.
#[derive(Debug)]
pub enum Failure {
    /// A cause that others may share.
    Cause(Cause),
    /// A problem of its own.
    Problem(Problem),
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

/// What an error of the crate means for a dataset.
pub fn failure(path: &str, dataset: Option<&Dataset>, error: &Error) -> Failure {
    let Error::Format(cause) = error else {
        return damaged(path, error).into();
    };
    match cause {
        FormatError::UnsupportedFilter(id) => {
            let mut all = dataset.map(unread_filters).unwrap_or_default();
            if all.is_empty() {
                all.push((*id, filter_name(*id, None)));
            }
            Failure::Cause(Cause::Filter(all))
        }
        FormatError::UnsupportedVirtualLayout => Failure::Cause(Cause::Virtual),
        FormatError::UnsupportedExternalStorage => Failure::Cause(Cause::External),
        _ => {
            let kind = format!("{cause:?}");
            if dataset.is_some() && kind.starts_with("Invalid") && kind.contains("Version(") {
                return Failure::Cause(Cause::Version);
            }
            if kind.starts_with("Unsupported") {
                Problem::error(
                    path,
                    format!("is stored in a way that is not read here: {error}"),
                )
                .expected("HDF5 as h5py writes it")
                .hint("Copy its arrays into a new file with h5py, or save them as .npy")
                .into()
            } else {
                damaged(path, error).into()
            }
        }
    }
}

/// Numbers and names of the filters of a dataset that are not read.
fn unread_filters(dataset: &Dataset) -> Vec<(u16, String)> {
    let filters = dataset.filter_pipeline().into_iter();
    filters
        .filter(|filter| !READ.contains(&filter.id))
        .map(|filter| (filter.id, filter_name(filter.id, filter.name.as_deref())))
        .collect()
}

/// Why numbers of a type that is not read are not read: their filter, which often goes with it, or the type.
pub fn precision(dataset: &Dataset, what: String) -> Cause {
    let filters = unread_filters(dataset);
    if filters.is_empty() {
        Cause::Precision(what)
    } else {
        Cause::Filter(filters)
    }
}

/// The problem of what is damaged.
pub fn damaged(path: &str, error: &dyn std::fmt::Display) -> Problem {
    Problem::error(path, format!("cannot be read as HDF5: {error}"))
        .expected("a whole HDF5, netCDF4 or MATLAB 7.3 file")
        .hint("The file may be cut short or damaged: save or download it again")
}

fn filter_name(id: u16, own: Option<&str>) -> String {
    let known = FILTERS.iter().find(|(known, _, _)| *known == id);
    known.map_or_else(
        || {
            own.filter(|own| !own.is_empty())
                .unwrap_or("unknown")
                .to_owned()
        },
        |(_, name, _)| (*name).to_owned(),
    )
}

impl Refused {
    /// Adds a dataset or link by its name within the file.
    pub fn add(&mut self, cause: Cause, name: &str) {
        self.causes.entry(cause).or_default().push(name.to_owned());
    }

    /// One problem for each cause.
    pub fn problems(&self, path: &str) -> Vec<Problem> {
        self.causes
            .iter()
            .map(|(cause, names)| problem(path, cause, names))
            .collect()
    }
}

/// The problem of a frame of pandas whose numbers are packed in a way that is not read.
pub fn packed_frame(path: &str, frame: &str, cause: &Cause) -> Problem {
    let how = match cause {
        Cause::Filter(filters) => format!("its numbers are compressed by {}", listed(filters)),
        _ => "its numbers are in another place".to_owned(),
    };
    Problem::error(
        &format!("{path}/{frame}"),
        format!("is a table that pandas wrote with to_hdf: {how}, which is not read here"),
    )
    .expected("a table without compression, or by zlib")
    .hint(format!(
        "Save its numbers as CSV with Python and use that file in place of this one:\n{}",
        frame_python(path, frame, None)
    ))
}

/// Python that saves the numbers of a frame as CSV; `ids`: the column that names its rows, where that is
/// not the index.
pub fn frame_python(path: &str, frame: &str, ids: Option<&str>) -> String {
    let file = file_name(path);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let column = ids.map_or_else(String::new, |ids| {
        format!("frame = frame.set_index({})\n", quoted(ids))
    });
    format!(
        "import pandas\nframe = pandas.DataFrame(pandas.read_hdf({file}, {key}))\n{column}name = lambda key: \"_\".join(map(str, key)) if isinstance(key, tuple) else str(key)\nframe.index = [name(key) for key in frame.index]\nframe.columns = [name(key) for key in frame.columns]\nframe.select_dtypes(\"number\").to_csv({csv}, index_label=\"stimulus_id\")",
        file = quoted(file),
        key = quoted(frame),
        csv = quoted(&format!("{stem}__{}.csv", frame.replace('/', "__"))),
    )
}

fn listed(filters: &[(u16, String)]) -> String {
    let named: Vec<String> = filters
        .iter()
        .map(|(id, name)| format!("{name} (HDF5 filter {id})"))
        .collect();
    named.join(" and ")
}

/// The name of a file within its folder.
fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

fn problem(path: &str, cause: &Cause, names: &[String]) -> Problem {
    let listed = if names.len() > 8 {
        format!("{} and {} more", names[..8].join(", "), names.len() - 8)
    } else {
        names.join(", ")
    };
    let (is, its) = if names.len() == 1 {
        ("is", "its")
    } else {
        ("are", "their")
    };
    match cause {
        Cause::Filter(filters) => {
            let is_plugin = filters.iter().all(|(id, _)| {
                FILTERS
                    .iter()
                    .any(|(known, _, has)| known == id && (*has || *id < 32))
            });
            let found = format!(
                "{listed} {is} compressed by {}, which is not read here",
                self::listed(filters)
            );
            let problem = Problem::error(path, found)
                .expected("datasets without compression, or by gzip, LZF or scale-offset");
            let it = if names.len() == 1 { "it" } else { "them" };
            // n-bit and szip are a part of HDF5
            if is_plugin && filters.iter().all(|(id, _)| *id < 32) {
                problem.hint(format!(
                    "Save {it} by gzip with Python and h5py:\n{}",
                    rewrite(path, names, "import h5py", "old.dtype, compression=\"gzip\"")
                ))
            } else if is_plugin {
                problem.hint(format!(
                    "Save {it} by gzip with Python and the packages h5py and hdf5plugin:\n{}",
                    rewrite(
                        path,
                        names,
                        "import h5py, hdf5plugin",
                        "old.dtype, compression=\"gzip\""
                    )
                ))
            } else {
                problem.hint(format!(
                    "Where the filter is installed, save the file by gzip with: h5repack -f GZIP=4 {name} gzip_{name}",
                    name = file_name(path)
                ))
            }
        }
        Cause::Virtual => Problem::error(
            path,
            format!("{listed} {is} virtual: {its} numbers are those of other datasets (a virtual dataset, VDS), which are not read from here"),
        )
        .expected("datasets that hold their numbers themselves")
        .hint(format!(
            "With all the files that the numbers come from in their places, copy them into plain datasets with Python and h5py:\n{}",
            rewrite(path, names, SOURCES, "old.dtype")
        )),
        Cause::External => Problem::error(
            path,
            format!("{listed}: the numbers are kept in a separate file, which is not read from here"),
        )
        .expected("datasets that hold their numbers themselves")
        .hint(format!(
            "With that file in its place, copy the numbers into plain datasets with Python and h5py:\n{}",
            rewrite(path, names, "import h5py", "old.dtype")
        )),
        Cause::Version => Problem::error(
            path,
            format!("{listed} {is} stored in a version of the HDF5 format that is not known here: a later one, as HDF5 2.0 writes with libver=\"latest\", unless the file was altered"),
        )
        .expected("datasets in the format of HDF5 1.14 or earlier")
        .hint(format!(
            "Write files without libver=\"latest\"; of this one, store {} in the earlier format with Python and h5py:\n{}",
            if names.len() == 1 { "it" } else { "them" },
            rewrite(path, names, "import h5py", "old.dtype")
        )),
        Cause::Precision(what) => Problem::error(
            path,
            format!("{listed} {} {what}, which are not read here", if names.len() == 1 { "holds" } else { "hold" }),
        )
        .expected("integers of 8, 16, 32 or 64 bits, or float16, float32 or float64")
        .hint(format!(
            "Save {} as float64 with Python and h5py:\n{}",
            if names.len() == 1 { "it" } else { "them" },
            rewrite(path, names, "import h5py", "\"f8\"")
        )),
        Cause::Link(to) => Problem::error(
            path,
            format!("{listed} {is} a link to another file, {to}, and links to other files are not followed"),
        )
        .expected("datasets that are in the file itself")
        .hint(format!(
            "Copy what the link leads to into the file with Python and h5py, in the folder of {}:\n{}",
            file_name(path),
            copy(path, names)
        )),
    }
}

/// What a virtual dataset takes its numbers from is checked first: where it is missing, h5py gives zeros.
const SOURCES: &str = "import os, h5py";

fn rewrite(path: &str, names: &[String], imports: &str, how: &str) -> String {
    let names: Vec<String> = names.iter().map(|name| quoted(name)).collect();
    let check = if imports == SOURCES {
        "        for source in old.virtual_sources():\n            assert source.file_name == \".\" or os.path.exists(source.file_name), source.file_name\n"
    } else {
        ""
    };
    format!(
        "{imports}\nwith h5py.File({file}, \"r+\") as file:\n    for name in [{names}]:\n        old = file[name]\n{check}        new = file.create_dataset(name + \" (plain)\", data=old[...], dtype={how})\n        new.attrs.update({{key: old.attrs[key] for key in (\"scale_factor\", \"add_offset\", \"_FillValue\", \"missing_value\") if key in old.attrs}})\n        del file[name]\n        file.move(name + \" (plain)\", name)",
        file = quoted(file_name(path)),
        names = names.join(", "),
    )
}

fn copy(path: &str, names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| quoted(name)).collect();
    format!(
        "import h5py\nwith h5py.File({file}, \"r+\") as file:\n    for name in [{names}]:\n        linked = file[name]\n        del file[name]\n        file.copy(linked, name)",
        file = quoted(file_name(path)),
        names = names.join(", "),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_are_called_by_their_names() {
        let rows = [
            (307, "bzip2"),
            (32001, "Blosc"),
            (32004, "LZ4"),
            (32008, "bitshuffle"),
            (32013, "ZFP"),
            (32015, "Zstandard"),
            (32017, "SZ"),
            (32026, "Blosc2"),
        ];
        for (id, name) in rows {
            let error = Error::Format(FormatError::UnsupportedFilter(id));
            let Failure::Cause(cause) = failure("a/net.h5/l", None, &error) else {
                panic!("a filter is a cause");
            };
            let mut refused = Refused::default();
            refused.add(cause, "l");
            let text = refused.problems("a/net.h5")[0].to_string();
            for word in [name, &id.to_string(), "hdf5plugin", "\"net.h5\"", "[\"l\"]"] {
                assert!(text.contains(word), "{word}: {text}");
            }
            assert!(!text.contains("damaged"), "{text}");
        }
        assert_eq!(filter_name(40_000, Some("mine")), "mine");
    }
}
