//! What must leave every score as it was, on random studies.

use nalgebra::DMatrix;
use proptest::prelude::*;
use universal_dimensions::analysis::Options;
use universal_dimensions::blocks::Key;
use universal_dimensions::engine::Engine;
use universal_dimensions::engine::native::NativeEngine;
use universal_dimensions::formats::{About, Element, NamedArray, Values};
use universal_dimensions::math::random::Generator;
use universal_dimensions::results::Dimensions;
use universal_dimensions::study::survey::survey;
use universal_dimensions::study::{Collection, ReadItem, Study};
use universal_dimensions::tasks::KINDS;

use crate::support::analyse_study;

/// A file with ids: name, rows, and the id of each row.
#[derive(Clone)]
pub struct File {
    pub name: &'static str,
    pub a: DMatrix<f64>,
    pub ids: Vec<String>,
}

pub const N: usize = 30;

pub fn normal(generator: &mut Generator, rows: usize, columns: usize) -> DMatrix<f64> {
    DMatrix::from_fn(rows, columns, |_, _| generator.normal())
}

/// Three networks and a subject that share some latents.
pub fn files(seed: u64) -> Vec<File> {
    let mut generator = Generator::new(seed);
    let latents = normal(&mut generator, N, 4);
    [
        ("a__x", 12),
        ("b__x", 40),
        ("c__x", 20),
        ("responses_V__s", 35),
    ]
    .map(|(name, units)| {
        let weights = normal(&mut generator, 4, units);
        File {
            name,
            a: &latents * weights + normal(&mut generator, N, units),
            ids: (0..N).map(|i| format!("im{i:02}")).collect(),
        }
    })
    .to_vec()
}

fn table(files: &[File]) -> Dimensions {
    let (engine, study) = study(files);
    analyse_study(&engine, &study, &Options::default()).dimensions
}

/// The study that files make, with their numbers on the engine's store.
pub fn study(files: &[File]) -> (NativeEngine, Study) {
    let engine = NativeEngine::new(KINDS);
    let mut collection = Collection::default();
    for (index, file) in files.iter().enumerate() {
        let array = NamedArray {
            path: format!("{index}/{}.csv", file.name),
            shape: vec![file.a.nrows(), file.a.ncols()],
            element: Element::TEXT,
            values: Values::F64(file.a.transpose().as_slice().to_vec()),
            ids: Some(file.ids.clone()),
            about: About::default(),
        };
        let ids = collection.add(vec![ReadItem::Array(Box::new(survey(&array)))]);
        engine.put(Key::of_array(ids[0]), array.values.into());
    }
    collection.settle();
    let study = collection.assemble().study.expect("complete");
    (engine, study)
}

/// The tables have the same dimensions with the same scores, to rounding.
fn assert_same(before: &Dimensions, after: &Dimensions) {
    assert_eq!(before.len(), after.len());
    assert!(before.len() > 20);
    for row in 0..before.len() {
        assert!((before.variance[row] / after.variance[row] - 1.0).abs() < 1e-6);
        let pairs = [
            (before.universality[row], after.universality[row]),
            (
                before.alignment[0].scores[row],
                after.alignment[0].scores[row],
            ),
        ];
        for (a, b) in pairs {
            assert!((a - b).abs() < 1e-3, "row {row}: {a} became {b}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn rotating_the_units_of_a_layer(seed in 0_u64..1000, which in 0_usize..4) {
        let before = files(seed);
        let mut after = before.clone();
        let units = after[which].a.ncols();
        let rotation = normal(&mut Generator::new(seed + 1), units, units).qr().q();
        after[which].a = &after[which].a * rotation;
        assert_same(&table(&before), &table(&after));
    }

    #[test]
    fn shuffling_the_rows_of_a_file_with_their_ids(seed in 0_u64..1000, which in 0_usize..4) {
        let before = files(seed);
        let mut after = before.clone();
        let order = Generator::new(seed + 2).permutation(N);
        after[which].a = before[which].a.select_rows(&order);
        after[which].ids = order.iter().map(|&i| before[which].ids[i].clone()).collect();
        assert_same(&table(&before), &table(&after));
    }

    #[test]
    fn adding_a_constant_unit(seed in 0_u64..1000, which in 0_usize..4, value in -50.0..50.0) {
        let before = files(seed);
        let mut after = before.clone();
        let units = after[which].a.ncols();
        after[which].a = after[which].a.clone().insert_column(units / 2, value);
        assert_same(&table(&before), &table(&after));
    }

    #[test]
    fn splitting_a_layer_over_two_files(seed in 0_u64..1000, which in 0_usize..3) {
        let before = files(seed);
        let mut after = before.clone();
        let half = after[which].a.ncols() / 2;
        let mut rest = after[which].clone();
        rest.a = rest.a.remove_columns(0, half);
        let from_half = after[which].a.ncols() - half;
        after[which].a = after[which].a.clone().remove_columns(half, from_half);
        after.push(rest);
        assert_same(&table(&before), &table(&after));
    }
}
