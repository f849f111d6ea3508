//! What keeping few dimensions does, in a sentence that claims no more than its numbers.

use super::analysis::Keep;
use super::figure::ReducedFigure;
use crate::math::summary::mean;
use crate::results::finding::Finding;

/// Dimensions kept that the sentence speaks of.
const KEPT: usize = 5;

impl ReducedFigure {
    /// The sentence. `networks`: `3 of 8 networks`, where not all are shown.
    #[must_use]
    pub fn finding(&self, roi: &str, networks: Option<&str>) -> Finding {
        let who = networks.unwrap_or("networks");
        let all = mean(self.all.iter().copied());
        let kept = |keep: Keep| {
            let few = self.few.iter().find(|few| (few.0, few.1) == (keep, KEPT));
            few.map_or(f64::NAN, |(_, _, scores)| mean(scores.iter().copied()))
        };
        let five = kept(Keep::Top);
        let (lower, upper) = (self.ceiling.lower, self.ceiling.upper);
        let possible = match lower.is_finite() && upper.is_finite() {
            true => format!("; at best {lower:.2} to {upper:.2} is possible"),
            false => String::new(),
        };
        if all.is_nan() || five.is_nan() {
            return Finding {
                before: format!("With all their dimensions, {who} resemble {roi} with RSA "),
                number: three(all),
                after: format!(
                    "{}. There are fewer than {KEPT} dimensions to keep.",
                    possible.replacen("; at", ", where at", 1)
                ),
            };
        }
        let best = all.max(five);
        // a tenth of what is possible, or next to nothing
        let is_nothing = best < 0.01 || (lower.is_finite() && best < 0.1 * lower);
        let before = if is_nothing {
            format!(
                "With only their {KEPT} most universal dimensions, {who} hardly resemble {roi}, and with all of them no more than that ("
            )
        } else {
            let change = five - all;
            let compared = if change.abs() <= (0.1 * all.abs()).max(0.01) {
                "about as much as with all"
            } else if change > 0.0 {
                "more than with all"
            } else if five < 0.5 * all {
                "much less than with all"
            } else {
                "less than with all"
            };
            format!(
                "With only their {KEPT} most universal dimensions, {who} resemble {roi} {compared} ("
            )
        };
        let band = self.band.get(KEPT - 1).filter(|band| band.0.is_finite());
        let band = band.map_or_else(String::new, |(low, high)| {
            format!(" (95 % of draws: {low:.3} to {high:.3})")
        });
        Finding {
            before,
            number: three(five),
            after: format!(
                " against {}{possible}). Their {KEPT} dimensions of highest variance reach {}, {KEPT} random ones {}{band}.",
                three(all),
                three(kept(Keep::Variance)),
                three(kept(Keep::Random)),
            ),
        }
    }
}

fn three(score: f64) -> String {
    crate::results::text::three_decimals(score)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::rsa::NoiseCeiling;

    fn figure(all: f64, five: f64, ceiling: (f64, f64)) -> ReducedFigure {
        ReducedFigure {
            ceiling: NoiseCeiling {
                lower: ceiling.0,
                upper: ceiling.1,
            },
            all: vec![all],
            few: vec![
                (Keep::Top, 5, vec![five]),
                (Keep::Variance, 5, vec![0.061]),
                (Keep::Random, 5, vec![0.03]),
            ],
            curves: Default::default(),
            band: vec![(0.01, 0.05); 5],
        }
    }

    #[test]
    fn shares_of_next_to_nothing_are_never_named() {
        let usual = (0.24, 0.39);
        for (all, five, ceiling, expected) in [
            (
                0.064,
                0.060,
                usual,
                "resemble EVC about as much as with all (0.060 against 0.064; at best 0.24 to 0.39 is possible)",
            ),
            (
                0.064,
                0.040,
                usual,
                "resemble EVC less than with all (0.040",
            ),
            (
                0.2,
                0.05,
                usual,
                "resemble EVC much less than with all (0.050",
            ),
            (0.1, 0.2, usual, "resemble EVC more than with all (0.200"),
            (
                0.004,
                0.001,
                usual,
                "hardly resemble EVC, and with all of them no more than that (0.001",
            ),
            (0.02, 0.015, usual, "hardly resemble EVC"),
            (
                -0.05,
                -0.1,
                (f64::NAN, f64::NAN),
                "hardly resemble EVC, and with all of them no more than that (-0.100 against -0.050).",
            ),
            (
                0.064,
                f64::NAN,
                usual,
                "with RSA 0.064, where at best 0.24 to 0.39 is possible. There are fewer than 5 dimensions to keep.",
            ),
        ] {
            let sentence = figure(all, five, ceiling).finding("EVC", None).to_string();
            assert!(sentence.contains(expected), "{sentence}");
            assert!(!sentence.contains(" % of its"), "{sentence}");
        }
        let sentence = figure(0.2, 0.2, usual)
            .finding("IT", Some("3 of 8 networks"))
            .to_string();
        assert_eq!(
            sentence,
            "With only their 5 most universal dimensions, 3 of 8 networks resemble IT about as much as with all (0.200 against 0.200; at best 0.24 to 0.39 is possible). Their 5 dimensions of highest variance reach 0.061, 5 random ones 0.030 (95 % of draws: 0.010 to 0.050)."
        );
    }
}
