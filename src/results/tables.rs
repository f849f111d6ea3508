//! Every further table as CSV.

use super::csv::{number, write};
use super::networks::NetworkSummary;
use super::reduced::ReducedRsaTable;
use super::relation::{Null, Relation};
use super::{Dimensions, ImageMapTable, RdmTable, SimulationTable};
use crate::analysis::reduced_rsa::Keep;

/// A score to eight digits.
fn score(value: f64) -> String {
    number(value, 8)
}

/// network, model_set, layers, dimensions, effective_dimensionality, median_universality,
/// share_above_null, mean_alignment_ROI...; then the median score by each network as
/// predicted_by_NETWORK.
#[must_use]
pub fn networks_csv(table: &Dimensions, summaries: &[NetworkSummary]) -> String {
    let mut header: Vec<String> = [
        "network",
        "model_set",
        "layers",
        "dimensions",
        "effective_dimensionality",
        "median_universality",
        "share_above_null",
    ]
    .map(String::from)
    .to_vec();
    header.extend(
        table
            .alignment
            .iter()
            .map(|region| format!("mean_alignment_{}", region.roi)),
    );
    header.extend(
        table
            .networks
            .iter()
            .map(|network| format!("predicted_by_{}", network.name)),
    );
    let matrix = table.network_matrix();
    let rows = summaries.iter().zip(&matrix).map(|(summary, predicted)| {
        let mut record = vec![
            summary.name.clone(),
            summary.set.clone(),
            summary.layers.to_string(),
            summary.dimensions.to_string(),
            score(summary.effective_dimensionality),
            score(summary.universality),
            score(summary.above_null),
        ];
        record.extend(summary.alignment.iter().copied().map(score));
        record.extend(predicted.iter().copied().map(score));
        record
    });
    write(&header, rows)
}

/// roi, dimensions, spearman, interval_low, interval_high, bootstraps, seed, then the null lines
/// where they were computed: null_universality, null_alignment, permutations.
#[must_use]
pub fn relation_csv(table: &Dimensions, relations: &[Relation], null: Option<&Null>) -> String {
    let header = [
        "roi",
        "dimensions",
        "spearman",
        "interval_low",
        "interval_high",
        "bootstraps",
        "seed",
        "null_universality",
        "null_alignment",
        "permutations",
    ]
    .map(String::from);
    let rows = relations.iter().map(|relation| {
        let place = table
            .alignment
            .iter()
            .position(|region| region.roi == relation.roi);
        let line = null.and_then(|null| null.alignment.get(place?).copied());
        vec![
            relation.roi.clone(),
            relation.dimensions.to_string(),
            score(relation.rho),
            score(relation.interval.0),
            score(relation.interval.1),
            relation.resampling.bootstraps.to_string(),
            relation.resampling.seed.to_string(),
            score(null.map_or(f64::NAN, |null| null.universality)),
            score(line.unwrap_or(f64::NAN)),
            null.map_or(0, |null| null.resampling.permutations)
                .to_string(),
        ]
    });
    write(&header, rows)
}

/// network, layer, roi, subject, kept, rsa. `kept` is all, or topK, varianceK, bottomK and randomK
/// for K from 1; the subject `mean` has the bounds of the random band as randomK_low and
/// randomK_high, and the network `noise ceiling` the bounds of the ceiling as lower and upper.
#[must_use]
pub fn reduced_csv(table: &ReducedRsaTable, networks: &[String]) -> String {
    let header = ["network", "layer", "roi", "subject", "kept", "rsa"].map(String::from);
    let mut rows = Vec::new();
    for region in &table.regions {
        for (kept, rsa) in [
            ("lower", region.ceiling.lower),
            ("upper", region.ceiling.upper),
        ] {
            let start = ["noise ceiling", "", &region.roi, "mean", kept].map(String::from);
            rows.push(start.into_iter().chain([number(rsa, 10)]).collect());
        }
    }
    for curves in &table.curves {
        let Some(region) = table.regions.get(curves.region) else {
            continue;
        };
        let network = networks.get(curves.network).cloned().unwrap_or_default();
        let mut add = |subject: &str, kept: String, rsa: f64| {
            if !rsa.is_nan() {
                rows.push(vec![
                    network.clone(),
                    curves.layer.clone(),
                    region.roi.clone(),
                    subject.to_owned(),
                    kept,
                    number(rsa, 10),
                ]);
            }
        };
        for (subject, rsa) in region.subjects.iter().zip(&curves.all) {
            add(subject, "all".into(), *rsa);
        }
        for (keep, scores) in Keep::ALL.iter().zip(&curves.kept) {
            for (count, scores) in (1..).zip(scores) {
                for (subject, rsa) in region.subjects.iter().zip(scores) {
                    add(subject, format!("{}{count}", keep.word()), *rsa);
                }
            }
        }
        for (count, (low, high)) in (1..).zip(&curves.band) {
            add("mean", format!("random{count}_low"), *low);
            add("mean", format!("random{count}_high"), *high);
        }
    }
    write(&header, rows)
}

/// stimulus, category, x, y.
#[must_use]
pub fn map_csv(map: &ImageMapTable) -> String {
    let header = ["stimulus", "category", "x", "y"].map(String::from);
    let rows = map.stimuli.iter().enumerate().map(|(place, stimulus)| {
        let category = map.categories.as_ref().map(|all| all[place].clone());
        let at = map.places[place];
        vec![
            stimulus.clone(),
            category.unwrap_or_default(),
            score(at.0),
            score(at.1),
        ]
    });
    write(&header, rows)
}

/// first, second, then one column an RDM.
#[must_use]
pub fn rdms_csv(table: &RdmTable) -> String {
    let mut header = ["first", "second"].map(String::from).to_vec();
    header.extend(table.rdms.iter().map(|rdm| rdm.name.clone()));
    let n = table.stimuli.len();
    let pairs = (0..n).flat_map(|i| (i + 1..n).map(move |j| (i, j)));
    let rows = pairs.map(|(i, j)| {
        let mut record = vec![table.stimuli[i].clone(), table.stimuli[j].clone()];
        record.extend(table.rdms.iter().map(|rdm| score(rdm.values[i * n + j])));
        record
    });
    write(&header, rows)
}

/// network, feature, sees, universality, alignment.
#[must_use]
pub fn simulation_csv(table: &SimulationTable) -> String {
    let header = ["network", "feature", "sees", "universality", "alignment"].map(String::from);
    let features = table.knobs.features;
    let rows = (0..table.universality.len()).map(|row| {
        let network = row / features.max(1);
        let sees = if network < table.knobs.like_brains {
            "what brains see"
        } else {
            "what other networks see"
        };
        vec![
            (network + 1).to_string(),
            (row % features.max(1) + 1).to_string(),
            sees.to_owned(),
            score(table.universality[row]),
            score(table.alignment[row]),
        ]
    });
    write(&header, rows)
}
