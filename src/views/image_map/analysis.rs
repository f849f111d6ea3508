//! The stimuli on a plane, by what some dimensions say of them (METHOD 9).

use nalgebra::DMatrix;
use serde::{Deserialize, Serialize};
use strum::VariantArray;

use crate::blocks::{Block, no_input};
use crate::jobs::{BlockTask, Task};
use crate::math::layout::{Umap, distances, metric_mds, principal_plane, trustworthiness, umap};
use crate::problem::Problem;

/// How stimuli are laid out.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, VariantArray,
)]
pub enum Method {
    /// UMAP, 15 neighbours, min_dist 0.1.
    #[default]
    Umap,
    /// The two leading principal components.
    Pca,
    /// Metric multidimensional scaling.
    Mds,
}

impl Method {
    /// What it is called on the page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Method::Umap => "UMAP",
            Method::Pca => "PCA",
            Method::Mds => "Metric MDS",
        }
    }
}

/// Neighbours over which trustworthiness is taken, fewer where there are fewer than thirty stimuli.
pub const NEIGHBOURS: usize = 15;

/// Scores T of some layers -> positions of the stimuli (n x 2), [trustworthiness, its neighbours].
/// Each dimension is scaled to unit variance first, so that all say equally much.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImageMap {
    /// Number of stimuli n.
    pub stimuli: usize,
    /// The dimensions: index of the layer among the inputs, and component from 0.
    pub dimensions: Vec<(usize, usize)>,
    /// How to lay out.
    pub method: Method,
    /// Seed of the layout.
    pub seed: u64,
}

impl Task for ImageMap {
    const KIND: &'static str = "image map";

    fn describe(&self) -> String {
        "laying stimuli out".into()
    }
}

impl BlockTask for ImageMap {
    fn run(&self, inputs: &[&Block]) -> Result<Vec<Block>, Problem> {
        let n = self.stimuli;
        let mut points = DMatrix::zeros(n, self.dimensions.len());
        for (mut column, &(layer, component)) in points.column_iter_mut().zip(&self.dimensions) {
            let scores = inputs
                .get(layer)
                .and_then(|block| block.as_f32())
                .and_then(|scores| scores.get(component * n..(component + 1) * n))
                .ok_or_else(no_input)?;
            let mean = scores.iter().map(|&v| f64::from(v)).sum::<f64>() / n as f64;
            let squares: f64 = scores.iter().map(|&v| (f64::from(v) - mean).powi(2)).sum();
            let deviation = (squares / n as f64).sqrt();
            for (value, &score) in column.iter_mut().zip(scores) {
                *value = if deviation > 0.0 {
                    (f64::from(score) - mean) / deviation
                } else {
                    0.0
                };
            }
        }
        let plane = match self.method {
            Method::Umap => umap(
                &points,
                Umap {
                    seed: self.seed,
                    ..Umap::default()
                },
            ),
            Method::Pca => principal_plane(&points),
            Method::Mds => metric_mds(&points),
        };
        let neighbours = NEIGHBOURS.min(n.saturating_sub(1) / 2);
        let trust = trustworthiness(&distances(&points), &distances(&plane), neighbours);
        Ok(vec![
            Block::F64(plane.as_slice().to_vec()),
            Block::F64(vec![trust, neighbours as f64]),
        ])
    }
}
