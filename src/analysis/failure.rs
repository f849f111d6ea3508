//! What is told when the mathematics refuses.

use crate::math::MathError;
use crate::problem::Problem;

pub fn math_problem(error: MathError) -> Problem {
    Problem::error("", error.to_string())
        .expected("finite numbers of matching shapes")
        .hint("Look for extreme values in the file")
}
