//! What is like what: dimensions of other networks like one, and stimuli laid out by dimensions.

use nalgebra::DMatrix;

use super::{Asking, missing};
use crate::analysis::image_map::{ImageMap, Method};
use crate::analysis::neighbours::Neighbours;
use crate::analysis::{Plan, Stage};
use crate::blocks::{Block, Key};
use crate::engine::{Engine, Stopped};
use crate::jobs::Job;
use crate::math::layout::distances;
use crate::math::ranks::pearson;
use crate::math::rsa::pairs_of;
use crate::order::{sorted, sorted_by};
use crate::results::ImageMapTable;
use crate::study::Further;

impl<E: Engine> Asking<'_, E> {
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
                let cost = (n * columns.iter().sum::<usize>()) as f64 * 2e-9;
                jobs.push(Job::new(
                    &Neighbours {
                        stimuli: n,
                        component: table.component[row] as usize - 1,
                        columns,
                    },
                    inputs,
                    outputs,
                    cost,
                ));
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
        let mut found = sorted_by(found, |a, b| b.1.abs().total_cmp(&a.1.abs()));
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
        let layers: Vec<usize> = rows
            .iter()
            .map(|&row| self.table.layer[row] as usize)
            .collect();
        let mut layers = sorted(layers);
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
        jobs.push(Job::new(
            &ImageMap {
                stimuli: n,
                dimensions,
                method,
                seed,
            },
            inputs,
            outputs.clone(),
            cost,
        ));
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
}
