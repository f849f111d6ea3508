//! The numerics, on nalgebra matrices: nothing here knows of networks, brains, files or browsers.

pub mod density;
pub mod folds;
pub mod gram;
pub mod layout;
pub mod linalg;
pub mod one_to_one;
pub mod packed_product;
pub mod pca;
pub mod random;
pub mod ranks;
pub mod reliability;
pub mod ridge;
pub mod rsa;
pub mod scale;
pub mod shared_dimensions;
pub mod summary;
pub mod targets;

/// What can go wrong in a computation that was given well-typed numbers.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum MathError {
    /// Two operands whose sizes do not fit each other.
    #[error("{what}: sizes {left:?} and {right:?} do not fit")]
    Shape {
        /// The operation.
        what: &'static str,
        /// Rows and columns of the first operand.
        left: (usize, usize),
        /// Rows and columns of the second operand.
        right: (usize, usize),
    },
    /// A value that is NaN or infinite where only finite numbers have a meaning.
    #[error("a value is NaN or infinite")]
    NotFinite,
    /// An eigendecomposition that did not converge.
    #[error("the eigendecomposition did not converge")]
    NoConvergence,
    /// Fewer stimuli than the folds need.
    #[error("{stimuli} stimuli cannot be cut into {folds} folds: each fold needs at least 2")]
    TooFewStimuli {
        /// Number of stimuli.
        stimuli: usize,
        /// Number of folds asked for.
        folds: usize,
    },
}
