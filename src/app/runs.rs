//! Analyses that run: the demo's and the user's, begun, cancelled and shown.

use std::sync::Arc;

use leptos::prelude::*;

use crate::analysis::demo::{self, Knobs};
use crate::analysis::{Options, Plan, Scope};
use crate::blocks::{Block, Key};
use crate::engine::{Engine, Stopped};
use crate::formats::ScoreColumns;
use crate::link::Source;
use crate::page::activity::{REFRESH, begin, unless_cancelled};
use crate::page::{Activity, App, Shown};
use crate::results::Dimensions;
use crate::study::Study;
use crate::workflow::{Progress, analyse};

/// Blocks of the user's files and of demos are kept apart, so that a demo can be forgotten.
pub const OWN: u32 = 0;
const DEMO: u32 = 1;

/// Computes and shows the built-in simulation.
pub fn show_demo(app: App, knobs: Knobs) {
    app.source.set(Source::Demo(knobs));
    let engine = app.engine.get_value();
    if app.is_busy() {
        cancel(app);
    }
    engine.forget(DEMO);
    engine.label(DEMO);
    let (study, arrays) = demo::shared_latents(knobs);
    for (key, block) in arrays {
        engine.put(key, block);
    }
    compute(app, study, true);
}

/// The simulation as a first visit sees it.
pub fn show_default_demo(app: App) {
    show_demo(app, Knobs::default());
}

/// Analyses what is on the page.
pub fn run(app: App) {
    if app.reading.get_untracked() {
        app.run_when_read.set_value(true);
        return;
    }
    if app.is_busy() {
        return;
    }
    app.messages.set(Vec::new());
    match app.source.get_untracked() {
        Source::Demo(knobs) => show_demo(app, knobs),
        _ => {
            let assembly = app.assembly.get_untracked();
            if let Some(study) = &assembly.study {
                app.engine.get_value().label(OWN);
                compute(app, study.clone(), false);
            }
        }
    }
}

/// Ends whatever is being done.
pub fn cancel(app: App) {
    app.run_when_read.set_value(false);
    app.run.update_value(|run| *run += 1);
    app.engine.get_value().cancel();
    app.activity.set(Activity::default());
}

fn compute(app: App, study: Study, is_demo: bool) {
    let this = begin(app, "Starting");
    let options = app.options.get_untracked();
    leptos::task::spawn_local(async move {
        let engine = app.engine.get_value();
        let started = engine.clock();
        let last = std::cell::Cell::new(f64::NEG_INFINITY);
        let report = |progress: Progress| {
            let now = engine.clock();
            if now - last.get() >= REFRESH && app.run.get_value() == this {
                last.set(now);
                app.activity.set(Activity {
                    label: progress.stage.label().to_owned(),
                    fraction: progress.fraction,
                    seconds_left: progress.seconds_left,
                });
            }
        };
        let analysis = analyse(&engine, &study, &options, &report);
        let result = unless_cancelled(app, this, analysis).await;
        if app.run.get_value() != this {
            return;
        }
        match result {
            Ok(outcome) => {
                if let Some((expected, taken)) = outcome.speed
                    && expected > 0.01
                {
                    app.pace.set(Some(taken / expected));
                }
                app.shown.set(Some(Arc::new(Shown {
                    results_id: this,
                    table: outcome.dimensions,
                    warnings: outcome.warnings,
                    seconds: engine.clock() - started,
                    study,
                    options,
                    is_demo,
                })));
                if !is_demo {
                    app.files_open.set(false);
                }
            }
            Err(Stopped::Cancelled) => {}
            Err(Stopped::Failed(problem)) => app.messages.update(|messages| messages.push(problem)),
        }
        app.activity.set(Activity::default());
    });
}

/// Shows scores that were computed before, joined into one table.
pub fn show_scores(app: App) {
    let engine = app.engine.get_value();
    let started = engine.clock();
    let collection = app.collection.get_untracked();
    if collection.has_unreadable() {
        // a table that is lost may be the one that matters
        return;
    }
    let numbers: Vec<Block> = collection
        .scores
        .iter()
        .filter_map(|(_, id)| engine.get(Key::of_array(*id)))
        .collect();
    let tables: Vec<(&ScoreColumns, &[f64])> = collection
        .scores
        .iter()
        .zip(&numbers)
        .filter_map(|((columns, _), block)| Some((columns, block.as_f64()?)))
        .collect();
    match Dimensions::of_scores(&tables) {
        Ok((table, warnings)) => {
            app.run.update_value(|run| *run += 1);
            app.shown.set(Some(Arc::new(Shown {
                results_id: app.run.get_value(),
                study: table.bare_study(),
                table,
                options: app.options.get_untracked(),
                warnings,
                seconds: engine.clock() - started,
                is_demo: false,
            })));
            app.files_open.set(false);
        }
        Err(problem) => {
            app.shown.set(None);
            app.messages.update(|messages| messages.push(problem));
        }
    }
}

/// Takes universality over other networks, which needs nothing computed anew.
pub fn take_scope(app: App, scope: Scope) {
    app.said.update(|said| said.scope = Some(scope));
    let Some(shown) = app.shown.get_untracked() else {
        return;
    };
    if shown.table.is_precomputed() {
        return;
    }
    let mut shown = (*shown).clone();
    shown.options.scope = scope;
    shown.table.take_universality(scope);
    app.run.update_value(|run| *run += 1);
    shown.results_id = app.run.get_value();
    app.shown.set(Some(Arc::new(shown)));
}

/// What an analysis of the user's files would take on this computer, in seconds.
pub fn estimate(app: App, study: &Study, options: &Options) -> Option<f64> {
    let pace = app.pace.get()?;
    Some(Plan::new(study, options).cost() * pace)
}
