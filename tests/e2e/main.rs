//! The built page in a real browser, through WebDriver. `cargo xtask test` builds `dist/` first.

#![cfg(not(target_arch = "wasm32"))]

mod bad_input;
mod faults;
mod files;
mod first_visit;
mod formats;
mod history;
mod hosted;
mod leaks;
mod links;
mod losses;
mod own_files;
mod page;
mod policy;
mod shared;
mod shown;
mod site;
mod views;
