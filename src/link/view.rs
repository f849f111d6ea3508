//! What of the page a link restores beside the study and its options.

use crate::analysis::image_map::Method;
use crate::figures::{ColourBy, Marks, Panels};
use crate::options::Bounds;
use crate::results::{Pool, Score};

/// The views of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tab {
    /// Universality against alignment.
    #[default]
    Dimensions,
    /// How well networks predict each other.
    Networks,
    /// RSA of networks cut down to few dimensions.
    ReducedRsa,
    /// RDMs side by side.
    Rdms,
    /// Stimuli on a plane.
    ImageMap,
    /// The paper's simulation.
    Simulation,
}

impl Tab {
    /// All, in the order of the page.
    pub const ALL: [Tab; 6] = [
        Tab::Dimensions,
        Tab::Networks,
        Tab::ReducedRsa,
        Tab::Rdms,
        Tab::ImageMap,
        Tab::Simulation,
    ];

    /// What a person calls it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Tab::Dimensions => "Dimensions",
            Tab::Networks => "Networks",
            Tab::ReducedRsa => "Reduced RSA",
            Tab::Rdms => "RDMs",
            Tab::ImageMap => "Image map",
            Tab::Simulation => "Simulation",
        }
    }
}

/// A dimension by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// Network.
    pub network: String,
    /// Layer.
    pub layer: String,
    /// Component, from 1.
    pub component: u32,
}

/// How the results are shown.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct View {
    /// Which view is open.
    pub tab: Tab,
    /// Region on the y axis; the first where absent.
    pub roi: Option<String>,
    /// What the y axis says.
    pub upwards: Score,
    /// What colours say.
    pub colour: ColourBy,
    /// What is drawn.
    pub marks: Marks,
    /// Small multiples.
    pub panels: Panels,
    /// The networks that are shown; all where empty.
    pub networks: Vec<String>,
    /// The dimension that was picked.
    pub chosen: Option<Chosen>,
    /// The RDMs.
    pub rdms: RdmView,
    /// The image map.
    pub map: MapView,
}

/// How RDMs are shown.
#[derive(Debug, Clone, PartialEq)]
pub struct RdmView {
    /// Network and layer; the chosen dimension's where absent.
    pub layer: Option<(String, String)>,
    /// Number of most universal dimensions that the reduced version keeps.
    pub kept: usize,
    /// The subject; the mean of all where absent.
    pub subject: Option<String>,
    /// Colours by ranks, not by values.
    pub ranks: bool,
    /// Stimuli grouped by category.
    pub grouped: bool,
}

impl RdmView {
    /// How many dimensions may be kept.
    pub const KEPT: Bounds = Bounds::new(1, 100_000);
}

impl Default for RdmView {
    fn default() -> Self {
        Self {
            layer: None,
            kept: 10,
            subject: None,
            ranks: true,
            grouped: false,
        }
    }
}

/// How stimuli are laid out.
#[derive(Debug, Clone, PartialEq)]
pub struct MapView {
    /// Which dimensions lay them out.
    pub pool: Pool,
    /// How many.
    pub count: usize,
    /// By which method.
    pub method: Method,
    /// Seed of the layout.
    pub seed: u64,
}

impl MapView {
    /// How many dimensions may be pooled.
    pub const POOLED: Bounds = Bounds::new(2, 2000);
}

impl Default for MapView {
    fn default() -> Self {
        Self {
            pool: Pool::MostUniversal,
            count: 100,
            method: Method::Umap,
            seed: 0,
        }
    }
}
