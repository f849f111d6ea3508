//! Stimuli laid out on a plane by dimensions (METHOD 9).

use nalgebra::DMatrix;

use super::analysis::{ImageMap, Method};
use crate::analysis::Plan;
use crate::blocks::Key;
use crate::engine::{Engine, Stopped};
use crate::jobs::Job;
use crate::math::layout::distances;
use crate::math::ranks::pearson;
use crate::math::rsa::pairs_of;
use crate::results::csv::{score, write};
use crate::stable_sort::sorted;
use crate::study::ModelRdm;
use crate::workflow::{SecondaryAnalyses, Stage};

const STAGE: Stage = Stage("Laying the stimuli out");

/// Stimuli on a plane.
#[derive(Debug, Clone, PartialEq)]
pub struct ImageMapTable {
    /// Ids, in the order in which stimuli are shown.
    pub stimuli: Vec<String>,
    /// Category of each, where there are any.
    pub categories: Option<Vec<String>>,
    /// Where each lies; units have no meaning.
    pub positions: Vec<(f64, f64)>,
    /// How far neighbours are kept, in [0, 1], and over how many.
    pub trustworthiness: (f64, usize),
    /// Dimensions that were pooled.
    pub dimensions: usize,
    /// Pearson correlation of the plane's distances with each model RDM.
    pub model_rdms: Vec<(String, f64)>,
}

impl<E: Engine> SecondaryAnalyses<'_, E> {
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
                let index = layers.partition_point(|&known| known < layer);
                (index, self.table.component[row] as usize - 1)
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
            .model_rdms
            .iter()
            .map(|model| Plan::rdm_job(&model.part, model.measure))
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
        self.run(STAGE, jobs).await?;
        let plane = DMatrix::from_vec(n, 2, self.numbers(outputs[0])?);
        let trust = self.numbers(outputs[1])?;
        let shown = pairs_of(&distances(&plane));
        let mut model_rdms = Vec::new();
        for (ModelRdm { name, .. }, key) in self.study.model_rdms.iter().zip(rdms) {
            let rdm = DMatrix::from_vec(n, n, self.numbers(key)?);
            model_rdms.push((name.clone(), pearson(&shown, &pairs_of(&rdm))));
            self.engine.yield_to_ui().await;
        }
        let stimuli = &self.study.stimuli;
        let in_order = |names: &Vec<String>| -> Vec<String> {
            stimuli.shown.iter().map(|&i| names[i].clone()).collect()
        };
        Ok(ImageMapTable {
            stimuli: in_order(&stimuli.ids),
            categories: stimuli.categories.as_ref().map(in_order),
            positions: stimuli
                .shown
                .iter()
                .map(|&i| (plane[(i, 0)], plane[(i, 1)]))
                .collect(),
            trustworthiness: (trust[0], trust[1] as usize),
            dimensions: rows.len(),
            model_rdms,
        })
    }
}

/// stimulus, category, x, y.
#[must_use]
pub fn map_csv(map: &ImageMapTable) -> String {
    let header = ["stimulus", "category", "x", "y"].map(String::from);
    let rows = map.stimuli.iter().enumerate().map(|(index, stimulus)| {
        let category = map.categories.as_ref().map(|all| all[index].clone());
        let at = map.positions[index];
        vec![
            stimulus.clone(),
            category.unwrap_or_default(),
            score(at.0),
            score(at.1),
        ]
    });
    write(&header, rows)
}
