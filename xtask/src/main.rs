//! The developer's commands: `cargo xtask serve`, `build`, `test`, `check`, `bench`,
//! `fuzz`.

mod bench;
mod fuzz;
mod tools;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use tools::{build_page, install_browser, install_build_tools, run};

const HELP: &str = "\
cargo xtask serve   installs what is missing, builds the page and serves it on http://127.0.0.1:8080
cargo xtask build   leaves the site in dist/, to be copied to any folder of any static host
cargo xtask check   format and lints, native and wasm
cargo xtask bench   measures two studies beside NumPy: command line and page; --scale: how the cost grows
cargo xtask fuzz READER --seconds N   feeds a reader with damaged files; without READER, lists them
cargo xtask test    everything that CI runs: check, native tests, conformance, browser tests";

fn main() -> ExitCode {
    let command = std::env::args().nth(1).unwrap_or_default();
    let done = match command.as_str() {
        "serve" => serve(),
        "build" => install_build_tools().and_then(|()| build_page()),
        "check" => install_build_tools().and_then(|()| check()),
        "bench" => match std::env::args().nth(2).as_deref() {
            Some("--scale") => run(cargo(&["bench", "--locked", "--bench", "scale"])),
            _ => install_build_tools().and_then(|()| bench::compare()),
        },
        "fuzz" => fuzz::fuzz(&std::env::args().skip(2).collect::<Vec<_>>()),
        "test" => test(),
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

fn serve() -> Result<(), String> {
    install_build_tools()?;
    println!("Building; the page will be at http://127.0.0.1:8080");
    // A folder of its own: what is served reloads itself, which a deployed page must not.
    run(tools::trunk(&[
        "serve",
        "--release",
        "--offline",
        "--locked",
        "--dist",
        "target/serve",
    ]))
}

fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO"));
    command.args(arguments).current_dir(root());
    command
}

fn check() -> Result<(), String> {
    run(cargo(&["fmt", "--all", "--check"]))?;
    run(cargo(&[
        "clippy",
        "--locked",
        "--workspace",
        "--all-targets",
        "--",
        "--deny",
        "warnings",
    ]))?;
    run(cargo(&[
        "clippy",
        "--locked",
        "--target",
        "wasm32-unknown-unknown",
        "--lib",
        "--bin",
        "app",
        "--bin",
        "worker",
        "--bin",
        "worker-fused",
        "--",
        "--deny",
        "warnings",
    ]))
}

/// What CI runs, in the order in which mistakes are cheapest to hear of.
fn test() -> Result<(), String> {
    install_build_tools()?;
    check()?;
    run(cargo(&[
        "test",
        "--locked",
        "--workspace",
        "--lib",
        "--bins",
        "--test",
        "numbers",
        "--test",
        "formats",
    ]))?;
    build_page()?;
    install_browser()?;
    run(cargo(&[
        "test",
        "--locked",
        "--test",
        "e2e",
        "--",
        "--test-threads",
        "1",
    ]))
}
