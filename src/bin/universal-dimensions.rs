//! The command line: the page's analyses on all cores, without a browser.

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    universal_dimensions::command_line::main()
}

#[cfg(target_arch = "wasm32")]
fn main() {}
