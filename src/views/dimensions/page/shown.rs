//! What the Dimensions view shows, as the one value that its parts follow.

use std::sync::Arc;

use leptos::prelude::*;

use crate::page::App;
use crate::results::Selection;
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
