//! Representational similarity with brains: of reduced networks, of single dimensions, and RDMs side
//! by side (METHOD 6, 7).

use super::{Asking, bits, missing};
use crate::analysis::reduced_rsa::{ReducedRdmOf, ReducedRsa, half, pairs_among};
use crate::analysis::rsa_of_ones::RsaOfOnes;
use crate::analysis::{Plan, Resampling, Stage};
use crate::blocks::{Block, Key};
use crate::engine::{Engine, Stopped};
use crate::jobs::Job;
use crate::math::ranks::Ranker;
use crate::math::rsa::{RankedPairs, noise_ceiling};
use crate::math::summary::mean;
use crate::order::sort_places;
use crate::results::{NamedRdm, RdmTable, ReducedCurves, ReducedRsaTable, RegionCeiling};

/// Dimensions of a reduced network at most (METHOD 7).
const MOST_KEPT: usize = 50;

impl<E: Engine> Asking<'_, E> {
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
                self.engine.breathe().await;
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
        self.run_exactly(Stage::ReducedRsa, &plan, jobs).await?;
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
        let outputs: Vec<Key> = (0..4).map(|place| what.further(place)).collect();
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

    /// RSA alignment of every dimension by itself with each region (METHOD 6), mean over subjects.
    ///
    /// # Errors
    /// [`Stopped`] when cancelled or when a job fails.
    pub async fn rsa_of_ones(&self) -> Result<Vec<Vec<f64>>, Stopped> {
        let plan = Plan::new(self.study, self.options);
        let rdms = self.brain_rdms(&plan).await?;
        let regions = self.regions();
        let n = self.stimuli();
        let ordered: Vec<Key> = regions.iter().flatten().map(|&brain| rdms[brain]).collect();
        let mut jobs = Vec::new();
        let mut outputs = Vec::new();
        for (layer, label) in self.table.layers.iter().enumerate() {
            let columns = self.table.rows_of_layer(layer).len();
            let mut inputs = ordered.clone();
            inputs.push(label.keys.scores);
            let what = Key::of(&("rsa of ones", &inputs, columns));
            let own: Vec<Key> = (0..regions.len())
                .map(|place| what.further(place))
                .collect();
            outputs.push(own.clone());
            if columns > 0 {
                jobs.push(Job::new(
                    &RsaOfOnes {
                        stimuli: n,
                        subjects: regions.iter().map(Vec::len).collect(),
                        columns,
                    },
                    inputs,
                    own,
                    (n * n / 2 * columns) as f64 * (1.5e-8 + 1e-9 * ordered.len() as f64),
                ));
            }
        }
        self.run(Stage::RsaOfOnes, jobs).await?;
        let mut made = vec![Vec::with_capacity(self.table.len()); regions.len()];
        for (layer, keys) in outputs.iter().enumerate() {
            if self.table.rows_of_layer(layer).is_empty() {
                continue;
            }
            for (scores, &key) in made.iter_mut().zip(keys) {
                scores.extend(self.numbers(key)?);
            }
        }
        Ok(made)
    }

    /// RDMs of a layer, of the layer cut down to its `kept` most universal dimensions, and of a
    /// region: of one subject, or the mean of all. Stimuli as they are shown, or grouped by category.
    ///
    /// # Errors
    /// [`Stopped`] when cancelled or when a job fails.
    pub async fn rdms(
        &self,
        layer: usize,
        kept: usize,
        roi: usize,
        subject: Option<&str>,
        grouped: bool,
    ) -> Result<RdmTable, Stopped> {
        let plan = Plan::new(self.study, self.options);
        let n = self.stimuli();
        let label = self.table.layers.get(layer).ok_or_else(missing)?;
        let name = format!(
            "{}, {}",
            self.table.networks[label.network].name, label.name
        );
        let mut most: Vec<usize> = self
            .table
            .rows_of_layer(layer)
            .filter(|&row| self.table.universality[row].is_finite())
            .collect();
        let universality = &self.table.universality;
        sort_places(&mut most, |a, b| {
            universality[b].total_cmp(&universality[a])
        });
        most.truncate(kept);
        let components: Vec<usize> = most
            .iter()
            .map(|&row| self.table.component[row] as usize - 1)
            .collect();
        let mut named = vec![(name.clone(), "All dimensions".to_owned(), None)];
        if !components.is_empty() {
            let few = format!("{} most universal", components.len());
            named.push((format!("{name}: {few}"), few, Some(components)));
        }
        let inputs = vec![label.keys.exact, label.keys.inverse];
        let jobs: Vec<Job> = named
            .iter()
            .map(|(_, _, kept)| {
                Job::new(
                    &ReducedRdmOf {
                        stimuli: n,
                        kept: kept.clone(),
                    },
                    inputs.clone(),
                    vec![Key::of(&("reduced rdm", &inputs, kept))],
                    (n * n) as f64 * 1e-7,
                )
            })
            .collect();
        let outputs: Vec<Key> = jobs.iter().map(|job| job.outputs[0]).collect();
        self.run_exactly(Stage::Rdms, &plan, jobs).await?;
        let brains = self.brain_rdms(&plan).await?;
        let chosen: Vec<usize> = self
            .regions()
            .get(roi)
            .into_iter()
            .flatten()
            .copied()
            .filter(|&brain| {
                subject.is_none_or(|subject| self.study.brains[brain].subject == subject)
            })
            .collect();
        let mut mean_rdm = vec![0.0; n * n];
        let mut ranked = Vec::new();
        let mut ranker = Ranker::default();
        for &brain in &chosen {
            let rdm = self.numbers(brains[brain])?;
            for (sum, value) in mean_rdm.iter_mut().zip(&rdm) {
                *sum += value / chosen.len() as f64;
            }
            let all: Vec<usize> = (0..n).collect();
            ranked.push(RankedPairs::new(&pairs_among(&rdm, n, &all), &mut ranker));
            self.engine.breathe().await;
        }
        let order = self.display_order(grouped);
        let all: Vec<usize> = (0..n).collect();
        let shown = |values: &[f64]| -> Vec<f64> {
            let cells = order
                .iter()
                .flat_map(|&i| order.iter().map(move |&j| (i, j)));
            cells.map(|(i, j)| values[i * n + j]).collect()
        };
        let mut rdms = Vec::new();
        for ((name, title, _), key) in named.into_iter().zip(outputs) {
            let values = self.numbers(key)?;
            let own = RankedPairs::new(&pairs_among(&values, n, &all), &mut ranker);
            let rsa = mean(ranked.iter().map(|brain| own.spearman(brain)));
            rdms.push(NamedRdm {
                name,
                title,
                values: shown(&values),
                rsa: (!ranked.is_empty()).then_some(rsa),
            });
            self.engine.breathe().await;
        }
        if let Some(region) = self.table.alignment.get(roi).filter(|_| !chosen.is_empty()) {
            let who = match (subject, chosen.len()) {
                (Some(subject), _) => subject.to_owned(),
                (None, 1) => self.study.brains[chosen[0]].subject.clone(),
                (None, people) => format!("mean of {people} people"),
            };
            let name = format!("{}, {who}", region.roi);
            rdms.push(NamedRdm {
                title: name.clone(),
                name,
                values: shown(&mean_rdm),
                rsa: None,
            });
        }
        let stimuli = &self.study.stimuli;
        let in_order = |names: &Vec<String>| order.iter().map(|&i| names[i].clone()).collect();
        Ok(RdmTable {
            stimuli: in_order(&stimuli.ids),
            categories: stimuli.categories.as_ref().map(in_order),
            rdms,
        })
    }

    /// Stimuli as they are shown; grouped, categories follow each other as they first appear.
    fn display_order(&self, grouped: bool) -> Vec<usize> {
        let stimuli = &self.study.stimuli;
        let mut order = stimuli.shown.clone();
        if let (true, Some(categories)) = (grouped, &stimuli.categories) {
            let first = |i: usize| {
                let same = |&other: &usize| categories[other] == categories[i];
                stimuli.shown.iter().position(same)
            };
            sort_places(&mut order, |a, b| first(a).cmp(&first(b)));
        }
        order
    }
}
