//! Gives the build two names made of its sources. The files of a worker have no hash in their names,
//! so the page asks for them under `BUILD_NAME`: a page never runs the worker of another version. Blocks
//! that are kept are named after `NUMBERS_NAME`: a program never takes those of one that computes otherwise.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

/// Folders, and the files at their fronts, in which no number of a block is made.
const WITHOUT_NUMBERS: [&str; 14] = [
    "app",
    "page",
    "command_line",
    "bin",
    "figures",
    "figure",
    "link",
    "run_state",
    "engine",
    "formats",
    "export",
    "settings",
    "workflow",
    "problem",
];

fn hash_folder(folder: &Path, is_wanted: &dyn Fn(&Path) -> bool, hasher: &mut DefaultHasher) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths.into_iter().filter(|path| is_wanted(path)) {
        if path.is_dir() {
            hash_folder(&path, is_wanted, hasher);
        } else if let Ok(bytes) = std::fs::read(&path) {
            bytes.hash(hasher);
        }
    }
}

/// A name made of sources and of the versions of what they use.
fn name(is_wanted: &dyn Fn(&Path) -> bool) -> String {
    let mut hasher = DefaultHasher::new();
    hash_folder(Path::new("src"), is_wanted, &mut hasher);
    std::fs::read("Cargo.lock").ok().hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

fn main() {
    let makes_numbers = |path: &Path| {
        let stem = path.file_stem().unwrap_or_default();
        !WITHOUT_NUMBERS.iter().any(|other| stem == *other)
    };
    println!("cargo:rustc-env=BUILD_NAME={}", name(&|_| true));
    println!("cargo:rustc-env=NUMBERS_NAME={}", name(&makes_numbers));
    println!("cargo:rerun-if-changed=src");
    println!("cargo:rerun-if-changed=Cargo.lock");
}
