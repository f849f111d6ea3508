//! What the Dimensions view computes when it is looked at.

use std::sync::Arc;

use leptos::prelude::*;

use super::shown::ShownSelection;
use crate::analysis::Resampling;
use crate::math::ridge::Mapping;
use crate::page::query::{Query, Tells, results, secondary};
use crate::page::{App, Shown};
use crate::results::{Score, Selection};
use crate::views::View;
use crate::views::dimensions::DimensionsView;
use crate::views::dimensions::relation::Relation;
use crate::workflow::Progress;

/// Dimensions and how each goes with the chosen one.
type Neighbours = Vec<(usize, f64)>;

/// Dimensions that are shown as neighbours.
const NEIGHBOURS: usize = 8;

/// What relations are of: results, networks that are shown, score, regions that have it, draws and seed.
type RelationKey = (u32, Vec<bool>, Score, Vec<usize>, usize, u64);

/// What the view computes when it is looked at.
#[derive(Clone, Copy)]
pub struct DimensionsQueries {
    /// Relation of universality and the shown score, with its interval.
    relations: Query<RelationKey, Vec<Relation>>,
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
    pub fn new(app: App, selection: ShownSelection) -> Self {
        Self {
            relations: relations(app, selection),
            column: column(app, selection),
            neighbours: neighbours(app),
        }
    }

    /// The relations of what is shown, once they are there.
    pub fn relations_of(&self, shown: &Shown, selection: &Selection) -> Option<Arc<Vec<Relation>>> {
        let regions = selection.regions(&shown.table);
        self.relations
            .ready(|(results_id, networks, score, of, ..)| {
                *results_id == shown.results_id
                    && *networks == selection.networks
                    && *score == selection.wanted
                    && *of == regions
            })
    }
}

fn relations(app: App, selection: ShownSelection) -> Query<RelationKey, Vec<Relation>> {
    Query::new(
        app,
        Tells::Nothing,
        move || {
            let (shown, selection) = (app.shown.get()?, selection.get()?);
            let resampling = app.resampling.get();
            // regions of ranks have none before their RSA alignment is there
            let regions = selection.regions(&shown.table);
            (!regions.is_empty()).then(|| {
                (
                    shown.results_id,
                    selection.networks.clone(),
                    selection.wanted,
                    regions,
                    resampling.bootstraps,
                    resampling.seed,
                )
            })
        },
        async move |(_, networks, score, _, bootstraps, seed): RelationKey,
                    report: &dyn Fn(Progress)| {
            let (engine, shown) = (app.engine.get_value(), results(app)?);
            let resampling = Resampling {
                bootstraps,
                seed,
                ..Resampling::default()
            };
            let table = &shown.table;
            let roi = untrack(|| app.roi(table));
            let selection = Selection::new(table, networks, score, roi, shown.options.scope);
            secondary(&engine, &shown, report)
                .relations(&selection, resampling)
                .await
        },
    )
}

/// Adds the column that the y axis asks for to the table.
fn column(app: App, selection: ShownSelection) -> Query<(u32, Score), ()> {
    Query::new(
        app,
        Tells::Progress,
        move || {
            let shown = app
                .analysed()
                .filter(|_| app.is_open(DimensionsView::NAME))?;
            let selection = selection.get()?;
            let score = selection.score;
            let is_there = selection.column(&shown.table, selection.roi).is_some();
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
