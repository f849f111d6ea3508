//! What a link carries in its hash: which demo or hosted study, the options, and the view. Data go
//! by address, never inline. Only what differs from the defaults is written; of the options what
//! differs from what the study holds anyway, which is the defaults and what its manifest says.

mod fields;
mod settings;
mod view;

pub use settings::{
    Field, LinkedSettings, Settings, ViewSettings, Words, choice, number, one, text, word,
};
pub(crate) use settings::{choice_field, number_field};
pub use view::{Chosen, LinkedView, View};

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use crate::analysis::demo::{self, Knobs};
use crate::options::{Options, PartialOptions, SETTINGS};
use crate::problem::Problem;
use fields::{KNOBS, PICKED, SHOWN};

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
    /// Files of the user who made the link, which a link does not carry.
    OwnFiles,
}

/// The whole state that a link restores.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// Which study.
    pub source: Source,
    /// What is said of the analysis, over what the study's manifest says. Each is written, even the
    /// default: [`PartialOptions::beyond`] leaves out what the study holds anyway.
    pub options: PartialOptions,
    /// How it is shown.
    pub view: View,
}

impl Default for Link {
    fn default() -> Self {
        Self {
            source: Source::Demo(Knobs::default()),
            options: PartialOptions::default(),
            view: View::default(),
        }
    }
}

impl Link {
    /// The hash without its `#`, where there are these views.
    #[must_use]
    pub fn to_hash(&self, views: &[LinkedView]) -> String {
        let encoded = |value: &str| utf8_percent_encode(value, ESCAPED).to_string();
        let (name, value) = match &self.source {
            Source::Demo(_) => ("demo", encoded(demo::NAME)),
            Source::Hosted(address) => ("study", encoded(address)),
            Source::OwnFiles => ("files", "own".into()),
        };
        let mut written = vec![format!("{name}={value}")];
        let own = |field: &Field<Link>| (field.name, (field.write)(self));
        let mut fields: Vec<(&str, Vec<String>)> = KNOBS.iter().map(own).collect();
        fields.extend(SETTINGS.iter().map(|setting| {
            let text = setting.text(&self.options);
            (setting.in_link, text.into_iter().collect())
        }));
        let open = self.view.open.filter(|open| *open != first(views));
        fields.push(("tab", open.map(String::from).into_iter().collect()));
        fields.extend(SHOWN.iter().map(own));
        for settings in views.iter().filter_map(|view| view.settings) {
            fields.extend(settings.written(&self.view.settings));
        }
        fields.push(own(&PICKED));
        for (name, parts) in fields {
            if !parts.is_empty() {
                let parts: Vec<String> = parts.iter().map(|part| encoded(part)).collect();
                written.push(format!("{name}={}", parts.join("~")));
            }
        }
        written.push(format!("v={VERSION}"));
        written.join("&")
    }

    /// Reads a hash, with or without its `#`; an empty one is the first visit's.
    ///
    /// # Errors
    /// A [`Problem`] that says whether the link is of a later version or damaged.
    pub fn parse(hash: &str, views: &[LinkedView]) -> Result<Self, Problem> {
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
            link.take(name, &parts, views)
                .map_err(|expected| refused(name, &parts.join("~"), &expected))?;
        }
        if matches!(link.source, Source::Demo(_)) {
            // how many stimuli a hosted study has is known once it is there
            let (folds, bounds) = (
                link.options.options().folds,
                Options::folds_of(demo::STIMULI),
            );
            bounds
                .read(&folds.to_string())
                .map_err(|expected| refused("folds", &folds.to_string(), &expected))?;
        }
        Ok(link)
    }

    fn take(&mut self, name: &str, parts: &[String], views: &[LinkedView]) -> Result<(), String> {
        match (name, parts) {
            ("v", _) => {}
            ("demo", [value]) if value == demo::NAME => {}
            ("demo", _) => return Err(demo::NAME.into()),
            ("study", [address]) if !address.is_empty() => {
                self.source = Source::Hosted(address.clone());
            }
            ("study", _) => return Err("the address of a study.json".into()),
            ("files", _) => self.source = Source::OwnFiles,
            ("tab", _) => {
                let view = views.iter().find(|view| view.name == one(parts));
                let view = view.ok_or_else(|| {
                    let names: Vec<&str> = views.iter().map(|view| view.name).collect();
                    names.join(", ")
                })?;
                self.view.open = (view.name != first(views)).then_some(view.name);
            }
            _ => {
                if let Some(setting) = SETTINGS.iter().find(|setting| setting.in_link == name) {
                    let text = parts.join("~");
                    let taken = setting.take(&mut self.options, &text);
                    return taken.map_err(|wrong| wrong.expected);
                }
                let mut own = KNOBS.iter().chain(SHOWN).chain([&PICKED]);
                if let Some(field) = own.find(|field| field.name == name) {
                    return (field.read)(self, parts);
                }
                let mut of_views = views.iter().filter_map(|view| view.settings);
                let settings = of_views.find(|settings| settings.has(name));
                let settings = settings.ok_or("a field that this version knows")?;
                settings.take(&mut self.view.settings, name, parts)?;
            }
        }
        Ok(())
    }
}

/// The word of the first view, which is open where a link names none.
fn first(views: &[LinkedView]) -> &'static str {
    views.first().map_or("", |view| view.name)
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

/// A value that cannot be: a number that is out of bounds, or damage.
fn refused(name: &str, value: &str, expected: &str) -> Problem {
    if serde_json::from_str::<f64>(value).is_err() {
        return damaged(name, value, expected);
    }
    Problem::error("", format!("This link says {name}={value}"))
        .expected(expected)
        .hint("Correct it in the address, or ask for another link; meanwhile the demo is shown")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::{ColourBy, Marks, Panels};
    use crate::math::reliability::Pairs;
    use crate::math::ridge::Mapping;
    use crate::options::test_values::some_options;
    use crate::options::{Components, Pooling, Scope};
    use crate::results::{Pool, Score};
    use crate::views::LINKED;
    use crate::views::dimensions::settings::DimensionsSettings;
    use crate::views::image_map::analysis::Method;
    use crate::views::image_map::settings::ImageMapSettings;
    use crate::views::rdms::settings::RdmSettings;
    use crate::views::simulation::analysis::Simulation;
    use proptest::prelude::*;

    #[test]
    fn every_field_comes_back() {
        let (dimensions, rdms, map, knobs) = (
            DimensionsSettings {
                y_score: Score::Adjusted,
                colour: ColourBy::Rank,
                marks: Marks::Mean,
                panels: Panels::Subject,
            },
            RdmSettings {
                layer: Some(("a~b".into(), "c&d".into())),
                kept: 3,
                subject: Some("s 1".into()),
                ranks: false,
                grouped: true,
            },
            ImageMapSettings {
                pool: Pool::MostAligned,
                count: 50,
                method: Method::Mds,
                seed: 4,
            },
            Simulation {
                networks: 5,
                brain_noise: 0.25,
                ..Simulation::default()
            },
        );
        let mut settings = ViewSettings::default();
        settings.update(|own: &mut DimensionsSettings| *own = dimensions);
        settings.update(|own: &mut RdmSettings| *own = rdms.clone());
        settings.update(|own: &mut ImageMapSettings| *own = map.clone());
        settings.update(|own: &mut Simulation| *own = knobs);
        assert_eq!(settings.get::<DimensionsSettings>(), dimensions);
        assert_eq!(settings.get::<RdmSettings>(), rdms);
        assert_eq!(settings.get::<ImageMapSettings>(), map);
        assert_eq!(settings.get::<Simulation>(), knobs);
        let link = Link {
            source: Source::Hosted("https://a.b/x y/study.json?q=1&r=2#z".into()),
            options: PartialOptions {
                mapping: Some(Mapping::Ols),
                components: Some(Components::AtMost(10)),
                folds: Some(4),
                seed: Some(3),
                pooling: Some(Pooling::Mean),
                z_score: Some(true),
                rdm_scale: Some(500.0),
                scope: Some(Scope::WithinSet),
                pairs: Some(Pairs::AsPublished),
                permutations: Some(7),
                bootstraps: Some(8),
                draws: Some(9),
                resampling_seed: Some(10),
            },
            view: View {
                open: Some("image-map"),
                roi: Some("IT & friends".into()),
                networks: vec!["a~b".into(), "c".into()],
                settings,
                chosen: Some(Chosen {
                    network: "a~b=c".into(),
                    layer: "conv 1/ü".into(),
                    component: 7,
                }),
            },
        };
        assert_eq!(Link::parse(&link.to_hash(LINKED), LINKED), Ok(link));
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
        assert_eq!(
            Link::parse(&format!("#{}", demo.to_hash(LINKED)), LINKED),
            Ok(demo)
        );
    }

    /// Links as they were written before what is said and what is default were told apart.
    #[test]
    fn links_of_before_say_the_same() {
        let link = Link::parse(
            "#study=https://a.b/study.json&mapping=ols&components=10&folds=4&seed=3&pooling=mean\
             &zscore=1&rdmscale=500&scope=set&pairs=published&permutations=7&bootstraps=8&draws=9\
             &chance=10&kept=3&pooled=50&v=1",
            LINKED,
        )
        .expect("an old link");
        let options = link.options.options();
        assert_eq!((options.mapping, options.folds), (Mapping::Ols, 4));
        assert_eq!((options.components, options.seed), (Some(10), 3));
        assert_eq!((options.pooling, options.z_score), (Pooling::Mean, true));
        assert_eq!(options.rdm_scale.to_bits(), 500_f64.to_bits());
        assert_eq!(
            (options.scope, options.pairs),
            (Scope::WithinSet, Pairs::AsPublished)
        );
        let resampling = link.options.resampling();
        assert_eq!((resampling.permutations, resampling.bootstraps), (7, 8));
        assert_eq!((resampling.draws, resampling.seed), (9, 10));
        assert!(
            link.to_hash(LINKED).contains("&rdmscale=500&"),
            "{}",
            link.to_hash(LINKED)
        );
    }

    #[test]
    fn a_link_at_the_default_reopens_at_the_default_over_a_study_that_says_otherwise() {
        let study = PartialOptions {
            folds: Some(10),
            ..PartialOptions::default()
        };
        let said = PartialOptions {
            folds: Some(5),
            ..PartialOptions::default()
        };
        let link = Link {
            source: Source::Hosted("study.json".into()),
            options: said.beyond(&study),
            ..Link::default()
        };
        assert_eq!(link.to_hash(LINKED), "study=study.json&folds=5&v=1");
        let opened = Link::parse(&link.to_hash(LINKED), LINKED).expect("opens");
        assert_eq!(opened.options.over(&study).options().folds, 5);
    }

    #[test]
    fn a_number_out_of_bounds_is_named_with_its_bounds() {
        for (field, expected) in [
            ("folds=0", "a whole number from 2 to 10000"),
            ("folds=1", "a whole number from 2 to 10000"),
            // the demo has 120 stimuli
            ("folds=121", "a whole number from 2 to 60"),
            ("folds=1000000", "a whole number from 2 to 10000"),
            ("components=0", "a whole number from 1 to 100000, or all"),
            ("rdmscale=0", "a number from 0.001 to 1000000000"),
            ("rdmscale=-5", "a number from 0.001 to 1000000000"),
            ("rdmscale=1e308", "a number from 0.001 to 1000000000"),
            ("bootstraps=0", "a whole number from 1 to 100000"),
            ("bootstraps=100000000", "a whole number from 1 to 100000"),
            ("draws=100000000", "a whole number from 1 to 10000"),
            ("permutations=10001", "a whole number from 0 to 10000"),
            ("kept=0", "a whole number from 1 to 100000"),
            ("pooled=0", "a whole number from 2 to 2000"),
            ("networks=13", "a whole number from 2 to 12"),
            ("simnoise=11", "a number from 0 to 10"),
        ] {
            let problem = Link::parse(&format!("#demo=shared-latents&{field}&v=1"), LINKED);
            let problem = problem.expect_err(field);
            assert!(problem.is_error());
            assert_eq!(problem.found, format!("This link says {field}"));
            assert_eq!(problem.expected, expected);
        }
        assert!(Link::parse("#study=a/study.json&folds=121&v=1", LINKED).is_ok());
    }

    proptest! {
        #[test]
        fn options_come_back_over_any_manifest(said in some_options(), manifest in some_options()) {
            let hosted = |options: PartialOptions| Link {
                source: Source::Hosted("a/study.json".into()),
                options,
                ..Link::default()
            };
            let whole = hosted(said.clone());
            prop_assert_eq!(Link::parse(&whole.to_hash(LINKED), LINKED).expect("opens"), whole);
            let short = hosted(said.beyond(&manifest));
            let opened = Link::parse(&short.to_hash(LINKED), LINKED).expect("opens").options;
            let (before, after) = (said.over(&manifest), opened.over(&manifest));
            prop_assert_eq!(before.options(), after.options());
            prop_assert_eq!(before.resampling(), after.resampling());
            // and is written the same
            prop_assert_eq!(hosted(opened.beyond(&manifest)).to_hash(LINKED), short.to_hash(LINKED));
        }
    }

    #[test]
    fn fields_of_a_view_mean_the_same_in_any_order() {
        for hash in [
            "#tab=simulation&simlike=30&simnetworks=35&v=1",
            "#simnetworks=35&simlike=30&tab=simulation&v=1",
        ] {
            let link = Link::parse(hash, LINKED).expect(hash);
            let knobs = link.view.settings.get::<Simulation>();
            assert_eq!((knobs.networks, knobs.like_brains), (35, 30));
        }
    }

    #[test]
    fn no_two_fields_have_a_name_in_common() {
        let mut names: Vec<&str> = KNOBS.iter().chain(SHOWN).map(|field| field.name).collect();
        names.extend(["tab", "v", "demo", "study", "files", PICKED.name]);
        names.extend(SETTINGS.iter().map(|setting| setting.in_link));
        for settings in LINKED.iter().filter_map(|view| view.settings) {
            names.extend(settings.names());
        }
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }

    #[test]
    fn a_first_visit_is_the_demo_and_short() {
        assert_eq!(Link::parse("", LINKED), Ok(Link::default()));
        assert_eq!(Link::default().to_hash(LINKED), "demo=shared-latents&v=1");
    }

    #[test]
    fn later_and_damaged_links_say_which_they_are() {
        let says = |hash: &str| Link::parse(hash, LINKED).unwrap_err().to_string();
        assert!(says("#demo=shared-latents&v=2").contains("later version"));
        assert!(says("#folds=x").contains("damaged: it says folds=x"));
        assert!(says("#colour=red").contains("set, network, depth, rank"));
        assert!(says("#pick=a~b").contains("damaged"));
        assert!(says("#roi=%ff").contains("damaged"));
        assert!(says("#demo=other").contains("shared-latents"));
        assert!(says("#nonsense").contains("damaged"));
    }
}
