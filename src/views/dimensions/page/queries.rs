//! What the Dimensions view computes when it is looked at.

use std::sync::Arc;

use leptos::prelude::*;

use super::y_score;
use crate::analysis::Resampling;
use crate::math::ridge::Mapping;
use crate::page::App;
use crate::page::query::{Query, Tells, results, secondary};
use crate::results::Score;
use crate::views::View;
use crate::views::dimensions::DimensionsView;
use crate::views::dimensions::relation::Relation;
use crate::workflow::Progress;

/// Dimensions and how each goes with the chosen one.
type Neighbours = Vec<(usize, f64)>;

/// Dimensions that are shown as neighbours.
const NEIGHBOURS: usize = 8;

/// What the view computes when it is looked at.
#[derive(Clone, Copy)]
pub struct DimensionsQueries {
    /// Relation of universality and alignment, with its interval.
    pub relations: Query<(u32, usize, usize, u64), Vec<Relation>>,
    /// A column of the table that the main analysis leaves out.
    pub column: Query<(u32, Score), ()>,
    /// Dimensions like the chosen one.
    pub neighbours: Query<(u32, usize), Neighbours>,
}

impl DimensionsQueries {
    /// From within a component.
    pub fn get() -> Self {
        expect_context()
    }

    /// Begins to follow what is on the page.
    pub fn new(app: App) -> Self {
        Self {
            relations: relations(app),
            column: column(app),
            neighbours: neighbours(app),
        }
    }
}

fn relations(app: App) -> Query<(u32, usize, usize, u64), Vec<Relation>> {
    Query::new(
        app,
        Tells::Nothing,
        move || {
            let shown = app.shown.get()?;
            let resampling = app.resampling.get();
            // regions of ranks have none before their RSA alignment is there
            let table = &shown.table;
            let regions = (0..table.alignment.len()).filter(|&roi| !table.aligned(roi).is_empty());
            let regions = regions.count();
            (regions > 0).then_some((
                shown.results_id,
                regions,
                resampling.bootstraps,
                resampling.seed,
            ))
        },
        async move |(_, _, bootstraps, seed): (u32, usize, usize, u64),
                    report: &dyn Fn(Progress)| {
            let (engine, shown) = (app.engine.get_value(), results(app)?);
            let resampling = Resampling {
                bootstraps,
                seed,
                ..Resampling::default()
            };
            secondary(&engine, &shown, report)
                .relations(resampling)
                .await
        },
    )
}

/// Adds the column that the y axis asks for to the table.
fn column(app: App) -> Query<(u32, Score), ()> {
    Query::new(
        app,
        Tells::Progress,
        move || {
            let shown = app
                .analysed()
                .filter(|_| app.is_open(DimensionsView::NAME))?;
            let score = y_score(app, &shown.table);
            let is_there = shown.table.score(score, app.roi(&shown.table)).is_some();
            (!is_there).then_some((shown.results_id, score))
        },
        async move |(results_id, score): (u32, Score), report: &dyn Fn(Progress)| {
            let (engine, shown) = (app.engine.get_value(), results(app)?);
            let analyses = secondary(&engine, &shown, report);
            let mut added = (*shown).clone();
            match score {
                Score::Rsa => {
                    added.table.add_rsa(analyses.single_dimension_rsa().await?);
                }
                Score::UniversalityOls => {
                    added.table.universality_ols =
                        Some(analyses.universality_by(Mapping::Ols).await?);
                }
                Score::UniversalityOneToOne => {
                    added.table.universality_one_to_one =
                        Some(analyses.universality_by(Mapping::OneToOne).await?);
                }
                _ => {}
            }
            let is_current = results(app)?.results_id == results_id;
            if is_current {
                app.shown.set(Some(Arc::new(added)));
            }
            Ok(())
        },
    )
}

fn neighbours(app: App) -> Query<(u32, usize), Neighbours> {
    Query::new(
        app,
        Tells::Nothing,
        move || {
            let shown = app.analysed()?;
            Some((shown.results_id, app.chosen_row(&shown.table)?))
        },
        async move |(_, row): (u32, usize), report: &dyn Fn(Progress)| {
            let (engine, shown) = (app.engine.get_value(), results(app)?);
            secondary(&engine, &shown, report)
                .neighbours(row, NEIGHBOURS)
                .await
        },
    )
}
