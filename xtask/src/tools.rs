//! Installs what builds and tests the page, into `target/tools` and nowhere else, and runs it.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::steps::{run, run_logged};
use crate::{cargo, root};

/// 0.22 needs a newer Rust than this project does.
const TRUNK: &str = "0.21.14";
/// What the page is compiled for.
pub const WASM: &str = "wasm32-unknown-unknown";

/// From this many cores on, tools are installed at the same time: each takes a gigabyte of memory.
const CORES_FOR_ALL: usize = 4;

fn tools() -> PathBuf {
    root().join("target").join("tools")
}

fn tool(name: &str) -> PathBuf {
    tools()
        .join("bin")
        .join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// A tool of crates.io.
pub struct Tool {
    package: &'static str,
    binary: &'static str,
    version: String,
    /// What leaves out parts that this project does not use.
    options: &'static [&'static str],
    /// What its installation takes on two cores, in words.
    duration: &'static str,
}

/// The wasm target, Trunk, and the wasm-bindgen that Cargo.lock names.
///
/// # Errors
/// A sentence if one of them cannot be installed.
pub fn install_build_tools() -> Result<(), String> {
    install_target()?;
    install_all(&missing_build_tools()?)
}

/// The tools that are not there in the very version that is needed.
///
/// # Errors
/// A sentence if Cargo.lock cannot be read.
pub fn missing_build_tools() -> Result<Vec<Tool>, String> {
    let all = [
        Tool {
            package: "trunk",
            binary: "trunk",
            version: TRUNK.into(),
            // neither encrypted connections nor a look for newer versions
            options: &["--no-default-features"],
            duration: "about 4 min, once",
        },
        Tool {
            package: "wasm-bindgen-cli",
            binary: "wasm-bindgen",
            version: locked_version("wasm-bindgen")?,
            options: &["--bin", "wasm-bindgen"],
            duration: "about 2 min, once",
        },
    ];
    Ok(all.into_iter().filter(|tool| !tool.is_there()).collect())
}

/// Installs tools, one after the other or, where there are cores for it, at the same time.
///
/// # Errors
/// A sentence for the first that cannot be installed.
pub fn install_all(missing: &[Tool]) -> Result<(), String> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    if cores < CORES_FOR_ALL {
        // in one folder, where the second finds what the first has compiled
        return missing.iter().try_for_each(|tool| tool.install("all"));
    }
    std::thread::scope(|scope| {
        let installing: Vec<_> = missing
            .iter()
            .map(|tool| scope.spawn(|| tool.install(tool.package)))
            .collect();
        installing.into_iter().try_for_each(|one| {
            one.join()
                .unwrap_or_else(|_| Err("the installation of a tool ended early".into()))
        })
    })
}

/// The target that the page is compiled for.
///
/// # Errors
/// A sentence if it cannot be added.
pub fn install_target() -> Result<(), String> {
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

impl Tool {
    fn is_there(&self) -> bool {
        let path = tool(self.binary);
        path.is_file()
            && output(Command::new(&path).arg("--version"))
                .is_ok_and(|said| said.contains(&self.version))
    }

    /// From a binary of its authors where `cargo binstall` is installed, else from its source.
    fn install(&self, folder: &str) -> Result<(), String> {
        let title = format!("{} {}", self.package, self.version);
        println!("Installing {title} into target/tools ({})", self.duration);
        let log = tools().join(format!("{}.log", self.package));
        if is_on_path(&["cargo-binstall"])
            && run_logged(&title, self.fetch_binary(), &log).is_ok()
            && self.is_there()
        {
            return Ok(());
        }
        // A package whose lock file names a dependency that has been withdrawn installs without it.
        run_logged(&title, self.compile(folder, &["--locked"]), &log)
            .or_else(|_| run_logged(&title, self.compile(folder, &[]), &log))
    }

    fn fetch_binary(&self) -> Command {
        let mut command = Command::new(env!("CARGO"));
        command
            .args(["binstall", self.package, "--version", &self.version])
            .args(["--no-confirm", "--force", "--root"])
            .arg(tools())
            // nobody's binaries but those of the tool's authors
            .args(["--disable-strategies", "quick-install,compile"])
            .stdin(Stdio::null())
            .current_dir(std::env::temp_dir());
        command
    }

    /// Unoptimised: building a tool takes longer than its work.
    fn compile(&self, folder: &str, options: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO"));
        command
            .args(["install", self.package, "--version", &self.version])
            .args(["--force", "--root"])
            .arg(tools())
            .args(self.options)
            .args(options)
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .env("CARGO_TARGET_DIR", tools().join("build").join(folder))
            // Wherever it is called from, this project's flags are not the tool's.
            .current_dir(std::env::temp_dir());
        command
    }
}

/// The version of a package in Cargo.lock, by what Cargo says of it: `registry+...#name@version`.
fn locked_version(package: &str) -> Result<String, String> {
    let said = output(&mut cargo(&["pkgid", "--locked", "--offline", package]))?;
    said.trim()
        .rsplit_once(['@', '#'])
        .map(|(_, version)| version.to_owned())
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
    if is_on_path(&["chromium", "google-chrome"]) && is_on_path(&["chromedriver"]) {
        return Ok(());
    }
    let is_root = output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    if !(is_on_path(&["apt-get"]) && is_root) {
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

fn is_on_path(names: &[&str]) -> bool {
    names.iter().any(|name| {
        let path = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&path).any(|folder| {
            folder
                .join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
                .is_file()
        })
    })
}
