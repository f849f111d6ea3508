//! What an array is for and how it is to be read.

use serde::{Deserialize, Serialize};

/// What an array is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// Activations of one layer of a network.
    Activations,
    /// Activations of one layer for other stimuli, on which its components are fitted.
    Fitting,
    /// Responses of one subject in one region, stimuli x voxels.
    Responses,
    /// Distances between stimuli in one region of one or several subjects.
    Rdm,
    /// A model RDM (semantic, behavioural, of a model), which is no brain.
    ModelRdm,
    /// Not used.
    LeftOut,
}

impl Kind {
    /// All, in the order of a menu.
    pub const ALL: [Kind; 6] = [
        Kind::Activations,
        Kind::Rdm,
        Kind::Responses,
        Kind::ModelRdm,
        Kind::Fitting,
        Kind::LeftOut,
    ];

    /// What it is called on the page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Kind::Activations => "activations",
            Kind::Fitting => "activations to fit components on",
            Kind::Responses => "brain responses",
            Kind::Rdm => "brain RDM",
            Kind::ModelRdm => "model RDM",
            Kind::LeftOut => "leave out",
        }
    }

    /// Whether it is a brain's.
    #[must_use]
    pub fn is_brain(self) -> bool {
        matches!(self, Kind::Responses | Kind::Rdm)
    }
}

/// What the axes of an array are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Axes {
    /// Stimuli x units.
    StimuliUnits,
    /// Units x stimuli.
    UnitsStimuli,
    /// Stimuli x channels x height x width.
    ChannelsFirst,
    /// Stimuli x height x width x channels.
    ChannelsLast,
    /// Stimuli x tokens x units.
    Tokens,
    /// Stimuli x stimuli.
    Square,
    /// The upper triangle of stimuli x stimuli, row by row.
    Condensed,
    /// Upper triangles, one a row.
    CondensedStack,
    /// Square matrices, counted along this axis.
    Stack(u8),
    /// Stimuli x stimuli, of which the triangle above the diagonal alone is filled.
    UpperTriangle,
    /// Stimuli x stimuli, of which the triangle below the diagonal alone is filled.
    LowerTriangle,
    /// Stimuli x two or more further axes, each position of which is a unit: never pooled.
    Volumes,
    /// Two or more further axes, each position of which is a unit, x stimuli: never pooled.
    VolumesLast,
    /// Not known: someone who knows the array has to say.
    Unclear,
}

impl Axes {
    /// Ways in which an array of so many axes can be read for a role, the likeliest first.
    #[must_use]
    pub fn choices(kind: Kind, shape: &[usize]) -> Vec<Axes> {
        let is_rdm = matches!(kind, Kind::Rdm | Kind::ModelRdm);
        let volumes = [Axes::Volumes, Axes::VolumesLast];
        let and_volumes = |first: &[Axes]| {
            // responses are never pooled
            let pooled = if kind == Kind::Responses { &[] } else { first };
            pooled.iter().copied().chain(volumes).collect()
        };
        match (shape.len(), is_rdm) {
            (1, true) => vec![Axes::Condensed],
            (2, true) => vec![
                Axes::Square,
                Axes::CondensedStack,
                Axes::UpperTriangle,
                Axes::LowerTriangle,
            ],
            (3, true) => vec![Axes::Stack(0), Axes::Stack(1), Axes::Stack(2)],
            (1, false) => vec![Axes::StimuliUnits],
            (2, false) => vec![Axes::StimuliUnits, Axes::UnitsStimuli],
            (3, false) => and_volumes(&[Axes::Tokens]),
            (4, false) => and_volumes(&[Axes::ChannelsFirst, Axes::ChannelsLast]),
            (5.., false) => and_volumes(&[]),
            _ => Vec::new(),
        }
    }

    /// What it is called on the page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Axes::StimuliUnits => "stimuli × units",
            Axes::UnitsStimuli => "units × stimuli",
            Axes::ChannelsFirst => "stimuli × channels × height × width",
            Axes::ChannelsLast => "stimuli × height × width × channels",
            Axes::Tokens => "stimuli × tokens × units",
            Axes::Square => "stimuli × stimuli",
            Axes::Condensed => "upper triangle",
            Axes::CondensedStack => "subjects × upper triangle",
            Axes::Stack(0) => "subjects × stimuli × stimuli",
            Axes::Stack(1) => "stimuli × subjects × stimuli",
            Axes::Stack(_) => "stimuli × stimuli × subjects",
            Axes::UpperTriangle => "stimuli × stimuli, upper triangle only",
            Axes::LowerTriangle => "stimuli × stimuli, lower triangle only",
            Axes::Volumes => "stimuli × everything else, flattened",
            Axes::VolumesLast => "everything else × stimuli, flattened",
            Axes::Unclear => "not known: choose what its axes are",
        }
    }

    /// Number of matrices of an array of this shape, where it is a stack of them.
    #[must_use]
    pub fn matrices(self, shape: &[usize]) -> Option<usize> {
        match self {
            Axes::Stack(axis) => shape.get(usize::from(axis)).copied(),
            // a triangle by itself, as MATLAB keeps it in a row
            Axes::CondensedStack => shape.first().copied().filter(|&count| count > 1),
            _ => None,
        }
    }

    /// Number of stimuli of an array of this shape; `None` where the shape does not fit.
    #[must_use]
    pub fn stimuli(self, shape: &[usize]) -> Option<usize> {
        match (self, shape) {
            (Axes::StimuliUnits, [n] | [n, _])
            | (Axes::UnitsStimuli, [_, n])
            | (Axes::ChannelsFirst | Axes::ChannelsLast, [n, _, _, _])
            | (Axes::Tokens, [n, _, _]) => Some(*n),
            (Axes::Volumes, [n, _, _, ..]) | (Axes::VolumesLast, [_, _, .., n]) => Some(*n),
            (Axes::Square | Axes::UpperTriangle | Axes::LowerTriangle, [n, m]) if n == m => {
                Some(*n)
            }
            (Axes::Condensed, [length]) | (Axes::CondensedStack, [_, length]) => {
                super::survey::condensed_of(*length)
            }
            (Axes::Stack(0), [_, n, m])
            | (Axes::Stack(1), [n, _, m])
            | (Axes::Stack(2), [n, m, _])
                if n == m =>
            {
                Some(*n)
            }
            _ => None,
        }
    }
}

/// Which distance an RDM holds (METHOD 3: all but the Euclidean are squared already).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Distance {
    /// 1 - Pearson correlation.
    #[default]
    Correlation,
    /// 1 - cosine.
    Cosine,
    /// Squared Euclidean.
    #[serde(
        alias = "sqeuclidean",
        alias = "squared euclidean",
        alias = "squared_euclidean"
    )]
    SquaredEuclidean,
    /// Euclidean.
    Euclidean,
    /// Mahalanobis.
    Mahalanobis,
    /// Cross-validated Mahalanobis.
    Crossnobis,
    /// Ranks of distances: order alone means something.
    Ranks,
}

impl Distance {
    /// All, in the order of a menu.
    pub const ALL: [Distance; 7] = [
        Distance::Correlation,
        Distance::Cosine,
        Distance::SquaredEuclidean,
        Distance::Euclidean,
        Distance::Mahalanobis,
        Distance::Crossnobis,
        Distance::Ranks,
    ];

    /// The distance that a tool of the field calls so.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        let plain: String = name
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_lowercase())
            .collect();
        match plain.as_str() {
            "correlation" | "pearson" | "1correlation" | "1pearson" => Some(Distance::Correlation),
            "cosine" => Some(Distance::Cosine),
            "squaredeuclidean" | "sqeuclidean" => Some(Distance::SquaredEuclidean),
            "euclidean" => Some(Distance::Euclidean),
            "mahalanobis" => Some(Distance::Mahalanobis),
            "crossnobis" => Some(Distance::Crossnobis),
            "ranks" => Some(Distance::Ranks),
            _ => None,
        }
    }

    /// What it is called on the page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Distance::Correlation => "correlation",
            Distance::Cosine => "cosine",
            Distance::SquaredEuclidean => "squared Euclidean",
            Distance::Euclidean => "Euclidean",
            Distance::Mahalanobis => "Mahalanobis",
            Distance::Crossnobis => "crossnobis",
            Distance::Ranks => "ranks",
        }
    }
}

/// What an array was taken for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Role {
    /// What it is for.
    pub kind: Kind,
    /// What its axes are.
    pub axes: Axes,
    /// Network, for activations.
    pub network: String,
    /// Layer, for activations.
    pub layer: String,
    /// Position among the network's layers where names do not tell; the natural order of names else.
    pub depth: Option<u32>,
    /// Region, for brains; the name of a model RDM.
    pub roi: String,
    /// Subject, for brains; of a stack the beginning of each subject's name.
    pub subject: String,
    /// Distance, for RDMs.
    pub distance: Distance,
    /// The RDM holds similarities.
    pub similarity: bool,
}

impl Role {
    /// A role without names yet.
    #[must_use]
    pub fn new(kind: Kind, axes: Axes) -> Self {
        Self {
            kind,
            axes,
            network: String::new(),
            layer: String::new(),
            depth: None,
            roi: String::new(),
            subject: String::new(),
            distance: Distance::default(),
            similarity: false,
        }
    }

    /// Whose it is, in words: `layer conv1 of alexnet`.
    #[must_use]
    pub fn describe(&self) -> String {
        match self.kind {
            Kind::Activations => format!("layer {} of {}", self.layer, self.network),
            Kind::Fitting => format!("layer {} of {} to fit on", self.layer, self.network),
            Kind::Responses | Kind::Rdm => format!("{} of {}", self.roi, self.subject),
            Kind::ModelRdm => format!("the RDM {}", self.roi),
            Kind::LeftOut => "left out".into(),
        }
    }
}
