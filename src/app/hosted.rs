//! Studies on some server: a manifest and the files that it names.

use leptos::prelude::*;

use crate::options::PartialOptions;
use crate::problem::Problem;
use crate::study::Collection;
use crate::study::manifest::{Manifest, resolve};

use super::reading::{Incoming, accept, match_pictures, read_all};
use super::runs::{OWN, cancel, run, show_default_demo, show_scores};
use crate::link::Source;
use crate::page::activity::begin;
use crate::page::browser;
use crate::page::{Activity, App};

/// Opens a study.json on some server with all the files that it names, and analyses it.
pub fn open_hosted(app: App, address: String) {
    app.awaits_manifest.set(true);
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
                    accept(app, collection);
                    match_pictures(app).await;
                    app.activity.set(Activity::default());
                    let has_scores_alone =
                        app.collection.with_untracked(Collection::has_scores_alone);
                    if has_scores_alone {
                        show_scores(app);
                    } else {
                        run(app);
                    }
                }
            }
            Ok(None) => {}
            Err(problem) if app.run.get_value() == this => {
                app.activity.set(Activity::default());
                app.messages.update(|messages| messages.push(problem));
                if app.shown.with_untracked(Option::is_none)
                    && app.collection.with_untracked(Collection::is_empty)
                {
                    // a working page all the same, whatever was said of the study
                    app.said.set(PartialOptions::default());
                    show_default_demo(app);
                }
            }
            Err(_) => {}
        }
    });
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
