//! Faults of workers, network and page: each is survived, or said with its cause and what to do.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::own_files::slow_study;
use crate::page::{Page, case, files};
use crate::site::{self, project};

/// Keeps the workers that the page makes in `made`. `onJob(worker, job)` may do something to a worker that
/// is given a job; if it returns true, the job never arrives.
const WORKERS: &str = "
    window.made = [];
    window.Worker = class extends Worker {
        constructor(...all) { super(...all); made.push(this); }
        // as the system does it: without a word to the page
        kill() { super.terminate(); }
        postMessage(message, ...rest) {
            if (message.kind && window.onJob?.(this, message)) return;
            super.postMessage(message, ...rest);
            if (message.kind) window.afterJob?.(this, message);
        }
    };";

/// Time that passes sixty times as fast for timers and clocks.
const FAST: &str = "
    const now = Date.now.bind(Date), began = now(), wait = setTimeout;
    Date.now = () => began + (now() - began) * 60;
    window.setTimeout = (call, after, ...rest) => wait(call, (after || 0) / 60, ...rest);";

/// A page with files of a study, ready to run.
async fn with_study(site: site::Site, script: &str) -> Page {
    let page = Page::open_on(site, script).await;
    page.wait_results().await;
    page.add_files(&files(&case("plain"), &["activations", "rdm"]))
        .await;
    page.wait_text(".files", "6 arrays").await;
    page
}

async fn execute(page: &Page, script: &str) {
    page.driver.execute(script, Vec::new()).await.expect("runs");
}

/// Nothing seems to be going on, and the page says that it failed.
async fn wait_failure(page: &Page, says: &str) {
    page.wait_text(".trouble", says).await;
    page.wait("!document.querySelector('progress')").await;
    page.wait_text(".run", "Stopped").await;
    page.wait("document.querySelector('.run [role=status]').textContent === 'Failed'")
        .await;
    assert!(!page.is_enabled("Cancel").await);
}

/// The page's script for workers, with something before it.
fn worker_script(before: &str) -> String {
    let script = std::fs::read_to_string(project("dist/start-worker.js")).expect("dist/ is built");
    format!("{before}\n{script}")
}

fn javascript(text: String) -> Response {
    ([(header::CONTENT_TYPE, "text/javascript")], text).into_response()
}

#[tokio::test]
async fn universality_over_another_set_is_taken_during_a_run_and_while_files_are_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let page = Page::open("").await;
    page.wait_results().await;
    page.hand_over(&slow_study(folder.path())).await;
    page.choose("Universality across", "Networks of the same set")
        .await;
    page.wait_text(".files", "4 arrays").await;
    page.press("Run analysis").await;
    page.wait("!!document.querySelector('progress')").await;
    page.choose("Universality across", "All networks").await;
    page.wait("!document.querySelector('progress')").await;
    page.wait_text("#finding", "1,200 dimensions").await;
    // what is shown is what was chosen last
    page.wait_text(".run", "computed in").await;
    page.close().await;
}

#[tokio::test]
async fn a_worker_that_dies_is_replaced_and_its_job_done_by_another() {
    let before = "addEventListener('message', event => {
        if (event.data.die) { event.stopImmediatePropagation(); throw new Error('out of memory'); } });";
    let dying = Router::new().route(
        "/some/folder/start-worker.js",
        get(move || async move { javascript(worker_script(before)) }),
    );
    let page = with_study(site::page_with(dying).await, WORKERS).await;
    page.press("Run analysis").await;
    page.wait_text("#finding", "predicted by W").await;
    page.wait_results().await;
    let finding = page.text("#finding").await;
    // without a word, and with an error
    for (seed, end) in ["worker.kill()", "worker.postMessage({ die: true })"]
        .iter()
        .enumerate()
    {
        let made = page.ask("made.length").await.as_i64().unwrap_or_default();
        page.set_number("Seed", &(seed + 21).to_string()).await;
        execute(
            &page,
            &format!("let left = 1; window.afterJob = worker => {{ if (left-- > 0) {end}; }}"),
        )
        .await;
        // a run may end before anyone sees its progress
        page.wait_text(".run", "settings have changed").await;
        page.press("Run analysis").await;
        page.wait_text(".run", "computed in").await;
        page.wait(&format!("made.length === {}", made + 1)).await;
        assert_eq!(page.text(".trouble").await, "");
    }
    execute(&page, "window.afterJob = null").await;
    page.set_number("Seed", "").await;
    page.press("Run analysis").await;
    page.wait_text(".run", "from stored results").await;
    page.wait_results().await;
    assert_eq!(page.text("#finding").await, finding);
    page.close_broken().await;
}

#[tokio::test]
async fn a_job_that_takes_two_workers_down_stops_the_run_until_it_is_tried_again() {
    let page = with_study(site::page().await, WORKERS).await;
    execute(
        &page,
        "let victim; window.afterJob = (worker, job) => {
            victim ??= job.description;
            if (job.description === victim) worker.kill(); }",
    )
    .await;
    page.press("Run analysis").await;
    wait_failure(&page, "a worker ended twice while").await;
    let said = page.text(".trouble").await;
    assert!(said.contains("it ended without a word"), "{said}");
    assert!(said.contains("Keep fewer components"), "{said}");
    // it is what failed that is tried again
    page.press("Try again").await;
    wait_failure(&page, "a worker ended twice while").await;
    execute(&page, "window.afterJob = null").await;
    page.press("Try again").await;
    page.wait_text("#finding", "predicted by W").await;
    page.wait_results().await;
    assert_eq!(page.text(".trouble").await, "");
    page.close().await;
}

#[tokio::test]
async fn a_file_that_takes_two_workers_down_keeps_the_others() {
    let page = Page::open_on(site::page().await, WORKERS).await;
    page.wait_results().await;
    execute(
        &page,
        "window.afterJob = (worker, job) => {
            if (job.description.includes('activations_b__conv1')) worker.kill(); }",
    )
    .await;
    page.add_files(&files(&case("plain"), &["activations", "rdm"]))
        .await;
    page.wait_text(".files", "5 arrays").await;
    page.wait_message("Split the file").await;
    page.close().await;
}

#[tokio::test]
async fn a_worker_that_never_answers_is_told_and_replaced_if_the_user_wants_it() {
    let page = with_study(site::page().await, &format!("{FAST}\n{WORKERS}")).await;
    // one worker swallows a job
    execute(&page, "let left = 1; window.onJob = () => left-- > 0").await;
    page.press("Run analysis").await;
    page.wait_text(".trouble", "silent for 2 minutes").await;
    assert!(page.is_enabled("Cancel").await);
    // which is not taken for a failure
    page.press("Keep waiting").await;
    page.wait_text(".trouble", "silent for 4").await;
    let made = page.ask("made.length").await.as_i64().unwrap_or_default();
    page.press("Try again").await;
    page.wait_text("#finding", "predicted by W").await;
    page.wait_results().await;
    assert_eq!(page.ask("made.length").await, made + 1);
    assert_eq!(page.text(".trouble").await, "");
    page.close().await;
}

#[tokio::test]
async fn cancelling_ends_busy_workers_and_keeps_idle_ones() {
    let page = Page::open_on(site::page().await, WORKERS).await;
    page.wait_results().await;
    page.wait("!document.querySelector('.neighbours:empty')")
        .await;
    let made = page.ask("made.length").await.as_i64().unwrap_or_default();
    // one file, which is never read
    execute(
        &page,
        "window.onJob = (worker, job) => job.description.startsWith('reading')",
    )
    .await;
    page.hand_over(&files(&case("plain"), &["rdm_W__sub-01"]))
        .await;
    page.wait_text(".run", "Reading files").await;
    // no longer one that is done within moments
    tokio::time::sleep(std::time::Duration::from_millis(400)).await;
    page.press("Cancel").await;
    page.wait("!document.querySelector('progress')").await;
    assert_eq!(page.ask("made.length").await, made + 1);
    page.close().await;
}

#[tokio::test]
async fn a_start_without_workers_is_said_and_tried_again() {
    // a policy that forbids workers, and a browser without; both can be taken back
    for (lacks, mends) in [
        (
            "window.kept = Worker; delete window.Worker",
            "window.Worker = kept",
        ),
        (
            "window.kept = Worker; window.Worker = class { constructor() { throw new Error('refused') } }",
            "window.Worker = kept",
        ),
    ] {
        let page = Page::open_on(site::page().await, lacks).await;
        wait_failure(&page, "do not start").await;
        assert!(
            page.text(".trouble").await.contains("Reload the page")
                || page.text(".trouble").await.contains("reload the page")
        );
        page.press("Try again").await;
        wait_failure(&page, "do not start").await;
        execute(&page, mends).await;
        page.press("Try again").await;
        page.wait_results().await;
        page.close().await;
    }
}

#[tokio::test]
async fn files_of_workers_that_cannot_be_loaded_are_said_and_tried_again() {
    for (paths, cause) in [
        (&["start-worker.js"][..], "its script cannot be loaded"),
        (&["worker.js", "worker-fused.js"], "Failed to fetch"),
        (&["worker_bg.wasm", "worker-fused_bg.wasm"], "Error"),
    ] {
        let is_down = Arc::new(AtomicBool::new(true));
        let mut routes = Router::new();
        for &path in paths {
            let is_down = is_down.clone();
            let kind = match path.ends_with("wasm") {
                true => "application/wasm",
                false => "text/javascript",
            };
            let answer = move || async move {
                if is_down.load(Ordering::Relaxed) {
                    return StatusCode::NOT_FOUND.into_response();
                }
                let bytes = std::fs::read(project("dist").join(path)).expect("is built");
                ([(header::CONTENT_TYPE, kind)], bytes).into_response()
            };
            routes = routes.route(&format!("/some/folder/{path}"), get(answer));
        }
        let page = Page::open_on(site::page_with(routes).await, "").await;
        wait_failure(&page, "do not start").await;
        let said = page.text(".trouble").await;
        assert!(said.contains(cause), "{paths:?}: {said}");
        // files that are added then are not called unreadable
        page.hand_over(&files(&case("plain"), &["activations", "rdm"]))
            .await;
        page.wait("!!document.querySelector('progress')").await;
        wait_failure(&page, "do not start").await;
        assert!(!page.messages().await.contains("activations"), "{paths:?}");
        is_down.store(false, Ordering::Relaxed);
        page.press("Try again").await;
        page.wait_text(".files", "6 arrays").await;
        page.press("Run analysis").await;
        page.wait_text("#finding", "predicted by W").await;
        page.close().await;
    }
}

#[tokio::test]
async fn workers_that_never_start_are_given_up() {
    let stuck = Router::new().route(
        "/some/folder/start-worker.js",
        get(|| async { javascript("await new Promise(() => {})".to_owned()) }),
    );
    let page = Page::open_on(site::page_with(stuck).await, FAST).await;
    wait_failure(&page, "it did not answer within").await;
    page.close().await;
}

#[tokio::test]
async fn a_page_that_cannot_open_says_why() {
    let wasm = std::fs::read_dir(project("dist"))
        .expect("dist/ is built")
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .find(|name| name.starts_with("app-") && name.ends_with(".wasm"))
        .expect("the page is built");
    let script = wasm.replace("_bg.wasm", ".js");
    let missing = |path: &str| {
        Router::new().route(
            &format!("/some/folder/{path}"),
            get(|| async { StatusCode::NOT_FOUND }),
        )
    };
    for (routes, browser, says) in [
        (missing(&wasm), "", "could not be opened"),
        (missing(&script), "", "could not be opened"),
        (
            Router::new(),
            "delete window.WebAssembly",
            "no WebAssembly.",
        ),
        (
            Router::new(),
            "WebAssembly.validate = () => false",
            "no WebAssembly with SIMD",
        ),
    ] {
        let page = Page::open_on(site::page_with(routes).await, browser).await;
        page.wait_text("#failed", says).await;
        page.close_broken().await;
    }
}

#[tokio::test]
async fn a_page_that_panics_says_so_and_takes_nothing_any_more() {
    let page = Page::open("").await;
    page.wait_results().await;
    assert_eq!(
        page.ask("document.getElementById('failed').hidden").await,
        true
    );
    // what the page takes for granted of every browser
    execute(
        &page,
        "document.createElement = () => { throw new Error('refused') };
         [...document.querySelectorAll('nav a')].find(a => a.innerText === 'Networks').click()",
    )
    .await;
    page.wait_text(
        "#failed",
        "The page has stopped because of a fault in it (panicked at",
    )
    .await;
    assert_eq!(page.ask("document.querySelector('main').inert").await, true);
    assert_eq!(
        page.ask("document.querySelector('.run [role=status]').textContent")
            .await,
        "Failed"
    );
    page.close_broken().await;
}

/// A host of a study whose second file never comes, and that counts who has asked for it.
async fn hanging() -> site::Site {
    let study =
        std::fs::read_to_string(project("tests/cases/ids/study/study.json")).expect("a case");
    let routes = Router::new()
        .route(
            "/study.json",
            get(move || async move { ([(header::CONTENT_TYPE, "application/json")], study) }),
        )
        .fallback(|| async {
            std::future::pending::<()>().await;
            StatusCode::OK
        });
    let allow = axum::http::HeaderValue::from_static("*");
    let allow = tower_http::set_header::SetResponseHeaderLayer::overriding(
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        allow,
    );
    site::serve(routes.layer(allow)).await
}

#[tokio::test]
async fn a_server_that_sends_nothing_is_given_up() {
    let there = hanging().await;
    let page = Page::open_on(site::page().await, FAST).await;
    let link = format!("#study={}/study.json&run&v=1", there.address);
    page.go(&link).await;
    page.wait_text(".unopened", "sent nothing for 30 seconds")
        .await;
    page.wait("!document.querySelector('progress')").await;
    assert_eq!(page.ask("location.hash").await, link);
    assert!(!page.text("body").await.contains("no activations"));
    page.press("Try again").await;
    page.wait("!!document.querySelector('progress')").await;
    page.wait_text(".unopened", "sent nothing for 30 seconds")
        .await;
    page.press("Open the demo").await;
    page.wait_results().await;
    page.close().await;
}

#[tokio::test]
async fn fetching_that_is_cancelled_leaves_a_working_page() {
    let there = hanging().await;
    let page = Page::open("").await;
    let link = format!("#study={}/study.json&run&v=1", there.address);
    page.go(&link).await;
    page.wait_text(".run", "Fetching").await;
    assert!(!page.text("body").await.contains("no activations"));
    page.press("Cancel").await;
    page.wait_text(".unopened", "you cancelled it").await;
    page.wait("!document.querySelector('progress')").await;
    assert_eq!(page.ask("location.hash").await, link);
    assert!(!page.text("body").await.contains("no activations"));
    assert!(page.is_enabled("Try again").await);
    page.add_files(&files(&case("plain"), &["activations", "rdm"]))
        .await;
    page.wait("location.hash === '#files=own&v=1'").await;
    assert_eq!(page.text(".unopened").await, "");
    page.press("Run analysis").await;
    page.wait_text("#finding", "predicted by W").await;
    page.close().await;
}
