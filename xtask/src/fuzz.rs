//! Damaged files for the readers, by cargo-fuzz. It needs a nightly compiler and a C++ compiler.

use std::path::Path;
use std::process::Command;

use crate::root;
use crate::tools::run;

/// Readers, and the endings of the files that they begin from.
const READERS: [(&str, &[&str]); 9] = [
    ("npy", &["npy"]),
    ("archive", &["npz", "pt"]),
    ("table", &["csv", "txt"]),
    ("matlab", &["mat"]),
    ("hdf5", &["h5", "hdf5", "nc", "mat"]),
    ("netcdf3", &["nc"]),
    ("safetensors", &["safetensors"]),
    ("pytorch", &[]),
    ("manifest", &["json"]),
];

/// Inputs longer than this only slow the search down.
const LONGEST: usize = 16_384;

/// Fuzzes one reader: `READER --seconds N`.
///
/// # Errors
/// A sentence if the reader is not known, a tool is missing, or an input was found that breaks it.
pub fn fuzz(arguments: &[String]) -> Result<(), String> {
    let names: Vec<&str> = READERS.iter().map(|(name, _)| *name).collect();
    let usage = format!(
        "cargo xtask fuzz READER --seconds N, with READER one of {}",
        names.join(", ")
    );
    let [reader, rest @ ..] = arguments else {
        return Err(usage);
    };
    let Some((_, endings)) = READERS.iter().find(|(name, _)| name == reader) else {
        return Err(format!("no reader is called {reader}: {usage}"));
    };
    let seconds: u32 = match rest {
        [] => 180,
        [flag, seconds] if flag == "--seconds" => seconds.parse().map_err(|_| usage)?,
        _ => return Err(usage),
    };
    let has_fuzz = Command::new("cargo-fuzz").arg("--version").output().is_ok();
    if !has_fuzz {
        let mut install = Command::new("cargo");
        install.args(["install", "cargo-fuzz", "--locked"]);
        run(install)?;
    }
    let corpus = root().join("target/fuzz-corpus").join(reader);
    std::fs::create_dir_all(&corpus).map_err(|error| error.to_string())?;
    seed(&root().join("tests/cases"), endings, &corpus).map_err(|error| error.to_string())?;
    let mut command = Command::new("cargo");
    command
        .args([
            "+nightly",
            "fuzz",
            "run",
            "--sanitizer",
            "none",
            "--target-dir",
            "target/fuzz",
            reader,
        ])
        .arg(&corpus)
        .arg("--")
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-max_len={LONGEST}"))
        .args(["-timeout=10", "-rss_limit_mb=4096", "-print_final_stats=1"])
        .current_dir(root());
    run(command)
}

/// Copies the project's own small files of some endings into a corpus.
fn seed(folder: &Path, endings: &[&str], corpus: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            seed(&path, endings, corpus)?;
            continue;
        }
        let ending = path
            .extension()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let is_small = path.metadata()?.len() <= LONGEST as u64;
        if is_small && endings.contains(&ending.as_str()) {
            let name = path.to_string_lossy().replace(['/', '\\'], "_");
            std::fs::copy(&path, corpus.join(name))?;
        }
    }
    Ok(())
}
