//! What happens: a visit begins, files are added, a study is opened from an address, an analysis
//! runs or is cancelled, the history goes back and forth.

use std::collections::HashMap;
use std::sync::Arc;

use futures::future::join_all;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::Blob;

use crate::analysis::demo::{self, Knobs};
use crate::analysis::{Job, Key, Options, Plan, Task};
use crate::engine::{Engine, Progress, Stopped, analyse};
use crate::formats::image_type;
use crate::link::{Link, Source};
use crate::problem::Problem;
use crate::study::manifest::{Manifest, resolve};
use crate::study::{ArrayId, Collection, ReadItem, Study};

use super::browser;
use super::state::{Activity, App, Shown};

/// Blocks of the user's files and of demos are kept apart, so that a demo can be forgotten.
const OWN: u32 = 0;
const DEMO: u32 = 1;

/// Progress is shown at most this often, in seconds.
const REFRESH: f64 = 0.08;

/// A file on its way in.
pub struct Incoming {
    /// Its path as the user knows it.
    pub path: String,
    /// Its content.
    pub blob: Blob,
}

/// Begins a visit: opens what the address asks for, follows the history, and keeps the address.
pub fn start(app: App) {
    open_hash(app);
    for event in ["popstate", "hashchange"] {
        let listener = window_event_listener_untyped(event, move |_| {
            if current_hash() != app.link().to_hash() {
                open_hash(app);
            }
        });
        on_cleanup(move || listener.remove());
    }
    keep_address(app);
    follow_theme(app);
}

fn current_hash() -> String {
    location()
        .hash()
        .unwrap_or_default()
        .trim_start_matches('#')
        .to_owned()
}

fn open_hash(app: App) {
    match Link::parse(&current_hash()) {
        Ok(link) => open(app, link),
        Err(problem) => {
            app.messages.set(vec![problem]);
            open(app, Link::default());
        }
    }
}

fn open(app: App, link: Link) {
    let before = app.source.get_untracked();
    let is_first = app.shown.with_untracked(Option::is_none) && !app.has_own_files();
    let same_options = app
        .options
        .with_untracked(|options| *options == link.options);
    app.options.set(link.options);
    app.view.set(link.view);
    let has_files = app
        .collection
        .with_untracked(|collection| !collection.is_empty());
    match link.source {
        Source::Demo(knobs) => {
            if is_first || before != Source::Demo(knobs) || !same_options {
                show_demo(app, knobs);
            }
        }
        Source::Hosted(address) => {
            if before != Source::Hosted(address.clone()) || !has_files {
                open_hosted(app, address);
            }
        }
        Source::OwnFiles if has_files => app.source.set(Source::OwnFiles),
        Source::OwnFiles => {
            app.messages.update(|messages| {
                messages.push(
                    Problem::warning("", "This link carries the settings of somebody's own files, not the files")
                        .hint("Drop the files here to see them with these settings; meanwhile the demo is shown"),
                );
            });
            show_demo(app, Knobs::default());
        }
    }
}

/// Writes the state into the address: a step of the history for what was set, none for what was
/// merely pointed at.
fn keep_address(app: App) {
    let last = StoredValue::new(None::<Link>);
    Effect::new(move |_| {
        let link = app.link();
        let hash = format!("#{}", link.to_hash());
        let mut picked_only = link.clone();
        picked_only.view.chosen = None;
        let is_step =
            last.with_value(|last| last.as_ref().is_some_and(|last| *last != picked_only));
        last.set_value(Some(picked_only));
        if location().hash().is_ok_and(|now| now == hash) {
            return;
        }
        let Ok(history) = window().history() else {
            return;
        };
        // a sandboxed frame may refuse; the page works without
        let _ = if is_step {
            history.push_state_with_url(&JsValue::NULL, "", Some(&hash))
        } else {
            history.replace_state_with_url(&JsValue::NULL, "", Some(&hash))
        };
    });
}

fn follow_theme(app: App) {
    let Ok(Some(query)) = window().match_media("(prefers-color-scheme: dark)") else {
        return;
    };
    let on_change = Closure::<dyn FnMut()>::new(move || app.theme.set(browser::theme()));
    query.set_onchange(Some(on_change.as_ref().unchecked_ref()));
    // lives as long as the page
    on_change.forget();
    std::mem::forget(query);
}

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

/// Analyses what is on the page.
pub fn run(app: App) {
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
    app.run.update_value(|run| *run += 1);
    app.engine.get_value().cancel();
    app.activity.set(Activity::default());
}

fn begin(app: App, label: &str) -> u32 {
    app.run.update_value(|run| *run += 1);
    app.activity.set(Activity {
        label: label.to_owned(),
        ..Activity::default()
    });
    app.run.get_value()
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
        let result = analyse(&engine, &study, &options, &report).await;
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

/// What an analysis of the user's files would take on this computer, in seconds.
pub fn estimate(app: App, study: &Study, options: &Options) -> Option<f64> {
    let pace = app.pace.get()?;
    Some(Plan::new(study, options).cost() * pace)
}

/// Adds files that were dropped or chosen, after those that are being read already.
pub fn add_files(app: App, files: Vec<Incoming>) {
    if files.is_empty() {
        return;
    }
    leptos::task::spawn_local(async move {
        while app.reading.get_value() {
            browser::pause(50).await;
        }
        if app.is_busy() {
            // what has been computed is on the shelf and not computed again
            cancel(app);
        }
        app.reading.set_value(true);
        take_in(app, files).await;
        app.reading.set_value(false);
    });
}

async fn take_in(app: App, files: Vec<Incoming>) {
    let this = begin(app, "Reading files");
    let engine = app.engine.get_value();
    let collection = app.collection.get_untracked();
    let Some(collection) = read_all(app, files, collection, this).await else {
        return;
    };
    let has_arrays = !collection.is_empty();
    if has_arrays && !app.has_own_files() {
        app.shown.set(None);
        app.view.update(|view| view.chosen = None);
    }
    engine.breathe().await;
    accept(app, collection);
    if has_arrays {
        app.source.set(Source::OwnFiles);
        app.files_open.set(true);
    }
    engine.breathe().await;
    match_pictures(app).await;
    app.activity.set(Activity::default());
}

/// Puts a collection on the page, settled.
fn accept(app: App, mut collection: Collection) {
    collection.settle();
    if let Some(manifest) = collection.manifest_options() {
        app.options.update(|options| options.apply(manifest));
    }
    app.collection.set(collection);
}

/// Takes over what the user changed in the files table.
pub fn accept_edit(app: App, collection: Collection) {
    app.collection.set(collection);
    leptos::task::spawn_local(match_pictures(app));
}

/// Reads files in the workers, each on its own, so that a file that cannot be read keeps none of
/// the others out. `None` if cancelled.
async fn read_all(
    app: App,
    files: Vec<Incoming>,
    mut collection: Collection,
    this: u32,
) -> Option<Collection> {
    let engine = app.engine.get_value();
    engine.label(OWN);
    let (pictures, others): (Vec<Incoming>, Vec<Incoming>) = files
        .into_iter()
        .partition(|file| image_type(&file.path).is_some());
    // asking for a size is slow: the browser looks at the file
    let mut sizes = Vec::with_capacity(others.len());
    for file in &others {
        sizes.push(file.blob.size() + 1.0);
        engine.breathe().await;
    }
    let total: f64 = sizes.iter().sum();
    let started = engine.clock();
    let done = std::cell::Cell::new(0.0);
    let last = std::cell::Cell::new(f64::NEG_INFINITY);
    let report = |size: f64| {
        done.set(done.get() + size);
        let now = engine.clock();
        if now - last.get() >= REFRESH && app.run.get_value() == this {
            last.set(now);
            let fraction: f64 = done.get() / total;
            app.activity.set(Activity {
                label: "Reading files".into(),
                fraction,
                seconds_left: (now - started > 0.3)
                    .then(|| (now - started) * (1.0 - fraction) / fraction),
            });
        }
    };
    let reading = others
        .into_iter()
        .zip(sizes)
        .enumerate()
        .map(|(place, (file, size))| {
            let (engine, report) = (&engine, &report);
            async move {
                let key = Key::of(&("file", this, place));
                let list = Key::of(&("list", this, place));
                engine.put_file(key, file.blob);
                let job = Job {
                    task: Task::Read {
                        path: file.path.clone(),
                    },
                    inputs: vec![key],
                    outputs: vec![list],
                    cost: size,
                };
                let result = engine.run(vec![job], report).await;
                engine.take(key);
                (file.path, list, result)
            }
        });
    let read = join_all(reading).await;
    if app.run.get_value() != this {
        return None;
    }
    for picture in pictures {
        let item = ReadItem::Image { path: picture.path };
        for id in collection.add(vec![item]) {
            engine.put_file(Key::of_array(id), picture.blob.clone());
        }
    }
    for (path, list, result) in read {
        match result {
            Ok(()) => {
                let items = engine
                    .get(list)
                    .and_then(|block| serde_json::from_slice(block.as_bytes()?).ok());
                engine.take(list);
                let ids: Vec<ArrayId> = collection.add(items.unwrap_or_default());
                for (content, id) in ids.into_iter().enumerate() {
                    engine.rename(list.further(content + 1), Key::of_array(id));
                }
            }
            Err(Stopped::Cancelled) => return None,
            Err(Stopped::Failed(problem)) => collection.problems.push(Problem {
                file: path,
                ..problem
            }),
        }
        engine.breathe().await;
    }
    Some(collection)
}

/// Finds the picture of each stimulus: the one that the stimuli table names, else the one whose
/// name is the stimulus's id.
async fn match_pictures(app: App) {
    let engine = app.engine.get_value();
    let assembly = app.assembly.get_untracked();
    let mut addresses = HashMap::new();
    let stem = |path: &str| {
        let name = path.rsplit('/').next().unwrap_or(path);
        name.rsplit_once('.')
            .map_or(name, |(stem, _)| stem)
            .to_owned()
    };
    let by_stem: HashMap<String, (String, ArrayId)> = app.collection.with_untracked(|collection| {
        let pictures = collection.pictures.iter();
        pictures
            .map(|(path, id)| (stem(path), (path.clone(), *id)))
            .collect()
    });
    if let (Some(study), false) = (&assembly.study, by_stem.is_empty()) {
        for (place, stimulus) in study.stimuli.ids.iter().enumerate() {
            let named = study
                .stimuli
                .thumbnails
                .as_ref()
                .and_then(|paths| paths.get(place));
            let found = named
                .and_then(|path| by_stem.get(&stem(path)))
                .or_else(|| by_stem.get(stimulus))
                .or_else(|| by_stem.get(&stem(stimulus)));
            if let Some((path, id)) = found
                && let Some(content) = engine.raw(Key::of_array(*id))
                && let Some(address) =
                    browser::picture_address(&content, image_type(path).unwrap_or_default())
            {
                addresses.insert(stimulus.clone(), address);
                engine.breathe().await;
            }
        }
    }
    let old = app.pictures.get_untracked();
    app.pictures.set(Arc::new(addresses));
    for address in old.values() {
        // the browser frees it with the page otherwise
        let _ = web_sys::Url::revoke_object_url(address);
    }
}

/// Takes all files off the page and shows the demo again.
pub fn clear_files(app: App) {
    cancel(app);
    app.engine.get_value().forget(OWN);
    app.collection.set(Collection::default());
    app.messages.set(Vec::new());
    app.shown.set(None);
    app.options.set(Options::default());
    app.view.update(|view| view.chosen = None);
    leptos::task::spawn_local(match_pictures(app));
    show_demo(app, Knobs::default());
}

/// Opens a study.json on some server with all the files that it names, and analyses it.
fn open_hosted(app: App, address: String) {
    app.source.set(Source::Hosted(address.clone()));
    if app.is_busy() {
        cancel(app);
    }
    let this = begin(app, "Fetching the study");
    leptos::task::spawn_local(async move {
        match fetch_study(app, &address, this).await {
            Ok(Some(files)) => {
                app.engine.get_value().forget(OWN);
                app.shown.set(None);
                if let Some(collection) = read_all(app, files, Collection::default(), this).await {
                    accept_hosted(app, collection);
                    match_pictures(app).await;
                    app.activity.set(Activity::default());
                    run(app);
                }
            }
            Ok(None) => {}
            Err(problem) if app.run.get_value() == this => {
                app.activity.set(Activity::default());
                app.messages.update(|messages| messages.push(problem));
                if app.shown.with_untracked(Option::is_none)
                    && app.collection.with_untracked(Collection::is_empty)
                {
                    // a working page all the same
                    show_demo(app, Knobs::default());
                }
            }
            Err(_) => {}
        }
    });
}

/// The options of a link win over those of the manifest.
fn accept_hosted(app: App, collection: Collection) {
    let of_link = app.options.get_untracked();
    accept(app, collection);
    if of_link != Options::default() {
        app.options.set(of_link);
    }
}

async fn fetch_study(app: App, address: &str, this: u32) -> Result<Option<Vec<Incoming>>, Problem> {
    let base = location()
        .href()
        .ok()
        .and_then(|here| browser::join(address, &here));
    let Some(base) = base else {
        return Err(Problem::error(address, "is no address")
            .expected("the address of a study.json")
            .hint("Check the link"));
    };
    let manifest_blob = browser::fetch(&base).await?;
    let text = browser::text_of(&manifest_blob).await.unwrap_or_default();
    let manifest = Manifest::parse(address, &text)?;
    const MANIFEST: &str = "study.json";
    let mut files = vec![Incoming {
        path: MANIFEST.into(),
        blob: manifest_blob,
    }];
    let named = manifest.files();
    for (place, file) in named.iter().enumerate() {
        if app.run.get_value() != this {
            return Ok(None);
        }
        app.activity.set(Activity {
            label: format!("Fetching {file}"),
            fraction: place as f64 / named.len() as f64,
            seconds_left: None,
        });
        let from = browser::join(file, &base).unwrap_or_else(|| file.clone());
        files.push(Incoming {
            path: resolve(MANIFEST, file),
            blob: browser::fetch(&from).await?,
        });
    }
    Ok((app.run.get_value() == this).then_some(files))
}
