//! RSA with networks cut down to few of their dimensions (METHOD 7), of all networks and regions.

use super::analysis::{ReducedRsa, half};
use super::curves::{ReducedCurves, ReducedRsaTable, RegionCeiling};
use crate::analysis::{Plan, Resampling};
use crate::blocks::{Block, Key};
use crate::engine::{Engine, Stopped};
use crate::jobs::Job;
use crate::math::rsa::{noise_ceiling, pairs_among};
use crate::workflow::{SecondaryAnalyses, Stage, bits, missing};

const STAGE: Stage = Stage("Comparing reduced networks with brains");

/// Dimensions of a reduced network at most (METHOD 7).
const MOST_KEPT: usize = 50;

impl<E: Engine> SecondaryAnalyses<'_, E> {
    /// RSA with networks cut down to few dimensions (METHOD 7).
    ///
    /// # Errors
    /// [`Stopped`] when cancelled or when a job fails.
    pub async fn reduced_rsa(&self, resampling: Resampling) -> Result<ReducedRsaTable, Stopped> {
        let plan = Plan::new(self.study, self.options);
        let rdms = self.brain_rdms(&plan).await?;
        let n = self.stimuli();
        let tested = half(n, true);
        let mut table = ReducedRsaTable::default();
        let mut jobs = Vec::new();
        for (roi, brains) in self.study.rois().into_iter().zip(self.regions()) {
            let mut pairs = Vec::with_capacity(brains.len());
            for &brain in &brains {
                pairs.push(pairs_among(&self.numbers(rdms[brain])?, n, &tested));
                self.engine.yield_to_ui().await;
            }
            table.regions.push(RegionCeiling {
                roi,
                subjects: brains
                    .iter()
                    .map(|&brain| self.study.brains[brain].subject.clone())
                    .collect(),
                ceiling: noise_ceiling(&pairs),
            });
            let rdms: Vec<Key> = brains.iter().map(|&brain| rdms[brain]).collect();
            for network in 0..self.study.networks.len() {
                jobs.extend(self.reduced_job(&plan, network, &rdms, resampling));
            }
        }
        let outputs: Vec<Vec<Key>> = jobs.iter().map(|job| job.outputs.clone()).collect();
        self.run_exactly(STAGE, &plan, jobs).await?;
        let mut outputs = outputs.into_iter();
        for (region, brains) in self.regions().iter().enumerate() {
            for (network, entry) in self.study.networks.iter().enumerate() {
                if self.rows_of_network(network).is_empty() {
                    continue;
                }
                let keys = outputs.next().ok_or_else(missing)?;
                let blocks: Option<Vec<Block>> =
                    keys.iter().map(|&key| self.engine.get(key)).collect();
                let layers: Vec<String> = entry
                    .layers
                    .iter()
                    .map(|layer| layer.name.clone())
                    .collect();
                let blocks = blocks.ok_or_else(missing)?;
                table.curves.push(
                    ReducedCurves::read(&blocks, network, region, brains.len(), &layers)
                        .map_err(Stopped::Failed)?,
                );
            }
        }
        Ok(table)
    }

    fn rows_of_network(&self, network: usize) -> std::ops::Range<usize> {
        let layers = &self.table.layers;
        let first = layers.partition_point(|layer| layer.network < network);
        let after = layers.partition_point(|layer| layer.network <= network);
        if first == after {
            return 0..0;
        }
        self.table.rows_of_layer(first).start..self.table.rows_of_layer(after - 1).end
    }

    fn reduced_job(
        &self,
        plan: &Plan,
        network: usize,
        rdms: &[Key],
        resampling: Resampling,
    ) -> Option<Job> {
        let rows = self.rows_of_network(network);
        if rows.is_empty() {
            return None;
        }
        let universality = &self.table.universality[rows];
        let of_network = Key::of(&("universality", bits(universality)));
        let layers = self.study.networks[network].layers.len();
        let first = self
            .table
            .layers
            .partition_point(|layer| layer.network < network);
        let columns: Vec<usize> = (first..first + layers)
            .map(|layer| self.table.rows_of_layer(layer).len())
            .collect();
        let mut inputs = rdms.to_vec();
        inputs.push(of_network);
        for layer in 0..layers {
            let keys = plan.layer(network, layer);
            inputs.extend([keys.exact, keys.inverse]);
        }
        let task = ReducedRsa {
            stimuli: self.stimuli(),
            subjects: rdms.len(),
            columns,
            most: MOST_KEPT,
            draws: resampling.draws,
            seed: resampling.seed,
        };
        let what = Key::of(&("reduced", &inputs, &task.columns, task.draws, task.seed));
        let outputs: Vec<Key> = (0..4).map(|index| what.further(index)).collect();
        if !self.engine.has(outputs[3]) {
            self.engine
                .put(of_network, Block::F64(universality.to_vec()));
        }
        let pairs = (self.stimuli() as f64 / 2.0).powi(2) / 2.0;
        let rdms_made = (MOST_KEPT * (3 + resampling.draws)) as f64;
        Some(Job::new(
            &task,
            inputs,
            outputs,
            pairs * rdms_made * (1.5e-8 + 1e-9 * rdms.len() as f64),
        ))
    }
}
