//! Analysing a study and comparing its table with expected numbers.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use universal_dimensions::analysis::Options;
use universal_dimensions::engine::native::{NativeEngine, load};
use universal_dimensions::results::Dimensions;
use universal_dimensions::study::Study;
use universal_dimensions::tasks::KINDS;
use universal_dimensions::workflow::SecondaryAnalyses;
use universal_dimensions::workflow::{Outcome, analyse};

/// A study analysed, with its numbers still on the store for secondary analyses.
pub struct Analysed {
    pub engine: NativeEngine,
    pub study: Study,
    pub options: Options,
    pub outcome: Outcome,
}

impl Analysed {
    /// Analyses a folder or a study.json, as the command line does.
    pub fn open(path: &Path, change: impl Fn(&mut Options)) -> Self {
        let engine = NativeEngine::new(KINDS);
        let mut collection = load(&engine, path, &|_| {}).expect("the study is there");
        collection.settle();
        let assembly = collection.assemble();
        let problems: Vec<String> = assembly.problems.iter().map(ToString::to_string).collect();
        let study = assembly
            .study
            .unwrap_or_else(|| panic!("no study: {problems:?} {:?}", collection.problems));
        let mut options = collection.manifest_options().options();
        change(&mut options);
        let outcome = analyse_study(&engine, &study, &options);
        Self {
            engine,
            study,
            options,
            outcome,
        }
    }

    pub fn table(&self) -> &Dimensions {
        &self.outcome.dimensions
    }

    /// Its secondary analyses.
    pub fn secondary(&self) -> SecondaryAnalyses<'_, NativeEngine> {
        SecondaryAnalyses {
            engine: &self.engine,
            study: &self.study,
            options: &self.options,
            table: self.table(),
            report: &|_| {},
        }
    }
}

/// The table of a folder or a study.json.
pub fn analyse_path(path: &Path, change: impl Fn(&mut Options)) -> Outcome {
    Analysed::open(path, change).outcome
}

/// Analyses a study whose numbers are on the engine's store.
pub fn analyse_study(engine: &NativeEngine, study: &Study, options: &Options) -> Outcome {
    pollster::block_on(analyse(engine, study, options, &|_| {})).expect("the analysis ends")
}

/// A table of expected numbers by (network, layer, component).
pub struct Expected {
    rows: HashMap<(String, String, u32), HashMap<String, f64>>,
}

impl Expected {
    pub fn read(path: &Path) -> Self {
        let mut reader = csv::Reader::from_path(path).expect("the expected numbers are there");
        let header = reader.headers().expect("a header").clone();
        let rows = reader
            .records()
            .map(|record| {
                let record = record.expect("a row");
                let cell = |name: &str| {
                    let index = header.iter().position(|h| h == name).expect("a column");
                    record[index].to_owned()
                };
                let key = (
                    cell("network"),
                    cell("layer"),
                    cell("component").parse().expect("a number"),
                );
                let numbers = header
                    .iter()
                    .zip(record.iter())
                    .filter_map(|(name, value)| Some((name.to_owned(), value.parse().ok()?)))
                    .collect();
                (key, numbers)
            })
            .collect();
        Self { rows }
    }

    pub fn has(&self, column: &str) -> bool {
        self.rows.values().all(|row| row.contains_key(column))
    }

    /// Compares a column of a table with an expected one: the greatest and the median difference.
    /// Every expected row must be there and no other, and defined wherever it is expected to be.
    pub fn compare(
        &self,
        table: &Dimensions,
        column: &str,
        values: &[f64],
        relative: bool,
    ) -> (f64, f64) {
        assert_eq!(table.len(), self.rows.len(), "number of dimensions");
        let mut differences: Vec<f64> = (0..table.len())
            .filter_map(|row| {
                let key = (
                    table.network_of(row).name.clone(),
                    table.layer_of(row).name.clone(),
                    table.component[row],
                );
                let expected = self
                    .rows
                    .get(&key)
                    .unwrap_or_else(|| panic!("{key:?} is not expected"));
                // an empty cell: no number is given for this row
                let expected = *expected.get(column)?;
                assert_eq!(values[row].is_nan(), expected.is_nan(), "{key:?}, {column}");
                let difference = (values[row] - expected).abs();
                Some(if relative {
                    difference / expected.abs()
                } else {
                    difference
                })
            })
            .filter(|difference| !difference.is_nan())
            .collect();
        differences.sort_by(f64::total_cmp);
        (
            differences[differences.len() - 1],
            differences[differences.len() / 2],
        )
    }

    /// Greatest and median difference of a column between two tables of the same rows.
    pub fn compare_with(&self, other: &Self, column: &str) -> (f64, f64) {
        assert_eq!(self.rows.len(), other.rows.len(), "number of dimensions");
        let difference = |(key, row): (&(String, String, u32), &HashMap<String, f64>)| {
            (row[column] - other.rows[key][column]).abs()
        };
        let mut differences: Vec<f64> = self.rows.iter().map(difference).collect();
        assert!(
            differences.iter().all(|difference| !difference.is_nan()),
            "{column} is undefined somewhere"
        );
        differences.sort_by(f64::total_cmp);
        (
            differences[differences.len() - 1],
            differences[differences.len() / 2],
        )
    }

    /// Fails unless a column agrees to a greatest and a median difference.
    pub fn assert_close(
        &self,
        table: &Dimensions,
        column: &str,
        values: &[f64],
        most: f64,
        middle: f64,
    ) {
        let (greatest, median) = self.compare(table, column, values, column == "variance");
        assert!(
            greatest <= most && median <= middle,
            "{column}: greatest difference {greatest:e} (at most {most:e}), median {median:e} (at most {middle:e})"
        );
    }
}

/// A folder of the larger data. The tests that need it are ignored where it is not asked for.
pub fn larger_data(folder: &str) -> PathBuf {
    let root = std::env::var_os("UNIVERSAL_DIMENSIONS_DATA");
    let path = Path::new(&root.expect("UNIVERSAL_DIMENSIONS_DATA is set")).join(folder);
    assert!(path.is_dir(), "{} is not there", path.display());
    path
}
