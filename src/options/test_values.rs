//! Options for property tests.

use proptest::option;
use proptest::prelude::*;

use super::{
    BOOTSTRAPS, Bounds, COMPONENTS, Components, DRAWS, FOLDS, PERMUTATIONS, PartialOptions,
    RDM_SCALE, Words,
};

fn count(bounds: Bounds) -> impl Strategy<Value = usize> {
    (bounds.least..=bounds.most).prop_map(|number| number as usize)
}

fn word<T: Words + std::fmt::Debug>() -> impl Strategy<Value = T> {
    (0..T::WORDS.len()).prop_map(|index| T::WORDS[index].1)
}

/// A scale in thousandths: as many digits as anybody writes.
fn scale() -> impl Strategy<Value = f64> {
    let thousandths = 1..=(RDM_SCALE.most * 1000.0) as u64;
    thousandths.prop_map(|thousandths| thousandths as f64 / 1000.0)
}

/// Any options that may be said, each or none, often the default.
pub fn some_options() -> impl Strategy<Value = PartialOptions> {
    let components = prop_oneof![
        Just(Components::All),
        count(COMPONENTS).prop_map(Components::AtMost)
    ];
    let analysis = (
        option::of(word()),
        option::of(components),
        option::of(prop_oneof![Just(5), count(FOLDS)]),
        option::of(prop_oneof![Just(11), any::<u64>()]),
        option::of(word()),
        option::of(word()),
        option::of(prop_oneof![Just(1000.0), scale()]),
        option::of(word()),
        option::of(word()),
    );
    let resampling = (
        option::of(prop_oneof![Just(100), count(PERMUTATIONS)]),
        option::of(prop_oneof![Just(1000), count(BOOTSTRAPS)]),
        option::of(prop_oneof![Just(200), count(DRAWS)]),
        option::of(prop_oneof![Just(0), any::<u64>()]),
    );
    (analysis, resampling).prop_map(|(analysis, resampling)| {
        let (mapping, components, folds, seed, pooling, z_score, rdm_scale, scope, pairs) =
            analysis;
        let (permutations, bootstraps, draws, resampling_seed) = resampling;
        PartialOptions {
            mapping,
            components,
            folds,
            seed,
            pooling,
            z_score,
            rdm_scale,
            scope,
            pairs,
            permutations,
            bootstraps,
            draws,
            resampling_seed,
        }
    })
}
