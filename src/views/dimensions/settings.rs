//! How dimensions are shown.

use crate::figures::{ColourBy, Marks, Panels};
use crate::link::{Field, Settings, Words, choice_field};
use crate::results::{Dimensions, Score};

/// How dimensions are shown.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct DimensionsSettings {
    /// The score on the vertical axis.
    pub y_score: Score,
    /// What colours say.
    pub colour: ColourBy,
    /// What is drawn.
    pub marks: Marks,
    /// Small multiples.
    pub panels: Panels,
}

impl DimensionsSettings {
    /// The score on the vertical axis for a table and one of its regions: the one that was chosen, where
    /// the table can have it.
    #[must_use]
    pub fn y_score_of(&self, table: &Dimensions, roi: usize) -> Score {
        let region = table.alignment.get(roi);
        match self.y_score {
            Score::Alignment | Score::Adjusted | Score::Reliability | Score::Rsa
                if region.is_none() =>
            {
                Score::VarianceShare
            }
            Score::Adjusted | Score::Reliability
                if region.is_some_and(|region| region.reliability.is_empty()) =>
            {
                Score::Alignment
            }
            Score::Alignment | Score::Adjusted | Score::Reliability
                if region.is_some_and(|region| region.is_ranked) =>
            {
                Score::Rsa
            }
            wanted if table.is_precomputed() && table.score(wanted, roi).is_none() => {
                region.map_or(Score::VarianceShare, |_| Score::Alignment)
            }
            wanted => wanted,
        }
    }
}

const SCORES: Words<Score> = &[
    ("alignment", Score::Alignment),
    ("adjusted", Score::Adjusted),
    ("reliability", Score::Reliability),
    ("rsa", Score::Rsa),
    ("ols", Score::UniversalityOls),
    ("one-to-one", Score::UniversalityOneToOne),
    ("variance", Score::VarianceShare),
];
const COLOURS: Words<ColourBy> = &[
    ("set", ColourBy::ModelSet),
    ("network", ColourBy::Network),
    ("depth", ColourBy::Depth),
    ("rank", ColourBy::Rank),
];
const MARKS: Words<Marks> = &[
    ("both", Marks::DotsAndMean),
    ("dots", Marks::Dots),
    ("mean", Marks::Mean),
    ("density", Marks::Density),
    ("depth", Marks::DepthCurves),
    ("ranks", Marks::RankGroups),
];
const PANELS: Words<Panels> = &[
    ("one", Panels::One),
    ("set", Panels::ModelSet),
    ("network", Panels::Network),
    ("subject", Panels::Subject),
    ("region", Panels::Region),
];

impl Settings for DimensionsSettings {
    const FIELDS: &'static [Field<Self>] = &[
        choice_field!("up", SCORES, y_score),
        choice_field!("colour", COLOURS, colour),
        choice_field!("show", MARKS, marks),
        choice_field!("panels", PANELS, panels),
    ];
}
