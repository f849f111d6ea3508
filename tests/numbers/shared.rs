//! Shared dimensions (METHOD 11.1): against NumPy, against the larger data, what must not change them, and
//! what they say of networks whose truth is known.

use std::collections::HashMap;
use std::path::Path;

use nalgebra::DMatrix;
use universal_dimensions::analysis::Options;
use universal_dimensions::math::random::Generator;
use universal_dimensions::problem::Problem;
use universal_dimensions::views::shared_dimensions::csv::TABLES;
use universal_dimensions::views::shared_dimensions::table::SharedTable;
use universal_dimensions::workflow::SecondaryAnalyses;

use crate::cases::case;
use crate::invariances::{File, normal, study};
use crate::support::{Analysed, analyse_study, larger_data};

const MOST: f64 = 1e-3;
const MEDIAN: f64 = 1e-5;

fn shared_of(analysed: &Analysed) -> SharedTable {
    let made = pollster::block_on(analysed.secondary().shared_dimensions());
    made.expect("ends").expect("enough networks")
}

/// Columns whose numbers name a row.
const NAMES: [&str; 5] = ["stimulus_id", "network", "layer", "component", "dimension"];

/// The numbers of a table by what its rows are called and by column.
fn numbers(mut reader: csv::Reader<impl std::io::Read>) -> (Vec<String>, HashMap<String, f64>) {
    let header: Vec<String> = (reader.headers().expect("a header").iter())
        .map(str::to_owned)
        .collect();
    let mut found = HashMap::new();
    for record in reader.records() {
        let record = record.expect("a row");
        let named = || header.iter().zip(record.iter());
        let row: Vec<&str> = named()
            .filter(|(column, _)| NAMES.contains(&column.as_str()))
            .map(|(_, value)| value)
            .collect();
        for (column, value) in named().filter(|(column, _)| !NAMES.contains(&column.as_str())) {
            let value = match value {
                "" => f64::NAN,
                value => value.parse().expect("a number"),
            };
            found.insert(format!("{} {column}", row.join(" ")), value);
        }
    }
    (header, found)
}

/// Compares all tables of shared dimensions with those of a folder: the same columns, the same rows, and
/// numbers within the tolerance.
fn compare(table: &SharedTable, expected: &Path) {
    let mut compared = 0;
    for (name, csv) in TABLES {
        let path = expected.join(name);
        if !path.is_file() {
            assert_eq!(*name, "shared_alignment.csv");
            continue;
        }
        let text = csv(table);
        let (header, ours) = numbers(csv::Reader::from_reader(text.as_bytes()));
        let (columns, theirs) = numbers(csv::Reader::from_path(path).expect("is there"));
        assert_eq!(header, columns, "{name}");
        assert_eq!(ours.len(), theirs.len(), "{name}");
        let mut apart: Vec<(f64, &String)> = (theirs.iter())
            .map(|(row, value)| {
                assert_eq!(ours[row].is_nan(), value.is_nan(), "{name}: {row}");
                ((ours[row] - value).abs(), row)
            })
            .filter(|(apart, _)| !apart.is_nan())
            .collect();
        apart.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (greatest, median) = (apart[apart.len() - 1], apart[apart.len() / 2].0);
        assert!(
            greatest.0 < MOST && median < MEDIAN,
            "{name}: {greatest:?}, {median:e}"
        );
        compared += apart.len();
    }
    assert!(compared > 2000, "{compared}");
}

#[test]
fn a_study_with_copies_gives_what_numpy_gives() {
    let folder = case("shared");
    let analysed = Analysed::open(&folder.join("study"), |_| {});
    let table = shared_of(&analysed);
    compare(&table, &folder.join("expected"));
    assert_eq!((table.count(), table.groups), (4, 6));
    assert!(table.may_be_read(0) && !table.may_be_read(4));
    // two subjects: reliability is there, and what it allows
    for dimension in &table.dimensions[..4] {
        let brain = dimension.brains[0];
        assert!((brain.adjusted - brain.alignment / brain.reliability.sqrt()).abs() < 1e-9);
    }
}

#[test]
#[ignore = "needs UNIVERSAL_DIMENSIONS_DATA, the folder of the larger data"]
fn the_small_study_shares_what_is_expected() {
    let folder = larger_data("conformance/small");
    let study = tempfile::tempdir().expect("a folder");
    // the expected alignment is that of the RDMs
    copy(&folder, study.path(), |name| {
        ["activations_", "stimuli", "rdm_"]
            .iter()
            .any(|start| name.starts_with(start))
    });
    let analysed = Analysed::open(study.path(), |_| {});
    compare(&shared_of(&analysed), &folder.join("expected/section11"));
}

#[test]
#[ignore = "needs UNIVERSAL_DIMENSIONS_DATA, the folder of the larger data"]
fn the_92_images_share_what_is_expected() {
    let folder = larger_data("real/cichy92");
    let study = tempfile::tempdir().expect("a folder");
    copy(&folder.join("activations"), study.path(), |_| true);
    copy(&folder.join("brain"), study.path(), |name| {
        name.starts_with("rdm_EVC__sub-") || name.starts_with("rdm_IT__sub-")
    });
    copy(&folder, study.path(), |name| name == "stimuli.csv");
    let analysed = Analysed::open(study.path(), |_| {});
    let table = shared_of(&analysed);
    compare(&table, &folder.join("expected/section11"));
    assert_eq!(table.count(), 20);
    assert_eq!((0..20).filter(|&d| table.may_be_read(d)).count(), 12);
    // faces are at one end of the first
    let text = std::fs::read_to_string(folder.join("stimuli.csv")).expect("is there");
    let faces: Vec<&str> = (text.lines().skip(1))
        .map(|line| line.split(',').collect::<Vec<_>>())
        .filter(|cells| cells[6] == "1")
        .map(|cells| cells[1])
        .collect();
    let (highest, lowest) = table.ends(0, 8);
    let count = |end: &[usize]| {
        let ids = end.iter().map(|&stimulus| table.stimuli[stimulus].as_str());
        ids.filter(|id| faces.contains(id)).count()
    };
    let (one, other) = (count(&highest), count(&lowest));
    assert!(one.max(other) >= 7 && one.min(other) <= 1, "{one}, {other}");
}

fn copy(from: &Path, to: &Path, is_wanted: impl Fn(&str) -> bool) {
    for entry in std::fs::read_dir(from).expect("a folder").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_file() && is_wanted(&name) {
            std::fs::copy(entry.path(), to.join(name)).expect("copies");
        }
    }
}

const N: usize = 48;

const NAMES_OF_FILES: [&str; 6] = ["a__x", "b__x", "c__x", "d__x", "e__x", "f__x"];

/// Six networks, which share so many latents and have as many of their own.
fn planted(shared: usize, seed: u64) -> Vec<File> {
    let mut generator = Generator::new(seed);
    let latents = normal(&mut generator, N, shared);
    NAMES_OF_FILES
        .map(|name| {
            let own = normal(&mut generator, N, 4);
            let weights = normal(&mut generator, shared, 24);
            let own_weights = normal(&mut generator, 4, 24);
            File {
                name,
                a: &latents * weights * 1.5
                    + own * own_weights
                    + normal(&mut generator, N, 24) * 0.5,
                ids: (0..N).map(|i| format!("im{i:02}")).collect(),
            }
        })
        .to_vec()
}

/// What files share; some networks are declared copies of each other.
fn found(files: &[File], copies: &[usize]) -> Result<SharedTable, Problem> {
    let (engine, mut study) = study(files);
    for &network in copies {
        study.networks[network].same_as = Some("copies".into());
    }
    let options = Options {
        components: Some(3),
        ..Options::default()
    };
    let outcome = analyse_study(&engine, &study, &options);
    let secondary = SecondaryAnalyses {
        engine: &engine,
        study: &study,
        options: &options,
        table: &outcome.dimensions,
        report: &|_| {},
    };
    pollster::block_on(secondary.shared_dimensions()).expect("ends")
}

fn share(files: &[File], copies: &[usize]) -> SharedTable {
    found(files, copies).expect("enough networks")
}

#[test]
fn independent_networks_share_nothing() {
    for seed in 0..20 {
        let table = share(&planted(0, 100 + seed), &[]);
        assert_eq!(table.count(), 0, "seed {seed}");
        assert!(table.coverage(&table.networks[0]).is_nan());
    }
}

#[test]
fn planted_dimensions_are_counted_within_one() {
    for planted_count in [1, 3, 5] {
        for seed in 0..3 {
            let table = share(&planted(planted_count, seed), &[]);
            let counted = table.count();
            assert!(
                counted.abs_diff(planted_count) <= 1,
                "{counted} of {planted_count}"
            );
            assert!(table.coverage(&table.networks[0]) > 0.5);
        }
    }
}

#[test]
fn declared_copies_do_not_count_as_agreement() {
    let mut files = planted(0, 7);
    files[1].a = files[0].a.clone() * 3.0;
    files[2].a = files[0].a.clone();
    let declared = share(&files, &[0, 1, 2]);
    assert_eq!((declared.count(), declared.groups), (0, 4));
    assert!(declared.notices.is_empty(), "{:?}", declared.notices);
    let undeclared = share(&files, &[]);
    let said = undeclared.notices.iter().map(ToString::to_string);
    let said: Vec<String> = said
        .filter(|said| said.contains("look like one network"))
        .collect();
    assert!(said.len() == 1 && said[0].contains("a and b") && said[0].contains("2 more pairs"));
    // a copy changes nothing for the others: its group counts as much as the one network did
    let mut alone = files.clone();
    alone.drain(1..3);
    let alone = share(&alone, &[]);
    for (with, without) in declared.dimensions.iter().zip(&alone.dimensions) {
        assert!((with.eigenvalue - without.eigenvalue).abs() < 1e-9);
    }
}

#[test]
fn too_few_networks_are_refused_and_what_is_constant_is_left_out() {
    let mut files = planted(2, 3);
    let said = found(&files[..2], &[])
        .expect_err("two networks")
        .to_string();
    assert!(said.contains("2 networks"), "{said}");
    // of three one declared copy is left
    assert!(found(&files[..3], &[0, 1]).is_err());
    files[5].a.fill(2.5);
    let table = share(&files, &[]);
    assert!(table.networks[5].scores.iter().all(|score| score.is_nan()));
    assert!(table.dimensions[0].universality > 0.5 && table.groups == 5);
    let said = table.notices[0].to_string();
    assert!(said.contains("f tells no stimuli apart"), "{said}");
    assert_eq!(
        found(&files[3..], &[])
            .expect_err("two are left")
            .found
            .matches("2 networks")
            .count(),
        1
    );
}

/// The same shared dimensions to rounding, on the rows where they are shared.
fn assert_same(before: &SharedTable, after: &SharedTable) {
    assert_eq!(before.count(), after.count());
    assert!(before.count() >= 2);
    assert!((before.null_95 - after.null_95).abs() < MOST);
    for d in 0..before.count() {
        let (one, other) = (&before.dimensions[d], &after.dimensions[d]);
        let pairs = [
            (one.universality, other.universality),
            (one.direction_95, other.direction_95),
            (one.stability, other.stability),
            (one.eigenvalue, other.eigenvalue),
        ];
        for (a, b) in pairs {
            assert!((a - b).abs() < MOST, "dimension {d}: {a} became {b}");
        }
        for (a, b) in one.scores.iter().zip(&other.scores) {
            assert!((a - b).abs() < MOST, "dimension {d}: {a} became {b}");
        }
    }
}

/// What is done to a file of activations.
type Change<'a> = &'a dyn Fn(&mut File);

#[test]
fn what_says_the_same_gives_the_same() {
    let before = planted(3, 11);
    let of_before = share(&before, &[]);
    let mut generator = Generator::new(5);
    let rotation = normal(&mut generator, 24, 24).qr().q();
    let order = generator.permutation(N);
    let changes: [(&str, Change<'_>); 4] = [
        ("rotated", &|file| file.a = &file.a * &rotation),
        ("scaled", &|file| file.a *= 1e4),
        ("another order of rows", &|file| {
            file.a = file.a.select_rows(&order);
            file.ids = order.iter().map(|&i| file.ids[i].clone()).collect();
        }),
        ("a constant unit", &|file| {
            file.a = std::mem::replace(&mut file.a, DMatrix::zeros(0, 0)).insert_column(3, 17.0);
        }),
    ];
    for (what, change) in changes {
        let mut after = before.clone();
        change(&mut after[2]);
        println!("{what}");
        assert_same(&of_before, &share(&after, &[]));
    }
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let files = planted(2, 19);
    let of = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let table = pool.expect("a pool").install(|| share(&files, &[]));
        TABLES
            .iter()
            .map(|(_, csv)| csv(&table))
            .collect::<Vec<_>>()
    };
    assert!(of(1) == of(3));
}
