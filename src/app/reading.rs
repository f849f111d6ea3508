//! Files that come in: read in the workers, put into the collection, pictures matched to stimuli.

use std::collections::HashMap;
use std::sync::Arc;

use futures::future::join_all;
use leptos::prelude::*;
use web_sys::Blob;

use crate::analysis::read::ReadFile;
use crate::blocks::Key;
use crate::engine::{Engine, Stopped, stack_images};
use crate::formats::image_type;
use crate::jobs::Job;
use crate::link::Source;
use crate::problem::{Problem, visible};
use crate::run_state::{Step, Task, Turn};
use crate::stable_sort::sorted_by;
use crate::study::{ArrayId, Collection, ReadItem};

use super::runs::{cancel, forget_aside, show_scores};
use crate::page::question::Question;
use crate::page::schedule::{Work, ended};
use crate::page::{App, browser};

/// A file on its way in.
#[derive(Clone)]
pub struct Incoming {
    /// Its path as the user knows it.
    pub path: String,
    /// Its content.
    pub blob: Blob,
}

/// Adds files that were dropped or chosen, after those that are being read already, and says which could
/// not be opened.
pub fn add_files(app: App, files: Vec<Incoming>, unopened: Vec<Problem>) {
    if files.is_empty() && unopened.is_empty() {
        return;
    }
    // browsers list a folder in any order; as the command line has it
    let files = sorted_by(files, |a, b| a.path.cmp(&b.path));
    let work = Work::new(move |turn| {
        let (files, unopened) = (files.clone(), unopened.clone());
        async move {
            let read = take_in(app, files, unopened, turn).await;
            ended(read, |problem| app.tell(problem))
        }
    });
    if !app.schedule.is_analysing() {
        app.schedule.ask(Task::Read, work);
        return;
    }
    let (now, later) = (work.clone(), work);
    let question = Question::new(
        "An analysis is running. Without these files it goes on; with them it has to begin again.",
        ("Add them when it is done", move || {
            app.schedule.ask(Task::Read, later.clone());
        }),
        ("Do not add them", || {}),
    );
    app.question
        .set(Some(question.or("End it and add them now", move || {
            cancel(app);
            app.schedule.ask(Task::Read, now.clone());
        })));
}

async fn take_in(
    app: App,
    files: Vec<Incoming>,
    unopened: Vec<Problem>,
    turn: Turn,
) -> Result<(), Stopped> {
    let engine = app.engine.get_value();
    let collection = app.collection.get_untracked();
    let label = app.own_label.get_value();
    let mut collection = read_all(app, files, collection, label, turn).await?;
    for problem in unopened {
        collection.add_problem(problem);
    }
    let has_arrays = !collection.is_empty();
    if has_arrays && !app.has_own_files() {
        // those of the files that were there before the demo was looked at
        app.shown.set(app.aside.get_value());
        forget_aside(app);
        app.view.update(|view| view.chosen = None);
    }
    // the address is that of these files from now on
    app.unopened.set(None);
    app.history.update_value(|history| history.release());
    engine.yield_to_ui().await;
    let has_scores_alone = collection.has_scores_alone();
    accept(app, collection);
    if has_scores_alone {
        app.messages.set(Vec::new());
        show_scores(app);
    }
    if has_arrays {
        app.source.set(Source::OwnFiles);
        app.loaded.set_value(Some(Source::OwnFiles));
        app.files_open.set(true);
    }
    engine.yield_to_ui().await;
    match_pictures(app).await;
    Ok(())
}

/// Puts a collection on the page, settled.
pub fn accept(app: App, mut collection: Collection) {
    collection.settle();
    app.collection.set(collection);
}

/// Changes what was added, as the user says.
pub fn edit(app: App, change: impl FnOnce(&mut Collection)) {
    app.collection.update(change);
    leptos::task::spawn_local(match_pictures(app));
}

/// Reads files in the workers, each on its own, so that a file that cannot be read keeps none of
/// the others out. Their blocks have this label.
///
/// # Errors
/// [`Stopped::BrokeDown`] if there is nothing to read with.
pub async fn read_all(
    app: App,
    files: Vec<Incoming>,
    mut collection: Collection,
    label: u32,
    turn: Turn,
) -> Result<Collection, Stopped> {
    /// Bytes that the reference machine reads in a second, about: costs are in its seconds.
    const SPEED: f64 = 5e7;
    let engine = app.engine.get_value();
    engine.label(label);
    let (pictures, others): (Vec<Incoming>, Vec<Incoming>) = files
        .into_iter()
        .partition(|file| image_type(&file.path).is_some());
    // asking for a size is slow: the browser looks at the file
    let mut sizes = Vec::with_capacity(others.len());
    for file in &others {
        sizes.push((file.blob.size() + 1.0) / SPEED);
        engine.yield_to_ui().await;
    }
    let total: f64 = sizes.iter().sum();
    let started = engine.clock();
    let done = std::cell::Cell::new(0.0);
    let report = |size: f64| {
        done.set(done.get() + size);
        let fraction: f64 = done.get() / total;
        let elapsed = engine.clock() - started;
        let step = Step {
            label: "Reading files".into(),
            fraction,
            seconds_left: (elapsed > 0.3).then(|| elapsed * (1.0 - fraction) / fraction),
            ..Step::default()
        };
        app.schedule.report(turn, step);
    };
    // of this reading alone, whatever is read at another time
    let this = app.next_results_id();
    let reading = others
        .into_iter()
        .zip(sizes)
        .enumerate()
        .map(|(index, (file, size))| {
            let (engine, report) = (&engine, &report);
            async move {
                let key = Key::of(&("file", this, index));
                let list = Key::of(&("list", this, index));
                engine.put_file(key, file.blob);
                let job = Job::new(
                    &ReadFile {
                        path: file.path.clone(),
                    },
                    vec![key],
                    vec![list],
                    size,
                );
                let result = engine.run(vec![job], report).await;
                engine.take(key);
                (file.path, list, result)
            }
        });
    let read = join_all(reading).await;
    for picture in pictures {
        let item = ReadItem::Image {
            path: picture.path.clone(),
        };
        for id in collection.add_file(&picture.path, vec![item]) {
            engine.put_file(Key::of_array(id), picture.blob.clone());
        }
    }
    for (path, list, result) in read {
        match result {
            Ok(()) => {
                let block = engine.get(list);
                let bytes = block.as_ref().and_then(|block| block.as_bytes());
                let items =
                    ReadItem::unpacked(bytes.unwrap_or_default()).unwrap_or_else(|problem| {
                        vec![ReadItem::Problem(Problem {
                            file: path.clone(),
                            ..problem
                        })]
                    });
                engine.take(list);
                let ids: Vec<ArrayId> = collection.add_file(&path, items);
                for (content, id) in ids.into_iter().enumerate() {
                    engine.rename(list.further(content + 1), Key::of_array(id));
                }
            }
            Err(Stopped::Cancelled) => return Err(Stopped::Cancelled),
            Err(Stopped::BrokeDown(problem)) if !engine.has_workers() => {
                return Err(Stopped::BrokeDown(problem));
            }
            Err(Stopped::Failed(problem) | Stopped::BrokeDown(problem)) => {
                let problem = Problem {
                    file: path.clone(),
                    ..problem
                };
                collection.add_file(&path, vec![ReadItem::Problem(problem)]);
            }
        }
        engine.yield_to_ui().await;
    }
    stack_images(&engine, &mut collection);
    Ok(collection)
}

/// Finds the picture of each stimulus: the one that the stimuli table names, else the one whose
/// name is the stimulus's id.
pub async fn match_pictures(app: App) {
    let engine = app.engine.get_value();
    let assembly = app.assembly.get_untracked();
    let mut addresses = HashMap::new();
    let stem = |path: &str| {
        let name = path.rsplit('/').next().unwrap_or(path);
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        // as the ids of a study are written
        visible(stem).into_owned()
    };
    let by_stem: HashMap<String, (String, ArrayId)> = app.collection.with_untracked(|collection| {
        let pictures = collection.pictures.iter();
        pictures
            .map(|(path, id)| (stem(path), (path.clone(), *id)))
            .collect()
    });
    if let (Some(study), false) = (&assembly.study, by_stem.is_empty()) {
        for (index, stimulus) in study.stimuli.ids.iter().enumerate() {
            let named = study
                .stimuli
                .thumbnails
                .as_ref()
                .and_then(|paths| paths.get(index));
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
                engine.yield_to_ui().await;
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
