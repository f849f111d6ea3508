//! What work takes on the reference machine, for progress and estimates.

/// Handing a job to a worker and taking its blocks back.
pub const SECONDS_A_JOB: f64 = 2e-3;

/// Eigendecomposition of a symmetric matrix (n x n): measured in the middle of a run in Chromium, two workers, 697 x 697: 290 ms. By itself it takes 110.
#[must_use]
pub fn seconds_of_eigen(n: f64) -> f64 {
    8.5e-10 * n * n * n
}

/// Products in double precision: 21 GFLOP/s, two operations for each multiply-add.
#[must_use]
pub fn seconds_of_product_f64(multiply_adds: f64) -> f64 {
    multiply_adds * 2.0 / 21e9
}

/// Products in single precision: 32 GFLOP/s, with what lies between the products.
#[must_use]
pub fn seconds_of_product_f32(multiply_adds: f64) -> f64 {
    multiply_adds * 2.0 / 32e9
}
