//! What a study leaves behind when it is taken off the page: nothing that grows.

use serde_json::json;

use crate::page::{Page, case, files};
use crate::site;

/// Counts the workers that live, the object URLs that are not given back, and keeps the module's memory.
const COUNTS: &str = "
    window.workers = 0;
    window.Worker = class extends Worker {
        constructor(...all) { super(...all); workers++; }
        terminate() { super.terminate(); workers--; }
    };
    window.urls = new Set();
    const { createObjectURL, revokeObjectURL } = URL;
    URL.createObjectURL = what => { const url = createObjectURL.call(URL, what); urls.add(url); return url; };
    URL.revokeObjectURL = url => { urls.delete(url); revokeObjectURL.call(URL, url); };
    addEventListener('TrunkApplicationStarted', event => window.memory = event.detail.wasm.memory);";

const REMOVE: &str = "[...document.querySelectorAll('button')].find(b => b.textContent === 'Remove all files').click()";

const AGREE: &str =
    "[...document.querySelectorAll('dialog button')].find(b => b.textContent === 'Remove').click()";

/// What is there after the garbage is gone.
#[derive(Debug)]
struct Counted {
    workers: i64,
    urls: i64,
    module: i64,
    listeners: f64,
    nodes: f64,
    heap: f64,
}

async fn count(page: &Page) -> Counted {
    for _ in 0..3 {
        page.cdp("HeapProfiler.collectGarbage", json!({})).await;
    }
    let answer = page.cdp("Performance.getMetrics", json!({})).await;
    let metric = |name: &str| {
        let metrics = answer["metrics"].as_array().into_iter().flatten();
        let found = metrics.into_iter().find(|metric| metric["name"] == name);
        found
            .and_then(|metric| metric["value"].as_f64())
            .expect("is measured")
    };
    let number = async |expression: &str| page.ask(expression).await.as_i64().expect("a number");
    Counted {
        workers: number("workers").await,
        urls: number("urls.size").await,
        module: number("memory.buffer.byteLength").await,
        listeners: metric("JSEventListeners"),
        nodes: metric("Nodes"),
        heap: metric("JSHeapUsedSize"),
    }
}

#[tokio::test]
async fn thirty_studies_leave_no_more_behind_than_three() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut all = files(
        &case("ids"),
        &["a__x", "b__x", "c__map", "rdm_V", "stimuli.csv"],
    );
    // pictures of two stimuli, which have addresses while they are shown
    for stimulus in ["im16", "im28"] {
        let picture = folder.path().join(format!("{stimulus}.png"));
        std::fs::write(&picture, b"\x89PNG\r\n\x1a\n").expect("writes");
        all.push(picture);
    }
    let page = Page::open_on(site::page().await, COUNTS).await;
    page.cdp("Performance.enable", json!({})).await;
    page.wait_results().await;
    let mut third = None;
    for round in 1..=30 {
        page.add_files(&all).await;
        // with the address of the workers' script, which stays
        page.wait("urls.size === 3").await;
        page.press("Run analysis").await;
        page.wait_text("#finding", "predicted by V").await;
        page.wait_results().await;
        // folded away after a run
        page.driver.execute(REMOVE, Vec::new()).await.expect("runs");
        page.wait_button("Remove").await;
        // not by WebDriver, which would keep the button
        page.driver.execute(AGREE, Vec::new()).await.expect("runs");
        page.wait_text(".intro", "Shared latents").await;
        page.wait_results().await;
        page.wait("document.querySelectorAll('.neighbours button').length === 8")
            .await;
        if round == 3 {
            third = Some(count(&page).await);
        }
    }
    let (third, last) = (third.expect("counted"), count(&page).await);
    println!("after 3: {third:?}\nafter 30: {last:?}");
    assert_eq!(last.workers, third.workers);
    assert_eq!((last.urls, third.urls), (1, 1));
    // some are created with what is looked at last
    assert!(
        last.listeners <= third.listeners * 1.05,
        "{third:?} {last:?}"
    );
    assert!(last.nodes <= third.nodes * 1.05, "{third:?} {last:?}");
    // 27 studies that stayed would be several times as much
    assert!(last.heap <= third.heap * 1.2, "{third:?} {last:?}");
    assert!(last.module <= third.module * 5 / 4, "{third:?} {last:?}");
    page.close().await;
}
