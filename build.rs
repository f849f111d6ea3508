//! Gives the build a name made of its sources. The files of a worker have no hash in their names,
//! so the page asks for them under this one: a page never runs the worker of another version.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

fn hash_folder(folder: &Path, hasher: &mut DefaultHasher) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            hash_folder(&path, hasher);
        } else if let Ok(bytes) = std::fs::read(&path) {
            bytes.hash(hasher);
        }
    }
}

fn main() {
    let mut hasher = DefaultHasher::new();
    hash_folder(Path::new("src"), &mut hasher);
    std::fs::read("Cargo.lock").ok().hash(&mut hasher);
    println!("cargo:rustc-env=BUILD_NAME={:016x}", hasher.finish());
    println!("cargo:rerun-if-changed=src");
    println!("cargo:rerun-if-changed=Cargo.lock");
}
