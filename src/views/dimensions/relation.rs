//! How universality and alignment go together, how sure that is, and what chance would give
//! (METHOD 8).

use super::bootstrap::Bootstrap;
use crate::analysis::Resampling;
use crate::blocks::{Block, Key};
use crate::engine::{Engine, Stopped};
use crate::jobs::Job;
use crate::math::summary::percentile;
use crate::results::Dimensions;
use crate::results::csv::{score, write};
use crate::stable_sort::sort_numbers;
use crate::workflow::{NullLines, SecondaryAnalyses, Stage, bits};

const STAGE: Stage = Stage("Drawing networks anew");

/// The relation of universality and alignment with one region.
#[derive(Debug, Clone, PartialEq)]
pub struct Relation {
    /// The region.
    pub roi: String,
    /// Spearman correlation over dimensions, in [-1, 1].
    pub rho: f64,
    /// Dimensions that have both scores.
    pub dimensions: usize,
    /// 95 % interval by drawing networks with replacement.
    pub interval: (f64, f64),
    /// How it was drawn.
    pub resampling: Resampling,
}

impl Relation {
    /// The relation with the correlations of all draws.
    #[must_use]
    pub fn new(table: &Dimensions, roi: usize, draws: &[f64], resampling: Resampling) -> Self {
        let (rho, dimensions) = table.relation(roi);
        let mut draws: Vec<f64> = draws.iter().copied().filter(|rho| !rho.is_nan()).collect();
        sort_numbers(&mut draws);
        Self {
            roi: table
                .alignment
                .get(roi)
                .map_or_else(String::new, |region| region.roi.clone()),
            rho,
            dimensions,
            interval: (percentile(&draws, 2.5), percentile(&draws, 97.5)),
            resampling,
        }
    }
}

impl<E: Engine> SecondaryAnalyses<'_, E> {
    /// The relation of universality and alignment with every region, and its interval (METHOD 8).
    ///
    /// # Errors
    /// [`Stopped`] when cancelled or when a job fails.
    pub async fn relations(&self, resampling: Resampling) -> Result<Vec<Relation>, Stopped> {
        let table = self.table;
        let networks: Vec<f64> = (0..table.len())
            .map(|row| table.layer_of(row).network as f64)
            .collect();
        let put = |what: &str, values: &[f64]| {
            let key = Key::of(&(what, bits(values)));
            self.engine.put(key, Block::F64(values.to_vec()));
            key
        };
        let (across, owner) = (
            put("across", &table.universality),
            put("networks of rows", &networks),
        );
        let mut jobs = Vec::new();
        for roi in 0..table.alignment.len() {
            if table.aligned(roi).is_empty() {
                continue;
            }
            let inputs = vec![across, put("upwards", table.aligned(roi)), owner];
            let what = (resampling.bootstraps, resampling.seed);
            let outputs = vec![Key::of(&("bootstrap", &inputs, what))];
            jobs.push(Job::new(
                &Bootstrap {
                    networks: table.networks.len(),
                    draws: resampling.bootstraps,
                    seed: resampling.seed,
                },
                inputs,
                outputs,
                (table.len() * resampling.bootstraps) as f64 * 1e-8,
            ));
        }
        let rois: Vec<usize> = (0..table.alignment.len())
            .filter(|&roi| !table.aligned(roi).is_empty())
            .collect();
        let outputs: Vec<Key> = jobs.iter().map(|job| job.outputs[0]).collect();
        let mut inputs: Vec<Key> = jobs.iter().flat_map(|job| job.inputs.clone()).collect();
        let done = self.run(STAGE, jobs).await;
        inputs.dedup();
        inputs.into_iter().for_each(|key| self.engine.discard(key));
        done?;
        rois.into_iter()
            .zip(outputs)
            .map(|(roi, key)| Ok(Relation::new(table, roi, &self.numbers(key)?, resampling)))
            .collect()
    }
}

/// roi, dimensions, spearman, interval_low, interval_high, bootstraps, seed, then the null lines
/// where they were computed: null_universality, null_alignment, permutations.
#[must_use]
pub fn relation_csv(
    table: &Dimensions,
    relations: &[Relation],
    null: Option<&NullLines>,
) -> String {
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
    ]
    .map(String::from);
    let rows = relations.iter().map(|relation| {
        let index = table
            .alignment
            .iter()
            .position(|region| region.roi == relation.roi);
        let line = null.and_then(|null| null.alignment.get(index?).copied());
        vec![
            relation.roi.clone(),
            relation.dimensions.to_string(),
            score(relation.rho),
            score(relation.interval.0),
            score(relation.interval.1),
            relation.resampling.bootstraps.to_string(),
            relation.resampling.seed.to_string(),
            score(null.map_or(f64::NAN, |null| null.universality)),
            score(line.unwrap_or(f64::NAN)),
            null.map_or(0, |null| null.resampling.permutations)
                .to_string(),
        ]
    });
    write(&header, rows)
}
