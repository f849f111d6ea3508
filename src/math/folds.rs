//! Cross-validation folds over the stimuli (METHOD 4).

use super::MathError;
use super::random::Generator;
use super::targets::Targets;

/// One fold: which stimuli train the mapping and which test it, both ascending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fold {
    /// Training stimuli, 0-based and ascending.
    pub train: Vec<usize>,
    /// Test stimuli, 0-based and ascending.
    pub test: Vec<usize>,
}

impl Fold {
    /// Number of stimuli, trained on or tested.
    #[must_use]
    pub fn stimuli(&self) -> usize {
        self.train.len() + self.test.len()
    }

    /// Fails unless targets have a row for each stimulus.
    ///
    /// # Errors
    /// [`MathError::Shape`] if they have not.
    pub fn check(&self, targets: &Targets) -> Result<(), MathError> {
        let stimuli = self.stimuli();
        if targets.stimuli() == stimuli {
            return Ok(());
        }
        Err(MathError::Shape {
            what: "targets of a fold",
            left: (stimuli, stimuli),
            right: (targets.stimuli(), targets.count()),
        })
    }
}

/// Cuts `n` stimuli into `folds` test sets: `numpy.array_split(default_rng(seed).permutation(n), folds)`.
///
/// The stimuli are to be numbered in the order of their sorted ids, so that the order of rows in a
/// file changes no score.
///
/// # Errors
/// [`MathError::TooFewStimuli`] for fewer than two folds or fewer than two stimuli a fold, with
/// which no correlation exists.
pub fn folds(n: usize, folds: usize, seed: u64) -> Result<Vec<Fold>, MathError> {
    if folds < 2 || n < 2 * folds {
        return Err(MathError::TooFewStimuli { stimuli: n, folds });
    }
    let order = Generator::new(seed).permutation(n);
    let (size, longer) = (n / folds, n % folds);
    let mut rest = order.as_slice();
    Ok((0..folds)
        .map(|fold| {
            let (test, after) = rest.split_at(size + usize::from(fold < longer));
            rest = after;
            let mut is_test = vec![false; n];
            for &stimulus in test {
                is_test[stimulus] = true;
            }
            let (test, train) = (0..n).partition(|&stimulus| is_test[stimulus]);
            Fold { train, test }
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stimulus_is_tested_once() {
        for (n, k) in [(10, 5), (92, 5), (93, 5), (23, 4), (6, 3)] {
            let folds = folds(n, k, 11).expect("enough stimuli");
            let mut tested: Vec<usize> = folds.iter().flat_map(|f| f.test.clone()).collect();
            tested.sort_unstable();
            assert_eq!(tested, (0..n).collect::<Vec<_>>());
            for fold in &folds {
                assert_eq!(fold.train.len() + fold.test.len(), n);
                assert!(fold.train.is_sorted() && fold.test.is_sorted());
                assert!(fold.train.iter().all(|s| !fold.test.contains(s)));
            }
            let sizes: Vec<usize> = folds.iter().map(|f| f.test.len()).collect();
            assert!(sizes.windows(2).all(|pair| pair[0] >= pair[1]));
        }
    }

    #[test]
    fn too_few_stimuli_are_an_error() {
        assert!(matches!(
            folds(9, 5, 11),
            Err(MathError::TooFewStimuli { .. })
        ));
        assert!(matches!(
            folds(9, 1, 11),
            Err(MathError::TooFewStimuli { .. })
        ));
    }
}
