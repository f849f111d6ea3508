//! Every sample file of the field gives what its manifest says, or is refused. The samples are not part
//! of the project: `UNIVERSAL_DIMENSIONS_DATA` names the folder that holds them.

use std::path::{Path, PathBuf};

use serde_json::Value;
use universal_dimensions::problem::Problem;

use crate::opened::{Opened, open, shapes};

/// The samples. The tests that need them are ignored where they are not asked for.
fn samples() -> (PathBuf, Vec<Value>) {
    let root = std::env::var_os("UNIVERSAL_DIMENSIONS_DATA");
    let root = root.expect("UNIVERSAL_DIMENSIONS_DATA is set");
    let folder = Path::new(&root).join("formats");
    let text = std::fs::read_to_string(folder.join("manifest.json")).expect("a manifest");
    (folder, serde_json::from_str(&text).expect("JSON"))
}

/// `fire9[91,63]`, `RDMs[0][1][0]` and `[0, 63]` as a name and a place counted from 0;
/// `RDMs(1,4,2).RDM(92,1)` as MATLAB counts.
fn index_of(key: &str) -> Option<(String, Vec<usize>)> {
    let key = key.split_once(" (").map_or(key, |(key, _)| key).trim();
    let numbers = |text: &str, from: usize| -> Option<Vec<usize>> {
        text.split([',', '[', ']', '(', ')'])
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(|part| part.parse::<usize>().ok()?.checked_sub(from))
            .collect()
    };
    if let Some(start) = key.find('[') {
        return Some((key[..start].to_owned(), numbers(&key[start..], 0)?));
    }
    let start = key.rfind('(')?;
    Some((key[..start].to_owned(), numbers(&key[start..], 1)?))
}

fn flat(shape: &[usize], index: &[usize]) -> usize {
    assert_eq!(shape.len(), index.len(), "{index:?} in {shape:?}");
    index.iter().zip(shape).fold(0, |flat, (&here, &size)| {
        assert!(here < size);
        flat * size + here
    })
}

fn same(found: &Value, expected: &Value) -> bool {
    match (found.as_f64(), expected.as_f64()) {
        (Some(found), Some(expected)) => {
            (found - expected).abs() <= 1e-6 * expected.abs().max(1e-9)
        }
        _ => found == expected,
    }
}

/// Compares one expectation; false for one that this test does not know how to read. `main`: the array
/// that is meant where no name is given.
fn check(file: &str, opened: &Opened, main: &str, key: &str, expected: &Value) -> bool {
    let by_name = |name: &str| {
        let all = &opened.arrays;
        let wanted = if name.is_empty() { main } else { name };
        let found = all.iter().find(|seen| seen.name == wanted);
        found.or(if name.is_empty() { all.first() } else { None })
    };
    if let Some(name) = key
        .strip_suffix(" first values (C order)")
        .or(key.strip_suffix(" first values"))
    {
        if let Some(seen) = by_name(name) {
            let expected = expected.as_array().expect("a list");
            for (index, expected) in expected.iter().enumerate() {
                assert!(same(&(seen.at)(index), expected), "{file}: {key}");
            }
            return true;
        }
        // text that names the stimuli of the arrays
        if let Some(expected) = expected.as_array() {
            let ids = opened
                .arrays
                .iter()
                .find_map(|seen| seen.ids.as_ref())
                .expect("ids");
            assert!(
                expected.iter().zip(ids).all(|(a, b)| a == b),
                "{file}: {key}"
            );
            return true;
        }
        return false;
    }
    let Some((name, index)) = index_of(key) else {
        return false;
    };
    if let Some(seen) = by_name(&name) {
        let found = (seen.at)(flat(&seen.shape, &index));
        assert!(
            same(&found, expected),
            "{file}: {key} is {found}, not {expected}"
        );
        return true;
    }
    // a text beside the arrays is who their stimuli are
    let ids = opened.arrays.iter().find_map(|seen| seen.ids.as_ref());
    if let (Some(ids), Some(expected), [index]) = (ids, expected.as_str(), index.as_slice()) {
        assert_eq!(ids[*index], expected, "{file}: {key}");
        return true;
    }
    // one variable a stimulus: its row of the stack
    if let (Some(seen), [0, unit]) = (opened.arrays.first(), index.as_slice())
        && let Some(row) = seen
            .ids
            .as_ref()
            .and_then(|ids| ids.iter().position(|id| *id == name))
    {
        let found = (seen.at)(flat(&seen.shape, &[row, *unit]));
        assert!(same(&found, expected), "{file}: {key}");
        return true;
    }
    false
}

/// What the manifest says in words of its own, file by file.
fn check_in_words(file: &str, opened: &Opened, key: &str, expected: &Value) -> bool {
    let named = |name: &str| {
        let found = opened.arrays.iter().find(|seen| seen.name == name);
        found.unwrap_or_else(|| panic!("{file} has no {name}"))
    };
    match key {
        "dtypes" => {
            for (index, dtype) in expected.as_array().expect("a list").iter().enumerate() {
                assert_eq!(named(&format!("Models({}).RDM", index + 1)).element, *dtype);
            }
        }
        "shapes" => {
            for (index, shape) in expected.as_array().expect("a list").iter().enumerate() {
                let seen = named(&format!("Models({}).RDM", index + 1));
                assert_eq!(Value::from(seen.shape.clone()), *shape);
            }
        }
        "Models(1).RDM(1,48..50)" => {
            let seen = named("Models(1).RDM");
            let found: Vec<Value> = (47..50).map(|column| (seen.at)(column)).collect();
            assert_eq!(Value::from(found), *expected);
        }
        "(1).RDM(1..3)" => {
            let seen = named("modelRDMs(1).RDM");
            let found: Vec<Value> = (0..3).map(|column| (seen.at)(column)).collect();
            assert_eq!(Value::from(found), *expected);
        }
        "first row stimulus_id" => {
            let ids = opened.arrays[0].ids.as_ref().expect("ids");
            assert_eq!(Value::from(ids[0].clone()), *expected);
        }
        "image_01 unit_0" => {
            let seen = &opened.arrays[0];
            let ids = seen.ids.as_ref().expect("ids");
            let row = ids.iter().position(|id| id == "image_01").expect("there");
            assert!(same(&(seen.at)(flat(&seen.shape, &[row, 0])), expected));
        }
        "line 1" => {
            assert_eq!((opened.arrays[0].at)(0), *expected);
        }
        // names of structures become names of regions, subjects and models: tested in formats
        "names" | "RDMs(1,1,1).name" | "RDMs(1,4,2).name" | "(1).reprName"
        | "(1).measModelName" => {}
        // text that is no array
        "layer_name first values (C order)"
        | "meta first values (C order)"
        | "type"
        | "keys"
        | "pattern order" => {}
        _ => return false,
    }
    true
}

#[test]
#[ignore = "needs UNIVERSAL_DIMENSIONS_DATA, the folder of the larger data"]
fn every_sample_opens_as_what_it_is_or_is_refused() {
    let (folder, manifest) = samples();
    let mut opened_files = 0;
    for sample in &manifest {
        let file = sample["file"].as_str().expect("a name");
        let opened = open(file, &std::fs::read(folder.join(file)).expect("a sample"));
        let expected = sample["expected"].as_object().expect("expectations");
        let is_refused = opened.arrays.is_empty() && opened.problems.iter().any(Problem::is_error);
        // optional in the manifest, and refused by name here
        if expected.contains_key("error") || file.ends_with(".parquet") {
            assert!(is_refused, "{file} must be refused");
            let text = opened.problems[0].to_string();
            assert!(text.contains(file) && text.contains("Python"), "{text}");
            continue;
        }
        assert!(!is_refused, "{file}: {:?}", opened.problems);
        assert!(
            !opened.problems.iter().any(Problem::is_error),
            "{file}: {:?}",
            opened.problems
        );
        let shapes = sample["shape"].as_object();
        let main = shapes.and_then(|shapes| shapes.keys().find(|key| key.contains("features")));
        let main = main.map_or("", String::as_str);
        for (key, value) in expected {
            assert!(
                check_in_words(file, &opened, key, value) || check(file, &opened, main, key, value),
                "{file}: nobody reads {key}"
            );
        }
        if let Some(shape) = sample["shape"].as_array() {
            let shape: Vec<usize> = shape
                .iter()
                .map(|n| n.as_u64().expect("a size") as usize)
                .collect();
            assert_eq!(opened.arrays[0].shape, shape, "{file}");
        }
        opened_files += 1;
    }
    assert!(opened_files > 45, "{opened_files}");
}

/// Files cut short give an error, never a panic or a wrong shape: small samples at every byte, larger
/// ones at many.
#[test]
#[ignore = "needs UNIVERSAL_DIMENSIONS_DATA, the folder of the larger data"]
fn samples_that_are_cut_short_are_refused() {
    let (folder, manifest) = samples();
    for sample in &manifest {
        let file = sample["file"].as_str().expect("a name");
        let is_text = [".csv", ".txt"].iter().any(|ending| file.ends_with(ending));
        let bytes = std::fs::read(folder.join(file)).expect("a sample");
        let whole: Vec<Vec<usize>> = shapes(file, &bytes);
        let step = (bytes.len() / 300).max(1);
        let heads = 0..bytes.len().min(600);
        for end in heads.chain((600..bytes.len()).step_by(step)) {
            // half a table is a shorter table, and cannot be told from one
            let cut = shapes(file, &bytes[..end]);
            // nor is a MATLAB file that ends between two variables, here one a stimulus
            let rows_alone = |shape: &Vec<usize>| {
                file.ends_with(".mat") && whole.iter().any(|whole| whole[1..] == shape[1..])
            };
            let known = |shape: &Vec<usize>| whole.contains(shape) || rows_alone(shape);
            assert!(
                is_text || cut.iter().all(known),
                "{file} cut at {end}: {cut:?}"
            );
        }
    }
}
