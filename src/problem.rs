//! What is told to the user when something is wrong with what they brought: the file, what was
//! found, what was expected, and one thing to do.

mod alike;
mod visible;

pub use alike::alike;
pub use visible::{visible, visible_lines};

use serde::{Deserialize, Serialize};

/// Whether work can go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Severity {
    /// Worth knowing: something was left out, turned around or guessed.
    Notice,
    /// Likely to mislead if overlooked.
    Warning,
    /// Nothing can be computed until it is mended or the file is left out.
    Error,
}

/// One thing wrong with one file, or with the study as a whole where `file` is empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub struct Problem {
    /// How bad it is.
    pub severity: Severity,
    /// Path of the file as the user knows it; empty where it concerns the study.
    pub file: String,
    /// What was found.
    pub found: String,
    /// What was expected.
    pub expected: String,
    /// One thing to do.
    pub hint: String,
}

impl Problem {
    /// An error: nothing is computed until it is mended.
    #[must_use]
    pub fn error(file: &str, found: impl Into<String>) -> Self {
        Self::new(Severity::Error, file, found.into())
    }

    /// A warning: the numbers stand, but read this first.
    #[must_use]
    pub fn warning(file: &str, found: impl Into<String>) -> Self {
        Self::new(Severity::Warning, file, found.into())
    }

    /// A notice of something done on the user's behalf.
    #[must_use]
    pub fn notice(file: &str, found: impl Into<String>) -> Self {
        Self::new(Severity::Notice, file, found.into())
    }

    fn new(severity: Severity, file: &str, found: String) -> Self {
        Self {
            severity,
            file: file.to_owned(),
            found,
            expected: String::new(),
            hint: String::new(),
        }
    }

    /// Adds what was expected.
    #[must_use]
    pub fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = expected.into();
        self
    }

    /// Adds the one thing to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// Whether nothing can be computed until this is mended.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if !self.file.is_empty() {
            write!(f, "{}: ", visible(&self.file))?;
        }
        write!(f, "{}.", visible(self.found.trim_end_matches('.')))?;
        if !self.expected.is_empty() {
            write!(
                f,
                " Expected {}.",
                visible(self.expected.trim_end_matches('.'))
            )?;
        }
        if !self.hint.is_empty() {
            // code is not ended by a full stop
            let end = if self.hint.contains('\n') { "" } else { "." };
            write!(
                f,
                " {}{end}",
                visible_lines(self.hint.trim_end_matches('.'))
            )?;
        }
        Ok(())
    }
}

/// `1 stimulus`, `3 stimuli`: a count with its noun.
#[must_use]
pub fn count(n: usize, one: &str, many: &str) -> String {
    let digits = n.to_string();
    let mut grouped = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{grouped} {}", if n == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_reads_as_sentences() {
        let problem = Problem::error("a.npy", "3 rows")
            .expected("92 rows, as in b.npy")
            .hint("Save it again with all stimuli.");
        assert_eq!(
            problem.to_string(),
            "a.npy: 3 rows. Expected 92 rows, as in b.npy. Save it again with all stimuli."
        );
    }

    #[test]
    fn names_of_files_cannot_turn_a_message_around() {
        let problem = Problem::error("a\u{202e}ypn.npy", "holds the network b\0c")
            .hint("Run this:\nprint(1)");
        assert_eq!(
            problem.to_string(),
            "a\\u{202e}ypn.npy: holds the network b\\u{0}c. Run this:\nprint(1)"
        );
    }

    #[test]
    fn counts_are_grouped_in_thousands() {
        assert_eq!(count(1, "stimulus", "stimuli"), "1 stimulus");
        assert_eq!(count(6398, "dimension", "dimensions"), "6,398 dimensions");
        assert_eq!(
            count(300_000, "dimension", "dimensions"),
            "300,000 dimensions"
        );
    }
}
