//! Tables as programs write them.

mod cells;
mod kinds;
mod lists;
mod names;

use super::*;
use crate::formats::StimuliTable;

fn all(path: &str, text: &str) -> Vec<Found> {
    read(path, text.as_bytes()).unwrap_or_else(|problem| panic!("{text:?}: {problem}"))
}

fn array_at(path: &str, text: &str) -> NamedArray {
    match all(path, text).remove(0) {
        Found::Array(array) => array,
        other => panic!("{text:?}: {other:?}"),
    }
}

fn array(text: &str) -> NamedArray {
    array_at("a.csv", text)
}

fn numbers(array: &NamedArray) -> Vec<f64> {
    (0..array.values.len())
        .map(|i| array.values.at(i))
        .collect()
}

fn ids(text: &str) -> Option<Vec<String>> {
    array(text).ids
}

fn strings(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

fn error_at(path: &str, text: &str) -> String {
    match read(path, text.as_bytes()) {
        Err(problem) => problem.to_string(),
        Ok(found) => panic!("{text:?}: {found:?}"),
    }
}

fn error(text: &str) -> String {
    error_at("a.csv", text)
}

/// What is said beside an array.
fn said(text: &str) -> String {
    let problems = all("a.csv", text)
        .into_iter()
        .filter_map(|found| match found {
            Found::LeftAlone(problem) => Some(problem.to_string()),
            _ => None,
        });
    problems.collect::<Vec<_>>().join("\n")
}

fn stimuli(path: &str, text: &str) -> StimuliTable {
    match all(path, text).remove(0) {
        Found::Stimuli(table) => table,
        other => panic!("{text:?}: {other:?}"),
    }
}

fn left_alone(path: &str, text: &str) -> Problem {
    match all(path, text).remove(0) {
        Found::LeftAlone(problem) => problem,
        other => panic!("{text:?}: {other:?}"),
    }
}
