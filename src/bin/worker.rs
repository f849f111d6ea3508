//! A Web Worker that computes for the page.

#[cfg(target_arch = "wasm32")]
fn main() {
    console_error_panic_hook::set_once();
    universal_dimensions::engine::web::serve(universal_dimensions::tasks::KINDS);
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {}
