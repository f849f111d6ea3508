//! RDMs side by side: of a layer, of the same cut down, and of a region (METHOD 7).

use super::analysis::ReducedRdmOf;
use crate::analysis::Plan;
use crate::blocks::Key;
use crate::engine::{Engine, Stopped};
use crate::jobs::Job;
use crate::math::ranks::Ranker;
use crate::math::rsa::{RankedPairs, pairs_among};
use crate::math::summary::mean;
use crate::results::csv::{score, write};
use crate::stable_sort::sort_indices;
use crate::workflow::{SecondaryAnalyses, Stage, missing};

/// RDMs side by side.
#[derive(Debug, Clone, PartialEq)]
pub struct RdmTable {
    /// Ids, in the order of rows.
    pub stimuli: Vec<String>,
    /// Category of each, where there are any.
    pub categories: Option<Vec<String>>,
    /// The RDMs.
    pub rdms: Vec<NamedRdm>,
}

/// An RDM of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedRdm {
    /// What it is of.
    pub name: String,
    /// The same in few words, beside others.
    pub title: String,
    /// Distances, row by row (n x n).
    pub values: Vec<f64>,
    /// Mean over the chosen subjects of the Spearman correlation with their RDMs; none for the
    /// brain itself.
    pub rsa: Option<f64>,
}

impl<E: Engine> SecondaryAnalyses<'_, E> {
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
        sort_indices(&mut most, |a, b| {
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
        self.run_exactly(Stage::RDMS, &plan, jobs).await?;
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
            self.engine.yield_to_ui().await;
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
            self.engine.yield_to_ui().await;
        }
        if let Some(region) = self.table.alignment.get(roi).filter(|_| !chosen.is_empty()) {
            let who = match (subject, chosen.len()) {
                (Some(subject), _) => subject.to_owned(),
                (None, 1) => self.study.brains[chosen[0]].subject.clone(),
                (None, subjects) => format!("mean of {subjects} subjects"),
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
            sort_indices(&mut order, |a, b| first(a).cmp(&first(b)));
        }
        order
    }
}

/// first, second, then one column an RDM.
#[must_use]
pub fn rdms_csv(table: &RdmTable) -> String {
    let mut header = ["first", "second"].map(String::from).to_vec();
    header.extend(table.rdms.iter().map(|rdm| rdm.name.clone()));
    let n = table.stimuli.len();
    let pairs = (0..n).flat_map(|i| (i + 1..n).map(move |j| (i, j)));
    let rows = pairs.map(|(i, j)| {
        let mut record = vec![table.stimuli[i].clone(), table.stimuli[j].clone()];
        record.extend(table.rdms.iter().map(|rdm| score(rdm.values[i * n + j])));
        record
    });
    write(&header, rows)
}
