//! What the user brings: which array is which network's layer or which subject's brain, matched by
//! stimulus. Everything that is wrong with files is said here, before anything is computed.

mod alignment;
mod assemble;
mod collection;
mod entry;
mod lookalikes;
pub mod manifest;
pub mod naming;
mod natural;
mod overview;
mod read_item;
mod refine;
pub mod roles;
mod stacking;
mod subjects;
pub mod survey;

pub use alignment::{Form, Matching};
pub use assemble::{Assembly, assemble, summary};
pub use collection::Collection;
pub use entry::{Entry, apply_manifest};
pub use overview::{Group, Line, overview, subjects_of_stack, ways};
pub use read_item::{Payload, ReadItem, read, read_slices};
pub use refine::refine_guesses;
pub use stacking::Stacked;

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::formats::StimuliTable;
use crate::problem::visible;
use crate::stable_sort::sorted_by;
use roles::{Axes, Distance};

/// Names an array wherever its numbers are kept; unique in a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ArrayId(pub u64);

/// Everything that an analysis needs to know of what is to be analysed, save the numbers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Study {
    /// What the user calls it.
    pub title: String,
    /// The stimuli that all files share.
    pub stimuli: Stimuli,
    /// The networks, in order of name unless a manifest orders them.
    pub networks: Vec<Network>,
    /// One entry for each subject and ROI.
    pub brains: Vec<Brain>,
    /// RDMs that are no brain's: semantic, behavioural, of a model.
    pub model_rdms: Vec<ModelRdm>,
}

/// The stimuli of a study. Numbers are kept in the order of sorted ids throughout, so that no score
/// depends on the order of rows in a file; they are shown in the order of the stimuli file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stimuli {
    /// Ids, sorted by bytes; `stimulus 1`, ... in row order where no file has ids.
    pub ids: Vec<String>,
    /// Category of each, where the stimuli file has them.
    pub categories: Option<Vec<String>>,
    /// Path of a picture of each, where the stimuli file has them.
    pub thumbnails: Option<Vec<String>>,
    /// Indices in `ids`, in the order in which stimuli are shown.
    pub shown: Vec<usize>,
    /// Whether the ids are those of a file, not made from row numbers.
    pub has_ids: bool,
}

/// A network: a predictor as a whole, a source of targets layer by layer.
#[derive(Debug, Clone, PartialEq)]
pub struct Network {
    /// Its name.
    pub name: String,
    /// The model set that it is drawn with.
    pub set: String,
    /// Networks with the same name here are copies that do not predict each other.
    pub same_as: Option<String>,
    /// Its layers, from the input on.
    pub layers: Vec<Layer>,
}

/// A layer of a network.
#[derive(Debug, Clone, PartialEq)]
pub struct Layer {
    /// Its name.
    pub name: String,
    /// The arrays whose units make it up; mostly one.
    pub parts: Vec<Part>,
    /// The same units for other stimuli, on which its components are fitted; mostly none.
    pub fitting: Vec<Part>,
}

/// An array and how its stimuli are found in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// Which array.
    pub array: ArrayId,
    /// What it holds.
    pub digest: Digest,
    /// Path of its file, for messages.
    pub path: String,
    /// Its shape.
    pub shape: Vec<usize>,
    /// What its axes are.
    pub axes: Axes,
    /// For each stimulus of the study, in their order, its index on the stimulus axis.
    pub rows: Vec<u32>,
}

impl Part {
    /// A part of no file, for tests.
    #[cfg(test)]
    pub(crate) fn of_test(shape: &[usize], axes: Axes, rows: &[u32]) -> Self {
        Self {
            array: ArrayId(0),
            digest: Digest::default(),
            path: "a.npy".into(),
            shape: shape.to_vec(),
            axes,
            rows: rows.to_vec(),
        }
    }

    /// Number of units, once feature maps and tokens are pooled.
    #[must_use]
    pub fn units(&self) -> usize {
        match (self.axes, self.shape.as_slice()) {
            (Axes::UnitsStimuli, [units, _])
            | (Axes::StimuliUnits, [_, units])
            | (Axes::ChannelsFirst, [_, units, _, _])
            | (Axes::ChannelsLast, [_, _, _, units])
            | (Axes::Tokens, [_, _, units]) => *units,
            (Axes::Volumes, [_, further @ ..]) | (Axes::VolumesLast, [further @ .., _]) => {
                further.iter().product()
            }
            _ => 1,
        }
    }
}

/// One subject's responses in one region, as responses or as an RDM.
#[derive(Debug, Clone, PartialEq)]
pub struct Brain {
    /// Who.
    pub subject: String,
    /// Where.
    pub roi: String,
    /// The numbers.
    pub part: Part,
    /// How they give a Gram matrix.
    pub measure: Measure,
}

/// A model RDM.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelRdm {
    /// What it is called.
    pub name: String,
    /// The numbers.
    pub part: Part,
    /// How they are distances.
    pub measure: Measure,
}

/// What was measured of a brain.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Measure {
    /// Responses, stimuli x voxels.
    Responses,
    /// A matrix of distances between stimuli.
    Rdm {
        /// Which distance.
        distance: Distance,
        /// The matrix holds similarities: 1 - s is the distance.
        similarity: bool,
        /// Which matrix of a stack.
        slice: usize,
    },
}

/// What the user settled beyond the roles of single arrays.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// Title of the study.
    pub title: String,
    /// Model set by network; a guess from the name elsewhere.
    pub sets: BTreeMap<String, String>,
    /// "Same as" group by network.
    pub same_as: BTreeMap<String, String>,
    /// The user agreed that arrays without ids have the rows of the one table that has them.
    pub lend_ids: bool,
    /// The user agreed to go on without the files that cannot be read.
    pub skip_unreadable: bool,
}

/// The pieces of a study that are no arrays of numbers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Context {
    /// Stimuli tables, each of which counts for its folder and what is below it.
    pub stimuli: Vec<StimuliTable>,
    /// Path of the one that a manifest names, which then counts alone.
    pub named_stimuli: Option<String>,
    /// One-dimensional text arrays: path and ids.
    pub names: Vec<(String, Vec<String>)>,
    /// What the user settled.
    pub settings: Settings,
}

impl Context {
    /// All lists of stimulus ids that there are, of tables, of plain lists and of arrays.
    fn known_ids<'a>(&'a self, entries: &'a [Entry]) -> Vec<&'a [String]> {
        let tables = self.tables().into_iter().map(|table| table.ids.as_slice());
        let lists = self.names.iter().map(|(_, names)| names.as_slice());
        let arrays = entries
            .iter()
            .filter_map(|entry| entry.survey.ids.as_deref());
        tables.chain(lists).chain(arrays).collect()
    }

    /// The stimuli tables that count, those of outer folders first. The first one's order is that in which
    /// stimuli are shown.
    #[must_use]
    pub fn tables(&self) -> Vec<&StimuliTable> {
        let is_named = |table: &&StimuliTable| {
            let named = self.named_stimuli.as_ref();
            named.is_none_or(|path| *path == table.path)
        };
        let tables: Vec<&StimuliTable> = self.stimuli.iter().filter(is_named).collect();
        let depth = |table: &StimuliTable| table.path.matches('/').count();
        sorted_by(tables, |a, b| (depth(a), &a.path).cmp(&(depth(b), &b.path)))
    }
}

impl Study {
    /// Number of layers of all networks.
    #[must_use]
    pub fn layer_count(&self) -> usize {
        self.networks
            .iter()
            .map(|network| network.layers.len())
            .sum()
    }

    /// The regions of interest, in order of first appearance.
    #[must_use]
    pub fn rois(&self) -> Vec<String> {
        distinct(self.brains.iter().map(|brain| brain.roi.as_str()))
    }

    /// The subjects, in order of first appearance.
    #[must_use]
    pub fn subjects(&self) -> Vec<String> {
        distinct(self.brains.iter().map(|brain| brain.subject.as_str()))
    }

    /// Writes out what cannot be seen in the names of the study, wherever these are shown or saved. Names that
    /// differ still do.
    pub(crate) fn make_visible(&mut self) {
        let networks = self.networks.iter_mut().flat_map(|network| {
            let layers = network.layers.iter_mut().map(|layer| &mut layer.name);
            let own = [&mut network.name, &mut network.set];
            own.into_iter().chain(&mut network.same_as).chain(layers)
        });
        let brains = self.brains.iter_mut();
        let brains = brains.flat_map(|brain| [&mut brain.subject, &mut brain.roi]);
        let models = self.model_rdms.iter_mut().map(|rdm| &mut rdm.name);
        let stimuli = &mut self.stimuli;
        let stimuli = (stimuli.ids.iter_mut()).chain(stimuli.categories.iter_mut().flatten());
        let all = networks.chain(brains).chain(models).chain(stimuli);
        for name in all.chain([&mut self.title]) {
            if let Cow::Owned(shown) = visible(name) {
                *name = shown;
            }
        }
    }

    /// Whether network `predictor` may predict the dimensions of network `target`.
    #[must_use]
    pub fn may_predict(&self, predictor: usize, target: usize) -> bool {
        let group = |network: usize| {
            let network = &self.networks[network];
            network.same_as.as_ref().unwrap_or(&network.name)
        };
        predictor != target && group(predictor) != group(target)
    }
}

fn distinct<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut seen: Vec<String> = Vec::new();
    for name in names {
        if !seen.iter().any(|known| known == name) {
            seen.push(name.to_owned());
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(name: &str, same_as: Option<&str>) -> Network {
        Network {
            name: name.into(),
            set: String::new(),
            same_as: same_as.map(Into::into),
            layers: Vec::new(),
        }
    }

    #[test]
    fn names_are_shown_as_they_are_and_differ_as_they_did() {
        let mut study = Study {
            title: "a\u{202e}b".into(),
            networks: vec![network("n\0", Some("x\u{7}")), network("n", None)],
            ..Study::default()
        };
        study.stimuli.ids = vec!["im\u{2066}1".into(), "im1".into()];
        study.make_visible();
        assert_eq!(study.title, "a\\u{202e}b");
        assert_eq!(study.networks[0].name, "n\\u{0}");
        assert_eq!(study.networks[0].same_as.as_deref(), Some("x\\u{7}"));
        assert_eq!(study.networks[1].name, "n");
        assert_eq!(study.stimuli.ids, ["im\\u{2066}1", "im1"]);
    }

    #[test]
    fn copies_do_not_predict_each_other() {
        let study = Study {
            networks: vec![
                network("a", None),
                network("a-again", Some("a")),
                network("b", Some("pair")),
                network("c", Some("pair")),
            ],
            ..Study::default()
        };
        let allowed: Vec<(usize, usize)> = (0..4)
            .flat_map(|i| (0..4).map(move |j| (i, j)))
            .filter(|&(i, j)| study.may_predict(i, j))
            .collect();
        assert_eq!(
            allowed,
            [
                (0, 2),
                (0, 3),
                (1, 2),
                (1, 3),
                (2, 0),
                (2, 1),
                (3, 0),
                (3, 1)
            ]
        );
    }
}
