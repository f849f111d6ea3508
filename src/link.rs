//! What a link carries in its hash: which demo or hosted study, the options, and the view. Data go
//! by address, never inline. Only what differs from the defaults is written; of the options what
//! differs from what the study holds anyway, which is the defaults and what its manifest says.

pub mod address;
mod fields;
pub mod history;
mod settings;
mod view;

pub use settings::{
    Field, LinkedSettings, Settings, ViewSettings, Words, choice, number, one, text, word,
};
pub(crate) use settings::{choice_field, number_field};
pub use view::{Chosen, LinkedView, View};

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use crate::analysis::demo::{self, Knobs};
use crate::options::{Options, PartialOptions, SETTINGS, Setting, Wrong, cut_short};
use crate::problem::{Problem, count};
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

/// The longest hash that is read, in bytes: hundreds of times what the page itself writes.
const LONGEST: usize = 1 << 16;

/// The whole state that a link restores.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// Which study.
    pub source: Source,
    /// A hosted study is fetched and analysed at once, without a question first.
    pub run: bool,
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
            run: false,
            options: PartialOptions::default(),
            view: View::default(),
        }
    }
}

/// A link that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Opened {
    /// What it restores.
    pub link: Link,
    /// A warning for each of its values that cannot be. In the stead of such a value stands the default.
    pub refused: Vec<Problem>,
}

/// Why a field of a link is not taken over.
enum Refused {
    /// The link is not as it was made: nothing of it can be relied on.
    Damaged(String),
    /// A value that cannot be.
    Value(Wrong),
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
        written.extend(self.run.then(|| "run".to_owned()));
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
    /// A [`Problem`] that says whether the link is of a later version, damaged or far too long.
    pub fn parse(hash: &str, views: &[LinkedView]) -> Result<Opened, Problem> {
        let hash = hash.trim_start_matches('#');
        if hash.len() > LONGEST {
            return Err(too_long(hash.len()));
        }
        let (mut link, mut refused) = (Link::default(), Vec::new());
        let fields: Vec<(&str, &str)> = hash
            .split('&')
            .filter(|field| !field.is_empty())
            .map(|field| field.split_once('=').unwrap_or((field, "")))
            .collect();
        if let Some((_, version)) = fields.iter().find(|(name, _)| *name == "v") {
            match version.parse::<u32>() {
                Ok(VERSION) => {}
                Ok(later) if later > VERSION => return Err(later_version(later)),
                _ => return Err(damaged("v", version, &format!("version {VERSION}"))),
            }
        }
        for (name, raw) in fields {
            let parts = raw
                .split('~')
                .map(|part| percent_decode_str(part).decode_utf8().map(String::from))
                .collect::<Result<Vec<String>, _>>()
                .map_err(|_| damaged(name, raw, "text in UTF-8"))?;
            match link.take(name, &parts, views) {
                Ok(()) => {}
                Err(Refused::Damaged(expected)) => return Err(damaged(name, raw, &expected)),
                Err(Refused::Value(wrong)) => refused.push(not_used(&wrong)),
            }
        }
        if matches!(link.source, Source::Demo(_))
            && let Some(folds) = link.options.folds
            && let Err(wrong) = link.check_folds(folds)
        {
            link.options.folds = None;
            refused.push(not_used(&wrong));
        }
        Ok(Opened { link, refused })
    }

    /// Whether the demo allows so many folds. How many stimuli a hosted study has is known once it is there.
    fn check_folds(&self, folds: usize) -> Result<(), Wrong> {
        let label = Setting::named("folds").map_or("", |setting| setting.label);
        let read = Options::folds_of(demo::STIMULI).read(&folds.to_string());
        read.map(|_| ())
            .map_err(|expected| Wrong::new(label, &folds.to_string(), expected))
    }

    fn take(&mut self, name: &str, parts: &[String], views: &[LinkedView]) -> Result<(), Refused> {
        let damaged = |expected: &str| Err(Refused::Damaged(expected.to_owned()));
        let text = parts.join("~");
        let value = |label, expected| Refused::Value(Wrong::new(label, &text, expected));
        match (name, parts) {
            ("v", _) => {}
            ("demo", [name]) if name == demo::NAME => {}
            ("demo", _) => return damaged(demo::NAME),
            ("study", [address]) if !address.is_empty() => {
                self.source = Source::Hosted(address.clone());
            }
            ("study", _) => return damaged("the address of a study.json"),
            ("run", _) if ["", "1"].contains(&text.as_str()) => self.run = true,
            ("run", _) => return damaged("run alone"),
            ("files", _) => self.source = Source::OwnFiles,
            ("tab", _) => {
                let view = views.iter().find(|view| view.name == one(parts));
                let view = view.ok_or_else(|| {
                    let names: Vec<&str> = views.iter().map(|view| view.name).collect();
                    value("View", names.join(", "))
                })?;
                self.view.open = (view.name != first(views)).then_some(view.name);
            }
            _ => {
                if let Some(setting) = SETTINGS.iter().find(|setting| setting.in_link == name) {
                    let taken = setting.take(&mut self.options, &text);
                    return taken.map_err(Refused::Value);
                }
                let mut own = KNOBS.iter().chain(SHOWN).chain([&PICKED]);
                if let Some(field) = own.find(|field| field.name == name) {
                    let taken = (field.read)(self, parts);
                    return taken.map_err(|expected| value(field.label, expected));
                }
                let mut of_views = views.iter().filter_map(|view| view.settings);
                let Some(settings) = of_views.find(|settings| settings.has(name)) else {
                    return damaged("a field that this version knows");
                };
                let taken = settings.take(&mut self.view.settings, name, parts);
                taken.map_err(|expected| value(settings.label(name), expected))?;
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
    .hint("Reload the page to get its newest version")
}

fn damaged(name: &str, value: &str, expected: &str) -> Problem {
    let (name, value) = (cut_short(name), cut_short(value));
    Problem::error("", format!("This link is damaged: it says {name}={value}"))
        .expected(expected)
        .hint("Ask for the link again, whole")
}

fn too_long(length: usize) -> Problem {
    Problem::error(
        "",
        format!(
            "This link is {} long",
            count(length, "character", "characters")
        ),
    )
    .expected(format!(
        "{} at most",
        count(LONGEST, "character", "characters")
    ))
    .hint("Ask for the link again: it was not made by this page")
}

/// A value that cannot be.
fn not_used(wrong: &Wrong) -> Problem {
    Problem::warning("", wrong.found())
        .expected(wrong.expected.as_str())
        .hint("The link says it; what holds without it is used")
}

#[cfg(test)]
mod tests;
