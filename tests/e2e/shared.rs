//! The shared dimensions on the page: the numbers of the command line, the chosen dimension in the link, and
//! the way from a component to its dot.

use crate::page::{Page, case, files};
use crate::views::compare;

#[tokio::test]
async fn shared_dimensions_are_those_of_the_command_line_and_lead_to_their_components() {
    let study = case("shared");
    let out = tempfile::tempdir().expect("a folder");
    let run = std::process::Command::new(env!("CARGO_BIN_EXE_universal-dimensions"))
        .arg("analyse")
        .arg(&study)
        .arg("--all")
        .arg(out.path())
        .args(["--permutations", "0", "--bootstraps", "10", "--draws", "2"])
        .output()
        .expect("starts");
    let said = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{said}");

    let page = Page::open("").await;
    page.add_files(&files(&study, &[""])).await;
    page.press("Run analysis").await;
    page.wait_text("#finding", "predicted by V").await;
    page.wait_results().await;
    page.open_tab("Shared dimensions").await;
    let number = "document.querySelector('#shared-finding b')?.innerText";
    page.wait(&format!(
        "!!{number} && !document.querySelector('progress')"
    ))
    .await;
    let ours = page
        .download("Download shared dimensions (CSV)", "shared_dimensions.csv")
        .await;
    let theirs = out.path().join("shared_dimensions.csv");
    compare(&ours, &theirs, 1e-6);
    let rows = std::fs::read_to_string(&theirs).expect("is written");
    let shared = rows
        .lines()
        .filter(|row| row.split(',').nth(5) == Some("1"));
    assert_eq!(page.ask(number).await, shared.count().to_string());

    page.press("Next dimension").await;
    page.wait_text(".insp .name", "Dimension 2").await;
    page.wait("location.hash.includes('shareddimension=2')")
        .await;
    let component = "document.querySelector('.insp .neighbours button')";
    let name = page.ask(&format!("{component}.title")).await;
    let name = name.as_str().expect("a name").to_owned();
    page.driver
        .execute(format!("{component}.click()"), Vec::new())
        .await
        .expect("runs");
    page.wait_text("nav a[aria-current]", "Dimensions").await;
    let (network, rest) = name.split_once(", ").expect("a network");
    page.wait_text(".insp", rest).await;
    page.wait_text(".insp", network).await;
    page.close().await;
}
