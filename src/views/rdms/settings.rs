//! How RDMs are shown.

use crate::link::{Field, Settings, Words, choice_field, number_field, text};
use crate::options::Bounds;

/// How RDMs are shown.
#[derive(Debug, Clone, PartialEq)]
pub struct RdmSettings {
    /// Network and layer; the chosen dimension's where absent.
    pub layer: Option<(String, String)>,
    /// Number of most universal dimensions that the reduced version keeps.
    pub kept: usize,
    /// The subject; the mean of all where absent.
    pub subject: Option<String>,
    /// Colours by ranks, not by values.
    pub ranks: bool,
    /// Stimuli grouped by category.
    pub grouped: bool,
}

impl RdmSettings {
    /// How many dimensions may be kept.
    pub const KEPT: Bounds = Bounds::new(1, 100_000);
}

impl Default for RdmSettings {
    fn default() -> Self {
        Self {
            layer: None,
            kept: 10,
            subject: None,
            ranks: true,
            grouped: false,
        }
    }
}

const YES: Words<bool> = &[("0", false), ("1", true)];
const RANKS: Words<bool> = &[("ranks", true), ("values", false)];

impl Settings for RdmSettings {
    const FIELDS: &'static [Field<Self>] = &[
        Field {
            name: "layer",
            label: "Layer",
            write: |settings| {
                let layer = settings.layer.clone().into_iter();
                layer
                    .flat_map(|(network, layer)| [network, layer])
                    .collect()
            },
            read: |settings, parts| match parts {
                [network, layer] => {
                    settings.layer = Some((network.clone(), layer.clone()));
                    Ok(())
                }
                _ => Err("network~layer".into()),
            },
        },
        number_field!("kept", "Keep", kept, |text| Self::KEPT.read_count(text)),
        Field {
            name: "subject",
            label: "Subject",
            write: |settings| settings.subject.clone().into_iter().collect(),
            read: |settings, parts| {
                settings.subject = Some(text(parts)?);
                Ok(())
            },
        },
        choice_field!("rdmcolours", "Colours", RANKS, ranks),
        choice_field!("grouped", "Order", YES, grouped),
    ];
}
