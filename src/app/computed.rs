//! All that is computed beyond the main analysis, each when the view that shows it is open.

use std::sync::Arc;

use leptos::prelude::*;

use crate::analysis::Resampling;
use crate::analysis::simulation::Simulation;
use crate::engine::further::simulate;
use crate::engine::{Progress, Stopped};
use crate::link::{MapView, RdmView, Tab};
use crate::math::ridge::Mapping;
use crate::results::{
    ImageMapTable, Null, RdmTable, ReducedRsaTable, Relation, Score, SimulationTable,
};

use super::asked::{Asked, Tells, asking};
use super::state::{App, Shown};

/// What the image map is of: results, region, networks, how.
type MapKey = (u32, usize, Vec<bool>, MapView);
/// What RDMs are of: results, layer, region, how.
type RdmKey = (u32, usize, usize, RdmView);
/// Dimensions and how each goes with the chosen one.
type Neighbours = Vec<(usize, f64)>;

/// Everything that is computed when it is looked at.
#[derive(Clone, Copy)]
pub struct Computed {
    /// Relation of universality and alignment, with its interval.
    pub relations: Asked<(u32, usize, usize, u64), Vec<Relation>>,
    /// For which results and draws the null lines were asked.
    pub null_wanted: RwSignal<Option<(u32, Resampling)>>,
    /// What chance gives.
    pub null: Asked<(u32, Resampling), Null>,
    /// A column of the table that the main analysis leaves out.
    pub column: Asked<(u32, Score), ()>,
    /// Dimensions like the chosen one.
    pub neighbours: Asked<(u32, usize), Neighbours>,
    /// RSA with reduced networks.
    pub reduced: Asked<(u32, usize, u64), ReducedRsaTable>,
    /// RDMs side by side.
    pub rdms: Asked<RdmKey, RdmTable>,
    /// Stimuli on a plane.
    pub map: Asked<MapKey, ImageMapTable>,
    /// The paper's simulation.
    pub simulation: Asked<Simulation, SimulationTable>,
}

/// Dimensions that are shown as neighbours.
const NEIGHBOURS: usize = 8;

fn results(app: App) -> Result<Arc<Shown>, Stopped> {
    app.shown.get_untracked().ok_or(Stopped::Cancelled)
}

impl Computed {
    /// From within a component.
    pub fn get() -> Self {
        expect_context()
    }

    /// Begins to follow what is on the page.
    pub fn new(app: App) -> Self {
        let null_wanted = RwSignal::new(None);
        Self {
            relations: relations(app),
            null_wanted,
            null: Asked::new(
                app,
                Tells::Progress,
                move || {
                    let wanted: Option<(u32, Resampling)> = null_wanted.get();
                    let generation = app.analysed()?.generation;
                    wanted.filter(|wanted| wanted.0 == generation)
                },
                async move |(_, resampling): (u32, Resampling), report: &dyn Fn(Progress)| {
                    let (engine, shown) = (app.engine.get_value(), results(app)?);
                    asking(&engine, &shown, report).null(resampling).await
                },
            ),
            column: column(app),
            neighbours: Asked::new(
                app,
                Tells::Nothing,
                move || {
                    let shown = app.analysed()?;
                    Some((shown.generation, app.chosen_row(&shown.table)?))
                },
                async move |(_, row): (u32, usize), report: &dyn Fn(Progress)| {
                    let (engine, shown) = (app.engine.get_value(), results(app)?);
                    asking(&engine, &shown, report)
                        .neighbours(row, NEIGHBOURS)
                        .await
                },
            ),
            reduced: Asked::new(
                app,
                Tells::Progress,
                move || {
                    let shown = app.analysed().filter(|_| app.is_open(Tab::ReducedRsa))?;
                    let resampling = app.resampling.get();
                    let has_brains = !shown.study.brains.is_empty();
                    has_brains.then_some((shown.generation, resampling.draws, resampling.seed))
                },
                async move |(_, draws, seed): (u32, usize, u64), report: &dyn Fn(Progress)| {
                    let (engine, shown) = (app.engine.get_value(), results(app)?);
                    let resampling = Resampling {
                        draws,
                        seed,
                        ..Resampling::default()
                    };
                    asking(&engine, &shown, report)
                        .reduced_rsa(resampling)
                        .await
                },
            ),
            rdms: rdms(app),
            map: map(app),
            simulation: Asked::new(
                app,
                Tells::Nothing,
                move || app.is_open(Tab::Simulation).then(|| app.simulation.get()),
                async move |knobs: Simulation, _: &dyn Fn(Progress)| {
                    let engine = app.engine.get_value();
                    simulate(&engine, knobs).await
                },
            ),
        }
    }

    /// The null lines, where they are of the results on the page.
    pub fn null_lines(&self, app: App) -> Option<Arc<Null>> {
        let generation = app.shown.get()?.generation;
        self.null.ready(|of| of.0 == generation)
    }
}

fn relations(app: App) -> Asked<(u32, usize, usize, u64), Vec<Relation>> {
    Asked::new(
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
                shown.generation,
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
            asking(&engine, &shown, report).relations(resampling).await
        },
    )
}

/// Adds the column that the y axis asks for to the table.
fn column(app: App) -> Asked<(u32, Score), ()> {
    Asked::new(
        app,
        Tells::Progress,
        move || {
            let shown = app.analysed().filter(|_| app.is_open(Tab::Dimensions))?;
            let score = app.upwards(&shown.table);
            let is_there = shown.table.score(score, app.roi(&shown.table)).is_some();
            (!is_there).then_some((shown.generation, score))
        },
        async move |(generation, score): (u32, Score), report: &dyn Fn(Progress)| {
            let (engine, shown) = (app.engine.get_value(), results(app)?);
            let asking = asking(&engine, &shown, report);
            let mut added = (*shown).clone();
            match score {
                Score::Rsa => {
                    added.table.add_rsa(asking.rsa_of_ones().await?);
                }
                Score::UniversalityOls => {
                    added.table.universality_ols =
                        Some(asking.universality_by(Mapping::Ols).await?);
                }
                Score::UniversalityOneToOne => {
                    added.table.universality_one_to_one =
                        Some(asking.universality_by(Mapping::OneToOne).await?);
                }
                _ => {}
            }
            let is_current = results(app)?.generation == generation;
            if is_current {
                app.shown.set(Some(Arc::new(added)));
            }
            Ok(())
        },
    )
}

fn rdms(app: App) -> Asked<RdmKey, RdmTable> {
    Asked::new(
        app,
        Tells::Nothing,
        move || {
            let shown = app.analysed().filter(|_| app.is_open(Tab::Rdms))?;
            let table = &shown.table;
            let how = app.view.with(|view| view.rdms.clone());
            let named = how
                .layer
                .as_ref()
                .and_then(|(network, layer)| table.find_layer(network, layer));
            let layer = match named {
                Some(layer) => layer,
                None => table.layer[app.chosen_row(table)?] as usize,
            };
            // colours change nothing that is computed
            let how = RdmView { ranks: true, ..how };
            Some((shown.generation, layer, app.roi(table), how))
        },
        async move |(_, layer, roi, how): RdmKey, report: &dyn Fn(Progress)| {
            let (engine, shown) = (app.engine.get_value(), results(app)?);
            asking(&engine, &shown, report)
                .rdms(layer, how.kept, roi, how.subject.as_deref(), how.grouped)
                .await
        },
    )
}

fn map(app: App) -> Asked<MapKey, ImageMapTable> {
    Asked::new(
        app,
        Tells::Progress,
        move || {
            let shown = app.analysed().filter(|_| app.is_open(Tab::ImageMap))?;
            let how = app.view.with(|view| view.map.clone());
            let (roi, filter) = (app.roi(&shown.table), app.filter(&shown.table));
            let is_there = !shown
                .table
                .pooled(how.pool, roi, 1, |network| filter[network])
                .is_empty();
            is_there.then_some((shown.generation, roi, filter, how))
        },
        async move |(_, roi, filter, how): MapKey, report: &dyn Fn(Progress)| {
            let (engine, shown) = (app.engine.get_value(), results(app)?);
            let rows = shown
                .table
                .pooled(how.pool, roi, how.count, |network| filter[network]);
            asking(&engine, &shown, report)
                .image_map(&rows, how.method, how.seed)
                .await
        },
    )
}
