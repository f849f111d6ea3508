//! Links: what they restore in a fresh browser, and what is said of those that cannot be opened.

use crate::page::{Page, case, files};
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
    // on the page that may fetch from other servers, which says where from and how much
    page.wait("location.pathname === '/some/folder/hosted.html'")
        .await;
    page.wait_text(".unopened", "\u{201c}Ids\u{201d} from 127.0.0.1")
        .await;
    page.wait_text(".unopened", "kB in all").await;
    assert!(page.text(".drop").await.contains("its code alone"));
    assert!(!page.text("body").await.contains("no activations"));
    page.fetch_offered().await;
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
    page.fetch_offered().await;
    page.wait_results().await;
    page.wait_text("header .study", "Ids").await;
    let hash = page.ask("location.hash").await;
    assert!(!hash.as_str().unwrap_or_default().contains("run"));
    // at once, where the link says so
    page.go(&format!(
        "#study={}/studies/ids/study/study.json&run&v=1",
        elsewhere.address
    ))
    .await;
    page.wait_results().await;
    page.wait_text("header .study", "Ids").await;
    page.wait("location.hash.includes('&run&')").await;
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
    first.fetch_offered().await;
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
    second.fetch_offered().await;
    second.wait_text("header .study", "Ids").await;
    second.wait_results().await;
    assert_eq!(second.ask(FOLDS).await, "5");
    assert_eq!(second.text("#finding").await, finding);
    assert_eq!(second.ask("location.hash").await, hash);
    second.close().await;
}

/// What stands in the address.
async fn hash(page: &Page) -> String {
    let hash = page.ask("location.hash").await;
    hash.as_str().unwrap_or_default().to_owned()
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
        assert_eq!(hash(&page).await, link, "{shown}");
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
    assert!(hash(&page).await.starts_with("#demo=shared-latents"));
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
        assert_eq!(hash(&page).await, link);
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
    page.add_files(&files(&case("plain"), &["activations", "rdm"]))
        .await;
    page.press("Run analysis").await;
    page.wait_text("#finding", "predicted by W").await;
    page.wait_results().await;
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

#[tokio::test]
async fn a_hosted_study_replaces_own_files_only_when_it_is_there_and_wanted() {
    let allowing = site::elsewhere(true).await.address;
    let study = format!("{allowing}/studies/ids/study/study.json");
    // from the page that connects to no other, it opens elsewhere
    let page = Page::open("").await;
    page.wait_results().await;
    page.add_files(&files(&case("plain"), &["activations", "rdm"]))
        .await;
    let go = |address: &str| format!("location.hash = '#study={address}&run&v=1'");
    page.driver
        .execute(go(&study), Vec::new())
        .await
        .expect("runs");
    page.wait_text(".unopened", "opens on another page").await;
    page.press("Stay here").await;
    page.wait("location.hash === '#files=own&v=1'").await;
    page.wait_text(".files", "6 arrays").await;
    page.close().await;

    // on the page that fetches: first one that cannot be had
    let page = Page::open("").await;
    let there = format!("{}/some/folder/hosted.html", page.site.address);
    page.driver.goto(&there).await.expect("opens");
    page.wait_results().await;
    page.add_files(&files(&case("plain"), &["activations", "rdm"]))
        .await;
    page.press("Run analysis").await;
    page.wait_text("#finding", "predicted by W").await;
    page.wait_results().await;
    let finding = page.text("#finding").await;
    let lacking = format!("{allowing}/studies/ids/study/lacks.json");
    page.driver
        .execute(go(&lacking), Vec::new())
        .await
        .expect("runs");
    // although the link says run: something would be lost
    page.wait_text(".unopened", "takes the place of the files and results")
        .await;
    page.press("Fetch and analyse").await;
    page.wait_text(".unopened", "is not there (404)").await;
    assert_eq!(page.text("#finding").await, finding);
    page.wait_text(".files", "6 arrays").await;
    let copied = page.ask("location.hash").await;
    assert_eq!(copied, format!("#study={lacking}&run&v=1"));
    page.press("Stay here").await;
    page.wait("location.hash === '#files=own&v=1'").await;
    // then one that is there
    page.driver
        .execute(go(&study), Vec::new())
        .await
        .expect("runs");
    page.fetch_offered().await;
    page.wait_text("header .study", "Ids").await;
    page.wait_results().await;
    assert_ne!(page.text("#finding").await, finding);
    page.close().await;
}
