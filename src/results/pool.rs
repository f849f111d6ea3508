//! Dimensions pooled over networks, for the image map (METHOD 9).

use super::Dimensions;
use crate::stable_sort::sort_indices;
use strum::VariantArray;

/// Which dimensions are pooled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, VariantArray)]
pub enum Pool {
    /// The most universal.
    #[default]
    MostUniversal,
    /// The least universal.
    LeastUniversal,
    /// The best aligned with a region.
    MostAligned,
}

impl Pool {
    /// What it is called on the page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Pool::MostUniversal => "Most universal",
            Pool::LeastUniversal => "Least universal",
            Pool::MostAligned => "Most brain-aligned",
        }
    }
}

impl Dimensions {
    /// Rows of the `count` dimensions at an end of a score, among networks that `is_in`; ties in
    /// table order, undefined scores left out.
    #[must_use]
    pub fn pooled(
        &self,
        pool: Pool,
        roi: usize,
        count: usize,
        is_in: impl Fn(usize) -> bool,
    ) -> Vec<usize> {
        let none = Vec::new();
        let (values, falls) = match pool {
            Pool::MostUniversal => (&self.universality, true),
            Pool::LeastUniversal => (&self.universality, false),
            Pool::MostAligned => (
                self.alignment
                    .get(roi)
                    .map_or(&none, |region| &region.scores),
                true,
            ),
        };
        let mut rows: Vec<usize> = (0..values.len())
            .filter(|&row| values[row].is_finite() && is_in(self.layer_of(row).network))
            .collect();
        sort_indices(&mut rows, |a, b| {
            let order = values[a].total_cmp(&values[b]);
            if falls { order.reverse() } else { order }
        });
        rows.truncate(count);
        rows
    }
}
