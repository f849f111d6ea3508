//! The one table of what is read: how a kind of file is known, who writes it, what is taken from it, and what
//! reads it. The namer, the manifest, the messages, the fuzzer and the README's table follow from it: a new
//! format is a reader, a row here and its fixtures.

use super::file::File;
use super::{Found, archive, conventions, gzip, hdf5, matlab, netcdf3, npy, pickle, tensors};
use crate::problem::Problem;

/// How a kind of file is known.
#[derive(Clone, Copy)]
pub(super) enum KnownBy {
    /// By its first bytes, whatever its name; the path is given for those that need both.
    Content(fn(&str, &[u8]) -> bool),
    /// By its first bytes, or by its ending where no other format's bytes are there.
    Either(fn(&str, &[u8]) -> bool),
    /// By its ending alone, for text begins in any way.
    Ending,
}

/// A kind of file that is read.
pub struct Reader {
    /// Name of the format, in one word, as the fuzzer knows it.
    pub name: &'static str,
    /// Its usual endings in lower case, without the dot, the commonest first.
    pub endings: &'static [&'static str],
    /// What is to be said of the endings in the README's table.
    pub versions: &'static str,
    /// Who writes it.
    pub written_by: &'static str,
    /// What is taken from it.
    pub taken: &'static str,
    /// Whether a path may go on inside: `a.h5/conv1`.
    pub holds_many: bool,
    pub(super) known_by: KnownBy,
    pub(super) read: fn(File) -> Result<Vec<Found>, Problem>,
}

/// Every format that is read, in the order in which contents are compared.
pub const READERS: [Reader; 11] = [
    Reader {
        name: "gzip",
        endings: &["gz"],
        versions: "",
        written_by: "gzip, R, pandas",
        taken: "Any file of the others, packed by itself: `a.npy.gz`, `a.csv.gz`",
        holds_many: false,
        known_by: KnownBy::Content(|_, bytes| bytes.starts_with(b"\x1f\x8b\x08")),
        read: gzip::read,
    },
    Reader {
        name: "npy",
        endings: &["npy"],
        versions: "",
        written_by: "NumPy, thingsvision",
        taken: "One array of any size, order and byte order, float16 and long double included; read piece by piece, so that a tab holds little more than its numbers. An array of text, or of whole numbers in a file named like ids (`image_ids.npy`), names the stimuli",
        holds_many: false,
        known_by: KnownBy::Content(|_, bytes| bytes.starts_with(b"\x93NUMPY")),
        read: |file| npy::read_file(file.path, &file.bytes),
    },
    Reader {
        name: "archive",
        endings: &["npz", "zip"],
        versions: "",
        written_by: "NumPy, Net2Brain, any packer",
        taken: "`.npz`: each array as one layer or RDM; `rdm` beside `stimuli_name` and `layer_name` is the RDM of a network's layer. `.zip`: a folder packed whole, stored or deflated",
        holds_many: true,
        known_by: KnownBy::Content(|_, bytes| archive::is_one(bytes) && !archive::is_torch(bytes)),
        read: archive::read,
    },
    Reader {
        name: "pytorch",
        endings: &["pt", "pth"],
        versions: "",
        written_by: "PyTorch, Net2Brain, thingsvision",
        taken: "Tensors, NumPy arrays, and dictionaries and lists of them and of text. Nothing is called: a part that only a call would build is named and left out, and a file of nothing else is refused with the Python that converts it",
        holds_many: true,
        known_by: KnownBy::Content(|_, bytes| archive::is_one(bytes) && archive::is_torch(bytes)),
        read: archive::read,
    },
    Reader {
        name: "hdf5",
        endings: &["h5", "hdf5", "he5", "hdf", "nc4"],
        versions: "",
        written_by: "h5py, pandas, rsatoolbox, netCDF4, MATLAB 7.3",
        taken: "Datasets as NETWORK/LAYER, links within the file followed; text or whole numbers named like ids, as many as the rows, as ids. rsatoolbox: RDMs and Datasets, with subjects, regions, ids and distance from their descriptors. pandas (`to_hdf`): each frame as one layer or RDM, with its index as ids",
        holds_many: true,
        known_by: KnownBy::Content(|_, bytes| hdf5::is_one(bytes)),
        // which takes the bytes themselves: another copy of them might not fit
        read: |file| hdf5::read(file.path, file.bytes.into_owned()).map(conventions::found),
    },
    Reader {
        name: "matlab",
        endings: &["mat"],
        versions: " (4, 5, 7.3)",
        written_by: "MATLAB, scipy, the RSA toolbox, thingsvision",
        taken: "Every variable of numbers, sparse ones as whole matrices; arrays of structures with a field `RDM` and their names (`IT \\| AB \\| Session: 1` is region and subject; `Models` are model RDMs), or with a field `name` for each layer; cells of text or numbers named like ids as ids; one variable an image stacked into a layer",
        holds_many: true,
        known_by: KnownBy::Content(|path, bytes| {
            matlab::is_version_5(bytes)
                || (super::extension(path) == "mat" && matlab::is_version_4(bytes))
        }),
        read: |file| matlab::read(file.path, &file.bytes).map(conventions::found),
    },
    Reader {
        name: "netcdf3",
        endings: &["nc", "cdf"],
        versions: " (3, 4)",
        written_by: "xarray, netCDF4, scipy",
        taken: "Arrays with their coordinates as ids, subjects, layer. `score` over `neuroid` with `model` and `node` is a table of scores",
        holds_many: true,
        known_by: KnownBy::Content(|_, bytes| netcdf3::is_one(bytes)),
        read: |file| netcdf3::read(file.path, &file.bytes).map(conventions::found),
    },
    Reader {
        name: "safetensors",
        endings: &["safetensors"],
        versions: "",
        written_by: "Hugging Face",
        taken: "Every tensor, bfloat16 included",
        holds_many: true,
        known_by: KnownBy::Content(|path, bytes| {
            super::extension(path) == "safetensors" && tensors::is_one(bytes)
        }),
        read: |file| tensors::read(file.path, &file.bytes).map(conventions::found),
    },
    Reader {
        name: "pickle",
        endings: &["pkl", "pickle", "joblib"],
        versions: "",
        written_by: "Python",
        taken: "Nothing: a pickle is a program. It is refused with the Python that converts what is in it",
        holds_many: true,
        known_by: KnownBy::Either(|_, bytes| pickle::is_one(bytes)),
        read: |file| pickle::refuse(file.path, &file.bytes),
    },
    Reader {
        name: "table",
        endings: &["csv", "tsv", "txt", "tab", "dat"],
        versions: "",
        written_by: "spreadsheets, R, pandas, numpy.savetxt",
        taken: "Units in columns, with or without header and a column of ids; commas, semicolons, tabs or spaces, decimal commas, byte order mark; labelled square RDMs; a list of names as the stimuli",
        holds_many: false,
        known_by: KnownBy::Ending,
        read: |file| super::read_table(file.path, &file.bytes),
    },
    Reader {
        name: "manifest",
        endings: &["json"],
        versions: "",
        written_by: "you",
        taken: "`study.json`: the roles of everything, outright. Other JSON is left alone, or refused with the Python that converts it where it holds numbers",
        holds_many: false,
        known_by: KnownBy::Ending,
        read: |file| super::read_json(file.path, &file.bytes),
    },
];

impl Reader {
    /// Its row in the README's table.
    #[must_use]
    pub fn row(&self) -> String {
        let endings: Vec<String> = self
            .endings
            .iter()
            .map(|ending| format!("`.{ending}`"))
            .collect();
        format!(
            "| {}{} | {} | {} |",
            endings.join(", "),
            self.versions,
            self.written_by,
            self.taken
        )
    }
}

/// The endings of each format, and whether a path may go on inside. Taken from the table once it is compiled:
/// whoever asks for names alone, as the page does, must not bring every reader along.
static NAMES: [(&[&str], bool); READERS.len()] = {
    let none: &[&str] = &[];
    let mut names = [(none, false); READERS.len()];
    let mut index = 0;
    while index < READERS.len() {
        names[index] = (READERS[index].endings, READERS[index].holds_many);
        index += 1;
    }
    names
};

/// Whether a path may go on inside files of an ending; `None` for an ending that is not read.
fn holds_many(ending: &str) -> Option<bool> {
    NAMES
        .iter()
        .find(|(endings, _)| endings.contains(&ending))
        .map(|(_, holds_many)| *holds_many)
}

/// The reader of a file by its content.
pub(super) fn by_content(path: &str, bytes: &[u8]) -> Option<&'static Reader> {
    READERS.iter().find(|reader| match reader.known_by {
        KnownBy::Content(is_one) | KnownBy::Either(is_one) => is_one(path, bytes),
        KnownBy::Ending => false,
    })
}

/// The reader of a file by its ending.
pub(super) fn by_ending(path: &str) -> Option<&'static Reader> {
    let ending = super::extension(path);
    READERS
        .iter()
        .find(|reader| reader.endings.contains(&ending.as_str()))
}

/// What is read, for whoever brings something else.
pub(super) fn all_endings() -> String {
    let endings = READERS
        .iter()
        .filter(|reader| !["pickle", "gzip", "manifest"].contains(&reader.name))
        .filter_map(|reader| reader.endings.first())
        .map(|ending| format!(".{ending}"));
    format!(
        "one of {}, or a .zip of them",
        endings.collect::<Vec<_>>().join(", ")
    )
}

/// A file's name without the ending of a format that is read, and without `.gz` behind it; any other name
/// as it is.
#[must_use]
pub fn without_ending(name: &str) -> &str {
    let known = |name: &str| holds_many(&super::raw_ending(name)).is_some();
    let mut rest = name;
    // one ending, and the `.gz` behind it
    for _ in 0..2 {
        let ending = super::raw_ending(rest);
        let is_tar = ending == "tar" && super::extension(rest) != ending;
        let is_packed = rest == name && (ending == "gz" || is_tar);
        match rest.rsplit_once('.') {
            Some((stem, _)) if !stem.is_empty() && (is_tar || known(rest)) => rest = stem,
            _ => break,
        }
        if !is_packed {
            break;
        }
    }
    rest
}

/// Whether a part of a path is called like a file that holds arrays: `conv1.npy`, but no folder that was
/// packed.
#[must_use]
pub fn is_array_file(name: &str) -> bool {
    let ending = super::extension(name);
    !matches!(ending.as_str(), "zip" | "json") && holds_many(&ending).is_some()
}

/// The file of an address that may go on inside it: `nets.npz/conv1` lies in `nets.npz`.
#[must_use]
pub fn file_of(address: &str) -> &str {
    let mut end = 0;
    for part in address.split('/') {
        end += part.len();
        let holds_many = holds_many(&super::extension(part)) == Some(true);
        if holds_many && end < address.len() {
            return &address[..end];
        }
        end += 1;
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readme_has_a_row_for_each_reader() {
        let readme = include_str!("../../README.md");
        for reader in &READERS {
            let row = reader.row();
            assert!(
                readme.lines().any(|line| line == row),
                "README.md lacks the row\n{row}"
            );
        }
    }

    #[test]
    fn no_two_readers_have_a_name_or_an_ending_in_common() {
        let mut names: Vec<&str> = READERS.iter().map(|reader| reader.name).collect();
        let mut endings: Vec<&str> = READERS.iter().flat_map(|r| r.endings).copied().collect();
        let counts = (names.len(), endings.len());
        for list in [&mut names, &mut endings] {
            list.sort_unstable();
            list.dedup();
        }
        assert_eq!(counts, (names.len(), endings.len()));
    }

    #[test]
    fn endings_are_taken_off_names() {
        for (name, stem) in [
            ("conv1.npy", "conv1"),
            ("conv1.NPY.GZ", "conv1"),
            ("conv1.gz", "conv1"),
            ("vgg16.features.1", "vgg16.features.1"),
            ("vgg16.features.1.npy", "vgg16.features.1"),
            ("a.npz.npy", "a.npz"),
            (".npy", ".npy"),
            ("a.pkl", "a"),
            ("net__l.pth.tar", "net__l"),
            ("net.tar", "net.tar"),
            ("", ""),
        ] {
            assert_eq!(without_ending(name), stem, "{name}");
        }
    }

    #[test]
    fn an_address_may_go_on_inside_a_file() {
        for (address, file) in [
            ("nets.npz/conv1", "nets.npz"),
            ("a/nets.h5/net/conv1", "a/nets.h5"),
            ("a/NETS.H5.gz/net/conv1", "a/NETS.H5.gz"),
            ("a/b.npy", "a/b.npy"),
            ("a/net.pth.tar/conv1", "a/net.pth.tar"),
            ("nets.npz", "nets.npz"),
            ("a.npy/b", "a.npy/b"),
            ("study.zip/a/nets.npz/conv1", "study.zip"),
            ("", ""),
        ] {
            assert_eq!(file_of(address), file, "{address}");
        }
    }
}
