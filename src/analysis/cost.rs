//! What work takes on the reference machine, for progress and estimates.

/// Handing a job to a worker and taking its blocks back.
pub const SECONDS_A_JOB: f64 = 2e-3;

/// Measured in Chromium at 698 x 698: 110 ms.
pub fn seconds_of_eigen(n: f64) -> f64 {
    3.2e-10 * n * n * n
}

/// 21 GFLOP/s, two operations for each multiply-add.
pub fn seconds_of_product_f64(multiply_adds: f64) -> f64 {
    multiply_adds * 2.0 / 21e9
}

/// 43 GFLOP/s.
pub fn seconds_of_product_f32(multiply_adds: f64) -> f64 {
    multiply_adds * 2.0 / 43e9
}
