//! Small multiples.

/// What the panels of a figure are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Panels {
    /// One panel of all.
    #[default]
    One,
    /// One a model set.
    ModelSet,
    /// One a network.
    Network,
    /// One a subject of the region.
    Subject,
    /// One a region.
    Region,
}

impl Panels {
    /// All, in the order of a menu.
    pub const ALL: [Panels; 5] = [
        Panels::One,
        Panels::ModelSet,
        Panels::Network,
        Panels::Subject,
        Panels::Region,
    ];

    /// What a person calls it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Panels::One => "One",
            Panels::ModelSet => "By model set",
            Panels::Network => "By network",
            Panels::Subject => "By person",
            Panels::Region => "By region",
        }
    }
}
