//! What somebody sees who opens the page for the first time, by eye, keyboard or phone.

use thirtyfour::prelude::*;

use crate::page::Page;

#[tokio::test]
async fn the_simulation_is_computed_and_explained_at_once() {
    let page = Page::open("").await;
    page.wait_results().await;
    assert!(page.text("#finding").await.contains("Spearman 0."));
    assert!(page.text(".intro").await.contains("Shared latents"));
    assert!(
        page.text(".drop")
            .await
            .contains("never leave your computer")
    );
    assert!(page.text(".insp").await.contains("Predicted by networks"));
    for button in [
        "Add files",
        "Add folder",
        "Copy link",
        "Run analysis",
        "Download dimensions (CSV)",
    ] {
        assert!(page.is_enabled(button).await, "{button}");
    }
    assert!(!page.is_enabled("Cancel").await);
    // something is drawn: more than one colour
    let colours = "new Set(new Uint32Array(document.querySelector('canvas').getContext('2d').getImageData(0, 0, 600, 500).data.buffer)).size > 20";
    page.wait(colours).await;
    // the browser had nothing to complain of either, which closing looks at
    page.close().await;
}

#[tokio::test]
async fn knobs_and_options_change_the_figure() {
    let page = Page::open("").await;
    page.wait_results().await;
    let before = page.picture().await;
    page.driver
        .execute(
            "const s = document.querySelector('input[type=range]'); s.value = 4; s.dispatchEvent(new Event('input', {bubbles: true}))",
            Vec::new(),
        )
        .await
        .expect("runs");
    page.wait_text(".intro", "4 networks").await;
    page.wait_text("#finding", "384 dimensions").await;
    page.wait_results().await;
    assert_ne!(before, page.picture().await);
    page.choose("Colour by", "Component rank").await;
    page.wait_text(".legend", "component 1").await;
    page.choose("Mapping", "Least squares").await;
    page.wait("location.hash.includes('mapping=ols')").await;
    page.wait_results().await;
    page.close().await;
}

#[tokio::test]
async fn keyboard_and_table_reach_every_dimension() {
    let page = Page::open("").await;
    page.wait_results().await;
    let canvas = page.driver.find(By::Id("figure")).await.expect("a figure");
    let first = page.text(".insp .name").await;
    canvas
        .send_keys(Key::Right.value().to_string())
        .await
        .expect("takes keys");
    page.wait(&format!(
        "document.querySelector('.insp .name').innerText !== {first:?}"
    ))
    .await;
    canvas
        .send_keys(Key::Home.value().to_string())
        .await
        .expect("takes keys");
    page.wait(&format!(
        "document.querySelector('.insp .name').innerText === {first:?}"
    ))
    .await;
    // the chosen row is marked in the table, which sorts both ways
    page.wait("document.querySelector('tr.on td.n:nth-child(5)').innerText !== ''")
        .await;
    let top = "parseFloat(document.querySelector('.table tbody tr td:nth-child(5)').innerText)";
    page.wait(&format!("{top} > 0.4")).await;
    page.press("Universality ↓").await;
    page.wait(&format!("{top} < 0")).await;
    page.press("Next").await;
    page.wait_text(".pages", "13 to 24 of").await;
    page.close().await;
}

#[tokio::test]
async fn a_phone_shows_the_figure_first_and_nothing_is_cut() {
    let page = Page::open_on_phone("").await;
    page.wait_results().await;
    assert_eq!(
        page.ask("document.documentElement.scrollWidth <= 360")
            .await,
        true
    );
    let figure_first = "document.querySelector('.figure').getBoundingClientRect().top < document.querySelector('aside').getBoundingClientRect().top";
    assert_eq!(page.ask(figure_first).await, true);
    page.close().await;
}
