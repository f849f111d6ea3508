//! The views beside the first: each opens by its tab and by a link, shows what the command line
//! computes, and follows what is chosen.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::page::{Page, case};

/// Every number of a CSV by the texts of its row and the name of its column.
fn numbers(path: &Path) -> HashMap<(String, String), f64> {
    let mut reader = csv::Reader::from_path(path).expect("a table");
    let header = reader.headers().expect("a header").clone();
    let mut found = HashMap::new();
    for record in reader.records() {
        let record = record.expect("a row");
        let is_number = |cell: &str| cell.parse::<f64>().is_ok();
        let row: Vec<&str> = record.iter().filter(|cell| !is_number(cell)).collect();
        let row = format!(
            "{}{}",
            row.join("|"),
            record.position().map_or(0, |p| p.line())
        );
        for (name, cell) in header.iter().zip(record.iter()) {
            if let Ok(number) = cell.parse() {
                found.insert((row.clone(), name.to_owned()), number);
            }
        }
    }
    found
}

/// Fails unless two tables have the same rows and numbers.
pub fn compare(ours: &Path, theirs: &Path, most: f64) {
    let (ours, theirs) = (numbers(ours), numbers(theirs));
    assert!(!ours.is_empty());
    assert_eq!(ours.len(), theirs.len());
    for (key, value) in &ours {
        let other = theirs.get(key).unwrap_or_else(|| panic!("no {key:?}"));
        let both_undefined = value.is_nan() && other.is_nan();
        let is_close = (value - other).abs() <= most * (1.0 + other.abs());
        assert!(both_undefined || is_close, "{key:?}: {value} {other}");
    }
}

/// Everything that the command line writes of a case.
fn export_all(study: &Path, folder: &Path) {
    let run = std::process::Command::new(env!("CARGO_BIN_EXE_universal-dimensions"))
        .arg("analyse")
        .arg(study)
        .arg("--all")
        .arg(folder)
        .args(["--permutations", "3"])
        .output()
        .expect("the command line starts");
    assert!(
        run.status.success(),
        "{}",
        String::from_utf8_lossy(&run.stderr)
    );
}

fn files_of(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("a folder")
        .flatten()
        .map(|entry| entry.path())
        .collect();
    files.sort();
    files
}

#[tokio::test]
async fn every_view_shows_what_the_command_line_computes() {
    let out = tempfile::tempdir().expect("a folder");
    let study = case("further");
    export_all(&study.join("study.json"), out.path());
    for name in [
        "dimensions_V",
        "networks",
        "rsa_reduced_V",
        "rdms_V",
        "image_map_most_universal",
        "simulation",
    ] {
        let drawn = std::fs::read_to_string(out.path().join(format!("{name}.svg")));
        assert!(drawn.expect("is drawn").contains("</svg>"), "{name}");
    }
    let page = Page::open("").await;
    page.add_files(&files_of(&study)).await;
    page.press("Run analysis").await;
    page.wait_text("#finding", "predicted by V").await;
    page.wait_results().await;

    page.choose("Vertical axis", "RSA alignment").await;
    page.wait_text(".table thead", "RSA alignment").await;
    page.wait_text(".table tbody", "0.").await;
    for score in ["Universality, least squares", "Universality, one-to-one"] {
        page.choose("Vertical axis", score).await;
        page.wait_text(".table thead", score).await;
        page.wait("!document.querySelector('progress')").await;
    }
    page.wait("document.querySelector('.under').innerText.includes(' to ')")
        .await;
    let theirs = |name: &str| out.path().join(name);
    let ours = page
        .download("Download dimensions (CSV)", "dimensions.csv")
        .await;
    compare(&ours, &theirs("dimensions.csv"), 2e-6);
    page.choose("Vertical axis", "Brain alignment").await;
    page.wait_text(".under", "Spearman with V").await;
    page.set_number("Permutations", "3").await;
    page.press("Compute null lines").await;
    page.wait_text(".chance", "95th percentile over 3 permutations")
        .await;
    page.wait_text("#finding", "95 % interval").await;
    page.wait_text("#finding", "shuffled images give").await;
    let ours = page
        .download("Download relation (CSV)", "relation.csv")
        .await;
    compare(&ours, &theirs("relation.csv"), 2e-6);

    page.open_tab("Networks").await;
    page.wait_text(".read", "predicts the others best").await;
    let ours = page
        .download("Download networks (CSV)", "networks.csv")
        .await;
    compare(&ours, &theirs("networks.csv"), 2e-6);
    let ours = page
        .download("Download predictability (CSV)", "predictability.csv")
        .await;
    compare(&ours, &theirs("predictability.csv"), 2e-6);
    page.open_tab("Reduced RSA").await;
    page.wait_text(".read", "5 most universal").await;
    let ours = page
        .download("Download reduced RSA (CSV)", "rsa_reduced.csv")
        .await;
    compare(&ours, &theirs("rsa_reduced.csv"), 2e-6);
    page.open_tab("RDMs").await;
    page.wait_text(".read", "10 most universal").await;
    let ours = page.download("Download RDMs (CSV)", "rdms.csv").await;
    compare(&ours, &theirs("rdms_V.csv"), 2e-6);
    page.open_tab("Image map").await;
    page.wait_text(".read", "Trustworthiness").await;
    page.wait_text(".under", "Pearson with semantic").await;
    let ours = page
        .download("Download image map (CSV)", "image_map.csv")
        .await;
    // the same picture to the last bit, natively and in the tab
    compare(&ours, &theirs("image_map_most_universal.csv"), 0.0);
    page.open_tab("Simulation").await;
    page.wait_text(".read", "need not be a brain").await;
    let ours = page
        .download("Download simulation (CSV)", "simulation.csv")
        .await;
    compare(&ours, &theirs("simulation.csv"), 1e-9);
    page.close().await;
}

#[tokio::test]
async fn tabs_are_steps_of_the_history_and_links_open_them() {
    let page = Page::open("#demo=shared-latents&tab=rdms&kept=3&v=1").await;
    page.wait_text(".read", "3 most universal").await;
    page.open_tab("Networks").await;
    page.wait("location.hash.includes('tab=networks')").await;
    page.driver.back().await.expect("goes back");
    page.wait_text(".read", "3 most universal").await;
    let drawn = page.picture().await;
    page.choose("Colours", "Values").await;
    page.wait(&format!(
        "document.querySelector('canvas').toDataURL() !== {drawn:?}"
    ))
    .await;
    page.wait("location.hash.includes('rdmcolours=values')")
        .await;
    page.close().await;
}

#[tokio::test]
async fn networks_that_are_left_out_of_sight_are_out_of_every_view() {
    let page = Page::open("#demo=shared-latents&tab=networks&v=1").await;
    page.wait("!!document.querySelector('tbody input[type=checkbox]')")
        .await;
    let box_of =
        |name: &str| format!("document.querySelector('input[aria-label=\"Show {name}\"]')");
    let click = format!("{}.click()", box_of("network 3"));
    page.driver.execute(click, Vec::new()).await.expect("runs");
    page.wait_text(".filter", "Showing 7 of 8 networks").await;
    page.open_tab("Dimensions").await;
    page.wait_text(".pages", "of 672 dimensions").await;
    page.open_tab("RDMs").await;
    page.wait("![...document.querySelectorAll('.controls option')].some(o => o.text.startsWith('network 3,'))").await;
    page.open_tab("Dimensions").await;
    page.press("Show all").await;
    page.wait_text(".pages", "of 768 dimensions").await;
    page.close().await;
}

#[tokio::test]
async fn figures_change_with_what_is_to_be_seen() {
    let page = Page::open("").await;
    page.wait_results().await;
    let mut seen = vec![page.picture().await];
    for (label, choice, legend) in [
        ("Show", "Density and mean", "density 0.01"),
        ("Show", "Curves by layer depth", "first layer"),
        ("Show", "Distribution by rank", "Components 11 to 100"),
        ("Show", "Dots and mean", "Simulated"),
        ("Panels", "By network", "Simulated"),
        ("Panels", "By subject", "Simulated"),
        ("Vertical axis", "Adjusted alignment", "Simulated"),
    ] {
        page.choose(label, choice).await;
        page.wait_text(".legend", legend).await;
        if choice != "Dots and mean" {
            let known: Vec<String> = seen.iter().map(|picture| format!("{picture:?}")).collect();
            page.wait(&format!(
                "![{}].includes(document.querySelector('canvas').toDataURL())",
                known.join(",")
            ))
            .await;
            seen.push(page.picture().await);
        }
    }
    page.close().await;
}

#[tokio::test]
async fn universality_over_the_own_set_is_that_of_the_command_line() {
    let out = tempfile::tempdir().expect("a folder");
    let native = out.path().join("native.csv");
    let study = case("further");
    let run = std::process::Command::new(env!("CARGO_BIN_EXE_universal-dimensions"))
        .arg("analyse")
        .arg(study.join("study.json"))
        .args(["--scope", "set", "--out"])
        .arg(&native)
        .output()
        .expect("the command line starts");
    assert!(run.status.success(), "{run:?}");

    let page = Page::open("").await;
    page.wait_results().await;
    page.add_files(&files_of(&study)).await;
    page.press("Run analysis").await;
    page.wait_text("#finding", "predicted by V").await;
    page.wait_results().await;
    let over_all = page.picture().await;
    page.choose("Universality across", "Networks of the same set")
        .await;
    page.wait("location.hash.includes('scope=set')").await;
    page.wait(&format!(
        "document.querySelector('canvas').toDataURL() !== {over_all:?}"
    ))
    .await;
    // nothing was computed anew, and nothing is to be
    page.wait_text(".run", "computed in").await;
    let ours = page
        .download("Download dimensions (CSV)", "dimensions.csv")
        .await;
    compare(&ours, &native, 2e-6);
    page.close().await;
}

#[tokio::test]
async fn knobs_of_the_simulation_are_followed_at_once() {
    let page = Page::open("#demo=shared-latents&tab=simulation&v=1").await;
    page.wait_text(".read", "need not be a brain").await;
    let turn = "const s = [...document.querySelectorAll('.knobs label')].find(l => l.innerText.startsWith('Noise of networks')).querySelector('input');
        s.value = 3; s.dispatchEvent(new Event('input', {bubbles: true})); window.turned = performance.now()";
    let before = page.text(".read").await;
    page.driver.execute(turn, Vec::new()).await.expect("runs");
    page.wait(&format!(
        "document.querySelector('.read').innerText !== {before:?}"
    ))
    .await;
    page.wait("location.hash.includes('simnoise=3')").await;
    page.close().await;
}

/// A view that is made anew forgets its page and its order of the table, and what was in focus.
#[tokio::test]
async fn a_choice_or_a_pick_leaves_the_view_as_it_is() {
    let page = Page::open("").await;
    page.wait_results().await;
    let focus = "window.menu = [...document.querySelectorAll('label')]
            .find(label => label.innerText.startsWith('Colour by')).querySelector('select');
        menu.focus(); menu.value = '1'; menu.dispatchEvent(new Event('change', { bubbles: true }));";
    page.driver.execute(focus, Vec::new()).await.expect("runs");
    page.wait("location.hash.includes('colour=network')").await;
    assert_eq!(page.ask("document.activeElement === menu").await, true);
    page.press("Layer").await;
    page.press("Next").await;
    page.wait_text(".pages", "13 to 24").await;
    let before = page.text(".insp .name").await;
    let pick = "document.querySelectorAll('table[aria-label=Dimensions] tbody .pick')[3].click()";
    page.driver.execute(pick, Vec::new()).await.expect("runs");
    page.wait(&format!(
        "document.querySelector('.insp .name').innerText !== {before:?}"
    ))
    .await;
    page.wait_text(".pages", "13 to 24").await;
    page.wait_text("th[aria-sort=ascending]", "Layer").await;
    page.close().await;
}

#[tokio::test]
async fn neighbours_can_be_chosen() {
    let page = Page::open("").await;
    page.wait_results().await;
    page.wait("document.querySelectorAll('.neighbours button').length === 8")
        .await;
    let first = "document.querySelector('.neighbours button span')?.innerText";
    let (chosen, neighbour) = (page.text(".insp .name").await, page.ask(first).await);
    let neighbour = neighbour.as_str().unwrap_or_default().to_owned();
    let click = "document.querySelector('.neighbours button').click()";
    page.driver.execute(click, Vec::new()).await.expect("runs");
    // the neighbour is the chosen one, with neighbours of its own
    page.wait("location.hash.includes('pick=')").await;
    assert_ne!(page.text(".insp .name").await, chosen);
    let network = neighbour.split(", ").next().unwrap_or_default();
    assert!(!network.is_empty());
    page.wait_text(".insp", network).await;
    page.wait(&format!(
        "document.querySelectorAll('.neighbours button').length === 8 && {first} !== {neighbour:?}"
    ))
    .await;
    page.close().await;
}

#[tokio::test]
async fn what_a_view_computes_can_be_cancelled_and_asked_for_again() {
    let page = Page::open("").await;
    page.wait_results().await;
    page.set_number("Permutations", "5000").await;
    page.press("Compute null lines").await;
    page.wait("!!document.querySelector('progress')").await;
    page.press("Cancel").await;
    page.wait("!document.querySelector('progress')").await;
    page.set_number("Permutations", "2").await;
    page.press("Compute null lines").await;
    page.wait_text(".chance", "95th percentile over 2 permutations")
        .await;
    page.close().await;
}
