//! Installs what builds and tests the page, into `target/tools` and nowhere else, and runs it.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::root;

/// 0.22 needs a newer Rust than this project does.
const TRUNK: &str = "0.21.14";
const WASM: &str = "wasm32-unknown-unknown";

/// Runs a command to its end.
///
/// # Errors
/// A sentence with the command if it cannot start or fails.
pub fn run(mut command: Command) -> Result<(), String> {
    let shown = format!("{command:?}").replace('"', "");
    let status = command
        .status()
        .map_err(|error| format!("{shown}: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{shown} failed ({status})"))
    }
}

fn tools() -> PathBuf {
    root().join("target").join("tools")
}

fn tool(name: &str) -> PathBuf {
    tools()
        .join("bin")
        .join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// The wasm target, Trunk, and the wasm-bindgen that Cargo.lock names.
///
/// # Errors
/// A sentence if one of them cannot be installed.
pub fn install_build_tools() -> Result<(), String> {
    install_target()?;
    install("trunk", "trunk", TRUNK)?;
    install(
        "wasm-bindgen-cli",
        "wasm-bindgen",
        &locked_version("wasm-bindgen")?,
    )
}

fn install_target() -> Result<(), String> {
    let sysroot = output(Command::new("rustc").args(["--print", "sysroot"]))?;
    let library = PathBuf::from(sysroot.trim())
        .join("lib")
        .join("rustlib")
        .join(WASM);
    if library.is_dir() {
        return Ok(());
    }
    let mut rustup = Command::new("rustup");
    rustup.args(["target", "add", WASM]);
    run(rustup).map_err(|error| {
        format!(
            "{error}. The page needs the Rust target {WASM}: install it as your Rust was installed"
        )
    })
}

/// Installs a tool from crates.io unless the very version is there. Unoptimised, because building
/// the tool takes longer than its work.
fn install(package: &str, binary: &str, version: &str) -> Result<(), String> {
    let path = tool(binary);
    if path.is_file()
        && output(Command::new(&path).arg("--version")).is_ok_and(|said| said.contains(version))
    {
        return Ok(());
    }
    println!("Installing {package} {version} into target/tools");
    let command = |locked: bool| {
        let mut command = Command::new(env!("CARGO"));
        command
            .args([
                "install",
                package,
                "--version",
                version,
                "--force",
                "--root",
            ])
            .arg(tools())
            .args(locked.then_some("--locked"))
            .env(
                "CARGO_PROFILE_RELEASE_OPT_LEVEL",
                if binary == "trunk" { "0" } else { "1" },
            )
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .env("CARGO_TARGET_DIR", tools().join("build"))
            // Wherever it is called from, this project's flags are not the tool's.
            .current_dir(std::env::temp_dir());
        command
    };
    // A package whose lock file names a dependency that has been withdrawn installs without it.
    run(command(true)).or_else(|_| run(command(false)))
}

fn locked_version(package: &str) -> Result<String, String> {
    let lock = std::fs::read_to_string(root().join("Cargo.lock"))
        .map_err(|error| format!("Cargo.lock: {error}"))?;
    let mut lines = lock
        .lines()
        .skip_while(|line| *line != format!("name = \"{package}\""));
    lines
        .nth(1)
        .and_then(|line| line.strip_prefix("version = \""))
        .map(|rest| rest.trim_end_matches('"').to_owned())
        .ok_or_else(|| format!("Cargo.lock does not name {package}"))
}

fn output(command: &mut Command) -> Result<String, String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("{command:?}: {error}"))?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Trunk, with the tools of this project before any others.
pub fn trunk(arguments: &[&str]) -> Command {
    let mut command = Command::new(tool("trunk"));
    let before = std::env::var_os("PATH").unwrap_or_default();
    let path = std::iter::once(tools().join("bin")).chain(std::env::split_paths(&before));
    command.args(arguments).current_dir(root());
    if let Ok(path) = std::env::join_paths(path) {
        command.env("PATH", path);
    }
    // Trunk reads these as switches of its own, and not every value of theirs.
    command.env_remove("NO_COLOR").env_remove("CI");
    command
}

/// Builds the site into `dist/`.
///
/// # Errors
/// A sentence if it does not build.
pub fn build_page() -> Result<(), String> {
    run(trunk(&["build", "--release", "--offline", "--locked"]))
}

/// Chromium and its driver: installed on Debian as root, asked for elsewhere.
///
/// # Errors
/// A sentence that says what to install.
pub fn install_browser() -> Result<(), String> {
    let is_there = |names: &[&str]| {
        names.iter().any(|name| {
            let path = std::env::var_os("PATH").unwrap_or_default();
            std::env::split_paths(&path).any(|folder| folder.join(name).is_file())
        })
    };
    if is_there(&["chromium", "google-chrome"]) && is_there(&["chromedriver"]) {
        return Ok(());
    }
    let is_root = output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    if !(is_there(&["apt-get"]) && is_root) {
        return Err("the browser tests need Chromium and ChromeDriver on the PATH: on Debian apt-get install chromium chromium-driver, on macOS brew install --cask chromium chromedriver".into());
    }
    let apt = |arguments: &[&str]| {
        let mut command = Command::new("apt-get");
        command
            .args(arguments)
            .env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    run(apt(&["update", "--quiet"]))?;
    run(apt(&[
        "install",
        "--yes",
        "--quiet",
        "--no-install-recommends",
        "chromium",
        "chromium-driver",
    ]))
}
