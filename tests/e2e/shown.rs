//! One value says what is shown: sentence, correlation, interval, figure, counts and files all follow it.

use std::path::Path;

use crate::page::Page;

/// The rows of a CSV, each by its column names.
fn rows(path: &Path) -> Vec<std::collections::HashMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).expect("a table");
    let rows = reader.deserialize().map(|row| row.expect("a row"));
    rows.collect()
}

#[tokio::test]
async fn hidden_networks_are_out_of_sentence_interval_counts_and_files() {
    let page = Page::open("").await;
    page.wait_results().await;
    page.wait_text("#finding", "95 % interval").await;
    let (all, all_below) = (page.text("#finding").await, page.text(".under").await);
    assert!(all.contains("over 768 dimensions, 95 %"), "{all}");
    assert!(all.contains("not computed yet"), "{all}");
    page.open_tab("Networks").await;
    page.wait("!!document.querySelector('tbody input[type=checkbox]')")
        .await;
    for network in 4..=8 {
        let click = format!(
            "document.querySelector('input[aria-label=\"Show network {network}\"]').click()"
        );
        page.driver.execute(click, Vec::new()).await.expect("runs");
    }
    page.wait_text(".filter", "Showing 3 of 8 networks").await;
    page.wait_text(".read", "of the 3 shown").await;
    page.open_tab("Dimensions").await;
    page.wait_text(
        "#finding",
        "over 288 dimensions of 3 of 8 networks, 95 % interval",
    )
    .await;
    let some = page.text("#finding").await;
    assert_ne!(some, all);
    let number = |text: &str| {
        text.split("Spearman ")
            .nth(1)
            .map(|text| text[..4].to_owned())
    };
    let interval = |text: &str| {
        text.split("interval ")
            .nth(1)
            .map(|text| text[..12].to_owned())
    };
    assert_ne!(interval(&some), interval(&all), "{some} {all}");
    page.wait(&format!(
        "document.querySelector('.under').innerText !== {all_below:?}"
    ))
    .await;
    page.wait_text(".block .big", "288 of 768 dimensions").await;
    page.wait_text("aside dl", "3 of 8").await;
    page.wait_text(".pages", "of 288 dimensions").await;
    page.wait("document.getElementById('figure').ariaLabel.includes('288 of 768 dimensions, 3 of 8 networks')")
        .await;
    let shown = page
        .download("Download shown dimensions (CSV)", "dimensions_shown.csv")
        .await;
    let shown = rows(&shown);
    assert_eq!(shown.len(), 288);
    assert!(
        shown
            .iter()
            .all(|row| ["network 1", "network 2", "network 3"].contains(&row["network"].as_str()))
    );
    let whole = page
        .download("Download dimensions (CSV)", "dimensions.csv")
        .await;
    assert_eq!(rows(&whole).len(), 768);
    let relation = page
        .download("Download relation (CSV)", "relation.csv")
        .await;
    let relation = rows(&relation).remove(0);
    assert_eq!(
        (
            relation["dimensions"].as_str(),
            relation["networks"].as_str()
        ),
        ("288", "3")
    );
    let rho: f64 = relation["spearman"].parse().expect("a number");
    assert_eq!(Some(format!("{rho:.2}")), number(&some));

    page.press("Show all").await;
    page.wait(&format!(
        "document.getElementById('finding').innerText === {all:?}"
    ))
    .await;
    page.close().await;
}

#[tokio::test]
async fn the_sentence_is_of_the_score_on_the_vertical_axis() {
    let page = Page::open("").await;
    page.wait_results().await;
    for (score, sentence, line) in [
        (
            "Adjusted alignment",
            "adjusted alignment with",
            "Spearman with adjusted alignment with",
        ),
        (
            "Reliability",
            "reliability in",
            "Spearman with reliability in",
        ),
        (
            "Share of variance",
            "of their layer\u{2019}s variance",
            "Spearman with share of variance",
        ),
        (
            "Universality, least squares",
            "universality by least squares",
            "Spearman with universality by least squares",
        ),
    ] {
        page.choose("Vertical axis", score).await;
        page.wait_text("#finding", sentence).await;
        page.wait_text("#finding", "95 % interval").await;
        page.wait_text(".under", line).await;
    }
    page.choose("Vertical axis", "Brain alignment").await;
    page.set_number("Permutations", "2").await;
    page.press("Compute what shuffled images give").await;
    page.wait_text("#finding", "shuffled images give").await;
    page.wait_text(".under", "shuffled images give").await;
    assert!(!page.text("#finding").await.contains("not computed"));
    page.close().await;
}

#[tokio::test]
async fn scores_alone_invent_neither_model_sets_nor_a_matrix() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("scores.csv");
    let mut text = "network,layer,component,universality,alignment_IT\n".to_owned();
    for network in ["alexnet", "vgg"] {
        for component in 1..=20 {
            let score = 1.0 / f64::from(component);
            text += &format!("{network},l,{component},{score},{}\n", score * 0.8);
        }
    }
    std::fs::write(&path, text).expect("writes");
    let page = Page::open("").await;
    page.wait_results().await;
    page.add_files(&[path]).await;
    page.wait_text("#finding", "over 40 dimensions").await;
    page.wait_text("#finding", "cannot be told from scores alone")
        .await;
    let legend = page.text(".legend").await;
    assert!(
        !legend.contains("Trained") && !legend.contains("unknown"),
        "{legend}"
    );
    page.wait_text(".run", "These scores were computed before")
        .await;
    page.open_tab("Networks").await;
    page.wait_text(".read", "do not say which network predicts which")
        .await;
    assert_eq!(
        page.ask("document.querySelectorAll('.mid canvas').length")
            .await,
        0
    );
    let networks = page.text("table[aria-label=Networks]").await;
    assert!(
        !networks.contains("NaN") && networks.contains("undefined"),
        "{networks}"
    );
    page.close().await;
}
