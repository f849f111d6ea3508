//! The files of a folder, with all that lies below it: links followed once, stores and hidden folders as one.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::formats;
use crate::problem::{Problem, Severity};

/// Folders in folders.
const MOST_DEPTH: usize = 64;
/// Files of a study: a file for each image and layer of a large one.
const MOST_FILES: usize = 500_000;

/// What is in a folder.
#[derive(Debug, Default)]
pub struct Listing {
    /// Files, by the path that is shown (with `/` between names on every system), and where they are.
    pub files: Vec<(String, PathBuf)>,
    /// What cannot be listed, with the reason.
    pub problems: Vec<Problem>,
}

/// Lists a folder; `shown`: what comes before the paths in it, with a slash behind it, or nothing.
///
/// Files and folders that are really there come first, then what links lead to: a folder or file that was
/// met already is not read again, so that a link back is no endless loop.
///
/// # Errors
/// A [`Problem`] if the folder itself cannot be opened.
pub fn list_files(folder: &Path, shown: &str) -> Result<Listing, Problem> {
    let name = if shown.is_empty() {
        folder.to_string_lossy().into_owned()
    } else {
        shown.trim_end_matches('/').to_owned()
    };
    let root = std::fs::canonicalize(folder).map_err(|error| cannot_read(&name, folder, &error))?;
    std::fs::read_dir(folder).map_err(|error| cannot_read(&name, folder, &error))?;
    let mut walk = Walk {
        root: root.clone(),
        met: BTreeSet::new(),
        links: Vec::new(),
        listing: Listing::default(),
    };
    if formats::is_store(
        folder
            .file_name()
            .map_or("", |name| name.to_str().unwrap_or("")),
    ) {
        walk.listing.problems.push(formats::store_problem(&name));
        return Ok(walk.listing);
    }
    walk.folder(folder, shown, 0);
    // a link to a file gives it the name that is meant, so these come before links to folders that hold it
    while !walk.links.is_empty() {
        let is_file = |(_, path): &(String, PathBuf)| !path.is_dir();
        let next = walk.links.iter().position(is_file).unwrap_or(0);
        let (shown, path) = walk.links.remove(next);
        walk.link(&shown, &path);
    }
    walk.listing.files.sort();
    // a pointer of DVC beside the file that it is for
    let there: BTreeSet<String> = walk
        .listing
        .files
        .iter()
        .map(|(shown, _)| shown.clone())
        .collect();
    walk.listing.files.retain(|(shown, _)| {
        shown
            .strip_suffix(".dvc")
            .is_none_or(|file| !there.contains(file))
    });
    Ok(walk.listing)
}

struct Walk {
    root: PathBuf,
    /// Canonical paths of folders and files that were met.
    met: BTreeSet<PathBuf>,
    /// Symbolic links, to be followed when everything else is known.
    links: Vec<(String, PathBuf)>,
    listing: Listing,
}

impl Walk {
    fn folder(&mut self, folder: &Path, shown: &str, depth: usize) {
        let name = shown.trim_end_matches('/');
        if depth > MOST_DEPTH {
            self.listing.problems.push(
                Problem::error(name, format!("lies in more than {MOST_DEPTH} folders"))
                    .expected("a study with its files a few folders deep")
                    .hint("Move its files further up"),
            );
            return;
        }
        match std::fs::canonicalize(folder) {
            Ok(real) => {
                if !self.met.insert(real) {
                    return;
                }
            }
            Err(error) => {
                return self
                    .listing
                    .problems
                    .push(cannot_read(name, folder, &error));
            }
        }
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => {
                return self
                    .listing
                    .problems
                    .push(cannot_read(name, folder, &error));
            }
        };
        let mut children = Vec::new();
        for entry in entries {
            match entry {
                Ok(entry) => children.push(entry),
                Err(error) => {
                    self.listing
                        .problems
                        .push(cannot_read(name, folder, &error));
                }
            }
        }
        children.sort_by_key(std::fs::DirEntry::file_name);
        let describes = |entry: &std::fs::DirEntry| {
            formats::describes_store(&entry.file_name().to_string_lossy())
        };
        if children.iter().any(describes) {
            let store = if name.is_empty() {
                self.root.to_string_lossy().into_owned()
            } else {
                name.to_owned()
            };
            return self.listing.problems.push(formats::store_problem(&store));
        }
        for entry in children {
            let child = entry.file_name().to_string_lossy().into_owned();
            let path = format!("{shown}{child}");
            match entry.file_type() {
                Ok(kind) if kind.is_symlink() => self.links.push((path, entry.path())),
                Ok(kind) if kind.is_dir() => self.child(&entry.path(), &child, &path, depth),
                Ok(kind) if kind.is_file() => self.file(path, entry.path()),
                Ok(_) => self.listing.problems.push(
                    Problem::error(&path, "is a pipe, a socket or a device, and no file")
                        .expected("files and folders")
                        .hint("Move it out of the folder"),
                ),
                Err(error) => {
                    let problem = cannot_read(&path, &entry.path(), &error);
                    self.listing.problems.push(problem);
                }
            }
        }
    }

    fn child(&mut self, folder: &Path, name: &str, shown: &str, depth: usize) {
        if formats::is_folder_of_tools(name) {
            self.listing.problems.push(formats::notice_of_folder(shown));
        } else if formats::is_store(name) {
            self.listing.problems.push(formats::store_problem(shown));
        } else {
            self.folder(folder, &format!("{shown}/"), depth + 1);
        }
    }

    fn file(&mut self, shown: String, path: PathBuf) {
        if self.listing.files.len() == MOST_FILES {
            self.listing.problems.push(
                Problem::error(&shown, format!("is one of more than {MOST_FILES} files"))
                    .expected("the folder of a study alone")
                    .hint("Check the path"),
            );
        }
        if self.listing.files.len() <= MOST_FILES {
            // where links lead to it, it is known
            let is_new = std::fs::canonicalize(&path).map_or(true, |real| self.met.insert(real));
            if !is_new {
                return self.listing.problems.push(
                    Problem::warning(
                        &shown,
                        "is read already, by a link to it of another name, and was not read again",
                    )
                    .expected("each file once")
                    .hint("Put a copy in its place if it is to count a second time"),
                );
            }
            self.listing.files.push((shown, path));
        }
    }

    /// Follows a link, to what was not met by another way.
    fn link(&mut self, shown: &str, path: &Path) {
        let (Ok(real), Ok(what)) = (std::fs::canonicalize(path), std::fs::metadata(path)) else {
            return self.listing.problems.push(broken_link(shown, path));
        };
        let target = std::fs::read_link(path).unwrap_or_else(|_| real.clone());
        let target = target.to_string_lossy();
        if self.root.starts_with(&real) || self.met.contains(&real) {
            let here = if what.is_dir() { "folder" } else { "file" };
            self.listing.problems.push(
                Problem::warning(
                    shown,
                    format!("is a symbolic link to {target}, a {here} that is read already, and was not read again"),
                )
                .expected("each file once")
                .hint("Put a copy in its place if it is to count a second time"),
            );
            return;
        }
        let name = shown.rsplit('/').next().unwrap_or(shown).to_owned();
        if what.is_dir() {
            let depth = shown.matches('/').count();
            self.child(path, &name, shown, depth);
        } else if what.is_file() {
            self.met.insert(real);
            self.listing
                .files
                .push((shown.to_owned(), path.to_path_buf()));
        }
    }
}

/// What to say of a link to nothing.
fn broken_link(shown: &str, path: &Path) -> Problem {
    let target = std::fs::read_link(path).unwrap_or_default();
    let target = target.to_string_lossy().replace('\\', "/");
    if target.contains("annex/objects/") {
        let problem = Problem::error(
            shown,
            format!(
                "is a link of git-annex (DataLad) to content that was never fetched: it points to {target}"
            ),
        );
        return problem
            .expected("the content that it points to")
            .hint("Run `datalad get` or `git annex get` on it in the dataset");
    }
    // of a note or a log nothing is missed
    let severity = if formats::is_companion(shown) {
        Severity::Notice
    } else {
        Severity::Error
    };
    let problem = Problem::error(
        shown,
        format!(
            "is a symbolic link that leads nowhere: it points to {target}, which cannot be opened"
        ),
    )
    .expected("a link to a file or a folder that is there")
    .hint("Copy the file itself here, or mend the link");
    Problem {
        severity,
        ..problem
    }
}

/// What to say of a file or a folder that cannot be opened.
pub fn cannot_read(shown: &str, path: &Path, error: &std::io::Error) -> Problem {
    let is_link = std::fs::symlink_metadata(path).is_ok_and(|what| what.is_symlink());
    if is_link && !path.exists() {
        return broken_link(shown, path);
    }
    let problem = Problem::error(shown, format!("cannot be read: {error}"));
    match error.kind() {
        std::io::ErrorKind::PermissionDenied => problem
            .expected("a file that you may read")
            .hint("Give yourself permission to read it"),
        _ => problem
            .expected("a folder, a study.json, or a file of activations or brains")
            .hint("Check the path"),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn names(listing: &Listing) -> Vec<&str> {
        listing
            .files
            .iter()
            .map(|(shown, _)| shown.as_str())
            .collect()
    }

    #[test]
    fn links_are_followed_once_and_broken_ones_are_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().join("study");
        for inner in ["study/real", "store/deep", "study/.git/annex/objects"] {
            std::fs::create_dir_all(folder.path().join(inner)).expect("a folder");
        }
        for file in [
            "study/real/a.npy",
            "store/b.npy",
            "store/deep/c.npy",
            "study/.git/annex/objects/k.npy",
            "store/d.bin",
        ] {
            std::fs::write(folder.path().join(file), "x").expect("a file");
        }
        for (target, link) in [
            ("../store", "study/linked"),
            ("real", "study/again"),
            ("..", "study/up"),
            ("../study", "store/back"),
            ("../../store/d.bin", "study/real/named.npy"),
            ("a.npy", "study/real/alias.npy"),
            ("nowhere", "study/broken.npy"),
            ("nowhere", "study/README.md"),
            ("nowhere", "study/main.log"),
            (".git/annex/objects/gone/gone.npy", "study/annexed.npy"),
            (".git/annex/objects/k.npy", "study/fetched.npy"),
            ("loop", "study/loop"),
        ] {
            symlink(target, folder.path().join(link)).expect("a link");
        }
        let listing = list_files(&root, "").expect("listed");
        assert_eq!(
            names(&listing),
            [
                "fetched.npy",
                "linked/b.npy",
                "linked/deep/c.npy",
                "real/a.npy",
                "real/named.npy"
            ]
        );
        let said = |file: &str| {
            let found = listing.problems.iter().find(|problem| problem.file == file);
            found.unwrap_or_else(|| panic!("{file}: {:?}", listing.problems))
        };
        assert!(said("broken.npy").is_error() && said("broken.npy").found.contains("nowhere"));
        for companion in ["README.md", "main.log"] {
            assert!(!said(companion).is_error(), "{companion}");
        }
        assert!(said("annexed.npy").to_string().contains("datalad get"));
        assert!(said("loop").is_error());
        for link in [
            "again",
            "up",
            "linked/back",
            "linked/d.bin",
            "real/alias.npy",
        ] {
            assert!(said(link).found.contains("read already"), "{link}");
        }
        assert!(!said(".git").is_error());
    }

    #[test]
    fn a_zarr_store_is_one_item() {
        let folder = tempfile::tempdir().expect("a folder");
        for file in [
            "n.zarr/l/0.0",
            "m/.zgroup",
            "m/l/.zarray",
            "m/l/0.0",
            "a.npy",
        ] {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            std::fs::write(path, "x").expect("a file");
        }
        let listing = list_files(folder.path(), "").expect("listed");
        assert_eq!(names(&listing), ["a.npy"]);
        let stores: Vec<&str> = listing.problems.iter().map(|p| p.file.as_str()).collect();
        assert_eq!(stores, ["m", "n.zarr"]);
        let alone = list_files(&folder.path().join("n.zarr"), "").expect("listed");
        assert!(alone.files.is_empty() && alone.problems.len() == 1);
    }
}
