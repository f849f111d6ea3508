//! What a user has is not lost by a press of one button.

use crate::own_files::slow_study;
use crate::page::{Page, case, files};

#[tokio::test]
async fn removing_all_files_is_asked_about() {
    let page = Page::open("").await;
    page.wait_results().await;
    page.add_files(&files(&case("plain"), &["activations", "rdm"]))
        .await;
    for (answer, stays) in [("Keep them", true), ("Remove", false)] {
        page.press("Remove all files").await;
        page.wait("document.querySelector('dialog').open").await;
        assert!(page.text("dialog").await.contains("6 arrays"));
        page.wait_button(answer).await;
        page.press(answer).await;
        page.wait("!document.querySelector('dialog').open").await;
        if stays {
            page.wait_text(".files", "6 arrays").await;
        } else {
            page.wait_text(".intro", "Shared latents").await;
            page.wait_results().await;
        }
    }
    page.close().await;
}

#[tokio::test]
async fn files_that_come_during_an_analysis_do_not_end_it_unasked() {
    let folder = tempfile::tempdir().expect("a folder");
    let page = Page::open("").await;
    page.wait_results().await;
    page.add_files(&slow_study(folder.path())).await;
    page.wait_text(".files", "4 arrays").await;
    let other = files(&case("plain"), &["activations_a__conv1"]);
    for (answer, arrays) in [
        ("Do not add them", "4 arrays"),
        ("Add them when it is done", "5 arrays"),
    ] {
        page.press("Run analysis").await;
        page.wait("!!document.querySelector('progress')").await;
        page.hand_over(&other).await;
        page.wait("document.querySelector('dialog').open").await;
        page.press(answer).await;
        page.wait_text("#finding", "1,200 dimensions").await;
        page.wait("!document.querySelector('progress')").await;
        page.wait_text(".files", arrays).await;
        page.set_number("Seed", "99").await;
    }
    page.close().await;
}

#[tokio::test]
async fn null_lines_stay_when_others_are_cancelled() {
    let page = Page::open("").await;
    page.wait_results().await;
    page.set_number("Permutations", "2").await;
    page.press("Compute null lines").await;
    page.wait("!!document.querySelector('progress')").await;
    page.wait_results().await;
    page.wait_text(".chance", "2 permutations").await;
    page.set_number("Permutations", "10000").await;
    page.press("Compute null lines").await;
    page.wait("!!document.querySelector('progress')").await;
    page.press("Cancel").await;
    page.wait("!document.querySelector('progress')").await;
    page.wait_text(".chance", "2 permutations").await;
    page.close().await;
}
