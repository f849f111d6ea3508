//! From the blocks of a finished run to the table, a predictor at a time, so that the page can
//! yield_to_ui in between.

use super::reach::at_the_margin;
use super::{BlockSource, BrainScores, Dimensions, missing_block, numbers};
use crate::analysis::Plan;
use crate::blocks::{Block, Key};
use crate::problem::{Problem, count};
use crate::study::Measure;
use crate::study::roles::Distance;

/// Puts a table together from the blocks of a finished run, a predictor at a time.
pub struct TableBuilder<'a> {
    plan: &'a Plan<'a>,
    ranks: &'a [Vec<usize>],
    store: BlockSource<'a>,
    table: Dimensions,
    problems: Vec<Problem>,
    /// RDMs whose spectrum was clipped: by how much, and whose.
    clipped: Vec<(f64, String)>,
    /// Brains that this mapping cannot use.
    without_units: Vec<String>,
}

impl<'a> TableBuilder<'a> {
    /// Lists the dimensions, without scores yet.
    ///
    /// # Errors
    /// A [`Problem`] if a block is missing.
    pub fn new(
        plan: &'a Plan<'a>,
        ranks: &'a [Vec<usize>],
        store: BlockSource<'a>,
    ) -> Result<Self, Problem> {
        let mut table = Dimensions::default();
        let mut problems = Vec::new();
        table.list_layers(plan, ranks, store, &mut problems)?;
        Ok(Self {
            plan,
            ranks,
            store,
            table,
            problems,
            clipped: Vec::new(),
            without_units: Vec::new(),
        })
    }

    /// Adds the scores by a predictor: networks first, then brains, in their order.
    ///
    /// # Errors
    /// A [`Problem`] if a block is missing.
    pub fn add(&mut self, predictor: usize) -> Result<(), Problem> {
        let study = self.plan.study;
        let key = self.plan.predictor_key(predictor);
        let Some(index) = predictor.checked_sub(study.networks.len()) else {
            let name = &study.networks[predictor].name;
            let scores = self.scores_by(predictor, key, name, |target| {
                study.may_predict(predictor, target)
            })?;
            self.table.by_network.push(scores);
            return Ok(());
        };
        let brain = &study.brains[index];
        let name = format!("{}, {}", brain.roi, brain.subject);
        let scores = self.scores_by(predictor, key, &name, |_| true)?;
        if key.is_none() {
            self.without_units.push(name.clone());
        }
        let (_, counts) = self.plan.brain_gram(index);
        let share = numbers(self.store, counts)?.first().copied().unwrap_or(0.0);
        if share > 0.01 {
            self.clipped.push((share, name));
        }
        self.table.by_brain.push(BrainScores {
            roi: brain.roi.clone(),
            subject: brain.subject.clone(),
            scores,
        });
        Ok(())
    }

    /// Adds what each region says as a whole, once all its subjects are there: alignment and
    /// reliability.
    ///
    /// # Errors
    /// A [`Problem`] if a block is missing.
    pub fn add_regions(&mut self) -> Result<(), Problem> {
        let (plan, store) = (self.plan, self.store);
        let groups = plan.groups();
        let regions = &groups[plan.study.networks.len()..];
        for (roi, group) in plan.study.rois().into_iter().zip(regions) {
            let keys: Vec<Key> = group
                .members
                .iter()
                .filter_map(|&predictor| plan.predictor_key(predictor))
                .collect();
            let reliability = if group.compares {
                self.mean_over_folds(|target, kept, fold| {
                    match store(plan.fold_reliability(&keys, target, kept, fold)) {
                        Some(Block::F32(values)) => Ok(values),
                        _ => Err(missing_block()),
                    }
                })?
            } else {
                Vec::new()
            };
            let mut brains = plan.study.brains.iter().filter(|brain| brain.roi == roi);
            let is_ranked = brains.all(|brain| {
                matches!(brain.measure, Measure::Rdm { distance, .. } if distance == Distance::Ranks)
            });
            self.table.add_alignment(roi, reliability, is_ranked);
        }
        Ok(())
    }

    /// A number for each dimension: the mean of what each fold says of it.
    fn mean_over_folds(
        &self,
        of_fold: impl Fn(Key, usize, usize) -> Result<Vec<f32>, Problem>,
    ) -> Result<Vec<f64>, Problem> {
        let folds = self.plan.options.folds;
        let mut means = Vec::with_capacity(self.table.len());
        for (network, layers) in self.ranks.iter().enumerate() {
            for (layer, &rank) in layers.iter().enumerate() {
                let kept = self.plan.kept(rank);
                let mut sum = vec![0.0_f64; kept];
                for fold in 0..folds {
                    if kept > 0 {
                        let values = of_fold(self.plan.layer(network, layer).scores, kept, fold)?;
                        for (sum, value) in sum.iter_mut().zip(values) {
                            *sum += f64::from(value);
                        }
                    }
                }
                means.extend(sum.iter().map(|sum| sum / folds as f64));
            }
        }
        Ok(means)
    }

    /// The table, with what is to be said of it.
    #[must_use]
    pub fn finish(mut self) -> (Dimensions, Vec<Problem>) {
        self.problems.extend(clipped_spectra(&self.clipped));
        self.problems.extend(no_units(&self.without_units));
        self.table.take_universality(self.plan.options.scope);
        (self.table, self.problems)
    }

    /// Mean over folds of the scores by the predictor of an index, one a dimension.
    fn scores_by(
        &mut self,
        index: usize,
        predictor: Option<Key>,
        name: &str,
        predicts: impl Fn(usize) -> bool,
    ) -> Result<Vec<f32>, Problem> {
        let (plan, ranks, store) = (self.plan, self.ranks, self.store);
        let folds = plan.options.folds;
        let last = plan.options.mapping.alphas().len().saturating_sub(1);
        let (mut scores, mut at_last, mut all) = (Vec::with_capacity(self.table.len()), 0, 0);
        for (network, layers) in ranks.iter().enumerate() {
            for (layer, &rank) in layers.iter().enumerate() {
                let kept = plan.kept(rank);
                let Some(predictor) = predictor.filter(|_| predicts(network) && kept > 0) else {
                    scores.extend(std::iter::repeat_n(f32::NAN, kept));
                    continue;
                };
                let mut sum = vec![0.0_f64; kept];
                for fold in 0..folds {
                    let keys =
                        plan.fold_scores(predictor, plan.layer(network, layer).scores, kept, fold);
                    let (Some(Block::F32(fold)), Some(Block::Bytes(chosen))) =
                        (store(keys.0), store(keys.1))
                    else {
                        return Err(missing_block());
                    };
                    for (sum, score) in sum.iter_mut().zip(fold) {
                        *sum += f64::from(score);
                    }
                    all += chosen.len();
                    at_last += chosen
                        .iter()
                        .filter(|&&alpha| usize::from(alpha) == last)
                        .count();
                }
                scores.extend(sum.iter().map(|sum| (sum / folds as f64) as f32));
            }
        }
        let at_last = if last > 0 && all > 0 {
            at_last as f64 / all as f64
        } else {
            0.0
        };
        self.problems
            .extend(at_the_margin(plan, store, index, name, at_last)?);
        Ok(scores)
    }
}

fn no_units(names: &[String]) -> Option<Problem> {
    let first = names.first()?;
    Some(
        Problem::warning(
            "",
            format!(
                "{} as RDMs ({first}{}): no single unit of theirs can predict anything",
                count(names.len(), "brain is there", "brains are there"),
                if names.len() > 1 { " and others" } else { "" }
            ),
        )
        .expected("responses, for the one-to-one mapping")
        .hint("Choose Ridge or Least squares, or bring responses"),
    )
}

fn clipped_spectra(clipped: &[(f64, String)]) -> Option<Problem> {
    let (share, name) = clipped.iter().max_by(|a, b| a.0.total_cmp(&b.0))?;
    Some(
        Problem::notice(
            "",
            format!(
                "{} no distances between points: up to {:.0} % of the spectrum ({name}) is negative and was clipped to zero",
                count(clipped.len(), "RDM holds", "RDMs hold"),
                100.0 * share
            ),
        )
        .hint("Usual for crossnobis and rank RDMs; else check the distance in the files table or a study.json"),
    )
}
