//! The developer's commands: `cargo xtask serve`, `dev`, `build`, `check`, `test`, `bench`, `cluster`, `fuzz`.
//!
//! Without dependencies, so that the first command starts within seconds.

mod bench;
mod check;
mod cluster;
mod fuzz;
mod hosted_page;
mod serve;
mod steps;
mod tools;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use steps::run;
use tools::{build_page, install_browser, install_build_tools};

const HELP: &str = "\
cargo xtask serve           installs what is missing, builds the page and serves it on http://127.0.0.1:8080
cargo xtask dev             the same built quickly instead of for speed: rebuilds and reloads after each change
cargo xtask build           leaves the site in dist/, to be copied to any folder of any static host
cargo xtask check           format, lints and documentation, native and wasm
cargo xtask check --quick   format and types only, in seconds
cargo xtask test            everything that CI runs: check, native tests, build, browser tests
cargo xtask bench           measures two studies beside NumPy: command line and page; --scale: how the cost grows
cargo xtask cluster         does what docs/cluster.md says, on this machine: Slurm and GNU parallel; needs Debian and root
cargo xtask fuzz READER --seconds N   feeds a reader with damaged files; without READER, lists them

serve and dev pass further arguments on to Trunk: cargo xtask dev --port 8081 --open";

fn main() -> ExitCode {
    let command = std::env::args().nth(1).unwrap_or_default();
    let rest: Vec<String> = std::env::args().skip(2).collect();
    let first = rest.first().map(String::as_str);
    let done = match (command.as_str(), first) {
        ("serve", _) => serve::serve(&rest),
        ("dev", _) => serve::dev(&rest),
        ("build", None) => install_build_tools().and_then(|()| build_page()),
        ("check", None) => check::check(),
        ("check", Some("--quick")) => check::quick(),
        ("bench", None) => install_build_tools().and_then(|()| bench::compare()),
        ("bench", Some("--scale")) => run(cargo(&["bench", "--locked", "--bench", "scale"])),
        ("cluster", None) => cluster::test(),
        ("hosted-page", None) => hosted_page::write(),
        ("fuzz", _) => fuzz::fuzz(&rest),
        ("test", None) => test(),
        _ => {
            eprintln!("{HELP}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask {command}: {message}");
            ExitCode::FAILURE
        }
    }
}

/// The folder of the workspace.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Cargo in the folder of the workspace.
fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO"));
    command.args(arguments).current_dir(root());
    command
}

/// What CI runs, in the order in which mistakes are cheapest to find.
fn test() -> Result<(), String> {
    check::check()?;
    // tests that need the larger data are ignored, and named, where nobody says where these are
    let has_data = std::env::var_os(DATA).is_some();
    let larger: &[&str] = if has_data {
        &["--include-ignored"]
    } else {
        &[]
    };
    let mut native = cargo(&["test", "--locked", "--workspace", "--lib", "--bins"]);
    for suite in ["numbers", "formats", "store", "architecture"] {
        native.args(["--test", suite]);
    }
    native.arg("--").args(larger);
    run(native)?;
    install_build_tools()?;
    build_page()?;
    install_browser()?;
    let mut browser = cargo(&["test", "--locked", "--test", "e2e", "--"]);
    browser.args(["--test-threads", "1"]).args(larger);
    run(browser)?;
    if has_data {
        println!("Everything was tested, with the larger data.");
    } else {
        println!(
            "Skipped: the tests that are called ignored above, which need the larger data. Set {DATA} to their folder to run them."
        );
    }
    Ok(())
}

/// Names the folder of the larger data.
const DATA: &str = "UNIVERSAL_DIMENSIONS_DATA";
