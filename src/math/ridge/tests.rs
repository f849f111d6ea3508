//! Ridge against its definition.

use super::*;
use crate::math::folds::folds;
use crate::math::gram::gram_of_units;
use crate::math::random::Generator;

fn random(n: usize, p: usize, seed: u64) -> DMatrix<f64> {
    let mut generator = Generator::new(seed);
    DMatrix::from_fn(n, p, |_, _| generator.normal())
}

/// By way of blocks, as in an analysis.
fn predictor_of(gram: &DMatrix<f64>, fold: &Fold, alphas: &[f64]) -> FoldPredictor {
    let numbers = Decomposition::new(gram, fold)
        .expect("finite")
        .into_numbers();
    let kept = Decomposition::from_numbers(&numbers, fold).expect("as many");
    assert!(Decomposition::from_numbers(&numbers[1..], fold).is_none());
    FoldPredictor::new(kept, fold, alphas).expect("fits")
}

/// Predictions of some stimuli by ridge from others with each alpha, by the singular values of the units, all
/// in double precision (alphas x predictions).
fn ridge(
    x: &DMatrix<f64>,
    y: &[f64],
    [train, test]: [&[usize]; 2],
    alphas: &[f64],
) -> Vec<Vec<f64>> {
    let mut a = x.select_rows(train);
    let means = a.row_mean();
    for mut row in a.row_iter_mut() {
        row -= &means;
    }
    let mean_y = train.iter().map(|&i| y[i]).sum::<f64>() / train.len() as f64;
    let b = DVector::from_iterator(train.len(), train.iter().map(|&i| y[i] - mean_y));
    let svd = a.svd(true, true);
    let along = svd.u.expect("asked for").tr_mul(&b);
    let rotated: Vec<DVector<f64>> = test
        .iter()
        .map(|&i| svd.v_t.as_ref().expect("asked for") * (x.row(i) - &means).transpose())
        .collect();
    let largest = svd.singular_values.amax();
    let with_alpha = |&alpha: &f64| {
        let weights = DVector::from_fn(along.len(), |j, _| {
            let s = svd.singular_values[j];
            if s > 1e-9 * largest {
                along[j] * s / (s * s + alpha)
            } else {
                0.0
            }
        });
        rotated.iter().map(|r| r.dot(&weights) + mean_y).collect()
    };
    alphas.iter().map(with_alpha).collect()
}

/// Ridge by its definition: for every alpha and left-out stimulus the mapping is fitted anew. The score and
/// the alpha.
fn by_definition(x: &DMatrix<f64>, y: &[f64], fold: &Fold, alphas: &[f64]) -> (f64, usize) {
    let measured: Vec<f64> = fold.train.iter().map(|&i| y[i]).collect();
    let mut left_out = vec![Vec::new(); alphas.len()];
    for &out in &fold.train {
        let rest: Vec<usize> = fold.train.iter().copied().filter(|&i| i != out).collect();
        let predicted = ridge(x, y, [&rest, &[out]], alphas);
        for (left_out, predicted) in left_out.iter_mut().zip(predicted) {
            left_out.push(predicted[0]);
        }
    }
    let mut best = (f64::NEG_INFINITY, 0);
    for (index, left_out) in left_out.iter().enumerate() {
        let score = pearson(&measured, left_out);
        if score > best.0 + 1e-9 {
            best = (score, index);
        }
    }
    let tested: Vec<f64> = fold.test.iter().map(|&i| y[i]).collect();
    let predicted = ridge(x, y, [&fold.train, &fold.test], &alphas[best.1..=best.1]);
    (pearson(&tested, &predicted[0]), best.1)
}

#[test]
fn scores_are_those_of_the_definition() {
    // more units than stimuli, fewer, and as many as leave one spare dimension
    for (n, p) in [(30, 60), (30, 6), (25, 19)] {
        let x = random(n, p, 1);
        let mixing = random(p, 5, 2);
        let y = &x * mixing + random(n, 5, 3) * 3.0;
        let narrow = y.map(|v| v as f32);
        let gram = gram_of_units(x.clone());
        for fold in folds(n, 5, 11).expect("enough") {
            let predictor = predictor_of(&gram, &fold, &ALPHAS);
            let made = predictor.score(&Targets::of(&narrow)).expect("fits");
            for target in 0..5 {
                let column: Vec<f64> = y.column(target).iter().copied().collect();
                let (score, alpha) = by_definition(&x, &column, &fold, &ALPHAS);
                assert_eq!(usize::from(made.chosen[target]), alpha, "{n} x {p}");
                assert!(
                    (f64::from(made.scores[target]) - score).abs() < 1e-4,
                    "{n} x {p}: {} is not {score}",
                    made.scores[target]
                );
            }
        }
    }
}

#[test]
fn at_any_scale_scores_are_those_of_double_precision() {
    // more units than stimuli, and fewer
    for (n, p) in [(25, 40), (30, 6)] {
        let x = random(n, p, 31);
        let y = &x * random(p, 3, 32) + random(n, 3, 33) * 2.0;
        let fold = &folds(n, 5, 11).expect("enough")[1];
        let usual = crate::math::scale::single_precision(&y);
        for power in [-30, -25, -19, -10, -5, -3, -1, 0, 1, 3, 5, 10, 19, 25, 30] {
            let x = &x * 10_f64.powi(power);
            let predictor = predictor_of(&gram_of_units(x.clone()), fold, &ALPHAS);
            let of_usual = predictor.score(&Targets::new(n, &[&usual])).expect("fits");
            for target in 0..3 {
                let column: Vec<f64> = y.column(target).iter().copied().collect();
                let (score, _) = by_definition(&x, &column, fold, &ALPHAS);
                let made = f64::from(of_usual.scores[target]);
                assert!(
                    (made - score).abs() < 2e-6,
                    "{n} x {p}, 1e{power}: {made} {score}"
                );
            }
            // the scale of a target changes nothing at all
            for power in [-280, -60, -30, -7, 7, 30, 60, 280] {
                let y = &y * 2_f64.powi(power);
                let narrow = crate::math::scale::single_precision(&y);
                let made = predictor.score(&Targets::new(n, &[&narrow])).expect("fits");
                assert_eq!(
                    (&made.scores, &made.chosen),
                    (&of_usual.scores, &of_usual.chosen)
                );
            }
        }
    }
}

#[test]
fn an_outlying_stimulus_leaves_the_others_in_range() {
    let (n, p) = (30, 8);
    let x = random(n, p, 41);
    let y = &x * random(p, 2, 42) + random(n, 2, 43);
    let predict = |y: &DMatrix<f64>, fold: &Fold| {
        let predictor = predictor_of(&gram_of_units(x.clone()), fold, &ALPHAS);
        let narrow = crate::math::scale::single_precision(y);
        predictor.score(&Targets::new(n, &[&narrow])).expect("fits")
    };
    for fold in folds(n, 5, 11).expect("enough").iter().take(2) {
        // the training does not know of it
        let mut far = y.clone();
        far.row_mut(fold.test[0]).scale_mut(1e30);
        let [usual, made] = [&y, &far].map(|y| predict(y, fold));
        assert_eq!(usual.chosen, made.chosen);
        let pairs = usual
            .predicted
            .column_iter()
            .zip(made.predicted.column_iter());
        for (usual, made) in pairs {
            let [usual, made] = [usual, made].map(|of| of.map(f64::from).as_slice().to_vec());
            assert!(pearson(&usual, &made) > 1.0 - 1e-6);
        }
        assert!(made.scores.iter().all(|score| score.is_finite()));
    }
}

#[test]
fn least_squares_is_the_limit_of_no_penalty() {
    let x = random(40, 10, 4);
    let y = (&x * random(10, 3, 5) + random(40, 3, 6)).map(|v| v as f32);
    let gram = gram_of_units(x);
    let fold = &folds(40, 5, 11).expect("enough")[0];
    let limit = predictor_of(&gram, fold, Mapping::Ols.alphas());
    let nearly = predictor_of(&gram, fold, &[1e-9]);
    let (limit, nearly) = (
        limit.score(&Targets::of(&y)).expect("fits"),
        nearly.score(&Targets::of(&y)).expect("fits"),
    );
    for (a, b) in limit.scores.iter().zip(&nearly.scores) {
        assert!((a - b).abs() < 1e-5);
    }
}

#[test]
fn the_scale_and_offset_of_a_target_do_not_matter() {
    let gram = gram_of_units(random(30, 12, 7));
    let y = random(30, 4, 8).map(|v| v as f32);
    let moved = y.map(|v| 1000.0 * v - 50.0);
    let fold = &folds(30, 5, 11).expect("enough")[2];
    let predictor = predictor_of(&gram, fold, &ALPHAS);
    let [a, b] = [&y, &moved].map(|y| predictor.score(&Targets::of(y)));
    for (a, b) in a.expect("fits").scores.iter().zip(b.expect("fits").scores) {
        assert!((a - b).abs() < 1e-4);
    }
}

#[test]
fn a_constant_target_is_undefined() {
    let gram = gram_of_units(random(20, 8, 9));
    let fold = &folds(20, 5, 11).expect("enough")[0];
    let predictor = predictor_of(&gram, fold, &ALPHAS);
    let made = predictor.score(&Targets::of(&DMatrix::from_element(20, 1, 0.1_f32)));
    assert!(made.expect("fits").scores[0].is_nan());
    // and so is what a predictor without any variance says
    let nothing = predictor_of(&DMatrix::zeros(20, 20), fold, &ALPHAS);
    let made = nothing.score(&Targets::of(&random(20, 2, 10).map(|v| v as f32)));
    assert!(
        made.expect("fits")
            .scores
            .iter()
            .all(|score| score.is_nan())
    );
}
