//! The same study as different people write it to disk: other formats, ids of other types, labels beside the
//! layers, packed numbers, axes of length one, rows in another order. Every way gives the same scores, or is
//! refused; none gives other scores.

mod files;

use proptest::prelude::*;
use universal_dimensions::analysis::Options;
use universal_dimensions::blocks::Key;
use universal_dimensions::engine::Engine;
use universal_dimensions::engine::native::NativeEngine;
use universal_dimensions::math::random::Generator;
use universal_dimensions::problem::Problem;
use universal_dimensions::results::Dimensions;
use universal_dimensions::study::{Collection, Payload, read};
use universal_dimensions::tasks::KINDS;

use crate::support::analyse_study;
use files::{Array, WAYS, Way};

const N: usize = 24;

/// Three networks and a subject that share some latents; every number a whole count of 1/256, so that it
/// can be packed into 16 bits and printed without loss.
fn arrays(seed: u64) -> Vec<Array> {
    let mut generator = Generator::new(seed);
    let latents: Vec<f64> = (0..N * 3).map(|_| generator.normal()).collect();
    let mut made = Vec::new();
    for (name, units) in [
        ("a__x", 7),
        ("b__x", 11),
        ("c__x", 9),
        ("responses_V__s", 13),
    ] {
        let weights: Vec<f64> = (0..3 * units).map(|_| generator.normal()).collect();
        let mut values = Vec::with_capacity(N * units);
        for row in 0..N {
            for unit in 0..units {
                let signal: f64 = (0..3)
                    .map(|latent| latents[row * 3 + latent] * weights[latent * units + unit])
                    .sum();
                values.push(((signal + generator.normal()) * 256.0).round() / 256.0);
            }
        }
        made.push(Array {
            name,
            units,
            values,
            // as many digits each, so that they sort as numbers and as text
            ids: (0..N).map(|row| 1000 + 7 * row as u64).collect(),
        });
    }
    made
}

/// The table of a study, or why there is none.
fn table(files: &[(String, Vec<u8>)]) -> Result<Dimensions, Vec<Problem>> {
    let engine = NativeEngine::new(KINDS);
    let mut collection = Collection::default();
    for (path, bytes) in files {
        let (items, contents) = read(path, bytes);
        let ids = collection.add_file(path, items);
        for (id, content) in ids.into_iter().zip(contents) {
            if let Payload::Numbers(values) = content {
                engine.put(Key::of_array(id), values.into());
            }
        }
    }
    collection.settle();
    let assembly = collection.assemble();
    let Some(study) = assembly.study else {
        let all = collection.problems.into_iter().chain(assembly.problems);
        return Err(all.filter(Problem::is_error).collect());
    };
    Ok(analyse_study(&engine, &study, &Options::default()).dimensions)
}

/// The greatest difference of a score; infinite where the tables are of other dimensions.
fn difference(one: &Dimensions, other: &Dimensions) -> f64 {
    if one.len() != other.len() || one.alignment.len() != other.alignment.len() {
        return f64::INFINITY;
    }
    let alignment =
        |table: &Dimensions, row| table.alignment.first().map_or(0.0, |a| a.scores[row]);
    (0..one.len())
        .flat_map(|row| {
            [
                one.universality[row] - other.universality[row],
                alignment(one, row) - alignment(other, row),
                one.variance[row] / other.variance[row] - 1.0,
            ]
        })
        .map(|difference| {
            if difference.is_nan() {
                f64::INFINITY
            } else {
                difference.abs()
            }
        })
        .fold(0.0, f64::max)
}

fn written(arrays: &[Array], ways: &[Way]) -> Vec<(String, Vec<u8>)> {
    arrays
        .iter()
        .zip(ways)
        .map(|(array, way)| way.write(array))
        .collect()
}

/// Ways in which ids are spelled so that they match one to one with those of every other way.
fn way() -> impl Strategy<Value = usize> {
    0..WAYS.len()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_way_of_writing_a_study_gives_its_scores_or_is_refused(
        seed in 0_u64..1000,
        ways in prop::array::uniform4(way()),
        shuffled in prop::array::uniform4(any::<bool>()),
    ) {
        let arrays = arrays(seed);
        let plain = table(&written(&arrays, &[WAYS[0]; 4])).expect("complete");
        let ways = ways.map(|way| WAYS[way]);
        let turned: Vec<Array> = arrays
            .iter()
            .zip(shuffled)
            .zip(ways)
            .enumerate()
            .map(|(index, ((array, shuffled), way))| {
                // rows may change places only where their ids go with them
                if shuffled && way.keeps_ids() {
                    array.in_order(&Generator::new(seed + index as u64).permutation(N))
                } else {
                    array.clone()
                }
            })
            .collect();
        match table(&written(&turned, &ways)) {
            Ok(table) => {
                let off = difference(&plain, &table);
                prop_assert!(off < 1e-3, "{ways:?} shuffled {shuffled:?}: off by {off}");
            }
            Err(problems) => prop_assert!(!problems.is_empty(), "{ways:?}: refused without a word"),
        }
    }
}

/// Each way by itself is read, not refused, so that the property above is about something.
#[test]
fn every_way_alone_gives_the_scores() {
    let arrays = arrays(3);
    let plain = table(&written(&arrays, &[WAYS[0]; 4])).expect("complete");
    for way in WAYS {
        let order = Generator::new(5).permutation(N);
        let turned: Vec<Array> = arrays
            .iter()
            .map(|array| {
                if way.keeps_ids() {
                    array.in_order(&order)
                } else {
                    array.clone()
                }
            })
            .collect();
        let table = table(&written(&turned, &[way; 4]));
        let table = table.unwrap_or_else(|problems| {
            let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
            panic!("{way:?} is refused: {said:?}")
        });
        let off = difference(&plain, &table);
        assert!(off < 1e-3, "{way:?}: off by {off}");
    }
}

/// Rows in different orders without ids that say so cannot be noticed; with ids of which half differ, they
/// are dropped aloud; with ids that are others altogether the study is refused.
#[test]
fn ids_that_are_others_are_refused() {
    let arrays = arrays(4);
    let mut files = written(&arrays, &[WAYS[1]; 4]);
    let text = String::from_utf8(files[0].1.clone()).expect("text");
    files[0].1 = text.replace("\n1", "\nother-1").into_bytes();
    let refused = table(&files).expect_err("other stimuli");
    assert!(
        refused
            .iter()
            .any(|problem| problem.to_string().contains("stimuli are others")),
        "{refused:?}"
    );
}
