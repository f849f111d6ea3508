//! The conformance data and the 92-image study, where they are on the machine.

use std::collections::HashMap;
use std::path::Path;

use nalgebra::DMatrix;
use tempfile::TempDir;
use universal_dimensions::formats::Values;
use universal_dimensions::math::random::Generator;
use universal_dimensions::math::ridge::Mapping;
use universal_dimensions::math::rsa::{noise_ceiling, pairs_of};

use universal_dimensions::analysis::Resampling;
use universal_dimensions::study::{Payload, read};
use universal_dimensions::views::reduced_rsa::curves::ReducedRsaTable;
use universal_dimensions::views::reduced_rsa::curves::reduced_csv;

use crate::support::{Analysed, Expected, larger_data};

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

/// One line of the expected reduced RSA.
#[derive(serde::Deserialize)]
struct ReducedLine {
    network: String,
    layer: String,
    kept: String,
    subject: String,
    rsa: f64,
}

fn compare_reduced(folder: &Path, analysed: &Analysed, table: &ReducedRsaTable) {
    let text = std::fs::read_to_string(folder.join("expected/rsa_reduced.json"));
    let lines: Vec<ReducedLine> =
        serde_json::from_str(&text.expect("is there")).expect("valid JSON");
    let networks: Vec<String> = analysed
        .study
        .networks
        .iter()
        .map(|network| network.name.clone())
        .collect();
    let ours = reduced_csv(table, &networks);
    let rows: HashMap<Vec<String>, f64> = csv::Reader::from_reader(ours.as_bytes())
        .records()
        .map(|record| {
            let record = record.expect("a row");
            let key = [0, 1, 3, 4].map(|index| record[index].to_owned()).to_vec();
            (key, record[5].parse().expect("a number"))
        })
        .collect();
    assert!(lines.len() >= 9 * networks.len());
    for line in lines {
        let key = vec![line.network, line.layer, line.subject, line.kept];
        let found = rows.get(&key).unwrap_or_else(|| panic!("no row {key:?}"));
        assert!(
            (found - line.rsa).abs() < 1e-6,
            "{key:?}: {found} {}",
            line.rsa
        );
    }
}

fn conforms(name: &str) {
    let folder = larger_data(&format!("conformance/{name}"));
    let expected = Expected::read(&folder.join("expected/dimensions.csv"));
    for (brain, column) in [
        ("responses_", "alignment_responses"),
        ("rdm_", "alignment_rdm"),
    ] {
        let study = selection(&folder, &["activations_", "stimuli", brain]);
        let analysed = Analysed::open(study.path(), |_| {});
        let table = analysed.table();
        expected.assert_close(table, "variance", &table.variance, 1e-5, MEDIAN);
        expected.assert_close(table, "universality", &table.universality, MOST, MEDIAN);
        let region = &table.alignment[0];
        expected.assert_close(table, column, &region.scores, MOST, MEDIAN);
        if brain == "responses_" {
            expected.assert_close(table, "reliability", &region.reliability, MOST, MEDIAN);
        }
        let rsa = pollster::block_on(analysed.secondary().single_dimension_rsa()).expect("ends");
        expected.assert_close(table, "rsa_alignment", &rsa[0], 1e-6, 1e-6);
        let reduced = pollster::block_on(analysed.secondary().reduced_rsa(Resampling::default()));
        compare_reduced(&folder, &analysed, &reduced.expect("ends"));
    }
    let study = selection(&folder, &["activations_", "stimuli"]);
    let analysed = Analysed::open(study.path(), |_| {});
    let by_ols = pollster::block_on(analysed.secondary().universality_by(Mapping::Ols));
    let by_ols = by_ols.expect("ends");
    expected.assert_close(analysed.table(), "universality_ols", &by_ols, MOST, MEDIAN);
}

#[test]
#[ignore = "needs UNIVERSAL_DIMENSIONS_DATA, the folder of the larger data"]
fn the_small_study_conforms() {
    conforms("small");
}

#[test]
#[ignore = "needs UNIVERSAL_DIMENSIONS_DATA, the folder of the larger data"]
fn the_rank_deficient_study_conforms() {
    conforms("rank_deficient");
}

#[test]
#[ignore = "needs UNIVERSAL_DIMENSIONS_DATA, the folder of the larger data"]
fn permutations_are_numpys_to_the_bit() {
    let folder = larger_data("conformance");
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
#[ignore = "needs UNIVERSAL_DIMENSIONS_DATA, the folder of the larger data"]
fn the_92_images_give_the_expected_scores_through_the_command_line() {
    let folder = larger_data("real/cichy92");
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

/// Spearman correlations of RDMs that another library gave.
#[test]
#[ignore = "needs UNIVERSAL_DIMENSIONS_DATA, the folder of the larger data"]
fn the_92_images_agree_with_rsatoolbox() {
    let folder = larger_data("real/cichy92");
    let study = selection(&folder.join("activations"), &["activations_alexnet"]);
    for roi in ["EVC", "IT"] {
        for subject in 1..=15 {
            let name = format!("rdm_{roi}__sub-{subject:02}.npy");
            std::fs::copy(folder.join("brain").join(&name), study.path().join(&name))
                .expect("copies");
        }
    }
    let analysed = Analysed::open(study.path(), |options| options.components = Some(2));
    let table = analysed.table();
    let mut compared = 0;
    for record in csv::Reader::from_path(folder.join("reference_rsa_spearman.csv"))
        .expect("is there")
        .records()
    {
        let record = record.expect("a row");
        let Some(layer) = table.find_layer(&record[0], &record[1]) else {
            continue;
        };
        let Some(roi) = table.alignment.iter().position(|a| a.roi == record[2]) else {
            continue;
        };
        let rdms =
            pollster::block_on(
                analysed
                    .secondary()
                    .rdms(layer, 1, roi, Some(&record[3]), false),
            );
        let expected: f64 = record[4].parse().expect("a number");
        let ours = rdms.expect("ends").rdms[0].rsa.expect("a score");
        assert!((ours - expected).abs() < 1e-6, "{record:?}: {ours}");
        compared += 1;
    }
    assert!(compared >= 10 * 30, "{compared}");
}

#[test]
#[ignore = "needs UNIVERSAL_DIMENSIONS_DATA, the folder of the larger data"]
fn noise_ceilings_of_the_92_images() {
    let folder = larger_data("real/cichy92/brain");
    for (roi, lower, upper) in [("EVC", 0.242, 0.392), ("IT", 0.453, 0.542)] {
        let subjects: Vec<Vec<f64>> = (1..=15)
            .map(|subject| {
                let path = folder.join(format!("rdm_{roi}__sub-{subject:02}.npy"));
                let bytes = std::fs::read(path).expect("is there");
                let (_, contents) = read("rdm.npy", &bytes);
                let Some(Payload::Numbers(Values::F64(values))) = contents.into_iter().next()
                else {
                    panic!("no numbers");
                };
                pairs_of(&DMatrix::from_vec(92, 92, values))
            })
            .collect();
        let ceiling = noise_ceiling(&subjects);
        assert!((ceiling.lower - lower).abs() < 5e-4 && (ceiling.upper - upper).abs() < 5e-4);
    }
}
