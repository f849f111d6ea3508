//! The browser's history: what is a step of it, and where steps lead.

use crate::page::Page;
use crate::site;

#[tokio::test]
async fn back_and_forward_walk_through_what_was_set() {
    let page = Page::open("").await;
    page.wait_results().await;
    page.choose("Show", "Dots").await;
    page.wait("location.hash.includes('show=dots')").await;
    page.choose("Colour by", "Layer depth").await;
    page.wait_text(".legend", "first layer").await;
    page.driver.back().await.expect("goes back");
    page.wait("!location.hash.includes('colour') && location.hash.includes('show=dots')")
        .await;
    page.wait("!document.querySelector('.legend').innerText.includes('first layer')")
        .await;
    page.driver.back().await.expect("goes back");
    page.wait("!location.hash.includes('show')").await;
    page.driver.forward().await.expect("goes forward");
    page.wait("location.hash.includes('show=dots')").await;
    page.close().await;
}

#[tokio::test]
async fn a_gesture_is_one_step_of_the_history_and_in_a_frame_none() {
    let page = Page::open("").await;
    page.wait_results().await;
    let before = page
        .ask("history.length")
        .await
        .as_u64()
        .unwrap_or_default();
    // a slider that is drawn through its values
    page.driver
        .execute_async(
            "const done = arguments[0], slider = document.querySelector('aside input[type=range]');
             const fire = (type, kind) => slider.dispatchEvent(new kind(type, { bubbles: true }));
             fire('pointerdown', PointerEvent);
             let value = 2;
             (function draw() {
                 if (value > 12) { fire('pointerup', PointerEvent); return setTimeout(done, 300); }
                 slider.value = value++; fire('input', Event); setTimeout(draw, 60);
             })()",
            Vec::new(),
        )
        .await
        .expect("runs");
    page.wait("location.hash.includes('networks=12')").await;
    assert_eq!(page.ask("history.length").await, before + 1);
    page.wait_results().await;
    // keys that are pressed one after another
    let canvas = page
        .driver
        .find(thirtyfour::By::Id("figure"))
        .await
        .expect("a figure");
    for _ in 0..15 {
        canvas
            .send_keys(thirtyfour::Key::Right.value().to_string())
            .await
            .expect("takes keys");
    }
    page.wait("location.hash.includes('pick=')").await;
    assert_eq!(page.ask("history.length").await, before + 2);
    page.driver.back().await.expect("goes back");
    page.wait("!location.hash.includes('pick=') && location.hash.includes('networks=12')")
        .await;
    page.driver.back().await.expect("goes back");
    page.wait("!location.hash.includes('networks')").await;
    page.close().await;

    let framing = axum::Router::new().route(
        "/around.html",
        axum::routing::get(|| async {
            axum::response::Html("<iframe src='some/folder/' width=1200 height=900></iframe>")
        }),
    );
    let page = Page::open_on(site::page_with(framing).await, "").await;
    let around = format!("{}/around.html", page.site.address);
    page.driver.goto(around).await.expect("opens");
    let before = page.ask("history.length").await;
    page.driver.enter_frame(0).await.expect("has a frame");
    page.wait_results().await;
    page.choose("Show", "Dots").await;
    page.wait("location.hash.includes('show=dots')").await;
    page.open_tab("Networks").await;
    page.wait("location.hash.includes('tab=networks')").await;
    page.driver
        .enter_default_frame()
        .await
        .expect("leaves the frame");
    assert_eq!(page.ask("history.length").await, before);
    page.close().await;
}

#[tokio::test]
async fn back_to_the_demo_and_forward_keeps_own_results() {
    let page = Page::open("").await;
    page.wait_results().await;
    page.analyse_plain_case().await;
    let finding = page.text("#finding").await;
    page.driver.back().await.expect("goes back");
    page.wait_text("#finding", "768 dimensions").await;
    page.wait_results().await;
    page.driver.forward().await.expect("goes forward");
    page.wait(&format!(
        "document.querySelector('#finding')?.innerText === {finding:?}"
    ))
    .await;
    page.wait_text(".files", "6 arrays").await;
    page.close().await;
}
