//! The readers: on the project's own small files (`tests/reference/formats.py` writes them), and on samples of
//! the field where `UNIVERSAL_DIMENSIONS_DATA` names the folder that holds them.

mod advice;
mod hostile;
mod opened;
mod samples;
mod templates;

use std::path::{Path, PathBuf};

use serde_json::Value;

use opened::{open, shapes};

fn cases() -> (PathBuf, Vec<Value>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/formats");
    let text = std::fs::read_to_string(folder.join("manifest.json")).expect("a manifest");
    (folder, serde_json::from_str(&text).expect("JSON"))
}

#[test]
fn every_format_gives_its_numbers_names_and_ids() {
    let (folder, cases) = cases();
    for case in &cases {
        let file = case["file"].as_str().expect("a name");
        let opened = open(file, &std::fs::read(folder.join(file)).expect("a case"));
        let Some(arrays) = case["arrays"].as_object() else {
            continue;
        };
        let errors = opened.problems.iter().filter(|problem| problem.is_error());
        assert_eq!(errors.count(), 0, "{file}: {:?}", opened.problems);
        assert_eq!(opened.arrays.len(), arrays.len(), "{file}");
        for (name, expected) in arrays {
            let seen = opened.arrays.iter().find(|seen| seen.name == *name);
            let seen = seen.unwrap_or_else(|| panic!("{file} has no {name}"));
            assert_eq!(
                Value::from(seen.shape.clone()),
                expected["shape"],
                "{file}: {name}"
            );
            assert_eq!(
                seen.element,
                expected["type"].as_str().expect("a type"),
                "{file}: {name}"
            );
            let ids = seen.ids.clone().map_or(Value::Null, Value::from);
            assert_eq!(ids, expected["ids"], "{file}: {name}");
            for (index, value) in expected["values"]
                .as_array()
                .expect("numbers")
                .iter()
                .enumerate()
            {
                assert_eq!(
                    (seen.at)(index).as_f64(),
                    value.as_f64(),
                    "{file}: {name} at {index}"
                );
            }
        }
    }
}

#[test]
fn what_would_run_code_or_holds_less_than_it_says_is_refused() {
    let (folder, cases) = cases();
    for case in &cases {
        let Some(words) = case["refused"].as_array() else {
            continue;
        };
        let file = case["file"].as_str().expect("a name");
        let opened = open(file, &std::fs::read(folder.join(file)).expect("a case"));
        assert!(opened.arrays.is_empty(), "{file}");
        let text: String = opened.problems.iter().map(ToString::to_string).collect();
        assert!(text.contains(file), "{file}: {text}");
        for word in words {
            assert!(
                text.contains(word.as_str().expect("a word")),
                "{file}: {text}"
            );
        }
    }
}

#[test]
fn what_cannot_be_read_is_named_and_the_rest_stands() {
    let (folder, cases) = cases();
    for case in &cases {
        let (Some(left), Some(told)) = (case["left"].as_array(), case["told"].as_array()) else {
            continue;
        };
        let file = case["file"].as_str().expect("a name");
        let opened = open(file, &std::fs::read(folder.join(file)).expect("a case"));
        for name in left {
            let name = name.as_str().expect("a name");
            assert!(
                opened.arrays.iter().any(|seen| seen.name == name),
                "{file}: {name}"
            );
        }
        assert_eq!(opened.arrays.len(), left.len(), "{file}");
        let text: String = opened.problems.iter().map(ToString::to_string).collect();
        for word in told {
            let word = word.as_str().expect("a word");
            assert!(text.contains(word), "{file}: {word}: {text}");
        }
    }
}

#[test]
fn every_format_cut_short_at_any_byte_is_refused() {
    let (folder, cases) = cases();
    for case in &cases {
        let file = case["file"].as_str().expect("a name");
        let bytes = std::fs::read(folder.join(file)).expect("a case");
        let whole = shapes(file, &bytes);
        for end in 0..bytes.len() {
            let cut = shapes(file, &bytes[..end]);
            // half a table is a shorter table, and a MATLAB file that ends between two variables is whole
            let known = |shape: &Vec<usize>| {
                let alike = whole.iter().any(|whole| whole[1..] == shape[1..]);
                whole.contains(shape) || (alike && file.ends_with(".mat")) || file.ends_with(".txt")
            };
            assert!(cut.iter().all(known), "{file} cut at {end}: {cut:?}");
        }
    }
}

/// Each once asked for more memory or time than its bytes imply (`cargo xtask fuzz`).
#[test]
fn what_fuzzing_found_is_refused_at_once() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/found");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let file = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let opened = open(&file, &std::fs::read(&path).expect("a case"));
        assert!(
            opened.problems.iter().any(|problem| problem.is_error()),
            "{file}"
        );
        seen += 1;
    }
    assert_eq!(seen, 5);
}

#[test]
fn bytes_that_were_changed_anywhere_neither_panic_nor_grow() {
    let (folder, cases) = cases();
    for case in &cases {
        let file = case["file"].as_str().expect("a name");
        let bytes = std::fs::read(folder.join(file)).expect("a case");
        for index in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[index] ^= 0xff;
            // open() checks that numbers are as many as shapes say
            open(file, &changed);
        }
    }
}
