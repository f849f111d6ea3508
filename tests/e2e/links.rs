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
    let hash = first.hash().await;
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
async fn links_that_cannot_be_opened_say_why_and_stay_in_the_address() {
    let page = Page::open("").await;
    let allowing = site::elsewhere(true).await.address;
    let refusing = site::elsewhere(false).await.address;
    let study = "studies/ids/study";
    for (link, says) in [
        (
            format!("#study={allowing}/nowhere/study.json&v=1"),
            "is not there (404)",
        ),
        (format!("#study={allowing}/other.json&v=1"), "not a study"),
        (
            format!("#study={allowing}/{study}/page.json&v=1"),
            "is not JSON",
        ),
        (
            format!("#study={allowing}/{study}/later.json&v=1"),
            "universal-dimensions/2",
        ),
        (
            format!("#study={allowing}/{study}/large.json&v=1"),
            "is larger than 4.0 MB",
        ),
        (
            format!("#study={allowing}/{study}/one.json&folds=70&v=1"),
            "Folds is 1",
        ),
        (
            format!("#study={allowing}/{study}/script.json&v=1"),
            "begins with javascript:",
        ),
        (
            format!("#study={allowing}/{study}/lacks.json&run&v=1"),
            "is not there (404)",
        ),
        (format!("#study={refusing}/{study}/study.json&v=1"), "CORS"),
        (
            "#study=http://127.0.0.1:9/study.json&v=1".to_owned(),
            "cannot be reached",
        ),
        (
            "#study=javascript:alert(1)&v=1".to_owned(),
            "begins with javascript:",
        ),
        (
            "#study=data:application/json,%7B%7D&v=1".to_owned(),
            "begins with data:",
        ),
        (
            "#study=file:///etc/passwd&v=1".to_owned(),
            "begins with file:",
        ),
        (
            "#study=blob:https://a.org/x&v=1".to_owned(),
            "begins with blob:",
        ),
        (
            "#study=https://somebody:secret@a.org/study.json&v=1".to_owned(),
            "a user name or a password",
        ),
        (
            "#study=http://a.org/study.json&v=1".to_owned(),
            "begins with http:",
        ),
        ("#demo=shared-latents&v=99".to_owned(), "later version"),
        ("#demo=another&v=1".to_owned(), "damaged"),
        ("#nonsense".to_owned(), "damaged"),
        (
            format!("#{}", "x".repeat(1 << 20)),
            "1,048,576 characters long",
        ),
    ] {
        page.go(&link).await;
        page.wait_text(".unopened", says).await;
        page.wait("!document.querySelector('progress')").await;
        let shown = link.get(..60).unwrap_or(&link);
        assert_eq!(page.hash().await, link, "{shown}");
        let said = page.text("body").await;
        assert!(
            !said.contains("no activations") && !said.contains("secret"),
            "{shown}: {said}"
        );
        assert!(page.text(".unopened").await.len() < 600, "{shown}");
        assert!(page.is_enabled("Try again").await, "{shown}");
        assert!(page.is_enabled("Add files").await, "{shown}");
    }
    // it is the user who leaves the address
    page.press("Open the demo").await;
    page.wait_results().await;
    assert!(page.hash().await.starts_with("#demo=shared-latents"));
    // and comes back to it
    page.driver.back().await.expect("goes back");
    page.wait_text(".unopened", "characters long").await;
    page.close().await;
}

#[tokio::test]
async fn a_link_of_a_megabyte_is_answered_within_a_second() {
    let page = Page::open("").await;
    page.wait_results().await;
    let seconds = page
        .driver
        .execute_async(
            "const done = arguments[0], began = performance.now();
             location.hash = '#folds=' + 'x'.repeat(1 << 20);
             (function look() {
                 const said = document.querySelector('.unopened').innerText;
                 if (said.includes('characters long')) done((performance.now() - began) / 1000);
                 else setTimeout(look, 10);
             })()",
            Vec::new(),
        )
        .await
        .expect("runs");
    let seconds = seconds.json().as_f64().unwrap_or(f64::NAN);
    assert!(seconds < 1.0, "{seconds}");
    // what was there before is there still
    assert!(page.text("#finding").await.contains("dimensions"));
    page.press("Stay here").await;
    page.wait("location.hash === '#demo=shared-latents&v=1'")
        .await;
    page.close().await;
}

#[tokio::test]
async fn values_that_cannot_be_are_refused_in_the_same_words_by_links_and_fields() {
    let page = Page::open("").await;
    page.wait_results().await;
    for (tab, label, field, value, expected) in [
        (
            "Dimensions",
            "Folds",
            "folds",
            "0",
            "a whole number from 2 to",
        ),
        (
            "Dimensions",
            "Folds",
            "folds",
            "121",
            "a whole number from 2 to 60",
        ),
        (
            "Dimensions",
            "Components",
            "components",
            "0",
            "a whole number from 1 to 100000",
        ),
        (
            "Dimensions",
            "Seed",
            "seed",
            "-1",
            "a whole number from 0 to 18446744073709551615",
        ),
        (
            "Dimensions",
            "RDM scale",
            "rdmscale",
            "0",
            "a number from 0.001 to 1000000000",
        ),
        (
            "Dimensions",
            "RDM scale",
            "rdmscale",
            "1e308",
            "a number from 0.001 to 1000000000",
        ),
        (
            "Dimensions",
            "Permutations",
            "permutations",
            "10001",
            "a whole number from 0 to 10000",
        ),
        (
            "Dimensions",
            "Bootstraps",
            "bootstraps",
            "100000000",
            "a whole number from 1 to 100000",
        ),
        (
            "Dimensions",
            "Random draws",
            "draws",
            "100000000",
            "a whole number from 1 to 10000",
        ),
        (
            "Dimensions",
            "Seed of chance",
            "chance",
            "1.5",
            "a whole number from 0 to",
        ),
        (
            "Dimensions",
            "Draw",
            "draw",
            "4294967296",
            "a whole number from 0 to 4294967295",
        ),
        (
            "RDMs",
            "Keep",
            "kept",
            "0",
            "a whole number from 1 to 100000",
        ),
        (
            "Image map",
            "Pooled",
            "pooled",
            "0",
            "a whole number from 2 to 2000",
        ),
        (
            "Image map",
            "Layout seed",
            "layoutseed",
            "-1",
            "a whole number from 0 to",
        ),
        (
            "Simulation",
            "Seed of simulation",
            "simseed",
            "0.5",
            "a whole number from 0 to",
        ),
    ] {
        // with a scale that the demo makes nothing of, so that its field is there
        let link = format!("#demo=shared-latents&rdmscale=7&{field}={value}&v=1");
        page.go(&link).await;
        let sentence = format!("{label} is {value}. Expected {expected}");
        page.wait_text(".messages", &sentence).await;
        page.wait_results().await;
        assert_eq!(page.hash().await, link);
        page.open_tab(tab).await;
        page.wait(&format!(
            "[...document.querySelectorAll('label')].some(l => l.textContent.trim().startsWith({label:?}))"
        ))
        .await;
        page.set_number(label, value).await;
        page.wait(&format!(
            "[...document.querySelectorAll('.wrong')].some(p => p.innerText.startsWith({sentence:?}) && p.innerText.endsWith(' is used.'))"
        ))
        .await;
    }
    page.close().await;
}

#[tokio::test]
async fn every_option_that_a_link_carries_has_a_control_that_shows_it() {
    let page = Page::open("").await;
    let said = "mapping=ols&components=7&folds=6&seed=12&pooling=mean&zscore=1&rdmscale=500&scope=set\
                &pairs=published&permutations=8&bootstraps=9&draws=10&chance=13";
    page.go(&format!(
        "#demo=shared-latents&networks=5&shared=3&private=9&noise=80&draw=77&{said}&v=1"
    ))
    .await;
    page.wait_results().await;
    let value = |label: &str| {
        format!(
            "(l => l.querySelector('select') ? l.querySelector('select').selectedOptions[0].text : l.querySelector('input').value)([...document.querySelectorAll('aside label')].find(l => l.textContent.trim().startsWith({label:?})))"
        )
    };
    for (label, shown) in [
        ("Mapping", "Least squares"),
        ("Components", "7"),
        ("Folds", "6"),
        ("Seed", "12"),
        ("Feature maps", "Mean"),
        ("Voxels", "z-scored"),
        ("RDM scale", "500"),
        ("Universality across", "Networks of the same set"),
        ("Subject pairs", "As published"),
        ("Permutations", "8"),
        ("Bootstraps", "9"),
        ("Random draws", "10"),
        ("Seed of chance", "13"),
        ("Networks", "5"),
        ("Shared latents", "3"),
        ("Private latents", "9"),
        ("Noise, %", "80"),
        ("Draw", "77"),
    ] {
        assert_eq!(page.ask(&value(label)).await, shown, "{label}");
    }
    page.close().await;
}
