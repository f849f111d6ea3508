//! What a link carries in its hash: which demo or hosted study, the options, and the view. Data go
//! by address, never inline. Only what differs from the defaults is written.

mod fields;
mod view;

pub use view::{Chosen, MapView, RdmView, Tab, View};

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use crate::analysis::demo::{self, Knobs};
use crate::analysis::simulation::Simulation;
use crate::analysis::{Options, Resampling};
use crate::problem::Problem;
use fields::FIELDS;

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

/// The whole state that a link restores.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// Which study.
    pub source: Source,
    /// How it is analysed.
    pub options: Options,
    /// How chance is asked.
    pub resampling: Resampling,
    /// Knobs of the paper's simulation.
    pub simulation: Simulation,
    /// How it is shown.
    pub view: View,
}

impl Default for Link {
    fn default() -> Self {
        Self {
            source: Source::Demo(Knobs::default()),
            options: Options::default(),
            resampling: Resampling::default(),
            simulation: Simulation::default(),
            view: View::default(),
        }
    }
}

impl Link {
    /// The hash without its `#`.
    #[must_use]
    pub fn to_hash(&self) -> String {
        let encoded = |value: &str| utf8_percent_encode(value, ESCAPED).to_string();
        let (name, value) = match &self.source {
            Source::Demo(_) => ("demo", encoded(demo::NAME)),
            Source::Hosted(address) => ("study", encoded(address)),
            Source::OwnFiles => ("files", "own".into()),
        };
        let mut written = vec![format!("{name}={value}")];
        for field in FIELDS {
            let parts = (field.write)(self);
            if !parts.is_empty() {
                let parts: Vec<String> = parts.iter().map(|part| encoded(part)).collect();
                written.push(format!("{}={}", field.name, parts.join("~")));
            }
        }
        written.push(format!("v={VERSION}"));
        written.join("&")
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
        for (name, raw) in fields {
            let parts = raw
                .split('~')
                .map(|part| percent_decode_str(part).decode_utf8().map(String::from))
                .collect::<Result<Vec<String>, _>>()
                .map_err(|_| damaged(name, raw, "text in UTF-8"))?;
            link.take(name, &parts)
                .map_err(|expected| damaged(name, &parts.join("~"), &expected))?;
        }
        if let Source::Demo(knobs) = &mut link.source {
            *knobs = knobs.clamped();
        }
        link.simulation = link.simulation.clamped();
        Ok(link)
    }

    fn take(&mut self, name: &str, parts: &[String]) -> Result<(), String> {
        match (name, parts) {
            ("v", _) => {}
            ("demo", [value]) if value == demo::NAME => {}
            ("demo", _) => return Err(demo::NAME.into()),
            ("study", [address]) if !address.is_empty() => {
                self.source = Source::Hosted(address.clone());
            }
            ("study", _) => return Err("the address of a study.json".into()),
            ("files", _) => self.source = Source::OwnFiles,
            _ => {
                let field = FIELDS.iter().find(|field| field.name == name);
                let field = field.ok_or("a field that this version knows")?;
                (field.read)(self, parts)?;
            }
        }
        Ok(())
    }
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
    use crate::analysis::image_map::Method;
    use crate::analysis::{Pooling, Scope};
    use crate::figures::{ColourBy, Marks, Panels};
    use crate::math::reliability::Pairs;
    use crate::math::ridge::Mapping;
    use crate::results::{Pool, Score};

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
                scope: Scope::WithinSet,
                pairs: Pairs::AsPublished,
            },
            resampling: Resampling {
                permutations: 7,
                bootstraps: 8,
                draws: 9,
                seed: 10,
            },
            simulation: Simulation {
                networks: 5,
                brain_noise: 0.25,
                ..Simulation::default()
            },
            view: View {
                tab: Tab::ImageMap,
                roi: Some("IT & friends".into()),
                upwards: Score::Adjusted,
                colour: ColourBy::Rank,
                marks: Marks::Mean,
                panels: Panels::Subject,
                networks: vec!["a~b".into(), "c".into()],
                rdms: RdmView {
                    layer: Some(("a~b".into(), "c&d".into())),
                    kept: 3,
                    subject: Some("s 1".into()),
                    ranks: false,
                    grouped: true,
                },
                map: MapView {
                    pool: Pool::MostAligned,
                    count: 50,
                    method: Method::Mds,
                    seed: 4,
                },
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
