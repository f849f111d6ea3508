//! Files of other tools, and scores that were computed before.

use std::io::Write;
use std::time::Instant;

use crate::own_files::{assert_close, read_table};
use crate::page::{Page, case, files, larger_data};
use crate::site;

#[tokio::test]
async fn files_of_every_tool_open_on_the_page_and_give_the_same_scores() {
    let page = Page::open("").await;
    page.wait_results().await;
    page.add_files(&files(&case("mixed"), &[""])).await;
    page.wait_text(".files", "7 arrays").await;
    // what the reader saw, and why it took it for that
    page.open_lines().await;
    for word in [
        "a.h5/conv1",
        "b.mat/conv1",
        "c.pt/fc",
        "rsatoolbox wrote it",
        "40 ids",
    ] {
        page.wait_text(".files", word).await;
    }
    page.press("Run analysis").await;
    page.wait_results().await;
    let ours = page
        .download("Download dimensions (CSV)", "dimensions.csv")
        .await;
    let expected = case("plain").parent().expect("a case").join("expected.csv");
    assert_close(
        &read_table(&ours),
        &read_table(&expected),
        &["universality", "alignment_V", "alignment_W"],
        1e-4,
    );
    page.close().await;
}

#[tokio::test]
async fn an_exported_table_opens_as_a_figure_without_activations() {
    let page = Page::open("").await;
    page.wait_results().await;
    let correlation = page.text("#finding b").await;
    let table = page
        .download("Download dimensions (CSV)", "dimensions.csv")
        .await;
    page.go("").await;
    page.wait_results().await;
    page.add_files(&[table]).await;
    page.wait_text(".mid", "dimensions").await;
    page.wait_text("header .study", "8 networks").await;
    // what shuffled images give cannot be computed here, and the rest of the sentence says so
    assert_eq!(page.text("#finding b").await, correlation);
    assert!(!page.is_enabled("Run analysis").await);
    page.open_tab("Networks").await;
    page.wait_text(".mid", "universality").await;
    page.open_tab("RDMs").await;
    page.wait_text(".mid", "computed before").await;
    page.close().await;
}

#[tokio::test]
async fn a_link_opens_a_hosted_table_of_scores() {
    let elsewhere = site::elsewhere(true).await;
    let page = Page::open(&format!(
        "#study={}/studies/scores/study/study.json&v=1",
        elsewhere.address
    ))
    .await;
    page.fetch_offered().await;
    page.wait_text("header .study", "3 networks").await;
    page.wait_text("#finding", "Spearman").await;
    page.close().await;
}

#[tokio::test]
#[ignore = "needs UNIVERSAL_DIMENSIONS_DATA, the folder of the larger data"]
async fn the_papers_pair_of_summaries_opens_as_a_figure() {
    let root = larger_data();
    let folder = root.join("formats/paper_summary");
    let mut pair: Vec<_> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    pair.sort();
    let page = Page::open("").await;
    page.wait_results().await;
    page.add_files(&pair).await;
    page.wait_text("header .study", "23 networks").await;
    page.wait_text("#finding", "IT").await;
    page.wait_text("#finding", "0.6").await;
    page.close().await;
}

/// How long it takes is printed, not asserted.
#[tokio::test]
async fn three_hundred_thousand_dimensions_open_draw_and_sort() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("scores.csv");
    let mut file = std::io::BufWriter::new(std::fs::File::create(&path).expect("made"));
    writeln!(file, "network,layer,component,universality,alignment_IT").expect("written");
    for row in 0..300_000_u32 {
        let (network, layer, component) = (row / 15_000, row / 1500 % 10, row % 1500 + 1);
        let noise = f64::from(row.wrapping_mul(2_654_435_761) >> 8) / 16_777_216.0;
        let universality = noise / f64::from(component).sqrt();
        let alignment = 0.5 * universality + 0.1 * (noise * 7.0).fract();
        writeln!(
            file,
            "net{network},layer{layer},{component},{universality:.6},{alignment:.6}"
        )
        .expect("written");
    }
    drop(file);
    let page = Page::open("").await;
    page.wait_results().await;
    let started = Instant::now();
    page.add_files(&[path]).await;
    page.wait_text(".block .big", "300,000 dimensions").await;
    println!(
        "opened and drawn in {:.2} s",
        started.elapsed().as_secs_f64()
    );
    // until the sorted rows have been painted
    let sort = "(() => { const started = performance.now(); \
        [...document.querySelectorAll('th button')].find(b => b.innerText.toLowerCase().startsWith('univ')).click(); \
        requestAnimationFrame(() => setTimeout(() => { window.sorted = performance.now() - started; })); })()";
    page.ask(sort).await;
    page.wait("window.sorted !== undefined").await;
    println!("sorted in {} ms", page.ask("window.sorted").await);
    page.close().await;
}
