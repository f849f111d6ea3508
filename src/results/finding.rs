//! What a correlation says, in a sentence that claims no more than its interval and its chance level allow
//! (METHOD 8).

use super::{Dimensions, Score, Selection};
use crate::options::Scope;
use crate::problem::count;

/// A sentence with the number that matters apart, so that it can be set off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Up to the number.
    pub before: String,
    /// The number.
    pub number: String,
    /// From the number on.
    pub after: String,
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}{}", self.before, self.number, self.after)
    }
}

/// How sure a correlation is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Interval {
    /// Not computed yet.
    Pending,
    /// There are too few networks to draw from.
    TooFew,
    /// The 95 % interval.
    Between(f64, f64),
}

/// The correlation that shuffled images give: above zero, since both scores come from the same images.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ChanceLevel {
    /// It was computed.
    At(f64),
    /// It can be computed, and is not yet.
    NotComputed,
    /// It is not computed for this score.
    NotOffered,
    /// The scores were brought without what they were computed from.
    NotInTable,
}

/// A correlation of universality and another score, with what is known of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Correlation {
    /// Spearman correlation in [-1, 1]; NaN where it is undefined.
    pub rho: f64,
    /// Number of dimensions that have both scores.
    pub dimensions: usize,
    /// How sure it is.
    pub interval: Interval,
    /// What chance gives.
    pub chance: ChanceLevel,
    /// The score.
    pub score: Score,
    /// The region, for a score that is of one.
    pub region: String,
    /// `3 of 8 networks`, where not all are shown.
    pub networks: Option<String>,
    /// The networks across which universality is the median.
    pub scope: Scope,
}

impl Correlation {
    /// The correlation of what is shown, for a region.
    #[must_use]
    pub fn new(
        table: &Dimensions,
        selection: &Selection,
        roi: usize,
        interval: Interval,
        chance: ChanceLevel,
    ) -> Self {
        let (rho, dimensions) = selection.relation(roi);
        let region = table.alignment.get(roi);
        Self {
            rho,
            dimensions,
            interval,
            chance,
            score: selection.score_of(table, roi),
            region: region.map_or_else(String::new, |region| region.roi.clone()),
            networks: selection.networks_in_words(),
            scope: match table.is_precomputed() {
                // how its universality was computed is not known
                true => Scope::All,
                false => selection.scope,
            },
        }
    }

    /// Whether the sentence would claim more with its chance level, which can be computed.
    #[must_use]
    pub fn wants_chance(&self) -> bool {
        self.chance == ChanceLevel::NotComputed && !self.rho.is_nan()
    }

    /// The sentence.
    #[must_use]
    pub fn finding(&self) -> Finding {
        if self.rho.is_nan() {
            let (more, _) = self.directions();
            return Finding {
                before: format!(
                    "Too few dimensions{} have both scores to tell whether those that more networks share tend to {more} (Spearman ",
                    self.of_networks()
                ),
                number: "undefined".into(),
                after: format!(" over {}).", self.counted()),
            };
        }
        let (claim, caveat) = self.claim();
        Finding {
            before: format!("{claim} (Spearman "),
            number: format!("{:.2}", self.rho),
            after: format!(
                " over {}{}{}{}){}",
                self.counted(),
                self.of_networks(),
                self.interval_in_words(),
                self.chance_in_words(),
                match caveat {
                    "" => ".".to_owned(),
                    caveat => format!(". {caveat}"),
                }
            ),
        }
    }

    /// What can be said, and what must be said beside it.
    fn claim(&self) -> (String, &'static str) {
        let widely = match self.scope {
            Scope::All => "Dimensions that more networks share",
            Scope::WithinSet => "Dimensions that more networks of their set share",
        };
        let (low, high) = match self.interval {
            Interval::Between(low, high) if low.is_finite() && high.is_finite() => (low, high),
            Interval::Pending => return (self.neutral(), ""),
            _ => {
                return (
                    self.neutral(),
                    "How sure that is cannot be told: the interval is drawn over networks, and needs at least two.",
                );
            }
        };
        let (more, less) = self.directions();
        if low <= 0.0 && high >= 0.0 {
            let what = self.quantity();
            return (
                format!(
                    "There is no clear relation between how many networks share a dimension and {what}"
                ),
                "",
            );
        }
        if high < 0.0 {
            return (format!("{widely} tend to {less}"), "");
        }
        match self.chance {
            ChanceLevel::At(level) if low > level => (format!("{widely} also tend to {more}"), ""),
            ChanceLevel::At(level) if self.rho > level => (
                format!("{widely} tend to {more}, but not clearly more than with shuffled images"),
                "",
            ),
            ChanceLevel::At(_) => (
                format!("{widely} tend to {more}, but no more than with shuffled images"),
                "",
            ),
            ChanceLevel::NotComputed => (
                format!("{widely} also tend to {more}"),
                "Shuffled images give a correlation above zero as well; how high is not computed yet.",
            ),
            ChanceLevel::NotOffered => (
                format!("{widely} also tend to {more}"),
                "What shuffled images would give is not computed for this score.",
            ),
            ChanceLevel::NotInTable => (
                format!("{widely} also tend to {more}"),
                "What shuffled images would give cannot be told from scores alone.",
            ),
        }
    }

    /// The two quantities without a claim.
    fn neutral(&self) -> String {
        format!(
            "How many networks share a dimension, against {}",
            self.quantity()
        )
    }

    fn quantity(&self) -> String {
        let region = &self.region;
        match self.score {
            Score::Alignment => format!("how well it is predicted by {region}"),
            score => format!("its {}", score.in_words(region)),
        }
    }

    /// What dimensions tend to where the correlation is above zero, and where it is below.
    fn directions(&self) -> (String, String) {
        let region = &self.region;
        let of = |more: &str, less: &str, rest: String| {
            (format!("{more} {rest}"), format!("{less} {rest}"))
        };
        match self.score {
            Score::Alignment => of("be better", "be worse", format!("predicted by {region}")),
            Score::VarianceShare => of(
                "have a larger share",
                "have a smaller share",
                "of their layer\u{2019}s variance".into(),
            ),
            score => of("have higher", "have lower", score.in_words(region)),
        }
    }

    fn counted(&self) -> String {
        count(self.dimensions, "dimension", "dimensions")
    }

    fn of_networks(&self) -> String {
        let networks = self.networks.as_ref();
        networks.map_or_else(String::new, |networks| format!(" of {networks}"))
    }

    fn interval_in_words(&self) -> String {
        match self.interval {
            Interval::Between(low, high) if low.is_finite() => {
                format!(", 95 % interval {low:.2} to {high:.2}")
            }
            _ => String::new(),
        }
    }

    fn chance_in_words(&self) -> String {
        match self.chance {
            ChanceLevel::At(level) if level.is_finite() => {
                format!("; shuffled images give {level:.2}")
            }
            _ => String::new(),
        }
    }

    /// The numbers alone, to three decimals: `0.685 (0.662 to 0.708; shuffled images give 0.402)`.
    #[must_use]
    pub fn numbers(&self) -> (String, String) {
        let rho = super::text::three_decimals(self.rho);
        let mut known = Vec::new();
        if let Interval::Between(low, high) = self.interval
            && low.is_finite()
        {
            known.push(format!("{low:.3} to {high:.3}"));
        }
        if let ChanceLevel::At(level) = self.chance
            && level.is_finite()
        {
            known.push(format!("shuffled images give {level:.3}"));
        }
        let known = match known.is_empty() {
            true => String::new(),
            false => format!(" ({})", known.join("; ")),
        };
        (rho, known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn correlation(rho: f64, interval: Interval, chance: ChanceLevel) -> Correlation {
        Correlation {
            rho,
            dimensions: 6398,
            interval,
            chance,
            score: Score::Alignment,
            region: "IT".into(),
            networks: None,
            scope: Scope::All,
        }
    }

    #[test]
    fn a_sentence_claims_no_more_than_interval_and_chance_allow() {
        use ChanceLevel::{At, NotComputed, NotOffered};
        use Interval::{Between, Pending, TooFew};
        let share = "Dimensions that more networks share";
        for (rho, interval, chance, expected) in [
            (
                0.62,
                Between(0.6, 0.64),
                At(0.4),
                format!(
                    "{share} also tend to be better predicted by IT (Spearman 0.62 over 6,398 dimensions, 95 % interval 0.60 to 0.64; shuffled images give 0.40)."
                ),
            ),
            (
                0.39,
                Between(0.36, 0.41),
                At(0.4),
                format!(
                    "{share} tend to be better predicted by IT, but no more than with shuffled images (Spearman 0.39 over 6,398 dimensions, 95 % interval 0.36 to 0.41; shuffled images give 0.40)."
                ),
            ),
            (
                0.42,
                Between(0.38, 0.45),
                At(0.4),
                format!(
                    "{share} tend to be better predicted by IT, but not clearly more than with shuffled images (Spearman 0.42 over 6,398 dimensions, 95 % interval 0.38 to 0.45; shuffled images give 0.40)."
                ),
            ),
            (
                0.62,
                Between(0.6, 0.64),
                NotComputed,
                format!(
                    "{share} also tend to be better predicted by IT (Spearman 0.62 over 6,398 dimensions, 95 % interval 0.60 to 0.64). Shuffled images give a correlation above zero as well; how high is not computed yet."
                ),
            ),
            (
                0.62,
                Between(0.6, 0.64),
                NotOffered,
                format!(
                    "{share} also tend to be better predicted by IT (Spearman 0.62 over 6,398 dimensions, 95 % interval 0.60 to 0.64). What shuffled images would give is not computed for this score."
                ),
            ),
            (
                0.02,
                Between(-0.01, 0.05),
                At(-0.02),
                "There is no clear relation between how many networks share a dimension and how well it is predicted by IT (Spearman 0.02 over 6,398 dimensions, 95 % interval -0.01 to 0.05; shuffled images give -0.02).".into(),
            ),
            (
                -0.3,
                Between(-0.4, -0.2),
                At(0.1),
                format!(
                    "{share} tend to be worse predicted by IT (Spearman -0.30 over 6,398 dimensions, 95 % interval -0.40 to -0.20; shuffled images give 0.10)."
                ),
            ),
            (
                0.62,
                Pending,
                NotComputed,
                "How many networks share a dimension, against how well it is predicted by IT (Spearman 0.62 over 6,398 dimensions).".into(),
            ),
            (
                0.62,
                TooFew,
                NotComputed,
                "How many networks share a dimension, against how well it is predicted by IT (Spearman 0.62 over 6,398 dimensions). How sure that is cannot be told: the interval is drawn over networks, and needs at least two.".into(),
            ),
            (
                f64::NAN,
                Between(f64::NAN, f64::NAN),
                NotComputed,
                "Too few dimensions have both scores to tell whether those that more networks share tend to be better predicted by IT (Spearman undefined over 6,398 dimensions).".into(),
            ),
        ] {
            let sentence = correlation(rho, interval, chance).finding().to_string();
            assert_eq!(sentence, expected);
        }
    }

    #[test]
    fn a_sentence_names_score_scope_and_networks() {
        let sure = Interval::Between(0.1, 0.3);
        let mut shown = correlation(0.2, sure, ChanceLevel::NotOffered);
        shown.networks = Some("3 of 8 networks".into());
        for (score, expected) in [
            (Score::Alignment, "to be better predicted by IT"),
            (Score::Adjusted, "to have higher adjusted alignment with IT"),
            (Score::Reliability, "to have higher reliability in IT"),
            (Score::Rsa, "to have higher RSA alignment with IT"),
            (
                Score::UniversalityOls,
                "to have higher universality by least squares",
            ),
            (
                Score::UniversalityOneToOne,
                "to have higher universality by the best single unit",
            ),
            (
                Score::VarianceShare,
                "to have a larger share of their layer\u{2019}s variance",
            ),
        ] {
            shown.score = score;
            let sentence = shown.finding().to_string();
            assert!(sentence.contains(expected), "{sentence}");
            assert!(
                sentence.contains("over 6,398 dimensions of 3 of 8 networks"),
                "{sentence}"
            );
        }
        shown.scope = Scope::WithinSet;
        let sentence = shown.finding().to_string();
        assert!(sentence.starts_with("Dimensions that more networks of their set share"));
    }

    #[test]
    fn numbers_that_are_not_there_are_left_out() {
        let none = correlation(0.62, Interval::Pending, ChanceLevel::NotComputed);
        assert_eq!(none.numbers(), ("0.620".into(), String::new()));
        assert!(none.wants_chance());
        let all = correlation(0.62, Interval::Between(0.6, 0.64), ChanceLevel::At(0.4));
        assert_eq!(
            all.numbers().1,
            " (0.600 to 0.640; shuffled images give 0.400)"
        );
        assert!(!all.wants_chance());
        let undefined = correlation(f64::NAN, Interval::TooFew, ChanceLevel::NotComputed);
        assert_eq!(undefined.numbers().0, "undefined");
        assert!(!undefined.wants_chance());
    }
}
