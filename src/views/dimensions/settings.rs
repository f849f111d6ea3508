//! How dimensions are shown.

use crate::figures::{ColourBy, Marks, Panels};
use crate::link::{Field, Settings, Words, choice_field};
use crate::results::Score;

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
        choice_field!("up", "Vertical axis", SCORES, y_score),
        choice_field!("colour", "Colour by", COLOURS, colour),
        choice_field!("show", "Show", MARKS, marks),
        choice_field!("panels", "Panels", PANELS, panels),
    ];
}
