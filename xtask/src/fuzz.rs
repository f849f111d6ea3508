//! Damaged files for the readers, by cargo-fuzz. It needs a nightly compiler and a C++ compiler.

use std::process::Command;

use crate::root;
use crate::steps::run;

/// Inputs longer than this only slow the search down.
const LONGEST: usize = 16_384;

/// Fuzzes one reader of `src/formats/readers.rs`: `READER --seconds N`. Which there are, and from which files
/// they begin, the target takes from that table.
///
/// # Errors
/// A sentence if a tool is missing, the reader is not known, or an input was found that breaks it.
pub fn fuzz(arguments: &[String]) -> Result<(), String> {
    let usage = "cargo xtask fuzz READER --seconds N, with READER a name in src/formats/readers.rs";
    let [reader, rest @ ..] = arguments else {
        return Err(usage.to_owned());
    };
    let seconds: u32 = match rest {
        [] => 180,
        [flag, seconds] if flag == "--seconds" => seconds.parse().map_err(|_| usage.to_owned())?,
        _ => return Err(usage.to_owned()),
    };
    let has_fuzz = Command::new("cargo-fuzz").arg("--version").output().is_ok();
    if !has_fuzz {
        let mut install = Command::new("cargo");
        install.args(["install", "cargo-fuzz", "--locked"]);
        run(install)?;
    }
    let corpus = root().join("target/fuzz-corpus").join(reader);
    std::fs::create_dir_all(&corpus).map_err(|error| error.to_string())?;
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
            "reader",
        ])
        .arg(&corpus)
        .arg("--")
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-max_len={LONGEST}"))
        .args(["-timeout=10", "-rss_limit_mb=4096", "-print_final_stats=1"])
        .env("READER", reader)
        .env("CORPUS", &corpus)
        .current_dir(root());
    run(command)
}
