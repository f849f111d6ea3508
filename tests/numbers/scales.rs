//! The scale of what is brought: where nothing depends on it no score changes, and where the absolute penalties of
//! ridge regression do, numbers beyond their reach are refused with the factor to multiply by.

use nalgebra::DMatrix;
use universal_dimensions::analysis::{Options, Resampling};
use universal_dimensions::engine::Stopped;
use universal_dimensions::math::ridge::Mapping;
use universal_dimensions::problem::Problem;
use universal_dimensions::views::image_map::analysis::Method;
use universal_dimensions::workflow::SecondaryAnalyses;
use universal_dimensions::workflow::{Outcome, analyse};

use crate::invariances::{File, N, files, normal, study};

const SCALES: [f64; 9] = [1e-60, 1e-30, 1e-25, 1e-15, 1e-7, 1e7, 1e19, 1e30, 1e60];

/// Two layers in the first network, one in the others, a subject by responses, and two by RDMs.
fn brought() -> Vec<File> {
    let mut all = files(5);
    let generator = &mut universal_dimensions::math::random::Generator::new(99);
    let mut deeper = all[0].clone();
    deeper.name = "a__y";
    deeper.a = &all[1].a * normal(generator, all[1].a.ncols(), 9) * 0.2;
    all.push(deeper);
    for name in ["rdm_V__r", "rdm_V__t"] {
        let patterns = &all[3].a + normal(generator, N, all[3].a.ncols());
        let distance = |i, j| (patterns.row(i) - patterns.row(j)).norm_squared();
        let mut rdm = all[0].clone();
        rdm.name = name;
        rdm.a = DMatrix::from_fn(N, N, distance) / 80.0;
        all.push(rdm);
    }
    all
}

/// Files whose names begin so, times a number.
fn scaled(files: &[File], prefix: &str, scale: f64) -> Vec<File> {
    let mut scaled = files.to_vec();
    for file in scaled
        .iter_mut()
        .filter(|file| file.name.starts_with(prefix))
    {
        file.a *= scale;
    }
    scaled
}

fn analysed(files: &[File], options: &Options) -> Result<Outcome, Problem> {
    let (engine, study) = study(files);
    match pollster::block_on(analyse(&engine, &study, options, &|_| {})) {
        Ok(outcome) => Ok(outcome),
        Err(Stopped::Failed(problem) | Stopped::BrokeDown(problem)) => Err(problem),
        Err(Stopped::Cancelled) => panic!("nobody cancels"),
    }
}

fn by(mapping: Mapping) -> Options {
    Options {
        mapping,
        ..Options::default()
    }
}

/// The same dimensions with the same scores; variances have the unit of the activations.
fn assert_same(usual: &Outcome, other: &Outcome, what: &str) {
    let (usual, other) = (&usual.dimensions, &other.dimensions);
    assert_eq!(usual.len(), other.len(), "{what}");
    let columns = |of: &universal_dimensions::results::Dimensions| {
        let mut columns = vec![of.universality.clone(), of.variance_share.clone()];
        for region in &of.alignment {
            columns.push(region.scores.clone());
            columns.push(region.reliability.clone());
        }
        columns
    };
    for (usual, other) in columns(usual).iter().zip(&columns(other)) {
        for (row, (a, b)) in usual.iter().zip(other).enumerate() {
            let is_same = (a - b).abs() < 1e-6 || (a.is_nan() && b.is_nan());
            assert!(is_same, "{what}, row {row}: {a} became {b}");
        }
    }
}

#[test]
fn without_penalties_no_scale_changes_a_score() {
    let usual = brought();
    for mapping in [Mapping::Ols, Mapping::OneToOne] {
        let options = by(mapping);
        let before = analysed(&usual, &options).expect("ends");
        for scale in SCALES {
            // a network of one layer, all layers of another, and brains
            for prefix in ["b__", "a__", "responses_", "rdm_"] {
                let after = analysed(&scaled(&usual, prefix, scale), &options).expect("ends");
                assert_same(&before, &after, &format!("{mapping:?}, {prefix} {scale}"));
            }
        }
    }
}

#[test]
fn rdms_and_z_scored_voxels_have_no_scale() {
    let usual = brought();
    let options = Options {
        z_score: true,
        ..Options::default()
    };
    let before = analysed(&usual, &options).expect("ends");
    for scale in SCALES {
        for prefix in ["responses_", "rdm_"] {
            let after = analysed(&scaled(&usual, prefix, scale), &options).expect("ends");
            assert_same(&before, &after, &format!("{prefix} {scale}"));
        }
    }
}

#[test]
fn what_no_penalty_reaches_is_refused_with_the_factor() {
    let usual = brought();
    let options = Options::default();
    analysed(&usual, &options).expect("ends");
    for scale in SCALES {
        for (prefix, file) in [
            ("b__", "b__x"),
            ("a__", "a__"),
            ("responses_", "responses_V__s"),
        ] {
            if scale == 1e7 && prefix == "b__" {
                continue;
            }
            let refused = analysed(&scaled(&usual, prefix, scale), &options);
            let Err(refused) = refused else {
                // at the margin it is said
                let said = refused.expect("ends").warnings;
                let said: Vec<String> = said.iter().map(ToString::to_string).collect();
                assert!(
                    scale == 1e7
                        && said
                            .iter()
                            .any(|text| text.contains("multiply them by 1e-")),
                    "{prefix} {scale}: {said:?}"
                );
                continue;
            };
            assert!(refused.file.contains(file), "{refused}");
            let kind = if scale < 1.0 { "small" } else { "large" };
            assert!(refused.found.contains(&format!("too {kind}")), "{refused}");
            // following the advice makes it work
            let (_, factor) = refused.hint.split_once(" by ").expect("a factor");
            let factor = factor.split([' ', ',']).next().expect("a factor");
            let factor: f64 = factor.parse().expect("a number");
            assert!((0.05..20.0).contains(&(factor * scale)), "{refused}");
            analysed(&scaled(&usual, prefix, scale * factor), &options).expect("ends");
        }
    }
}

#[test]
fn a_layer_that_is_lost_among_others_is_named() {
    let usual = brought();
    for mapping in [Mapping::Ridge, Mapping::Ols] {
        let refused = analysed(&scaled(&usual, "a__y", 1e-25), &by(mapping)).expect_err("refused");
        assert!(refused.file.contains("a__y"), "{refused}");
        assert!(
            refused.hint.contains("Multiply this layer by 1e2"),
            "{refused}"
        );
        let told = analysed(&scaled(&usual, "a__y", 1e-10), &by(mapping)).expect("ends");
        let told: Vec<String> = told.warnings.iter().map(ToString::to_string).collect();
        assert!(
            told.iter()
                .any(|text| text.contains("a__y") && text.contains("adds nothing")),
            "{told:?}"
        );
    }
    // one by one, units need not be added up
    let before = analysed(&usual, &by(Mapping::OneToOne)).expect("ends");
    for scale in SCALES {
        let after = analysed(&scaled(&usual, "a__y", scale), &by(Mapping::OneToOne));
        assert_same(&before, &after.expect("ends"), &format!("{scale}"));
    }
}

#[test]
fn what_double_precision_cannot_hold_is_refused() {
    let usual = brought();
    for mapping in [Mapping::Ridge, Mapping::Ols, Mapping::OneToOne] {
        for scale in [1e-300, 1e-160, 1e-100, 1e100, 1e160, 1e300] {
            for (prefix, file) in [("b__", "b__x"), ("responses_", "responses_V__s")] {
                let refused = analysed(&scaled(&usual, prefix, scale), &by(mapping));
                let refused = refused.expect_err("refused");
                assert!(refused.file.contains(file), "{refused}");
                assert!(refused.hint.contains("Multiply them by 1e"), "{refused}");
            }
        }
    }
    // the squares of distances are another matter: their scale is not used
    let before = analysed(&usual, &Options::default()).expect("ends");
    for scale in [1e-300, 1e-160, 1e160, 1e300] {
        let after = analysed(&scaled(&usual, "rdm_", scale), &Options::default());
        assert_same(&before, &after.expect("ends"), &format!("RDMs, {scale}"));
    }
}

#[test]
fn secondary_analyses_do_not_depend_on_the_scale() {
    let usual = brought();
    let options = by(Mapping::Ols);
    let resampling = Resampling {
        permutations: 2,
        bootstraps: 20,
        draws: 2,
        seed: 1,
    };
    let secondary = |files: &[File]| {
        let (engine, study) = study(files);
        let outcome = pollster::block_on(analyse(&engine, &study, &options, &|_| {}));
        let table = outcome.expect("ends").dimensions;
        let secondary = SecondaryAnalyses {
            engine: &engine,
            study: &study,
            options: &options,
            table: &table,
            report: &|_| {},
        };
        let mut numbers = Vec::new();
        let reduced = pollster::block_on(secondary.reduced_rsa(resampling)).expect("ends");
        for curves in &reduced.curves {
            numbers.extend(curves.all.iter().copied());
            numbers.extend(curves.kept.iter().map(|kept| kept[0][0]));
        }
        let null = pollster::block_on(secondary.null_lines(resampling)).expect("ends");
        numbers.push(null.universality);
        numbers.extend(null.alignment);
        let ones = pollster::block_on(secondary.single_dimension_rsa()).expect("ends");
        numbers.extend(ones.into_iter().flatten());
        for row in [0, table.len() - 1] {
            let alike = pollster::block_on(secondary.neighbours(row, 3)).expect("ends");
            numbers.extend(alike.iter().map(|(_, r)| r.abs()));
        }
        let map = pollster::block_on(secondary.image_map(&[0, 3, table.len() - 1], Method::Pca, 1));
        let map = map.expect("ends");
        numbers.push(map.trustworthiness.0);
        numbers.extend(map.positions.iter().map(|(x, y)| x.hypot(*y)));
        numbers
    };
    let before = secondary(&usual);
    assert!(before.len() > 50 && before.iter().all(|number| number.is_finite()));
    for scale in [1e-60, 1e-25, 1e25, 1e60] {
        for prefix in ["a__", "b__", "responses_", "rdm_"] {
            let after = secondary(&scaled(&usual, prefix, scale));
            assert_eq!(before.len(), after.len());
            for (a, b) in before.iter().zip(&after) {
                assert!((a - b).abs() < 1e-6, "{prefix} {scale}: {a} became {b}");
            }
        }
    }
}
