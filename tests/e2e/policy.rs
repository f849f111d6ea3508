//! What the page may not do: whatever is tried, nothing goes to another server.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::routing::get;

use crate::page::Page;
use crate::site::{self, Site, project};

/// A server elsewhere that allows everybody everything, and counts who asks.
async fn counting() -> (Site, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let counts = asked.clone();
    let routes = Router::new().fallback(move || {
        let counts = counts.clone();
        async move {
            counts.fetch_add(1, Ordering::Relaxed);
            let all = HeaderValue::from_static("*");
            (
                [(header::ACCESS_CONTROL_ALLOW_ORIGIN, all)],
                "window.intruded = true",
            )
        }
    });
    (site::serve(routes).await, asked)
}

/// What a script of the page could try. Each settles, whether it is blocked or not.
const TRIES: &str = "
    const settled = promise => promise.then(() => 'done', () => 'refused');
    const loaded = element => settled(new Promise((yes, no) => {
        element.onload = yes; element.onerror = no;
        document.body.append(element);
        setTimeout(no, 1500);
    }));
    const made = (name, more) => Object.assign(document.createElement(name), more);
    window.tries = {
        fetch: () => settled(fetch(there + '/fetch')),
        'no-cors': () => settled(fetch(there + '/no-cors', { mode: 'no-cors' })),
        request: () => settled(new Promise((yes, no) => {
            const request = new XMLHttpRequest();
            request.onload = yes; request.onerror = no;
            request.open('GET', there + '/request'); request.send();
        })),
        beacon: () => settled(navigator.sendBeacon(there + '/beacon', 'data') ? Promise.resolve() : Promise.reject()),
        socket: () => settled(new Promise((yes, no) => {
            const socket = new WebSocket(there.replace('http', 'ws') + '/socket');
            socket.onopen = yes; socket.onerror = no;
        })),
        events: () => settled(new Promise((yes, no) => {
            const events = new EventSource(there + '/events');
            events.onopen = yes; events.onerror = () => { events.close(); no(); };
        })),
        image: () => loaded(made('img', { src: there + '/image' })),
        script: () => loaded(made('script', { src: there + '/script' })),
        style: () => loaded(made('link', { rel: 'stylesheet', href: there + '/style' })),
        frame: () => loaded(made('iframe', { src: there + '/frame' })),
        object: () => loaded(made('object', { data: there + '/object' })),
        sound: () => loaded(made('audio', { src: there + '/sound', preload: 'auto' })),
        font: () => settled(new FontFace('x', `url(${there}/font)`).load()),
        inline: () => loaded(made('script', { text: 'window.intruded = true' })),
        // by a task of its own: what WebDriver itself runs may evaluate
        'eval': () => settled(new Promise((yes, no) => setTimeout(() => {
            try { (0, eval)('window.intruded = true'); yes(); } catch { no(); }
        }))),
        worker: () => settled(new Promise((yes, no) => {
            const source = `fetch('${there}/worker').then(() => postMessage(true), () => postMessage(false))`;
            const worker = new Worker(URL.createObjectURL(new Blob([source])));
            worker.onmessage = event => event.data ? yes() : no();
            worker.onerror = no;
            setTimeout(no, 1500);
        })),
        form: () => {
            const form = made('form', { action: there + '/form', target: 'other' });
            document.body.append(form); form.submit();
            return new Promise(yes => setTimeout(() => yes('refused'), 500));
        },
    };";

#[tokio::test]
async fn nothing_that_a_script_of_the_page_tries_reaches_another_server() {
    let (there, asked) = counting().await;
    let page = Page::open("").await;
    page.wait_results().await;
    let script = format!("window.there = {:?}; {TRIES}", there.address);
    page.driver.execute(script, Vec::new()).await.expect("runs");
    let names = page.ask("Object.keys(tries)").await;
    for name in names.as_array().expect("names") {
        let script = format!("const done = arguments[0]; tries[{name}]().then(done)");
        let told = page.driver.execute_async(script, Vec::new()).await;
        // what is blocked of these is said to be done
        let is_told =
            !["beacon", "inline", "frame", "object"].contains(&name.as_str().unwrap_or_default());
        if is_told {
            assert_eq!(told.expect("runs").json(), "refused", "{name}");
        }
        assert_eq!(asked.load(Ordering::Relaxed), 0, "{name}");
    }
    assert_eq!(page.ask("window.intruded ?? false").await, false);
    // each was blocked by the policy, and told as that
    let told = page.ask("complaints.length").await.as_u64();
    assert!(told >= Some(14), "{told:?}");
    page.close_broken().await;
}

#[tokio::test]
async fn the_workers_of_the_page_are_kept_to_its_policy() {
    let (there, asked) = counting().await;
    let script = std::fs::read_to_string(project("dist/start-worker.js")).expect("dist/ is built");
    let tries = format!(
        "await fetch('{}/worker').catch(() => {{}});\n{script}",
        there.address
    );
    let routes = Router::new().route(
        "/some/folder/start-worker.js",
        get(move || async move { ([(header::CONTENT_TYPE, "text/javascript")], tries) }),
    );
    let page = Page::open_on(site::page_with(routes).await, "").await;
    page.wait_results().await;
    assert_eq!(asked.load(Ordering::Relaxed), 0);
    page.close().await;
}

#[tokio::test]
async fn own_files_are_read_analysed_and_exported_without_a_request_to_anybody() {
    let page = Page::open("").await;
    page.wait_results().await;
    page.analyse_plain_case().await;
    for tab in ["Networks", "RDMs", "Image map", "Dimensions"] {
        page.open_tab(tab).await;
        page.wait("!document.querySelector('progress')").await;
    }
    page.download("Download dimensions (CSV)", "dimensions.csv")
        .await;
    let others = "performance.getEntriesByType('resource').map(entry => entry.name)
        .filter(name => !name.startsWith(location.origin + '/') && !name.startsWith('blob:' + location.origin))";
    assert_eq!(page.ask(others).await, serde_json::json!([]));
    let all = page
        .ask("performance.getEntriesByType('resource').length")
        .await;
    assert!(all.as_u64() >= Some(3), "{all}");
    // nothing was tried either, which closing looks at
    page.close().await;
}

#[tokio::test]
async fn the_second_page_is_the_first_but_for_where_it_connects_to() {
    let read = |name: &str| std::fs::read_to_string(project("dist").join(name)).expect("is built");
    let (first, second) = (read("index.html"), read("hosted.html"));
    assert!(first.contains("connect-src 'self';"));
    assert_eq!(
        second.replace(" https: http://127.0.0.1:* http://localhost:*;", ";"),
        first
    );
    for page in [first, second] {
        // addresses are relative, so that any folder serves
        assert!(!page.contains("=\"/"), "{page}");
        assert!(!page.contains("<script type=\"module\">"), "{page}");
    }
}
