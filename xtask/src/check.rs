//! Format, types, lints and documentation, natively and for the browser.

use crate::cargo;
use crate::steps::run;
use crate::tools::{WASM, install_target};

/// Format, lints and documentation; any warning fails.
///
/// # Errors
/// A sentence with the command that failed.
pub fn check() -> Result<(), String> {
    install_target()?;
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
        WASM,
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
    ]))?;
    let mut documentation = cargo(&["doc", "--locked", "--no-deps", "--lib"]);
    documentation.env("RUSTDOCFLAGS", "--deny warnings");
    run(documentation)
}

/// Format and types of the library: what to ask for after every change.
///
/// # Errors
/// A sentence with the command that failed.
pub fn quick() -> Result<(), String> {
    install_target()?;
    run(cargo(&["fmt", "--all", "--check"]))?;
    run(cargo(&["check", "--locked", "--lib"]))?;
    run(cargo(&["check", "--locked", "--lib", "--target", WASM]))
}
