//! The built-in study "Shared latents": networks and subjects that see the same images through
//! some latent dimensions that all of them share and others that are each one's own. Whoever opens
//! the page sees at once what the analysis finds in data of which the truth is known.

use nalgebra::DMatrix;

use crate::blocks::{Block, Key};
use crate::digest::Digest;
use crate::math::random::Generator;
use crate::options::Bounds;
use crate::study::roles::{Axes, Distance};
use crate::study::{Brain, Layer, Measure, Network, Part, Stimuli, Study};

/// What may be turned; the defaults are what a first visit shows.
#[derive(Debug, Clone, Copy, PartialEq, Hash)]
pub struct Knobs {
    /// Networks, 2 to 12.
    pub networks: u32,
    /// Latent dimensions that all networks and brains share, 0 to 20.
    pub shared: u32,
    /// Latent dimensions of each network's own, 0 to 40.
    pub private: u32,
    /// Standard deviation of the noise in hundredths of that of a latent, 0 to 400.
    pub noise: u32,
    /// Seed of everything drawn.
    pub seed: u32,
}

impl Default for Knobs {
    fn default() -> Self {
        Self {
            networks: 8,
            shared: 6,
            private: 24,
            noise: 60,
            seed: 1,
        }
    }
}

/// Name of the demo in a link.
pub const NAME: &str = "shared-latents";
/// Its title.
pub const TITLE: &str = "Shared latents";

/// Stimuli of the demo.
pub const STIMULI: usize = 120;
const SUBJECTS: usize = 4;
const UNITS: usize = 48;
const VOXELS: usize = 80;
const LAYERS: [&str; 2] = ["early", "late"];

impl Knobs {
    /// Networks.
    pub const NETWORKS: Bounds = Bounds::new(2, 12);
    /// Shared latent dimensions.
    pub const SHARED: Bounds = Bounds::new(0, 20);
    /// Private latent dimensions.
    pub const PRIVATE: Bounds = Bounds::new(0, 40);
    /// Noise, in hundredths.
    pub const NOISE: Bounds = Bounds::new(0, 400);
    /// Seeds.
    pub const SEED: Bounds = Bounds::new(0, u32::MAX as u64);

    /// The same knobs within their ranges.
    #[must_use]
    pub fn clamped(self) -> Self {
        Self {
            networks: Self::NETWORKS.clamp(self.networks),
            shared: Self::SHARED.clamp(self.shared),
            private: Self::PRIVATE.clamp(self.private),
            noise: Self::NOISE.clamp(self.noise),
            seed: self.seed,
        }
    }
}

/// The study and the numbers of its arrays.
#[must_use]
pub fn shared_latents(knobs: Knobs) -> (Study, Vec<(Key, Block)>) {
    let knobs = knobs.clamped();
    let mut make = Maker {
        generator: Generator::new(u64::from(knobs.seed)),
        knobs,
        arrays: Vec::new(),
    };
    let latents = make.normal(STIMULI, knobs.shared as usize);
    let networks = (0..knobs.networks)
        .map(|network| make.network(network, &latents))
        .collect();
    let brains = (1..=SUBJECTS)
        .map(|subject| make.brain(subject, &latents))
        .collect();
    let study = Study {
        title: TITLE.into(),
        stimuli: Stimuli {
            ids: (1..=STIMULI).map(|i| format!("picture {i:03}")).collect(),
            shown: (0..STIMULI).collect(),
            has_ids: true,
            ..Stimuli::default()
        },
        networks,
        brains,
        model_rdms: Vec::new(),
    };
    (study, make.arrays)
}

struct Maker {
    generator: Generator,
    knobs: Knobs,
    arrays: Vec<(Key, Block)>,
}

impl Maker {
    fn normal(&mut self, rows: usize, columns: usize) -> DMatrix<f64> {
        DMatrix::from_fn(rows, columns, |_, _| self.generator.normal())
    }

    /// Responses of `units` units that mix the shared latents, `private` latents of their own, and
    /// noise. Later latents weigh less, as components of natural images do.
    fn responses(
        &mut self,
        latents: &DMatrix<f64>,
        private: &DMatrix<f64>,
        units: usize,
    ) -> DMatrix<f64> {
        let fading = |count: usize, mut weights: DMatrix<f64>| {
            for (k, mut row) in weights.row_iter_mut().enumerate() {
                row *= 1.0 - 0.6 * k as f64 / count.max(1) as f64;
            }
            weights
        };
        let (shared, own) = (latents.ncols(), private.ncols());
        let shared_weights = fading(shared, self.normal(shared, units));
        let own_weights = fading(own, self.normal(own, units));
        let noise = f64::from(self.knobs.noise) / 100.0;
        // by dot products: they are small, and nalgebra's other way brings kernels for large ones
        latents.transpose().tr_mul(&shared_weights)
            + private.transpose().tr_mul(&own_weights)
            + self.normal(latents.nrows(), units) * (noise * (latents.ncols().max(1) as f64).sqrt())
    }

    fn network(&mut self, network: u32, latents: &DMatrix<f64>) -> Network {
        let private = self.normal(STIMULI, self.knobs.private as usize);
        let name = format!("network {}", network + 1);
        Network {
            layers: LAYERS
                .iter()
                .map(|layer| {
                    let a = self.responses(latents, &private, UNITS);
                    let path = format!("{name}__{layer}");
                    Layer {
                        name: (*layer).into(),
                        parts: vec![self.keep(path, &a, Axes::StimuliUnits)],
                        fitting: Vec::new(),
                    }
                })
                .collect(),
            set: "Simulated".into(),
            same_as: None,
            name,
        }
    }

    fn brain(&mut self, subject: usize, latents: &DMatrix<f64>) -> Brain {
        let private = self.normal(STIMULI, (self.knobs.private / 2) as usize);
        let mut patterns = self.responses(latents, &private, VOXELS).transpose();
        crate::math::gram::z_score_columns(&mut patterns);
        let rdm = (patterns.tr_mul(&patterns) / VOXELS as f64).map(|r| 1.0 - r);
        let subject = format!("sub-{subject:02}");
        Brain {
            part: self.keep(format!("rdm_cortex__{subject}"), &rdm, Axes::Square),
            subject,
            roi: "cortex".into(),
            measure: Measure::Rdm {
                distance: Distance::Correlation,
                similarity: false,
                slice: 0,
            },
        }
    }

    fn keep(&mut self, path: String, a: &DMatrix<f64>, axes: Axes) -> Part {
        let what = ("demo", self.knobs, self.arrays.len());
        let key = Key::of(&what);
        // C order is the column order of the transpose.
        let values = a.transpose().iter().map(|&value| value as f32).collect();
        let array = key.as_array();
        self.arrays.push((Key::of_array(array), Block::F32(values)));
        Part {
            array,
            digest: Digest::of(&what),
            path,
            shape: vec![a.nrows(), a.ncols()],
            axes,
            rows: (0..STIMULI as u32).collect(),
        }
    }
}
