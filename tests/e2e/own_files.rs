//! The main job: files in, scores out, the same as natively.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::page::{Page, case, files, larger_data};

pub type Rows = HashMap<(String, String, String), HashMap<String, f64>>;

/// A table of dimensions by network, layer and component.
pub fn read_table(path: &Path) -> Rows {
    let mut reader = csv::Reader::from_path(path).expect("a table");
    let header = reader.headers().expect("a header").clone();
    reader
        .records()
        .map(|record| {
            let record = record.expect("a row");
            let cell = |i: usize| record[i].to_owned();
            let numbers = header
                .iter()
                .zip(record.iter())
                .filter_map(|(name, value)| Some((name.to_owned(), value.parse().ok()?)))
                .collect();
            ((cell(0), cell(1), cell(2)), numbers)
        })
        .collect()
}

/// Compares columns of two tables with the same rows.
pub fn assert_close(ours: &Rows, expected: &Rows, columns: &[&str], most: f64) {
    assert_eq!(ours.len(), expected.len());
    for (key, row) in expected {
        for &column in columns {
            let (a, b) = (ours[key][column], row[column]);
            assert!((a - b).abs() <= most, "{key:?}, {column}: {a} is not {b}");
        }
    }
}

#[tokio::test]
async fn wasm_gives_the_scores_of_the_native_build() {
    let study = case("plain");
    let out = tempfile::tempdir().expect("a folder");
    let native = out.path().join("native.csv");
    let run = std::process::Command::new(env!("CARGO_BIN_EXE_universal-dimensions"))
        .args([
            "analyse".as_ref(),
            study.as_os_str(),
            "--out".as_ref(),
            native.as_os_str(),
        ])
        .output()
        .expect("starts");
    assert!(
        run.status.success(),
        "{}",
        String::from_utf8_lossy(&run.stderr)
    );

    let page = Page::open("").await;
    page.wait_results().await;
    page.add_files(&files(&study, &["activations", "rdm", "responses"]))
        .await;
    page.wait_text(".files", "8 arrays").await;
    page.press("Run analysis").await;
    page.wait_results().await;
    let ours = read_table(
        &page
            .download("Download dimensions (CSV)", "dimensions.csv")
            .await,
    );
    assert_close(
        &ours,
        &read_table(&native),
        &["universality", "alignment_V", "alignment_W"],
        1e-5,
    );
    // the regions of the files are those of the menu
    page.choose("Brain region", "W").await;
    page.wait_text("#finding", "predicted by W").await;
    page.close().await;
}

#[tokio::test]
#[ignore = "needs UNIVERSAL_DIMENSIONS_DATA, the folder of the larger data"]
async fn the_92_images_give_the_expected_scores() {
    let root = larger_data();
    let folder = root.join("real/cichy92");
    let mut all = files(&folder.join("activations"), &["activations_"]);
    all.extend(files(
        &folder.join("brain"),
        &["rdm_EVC__sub-", "rdm_IT__sub-"],
    ));
    all.push(folder.join("stimuli.csv"));
    all.extend(files(&folder.join("thumbs"), &["image_"]));

    let page = Page::open("").await;
    page.wait_results().await;
    page.add_files(&all).await;
    let started = Instant::now();
    page.press("Run analysis").await;
    page.wait_results().await;
    // a figure, not a test: speed is measured in benches
    println!(
        "from Run analysis to the figure: {:.1} s",
        started.elapsed().as_secs_f64()
    );
    page.choose("Brain region", "IT").await;
    page.wait_text(
        "#finding",
        "predicted by IT (Spearman 0.62 over 6,398 dimensions",
    )
    .await;
    assert!(
        page.text(".under")
            .await
            .contains("Spearman with EVC 0.405")
    );
    assert!(page.text(".under").await.contains("Spearman with IT 0.618"));
    page.wait("document.querySelectorAll('.thumbs img').length === 16")
        .await;
    let ours = read_table(
        &page
            .download("Download dimensions (CSV)", "dimensions.csv")
            .await,
    );
    let expected = read_table(&folder.join("expected/dimensions.csv"));
    assert_close(
        &ours,
        &expected,
        &["universality", "alignment_EVC", "alignment_IT"],
        1e-3,
    );
    page.close().await;
}

#[tokio::test]
async fn roles_can_be_changed_and_dropped_files_are_taken() {
    let page = Page::open("").await;
    page.wait_results().await;
    page.add_files(&files(
        &case("plain"),
        &["activations_a", "activations_b", "rdm_W__sub-01"],
    ))
    .await;
    // dropped on the heading, of all places
    page.driver
        .execute(
            "const t = new DataTransfer();
             const rows = Array.from({length: 40}, (_, i) => [Math.sin(i), Math.cos(i * i), i % 7].join(','));
             t.items.add(new File([rows.join('\\n')], 'dropped__layer.csv'));
             document.querySelector('h1').dispatchEvent(new DragEvent('drop', {dataTransfer: t, bubbles: true, cancelable: true}))",
            Vec::new(),
        )
        .await
        .expect("runs");
    page.wait_text(".files", "5 arrays").await;
    page.open_lines().await;
    page.wait("document.querySelectorAll('.files .row').length === 5")
        .await;
    page.wait_text("aside dl", "3").await;
    page.leave_out("dropped__layer.csv").await;
    page.wait_text("header .study", "2 networks").await;
    let rename = "const s = [...document.querySelectorAll('.files input')].find(s => s.getAttribute('aria-label') === 'Region');
         s.value = 'V4'; s.dispatchEvent(new Event('change', {bubbles: true}))";
    page.driver.execute(rename, Vec::new()).await.expect("runs");
    page.wait_text("aside dl", "V4").await;
    page.press("Run analysis").await;
    page.wait_results().await;
    page.wait_text("#finding", "V4").await;
    page.close().await;
}

#[tokio::test]
async fn a_run_asked_for_while_files_are_read_follows() {
    let page = Page::open("").await;
    page.wait_results().await;
    let all = files(&case("plain"), &["activations", "rdm"]);
    // the button is pressed in the very moment in which the files arrive
    page.driver
        .execute(
            "document.getElementById('file-input').addEventListener('change', () => setTimeout(() =>
                 [...document.querySelectorAll('button')].find(b => b.innerText === 'Run analysis').click()))",
            Vec::new(),
        )
        .await
        .expect("runs");
    page.hand_over(&all).await;
    page.wait_text("#finding", "predicted by W").await;
    page.wait_results().await;
    page.close().await;
}

/// A study large enough that its run is still going on when a button is pressed.
pub fn slow_study(folder: &Path) -> Vec<PathBuf> {
    let table = |seed: usize, width: usize| -> String {
        let mut state = seed as u64 * 7919 + 1;
        let mut number = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 40) as f64 / 1e6
        };
        (0..600)
            .map(|_| {
                (0..width)
                    .map(|_| format!("{:.3}", number()))
                    .collect::<Vec<_>>()
                    .join(",")
                    + "\n"
            })
            .collect()
    };
    let mut all: Vec<PathBuf> = Vec::new();
    for (name, width) in [
        ("a__x", 400),
        ("b__x", 400),
        ("c__x", 400),
        ("responses_V__s", 50),
    ] {
        let path = folder.join(format!("{name}.csv"));
        std::fs::write(&path, table(all.len(), width)).expect("writes");
        all.push(path);
    }
    all
}

#[tokio::test]
async fn a_run_can_be_cancelled_and_run_again() {
    let out = tempfile::tempdir().expect("a folder");
    let all = slow_study(out.path());
    let page = Page::open("").await;
    page.wait_results().await;
    page.add_files(&all).await;
    page.press("Run analysis").await;
    page.wait("!!document.querySelector('progress')").await;
    page.press("Cancel").await;
    page.wait("!document.querySelector('progress')").await;
    assert!(page.is_enabled("Run analysis").await);
    page.choose("Mapping", "Least squares").await;
    page.press("Run analysis").await;
    page.wait_results().await;
    assert!(page.text("#finding").await.contains("1,200 dimensions"));
    page.close().await;
}
