//! Colours of dots and their legend.

use std::sync::OnceLock;
use strum::VariantArray;

use crate::results::Dimensions;

use super::theme::{GROUPS, Rgb, Theme};

/// What the colour of a dot says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, VariantArray)]
pub enum ColourBy {
    /// Model set.
    #[default]
    ModelSet,
    /// Network.
    Network,
    /// Relative depth of the layer.
    Depth,
    /// Rank of the component.
    Rank,
}

impl ColourBy {
    /// What it is called on the page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            ColourBy::ModelSet => "Model set",
            ColourBy::Network => "Network",
            ColourBy::Depth => "Layer depth",
            ColourBy::Rank => "Component rank",
        }
    }
}

/// What a legend explains.
#[derive(Debug, Clone, PartialEq)]
pub enum Legend {
    /// Groups and their colours.
    Groups(Vec<(String, Rgb)>),
    /// A scale from the first colour to the last.
    Scale {
        /// What its lower end means.
        from: String,
        /// What its upper end means.
        to: String,
        /// Colours along it.
        stops: Vec<Rgb>,
    },
}

/// Colours of all dots.
#[derive(Debug, Clone, PartialEq)]
pub struct Colouring {
    /// One a row.
    pub rows: Vec<Rgb>,
    /// What they mean.
    pub legend: Legend,
}

impl Colouring {
    /// Colours the dimensions of a table.
    #[must_use]
    pub fn new(table: &Dimensions, by: ColourBy, theme: &Theme) -> Self {
        match by {
            ColourBy::ModelSet => grouped(table, theme, |row| &table.network_of(row).set),
            ColourBy::Network => grouped(table, theme, |row| &table.network_of(row).name),
            ColourBy::Depth => Self::scaled(
                (0..table.len()).map(|row| table.layer_of(row).depth),
                "first layer".into(),
                "last layer".into(),
            ),
            ColourBy::Rank => {
                let most = table.component.iter().copied().max().unwrap_or(1).max(2);
                let whole = f64::from(most).ln();
                Self::scaled(
                    table
                        .component
                        .iter()
                        .map(|&rank| f64::from(rank).ln() / whole),
                    "component 1".into(),
                    format!("component {most}"),
                )
            }
        }
    }

    fn scaled(shares: impl Iterator<Item = f64>, from: String, to: String) -> Self {
        Self {
            rows: shares.map(scale).collect(),
            legend: Legend::Scale {
                from,
                to,
                stops: (0..=8).map(|stop| scale(f64::from(stop) / 8.0)).collect(),
            },
        }
    }
}

fn grouped<'a>(table: &Dimensions, theme: &Theme, name: impl Fn(usize) -> &'a String) -> Colouring {
    let mut names: Vec<&String> = Vec::new();
    let indices: Vec<usize> = (0..table.len())
        .map(|row| {
            let name = name(row);
            // rows of one group stand together, so the last name is nearly always the one
            match names.iter().rposition(|known| *known == name) {
                Some(index) => index,
                None => {
                    names.push(name);
                    names.len() - 1
                }
            }
        })
        .collect();
    let colours = group_colours(&names, theme);
    // a set that is not known needs no word where no other is known either
    let all_unknown = names.iter().all(|name| name.is_empty());
    let named = names.iter().zip(&colours).filter(|_| !all_unknown);
    let legend = named.map(|(name, &colour)| (set_in_words(name).to_owned(), colour));
    Colouring {
        rows: indices.iter().map(|&index| colours[index]).collect(),
        legend: Legend::Groups(legend.collect()),
    }
}

/// A model set as legends and panels call it, known or not.
#[must_use]
pub fn set_in_words(set: &str) -> &str {
    match set {
        "" => "Model set unknown",
        set => set,
    }
}

/// Colours of groups by their names: untrained networks are grey wherever they are, and the others
/// take the palette in order; more groups than it has colours share the hues of a wheel.
#[must_use]
pub fn group_colours(names: &[&String], theme: &Theme) -> Vec<Rgb> {
    const GREY: usize = 1;
    let count = names.len();
    let mut next = (0..GROUPS).filter(|&index| index != GREY);
    names
        .iter()
        .enumerate()
        .map(|(index, name)| {
            if name.eq_ignore_ascii_case("untrained") {
                return theme.groups[GREY];
            }
            match next.next() {
                Some(colour) if count <= GROUPS => theme.groups[colour],
                _ => {
                    let colour = colorous::SINEBOW.eval_rational(index, count);
                    Rgb(colour.r, colour.g, colour.b)
                }
            }
        })
        .collect()
}

/// A colour along the scale, for a share in [0, 1]; of 256 that are made once, since fields ask for
/// hundreds of thousands.
#[must_use]
pub fn scale(share: f64) -> Rgb {
    static STOPS: OnceLock<[Rgb; 256]> = OnceLock::new();
    let stops = STOPS.get_or_init(|| {
        std::array::from_fn(|stop| {
            // the darkest and the lightest ends would vanish on one of the two backgrounds
            let colour = colorous::VIRIDIS.eval_continuous(0.15 + 0.75 * stop as f64 / 255.0);
            Rgb(colour.r, colour.g, colour.b)
        })
    });
    stops[(share.clamp(0.0, 1.0) * 255.0).round() as usize]
}
