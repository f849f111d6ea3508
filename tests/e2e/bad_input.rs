//! Files that are wrong: each is named with what was found and what to do, the page stays usable,
//! and what was loaded before stays loaded.

use std::path::{Path, PathBuf};

use crate::page::{Page, case, files};

/// A .npy file as NumPy writes it.
pub fn npy(descr: &str, shape: &str, body: &[u8]) -> Vec<u8> {
    let mut header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}");
    while (10 + header.len() + 1) % 64 != 0 {
        header.push(' ');
    }
    header.push('\n');
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(body);
    bytes
}

pub fn write(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, bytes).expect("writes");
    path
}

#[tokio::test]
async fn unreadable_files_are_named_and_change_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    let page = Page::open("").await;
    page.wait_results().await;
    page.add_files(&files(&case("plain"), &["activations", "rdm"]))
        .await;
    page.wait_text(".files", "6 arrays").await;

    let whole = std::fs::read(case("plain").join("activations_b__conv1.npy")).expect("a fixture");
    let many_rows = "1\n".repeat(10_000_000);
    for (name, bytes, says) in [
        (
            "cut__short.npy",
            whole[..whole.len() / 2].to_vec(),
            "cut short",
        ),
        (
            "lying__header.npy",
            npy("<f4", "(1000000000, 1000000)", &[0; 8]),
            "1000000000 x 1000000 elements",
        ),
        (
            "objects__pickled.npy",
            npy("|O", "(2,)", b"\x80\x04"),
            "pickled Python objects",
        ),
        ("features.pkl", b"\x80\x04\x95".to_vec(), "pickle"),
        ("nothing__at_all.npy", Vec::new(), "is empty"),
        (
            "page__saved.npy",
            b"<!doctype html>".to_vec(),
            "is a web page",
        ),
        ("uneven__rows.csv", b"1,2\n3\n".to_vec(), "row 2 has 1 cell"),
        (
            "far_too__long.csv",
            many_rows.into_bytes(),
            "10,000,000 rows",
        ),
        (
            "broken.zip",
            b"PK\x03\x04abc".to_vec(),
            "archive cannot be read",
        ),
        (
            "twice__listed.json",
            b"{\"format\": \"universal-dimensions/1\", \"nets\": 1}".to_vec(),
            "nets",
        ),
    ] {
        page.add_files(&[write(at, name, &bytes)]).await;
        page.wait_message(says).await;
        assert!(page.messages().await.contains(name), "{name}");
        assert!(page.text(".files").await.contains("6 arrays"), "{name}");
        assert!(!page.is_enabled("Run analysis").await, "{name}");
    }
    // what was there before still runs, once the user agrees
    page.press("Go on without the 10 files that cannot be read")
        .await;
    page.press("Run analysis").await;
    page.wait_results().await;
    page.close().await;
}

#[tokio::test]
async fn files_that_do_not_fit_stop_the_run_until_they_are_left_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    let page = Page::open("").await;
    page.wait_results().await;
    page.add_files(&files(&case("plain"), &["activations_a__conv1"]))
        .await;
    page.wait_text(".messages", "one network only").await;
    page.add_files(&files(&case("plain"), &["activations_b", "rdm"]))
        .await;
    assert!(page.is_enabled("Run analysis").await);

    let body: Vec<u8> = (0..40 * 2)
        .flat_map(|i| if i == 7 { f32::NAN } else { i as f32 }.to_le_bytes())
        .collect();
    let short: Vec<u8> = (0..30 * 2)
        .flat_map(|i| (i as f32).sin().to_le_bytes())
        .collect();
    let square: Vec<u8> = (0..1600)
        .flat_map(|i| (i as f32).sin().to_le_bytes())
        .collect();
    for (name, bytes, says) in [
        (
            "nan__layer.npy",
            npy("<f4", "(40, 2)", &body),
            "(NaN) at [3, 1]",
        ),
        (
            "other__stimuli.npy",
            npy("<f4", "(30, 2)", &short),
            "30 stimuli in",
        ),
        (
            "rdm_V__crooked.npy",
            npy("<f4", "(40, 40)", &square),
            "not symmetric",
        ),
        (
            "rdm_V__flat.npy",
            npy("<f4", "(40, 2)", &body[..320]),
            "has the shape 40 × 2",
        ),
        (
            "ids__twice.csv",
            ids_twice().into_bytes(),
            "\"im1\" stands in rows",
        ),
    ] {
        page.add_files(&[write(at, name, &bytes)]).await;
        page.wait_message(says).await;
        assert!(page.messages().await.contains(name), "{name}");
        assert!(!page.is_enabled("Run analysis").await, "{name}");
        page.leave_out(name).await;
        page.wait("![...document.querySelectorAll('button')].find(b => b.innerText === 'Run analysis').disabled").await;
    }
    // a field refuses what the study does not allow
    page.set_number("Folds", "30").await;
    page.wait_text("aside", "Expected a whole number from 2 to 20. 5 is used.")
        .await;
    page.set_number("Folds", "2").await;
    page.wait("!document.querySelector('aside').innerText.includes('Expected a whole number')")
        .await;
    page.close().await;
}

/// What is said before the study is there can be too much for it.
#[tokio::test]
async fn more_folds_than_stimuli_allow_are_an_error_of_the_run() {
    // a link made at files of somebody's own; the demo, of 120 stimuli, stands in for them
    let page = Page::open("#files=own&folds=30&v=1").await;
    page.wait_results().await;
    page.add_files(&files(&case("plain"), &["activations", "rdm"]))
        .await;
    page.press("Run analysis").await;
    page.wait_text(".messages", "40 stimuli cannot be cut into 30 folds")
        .await;
    page.close().await;
}

/// A table of 40 stimuli of which two have one id, so that it has to be said before anything else
/// about files with and without ids.
fn ids_twice() -> String {
    let rows: Vec<String> = (0..40)
        .map(|i| format!("im{},{},{}", i.max(1), i * i % 7, i % 5))
        .collect();
    format!("stimulus_id,u0,u1\n{}\n", rows.join("\n"))
}
