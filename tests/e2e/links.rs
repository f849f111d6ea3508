//! Links: what they restore in a fresh browser, and what is said of those that cannot be opened.

use crate::page::Page;
use crate::site;

#[tokio::test]
async fn a_link_shows_the_same_picture_in_a_fresh_browser() {
    let first = Page::open("#demo=shared-latents&networks=5&noise=100&draw=3&v=1").await;
    first.wait_text("#finding", "480 dimensions").await;
    first.wait_results().await;
    first.choose("Colour by", "Network").await;
    first.wait_text(".legend", "network 5").await;
    let canvas = first
        .driver
        .find(thirtyfour::By::Id("figure"))
        .await
        .expect("a figure");
    canvas
        .send_keys(thirtyfour::Key::Right.value().to_string())
        .await
        .expect("takes keys");
    first
        .wait("location.hash.includes('pick=') && location.hash.includes('colour=network')")
        .await;
    let hash = first
        .ask("location.hash")
        .await
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let (sentence, chosen, picture) = (
        first.text("#finding").await,
        first.text(".insp").await,
        first.picture().await,
    );
    first.close().await;

    let second = Page::open(&hash).await;
    second.wait_text("#finding", "480 dimensions").await;
    second.wait_results().await;
    assert_eq!(second.text("#finding").await, sentence);
    assert_eq!(second.text(".insp").await, chosen);
    second
        .wait(&format!(
            "document.querySelector('canvas').toDataURL() === {picture:?}"
        ))
        .await;
    second.close().await;
}

#[tokio::test]
async fn copy_link_gives_the_address_of_the_page() {
    let page = Page::open("").await;
    page.wait_results().await;
    page.choose("Show", "Mean").await;
    page.press("Copy link").await;
    // a browser that does not let the page copy shows the address instead
    page.wait("!!document.querySelector('.address') || document.querySelector('.said').innerText === 'Link copied'").await;
    let shown = page
        .ask("document.querySelector('.address')?.value ?? location.href")
        .await;
    assert_eq!(shown, page.ask("location.href").await);
    assert!(shown.as_str().unwrap_or_default().contains("show=mean"));
    page.close().await;
}

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
async fn a_hosted_study_opens_by_its_address() {
    let page = Page::open("").await;
    // beside the page, by a relative address
    page.go("#study=../../studies/ids/study/study.json&v=1")
        .await;
    page.wait_text("header .study", "Ids").await;
    page.wait_results().await;
    assert!(page.text("aside").await.contains("31"));
    assert_eq!(
        page.ask("document.querySelectorAll('input[type=number]')[1].value")
            .await,
        "4"
    );
    // and from another host that allows it
    let elsewhere = site::elsewhere(true).await;
    page.go(&format!(
        "#study={}/studies/ids/study/study.json&v=1",
        elsewhere.address
    ))
    .await;
    page.wait_results().await;
    page.wait_text("header .study", "Ids").await;
    page.close().await;
}

const FOLDS: &str = "[...document.querySelectorAll('label')].find(l => l.innerText.startsWith('Folds')).querySelector('input').value";

#[tokio::test]
async fn a_link_made_at_the_default_over_a_hosted_study_that_says_otherwise_reopens_at_the_default()
{
    let elsewhere = site::elsewhere(true).await;
    let first = Page::open(&format!(
        "#study={}/studies/ids/study/ten.json&v=1",
        elsewhere.address
    ))
    .await;
    first.wait_text("header .study", "Ids").await;
    first.wait_results().await;
    assert_eq!(first.ask(FOLDS).await, "10");
    assert_eq!(first.ask("location.hash.includes('folds')").await, false);
    first.set_number("Folds", "5").await;
    first.wait("location.hash.includes('&folds=5&')").await;
    first.press("Run analysis").await;
    first.wait_text(".run", "computed in").await;
    let (hash, finding) = (
        first.ask("location.hash").await,
        first.text("#finding").await,
    );
    // an empty field is what the study says
    first.set_number("Folds", "").await;
    first.wait(&format!("{FOLDS} === '10'")).await;
    first.wait("!location.hash.includes('folds')").await;
    first.close().await;

    let second = Page::open(hash.as_str().unwrap_or_default()).await;
    second.wait_text("header .study", "Ids").await;
    second.wait_results().await;
    assert_eq!(second.ask(FOLDS).await, "5");
    assert_eq!(second.text("#finding").await, finding);
    assert_eq!(second.ask("location.hash").await, hash);
    second.close().await;
}

#[tokio::test]
async fn links_that_cannot_be_opened_say_why_and_leave_a_working_page() {
    let page = Page::open("").await;
    let allowing = site::elsewhere(true).await.address;
    let refusing = site::elsewhere(false).await.address;
    for (hash, says) in [
        (
            format!("#study={allowing}/nowhere/study.json&v=1"),
            "is not there (404)",
        ),
        (format!("#study={allowing}/other.json&v=1"), "not a study"),
        (
            format!("#study={refusing}/studies/ids/study/study.json&v=1"),
            "CORS",
        ),
        (
            "#study=http://127.0.0.1:9/study.json&v=1".to_owned(),
            "cannot be reached",
        ),
        ("#demo=shared-latents&v=99".to_owned(), "later version"),
        ("#demo=shared-latents&folds=many&v=1".to_owned(), "damaged"),
        (
            "#demo=shared-latents&folds=1&v=1".to_owned(),
            "a whole number from 2 to 10000",
        ),
        (
            "#demo=shared-latents&folds=121&v=1".to_owned(),
            "a whole number from 2 to 60",
        ),
        (
            "#demo=shared-latents&rdmscale=0&v=1".to_owned(),
            "a number from 0.001 to 1000000000",
        ),
        (
            "#demo=shared-latents&bootstraps=100000000&v=1".to_owned(),
            "a whole number from 1 to 100000",
        ),
        (
            format!("#study={allowing}/studies/ids/study/one.json&folds=70&v=1"),
            "folds is 1",
        ),
        ("#files=own&v=1".to_owned(), "somebody's own files"),
    ] {
        page.go(&hash).await;
        page.wait_text(".messages", says).await;
        page.wait_results().await;
        assert!(
            page.is_enabled("Run analysis").await
                || page.text("aside").await.contains("Simulation"),
            "{hash}"
        );
    }
    page.close().await;
}
