//! Files that lie beside data and are none: notes, programs, settings, sounds, what an operating system or a
//! tool leaves. They are left alone with a notice; whatever else cannot be read is an error, so that no
//! layer disappears.

use super::python::{name_of, stem_of};
use super::raw_ending;
use crate::problem::Problem;

/// Endings of text about data, of programs and of settings.
const NOTES: [&str; 54] = [
    "md", "markdown", "rst", "pdf", "html", "htm", "css", "tex", "bib", "log", "err", "py", "pyc",
    "pyi", "ipynb", "m", "r", "rmd", "qmd", "jl", "sh", "bash", "zsh", "bat", "ps1", "slurm",
    "sbatch", "pbs", "js", "ts", "c", "cc", "cpp", "h", "hpp", "cu", "rs", "java", "yml", "yaml",
    "toml", "ini", "cfg", "conf", "lock", "xml", "url", "webloc", "lnk", "bval", "bvec", "vmrk",
    "asv", "rproj",
];

/// Endings of what only points elsewhere.
const SHORTCUTS: [&str; 5] = ["lnk", "url", "webloc", "html", "htm"];

/// Endings of lists of checksums, and names, without endings, that such lists have.
const CHECKSUMS: [&str; 6] = ["md5", "sha1", "sha256", "sha512", "sfv", "sums"];
const CHECKSUM_NAMES: [&str; 14] = [
    "md5sum",
    "md5sums",
    "sha1sum",
    "sha1sums",
    "sha256sum",
    "sha256sums",
    "sha512sum",
    "sha512sums",
    "checksum",
    "checksums",
    "md5",
    "sha1",
    "sha256",
    "sha512",
];

/// Endings of documents: a companion, unless its name is that of data.
const DOCUMENTS: [&str; 9] = [
    "doc", "docx", "ppt", "pptx", "odt", "odp", "rtf", "pages", "key",
];

/// Endings of pictures that no browser shows, of films and of sounds.
const MEDIA: [&str; 25] = [
    "tif", "tiff", "psd", "ai", "eps", "ps", "heic", "heif", "ico", "cr2", "nef", "dng", "ppm",
    "pgm", "mp4", "avi", "mov", "mkv", "webm", "mpg", "wav", "mp3", "flac", "ogg", "m4a",
];

/// Names, without endings, of what is written about data.
const ABOUT: [&str; 17] = [
    "readme",
    "license",
    "licence",
    "copying",
    "copyright",
    "changelog",
    "changes",
    "authors",
    "contributors",
    "contributing",
    "citation",
    "notes",
    "requirements",
    "todo",
    "makefile",
    "dockerfile",
    "cmakelists",
];

/// Folders that tools keep for themselves.
const TOOLS: [&str; 6] = [
    "__MACOSX",
    "__pycache__",
    "node_modules",
    "@eaDir",
    "$RECYCLE.BIN",
    "System Volume Information",
];

/// Names that start like this, or hold two underscores in a row, are those of data here.
const DATA_NAMES: [&str; 9] = [
    "activations_",
    "activation_",
    "features_",
    "fitting_",
    "rdm_",
    "rdms_",
    "responses_",
    "response_",
    "betas_",
];

/// Whether a folder of this name is kept by a tool or hidden.
#[must_use]
pub fn is_folder_of_tools(name: &str) -> bool {
    (name.starts_with('.') && name != "." && name != "..") || TOOLS.contains(&name)
}

/// The outermost folder of a path that is kept by a tool or hidden.
fn folder_of_tools(path: &str) -> Option<&str> {
    let mut end = 0;
    for name in path.split('/') {
        end += name.len();
        if end < path.len() && is_folder_of_tools(name) {
            return path.get(..end);
        }
        end += 1;
    }
    None
}

/// The notice for such a folder with all that is in it: the same for each of its files.
#[must_use]
pub fn notice_of_folder(folder: &str) -> Problem {
    Problem::notice(
        folder,
        "is a folder that is hidden or that a tool keeps for itself, and was left alone",
    )
}

/// Whether a file's name says that it is data, whatever its ending.
pub fn is_named_like_data(path: &str) -> bool {
    let stem = stem_of(path).to_ascii_lowercase();
    let is_split = stem
        .split_once("__")
        .is_some_and(|(network, layer)| !network.is_empty() && !layer.is_empty());
    is_split || DATA_NAMES.iter().any(|word| stem.starts_with(word))
}

/// Whether a name is that of a list of checksums: `SHA256SUMS.txt`, `a__b.npy.md5`.
fn is_checksums(ending: &str, stem: &str) -> bool {
    CHECKSUMS.contains(&ending) || (matches!(ending, "" | "txt") && CHECKSUM_NAMES.contains(&stem))
}

/// Whether a shortcut or a saved page stands for a file that is read: `net.npz.lnk`, `net.npz - Shortcut.lnk`.
fn stands_for_array(path: &str) -> bool {
    let name = stem_of(name_of(path));
    let name = name.split(" - ").next().unwrap_or(&name);
    let ending = super::extension(name);
    super::without_ending(name) != name && !matches!(ending.as_str(), "txt" | "json")
}

/// The notice for a file that is no data by its name; `None` for any other.
pub fn notice(path: &str) -> Option<Problem> {
    let name = name_of(path);
    // what iCloud puts in place of a file has a hidden name, and is a file that is missing
    if name.starts_with('.') && name.ends_with(".icloud") {
        return None;
    }
    if let Some(folder) = folder_of_tools(path) {
        return Some(notice_of_folder(folder));
    }
    let is_of_system = name.starts_with('.')
        || name.starts_with("~$")
        || ["Thumbs.db", "desktop.ini", "Icon\r"].contains(&name);
    if is_of_system {
        return Some(Problem::notice(
            path,
            "is a hidden file of the operating system or of a tool and was left alone",
        ));
    }
    let ending = raw_ending(name);
    let ending = ending.as_str();
    let stem = name.split(['.', '-', '_', ' ']).next().unwrap_or(name);
    let stem = stem.to_ascii_lowercase();
    let is_about = matches!(ending, "" | "txt" | "cff") && ABOUT.contains(&stem.as_str());
    let is_output = matches!(ending, "out" | "txt") && (stem == "slurm" || stem == "log");
    // a program may be called `activations_extract.py`, but a shortcut or a page under the name of a layer
    // stands for the layer
    let name = path.rsplit('/').next().unwrap_or(path);
    let stands_for_data = name.contains("__") && is_named_like_data(path)
        || SHORTCUTS.contains(&ending) && (is_named_like_data(path) || stands_for_array(path));
    if stands_for_data && (NOTES.contains(&ending) || MEDIA.contains(&ending)) {
        return None;
    }
    let what = if matches!(ending, "lnk" | "url" | "webloc") {
        "is a shortcut to something elsewhere, which is not followed,"
    } else if NOTES.contains(&ending) || is_about || is_output {
        "is a note, a program or settings beside the data"
    } else if is_checksums(ending, &stem) {
        "is a list of checksums"
    } else if MEDIA.contains(&ending) {
        "is a picture that browsers do not show, a film or a sound"
    } else if DOCUMENTS.contains(&ending) && !is_named_like_data(path) {
        "is a document beside the data"
    } else {
        return None;
    };
    Some(Problem::notice(path, format!("{what} and was left alone")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn companions_are_told_from_data() {
        for path in [
            "README",
            "LICENSE.txt",
            "a/readme_first.txt",
            "activations_extract.py",
            "sub-01.yaml",
            ".DS_Store",
            "x/._activations_a__b.npy",
            "__MACOSX/a__b.npy",
            ".git/annex/objects/a__b.npy",
            ".ipynb_checkpoints/a.csv",
            "film.mp4",
            "paper.docx",
            "slurm-123.out",
            "~$table.xlsx",
            "MD5SUMS",
            "SHA256SUMS.txt",
            "checksums-v2.txt",
            "activations_a__b.npy.md5",
            "a/checksum.sha256",
            "homepage.url",
            "Documents.lnk",
        ] {
            let notice = notice(path).unwrap_or_else(|| panic!("{path}"));
            assert!(
                !notice.is_error() && path.starts_with(&notice.file),
                "{path}"
            );
        }
        for path in [
            "a__b.docx",
            "activations_a__b.xlsx",
            "neta",
            "a.npy",
            "stimuli.txt",
            "./a.npy",
            "../a.npy",
            ".activations_a__b.npy.icloud",
            "readmission.csv",
            "net.npz.lnk",
            "net.npz - Shortcut.lnk",
            "activations_a__b.npy.url",
            "rdm_IT__s1.webloc",
        ] {
            assert_eq!(notice(path), None, "{path}");
        }
        for (path, is_data) in [
            ("a/RDM_IT__s1.xlsx", true),
            ("net__l.weird", true),
            ("__init__.py", false),
            ("table.xlsx", false),
            ("responses_V1.docx", true),
        ] {
            assert_eq!(is_named_like_data(path), is_data, "{path}");
        }
    }
}
