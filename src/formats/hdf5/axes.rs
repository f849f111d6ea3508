//! Names of axes: those of netCDF's dimensions, of dimension scales, and the labels of h5py.

use std::collections::{BTreeMap, HashMap};

use super::super::contents::{Attribute, Attributes, Variable, last_name};
use super::image::Image;
use super::links::scales;

/// What the datasets of a file say of their axes.
#[derive(Debug, Default)]
pub struct Axes {
    /// Names of netCDF's dimensions by their ids.
    pub dimensions: HashMap<String, String>,
    /// Names of datasets by the addresses of their headers.
    pub named: HashMap<u64, String>,
    /// What each dataset says, by its name.
    said: BTreeMap<String, Said>,
}

#[derive(Debug, Default)]
struct Said {
    /// Ids of dimensions of netCDF.
    ids: Vec<String>,
    /// `dims[i].label` of h5py.
    labels: Vec<String>,
    /// Addresses of dimension scales.
    scales: Vec<Option<u64>>,
    has_scales: bool,
    is_scale: bool,
    /// Name that a scale has beside that of its dataset.
    own_name: Option<String>,
}

impl Axes {
    /// Keeps what the attributes of a dataset say.
    pub fn note(&mut self, name: &str, attributes: &Attributes, axes: usize, is_scale: bool) {
        let ids = attributes
            .get("_Netcdf4Coordinates")
            .and_then(Attribute::text);
        let ids: Vec<String> = ids
            .map(|ids| ids.split_whitespace().map(str::to_owned).collect())
            .unwrap_or_default();
        let labels = match attributes.get("DIMENSION_LABELS") {
            Some(Attribute::Text(labels)) if labels.len() == axes => labels.clone(),
            _ => Vec::new(),
        };
        // netCDF's own are those of the datasets
        let own_name = attributes
            .get("NAME")
            .and_then(Attribute::text)
            .filter(|own| is_scale && !own.is_empty() && !own.starts_with("This is a netCDF"))
            .filter(|own| own != last_name(name));
        let said = Said {
            own_name,
            ids: if ids.len() == axes { ids } else { Vec::new() },
            labels,
            scales: Vec::new(),
            has_scales: attributes.contains_key("DIMENSION_LIST"),
            is_scale,
        };
        self.said.insert(name.to_owned(), said);
    }

    /// Looks up the scales of a dataset by the address of its header.
    pub fn look_up(&mut self, image: &Image<'_>, name: &str, address: u64, axes: usize) {
        if let Some(said) = self.said.get_mut(name)
            && said.has_scales
        {
            said.scales = scales(image, address, axes).unwrap_or_default();
        }
    }

    /// Names the axes of variables.
    pub fn name(&self, variables: &mut [Variable]) {
        // a scale that lies along a labelled axis lies along it itself
        let mut labelled: HashMap<u64, &str> = HashMap::new();
        for said in self.said.values() {
            for (scale, label) in said.scales.iter().zip(&said.labels) {
                if let (Some(scale), false) = (scale, label.is_empty()) {
                    labelled.entry(*scale).or_insert(label);
                }
            }
        }
        let of_scale = |scale: u64| -> Option<String> {
            let label = labelled.get(&scale).map(|label| (*label).to_owned());
            let dataset = self.named.get(&scale)?;
            let own = || self.said.get(dataset)?.own_name.clone();
            label.or_else(own).or_else(|| Some(dataset.clone()))
        };
        let address_of: HashMap<&str, u64> = self
            .named
            .iter()
            .map(|(address, name)| (name.as_str(), *address))
            .collect();
        for variable in variables {
            let Some(said) = self.said.get(&variable.name) else {
                continue;
            };
            let count = variable.shape.len();
            let named: Vec<Option<String>> = (0..count)
                .map(|axis| {
                    let label = said.labels.get(axis).filter(|label| !label.is_empty());
                    let id = said.ids.get(axis).and_then(|id| self.dimensions.get(id));
                    let scale = || of_scale((*said.scales.get(axis)?)?);
                    let own = || {
                        let is_own = said.is_scale && count == 1;
                        let address = address_of.get(variable.name.as_str());
                        is_own.then(|| {
                            address
                                .and_then(|address| of_scale(*address))
                                .unwrap_or_else(|| variable.name.clone())
                        })
                    };
                    label.or(id).cloned().or_else(scale).or_else(own)
                })
                .collect();
            if named.iter().any(Option::is_some) {
                let named = named.into_iter().enumerate();
                // xarray's own names for axes without one
                variable.axes = named
                    .map(|(axis, name)| name.unwrap_or_else(|| format!("dim_{axis}")))
                    .collect();
            }
        }
    }
}
