//! Every analysis beyond the main one, on the blocks that it left on the shelf. What was asked
//! before is found there as well.

use std::collections::{HashMap, HashSet};

use nalgebra::DMatrix;

use super::{Engine, Meter, Progress, Stopped, analyse};
use crate::analysis::bootstrap::Bootstrap;
use crate::analysis::fold::Shuffle;
use crate::analysis::image_map::{ImageMap, Method};
use crate::analysis::neighbours::Neighbours;
use crate::analysis::reduced_rsa::{ReducedRdmOf, ReducedRsa, half, pairs_among};
use crate::analysis::rsa_of_ones::RsaOfOnes;
use crate::analysis::simulation::Simulation;
use crate::analysis::{Block, Job, Key, Options, Plan, Resampling, Stage, Task};
use crate::math::layout::distances;
use crate::math::ranks::{Ranker, pearson};
use crate::math::ridge::Mapping;
use crate::math::rsa::{RankedPairs, noise_ceiling, pairs_of};
use crate::math::summary::mean;
use crate::problem::Problem;
use crate::results::{
    Collecting, Dimensions, ImageMapTable, NamedRdm, Null, NullScores, RdmTable, ReducedCurves,
    ReducedRsaTable, RegionCeiling, Relation, SimulationTable,
};
use crate::study::{Further, Study};

/// Dimensions of a reduced network at most (METHOD 7).
const MOST_KEPT: usize = 50;

/// What is asked further, and of what: the table is that of the study with the options.
pub struct Asking<'a, E> {
    /// Runs the jobs.
    pub engine: &'a E,
    /// What was analysed.
    pub study: &'a Study,
    /// How.
    pub options: &'a Options,
    /// What that gave.
    pub table: &'a Dimensions,
    /// Is told how far it is.
    pub report: &'a dyn Fn(Progress),
}

fn missing() -> Stopped {
    Stopped::Failed(
        Problem::error("", "a part of the results is missing")
            .expected("every job's output")
            .hint("Run the analysis again"),
    )
}

/// Numbers as something to name a block after.
fn bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|value| value.to_bits()).collect()
}

impl<E: Engine> Asking<'_, E> {
    fn stimuli(&self) -> usize {
        self.study.stimuli.ids.len()
    }

    /// Runs the jobs whose blocks are not there yet.
    async fn run(&self, stage: Stage, jobs: Vec<Job>) -> Result<(), Stopped> {
        let jobs: Vec<Job> = jobs
            .into_iter()
            .filter(|job| !job.outputs.iter().all(|&key| self.engine.has(key)))
            .collect();
        let cost = jobs.iter().map(|job| job.cost).sum();
        let meter = Meter::new(self.engine.clock(), cost, self.report);
        meter.start(stage, self.engine.clock(), cost);
        self.engine
            .run(jobs, &|cost| meter.add(cost, self.engine.clock()))
            .await
    }

    /// Runs jobs that take the exact scores of layers. These are made for as many jobs at once as
    /// memory allows, and put away after.
    async fn run_exactly(
        &self,
        stage: Stage,
        plan: &Plan<'_>,
        jobs: Vec<Job>,
    ) -> Result<(), Stopped> {
        /// Numbers: half a gigabyte.
        const ROOM: usize = 1 << 26;
        let mut makers: HashMap<Key, Job> = HashMap::new();
        for (network, entry) in self.study.networks.iter().enumerate() {
            for layer in 0..entry.layers.len() {
                let job = plan.layer_job(network, layer, true);
                makers.insert(job.outputs[0], job);
            }
        }
        let mut jobs: Vec<Job> = jobs
            .into_iter()
            .filter(|job| !job.outputs.iter().all(|&key| self.engine.has(key)))
            .collect();
        // jobs of one network follow each other, and share what is made for them
        jobs.sort_by_key(|job| {
            job.inputs
                .iter()
                .copied()
                .find(|key| makers.contains_key(key))
        });
        let wanted: HashSet<Key> = jobs
            .iter()
            .flat_map(|job| job.inputs.iter().copied())
            .collect();
        let making: f64 = makers
            .iter()
            .filter(|(key, _)| wanted.contains(key))
            .map(|(_, job)| job.cost)
            .sum();
        let cost = making + jobs.iter().map(|job| job.cost).sum::<f64>();
        let meter = Meter::new(self.engine.clock(), cost, self.report);
        meter.start(stage, self.engine.clock(), cost);
        let add = |cost: f64| meter.add(cost, self.engine.clock());
        let mut rest = jobs.into_iter().peekable();
        while rest.peek().is_some() {
            let (mut now, mut made, mut numbers) = (Vec::new(), HashMap::new(), 0);
            while let Some(job) = rest.next_if(|_| numbers < ROOM) {
                for key in &job.inputs {
                    if let Some(maker) = makers.get(key)
                        && made.insert(*key, maker.clone()).is_none()
                    {
                        numbers += self.stimuli().pow(2);
                    }
                }
                now.push(job);
            }
            let keys: Vec<Key> = made.keys().copied().collect();
            let mut done = self.engine.run(made.into_values().collect(), &add).await;
            if done.is_ok() {
                done = self.engine.run(now, &add).await;
            }
            keys.into_iter().for_each(|key| self.engine.discard(key));
            done?;
        }
        Ok(())
    }

    fn numbers(&self, key: Key) -> Result<Vec<f64>, Stopped> {
        match self.engine.get(key) {
            Some(Block::F64(values)) => Ok(values),
            _ => Err(missing()),
        }
    }

    /// Makes the RDMs of all brains and returns their names.
    async fn brain_rdms(&self, plan: &Plan<'_>) -> Result<Vec<Key>, Stopped> {
        let brains = &self.study.brains;
        let jobs = brains
            .iter()
            .map(|brain| Plan::rdm_job(&brain.part, brain.measure));
        self.run(Stage::Rdms, jobs.collect()).await?;
        Ok((0..brains.len()).map(|brain| plan.rdm(brain)).collect())
    }

    /// Places among the study's brains of each region's subjects, in the order of the table.
    fn regions(&self) -> Vec<Vec<usize>> {
        let of_region = |roi: &String| {
            (0..self.study.brains.len())
                .filter(|&brain| self.study.brains[brain].roi == *roi)
                .collect()
        };
        self.study.rois().iter().map(of_region).collect()
    }

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
        Some(Job {
            task: Task::ReducedRsa(task),
            inputs,
            outputs,
            cost: pairs * rdms_made * (1.5e-8 + 1e-9 * rdms.len() as f64),
        })
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
                jobs.push(Job {
                    task: Task::RsaOfOnes(RsaOfOnes {
                        stimuli: n,
                        subjects: regions.iter().map(Vec::len).collect(),
                        columns,
                    }),
                    inputs,
                    outputs: own,
                    cost: (n * n / 2 * columns) as f64 * (1.5e-8 + 1e-9 * ordered.len() as f64),
                });
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
        for region in &table.alignment {
            let inputs = vec![across, put("upwards", &region.scores), owner];
            let what = (resampling.bootstraps, resampling.seed);
            jobs.push(Job {
                task: Task::Bootstrap(Bootstrap {
                    networks: table.networks.len(),
                    draws: resampling.bootstraps,
                    seed: resampling.seed,
                }),
                outputs: vec![Key::of(&("bootstrap", &inputs, what))],
                inputs,
                cost: (table.len() * resampling.bootstraps) as f64 * 1e-8,
            });
        }
        let outputs: Vec<Key> = jobs.iter().map(|job| job.outputs[0]).collect();
        let mut inputs: Vec<Key> = jobs.iter().flat_map(|job| job.inputs.clone()).collect();
        let done = self.run(Stage::Interval, jobs).await;
        inputs.dedup();
        inputs.into_iter().for_each(|key| self.engine.discard(key));
        done?;
        outputs
            .into_iter()
            .enumerate()
            .map(|(roi, key)| Ok(Relation::new(table, roi, &self.numbers(key)?, resampling)))
            .collect()
    }

    /// What chance gives: every score with the stimuli of targets in random order (METHOD 8). Costs
    /// as much as the main analysis for each permutation.
    ///
    /// # Errors
    /// [`Stopped`] when cancelled or when a job fails.
    pub async fn null(&self, resampling: Resampling) -> Result<Null, Stopped> {
        let shelf = |key| self.engine.get(key);
        let mut plan = Plan::new(self.study, self.options);
        let ranks = crate::results::ranks(&plan, &shelf).map_err(Stopped::Failed)?;
        let mut scores = NullScores::default();
        let mut meter: Option<Meter> = None;
        for draw in 0..resampling.permutations {
            plan.shuffle = Some(Shuffle {
                seed: resampling.seed,
                draw: draw as u64,
            });
            let mut jobs = Vec::new();
            for group in plan.groups() {
                jobs.extend(plan.scores(&group, &ranks, |_| false));
                self.engine.breathe().await;
            }
            let cost: f64 = jobs.iter().map(|job| job.cost).sum();
            let meter = meter.get_or_insert_with(|| {
                let all = cost * resampling.permutations as f64;
                let meter = Meter::new(self.engine.clock(), all, self.report);
                meter.start(Stage::Chance, self.engine.clock(), all);
                meter
            });
            if draw == 0 {
                // on the shelf from the main analysis, unless it found its scores there
                let missing = plan.decompositions(&jobs);
                let missing = missing
                    .into_iter()
                    .filter(|job| !self.engine.has(job.outputs[0]));
                self.engine.run(missing.collect(), &|_| {}).await?;
            }
            let made: Vec<Key> = jobs.iter().flat_map(|job| job.outputs.clone()).collect();
            let done = self
                .engine
                .run(jobs, &|cost| meter.add(cost, self.engine.clock()))
                .await;
            let collected = match done {
                Ok(()) => self.collect_scores(&plan, &ranks).await,
                Err(stopped) => Err(stopped),
            };
            for key in made {
                self.engine.discard(key);
            }
            scores.add(&collected?);
        }
        Ok(scores.lines(resampling))
    }

    async fn collect_scores(
        &self,
        plan: &Plan<'_>,
        ranks: &[Vec<usize>],
    ) -> Result<Dimensions, Stopped> {
        let shelf = |key| self.engine.get(key);
        let mut collecting = Collecting::new(plan, ranks, &shelf).map_err(Stopped::Failed)?;
        for predictor in 0..plan.predictors() {
            collecting.add(predictor).map_err(Stopped::Failed)?;
            self.engine.breathe().await;
        }
        collecting.add_regions().map_err(Stopped::Failed)?;
        Ok(collecting.finish().0)
    }

    /// Universality of every dimension by another mapping.
    ///
    /// # Errors
    /// [`Stopped`] when cancelled or when a job fails.
    pub async fn universality_by(&self, mapping: Mapping) -> Result<Vec<f64>, Stopped> {
        let study = Study {
            brains: Vec::new(),
            ..self.study.clone()
        };
        let options = Options {
            mapping,
            ..self.options.clone()
        };
        let outcome = analyse(self.engine, &study, &options, self.report).await?;
        Ok(outcome.dimensions.universality)
    }

    /// The `count` dimensions of other networks that go most with one: row and Pearson correlation
    /// over all stimuli, the strongest first, whatever its sign, which is arbitrary.
    ///
    /// # Errors
    /// [`Stopped`] when cancelled or when a job fails.
    pub async fn neighbours(&self, row: usize, count: usize) -> Result<Vec<(usize, f64)>, Stopped> {
        let table = self.table;
        let own = table.layer_of(row);
        let n = self.stimuli();
        let mut found: Vec<(usize, f64)> = Vec::new();
        let mut jobs = Vec::new();
        let mut places = Vec::new();
        for network in 0..table.networks.len() {
            if !self.study.may_predict(network, own.network) {
                continue;
            }
            let layers: Vec<usize> = (0..table.layers.len())
                .filter(|&layer| table.layers[layer].network == network)
                .filter(|&layer| !table.rows_of_layer(layer).is_empty())
                .collect();
            let mut inputs = vec![own.keys.scores];
            inputs.extend(layers.iter().map(|&layer| table.layers[layer].keys.scores));
            let columns: Vec<usize> = layers
                .iter()
                .map(|&layer| table.rows_of_layer(layer).len())
                .collect();
            let what = Key::of(&("neighbours", &inputs, table.component[row], &columns));
            let outputs: Vec<Key> = (0..layers.len()).map(|place| what.further(place)).collect();
            places.extend(layers.iter().copied().zip(outputs.clone()));
            if !layers.is_empty() {
                jobs.push(Job {
                    cost: (n * columns.iter().sum::<usize>()) as f64 * 2e-9,
                    task: Task::Neighbours(Neighbours {
                        stimuli: n,
                        component: table.component[row] as usize - 1,
                        columns,
                    }),
                    inputs,
                    outputs,
                });
            }
        }
        self.run(Stage::Neighbours, jobs).await?;
        for (layer, key) in places {
            let Some(Block::F32(correlations)) = self.engine.get(key) else {
                return Err(missing());
            };
            self.engine.discard(key);
            let rows = table.rows_of_layer(layer);
            found.extend(rows.zip(correlations.into_iter().map(f64::from)));
        }
        found.retain(|(_, r)| r.is_finite());
        found.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
        found.truncate(count);
        Ok(found)
    }

    /// The stimuli on a plane by the dimensions of some rows (METHOD 9).
    ///
    /// # Errors
    /// [`Stopped`] when cancelled or when a job fails.
    pub async fn image_map(
        &self,
        rows: &[usize],
        method: Method,
        seed: u64,
    ) -> Result<ImageMapTable, Stopped> {
        let n = self.stimuli();
        let mut layers: Vec<usize> = rows
            .iter()
            .map(|&row| self.table.layer[row] as usize)
            .collect();
        layers.sort_unstable();
        layers.dedup();
        let dimensions: Vec<(usize, usize)> = rows
            .iter()
            .map(|&row| {
                let layer = self.table.layer[row] as usize;
                let place = layers.partition_point(|&known| known < layer);
                (place, self.table.component[row] as usize - 1)
            })
            .collect();
        let inputs: Vec<Key> = layers
            .iter()
            .map(|&layer| self.table.layers[layer].keys.scores)
            .collect();
        let what = Key::of(&("image map", &inputs, &dimensions, method, seed));
        let cost = match method {
            Method::Umap => n as f64 * 3e-3 + (n * n * rows.len()) as f64 * 2e-9,
            Method::Pca => (n * rows.len()) as f64 * 1e-6,
            Method::Mds => (n * n) as f64 * 3e-6,
        };
        let outputs = vec![what.further(0), what.further(1)];
        let mut jobs: Vec<Job> = self
            .study
            .further
            .iter()
            .map(|further| Plan::rdm_job(&further.part, further.measure))
            .collect();
        let rdms: Vec<Key> = jobs.iter().map(|job| job.outputs[0]).collect();
        jobs.push(Job {
            task: Task::ImageMap(ImageMap {
                stimuli: n,
                dimensions,
                method,
                seed,
            }),
            inputs,
            outputs: outputs.clone(),
            cost,
        });
        self.run(Stage::ImageMap, jobs).await?;
        let plane = DMatrix::from_vec(n, 2, self.numbers(outputs[0])?);
        let trust = self.numbers(outputs[1])?;
        let shown = pairs_of(&distances(&plane));
        let mut further = Vec::new();
        for (Further { name, .. }, key) in self.study.further.iter().zip(rdms) {
            let rdm = DMatrix::from_vec(n, n, self.numbers(key)?);
            further.push((name.clone(), pearson(&shown, &pairs_of(&rdm))));
            self.engine.breathe().await;
        }
        let stimuli = &self.study.stimuli;
        let in_order = |names: &Vec<String>| -> Vec<String> {
            stimuli.shown.iter().map(|&i| names[i].clone()).collect()
        };
        Ok(ImageMapTable {
            stimuli: in_order(&stimuli.ids),
            categories: stimuli.categories.as_ref().map(in_order),
            places: stimuli
                .shown
                .iter()
                .map(|&i| (plane[(i, 0)], plane[(i, 1)]))
                .collect(),
            trustworthiness: (trust[0], trust[1] as usize),
            dimensions: rows.len(),
            further,
        })
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
        most.sort_by(|&a, &b| self.table.universality[b].total_cmp(&self.table.universality[a]));
        most.truncate(kept);
        let components: Vec<usize> = most
            .iter()
            .map(|&row| self.table.component[row] as usize - 1)
            .collect();
        let mut named = vec![(name.clone(), None)];
        if !components.is_empty() {
            let count = components.len();
            named.push((format!("{name}: {count} most universal"), Some(components)));
        }
        let inputs = vec![label.keys.exact, label.keys.inverse];
        let jobs: Vec<Job> = named
            .iter()
            .map(|(_, kept)| Job {
                outputs: vec![Key::of(&("reduced rdm", &inputs, kept))],
                task: Task::ReducedRdm(ReducedRdmOf {
                    stimuli: n,
                    kept: kept.clone(),
                }),
                inputs: inputs.clone(),
                cost: (n * n) as f64 * 1e-7,
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
        for ((name, _), key) in named.into_iter().zip(outputs) {
            let values = self.numbers(key)?;
            let own = RankedPairs::new(&pairs_among(&values, n, &all), &mut ranker);
            let rsa = mean(ranked.iter().map(|brain| own.spearman(brain)));
            rdms.push(NamedRdm {
                name,
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
            rdms.push(NamedRdm {
                name: format!("{}, {who}", region.roi),
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
            order.sort_by_key(|&i| first(i));
        }
        order
    }
}

/// The paper's simulation (METHOD 10).
///
/// # Errors
/// [`Stopped`] when cancelled or when the job fails.
pub async fn simulate<E: Engine>(
    engine: &E,
    knobs: Simulation,
) -> Result<SimulationTable, Stopped> {
    let knobs = knobs.clamped();
    let what = Key::of(&("simulation", format!("{knobs:?}")));
    let outputs = vec![what.further(0), what.further(1)];
    let job = Job {
        task: Task::Simulate(knobs),
        inputs: Vec::new(),
        outputs: outputs.clone(),
        cost: 0.05,
    };
    engine.run(vec![job], &|_| {}).await?;
    let numbers = |key| match engine.get(key) {
        Some(Block::F64(values)) => Ok(values),
        _ => Err(missing()),
    };
    let table = SimulationTable {
        knobs,
        universality: numbers(outputs[0])?,
        alignment: numbers(outputs[1])?,
    };
    for key in outputs {
        engine.discard(key);
    }
    Ok(table)
}
