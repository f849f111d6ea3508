//! How long the page takes for a study, in headless Chromium: `cargo bench --bench page -- FOLDER
//! [OUT.csv]`. `dist/` must be built. Prints the seconds of each of three runs, from "Run analysis" to
//! the figure, with as many workers as there are cores, and then with one worker.

#![cfg(not(target_arch = "wasm32"))]

#[path = "../tests/e2e/page.rs"]
#[allow(dead_code, reason = "the browser tests use all of it")]
mod page;
#[path = "../tests/e2e/site.rs"]
#[allow(dead_code, reason = "the browser tests use all of it")]
mod site;

use std::path::{Path, PathBuf};
use std::time::Duration;

use page::{Page, files};

const RUNS: usize = 3;

/// Notes how long a run's progress is seen.
const WATCH: &str = "
    let began;
    const watch = setInterval(() => {
        if (document.querySelector('progress')) began ??= performance.now();
        else if (began) {
            window.secondsOfRun = (performance.now() - began) / 1000;
            clearInterval(watch);
        }
    }, 10)";

fn main() {
    let arguments: Vec<PathBuf> = std::env::args_os()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .map(PathBuf::from)
        .collect();
    let Some(folder) = arguments.first() else {
        println!("skipped: cargo bench --bench page -- FOLDER [OUT.csv]");
        return;
    };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    for workers in [None, Some(1)] {
        let seconds: Vec<String> = (0..RUNS)
            .map(|_| runtime.block_on(run(folder, workers, arguments.get(1))))
            .map(|seconds| format!("{seconds:.2}"))
            .collect();
        let name = workers.map_or("all".to_owned(), |count: u32| count.to_string());
        println!("workers {name}: {}", seconds.join(" "));
    }
}

async fn run(folder: &Path, workers: Option<u32>, out: Option<&PathBuf>) -> f64 {
    let page = Page::open("").await;
    page.wait_results().await;
    if let Some(workers) = workers {
        limit_workers(&page, workers).await;
        page.wait_results().await;
    }
    page.add_files(&files(folder, &["activations_", "responses_"]))
        .await;
    // Timed inside, and asked for rarely: on two cores a driver that asks all the time is a third worker.
    page.driver.execute(WATCH, Vec::new()).await.expect("runs");
    page.press("Run analysis").await;
    let seconds = loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        if let Some(seconds) = page.ask("window.secondsOfRun").await.as_f64() {
            break seconds;
        }
    };
    if let Some(out) = out {
        // the relation is computed after the figure, and moves what is below it
        while !page.is_enabled("Download relation (CSV)").await {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        let table = page
            .download("Download dimensions (CSV)", "dimensions.csv")
            .await;
        std::fs::copy(table, out).expect("can be written");
    }
    page.close().await;
    seconds
}

/// Opens the page anew as a computer with so many cores would.
async fn limit_workers(page: &Page, count: u32) {
    let source =
        format!("Object.defineProperty(navigator, 'hardwareConcurrency', {{ value: {count} }})");
    let parameters = serde_json::json!({ "source": source });
    page.cdp("Page.addScriptToEvaluateOnNewDocument", parameters)
        .await;
    page.go("").await;
}
