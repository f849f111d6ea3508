//! What a link carries in its hash: which demo or hosted study, the options, and the view. Data go
//! by address, never inline. Only what differs from the defaults is written.

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use crate::analysis::demo::{self, Knobs};
use crate::analysis::{Options, Pooling};
use crate::figures::{ColourBy, Marks};
use crate::math::ridge::Mapping;
use crate::problem::Problem;

/// The version of links that this writes and reads.
const VERSION: u32 = 1;

/// What must not stand in a value as it is. Slashes and colons may, so that addresses stay legible.
const ESCAPED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'&')
    .add(b'+')
    .add(b'<')
    .add(b'=')
    .add(b'>')
    .add(b'`')
    .add(b'~');

/// Where the study of a link comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    /// The built-in simulation.
    Demo(Knobs),
    /// A hosted study.json.
    Hosted(String),
    /// Files of the person who made the link, which a link does not carry.
    OwnFiles,
}

/// A dimension by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// Network.
    pub network: String,
    /// Layer.
    pub layer: String,
    /// Component, from 1.
    pub component: u32,
}

/// How the results are shown.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct View {
    /// Region on the y axis; the first where absent.
    pub roi: Option<String>,
    /// What colours say.
    pub colour: ColourBy,
    /// What is drawn.
    pub marks: Marks,
    /// The dimension that was picked.
    pub chosen: Option<Chosen>,
}

/// The whole state that a link restores.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// Which study.
    pub source: Source,
    /// How it is analysed.
    pub options: Options,
    /// How it is shown.
    pub view: View,
}

impl Default for Link {
    fn default() -> Self {
        Self {
            source: Source::Demo(Knobs::default()),
            options: Options::default(),
            view: View::default(),
        }
    }
}

const COLOURS: [(&str, ColourBy); 4] = [
    ("set", ColourBy::ModelSet),
    ("network", ColourBy::Network),
    ("depth", ColourBy::Depth),
    ("rank", ColourBy::Rank),
];
const MARKS: [(&str, Marks); 3] = [
    ("both", Marks::DotsAndMean),
    ("dots", Marks::Dots),
    ("mean", Marks::Mean),
];
const MAPPINGS: [(&str, Mapping); 2] = [("ridge", Mapping::Ridge), ("ols", Mapping::Ols)];
const POOLINGS: [(&str, Pooling); 3] = [
    ("max", Pooling::Max),
    ("mean", Pooling::Mean),
    ("flatten", Pooling::Flatten),
];

fn word<T: PartialEq + Copy>(words: &[(&'static str, T)], value: T) -> &'static str {
    words
        .iter()
        .find(|(_, known)| *known == value)
        .map_or("", |(word, _)| word)
}

impl Link {
    /// The hash without its `#`.
    #[must_use]
    pub fn to_hash(&self) -> String {
        let mut fields: Vec<(&str, String)> = Vec::new();
        match &self.source {
            Source::Demo(knobs) => {
                fields.push(("demo", demo::NAME.into()));
                let default = Knobs::default();
                for (name, value, usual) in [
                    ("networks", knobs.networks, default.networks),
                    ("shared", knobs.shared, default.shared),
                    ("private", knobs.private, default.private),
                    ("noise", knobs.noise, default.noise),
                    ("draw", knobs.seed, default.seed),
                ] {
                    if value != usual {
                        fields.push((name, value.to_string()));
                    }
                }
            }
            Source::Hosted(address) => fields.push(("study", address.clone())),
            Source::OwnFiles => fields.push(("files", "own".into())),
        }
        let (options, usual) = (&self.options, Options::default());
        if options.mapping != usual.mapping {
            fields.push(("mapping", word(&MAPPINGS, options.mapping).into()));
        }
        if let Some(components) = options.components {
            fields.push(("components", components.to_string()));
        }
        if options.folds != usual.folds {
            fields.push(("folds", options.folds.to_string()));
        }
        if options.seed != usual.seed {
            fields.push(("seed", options.seed.to_string()));
        }
        if options.pooling != usual.pooling {
            fields.push(("pooling", word(&POOLINGS, options.pooling).into()));
        }
        if options.z_score {
            fields.push(("zscore", "1".into()));
        }
        if options.rdm_scale.to_bits() != usual.rdm_scale.to_bits() {
            fields.push(("rdmscale", options.rdm_scale.to_string()));
        }
        self.view_fields(&mut fields);
        fields.push(("v", VERSION.to_string()));
        fields
            .iter()
            .map(|(name, value)| {
                // the separator within a picked dimension is no part of its names
                let parts: Vec<String> = value
                    .split('\u{0}')
                    .map(|part| utf8_percent_encode(part, ESCAPED).to_string())
                    .collect();
                format!("{name}={}", parts.join("~"))
            })
            .collect::<Vec<_>>()
            .join("&")
    }

    fn view_fields(&self, fields: &mut Vec<(&str, String)>) {
        let view = &self.view;
        if let Some(roi) = &view.roi {
            fields.push(("roi", roi.clone()));
        }
        if view.colour != ColourBy::default() {
            fields.push(("colour", word(&COLOURS, view.colour).into()));
        }
        if view.marks != Marks::default() {
            fields.push(("show", word(&MARKS, view.marks).into()));
        }
        if let Some(chosen) = &view.chosen {
            fields.push((
                "pick",
                format!("{}\0{}\0{}", chosen.network, chosen.layer, chosen.component),
            ));
        }
    }

    /// Reads a hash, with or without its `#`; an empty one is the first visit's.
    ///
    /// # Errors
    /// A [`Problem`] that says whether the link is of a later version or damaged.
    pub fn parse(hash: &str) -> Result<Self, Problem> {
        let mut link = Link::default();
        let hash = hash.trim_start_matches('#');
        let fields: Vec<(&str, &str)> = hash
            .split('&')
            .filter(|field| !field.is_empty())
            .map(|field| field.split_once('=').unwrap_or((field, "")))
            .collect();
        if let Some((_, version)) = fields.iter().find(|(name, _)| *name == "v") {
            match version.parse::<u32>() {
                Ok(VERSION) => {}
                Ok(later) if later > VERSION => return Err(later_version(later)),
                _ => return Err(damaged("v", version, "a number")),
            }
        }
        let mut knobs = Knobs::default();
        for (name, raw) in fields {
            let value = percent_decode_str(raw)
                .decode_utf8()
                .map_err(|_| damaged(name, raw, "text in UTF-8"))?;
            link.take(&mut knobs, name, raw, &value)?;
        }
        if let Source::Demo(of_link) = &mut link.source {
            *of_link = knobs.clamped();
        }
        Ok(link)
    }

    fn take(
        &mut self,
        knobs: &mut Knobs,
        name: &str,
        raw: &str,
        value: &str,
    ) -> Result<(), Problem> {
        let options = &mut self.options;
        match name {
            "v" => {}
            "demo" if value == demo::NAME => {}
            "demo" => return Err(damaged(name, value, demo::NAME)),
            "study" if value.is_empty() => {
                return Err(damaged(name, value, "the address of a study.json"));
            }
            "study" => self.source = Source::Hosted(value.into()),
            "files" => self.source = Source::OwnFiles,
            "networks" => knobs.networks = number(name, value)?,
            "shared" => knobs.shared = number(name, value)?,
            "private" => knobs.private = number(name, value)?,
            "noise" => knobs.noise = number(name, value)?,
            "draw" => knobs.seed = number(name, value)?,
            "mapping" => options.mapping = one_of(&MAPPINGS, name, value)?,
            "components" => options.components = Some(number(name, value)?),
            "folds" => options.folds = number(name, value)?,
            "seed" => options.seed = number(name, value)?,
            "pooling" => options.pooling = one_of(&POOLINGS, name, value)?,
            "zscore" => options.z_score = number::<u8>(name, value)? == 1,
            "rdmscale" => options.rdm_scale = number(name, value)?,
            "roi" => self.view.roi = Some(value.into()),
            "colour" => self.view.colour = one_of(&COLOURS, name, value)?,
            "show" => self.view.marks = one_of(&MARKS, name, value)?,
            "pick" => {
                self.view.chosen = Some(
                    chosen(raw).ok_or_else(|| damaged(name, value, "network~layer~component"))?,
                )
            }
            _ => return Err(damaged(name, value, "a field that this version knows")),
        }
        Ok(())
    }
}

fn chosen(raw: &str) -> Option<Chosen> {
    let decode = |part: &str| {
        percent_decode_str(part)
            .decode_utf8()
            .ok()
            .map(|text| text.into_owned())
    };
    let mut parts = raw.split('~');
    let chosen = Chosen {
        network: decode(parts.next()?)?,
        layer: decode(parts.next()?)?,
        component: parts.next()?.parse().ok()?,
    };
    parts.next().is_none().then_some(chosen)
}

fn number<T: std::str::FromStr>(name: &str, value: &str) -> Result<T, Problem> {
    value.parse().map_err(|_| damaged(name, value, "a number"))
}

fn one_of<T: Copy>(words: &[(&str, T)], name: &str, value: &str) -> Result<T, Problem> {
    words
        .iter()
        .find(|(word, _)| *word == value)
        .map(|(_, known)| *known)
        .ok_or_else(|| {
            let all: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            damaged(name, value, &all.join(", "))
        })
}

fn later_version(version: u32) -> Problem {
    Problem::error(
        "",
        format!("This link was made by a later version of the page ({version})"),
    )
    .expected(format!("version {VERSION}"))
    .hint("Reload the page to get its newest version; meanwhile the demo is shown")
}

fn damaged(name: &str, value: &str, expected: &str) -> Problem {
    Problem::error("", format!("This link is damaged: it says {name}={value}"))
        .expected(expected)
        .hint("Ask for the link again, whole; meanwhile the demo is shown")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_comes_back() {
        let link = Link {
            source: Source::Hosted("https://a.b/x y/study.json?q=1&r=2#z".into()),
            options: Options {
                mapping: Mapping::Ols,
                components: Some(10),
                folds: 4,
                seed: 3,
                pooling: Pooling::Mean,
                z_score: true,
                rdm_scale: 500.0,
            },
            view: View {
                roi: Some("IT & friends".into()),
                colour: ColourBy::Rank,
                marks: Marks::Mean,
                chosen: Some(Chosen {
                    network: "a~b=c".into(),
                    layer: "conv 1/ü".into(),
                    component: 7,
                }),
            },
        };
        assert_eq!(Link::parse(&link.to_hash()), Ok(link));
        let knobs = Knobs {
            networks: 5,
            shared: 3,
            private: 9,
            noise: 100,
            seed: 8,
        };
        let demo = Link {
            source: Source::Demo(knobs),
            ..Link::default()
        };
        assert_eq!(Link::parse(&format!("#{}", demo.to_hash())), Ok(demo));
    }

    #[test]
    fn a_first_visit_is_the_demo_and_short() {
        assert_eq!(Link::parse(""), Ok(Link::default()));
        assert_eq!(Link::default().to_hash(), "demo=shared-latents&v=1");
    }

    #[test]
    fn later_and_damaged_links_say_which_they_are() {
        let says = |hash: &str| Link::parse(hash).unwrap_err().to_string();
        assert!(says("#demo=shared-latents&v=2").contains("later version"));
        assert!(says("#folds=x").contains("damaged: it says folds=x"));
        assert!(says("#colour=red").contains("set, network, depth, rank"));
        assert!(says("#pick=a~b").contains("damaged"));
        assert!(says("#roi=%ff").contains("damaged"));
        assert!(says("#demo=other").contains("shared-latents"));
        assert!(says("#nonsense").contains("damaged"));
    }
}
