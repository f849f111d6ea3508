//! The tables of shared dimensions as CSV: nine digits, blank where undefined.

use super::table::SharedTable;
use crate::results::csv::{number, write};

/// A table by the name of its file.
pub type Table = (&'static str, fn(&SharedTable) -> String);

/// Every table, in the order in which the page offers them.
pub const TABLES: &[Table] = &[
    ("shared_dimensions.csv", dimensions_csv),
    ("shared_scores.csv", scores_csv),
    ("shared_networks.csv", networks_csv),
    ("shared_layers.csv", layers_csv),
    ("shared_loadings.csv", loadings_csv),
    ("shared_alignment.csv", alignment_csv),
];

fn cell(value: f64) -> String {
    if value.is_nan() {
        String::new()
    } else {
        number(value, 9)
    }
}

fn header(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// dimension, eigenvalue, universality_cv, null_95, direction_95, shared, networks_above_null, stability,
/// stability_networks, and one alignment a region.
#[must_use]
pub fn dimensions_csv(table: &SharedTable) -> String {
    let mut header = header(&[
        "dimension",
        "eigenvalue",
        "universality_cv",
        "null_95",
        "direction_95",
        "shared",
        "networks_above_null",
        "stability",
        "stability_networks",
    ]);
    let regions = table.regions.iter();
    header.extend(regions.map(|(roi, _)| format!("alignment_{roi}")));
    let rows = table
        .dimensions
        .iter()
        .enumerate()
        .map(|(index, dimension)| {
            let mut record = vec![
                (index + 1).to_string(),
                cell(dimension.eigenvalue),
                cell(dimension.universality),
                cell(table.null_95),
                cell(dimension.direction_95),
                u8::from(dimension.is_shared).to_string(),
                dimension.networks_above.to_string(),
                cell(dimension.stability),
                cell(dimension.stability_networks),
            ];
            let brains = dimension.brains.iter();
            record.extend(brains.map(|brain| cell(brain.alignment)));
            record
        });
    write(&header, rows)
}

/// stimulus_id, then one column a dimension, in the order in which stimuli are shown.
#[must_use]
pub fn scores_csv(table: &SharedTable) -> String {
    let mut header = header(&["stimulus_id"]);
    header.extend((1..=table.dimensions.len()).map(|d| format!("dimension_{d}")));
    let rows = table.shown.iter().map(|&stimulus| {
        let mut record = vec![table.stimuli[stimulus].clone()];
        let dimensions = table.dimensions.iter();
        record.extend(dimensions.map(|dimension| cell(dimension.scores[stimulus])));
        record
    });
    write(&header, rows)
}

/// network, dimension, universality_cv, variance_share.
#[must_use]
pub fn networks_csv(table: &SharedTable) -> String {
    let header = header(&["network", "dimension", "universality_cv", "variance_share"]);
    let rows = table.networks.iter().flat_map(|network| {
        let pairs = network.scores.iter().zip(&network.variance_share);
        pairs.enumerate().map(|(index, (&score, &share))| {
            vec![
                network.name.clone(),
                (index + 1).to_string(),
                cell(score),
                cell(share),
            ]
        })
    });
    write(&header, rows)
}

/// network, layer, dimension, universality_cv, of the first dimensions.
#[must_use]
pub fn layers_csv(table: &SharedTable) -> String {
    let header = header(&["network", "layer", "dimension", "universality_cv"]);
    let layers = (table.networks.iter())
        .flat_map(|network| network.layers.iter().map(move |layer| (network, layer)));
    let rows = layers.flat_map(|(network, layer)| {
        layer.scores.iter().enumerate().map(|(index, &score)| {
            vec![
                network.name.clone(),
                layer.name.clone(),
                (index + 1).to_string(),
                cell(score),
            ]
        })
    });
    write(&header, rows)
}

/// network, layer, component, dimension, correlation, of the first dimensions.
#[must_use]
pub fn loadings_csv(table: &SharedTable) -> String {
    let header = header(&["network", "layer", "component", "dimension", "correlation"]);
    let layers = (table.networks.iter())
        .flat_map(|network| network.layers.iter().map(move |layer| (network, layer)));
    let components = layers.flat_map(|(network, layer)| {
        let components = layer.loadings.iter().enumerate();
        components.map(move |(component, loadings)| (network, layer, component, loadings))
    });
    let rows = components.flat_map(|(network, layer, component, loadings)| {
        loadings.iter().enumerate().map(move |(index, &r)| {
            vec![
                network.name.clone(),
                layer.name.clone(),
                (component + 1).to_string(),
                (index + 1).to_string(),
                cell(r),
            ]
        })
    });
    write(&header, rows)
}

/// roi, dimension, alignment, reliability, adjusted_alignment.
#[must_use]
pub fn alignment_csv(table: &SharedTable) -> String {
    let header = header(&[
        "roi",
        "dimension",
        "alignment",
        "reliability",
        "adjusted_alignment",
    ]);
    let regions = table.regions.iter().enumerate();
    let rows = regions.flat_map(|(region, (roi, _))| {
        let dimensions = table.dimensions.iter().enumerate();
        dimensions.filter_map(move |(index, dimension)| {
            let brain = dimension.brains.get(region)?;
            Some(vec![
                roi.clone(),
                (index + 1).to_string(),
                cell(brain.alignment),
                cell(brain.reliability),
                cell(brain.adjusted),
            ])
        })
    });
    write(&header, rows)
}
