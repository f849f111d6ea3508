//! What a link carries of the simulation: its knobs.

use super::analysis::Simulation;
use crate::link::{Field, Settings, number_field};
use crate::options::SEED;

impl Settings for Simulation {
    const FIELDS: &'static [Field<Self>] = &[
        number_field!("simstimuli", "Stimuli", stimuli, |text| Self::STIMULI
            .read_count(text)),
        number_field!("simnetworks", "Networks", networks, |text| Self::NETWORKS
            .read_count(text)),
        number_field!("simlike", "See like brains", like_brains, |text| {
            Self::LIKE_BRAINS.read_count(text)
        }),
        number_field!("simbrains", "Brains", brains, |text| Self::BRAINS
            .read_count(text)),
        number_field!("simfeatures", "Features", features, |text| Self::FEATURES
            .read_count(text)),
        number_field!("simbrainnoise", "Noise of brains", brain_noise, |text| {
            Self::NOISE.read(text)
        }),
        number_field!("simnoise", "Noise of networks", network_noise, |text| {
            Self::NOISE.read(text)
        }),
        number_field!("simseed", "Seed of simulation", seed, |text| SEED
            .read(text)),
    ];

    fn settled(self) -> Self {
        self.clamped()
    }
}
