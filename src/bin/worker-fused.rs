//! The worker for browsers with relaxed SIMD: the same, but that its products fuse multiplication and
//! addition.

#[cfg(target_arch = "wasm32")]
fn main() {
    universal_dimensions::math::packed_product::fuse();
    universal_dimensions::engine::web::serve(universal_dimensions::tasks::KINDS);
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {}
