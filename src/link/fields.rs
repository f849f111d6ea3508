//! The fields of a link beside the options: how each is written, where it differs from the default,
//! and read. The options are listed in [`SETTINGS`](crate::options::SETTINGS).

use super::{Chosen, Link, MapView, RdmView, Source, Tab};
use crate::analysis::demo::Knobs;
use crate::analysis::image_map::Method;
use crate::analysis::simulation::Simulation;
use crate::figures::{ColourBy, Marks, Panels};
use crate::options::SEED;
use crate::results::{Pool, Score};

/// One field. A value of several parts has them apart in the hash as well.
pub struct Field {
    pub name: &'static str,
    /// The parts of its value; none where it is the default.
    pub write: fn(&Link) -> Vec<String>,
    /// Takes the parts over; else what was expected.
    pub read: fn(&mut Link, &[String]) -> Result<(), String>,
}

/// Words for the values of a choice, the default first.
type Words<T> = &'static [(&'static str, T)];

const TABS: Words<Tab> = &[
    ("dimensions", Tab::Dimensions),
    ("networks", Tab::Networks),
    ("reduced-rsa", Tab::ReducedRsa),
    ("rdms", Tab::Rdms),
    ("image-map", Tab::ImageMap),
    ("simulation", Tab::Simulation),
];
const COLOURS: Words<ColourBy> = &[
    ("set", ColourBy::ModelSet),
    ("network", ColourBy::Network),
    ("depth", ColourBy::Depth),
    ("rank", ColourBy::Rank),
];
const MARKS: Words<Marks> = &[
    ("both", Marks::DotsAndMean),
    ("dots", Marks::Dots),
    ("mean", Marks::Mean),
    ("density", Marks::Density),
    ("depth", Marks::DepthCurves),
    ("ranks", Marks::RankGroups),
];
const PANELS: Words<Panels> = &[
    ("one", Panels::One),
    ("set", Panels::ModelSet),
    ("network", Panels::Network),
    ("subject", Panels::Subject),
    ("region", Panels::Region),
];
const SCORES: Words<Score> = &[
    ("alignment", Score::Alignment),
    ("adjusted", Score::Adjusted),
    ("reliability", Score::Reliability),
    ("rsa", Score::Rsa),
    ("ols", Score::UniversalityOls),
    ("one-to-one", Score::UniversalityOneToOne),
    ("variance", Score::VarianceShare),
];
const POOLS: Words<Pool> = &[
    ("most-universal", Pool::MostUniversal),
    ("least-universal", Pool::LeastUniversal),
    ("most-aligned", Pool::MostAligned),
];
const METHODS: Words<Method> = &[
    ("umap", Method::Umap),
    ("pca", Method::Pca),
    ("mds", Method::Mds),
];
const YES: Words<bool> = &[("0", false), ("1", true)];
const RANKS: Words<bool> = &[("ranks", true), ("values", false)];

fn word<T: PartialEq + Copy>(words: Words<T>, value: T) -> Vec<String> {
    words
        .iter()
        .skip(1)
        .find(|(_, known)| *known == value)
        .map(|(word, _)| (*word).to_owned())
        .into_iter()
        .collect()
}

fn choice<T: Copy>(words: Words<T>, parts: &[String]) -> Result<T, String> {
    let found = words
        .iter()
        .find(|(word, _)| parts.len() == 1 && *word == parts[0]);
    found.map(|(_, value)| *value).ok_or_else(|| {
        let all: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        all.join(", ")
    })
}

/// A number that differs from the usual one.
fn number<T: PartialEq + ToString>(value: T, usual: T) -> Vec<String> {
    if value == usual {
        Vec::new()
    } else {
        vec![value.to_string()]
    }
}

fn text(parts: &[String]) -> Result<String, String> {
    match parts {
        [one] => Ok(one.clone()),
        _ => Err("one name".to_owned()),
    }
}

/// The text of a number; what is no single text is no number.
fn one(parts: &[String]) -> &str {
    match parts {
        [one] => one,
        _ => "",
    }
}

fn knobs(link: &Link) -> Option<&Knobs> {
    match &link.source {
        Source::Demo(knobs) => Some(knobs),
        _ => None,
    }
}

macro_rules! knob {
    ($name:literal, $field:ident, $bounds:ident) => {
        Field {
            name: $name,
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

macro_rules! number {
    ($name:literal, $($path:ident).+, $read:expr) => {
        Field {
            name: $name,
            write: |link| number(link.$($path).+, Link::default().$($path).+),
            read: |link, parts| {
                link.$($path).+ = $read(one(parts))?;
                Ok(())
            },
        }
    };
}

macro_rules! choice {
    ($name:literal, $words:ident, $($path:ident).+) => {
        Field {
            name: $name,
            write: |link| word($words, link.$($path).+),
            read: |link, parts| {
                link.$($path).+ = choice($words, parts)?;
                Ok(())
            },
        }
    };
}

/// What may be turned in the demo.
pub const KNOBS: &[Field] = &[
    knob!("networks", networks, NETWORKS),
    knob!("shared", shared, SHARED),
    knob!("private", private, PRIVATE),
    knob!("noise", noise, NOISE),
    knob!("draw", seed, SEED),
];

/// How the study is shown, and the simulation, in the order in which they are written.
pub const VIEW: &[Field] = &[
    choice!("tab", TABS, view.tab),
    Field {
        name: "roi",
        write: |link| link.view.roi.clone().into_iter().collect(),
        read: |link, parts| {
            link.view.roi = Some(text(parts)?);
            Ok(())
        },
    },
    choice!("up", SCORES, view.upwards),
    choice!("colour", COLOURS, view.colour),
    choice!("show", MARKS, view.marks),
    choice!("panels", PANELS, view.panels),
    Field {
        name: "only",
        write: |link| link.view.networks.clone(),
        read: |link, parts| {
            link.view.networks = parts.to_vec();
            Ok(())
        },
    },
    Field {
        name: "layer",
        write: |link| {
            let layer = link.view.rdms.layer.clone().into_iter();
            layer
                .flat_map(|(network, layer)| [network, layer])
                .collect()
        },
        read: |link, parts| match parts {
            [network, layer] => {
                link.view.rdms.layer = Some((network.clone(), layer.clone()));
                Ok(())
            }
            _ => Err("network~layer".into()),
        },
    },
    number!("kept", view.rdms.kept, |text| RdmView::KEPT
        .read_count(text)),
    Field {
        name: "subject",
        write: |link| link.view.rdms.subject.clone().into_iter().collect(),
        read: |link, parts| {
            link.view.rdms.subject = Some(text(parts)?);
            Ok(())
        },
    },
    choice!("rdmcolours", RANKS, view.rdms.ranks),
    choice!("grouped", YES, view.rdms.grouped),
    choice!("pool", POOLS, view.map.pool),
    number!("pooled", view.map.count, |text| MapView::POOLED
        .read_count(text)),
    choice!("layout", METHODS, view.map.method),
    number!("layoutseed", view.map.seed, |text| SEED.read(text)),
    number!("simstimuli", simulation.stimuli, |text| Simulation::STIMULI
        .read_count(text)),
    number!("simnetworks", simulation.networks, |text| {
        Simulation::NETWORKS.read_count(text)
    }),
    number!("simlike", simulation.like_brains, |text| {
        Simulation::LIKE_BRAINS.read_count(text)
    }),
    number!("simbrains", simulation.brains, |text| Simulation::BRAINS
        .read_count(text)),
    number!("simfeatures", simulation.features, |text| {
        Simulation::FEATURES.read_count(text)
    }),
    number!("simbrainnoise", simulation.brain_noise, |text| {
        Simulation::NOISE.read(text)
    }),
    number!("simnoise", simulation.network_noise, |text| {
        Simulation::NOISE.read(text)
    }),
    number!("simseed", simulation.seed, |text| SEED.read(text)),
    Field {
        name: "pick",
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
    },
];
