//! A Web Worker that computes for the page.

#[cfg(target_arch = "wasm32")]
fn main() {
    universal_dimensions::engine::web::serve(universal_dimensions::tasks::KINDS);
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {}
