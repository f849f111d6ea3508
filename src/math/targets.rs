//! Targets of a prediction: columns that stay where they are, layer beside layer.

use nalgebra::DMatrix;

/// Targets over all stimuli, each a column of n numbers.
#[derive(Debug, Clone)]
pub struct Targets<'a> {
    stimuli: usize,
    columns: Vec<&'a [f32]>,
}

impl<'a> Targets<'a> {
    /// The columns of some layers (n numbers each, column after column), side by side.
    #[must_use]
    pub fn new(stimuli: usize, layers: &[&'a [f32]]) -> Self {
        let columns = layers
            .iter()
            .flat_map(|layer| layer.chunks_exact(stimuli.max(1)));
        Self {
            stimuli,
            columns: columns.collect(),
        }
    }

    /// The columns of a matrix (n x t).
    #[must_use]
    pub fn of(matrix: &'a DMatrix<f32>) -> Self {
        Self::new(matrix.nrows(), &[matrix.as_slice()])
    }

    /// Number of stimuli n.
    #[must_use]
    pub fn stimuli(&self) -> usize {
        self.stimuli
    }

    /// Number of targets t.
    #[must_use]
    pub fn count(&self) -> usize {
        self.columns.len()
    }

    /// The columns.
    #[must_use]
    pub fn columns(&self) -> &[&'a [f32]] {
        &self.columns
    }
}
