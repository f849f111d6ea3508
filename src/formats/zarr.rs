//! Zarr stores: folders with a file for each piece of an array. They are not read; what belongs to one store
//! is said once.

use std::collections::BTreeSet;

use super::python::{name_of, names, python};
use crate::problem::Problem;

/// Names of the files that describe an array or a group (versions 2 and 3).
const DESCRIPTIONS: [&str; 5] = [".zarray", ".zgroup", ".zattrs", ".zmetadata", "zarr.json"];

/// Whether a file of this name says that its folder is a Zarr store.
#[must_use]
pub fn is_description(name: &str) -> bool {
    DESCRIPTIONS.contains(&name)
}

/// Whether a folder of this name is a Zarr store.
#[must_use]
pub fn is_named_like_store(name: &str) -> bool {
    name.len() > ".zarr".len() && name.to_ascii_lowercase().ends_with(".zarr")
}

/// The store that a path lies in, by the name of a folder above, by the name of the file itself, or by names
/// as pieces have them: `l/0.0`, `l/c/0/1`.
pub fn store_of(path: &str) -> Option<&str> {
    let mut end = 0;
    for part in path.split('/') {
        end += part.len();
        if is_named_like_store(part) {
            return path.get(..end);
        }
        end += 1;
    }
    let folder = path.rsplit_once('/').map(|(folder, _)| folder);
    let name = name_of(path);
    let is_piece = !name.is_empty()
        && name.contains('.')
        && name
            .split('.')
            .all(|number| !number.is_empty() && number.chars().all(|digit| digit.is_ascii_digit()));
    (is_description(name) || is_piece).then(|| folder.unwrap_or(path))
}

/// The outermost folders of a list of files that are stores: by their description.
pub fn stores<'a>(paths: impl Iterator<Item = &'a str>) -> Vec<String> {
    let folders: BTreeSet<String> = paths
        .filter_map(|path| {
            let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
            is_description(name).then(|| match store_of(path) {
                Some(store) if store.to_ascii_lowercase().ends_with(".zarr") => store.to_owned(),
                _ => folder.to_owned(),
            })
        })
        .collect();
    let is_inner = |folder: &&String| {
        !folders
            .iter()
            .any(|other| other != *folder && is_within(folder, other))
    };
    folders.iter().filter(is_inner).cloned().collect()
}

/// Whether a path lies in a folder; everything lies in the folder without a name.
pub fn is_within(path: &str, folder: &str) -> bool {
    folder.is_empty()
        || path
            .strip_prefix(folder)
            .is_some_and(|rest| rest.starts_with('/'))
}

/// What to say of a store.
#[must_use]
pub fn problem(store: &str) -> Problem {
    let (old, new) = names(store, "npz");
    // a store that was packed is opened by its own class
    let opened = if super::raw_ending(store) == "zip" {
        format!("zarr.storage.ZipStore({old}, mode=\"r\")")
    } else {
        old
    };
    Problem::error(store, "is a Zarr store, a folder with a file for each piece of an array, which is not read here")
        .expected(super::all_endings())
        .hint(python(
            "Save its arrays as .npz by Python, and move the store out of the folder",
            &format!(
                "import numpy, zarr

def arrays(node, name):
    if hasattr(node, \"shape\"):
        return {{name or \"layer\": node[...]}}
    return {{inner: values for key in node for inner, values in arrays(node[key], f\"{{name}}/{{key}}\".strip(\"/\")).items()}}

numpy.savez({new}, **arrays(zarr.open({opened}, mode=\"r\"), \"\"))"
            ),
        ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_is_known_by_its_name_or_by_what_describes_it() {
        for (path, store) in [
            ("a/neta.zarr/l/0.0", Some("a/neta.zarr")),
            ("neta.ZARR/.zgroup", Some("neta.ZARR")),
            ("neta/.zgroup", Some("neta")),
            ("neta/l/zarr.json", Some("neta/l")),
            ("neta/l/0.0", Some("neta/l")),
            ("neta/conv1.npy", None),
            ("study.json", None),
            ("neta/l.5", None),
            ("x.zarrs/a.npy", None),
        ] {
            assert_eq!(store_of(path), store, "{path}");
        }
        let files = [
            "a/.zgroup",
            "a/l/.zarray",
            "a/l/0.0",
            "b.zarr/l/zarr.json",
            "c.npy",
        ];
        assert_eq!(stores(files.into_iter()), ["a", "b.zarr"]);
        assert_eq!(stores([".zgroup", "l/.zarray"].into_iter()), [""]);
    }
}
