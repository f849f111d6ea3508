//! Studies on other hosts: how they are opened, and what they replace.

use crate::page::{Page, case, files};
use crate::site;

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
    page.analyse_plain_case().await;
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
