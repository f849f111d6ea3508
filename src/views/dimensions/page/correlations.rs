//! The correlations of the page, from what is shown and what is known of it by now.

use leptos::prelude::*;

use super::queries::DimensionsQueries;
use super::shown::ShownSelection;
use crate::page::App;
use crate::page::null_lines::NullLinesQuery;
use crate::results::finding::{Correlation, Interval};

/// What the correlations of the page are made of.
#[derive(Clone, Copy)]
pub struct Correlations {
    app: App,
    selection: ShownSelection,
    queries: DimensionsQueries,
    lines: NullLinesQuery,
}

impl Correlations {
    /// From within a component.
    pub fn of_page() -> Self {
        Self {
            app: App::get(),
            selection: ShownSelection::of_page(),
            queries: DimensionsQueries::get(),
            lines: NullLinesQuery::get(),
        }
    }

    /// The correlation of what is shown for a region, with what is known of it by now.
    pub fn of_region(&self, roi: usize) -> Option<Correlation> {
        let (shown, selection) = (self.app.shown.get()?, self.selection.get()?);
        let score = selection.score_of(&shown.table, roi);
        let relations = self.queries.relations_of(&shown, &selection);
        let relation = relations.as_ref().and_then(|relations| {
            let mut relations = relations.iter();
            relations.find(|relation| (relation.roi, relation.score) == (roi, score))
        });
        let interval = relation.map_or(Interval::Pending, |relation| relation.sureness());
        let chance = self.lines.chance_level(self.app, score, roi);
        let correlation = Correlation::new(&shown.table, &selection, roi, interval, chance);
        Some(correlation)
    }

    /// The correlation of the region that is chosen.
    pub fn chosen(&self) -> Option<Correlation> {
        let selection = self.selection.get()?;
        self.of_region(selection.roi)
    }
}
