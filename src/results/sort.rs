//! The order of rows.

use super::{Dimensions, Score};
use crate::stable_sort::sort_indices;

/// A column to sort by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// Name of the network.
    Network,
    /// Name of the layer.
    Layer,
    /// Rank of the component.
    Component,
    /// Share of the layer's variance.
    Variance,
    /// Universality.
    Universality,
    /// Any other score, with the region at this index.
    Score(Score, usize),
}

/// Rows in the order of a column; undefined values come last either way, ties in table order.
#[must_use]
pub fn sorted_rows(table: &Dimensions, column: Column, descending: bool) -> Vec<u32> {
    let mut rows: Vec<usize> = (0..table.len()).collect();
    let directed = |order: std::cmp::Ordering| if descending { order.reverse() } else { order };
    let by_number = |rows: &mut [usize], values: &[f64]| {
        sort_indices(rows, |a, b| {
            let (a, b) = (values[a], values[b]);
            a.is_nan().cmp(&b.is_nan()).then(directed(a.total_cmp(&b)))
        });
    };
    match column {
        Column::Network => sort_indices(&mut rows, |a, b| {
            directed(table.network_of(a).name.cmp(&table.network_of(b).name))
        }),
        Column::Layer => sort_indices(&mut rows, |a, b| {
            directed(table.layer_of(a).name.cmp(&table.layer_of(b).name))
        }),
        Column::Component => sort_indices(&mut rows, |a, b| {
            directed(table.component[a].cmp(&table.component[b]))
        }),
        Column::Variance => by_number(&mut rows, &table.variance_share),
        Column::Universality => by_number(&mut rows, &table.universality),
        Column::Score(score, roi) => {
            if let Some(values) = table.score(score, roi) {
                by_number(&mut rows, &values);
            }
        }
    }
    rows.into_iter().map(|row| row as u32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn undefined_values_come_last_either_way() {
        let table = Dimensions {
            component: vec![1, 2, 3, 4],
            universality: vec![0.5, f64::NAN, -0.5, 0.9],
            ..Dimensions::default()
        };
        assert_eq!(
            sorted_rows(&table, Column::Universality, true),
            [3, 0, 2, 1]
        );
        assert_eq!(
            sorted_rows(&table, Column::Universality, false),
            [2, 0, 3, 1]
        );
        assert_eq!(sorted_rows(&table, Column::Component, false), [0, 1, 2, 3]);
    }
}
