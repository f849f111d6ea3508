//! The page.

#[cfg(target_arch = "wasm32")]
fn main() {
    universal_dimensions::app::mount();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {}
