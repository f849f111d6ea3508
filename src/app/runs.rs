//! Analyses that run: the demo's and the user's, begun, cancelled and shown.

use std::sync::Arc;

use leptos::prelude::*;

use crate::analysis::demo::{self, Knobs};
use crate::analysis::{Options, Plan, Scope};
use crate::blocks::{Block, Key};
use crate::engine::{Engine, Stopped};
use crate::formats::ScoreColumns;
use crate::link::Source;
use crate::page::schedule::{Work, ended};
use crate::page::{App, DEMO_LABEL, Shown};
use crate::results::Dimensions;
use crate::run_state::{Ended, Task, Turn};
use crate::study::Study;
use crate::workflow::{Progress, Stored, analyse};

/// Computes and shows the built-in simulation.
pub fn show_demo(app: App, knobs: Knobs) {
    set_aside(app);
    app.source.set(Source::Demo(knobs));
    let work = Work::new(move |turn| run_demo(app, turn, knobs));
    app.schedule.ask(Task::Demo, work);
}

/// Results of own files and of hosted studies are kept while the demo is shown: their files stay as well.
fn set_aside(app: App) {
    let has_files = app
        .collection
        .with_untracked(|collection| !collection.is_empty());
    let shown = app.shown.get_untracked().filter(|shown| !shown.is_demo);
    if has_files && shown.is_some() {
        app.aside.set_value(shown);
    }
}

/// The results that were kept are on the page again, or are of what is no longer there.
pub fn forget_aside(app: App) {
    app.aside.set_value(None);
}

/// The simulation as a first visit sees it.
pub fn show_default_demo(app: App) {
    show_demo(app, Knobs::default());
}

/// Analyses what is on the page, once files that are being read are there.
pub fn run(app: App) {
    let work = Work::new(move |turn| run_study(app, turn));
    app.schedule.ask(Task::Analyse, work);
}

/// Ends whatever is being done.
pub fn cancel(app: App) {
    app.schedule.cancel();
}

async fn run_study(app: App, turn: Turn) -> Ended {
    app.messages.set(Vec::new());
    if let Source::Demo(knobs) = app.source.get_untracked() {
        return run_demo(app, turn, knobs).await;
    }
    let assembly = app.assembly.get_untracked();
    let Some(study) = assembly.study.clone() else {
        // what is wrong with it is on the page
        return Ended::Done;
    };
    app.engine.get_value().label(app.own_label.get_value());
    let computed = compute(app, turn, study, false).await;
    ended(computed, |problem| app.tell(problem))
}

async fn run_demo(app: App, turn: Turn, knobs: Knobs) -> Ended {
    let engine = app.engine.get_value();
    engine.forget(DEMO_LABEL);
    engine.label(DEMO_LABEL);
    let (study, arrays) = demo::shared_latents(knobs);
    for (key, block) in arrays {
        engine.put(key, block);
    }
    let computed = compute(app, turn, study, true).await;
    ended(computed, |problem| app.tell(problem))
}

async fn compute(app: App, turn: Turn, study: Study, is_demo: bool) -> Result<(), Stopped> {
    let mut options = app.options.get_untracked();
    let engine = app.engine.get_value();
    let started = engine.clock();
    let report = |progress: Progress| app.schedule.report(turn, progress);
    let outcome = analyse(&engine, &study, &options, &report).await?;
    if let Some((expected, taken)) = outcome.speed
        && expected > 0.01
    {
        app.pace.set(Some(taken / expected));
    }
    let mut table = outcome.dimensions;
    // chosen meanwhile, it needs nothing computed anew
    let scope = app.options.with_untracked(|options| options.scope);
    if scope != options.scope {
        options.scope = scope;
        table.take_universality(scope);
    }
    app.shown.set(Some(Arc::new(Shown {
        results_id: app.next_results_id(),
        table,
        warnings: outcome.warnings,
        seconds: engine.clock() - started,
        stored: outcome.stored,
        study,
        options,
        is_demo,
    })));
    if !is_demo {
        app.files_open.set(false);
    }
    Ok(())
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
            app.shown.set(Some(Arc::new(Shown {
                results_id: app.next_results_id(),
                study: table.bare_study(),
                table,
                options: app.options.get_untracked(),
                warnings,
                seconds: engine.clock() - started,
                stored: Stored::All,
                is_demo: false,
            })));
            app.files_open.set(false);
        }
        Err(problem) => {
            app.shown.set(None);
            app.tell(problem);
        }
    }
}

/// Takes universality over other networks, which needs nothing computed anew; a run that is under way
/// takes it as well when it is done.
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
    shown.results_id = app.next_results_id();
    app.shown.set(Some(Arc::new(shown)));
}

/// What an analysis of the user's files would take on this computer, in seconds.
pub fn estimate(app: App, study: &Study, options: &Options) -> Option<f64> {
    let pace = app.pace.get()?;
    Some(Plan::new(study, options).cost() * pace)
}
