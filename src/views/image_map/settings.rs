//! How stimuli are laid out.

use super::analysis::Method;
use crate::link::{Field, Settings, Words, choice_field, number_field};
use crate::options::{Bounds, SEED};
use crate::results::Pool;

/// How stimuli are laid out.
#[derive(Debug, Clone, PartialEq)]
pub struct ImageMapSettings {
    /// Which dimensions lay them out.
    pub pool: Pool,
    /// How many.
    pub count: usize,
    /// By which method.
    pub method: Method,
    /// Seed of the layout.
    pub seed: u64,
}

impl ImageMapSettings {
    /// How many dimensions may be pooled.
    pub const POOLED: Bounds = Bounds::new(2, 2000);
}

impl Default for ImageMapSettings {
    fn default() -> Self {
        Self {
            pool: Pool::MostUniversal,
            count: 100,
            method: Method::Umap,
            seed: 0,
        }
    }
}

const POOLS: Words<Pool> = &[
    ("most-universal", Pool::MostUniversal),
    ("least-universal", Pool::LeastUniversal),
    ("most-aligned", Pool::MostAligned),
];
const METHODS: Words<Method> = &[
    ("umap", Method::Umap),
    ("pca", Method::Pca),
    ("mds", Method::Mds),
];

impl Settings for ImageMapSettings {
    const FIELDS: &'static [Field<Self>] = &[
        choice_field!("pool", "Dimensions", POOLS, pool),
        number_field!("pooled", "Pooled", count, |text| Self::POOLED
            .read_count(text)),
        choice_field!("layout", "Layout", METHODS, method),
        number_field!("layoutseed", "Layout seed", seed, |text| SEED.read(text)),
    ];
}
