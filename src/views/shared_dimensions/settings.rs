//! What of the shared dimensions a link carries.

use crate::link::{Field, Settings, number_field, text};
use crate::options::Bounds;

/// What is chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedSettings {
    /// The dimension, from 1.
    pub dimension: usize,
    /// The network whose layers are shown; the one that agrees most along the dimension where absent.
    pub network: Option<String>,
}

impl SharedSettings {
    /// Which dimensions there may be.
    pub const DIMENSION: Bounds = Bounds::new(1, 1000);
}

impl Default for SharedSettings {
    fn default() -> Self {
        Self {
            dimension: 1,
            network: None,
        }
    }
}

impl Settings for SharedSettings {
    const FIELDS: &'static [Field<Self>] = &[
        number_field!("shareddimension", "Shared dimension", dimension, |text| {
            Self::DIMENSION.read_count(text)
        }),
        Field {
            name: "sharednetwork",
            label: "Network",
            write: |settings| settings.network.clone().into_iter().collect(),
            read: |settings, parts| {
                settings.network = Some(text(parts)?);
                Ok(())
            },
        },
    ];
}
