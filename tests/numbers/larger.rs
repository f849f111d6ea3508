//! The conformance data and the 92-image study, where they are on the machine.

use std::collections::HashMap;
use std::path::Path;

use tempfile::TempDir;
use universal_dimensions::math::random::Generator;
use universal_dimensions::math::ridge::Mapping;

use crate::support::{Expected, analyse_path, larger_data};

/// The tolerances of the conformance data.
const MOST: f64 = 1e-3;
const MEDIAN: f64 = 1e-5;

/// Links the files of a folder whose names start so into a new one.
fn selection(folder: &Path, prefixes: &[&str]) -> TempDir {
    let chosen = tempfile::tempdir().expect("a folder");
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let entry = entry.expect("a file");
        let name = entry.file_name().to_string_lossy().into_owned();
        if prefixes.iter().any(|prefix| name.starts_with(prefix)) {
            std::fs::copy(entry.path(), chosen.path().join(name)).expect("copies");
        }
    }
    chosen
}

fn conforms(name: &str) {
    let Some(folder) = larger_data(&format!("conformance/{name}")) else {
        return;
    };
    let expected = Expected::read(&folder.join("expected/dimensions.csv"));
    for (brain, column) in [
        ("responses_", "alignment_responses"),
        ("rdm_", "alignment_rdm"),
    ] {
        let study = selection(&folder, &["activations_", "stimuli", brain]);
        let table = analyse_path(study.path(), |_| {}).dimensions;
        expected.assert_close(&table, "variance", &table.variance, 1e-5, MEDIAN);
        expected.assert_close(&table, "universality", &table.universality, MOST, MEDIAN);
        expected.assert_close(&table, column, &table.alignment[0].scores, MOST, MEDIAN);
    }
    let study = selection(&folder, &["activations_", "stimuli"]);
    let table = analyse_path(study.path(), |options| options.mapping = Mapping::Ols).dimensions;
    expected.assert_close(
        &table,
        "universality_ols",
        &table.universality,
        MOST,
        MEDIAN,
    );
}

#[test]
fn the_small_study_conforms() {
    conforms("small");
}

#[test]
fn the_rank_deficient_study_conforms() {
    conforms("rank_deficient");
}

#[test]
fn permutations_are_numpys_to_the_bit() {
    let Some(folder) = larger_data("conformance") else {
        return;
    };
    let text =
        std::fs::read_to_string(folder.join("permutations.json")).expect("the file is there");
    let all: HashMap<String, Vec<usize>> = serde_json::from_str(&text).expect("valid JSON");
    assert!(all.len() > 3);
    for (name, expected) in all {
        let numbers: Vec<usize> = name
            .split(|c: char| !c.is_ascii_digit())
            .filter_map(|n| n.parse().ok())
            .collect();
        assert_eq!(
            Generator::new(numbers[0] as u64).permutation(numbers[1]),
            expected,
            "{name}"
        );
    }
}

#[test]
fn the_92_images_give_the_expected_scores_through_the_command_line() {
    let Some(folder) = larger_data("real/cichy92") else {
        return;
    };
    let study = selection(&folder.join("activations"), &["activations_"]);
    for entry in std::fs::read_dir(folder.join("brain")).expect("a folder") {
        let name = entry
            .expect("a file")
            .file_name()
            .to_string_lossy()
            .into_owned();
        if name.starts_with("rdm_EVC__sub-") || name.starts_with("rdm_IT__sub-") {
            std::fs::copy(folder.join("brain").join(&name), study.path().join(&name))
                .expect("copies");
        }
    }
    std::fs::copy(folder.join("stimuli.csv"), study.path().join("stimuli.csv")).expect("copies");
    let out = study.path().join("out.csv");
    let run = std::process::Command::new(env!("CARGO_BIN_EXE_universal-dimensions"))
        .arg("analyse")
        .arg(study.path())
        .arg("--out")
        .arg(&out)
        .output()
        .expect("the command line starts");
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(
        run.status.success(),
        "{}",
        String::from_utf8_lossy(&run.stderr)
    );
    assert!(
        said.contains("EVC: 0.405") && said.contains("IT: 0.618"),
        "{said}"
    );

    let expected = Expected::read(&folder.join("expected/dimensions.csv"));
    let ours = Expected::read(&out);
    for column in ["universality", "alignment_EVC", "alignment_IT"] {
        assert!(ours.has(column) && expected.has(column));
        let (greatest, median) = ours.compare_with(&expected, column);
        assert!(
            greatest < MOST && median < MEDIAN,
            "{column}: {greatest:e}, {median:e}"
        );
    }
}
