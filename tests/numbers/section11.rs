//! What the correlation is worth, and which network predicts which (METHOD 11.2 and 11.3), against the
//! expected numbers of the larger data.

use std::path::Path;

use tempfile::TempDir;
use universal_dimensions::analysis::{Resampling, Scope};
use universal_dimensions::results::{Score, Selection};
use universal_dimensions::views::networks::table::{networks_csv, predictability_csv};

use crate::cases::case;
use crate::support::{Analysed, larger_data};

/// A table of expected numbers: rows of cells.
fn rows(path: &Path) -> Vec<csv::StringRecord> {
    let mut reader = csv::Reader::from_path(path).expect("the expected numbers are there");
    reader
        .records()
        .map(|record| record.expect("a row"))
        .collect()
}

/// The files of folders whose names start so, in one folder.
fn gathered(folders: &[(&Path, &[&str])]) -> TempDir {
    let chosen = tempfile::tempdir().expect("a folder");
    for (folder, prefixes) in folders {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let entry = entry.expect("a file");
            let name = entry.file_name().to_string_lossy().into_owned();
            if prefixes.iter().any(|prefix| name.starts_with(prefix)) {
                std::fs::copy(entry.path(), chosen.path().join(name)).expect("copies");
            }
        }
    }
    chosen
}

fn open_small() -> (Analysed, std::path::PathBuf) {
    let folder = larger_data("conformance/small");
    let study = gathered(&[(&folder, &["activations_", "stimuli", "rdm_"])]);
    (
        Analysed::open(study.path(), |_| {}),
        folder.join("expected/section11"),
    )
}

fn open_92_images() -> (Analysed, std::path::PathBuf) {
    let folder = larger_data("real/cichy92");
    let study = gathered(&[
        (&folder.join("activations"), &["activations_"]),
        (&folder.join("brain"), &["rdm_EVC__sub-", "rdm_IT__sub-"]),
        (&folder, &["stimuli.csv"]),
    ]);
    (
        Analysed::open(study.path(), |_| {}),
        folder.join("expected/section11"),
    )
}

/// The chance level of the correlation, of the two repeats that the expected files have.
fn chance_level_is(analysed: &Analysed, expected: &Path) {
    let table = analysed.table();
    // repeat q is the permutation of default_rng(11 + 1 + q)
    let resampling = Resampling {
        permutations: 2,
        seed: 12,
        ..Resampling::default()
    };
    let null = pollster::block_on(analysed.secondary().null_lines(resampling)).expect("ends");
    let selection = Selection::all(table, Score::Alignment, 0, Scope::All);
    let mut seen = 0;
    for row in rows(&expected.join("controls.csv")) {
        if &row[1] != "none" {
            continue;
        }
        let roi = table
            .alignment
            .iter()
            .position(|region| region.roi == row[0]);
        let roi = roi.unwrap_or_else(|| panic!("no region {}", &row[0]));
        let number = |column: usize| row[column].parse::<f64>().expect("a number");
        let (rho, dimensions) = selection.relation(roi);
        assert_eq!(dimensions.to_string(), row[9]);
        println!("{rho} {}", number(2));
        assert!((rho - number(2)).abs() < 1e-3, "{}: {rho}", &row[0]);
        let floor = null.spearman[roi];
        assert!((floor - number(5)).abs() < 1e-3, "{}: {floor}", &row[0]);
        seen += 1;
    }
    assert_eq!(seen, table.alignment.len());
}

#[test]
#[ignore = "needs UNIVERSAL_DIMENSIONS_DATA, the folder of the larger data"]
fn shuffled_images_of_the_small_study_give_the_expected_correlation() {
    let (analysed, expected) = open_small();
    chance_level_is(&analysed, &expected);
}

#[test]
#[ignore = "needs UNIVERSAL_DIMENSIONS_DATA, the folder of the larger data"]
fn shuffled_images_of_the_92_give_the_expected_correlation() {
    let (analysed, expected) = open_92_images();
    chance_level_is(&analysed, &expected);
}

/// A part of the dimensions in each permutation gives what all of them give, and the lines as well.
#[test]
#[ignore = "needs UNIVERSAL_DIMENSIONS_DATA, the folder of the larger data"]
fn a_part_of_the_dimensions_gives_the_chance_level_of_all() {
    let (analysed, _) = open_92_images();
    let started = std::time::Instant::now();
    let hundred = Resampling::default();
    let part = pollster::block_on(analysed.secondary().null_lines(hundred)).expect("ends");
    println!("100 permutations: {:?}, {part:?}", started.elapsed());
    for (level, about) in part.spearman.iter().zip([0.22, 0.40]) {
        assert!((level - about).abs() < 0.03, "{level}");
    }
}

#[test]
fn hiding_a_network_leaves_the_scores_of_chance_and_takes_its_dimensions_away() {
    let analysed = Analysed::open(&case("further").join("study"), |_| {});
    let table = analysed.table();
    let few = Resampling {
        permutations: 3,
        ..Resampling::default()
    };
    let scores = pollster::block_on(analysed.secondary().null_scores(few)).expect("ends");
    let all = scores.lines(table, |_| true);
    let some = scores.lines(table, |network| network < 2);
    assert!(all.spearman[0].is_finite() && all.spearman[0].abs() < 1.0);
    assert_ne!(all.spearman, some.spearman);
    assert_ne!(all.universality, some.universality);
    assert!(scores.lines(table, |_| false).spearman[0].is_nan());
}

/// The files of networks, cell by cell: every expected column, every expected row and no other.
fn networks_are(analysed: &Analysed, expected: &Path) {
    let table = analysed.table();
    let summaries = table.network_summaries(None);
    for (name, ours, keys) in [
        ("networks.csv", networks_csv(table, &summaries), 1),
        ("predictability.csv", predictability_csv(table), 2),
    ] {
        let path = expected.join(name);
        let mut theirs = csv::Reader::from_path(&path).expect("the expected numbers are there");
        let columns = theirs.headers().expect("a header").clone();
        let mut reader = csv::Reader::from_reader(ours.as_bytes());
        let header = reader.headers().expect("a header").clone();
        let ours: Vec<csv::StringRecord> =
            reader.records().map(|row| row.expect("a row")).collect();
        let expected = rows(&path);
        assert_eq!(ours.len(), expected.len(), "{name}");
        for row in &expected {
            let own = ours.iter().find(|own| {
                let at = |key: usize| {
                    header
                        .iter()
                        .position(|h| *h == columns[key])
                        .expect("a column")
                };
                (0..keys).all(|key| own[at(key)] == row[key])
            });
            let own = own.unwrap_or_else(|| panic!("{name}: no row {row:?}"));
            for (column, value) in columns.iter().zip(row).skip(keys) {
                // needs the shared dimensions
                if column == "coverage" {
                    continue;
                }
                let at = header.iter().position(|h| h == column).expect("a column");
                let (own, value): (f64, f64) = (
                    own[at].parse().expect("a number"),
                    value.parse().expect("a number"),
                );
                let most = if column.starts_with("effective") {
                    1e-3 * value
                } else {
                    1e-3
                };
                assert!(
                    (own - value).abs() <= most,
                    "{name} {row:?} {column}: {own} {value}"
                );
            }
        }
    }
}

#[test]
#[ignore = "needs UNIVERSAL_DIMENSIONS_DATA, the folder of the larger data"]
fn networks_of_the_small_study_predict_each_other_as_expected() {
    let (analysed, expected) = open_small();
    networks_are(&analysed, &expected);
}

#[test]
#[ignore = "needs UNIVERSAL_DIMENSIONS_DATA, the folder of the larger data"]
fn networks_of_the_92_images_predict_each_other_as_expected() {
    let (analysed, expected) = open_92_images();
    networks_are(&analysed, &expected);
}
