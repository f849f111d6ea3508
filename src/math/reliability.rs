//! Between-subject reliability (METHOD 6): whether subjects predict the same thing.

use nalgebra::{DMatrix, DVector};

/// Which pairs of subjects are compared.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Pairs {
    /// Every pair.
    #[default]
    All,
    /// As the published code has it: of S subjects the first S of the S (S - 1) / 2 pairs.
    AsPublished,
}

/// For each target the mean over pairs of subjects of the correlation between their predictions of
/// it. `predicted`: one matrix (test stimuli x t) a subject. In [-1, 1]; a pair with a constant
/// prediction is left out; NaN where no pair is left. O(test stimuli x t) a subject for all pairs.
#[must_use]
pub fn reliability(predicted: &[DMatrix<f32>], pairs: Pairs) -> Vec<f32> {
    let targets = predicted.first().map_or(0, DMatrix::ncols);
    (0..targets)
        .map(|target| {
            let standardised: Vec<Option<DVector<f64>>> = predicted
                .iter()
                .map(|of_subject| standardise(&of_subject.column(target).map(f64::from)))
                .collect();
            let mean = match pairs {
                Pairs::All => mean_over_all(&standardised),
                Pairs::AsPublished => mean_over_first(&standardised),
            };
            mean as f32
        })
        .collect()
}

fn standardise(values: &DVector<f64>) -> Option<DVector<f64>> {
    let mean = values.mean();
    let centred = values.add_scalar(-mean);
    let length = centred.norm();
    // at the level of rounding a prediction is constant
    (length > 1e-6 * mean.abs() && length > 0.0).then(|| centred / length)
}

/// The sum over all pairs follows from the length of the sum of all.
fn mean_over_all(standardised: &[Option<DVector<f64>>]) -> f64 {
    let defined: Vec<&DVector<f64>> = standardised.iter().flatten().collect();
    let (Some(first), count) = (defined.first(), defined.len() as f64) else {
        return f64::NAN;
    };
    let mut sum = DVector::zeros(first.len());
    for values in &defined {
        sum += *values;
    }
    if defined.len() < 2 {
        return f64::NAN;
    }
    (sum.norm_squared() - count) / (count * (count - 1.0))
}

fn mean_over_first(standardised: &[Option<DVector<f64>>]) -> f64 {
    let subjects = standardised.len();
    let pairs = (0..subjects).flat_map(|a| (a + 1..subjects).map(move |b| (a, b)));
    crate::math::summary::mean(pairs.take(subjects).filter_map(|(a, b)| {
        let (a, b) = (standardised[a].as_ref()?, standardised[b].as_ref()?);
        Some(a.dot(b))
    }))
}

/// Alignment relative to what reliability allows (METHOD 6): `alignment / sqrt(reliability)`, 0
/// where either is negative; undefined where either is, or where reliability is 0.
#[must_use]
pub fn adjusted(alignment: f64, reliability: f64) -> f64 {
    if alignment.is_nan() || reliability.is_nan() {
        f64::NAN
    } else if alignment < 0.0 || reliability < 0.0 {
        0.0
    } else if reliability == 0.0 {
        f64::NAN
    } else {
        alignment / reliability.sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::random::Generator;
    use crate::math::ranks::pearson;

    fn predictions(subjects: usize) -> Vec<DMatrix<f32>> {
        let mut generator = Generator::new(9);
        let common = DMatrix::from_fn(12, 3, |_, _| generator.normal());
        (0..subjects)
            .map(|_| common.map(|value| (value + generator.normal()) as f32))
            .collect()
    }

    fn by_pairs(predicted: &[DMatrix<f32>], target: usize, first: usize) -> f64 {
        let column = |subject: usize| -> Vec<f64> {
            predicted[subject]
                .column(target)
                .iter()
                .map(|&value| f64::from(value))
                .collect()
        };
        let mut all = Vec::new();
        for a in 0..predicted.len() {
            for b in a + 1..predicted.len() {
                all.push(pearson(&column(a), &column(b)));
            }
        }
        all.truncate(first);
        all.iter().sum::<f64>() / all.len() as f64
    }

    #[test]
    fn all_pairs_and_the_first_agree_with_their_definition() {
        let predicted = predictions(5);
        let (all, first) = (
            reliability(&predicted, Pairs::All),
            reliability(&predicted, Pairs::AsPublished),
        );
        for target in 0..3 {
            assert!((f64::from(all[target]) - by_pairs(&predicted, target, 10)).abs() < 1e-6);
            assert!((f64::from(first[target]) - by_pairs(&predicted, target, 5)).abs() < 1e-6);
        }
    }

    #[test]
    fn constant_predictions_are_left_out_and_one_subject_has_no_reliability() {
        let mut predicted = predictions(3);
        let of_two = reliability(&predicted[..2], Pairs::All);
        predicted[2].fill(4.0);
        assert_eq!(reliability(&predicted, Pairs::All), of_two);
        assert!(reliability(&predicted[..1], Pairs::All)[0].is_nan());
        assert!(reliability(&[], Pairs::All).is_empty());
    }

    #[test]
    fn adjusting_divides_by_the_root_and_never_below_zero() {
        assert!((adjusted(0.3, 0.25) - 0.6).abs() < 1e-15);
        assert_eq!(adjusted(-0.3, 0.25), 0.0);
        assert_eq!(adjusted(0.3, -0.1), 0.0);
        assert!(adjusted(0.3, f64::NAN).is_nan() && adjusted(0.3, 0.0).is_nan());
    }
}
