//! The numbers that an option may have: the same in a manifest, in a link, on the command line and
//! in the page's fields.

use std::fmt;

/// The values that a whole number may have, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// The least.
    pub least: u64,
    /// The most.
    pub most: u64,
}

/// Folds of the cross-validation; a study of few stimuli allows fewer
/// ([`Options::folds_of`](super::Options::folds_of)).
pub const FOLDS: Bounds = Bounds::new(2, 10_000);
/// Components kept of each layer.
pub const COMPONENTS: Bounds = Bounds::new(1, 100_000);
/// Permutations of the stimuli; none leaves the null lines out.
pub const PERMUTATIONS: Bounds = Bounds::new(0, 10_000);
/// Draws of networks.
pub const BOOTSTRAPS: Bounds = Bounds::new(1, 100_000);
/// Draws of random dimensions.
pub const DRAWS: Bounds = Bounds::new(1, 10_000);
/// Seeds: any that NumPy takes in 64 bits.
pub const SEED: Bounds = Bounds::new(0, u64::MAX);
/// The least and the most of `rdm_scale`: as from a thousandth to a thousand million voxels. Beyond
/// them the penalties of the ridge choose nothing any more, or numbers overflow.
pub const RDM_SCALE: Range = Range {
    least: 1e-3,
    most: 1e9,
};

impl Bounds {
    /// From, to.
    #[must_use]
    pub const fn new(least: u64, most: u64) -> Self {
        Self { least, most }
    }

    /// The same, up to another number; never empty.
    #[must_use]
    pub fn at_most(self, most: u64) -> Self {
        Self {
            most: self.most.min(most).max(self.least),
            ..self
        }
    }

    /// The nearest number within the bounds, which a number of the same type can hold.
    #[must_use]
    pub fn clamp<T: Copy + TryFrom<u64> + TryInto<u64>>(&self, number: T) -> T {
        let wide = number.try_into().unwrap_or(self.most);
        T::try_from(wide.clamp(self.least, self.most)).unwrap_or(number)
    }

    /// The number that a text says.
    ///
    /// # Errors
    /// What was expected, where it is no whole number within the bounds.
    pub fn read(&self, text: &str) -> Result<u64, String> {
        let number = text.trim().parse().ok();
        number
            .filter(|number| (self.least..=self.most).contains(number))
            .ok_or_else(|| self.to_string())
    }

    /// The same as a count.
    ///
    /// # Errors
    /// As [`Bounds::read`].
    pub fn read_count(&self, text: &str) -> Result<usize, String> {
        let number = self.read(text)?;
        usize::try_from(number).map_err(|_| self.to_string())
    }
}

/// The limits of a number, as a field of the page shows them.
pub trait Limits: fmt::Display {
    /// What the number is.
    type Number;

    /// The least and the most, as texts.
    fn ends(&self) -> (String, String);

    /// The number that a text says.
    ///
    /// # Errors
    /// What was expected, where it is none within the limits.
    fn number(&self, text: &str) -> Result<Self::Number, String>;
}

impl Limits for Bounds {
    type Number = u64;

    fn ends(&self) -> (String, String) {
        (self.least.to_string(), self.most.to_string())
    }

    fn number(&self, text: &str) -> Result<u64, String> {
        self.read(text)
    }
}

impl Limits for Range {
    type Number = f64;

    fn ends(&self) -> (String, String) {
        (self.least.to_string(), self.most.to_string())
    }

    fn number(&self, text: &str) -> Result<f64, String> {
        self.read(text)
    }
}

impl fmt::Display for Bounds {
    /// What is expected of a number.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a whole number from {} to {}", self.least, self.most)
    }
}

/// The values that a number with decimals may have, both ends included.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// The least.
    pub least: f64,
    /// The most.
    pub most: f64,
}

impl Range {
    /// The number that a text says, as JSON has numbers: the standard library's parser brings
    /// tables that everybody who opens the page would wait for. Exact for up to 15 digits.
    ///
    /// # Errors
    /// What was expected, where it is no number within the range.
    pub fn read(&self, text: &str) -> Result<f64, String> {
        let number = serde_json::from_str::<f64>(text.trim()).ok();
        number
            .filter(|number| (self.least..=self.most).contains(number))
            .ok_or_else(|| self.to_string())
    }
}

impl fmt::Display for Range {
    /// What is expected of a number.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a number from {} to {}", self.least, self.most)
    }
}

/// A value that an option cannot have. Links, manifests, the command line and the page's fields all say
/// so in the same words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}. Expected {expected}", self.found())]
pub struct Wrong {
    /// The option, as the page calls it.
    pub option: &'static str,
    /// What was said, cut short where it is long.
    pub value: String,
    /// What it may be.
    pub expected: String,
}

impl Wrong {
    /// That an option is what it cannot be.
    #[must_use]
    pub fn new(option: &'static str, value: &str, expected: impl Into<String>) -> Self {
        Self {
            option,
            value: cut_short(value),
            expected: expected.into(),
        }
    }

    /// What was found, as a sentence without its end.
    #[must_use]
    pub fn found(&self) -> String {
        match self.value.trim() {
            "" => format!("{} is empty", self.option),
            value => format!("{} is {value}", self.option),
        }
    }
}

/// The beginning of a text that may be of any length, for a message.
#[must_use]
pub fn cut_short(text: &str) -> String {
    const LONGEST: usize = 60;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}\u{2026}", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_value_is_cut_short() {
        let wrong = Wrong::new("Folds", &"9\u{e9}".repeat(500_000), FOLDS.to_string());
        assert!(wrong.to_string().len() < 200);
        assert_eq!(
            Wrong::new("Folds", " ", "a number").found(),
            "Folds is empty"
        );
    }

    #[test]
    fn what_lies_outside_is_refused_with_what_is_expected() {
        for (bounds, inside, outside) in [
            (FOLDS, ["2", " 5 ", "10000"], ["1", "10001", "1e6"]),
            (COMPONENTS, ["1", "10", "100000"], ["0", "-1", "2.5"]),
            (PERMUTATIONS, ["0", "100", "10000"], ["10001", "", "many"]),
            (
                BOOTSTRAPS,
                ["1", "1000", "100000"],
                ["0", "100000000", "1 0"],
            ),
            (DRAWS, ["1", "200", "10000"], ["0", "100000000", "NaN"]),
            (
                SEED,
                ["0", "11", "18446744073709551615"],
                ["-1", "18446744073709551616", "x"],
            ),
        ] {
            for text in inside {
                assert!(bounds.read(text).is_ok(), "{text}");
            }
            for text in outside {
                assert_eq!(bounds.read(text), Err(bounds.to_string()), "{text}");
            }
        }
        for text in ["0.001", "500", "1e9"] {
            assert!(RDM_SCALE.read(text).is_ok(), "{text}");
        }
        for text in ["0", "-5", "1e308", "1e999", "NaN", "inf", "", "1e-4"] {
            assert_eq!(
                RDM_SCALE.read(text),
                Err("a number from 0.001 to 1000000000".to_owned()),
                "{text}"
            );
        }
    }
}
