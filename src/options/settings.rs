//! The options by name: how each is read from a text and written again.

use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value};

use super::bounds::{BOOTSTRAPS, COMPONENTS, DRAWS, FOLDS, PERMUTATIONS, RDM_SCALE, SEED, Wrong};
use super::{Components, PartialOptions, Words};

/// One option.
pub struct Setting {
    /// What the page calls it, which is what every message calls it.
    pub label: &'static str,
    /// Its name in a manifest, and with hyphens on the command line.
    pub name: &'static str,
    /// Its name in a link.
    pub in_link: &'static str,
    write: fn(&PartialOptions) -> Option<Value>,
    read: fn(&mut PartialOptions, &str) -> Result<(), String>,
}

macro_rules! choice {
    ($label:literal, $name:literal, $in_link:literal, $field:ident) => {
        Setting {
            label: $label,
            name: $name,
            in_link: $in_link,
            write: |said| said.$field.map(|value| value.word().into()),
            read: |said, text| Words::read(text).map(|value| said.$field = Some(value)),
        }
    };
}

macro_rules! count {
    ($label:literal, $name:literal, $field:ident, $bounds:ident) => {
        Setting {
            label: $label,
            name: $name,
            in_link: $name,
            write: |said| said.$field.map(Value::from),
            read: |said, text| {
                $bounds
                    .read_count(text)
                    .map(|count| said.$field = Some(count))
            },
        }
    };
}

macro_rules! seed {
    ($label:literal, $name:literal, $in_link:literal, $field:ident) => {
        Setting {
            label: $label,
            name: $name,
            in_link: $in_link,
            write: |said| said.$field.map(Value::from),
            read: |said, text| SEED.read(text).map(|seed| said.$field = Some(seed)),
        }
    };
}

/// Every component, in words.
const ALL: &str = "all";

/// All options, in the order in which they are written.
pub static SETTINGS: [Setting; 13] = [
    choice!("Mapping", "mapping", "mapping", mapping),
    Setting {
        label: "Components",
        name: "components",
        in_link: "components",
        write: |said| {
            said.components.map(|components| match components {
                Components::All => ALL.into(),
                Components::AtMost(most) => most.into(),
            })
        },
        read: |said, text| {
            let components = match text.trim() {
                ALL => Components::All,
                text => Components::AtMost(
                    COMPONENTS
                        .read_count(text)
                        .map_err(|expected| format!("{expected}, or {ALL}"))?,
                ),
            };
            said.components = Some(components);
            Ok(())
        },
    },
    count!("Folds", "folds", folds, FOLDS),
    seed!("Seed", "seed", "seed", seed),
    choice!("Feature maps", "pooling", "pooling", pooling),
    Setting {
        label: "Voxels",
        name: "z_score",
        in_link: "zscore",
        write: |said| said.z_score.map(Value::from),
        read: |said, text| {
            let value = Words::read(text).map_err(|_| "0 or 1, false or true".to_owned())?;
            said.z_score = Some(value);
            Ok(())
        },
    },
    Setting {
        label: "RDM scale",
        name: "rdm_scale",
        in_link: "rdmscale",
        write: |said| said.rdm_scale.map(Value::from),
        read: |said, text| {
            RDM_SCALE
                .read(text)
                .map(|scale| said.rdm_scale = Some(scale))
        },
    },
    choice!("Universality across", "scope", "scope", scope),
    choice!("Subject pairs for reliability", "pairs", "pairs", pairs),
    count!("Permutations", "permutations", permutations, PERMUTATIONS),
    count!("Bootstraps", "bootstraps", bootstraps, BOOTSTRAPS),
    count!("Random draws", "draws", draws, DRAWS),
    seed!(
        "Seed of chance",
        "resampling_seed",
        "chance",
        resampling_seed
    ),
];

impl Setting {
    /// The option of a name in manifests.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        SETTINGS.iter().find(|setting| setting.name == name)
    }

    /// The value as a link has it; `None` where nothing is said.
    #[must_use]
    pub fn text(&self, said: &PartialOptions) -> Option<String> {
        (self.write)(said).map(|value| match value {
            Value::String(word) => word,
            Value::Bool(is_on) => is_on.word().to_owned(),
            // 500, not 500.0
            Value::Number(number) if number.is_f64() => {
                number.as_f64().unwrap_or_default().to_string()
            }
            other => other.to_string(),
        })
    }

    /// Takes over what a text says.
    ///
    /// # Errors
    /// The option, the text and what was expected, where it cannot be.
    pub fn take(&self, said: &mut PartialOptions, text: &str) -> Result<(), Wrong> {
        (self.read)(said, text).map_err(|expected| Wrong::new(self.label, text, expected))
    }
}

impl PartialOptions {
    /// What the options of a manifest say. Fields that are not known are passed over.
    ///
    /// # Errors
    /// The first value that an option cannot have.
    pub fn from_json(given: &Map<String, Value>) -> Result<Self, Wrong> {
        let mut said = Self::default();
        for setting in &SETTINGS {
            let text = match given.get(setting.name) {
                None | Some(Value::Null) => continue,
                Some(Value::String(text)) => text.clone(),
                Some(value) => value.to_string(),
            };
            setting.take(&mut said, &text)?;
        }
        Ok(said)
    }
}

impl<'de> Deserialize<'de> for PartialOptions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_json(&Map::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl Serialize for PartialOptions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for setting in &SETTINGS {
            if let Some(value) = (setting.write)(self) {
                map.serialize_entry(setting.name, &value)?;
            }
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::test_values::some_options;
    use proptest::prelude::*;

    #[test]
    fn a_value_that_cannot_be_is_named_with_what_can() {
        for (name, value, expected) in [
            ("mapping", "lasso", "ridge, ols, one-to-one"),
            ("components", "0", "a whole number from 1 to 100000, or all"),
            ("folds", "1", "a whole number from 2 to 10000"),
            ("folds", "5.0", "a whole number from 2 to 10000"),
            (
                "seed",
                "-1",
                "a whole number from 0 to 18446744073709551615",
            ),
            ("pooling", "median", "max, mean, flatten"),
            ("z_score", "2", "0 or 1, false or true"),
            ("rdm_scale", "0", "a number from 0.001 to 1000000000"),
            ("scope", "none", "all, set"),
            ("pairs", "some", "all, published"),
            ("permutations", "10001", "a whole number from 0 to 10000"),
            ("bootstraps", "100000000", "a whole number from 1 to 100000"),
            ("draws", "0", "a whole number from 1 to 10000"),
            (
                "resampling_seed",
                "x",
                "a whole number from 0 to 18446744073709551615",
            ),
        ] {
            let setting = Setting::named(name);
            let mut said = PartialOptions::default();
            let setting = setting.expect("there is such an option");
            assert_eq!(
                setting.take(&mut said, value).unwrap_err().to_string(),
                format!("{} is {value}. Expected {expected}", setting.label)
            );
            assert_eq!(said, PartialOptions::default());
        }
    }

    proptest! {
        #[test]
        fn what_is_said_in_json_is_read_again(said in some_options()) {
            let json = serde_json::to_string(&said).expect("writes");
            prop_assert_eq!(serde_json::from_str::<PartialOptions>(&json).expect("reads"), said);
        }
    }
}
