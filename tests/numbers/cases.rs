//! The project's own fixtures, made by tests/reference/reference.py.

use std::path::{Path, PathBuf};

use universal_dimensions::math::ridge::{ALPHAS, Mapping};

use crate::support::{Expected, analyse_path};

pub fn case(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/cases")
        .join(name)
}

fn tolerance(case: &Path) -> f64 {
    let text = std::fs::read_to_string(case.join("case.json")).expect("a case has facts");
    let facts: serde_json::Value = serde_json::from_str(&text).expect("valid JSON");
    facts["tolerance"].as_f64().expect("a tolerance")
}

fn check(name: &str, study: &str) {
    let folder = case(name);
    let most = tolerance(&folder);
    let expected = Expected::read(&folder.join("expected.csv"));
    let table = analyse_path(&folder.join(study), |_| {}).dimensions;
    expected.assert_close(&table, "variance", &table.variance, 1e-5, 1e-6);
    expected.assert_close(&table, "universality", &table.universality, most, 1e-6);
    assert!(!table.alignment.is_empty());
    for alignment in &table.alignment {
        expected.assert_close(
            &table,
            &format!("alignment_{}", alignment.roi),
            &alignment.scores,
            most,
            1e-6,
        );
    }
    let table = analyse_path(&folder.join(study), |options| {
        options.mapping = Mapping::Ols
    })
    .dimensions;
    expected.assert_close(&table, "universality_ols", &table.universality, most, 1e-6);
}

#[test]
fn a_folder_with_a_narrow_network_responses_and_rdms() {
    check("plain", "study");
}

/// The same study as an HDF5 file, a .mat, a .pt and four files of rsatoolbox, their rows in other orders.
#[test]
fn files_of_every_tool_give_the_scores_of_plain_arrays() {
    let expected = Expected::read(&case("plain").join("expected.csv"));
    let table = analyse_path(&case("mixed").join("study"), |_| {}).dimensions;
    let most = tolerance(&case("plain"));
    expected.assert_close(&table, "universality", &table.universality, most, 1e-6);
    assert_eq!(table.alignment.len(), 2);
    for alignment in &table.alignment {
        let column = format!("alignment_{}", alignment.roi);
        expected.assert_close(&table, &column, &alignment.scores, most, 1e-6);
    }
    assert_eq!(table.by_brain.len(), 4);
    assert_eq!(table.by_brain[0].subject, "sub-01");
}

#[test]
fn a_manifest_with_shuffled_ids_a_feature_map_and_a_euclidean_rdm() {
    check("ids", "study/study.json");
    // the folder holds the same manifest, which wins there as well
    check("ids", "study");
}

#[test]
fn fewer_components_leave_the_scores_of_the_first() {
    let study = case("plain").join("study");
    let all = analyse_path(&study, |_| {}).dimensions;
    let few = analyse_path(&study, |options| options.components = Some(3)).dimensions;
    assert_eq!(few.len(), 4 * 3);
    for row in 0..few.len() {
        let same = (0..all.len())
            .find(|&other| {
                all.component[other] == few.component[row]
                    && all.layer_of(other) == few.layer_of(row)
                    && all.network_of(other) == few.network_of(row)
            })
            .expect("the same dimension");
        assert!((all.universality[same] - few.universality[row]).abs() < 1e-6);
    }
}

#[test]
fn the_command_line_stops_at_a_file_that_it_cannot_read() {
    let folder = tempfile::tempdir().expect("a folder");
    for entry in std::fs::read_dir(case("plain").join("study"))
        .expect("a folder")
        .flatten()
    {
        std::fs::copy(entry.path(), folder.path().join(entry.file_name())).expect("copies");
    }
    std::fs::write(folder.path().join("d__cut.npy"), b"\x93NUMPY\x01\x00").expect("writes");
    let run = |more: &[&str]| {
        let out = folder.path().join("out.tmp");
        std::process::Command::new(env!("CARGO_BIN_EXE_universal-dimensions"))
            .args([
                "analyse".as_ref(),
                folder.path().as_os_str(),
                "--out".as_ref(),
                out.as_os_str(),
            ])
            .args(more)
            .output()
            .expect("starts")
    };
    let stopped = run(&[]);
    let said = String::from_utf8_lossy(&stopped.stderr);
    assert!(!stopped.status.success());
    assert!(
        said.contains("d__cut.npy") && said.contains("--skip-unreadable"),
        "{said}"
    );
    assert!(run(&["--skip-unreadable"]).status.success());
}

#[test]
fn the_command_line_says_where_scores_alone_are_shown() {
    let folder = tempfile::tempdir().expect("a folder");
    let table = "network,layer,component,universality\nA,l,1,0.5\nA,l,2,0.25\n";
    std::fs::write(folder.path().join("before.csv"), table).expect("writes");
    let run = std::process::Command::new(env!("CARGO_BIN_EXE_universal-dimensions"))
        .args(["analyse".as_ref(), folder.path().as_os_str()])
        .output()
        .expect("starts");
    let said = String::from_utf8_lossy(&run.stderr);
    assert!(!run.status.success());
    assert!(said.contains("Open it on the page"), "{said}");
}

#[test]
fn the_command_line_writes_the_penalties_that_were_chosen() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let run = std::process::Command::new(env!("CARGO_BIN_EXE_universal-dimensions"))
        .arg("analyse")
        .arg(case("plain").join("study"))
        .arg("--out")
        .arg(at("out.csv"))
        .arg("--penalties")
        .arg(at("penalties.csv"))
        .output()
        .expect("starts");
    assert!(run.status.success());
    let lines = |name: &str| std::fs::read_to_string(at(name)).expect("written");
    let (table, penalties) = (lines("out.csv"), lines("penalties.csv"));
    let mut rows = penalties.lines();
    let header = rows.next().expect("a header");
    assert!(header.starts_with("network,layer,component,predictor,fold_1,fold_2"));
    let folds = header.matches("fold_").count();
    let mut of_the_first = 0;
    let first = table.lines().nth(1).expect("a dimension");
    let first: Vec<&str> = first.split(',').take(3).collect();
    for row in rows {
        let chosen: Vec<&str> = row.rsplit(',').take(folds).collect();
        let is_one = |cell: &&str| ALPHAS.iter().any(|alpha| alpha.to_string() == **cell);
        assert!(chosen.iter().all(is_one), "{row}");
        of_the_first += usize::from(row.split(',').take(3).eq(first.iter().copied()));
    }
    // every other network, and every subject of each region
    assert!(of_the_first > 2, "{of_the_first}");
    let dimensions = table.lines().count() - 1;
    assert!(penalties.lines().count() > 2 * dimensions);
}
