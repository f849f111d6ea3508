//! Studies on some server: a manifest and the files that it names. The manifest is fetched first; the files are
//! once the user wants them. What is on the page stays until all of it is there.

use std::cell::Cell;
use std::rc::Rc;

use leptos::prelude::*;

use crate::engine::Stopped;
use crate::link::{Link, Source, address};
use crate::problem::Problem;
use crate::run_state::{Ended, Step, Task, Turn};
use crate::study::Collection;
use crate::study::manifest::{Manifest, resolve};

use super::address_bar::{settle, would_lose};
use super::fetching::{fetch, size};
use super::reading::{Incoming, accept, match_pictures, read_all};
use super::runs::{forget_aside, run, show_scores};
use crate::page::schedule::{Work, ended};
use crate::page::unopened::{Offer, Unopened};
use crate::page::{App, browser};

/// The largest manifest that is read, in bytes: of tens of thousands of files.
const LARGEST_MANIFEST: u64 = 4_000_000;

/// The name of the manifest among the files of its study.
const MANIFEST: &str = "study.json";

/// Opens a study.json on some server: asks first, unless the link says that it runs at once and nothing would be
/// lost.
pub fn open_hosted(app: App, link: Link) {
    let Source::Hosted(from) = link.source.clone() else {
        return;
    };
    let again = link.clone();
    let work = Work::new(move |turn| {
        let (link, from) = (link.clone(), from.clone());
        async move {
            app.unopened.set(None);
            match look(&from, &link).await {
                Ok(offer) if link.run && !would_lose(app) => {
                    take(app, Rc::new(offer), 0, turn).await
                }
                Ok(offer) => {
                    app.unopened.set(Some(Unopened::Offered(Rc::new(offer))));
                    Ended::Done
                }
                Err(problem) => not_opened(app, &link, problem),
            }
        }
    });
    let work = work.on_cancel(move || cancelled(app, &again));
    app.schedule.ask(Task::Fetch, work);
}

/// Fetches the files of a study, of so many bytes as far as that is known, and puts it on the page.
pub fn fetch_offered(app: App, offer: Rc<Offer>, bytes: u64) {
    let link = offer.link.clone();
    let work = Work::new(move |turn| {
        app.unopened.set(None);
        take(app, offer.clone(), bytes, turn)
    });
    let work = work.on_cancel(move || cancelled(app, &link));
    app.schedule.ask(Task::Fetch, work);
}

fn cancelled(app: App, link: &Link) {
    app.unopened.set(Some(Unopened::Cancelled(link.clone())));
}

fn not_opened(app: App, link: &Link, problem: Problem) -> Ended {
    app.unopened
        .set(Some(Unopened::Failed(link.clone(), problem)));
    Ended::Done
}

/// Fetches the manifest, and checks where its files are.
async fn look(from: &str, link: &Link) -> Result<Offer, Problem> {
    let here = location().href().unwrap_or_default();
    let origin = location().origin().unwrap_or_default();
    let no_address = || {
        Problem::error("", "This link names no address that can be opened")
            .expected("the address of a study.json")
            .hint("Check the link, or ask for it again")
    };
    let base = browser::join(from, &here).ok_or_else(no_address)?;
    address::check(&base, &origin)?;
    let manifest_blob = fetch(&base, Some(LARGEST_MANIFEST), &|_| {}).await?;
    let text = browser::text_of(&manifest_blob).await.unwrap_or_default();
    let manifest = Manifest::parse(&address::shown(&base), &text)?;
    let mut hosts = vec![address::host_of(&base).to_owned()];
    let mut files = Vec::new();
    for file in manifest.files() {
        let from = browser::join(&file, &base).ok_or_else(no_address)?;
        address::check(&from, &origin).map_err(|problem| Problem {
            file: address::shown(&base),
            found: problem.found.replacen("This link", "The study", 1),
            ..problem
        })?;
        let host = address::host_of(&from).to_owned();
        if !hosts.contains(&host) {
            hosts.push(host);
        }
        files.push((resolve(MANIFEST, &file), from));
    }
    Ok(Offer {
        link: link.clone(),
        title: manifest.title,
        hosts,
        files,
        manifest: manifest_blob,
    })
}

async fn take(app: App, offer: Rc<Offer>, bytes: u64, turn: Turn) -> Ended {
    let link = offer.link.clone();
    let taken = fetch_and_open(app, &offer, bytes, turn).await;
    ended(taken, |problem| {
        not_opened(app, &link, problem);
    })
}

/// Blocks of a study that is being read, which go if it does not come onto the page.
struct Blocks {
    app: App,
    label: u32,
    is_kept: Cell<bool>,
}

impl Drop for Blocks {
    fn drop(&mut self) {
        if !self.is_kept.get() {
            self.app
                .engine
                .with_value(|engine| engine.forget(self.label));
        }
    }
}

async fn fetch_and_open(app: App, offer: &Offer, bytes: u64, turn: Turn) -> Result<(), Stopped> {
    let files = fetch_files(app, offer, bytes, turn).await;
    let files = files.map_err(Stopped::Failed)?;
    let blocks = Blocks {
        app,
        label: app.next_label(),
        is_kept: Cell::new(false),
    };
    let beside = app.collection.with_untracked(Collection::another);
    let collection = read_all(app, files, beside, blocks.label, turn).await?;
    // from here on nothing waits: the study takes the place of the one on the page as a whole
    blocks.is_kept.set(true);
    let before = app.own_label.get_value();
    app.engine.with_value(|engine| engine.forget(before));
    app.own_label.set_value(blocks.label);
    forget_aside(app);
    app.shown.set(None);
    app.messages.set(Vec::new());
    let link = offer.link.clone();
    app.said.set(link.options);
    app.view.set(link.view);
    app.runs_at_once.set(link.run);
    app.source.set(link.source.clone());
    app.loaded.set_value(Some(link.source));
    accept(app, collection);
    settle(app);
    match_pictures(app).await;
    if app.collection.with_untracked(Collection::has_scores_alone) {
        show_scores(app);
    } else {
        run(app);
    }
    Ok(())
}

async fn fetch_files(
    app: App,
    offer: &Offer,
    bytes: u64,
    turn: Turn,
) -> Result<Vec<Incoming>, Problem> {
    let mut files = vec![Incoming {
        path: MANIFEST.into(),
        blob: offer.manifest.clone(),
    }];
    let all = offer.files.len();
    let there = Cell::new(0_u64);
    for (index, (path, from)) in offer.files.iter().enumerate() {
        let report = |more: u64| {
            there.set(there.get() + more);
            let fraction = match bytes {
                0 => index as f64 / all as f64,
                bytes => (there.get() as f64 / bytes as f64).min(1.0),
            };
            let step = Step {
                label: format!(
                    "Fetching {path}, {} of {all}, {}",
                    index + 1,
                    size(there.get())
                ),
                fraction,
                ..Step::default()
            };
            app.schedule.report(turn, step);
        };
        report(0);
        files.push(Incoming {
            path: path.clone(),
            blob: fetch(from, None, &report).await?,
        });
    }
    Ok(files)
}
