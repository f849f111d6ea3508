//! `study.json`: a study that says outright what its files are, so that a folder on any static host
//! is a study.

mod parse;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use super::roles::{Axes, Distance, Kind, Role};
use crate::formats::file_of;
use crate::options::PartialOptions;

/// The version that this reads.
pub const FORMAT: &str = "universal-dimensions/1";

/// A study manifest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: String,
    /// What to call the study.
    #[serde(default)]
    pub title: String,
    /// Address of the stimuli table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stimuli: Option<String>,
    /// Networks and their layers.
    #[serde(default)]
    pub networks: Vec<NetworkEntry>,
    /// Subjects' regions.
    #[serde(default)]
    pub brains: Vec<BrainEntry>,
    /// RDMs that are no brain's: semantic, behavioural, of a model.
    #[serde(rename = "further", default, skip_serializing_if = "Vec::is_empty")]
    pub model_rdms: Vec<ModelRdmEntry>,
    /// Tables of scores that were computed before, to be shown as they are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scores: Vec<String>,
    /// Options of the analysis, where they differ from the defaults.
    #[serde(default, deserialize_with = "options_or_none")]
    pub options: PartialOptions,
}

/// Options; `null` says none.
fn options_or_none<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<PartialOptions, D::Error> {
    Ok(Option::<PartialOptions>::deserialize(deserializer)?.unwrap_or_default())
}

/// A network of a manifest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NetworkEntry {
    /// Its name.
    pub name: String,
    /// Its model set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set: Option<String>,
    /// Networks of one group do not predict each other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_as: Option<String>,
    /// Its layers, from the input on.
    pub layers: Vec<LayerEntry>,
}

/// A layer of a manifest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LayerEntry {
    /// Its name.
    pub name: String,
    /// Address of its activations.
    pub file: String,
    /// Address of its activations for other stimuli, on which its components are fitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fit: Option<String>,
}

/// An RDM of a manifest that is no brain's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelRdmEntry {
    /// What to call it.
    pub name: String,
    /// Address of the RDM.
    pub rdm: String,
}

/// A brain of a manifest: either responses or an RDM.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BrainEntry {
    /// Who; of a stack the beginning of each subject's name.
    pub subject: String,
    /// Where.
    pub roi: String,
    /// Address of an RDM, or of a stack of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rdm: Option<String>,
    /// Address of responses, stimuli x voxels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub responses: Option<String>,
    /// Which distance the RDM holds.
    #[serde(default)]
    pub distance: Distance,
}

/// A file that a manifest names and what it is for; axes are left to the array itself.
pub(super) struct Slot {
    pub(super) file: String,
    pub(super) role: Role,
}

impl Manifest {
    /// Addresses of all files that the manifest names, each once, archives without their members.
    #[must_use]
    pub fn files(&self) -> Vec<String> {
        let named = self.stimuli.iter().chain(&self.scores).cloned();
        let slots = self.slots().into_iter();
        let in_slots = slots.map(|slot| file_of(&slot.file).to_owned());
        let mut seen = std::collections::HashSet::new();
        (named.chain(in_slots))
            .filter(|file| seen.insert(file.clone()))
            .collect()
    }

    pub(super) fn slots(&self) -> Vec<Slot> {
        let role = |kind| Role::new(kind, Axes::StimuliUnits);
        let mut slots = Vec::new();
        for network in &self.networks {
            for (depth, layer) in network.layers.iter().enumerate() {
                let files = [
                    (Some(&layer.file), Kind::Activations),
                    (layer.fit.as_ref(), Kind::Fitting),
                ];
                for (file, kind) in files {
                    slots.extend(file.map(|file| Slot {
                        file: file.clone(),
                        role: Role {
                            network: network.name.clone(),
                            layer: layer.name.clone(),
                            depth: u32::try_from(depth).ok(),
                            ..role(kind)
                        },
                    }));
                }
            }
        }
        slots.extend(self.model_rdms.iter().map(|model| Slot {
            file: model.rdm.clone(),
            role: Role {
                roi: model.name.clone(),
                ..role(Kind::ModelRdm)
            },
        }));
        for brain in &self.brains {
            let (file, kind) = match (&brain.rdm, &brain.responses) {
                (Some(rdm), _) => (rdm.clone(), Kind::Rdm),
                (None, responses) => (responses.clone().unwrap_or_default(), Kind::Responses),
            };
            slots.push(Slot {
                file,
                role: Role {
                    roi: brain.roi.clone(),
                    subject: brain.subject.clone(),
                    distance: brain.distance,
                    ..role(kind)
                },
            });
        }
        slots
    }
}

/// An address of a manifest as a path beside the manifest, `.` and `..` taken out.
#[must_use]
pub fn resolve(manifest: &str, address: &str) -> String {
    let mut segments: Vec<&str> = manifest.split('/').collect();
    segments.pop();
    for segment in address.split(['/', '\\']) {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            name => segments.push(name),
        }
    }
    segments.join("/")
}
