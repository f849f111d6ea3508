//! The scores of a dimension, as axes and columns know them.

use std::borrow::Cow;
use strum::VariantArray;

use super::Dimensions;

/// A score that can be drawn against universality.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, VariantArray)]
pub enum Score {
    /// Brain alignment with a region.
    #[default]
    Alignment,
    /// The same, relative to what reliability allows.
    Adjusted,
    /// Between-subject reliability in a region.
    Reliability,
    /// RSA alignment of the dimension by itself.
    Rsa,
    /// Universality by least squares.
    UniversalityOls,
    /// Universality by the best single unit.
    UniversalityOneToOne,
    /// Share of the layer's variance.
    VarianceShare,
}

/// What universality is, for help texts.
pub const UNIVERSALITY_HELP: &str = "Median over the other networks of the correlation between the dimension and its prediction from them, on held-out stimuli. -1 to 1; higher is more universal. (Chen & Bonner 2025)";

impl Score {
    /// What it is called on the page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Score::Alignment => "Brain alignment",
            Score::Adjusted => "Adjusted alignment",
            Score::Reliability => "Reliability",
            Score::Rsa => "RSA alignment",
            Score::UniversalityOls => "Universality, least squares",
            Score::UniversalityOneToOne => "Universality, one-to-one",
            Score::VarianceShare => "Share of variance",
        }
    }

    /// Definition, direction, range and source.
    #[must_use]
    pub fn help(self) -> &'static str {
        match self {
            Score::Alignment => {
                "Mean over subjects of the correlation between the dimension and its prediction from the region, on held-out stimuli. -1 to 1; higher is better. Its ceiling is the square root of the reliability. (Chen & Bonner 2025: brain similarity)"
            }
            Score::Adjusted => {
                "Brain alignment divided by the square root of the reliability; 0 where either is negative. 0 or more; 1 is the level at which subjects agree with each other, and noise can exceed it. (Chen & Bonner 2025)"
            }
            Score::Reliability => {
                "Mean over pairs of subjects of the correlation between their predictions of the dimension, on held-out stimuli. -1 to 1; higher means that subjects agree more. Needs at least two subjects. (Chen & Bonner 2025)"
            }
            Score::Rsa => {
                "Spearman correlation between the squared differences of stimuli on the dimension and the region\u{2019}s RDM, mean over subjects. -1 to 1; higher is better. For RDMs of which only the order of distances is meaningful, such as ranks. (Kriegeskorte 2008)"
            }
            Score::UniversalityOls => {
                "Universality by ordinary least squares instead of ridge regression. -1 to 1; higher is more universal. (Chen & Bonner 2025, supplement)"
            }
            Score::UniversalityOneToOne => {
                "Universality by the single best-correlated unit of each other network instead of a regression. -1 to 1; higher is more universal. (Chen & Bonner 2025, supplement)"
            }
            Score::VarianceShare => {
                "Fraction of the layer\u{2019}s variance over the stimuli that the dimension explains. 0 to 1."
            }
        }
    }

    /// Whether it is of a region.
    #[must_use]
    pub fn has_region(self) -> bool {
        matches!(
            self,
            Score::Alignment | Score::Adjusted | Score::Reliability | Score::Rsa
        )
    }
}

impl Score {
    /// The score that stands for this one in a table and one of its regions: itself, where the table can
    /// have it.
    #[must_use]
    pub fn offered(self, table: &Dimensions, roi: usize) -> Self {
        let region = table.alignment.get(roi);
        match self {
            Score::Alignment | Score::Adjusted | Score::Reliability | Score::Rsa
                if region.is_none() =>
            {
                Score::VarianceShare
            }
            Score::Alignment | Score::Adjusted | Score::Reliability
                if region.is_some_and(|region| region.is_ranked) =>
            {
                Score::Rsa
            }
            Score::Adjusted | Score::Reliability
                if region.is_some_and(|region| region.reliability.is_empty()) =>
            {
                Score::Alignment
            }
            wanted if table.is_precomputed() && table.score(wanted, roi).is_none() => {
                region.map_or(Score::VarianceShare, |_| Score::Alignment)
            }
            wanted => wanted,
        }
    }

    /// What it is called in a sentence: `adjusted alignment with IT`. `roi`: the region, if it is of one.
    #[must_use]
    pub fn in_words(self, roi: &str) -> String {
        match self {
            Score::Alignment => format!("alignment with {roi}"),
            Score::Adjusted => format!("adjusted alignment with {roi}"),
            Score::Reliability => format!("reliability in {roi}"),
            Score::Rsa => format!("RSA alignment with {roi}"),
            Score::UniversalityOls => "universality by least squares".into(),
            Score::UniversalityOneToOne => "universality by the best single unit".into(),
            Score::VarianceShare => "share of variance".into(),
        }
    }

    /// Its name in files.
    #[must_use]
    pub fn column_name(self) -> &'static str {
        match self {
            Score::Alignment => "alignment",
            Score::Adjusted => "adjusted_alignment",
            Score::Reliability => "reliability",
            Score::Rsa => "rsa_alignment",
            Score::UniversalityOls => "universality_ols",
            Score::UniversalityOneToOne => "universality_one_to_one",
            Score::VarianceShare => "variance_share",
        }
    }
}

impl Dimensions {
    /// A score of every dimension; `None` where it is not there (yet).
    #[must_use]
    pub fn score(&self, score: Score, roi: usize) -> Option<Cow<'_, [f64]>> {
        let region = self.alignment.get(roi);
        match score {
            Score::Alignment => region.map(|region| Cow::Borrowed(region.scores.as_slice())),
            Score::Adjusted => region
                .filter(|region| !region.reliability.is_empty())
                .map(|region| Cow::Owned(region.adjusted())),
            Score::Reliability => region
                .filter(|region| !region.reliability.is_empty())
                .map(|region| Cow::Borrowed(region.reliability.as_slice())),
            Score::Rsa => region
                .and_then(|region| region.rsa.as_deref())
                .map(Cow::Borrowed),
            Score::UniversalityOls => self.universality_ols.as_deref().map(Cow::Borrowed),
            Score::UniversalityOneToOne => {
                self.universality_one_to_one.as_deref().map(Cow::Borrowed)
            }
            Score::VarianceShare => Some(Cow::Borrowed(self.variance_share.as_slice())),
        }
    }
}
