//! How universality and alignment go together, how sure that is, and what chance would give
//! (METHOD 8).

use super::bootstrap::Bootstrap;
use crate::analysis::Resampling;
use crate::blocks::{Block, Key};
use crate::engine::{Engine, Stopped};
use crate::jobs::Job;
use crate::math::summary::percentile;
use crate::results::csv::{score, write};
use crate::results::finding::Interval;
use crate::results::{Dimensions, Score, Selection};
use crate::stable_sort::sort_numbers;
use crate::workflow::{NullLines, SecondaryAnalyses, Stage, bits};

const STAGE: Stage = Stage("Drawing networks anew");

/// The relation of universality and a score, with one region where the score is of one, over the
/// dimensions of the networks that are shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Relation {
    /// Index of the region among the table's.
    pub roi: usize,
    /// The region; empty for a score of none.
    pub region: String,
    /// The score.
    pub score: Score,
    /// Number of networks that are shown.
    pub networks: usize,
    /// Spearman correlation over dimensions, in [-1, 1].
    pub rho: f64,
    /// Dimensions that have both scores.
    pub dimensions: usize,
    /// 95 % interval by drawing networks with replacement; undefined for fewer than two.
    pub interval: (f64, f64),
    /// How it was drawn.
    pub resampling: Resampling,
}

impl Relation {
    /// The relation with the correlations of all draws.
    #[must_use]
    pub fn new(
        table: &Dimensions,
        selection: &Selection,
        roi: usize,
        draws: &[f64],
        resampling: Resampling,
    ) -> Self {
        let (rho, dimensions) = selection.relation(roi);
        let mut draws: Vec<f64> = draws.iter().copied().filter(|rho| !rho.is_nan()).collect();
        sort_numbers(&mut draws);
        let score = selection.score_of(table, roi);
        let region = table.alignment.get(roi).filter(|_| score.has_region());
        Self {
            roi,
            region: region.map_or_else(String::new, |region| region.roi.clone()),
            score,
            networks: selection.shown_networks(),
            rho,
            dimensions,
            interval: (percentile(&draws, 2.5), percentile(&draws, 97.5)),
            resampling,
        }
    }

    /// How sure it is.
    #[must_use]
    pub fn sureness(&self) -> Interval {
        match self.networks {
            0 | 1 => Interval::TooFew,
            _ => Interval::Between(self.interval.0, self.interval.1),
        }
    }
}

impl<E: Engine> SecondaryAnalyses<'_, E> {
    /// The relation of universality and the shown score with every region, over the networks shown, and
    /// its interval (METHOD 8).
    ///
    /// # Errors
    /// [`Stopped`] when cancelled or when a job fails.
    pub async fn relations(
        &self,
        selection: &Selection,
        resampling: Resampling,
    ) -> Result<Vec<Relation>, Stopped> {
        let table = self.table;
        let put = |what: &str, values: Vec<f64>| {
            let key = Key::of(&(what, bits(&values)));
            self.engine.put(key, Block::F64(values));
            key
        };
        let networks = selection.shown_networks();
        let (mut jobs, mut drawn) = (Vec::new(), Vec::new());
        for roi in selection.regions(table) {
            let Some([x, y, owner]) = selection.pairs(table, roi) else {
                continue;
            };
            if networks < 2 {
                // every draw is the one network again, which says nothing of others
                drawn.push((roi, None));
                continue;
            }
            let rows = x.len();
            let inputs = vec![put("x", x), put("y", y), put("networks of rows", owner)];
            let what = (networks, resampling.bootstraps, resampling.seed);
            let output = Key::of(&("bootstrap", &inputs, what));
            drawn.push((roi, Some(output)));
            jobs.push(Job::new(
                &Bootstrap {
                    networks,
                    draws: resampling.bootstraps,
                    seed: resampling.seed,
                },
                inputs,
                vec![output],
                (rows * resampling.bootstraps) as f64 * 1e-8,
            ));
        }
        let inputs: Vec<Key> = jobs.iter().flat_map(|job| job.inputs.clone()).collect();
        let done = self.run(STAGE, jobs).await;
        inputs.into_iter().for_each(|key| self.engine.discard(key));
        done?;
        drawn
            .into_iter()
            .map(|(roi, key)| {
                let draws = match key {
                    Some(key) => self.numbers(key)?,
                    None => Vec::new(),
                };
                Ok(Relation::new(table, selection, roi, &draws, resampling))
            })
            .collect()
    }
}

/// roi, dimensions, spearman, interval_low, interval_high, bootstraps, seed, then what chance gives where
/// it was computed: null_universality, null_alignment, permutations, null_spearman (the correlation that
/// shuffled images give); then score and networks (how many are shown).
#[must_use]
pub fn relation_csv(relations: &[Relation], null: Option<&NullLines>) -> String {
    let header = [
        "roi",
        "dimensions",
        "spearman",
        "interval_low",
        "interval_high",
        "bootstraps",
        "seed",
        "null_universality",
        "null_alignment",
        "permutations",
        "null_spearman",
        "score",
        "networks",
    ]
    .map(String::from);
    let rows = relations.iter().map(|relation| {
        let of_region = |values: &[f64]| {
            let is_there = relation.score == Score::Alignment;
            let value = values.get(relation.roi).copied();
            value.filter(|_| is_there).unwrap_or(f64::NAN)
        };
        vec![
            relation.region.clone(),
            relation.dimensions.to_string(),
            score(relation.rho),
            score(relation.interval.0),
            score(relation.interval.1),
            relation.resampling.bootstraps.to_string(),
            relation.resampling.seed.to_string(),
            score(null.map_or(f64::NAN, |null| null.universality)),
            score(null.map_or(f64::NAN, |null| of_region(&null.alignment))),
            null.map_or(0, |null| null.resampling.permutations)
                .to_string(),
            score(null.map_or(f64::NAN, |null| of_region(&null.spearman))),
            relation.score.column_name().to_owned(),
            relation.networks.to_string(),
        ]
    });
    write(&header, rows)
}
