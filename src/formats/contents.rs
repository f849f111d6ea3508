//! What a file that holds many variables has in it, before anything is made of it: the common ground of
//! HDF5, netCDF, MATLAB, PyTorch and safetensors files.

use std::collections::BTreeMap;

use super::decode::{Element, Values};
use crate::problem::Problem;

/// A variable by its name.
#[derive(Debug, Clone, PartialEq)]
pub struct Variable {
    /// Name within the file, groups and fields included: `alexnet/conv1`, `RDMs(1,2,1).RDM`.
    pub name: String,
    /// Sizes of its axes, slowest first.
    pub shape: Vec<usize>,
    /// What it holds.
    pub data: Data,
    /// Names of its axes, where the file names them; as many as there are axes, or none.
    pub axes: Vec<String>,
}

/// What a variable holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    /// Numbers, in C order.
    Numbers {
        /// Type of an element in the file.
        element: Element,
        /// As many as the product of the shape.
        values: Values,
    },
    /// Text: as many as the product of the shape.
    Text(Vec<String>),
    /// Something that is not read, and what it is.
    Other(String),
}

/// What a file says beside a variable or a group.
#[derive(Debug, Clone, PartialEq)]
pub enum Attribute {
    /// Text, one or several.
    Text(Vec<String>),
    /// Numbers, one or several, with their type in the file.
    Numbers {
        /// Type of an element in the file.
        element: Element,
        /// Their values.
        values: Vec<f64>,
    },
    /// Something that is not read.
    Other,
}

/// Attributes of one variable or group, by their names.
pub type Attributes = BTreeMap<String, Attribute>;

impl Attribute {
    /// As text; several values are separated by spaces.
    pub fn text(&self) -> Option<String> {
        match self {
            Attribute::Text(texts) => Some(texts.join(" ")),
            Attribute::Numbers { values, .. } => Some(
                values
                    .iter()
                    .map(f64::to_string)
                    .collect::<Vec<_>>()
                    .join(" "),
            ),
            Attribute::Other => None,
        }
    }

    /// The first of its numbers.
    pub fn number(&self) -> Option<f64> {
        match self {
            Attribute::Numbers { values, .. } => values.first().copied(),
            _ => None,
        }
    }
}

/// Numbers as text, for ids: whole ones without a point, exactly as many digits as they need.
pub fn spelled(values: &Values) -> Vec<String> {
    match values {
        Values::F32(values) => values.iter().map(f32::to_string).collect(),
        Values::F64(values) => values.iter().map(f64::to_string).collect(),
    }
}

impl Variable {
    /// Its text, if it holds any.
    pub fn text(&self) -> Option<&[String]> {
        match &self.data {
            Data::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The last part of its name, behind groups and fields.
    pub fn last_name(&self) -> &str {
        last_name(&self.name)
    }

    /// How many elements it has.
    pub fn len(&self) -> usize {
        match &self.data {
            Data::Numbers { values, .. } => values.len(),
            Data::Text(text) => text.len(),
            Data::Other(_) => 0,
        }
    }
}

/// The last part of a name, behind groups and fields.
pub fn last_name(name: &str) -> &str {
    name.rsplit(['/', '.']).next().unwrap_or(name)
}

/// Where an element of an array of structures or a cell is, as MATLAB writes it: `(2)` along a row or a
/// column, `(1,2,1)` else, nothing if it is the only one.
pub fn index_label(shape: &[usize], index: usize) -> String {
    let total: usize = shape.iter().product();
    if total <= 1 {
        return String::new();
    }
    if shape.iter().filter(|&&axis| axis != 1).count() == 1 && shape.len() == 2 {
        return format!("({})", index + 1);
    }
    let mut rest = index;
    let indices: Vec<String> = shape
        .iter()
        .map(|&axis| {
            let here = rest % axis.max(1) + 1;
            rest /= axis.max(1);
            here.to_string()
        })
        .collect();
    format!("({})", indices.join(","))
}

/// All that a file holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Contents {
    /// Path of the file.
    pub path: String,
    /// Its variables, in the order of the file.
    pub variables: Vec<Variable>,
    /// Parts of tables that pandas wrote, which are put together before anything else is made of the file.
    pub parts: Vec<Variable>,
    /// Text that describes the file or a group: `descriptors/network`.
    pub notes: BTreeMap<String, String>,
    /// Attributes of variables and groups, by the name of the variable or of the group without the
    /// separator at its end; of the file itself under the empty name.
    pub attributes: BTreeMap<String, Attributes>,
    /// What could not be read, though the rest could.
    pub problems: Vec<Problem>,
}

impl Contents {
    /// Nothing yet.
    pub fn of(path: &str) -> Self {
        Self {
            path: path.to_owned(),
            ..Self::default()
        }
    }

    /// A variable by its whole name.
    pub fn variable(&self, name: &str) -> Option<&Variable> {
        self.variables.iter().find(|variable| variable.name == name)
    }

    /// A part of a table of pandas by its whole name.
    pub fn part(&self, name: &str) -> Option<&Variable> {
        self.parts.iter().find(|variable| variable.name == name)
    }

    /// An attribute of a variable or a group.
    pub fn attribute(&self, of: &str, name: &str) -> Option<&Attribute> {
        self.attributes.get(of)?.get(name)
    }

    /// A note, or a text variable of one element, by its name.
    pub fn note(&self, name: &str) -> Option<&str> {
        let of_variable = || match self.variable(name)?.text()? {
            [only] => Some(only.as_str()),
            _ => None,
        };
        self.notes
            .get(name)
            .map(String::as_str)
            .or_else(of_variable)
    }
}

/// Elements of a shape; `None` if there are more than can be counted.
pub fn elements(shape: &[usize]) -> Option<usize> {
    shape
        .iter()
        .try_fold(1_usize, |product, &axis| product.checked_mul(axis))
}

/// Bytes beyond what the input implies that a file may declare: a sixteenth of 64 MiB, for bytes become
/// numbers of up to four times their size, and these are looked at and turned round.
pub const SLACK: u64 = 4 << 20;

/// The problem of a variable that declares more than its file holds.
pub fn too_large(path: &str, name: &str, shape: &[usize], holds: u64) -> Problem {
    let sizes: Vec<String> = shape.iter().map(usize::to_string).collect();
    Problem::error(
        &format!("{path}/{name}"),
        format!(
            "declares {} elements, but {holds} bytes of the file belong to it",
            sizes.join(" x ")
        ),
    )
    .expected("as much data as the shape needs")
    .hint("The file is cut short or damaged: save or download it again")
}
