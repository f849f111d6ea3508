//! The words for the values of a choice: the same in a manifest, in a link and on the command line.

use super::{Pooling, Scope};
use crate::math::reliability::Pairs;
use crate::math::ridge::Mapping;

/// A choice, each of whose values has a word.
pub trait Words: Copy + PartialEq + 'static {
    /// Words and their values; of several words of one value the first is written, all are read.
    const WORDS: &'static [(&'static str, Self)];

    /// The word of the value.
    fn word(self) -> &'static str {
        let found = Self::WORDS.iter().find(|(_, value)| *value == self);
        found.map_or("", |(word, _)| *word)
    }

    /// The value that a word means.
    ///
    /// # Errors
    /// The words that there are.
    fn read(text: &str) -> Result<Self, String> {
        let found = Self::WORDS.iter().find(|(word, _)| *word == text.trim());
        found.map(|(_, value)| *value).ok_or_else(|| {
            let first = |(word, value): &&(&'static str, Self)| value.word() == *word;
            let all = Self::WORDS.iter().filter(first).map(|(word, _)| *word);
            all.collect::<Vec<&str>>().join(", ")
        })
    }
}

impl Words for Mapping {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("ridge", Mapping::Ridge),
        ("ols", Mapping::Ols),
        ("one-to-one", Mapping::OneToOne),
        // as manifests had it first
        ("onetoone", Mapping::OneToOne),
    ];
}

impl Words for Pooling {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("max", Pooling::Max),
        ("mean", Pooling::Mean),
        ("flatten", Pooling::Flatten),
    ];
}

impl Words for Scope {
    const WORDS: &'static [(&'static str, Self)] =
        &[("all", Scope::All), ("set", Scope::WithinSet)];
}

impl Words for Pairs {
    const WORDS: &'static [(&'static str, Self)] =
        &[("all", Pairs::All), ("published", Pairs::AsPublished)];
}

impl Words for bool {
    const WORDS: &'static [(&'static str, Self)] =
        &[("0", false), ("1", true), ("false", false), ("true", true)];
}
