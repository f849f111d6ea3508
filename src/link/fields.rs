//! The fields of a link beside the options and the settings of views. The options are listed in
//! [`SETTINGS`](crate::options::SETTINGS).

use super::settings::{Field, number, one, text};
use super::{Chosen, Link, Source};
use crate::analysis::demo::Knobs;

fn knobs(link: &Link) -> Option<&Knobs> {
    match &link.source {
        Source::Demo(knobs) => Some(knobs),
        _ => None,
    }
}

macro_rules! knob {
    ($name:literal, $label:literal, $field:ident, $bounds:ident) => {
        Field {
            name: $name,
            label: $label,
            write: |link| {
                knobs(link).map_or_else(Vec::new, |knobs| {
                    number(knobs.$field, Knobs::default().$field)
                })
            },
            read: |link, parts| {
                let bounds = Knobs::$bounds;
                let value = bounds.read(one(parts))?;
                let value = u32::try_from(value).map_err(|_| bounds.to_string())?;
                if let Source::Demo(knobs) = &mut link.source {
                    knobs.$field = value;
                }
                Ok(())
            },
        }
    };
}

/// What may be turned in the demo.
pub const KNOBS: &[Field<Link>] = &[
    knob!("networks", "Networks", networks, NETWORKS),
    knob!("shared", "Shared latents", shared, SHARED),
    knob!("private", "Private latents", private, PRIVATE),
    knob!("noise", "Noise, %", noise, NOISE),
    knob!("draw", "Draw", seed, SEED),
];

/// How the study is shown, whichever view is open, in the order in which they are written.
pub const SHOWN: &[Field<Link>] = &[
    Field {
        name: "roi",
        label: "Brain region",
        write: |link| link.view.roi.clone().into_iter().collect(),
        read: |link, parts| {
            link.view.roi = Some(text(parts)?);
            Ok(())
        },
    },
    Field {
        name: "only",
        label: "Shown networks",
        write: |link| link.view.networks.clone(),
        read: |link, parts| {
            link.view.networks = parts.to_vec();
            Ok(())
        },
    },
];

/// The dimension that was picked, written last: it is a link's longest part.
pub const PICKED: Field<Link> = Field {
    name: "pick",
    label: "Chosen dimension",
    write: |link| {
        link.view.chosen.as_ref().map_or_else(Vec::new, |chosen| {
            let component = chosen.component.to_string();
            vec![chosen.network.clone(), chosen.layer.clone(), component]
        })
    },
    read: |link, parts| {
        let chosen = match parts {
            [network, layer, component] => component.parse().ok().map(|component| Chosen {
                network: network.clone(),
                layer: layer.clone(),
                component,
            }),
            _ => None,
        };
        link.view.chosen = Some(chosen.ok_or("network~layer~component")?);
        Ok(())
    },
};
