//! A manifest from its text, with what cannot be read and what is not known.

use super::{FORMAT, Manifest};
use crate::options::PartialOptions;
use crate::problem::Problem;

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
                Problem::error(path, wrong.found())
                    .expected(wrong.expected)
                    .hint("Correct it in the options of the manifest")
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
