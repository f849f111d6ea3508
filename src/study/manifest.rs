//! `study.json`: a study that says outright what its files are, so that a folder on any static host
//! is a study.

use serde::{Deserialize, Serialize};

use super::roles::{Axes, Distance, Kind, Role};
use crate::formats::file_of;
use crate::options::PartialOptions;
use crate::problem::Problem;

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
    /// Reads a manifest.
    ///
    /// # Errors
    /// A [`Problem`] with the line and column of what cannot be read, for another format, or for a
    /// brain with neither or both of responses and RDM.
    pub fn parse(path: &str, text: &str) -> Result<Self, Problem> {
        Self::parse_with_warnings(path, text).map(|(manifest, _)| manifest)
    }

    /// The same, with a warning for each field that is not known, which is passed over.
    ///
    /// # Errors
    /// As [`Manifest::parse`].
    pub fn parse_with_warnings(path: &str, text: &str) -> Result<(Self, Vec<Problem>), Problem> {
        let says_format = |value: &serde_json::Value| {
            value
                .get("format")
                .and_then(|format| format.as_str().map(str::to_owned))
        };
        // Windows' editors put a mark before the first letter
        let text = text.trim_start_matches('\u{feff}');
        let value: serde_json::Value = serde_json::from_str(text).map_err(|error| {
            Problem::error(path, format!("is not JSON: {error}"))
                .expected(format!("a study with \"format\": \"{FORMAT}\""))
                .hint("Correct the manifest there")
        })?;
        match says_format(&value) {
            Some(format) if format == FORMAT => {}
            Some(format) if format.starts_with("universal-dimensions/") => {
                return Err(
                    Problem::error(path, format!("is a study of the format {format}"))
                        .expected(FORMAT)
                        .hint("Reload the page: a newer version of it may read this study"),
                );
            }
            _ => {
                return Err(Problem::error(path, "is JSON, but not a study")
                    .expected(format!("an object with \"format\": \"{FORMAT}\""))
                    .hint("Look at the study.json in the README"));
            }
        }
        if let Some(options) = value.get("options").and_then(serde_json::Value::as_object) {
            PartialOptions::from_json(options).map_err(|wrong| {
                Problem::error(
                    path,
                    format!(
                        "says in its options that {} is {}",
                        wrong.option, wrong.value
                    ),
                )
                .expected(wrong.expected)
                .hint("Correct the manifest there")
            })?;
        }
        let mut manifest: Manifest = serde_json::from_str(text).map_err(|error| {
            Problem::error(path, format!("cannot be understood: {error}"))
                .expected("the fields that the README names")
                .hint("Correct the manifest there")
        })?;
        manifest.with_slashes();
        if let Some(twice) = named_twice(&manifest) {
            return Err(Problem::error(path, format!("names {twice} twice"))
                .expected("each network once, and each of its layers once")
                .hint("Correct one of the names"));
        }
        for brain in &manifest.brains {
            if brain.rdm.is_some() == brain.responses.is_some() {
                return Err(Problem::error(
                    path,
                    format!(
                        "{} of {} has neither or both of rdm and responses",
                        brain.roi, brain.subject
                    ),
                )
                .expected("one of them")
                .hint("Correct the manifest there"));
            }
        }
        let mut unknown = Vec::new();
        if let Ok(known) = serde_json::to_value(&manifest) {
            list_unknown(&value, &known, "", &mut unknown);
        }
        if manifest.networks.is_empty() && manifest.scores.is_empty() {
            let others = if unknown.is_empty() {
                String::new()
            } else {
                format!(" (not known: {})", unknown.join(", "))
            };
            return Err(Problem::error(path, format!("names no network{others}"))
                .expected("\"networks\": [{\"name\": …, \"layers\": …}], as in the README")
                .hint("Correct the manifest there"));
        }
        let warnings = unknown
            .iter()
            .map(|field| {
                Problem::warning(
                    path,
                    format!("has the field {field}, which is not known and was passed over"),
                )
                .expected("the fields that the README names")
                .hint("Check its spelling")
            })
            .collect();
        Ok((manifest, warnings))
    }

    /// Windows separates folders by backslashes, which are slashes in addresses.
    fn with_slashes(&mut self) {
        let layers = self
            .networks
            .iter_mut()
            .flat_map(|network| &mut network.layers);
        let of_layers = layers.flat_map(|layer| [Some(&mut layer.file), layer.fit.as_mut()]);
        let of_brains = self
            .brains
            .iter_mut()
            .flat_map(|brain| [brain.rdm.as_mut(), brain.responses.as_mut()]);
        let others = self
            .model_rdms
            .iter_mut()
            .map(|model| &mut model.rdm)
            .chain(&mut self.scores)
            .chain(&mut self.stimuli);
        for address in of_layers.chain(of_brains).flatten().chain(others) {
            if address.contains('\\') {
                *address = address.replace('\\', "/");
            }
        }
    }

    /// Addresses of all files that the manifest names, each once, archives without their members.
    #[must_use]
    pub fn files(&self) -> Vec<String> {
        let mut files: Vec<String> = self.stimuli.iter().chain(&self.scores).cloned().collect();
        for slot in self.slots() {
            let file = file_of(&slot.file).to_owned();
            if !files.contains(&file) {
                files.push(file);
            }
        }
        files
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

/// A network that stands twice, or a layer that stands twice in one.
fn named_twice(manifest: &Manifest) -> Option<String> {
    let mut networks = std::collections::HashSet::new();
    for network in &manifest.networks {
        if !networks.insert(&network.name) {
            return Some(format!("the network {}", network.name));
        }
        let mut layers = std::collections::HashSet::new();
        if let Some(layer) = network
            .layers
            .iter()
            .find(|layer| !layers.insert(&layer.name))
        {
            return Some(format!("the layer {} of {}", layer.name, network.name));
        }
    }
    None
}

/// Fields of a JSON value that are not in the same value as it was understood.
fn list_unknown(
    given: &serde_json::Value,
    known: &serde_json::Value,
    at: &str,
    unknown: &mut Vec<String>,
) {
    use serde_json::Value::{Array, Object};
    match (given, known) {
        (Object(given), Object(known)) => {
            for (name, value) in given.iter().filter(|(_, value)| !value.is_null()) {
                let path = if at.is_empty() {
                    name.clone()
                } else {
                    format!("{at}.{name}")
                };
                match known.get(name) {
                    Some(known) => list_unknown(value, known, &path, unknown),
                    None => unknown.push(path),
                }
            }
        }
        (Array(given), Array(known)) => {
            for (value, known) in given.iter().zip(known) {
                list_unknown(value, known, at, unknown);
            }
        }
        _ => {}
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::reliability::Pairs;
    use crate::math::ridge::Mapping;
    use crate::options::{Components, Pooling, Scope};

    const STUDY: &str = r#"{
        "format": "universal-dimensions/1", "title": "Two networks", "stimuli": "stimuli.csv",
        "networks": [
            {"name": "alexnet", "set": "Different architectures",
             "layers": [{"name": "conv1", "file": "nets.npz/conv1"}, {"name": "fc7", "file": "nets.npz/fc7"}]}],
        "brains": [{"subject": "sub-01", "roi": "IT", "rdm": "../rdm.npy", "distance": "crossnobis"}],
        "options": {"folds": 4, "mapping": "ols"}
    }"#;

    #[test]
    fn a_manifest_names_its_files_once_and_their_roles() {
        let manifest = Manifest::parse("study.json", STUDY).expect("valid");
        assert_eq!(manifest.files(), ["stimuli.csv", "nets.npz", "../rdm.npy"]);
        assert_eq!(manifest.options.folds, Some(4));
        let slots = manifest.slots();
        assert_eq!(slots[1].role.depth, Some(1));
        assert_eq!(slots[2].role.distance, Distance::Crossnobis);
        assert_eq!(resolve("a/b/study.json", "../rdm.npy"), "a/rdm.npy");
        assert_eq!(resolve("study.json", "./x.npy"), "x.npy");
        assert_eq!(resolve("a/study.json", "act\\b\\x.npy"), "a/act/b/x.npy");
    }

    #[test]
    fn a_manifest_of_windows_is_the_same() {
        let windows = STUDY
            .replace("nets.npz/", r"nets.npz\\")
            .replace("../rdm.npy", r"..\\rdm.npy");
        let windows = format!("\u{feff}{}", windows.replace('\n', "\r\n"));
        assert_eq!(
            Manifest::parse("study.json", &windows),
            Manifest::parse("study.json", STUDY)
        );
    }

    #[test]
    fn a_field_that_is_not_known_is_a_warning() {
        let text = STUDY.replace("\"set\":", "\"sett\":");
        let (_, warnings) = Manifest::parse_with_warnings("study.json", &text).expect("valid");
        assert_eq!(warnings.len(), 1);
        assert!(warnings[0].to_string().contains("networks.sett"));
        let (_, none) = Manifest::parse_with_warnings("study.json", STUDY).expect("valid");
        assert!(none.is_empty());
    }

    #[test]
    fn model_rdms_are_read_and_written_under_their_key() {
        let entry = r#"{"name":"semantic","rdm":"words.npy"}"#;
        let text = STUDY.replace(
            "\"options\":",
            &format!("\"further\": [{entry}], \"options\":"),
        );
        let (manifest, none) = Manifest::parse_with_warnings("study.json", &text).expect("valid");
        assert!(none.is_empty());
        let is_model = |slot: &&Slot| slot.role.kind == Kind::ModelRdm;
        let slots = manifest.slots();
        let slot = slots.iter().find(is_model).expect("a slot");
        assert_eq!(
            (slot.file.as_str(), slot.role.roi.as_str()),
            ("words.npy", "semantic")
        );
        let written = serde_json::to_string(&manifest).expect("writes");
        assert!(
            written.contains(&format!("\"further\":[{entry}]")),
            "{written}"
        );
    }

    #[test]
    fn scores_alone_are_a_study() {
        let text = r#"{ "format": "universal-dimensions/1", "scores": ["u.nc", "b.nc"] }"#;
        let manifest = Manifest::parse("study.json", text).expect("a study");
        assert_eq!(manifest.files(), ["u.nc", "b.nc"]);
    }

    #[test]
    fn each_option_is_taken_and_one_that_cannot_be_is_named() {
        let with = |options: &str| {
            let text = STUDY.replace(r#""folds": 4, "mapping": "ols""#, options);
            Manifest::parse_with_warnings("study.json", &text)
        };
        type Set = fn(&mut PartialOptions);
        let taken: [(&str, Set); 16] = [
            (r#""mapping": "one-to-one""#, |o| {
                o.mapping = Some(Mapping::OneToOne)
            }),
            (r#""mapping": "onetoone""#, |o| {
                o.mapping = Some(Mapping::OneToOne)
            }),
            (r#""components": 12"#, |o| {
                o.components = Some(Components::AtMost(12))
            }),
            (r#""components": "all""#, |o| {
                o.components = Some(Components::All)
            }),
            (r#""components": null"#, |o| o.components = None),
            (r#""folds": 10"#, |o| o.folds = Some(10)),
            (r#""seed": 18446744073709551615"#, |o| {
                o.seed = Some(u64::MAX)
            }),
            (r#""pooling": "mean""#, |o| o.pooling = Some(Pooling::Mean)),
            (r#""z_score": true"#, |o| o.z_score = Some(true)),
            (r#""rdm_scale": 0.5"#, |o| o.rdm_scale = Some(0.5)),
            (r#""scope": "set""#, |o| o.scope = Some(Scope::WithinSet)),
            (r#""pairs": "published""#, |o| {
                o.pairs = Some(Pairs::AsPublished)
            }),
            (r#""permutations": 0"#, |o| o.permutations = Some(0)),
            (r#""bootstraps": 10"#, |o| o.bootstraps = Some(10)),
            (r#""draws": 10"#, |o| o.draws = Some(10)),
            (r#""resampling_seed": 4"#, |o| o.resampling_seed = Some(4)),
        ];
        for (options, say) in taken {
            let (manifest, warnings) = with(options).expect(options);
            let mut said = PartialOptions::default();
            say(&mut said);
            assert_eq!(manifest.options, said, "{options}");
            assert!(warnings.is_empty(), "{options}");
        }
        for (options, says) in [
            (
                r#""folds": 1"#,
                "study.json: says in its options that folds is 1. Expected a whole number from 2 to 10000.",
            ),
            (
                r#""rdm_scale": 1e308"#,
                "rdm_scale is 1e+308. Expected a number from 0.001 to 1000000000",
            ),
            (
                r#""components": 0"#,
                "components is 0. Expected a whole number from 1 to 100000, or all",
            ),
            (r#""draws": 1.5"#, "draws is 1.5. Expected a whole number"),
            (
                r#""mapping": "lasso""#,
                "mapping is lasso. Expected ridge, ols, one-to-one",
            ),
            (r#""mapping": [1]"#, "mapping is [1]. Expected ridge"),
        ] {
            let problem = with(options).expect_err(options);
            assert!(problem.is_error());
            assert!(problem.to_string().contains(says), "{problem}");
        }
        let (_, warnings) = with(r#""fold": 5"#).expect("valid");
        assert!(
            warnings[0].to_string().contains("options.fold,"),
            "{warnings:?}"
        );
    }

    #[test]
    fn what_is_no_study_says_so() {
        let says = |text: &str| Manifest::parse("s.json", text).unwrap_err().to_string();
        assert!(says("<html>").contains("not JSON"));
        assert!(says("{}").contains("not a study"));
        assert!(says(r#"{"format": "universal-dimensions/2"}"#).contains("newer"));
        let both =
            r#"{"format": "universal-dimensions/1", "brains": [{"subject": "a", "roi": "b"}]}"#;
        assert!(says(both).contains("neither or both"));
    }
}
