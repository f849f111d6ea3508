//! RSA of networks cut down to few of their dimensions (METHOD 7).

use super::analysis::Keep;
use crate::blocks::Block;
use crate::math::rsa::NoiseCeiling;
use crate::math::summary::mean;
use crate::problem::Problem;
use crate::results::csv::{number, write};
use crate::results::missing_block;

/// Reduced RSA of all networks with all regions.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReducedRsaTable {
    /// For each region its subjects and noise ceiling on the testing half.
    pub regions: Vec<RegionCeiling>,
    /// One entry a network and region.
    pub curves: Vec<ReducedCurves>,
}

/// A region of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct RegionCeiling {
    /// The region.
    pub roi: String,
    /// Its subjects.
    pub subjects: Vec<String>,
    /// What the best possible model could reach.
    pub ceiling: NoiseCeiling,
}

/// RSA of one network with one region. Scores are Spearman correlations in [-1, 1].
#[derive(Debug, Clone, PartialEq)]
pub struct ReducedCurves {
    /// Index of the network.
    pub network: usize,
    /// Index of the region in the table.
    pub region: usize,
    /// The layer that the choosing half chose.
    pub layer: String,
    /// All dimensions kept, one a subject.
    pub all: Vec<f64>,
    /// For each [`Keep`] and each number kept from 1, one a subject; undefined where there are not
    /// so many.
    pub kept: [Vec<Vec<f64>>; 4],
    /// 95 % band of the mean over subjects of random dimensions, for each number kept.
    pub band: Vec<(f64, f64)>,
}

impl ReducedCurves {
    /// Reads the blocks of a job.
    ///
    /// # Errors
    /// A [`Problem`] if they are not what they should be.
    pub fn read(
        blocks: &[Block],
        network: usize,
        region: usize,
        subjects: usize,
        layers: &[String],
    ) -> Result<Self, Problem> {
        let numbers: Option<Vec<&[f64]>> = blocks.iter().map(Block::as_f64).collect();
        let parsed = numbers.as_deref().and_then(|numbers| {
            let [head, _, scores, band] = numbers else {
                return None;
            };
            let [layer, most] = *head else { return None };
            let (layer, most) = (layers.get(*layer as usize)?, *most as usize);
            let (all, rest) = scores.split_at_checked(subjects)?;
            let of_keep = |index: usize| -> Option<Vec<Vec<f64>>> {
                let own = rest.get(index * most * subjects..(index + 1) * most * subjects)?;
                Some(own.chunks(subjects.max(1)).map(<[f64]>::to_vec).collect())
            };
            Some(Self {
                network,
                region,
                layer: layer.clone(),
                all: all.to_vec(),
                kept: [of_keep(0)?, of_keep(1)?, of_keep(2)?, of_keep(3)?],
                band: band
                    .as_chunks::<2>()
                    .0
                    .iter()
                    .map(|&[low, high]| (low, high))
                    .collect(),
            })
        });
        parsed.ok_or_else(missing_block)
    }

    /// Mean over subjects with so many dimensions kept; undefined where there are not so many.
    #[must_use]
    pub fn mean(&self, keep: Keep, count: usize) -> f64 {
        let index = Keep::ALL.iter().position(|&known| known == keep);
        let of_keep = index.and_then(|index| self.kept[index].get(count.wrapping_sub(1)));
        of_keep.map_or(f64::NAN, |scores| mean(scores.iter().copied()))
    }

    /// Mean over subjects with all dimensions kept.
    #[must_use]
    pub fn mean_of_all(&self) -> f64 {
        mean(self.all.iter().copied())
    }
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
