//! What the Dimensions view shows, as the one value that its parts follow.

use std::sync::Arc;

use leptos::prelude::*;

use super::queries::DimensionsQueries;
use crate::page::App;
use crate::page::null_lines::NullLinesQuery;
use crate::results::Selection;
use crate::results::finding::{Correlation, Interval};
use crate::views::dimensions::settings::DimensionsSettings;

/// What is shown of the results on the page.
#[derive(Clone, Copy)]
pub struct ShownSelection(Memo<Option<Arc<Selection>>>);

impl ShownSelection {
    /// From within a component.
    pub fn of_page() -> Self {
        expect_context()
    }

    /// Begins to follow what is on the page.
    pub fn new(app: App) -> Self {
        // a pick changes the view as well, and nothing of this
        let chosen = Memo::new(move |_| {
            let score = app.settings::<DimensionsSettings>().y_score;
            app.view
                .with(|view| (view.networks.clone(), view.roi.clone(), score))
        });
        let select = move |_: Option<&Option<Arc<Selection>>>| {
            let (_, _, score) = chosen.get();
            let shown = app.shown.get()?;
            let table = &shown.table;
            let (networks, roi) = untrack(|| (app.filter(table), app.roi(table)));
            let scope = shown.options.scope;
            Some(Arc::new(Selection::new(table, networks, score, roi, scope)))
        };
        // undefined numbers equal nothing
        Self(Memo::new_with_compare(select, |_, _| true))
    }

    /// What is shown, once there are results.
    pub fn get(&self) -> Option<Arc<Selection>> {
        self.0.get()
    }

    /// The same, without following it.
    pub fn get_untracked(&self) -> Option<Arc<Selection>> {
        self.0.get_untracked()
    }
}

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
