//! RDMs as heatmaps.

use super::table::RdmTable;
use crate::figures::heatmap::{Heatmap, Heatmaps};
use crate::math::ranks::Ranker;

/// What colours of RDMs say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RdmColours {
    /// The rank of a pair among all pairs of its RDM.
    Ranks,
    /// The distance, on one scale from the least to the greatest of all RDMs.
    Values,
}

impl Heatmaps {
    /// RDMs side by side.
    #[must_use]
    pub fn of_rdms(table: &RdmTable, colours: RdmColours) -> Self {
        let n = table.stimuli.len();
        let is_pair = |cell: usize| cell / n != cell % n;
        let all = table
            .rdms
            .iter()
            .flat_map(|rdm| rdm.values.iter().enumerate());
        let (least, greatest) = all
            .filter(|(cell, value)| is_pair(*cell) && value.is_finite())
            .fold(
                (f64::INFINITY, f64::NEG_INFINITY),
                |(least, most), (_, value)| (least.min(*value), most.max(*value)),
            );
        let mut ranker = Ranker::default();
        let maps = table.rdms.iter().map(|rdm| {
            let shares = match colours {
                RdmColours::Values => rdm
                    .values
                    .iter()
                    .enumerate()
                    .map(|(cell, value)| {
                        if is_pair(cell) {
                            (value - least) / (greatest - least).max(f64::MIN_POSITIVE)
                        } else {
                            0.0
                        }
                    })
                    .collect(),
                RdmColours::Ranks => {
                    let ranks = ranker.rank(&rdm.values);
                    // the diagonal is the least of all and takes the first ranks
                    let pairs = (n * n - n).max(1) as f64;
                    let cells = ranks.iter().enumerate();
                    cells
                        .map(|(cell, rank)| {
                            if is_pair(cell) {
                                (rank - n as f64) / pairs
                            } else {
                                0.0
                            }
                        })
                        .collect()
                }
            };
            Heatmap {
                title: rdm.title.clone(),
                caption: rdm
                    .rsa
                    .map_or_else(String::new, |rsa| format!("RSA {rsa:.3}")),
                columns: n,
                shares,
            }
        });
        Self {
            maps: maps.collect(),
            names: None,
        }
    }
}
