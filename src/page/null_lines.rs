//! What chance gives: computed when the user asks for it, and shown by several views.

use std::sync::Arc;

use leptos::prelude::*;

use super::query::{Query, QueryState, Tells, results, secondary};
use super::state::App;
use crate::analysis::{Plan, Resampling};
use crate::results::Score;
use crate::results::finding::ChanceLevel;
use crate::workflow::{NullLines, NullScores, Progress, cost_of_null_scores};

/// What chance gives, and for which results and draws it was asked.
#[derive(Clone, Copy)]
pub struct NullLinesQuery {
    wanted: RwSignal<Option<(u32, Resampling)>>,
    query: Query<(u32, Resampling), NullScores>,
    /// For the networks that are shown.
    lines: Memo<Option<Arc<NullLines>>>,
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
                    .null_scores(resampling)
                    .await
            },
        );
        let networks = Memo::new(move |_| {
            let shown = app.shown.get();
            shown.map_or_else(Vec::new, |shown| app.filter(&shown.table))
        });
        let lines = move |_: Option<&Option<Arc<NullLines>>>| {
            let shown = app.shown.get()?;
            let scores = query.last(|of| of.0 == shown.results_id)?;
            let networks = networks.get();
            let is_shown = |network: usize| networks.get(network) == Some(&true);
            Some(Arc::new(scores.lines(&shown.table, is_shown)))
        };
        Self {
            wanted,
            query,
            // undefined numbers equal nothing
            lines: Memo::new_with_compare(lines, |_, _| true),
        }
    }

    /// What chance gives for the networks that are shown, where it is of the results on the page. What else is
    /// asked for takes its place once it is there.
    pub fn ready(&self) -> Option<Arc<NullLines>> {
        self.lines.get()
    }

    /// What chance gives of the correlation of universality with a score.
    pub fn chance_level(&self, app: App, score: Score, roi: usize) -> ChanceLevel {
        if app.shown.get().is_some() && app.analysed().is_none() {
            return ChanceLevel::NotInTable;
        }
        match (self.ready(), score) {
            (Some(lines), _) => lines.chance_level(score, roi),
            (None, Score::Alignment) => ChanceLevel::NotComputed,
            (None, _) => ChanceLevel::NotOffered,
        }
    }

    /// Whether it can be asked for.
    pub fn can_ask(&self, app: App) -> bool {
        let has_permutations = app
            .resampling
            .with(|resampling| resampling.permutations > 0);
        has_permutations && !app.is_busy() && app.analysed().is_some()
    }

    /// Asks for it.
    pub fn ask(&self, app: App) {
        if let Some(shown) = app.shown.get_untracked() {
            let wanted = (shown.results_id, app.resampling.get_untracked());
            self.wanted.set(Some(wanted));
            if matches!(self.query.get(), QueryState::Stopped) {
                self.query.ask_again();
            }
        }
    }

    /// Seconds that it would take on this computer, once its speed is known.
    pub fn estimate(&self, app: App) -> Option<f64> {
        let (shown, pace) = (app.analysed()?, app.pace.get()?);
        let permutations = app.resampling.with(|resampling| resampling.permutations);
        let plan = Plan::new(&shown.study, &shown.options);
        Some(cost_of_null_scores(&plan, permutations) * pace)
    }
}
