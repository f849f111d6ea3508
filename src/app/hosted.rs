//! Studies on some server: a manifest and the files that it names.

use leptos::prelude::*;

use crate::engine::Stopped;
use crate::link::Source;
use crate::options::PartialOptions;
use crate::problem::Problem;
use crate::run_state::{Step, Task, Turn};
use crate::study::Collection;
use crate::study::manifest::{Manifest, resolve};

use super::reading::{Incoming, accept, match_pictures, read_all};
use super::runs::{OWN, run, show_default_demo, show_scores};
use crate::page::schedule::{Work, ended};
use crate::page::{App, browser};

/// Opens a study.json on some server with all the files that it names, and analyses it.
pub fn open_hosted(app: App, address: String) {
    app.awaits_manifest.set(true);
    app.source.set(Source::Hosted(address.clone()));
    let work = Work::new(move |turn| {
        let address = address.clone();
        async move {
            let opened = open(app, &address, turn).await;
            ended(opened, |problem| say_why_not(app, problem))
        }
    });
    app.schedule.ask(Task::Fetch, work);
}

async fn open(app: App, address: &str, turn: Turn) -> Result<(), Stopped> {
    let fetched = fetch_study(app, address, turn).await;
    let files = fetched.map_err(Stopped::Failed)?;
    app.engine.get_value().forget(OWN);
    app.shown.set(None);
    let collection = read_all(app, files, Collection::default(), turn).await?;
    accept(app, collection);
    match_pictures(app).await;
    if app.collection.with_untracked(Collection::has_scores_alone) {
        show_scores(app);
    } else {
        run(app);
    }
    Ok(())
}

/// Says why a study cannot be opened, and leaves a working page.
fn say_why_not(app: App, problem: Problem) {
    app.tell(problem);
    if app.shown.with_untracked(Option::is_none)
        && app.collection.with_untracked(Collection::is_empty)
    {
        // whatever was said of the study
        app.said.set(PartialOptions::default());
        show_default_demo(app);
    }
}

async fn fetch_study(app: App, address: &str, turn: Turn) -> Result<Vec<Incoming>, Problem> {
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
    for (index, file) in named.iter().enumerate() {
        let step = Step {
            label: format!("Fetching {file}"),
            fraction: index as f64 / named.len() as f64,
            ..Step::default()
        };
        app.schedule.report(turn, step);
        let from = browser::join(file, &base).unwrap_or_else(|| file.clone());
        files.push(Incoming {
            path: resolve(MANIFEST, file),
            blob: browser::fetch(&from).await?,
        });
    }
    Ok(files)
}
