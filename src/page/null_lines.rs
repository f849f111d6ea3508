//! The lines of chance: computed when the user asks for them, and shown by several views.

use std::sync::Arc;

use leptos::prelude::*;

use super::query::{Query, Tells, results, secondary};
use super::state::App;
use crate::analysis::Resampling;
use crate::workflow::{NullLines, Progress};

/// The lines of chance, and for which results and draws they were asked.
#[derive(Clone, Copy)]
pub struct NullLinesQuery {
    /// For which results and draws they were asked.
    pub wanted: RwSignal<Option<(u32, Resampling)>>,
    /// What chance gives.
    pub query: Query<(u32, Resampling), NullLines>,
}

impl NullLinesQuery {
    /// From within a component.
    pub fn get() -> Self {
        expect_context()
    }

    /// Begins to follow what is on the page.
    pub fn new(app: App) -> Self {
        let wanted = RwSignal::new(None);
        let query = Query::new(
            app,
            Tells::Progress,
            move || {
                let wanted: Option<(u32, Resampling)> = wanted.get();
                let results_id = app.analysed()?.results_id;
                wanted.filter(|wanted| wanted.0 == results_id)
            },
            async move |(_, resampling): (u32, Resampling), report: &dyn Fn(Progress)| {
                let (engine, shown) = (app.engine.get_value(), results(app)?);
                secondary(&engine, &shown, report)
                    .null_lines(resampling)
                    .await
            },
        );
        Self { wanted, query }
    }

    /// The lines, where they are of the results on the page.
    pub fn ready(&self, app: App) -> Option<Arc<NullLines>> {
        let results_id = app.shown.get()?.results_id;
        self.query.ready(|of| of.0 == results_id)
    }
}
