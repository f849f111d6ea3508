//! JSON: the manifest of a study, notes of a tool beside its data, or numbers in a format that is not read.

use serde_json::Value;

use super::companions::is_named_like_data;
use super::python::{names, python};
use super::{Found, text};
use crate::problem::Problem;

/// Reads JSON.
///
/// # Errors
/// A [`Problem`] for numbers in a form that is not read.
pub fn read_json(path: &str, bytes: &[u8]) -> Result<Vec<Found>, Problem> {
    let text = text::decode(path, bytes)?.into_owned();
    if path.rsplit('/').next() == Some("study.json") || text.contains("universal-dimensions/") {
        return Ok(vec![Found::Manifest {
            path: path.to_owned(),
            text,
        }]);
    }
    let value: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
    let is_data = holds_matrix(&value) || (is_named_like_data(path) && holds_numbers(&value));
    if is_data {
        return Err(
            Problem::error(path, "holds numbers as JSON, which is not read here")
                .expected(super::all_endings())
                .hint(as_npz(path, &value)),
        );
    }
    Ok(vec![Found::LeftAlone(
        Problem::notice(path, "is JSON but no study and was left alone").expected(
            "a study.json with \"format\": \"universal-dimensions/1\", where it describes a study",
        ),
    )])
}

fn is_row(value: &Value) -> bool {
    let numbers = value.as_array().map(Vec::as_slice).unwrap_or_default();
    numbers.len() > 1 && numbers.iter().all(Value::is_number)
}

fn is_matrix(value: &Value) -> bool {
    let rows = value.as_array().map(Vec::as_slice).unwrap_or_default();
    rows.len() > 1 && rows.iter().all(is_row)
}

/// Whether it is rows of numbers, or names some.
fn holds_matrix(value: &Value) -> bool {
    let named = value.as_object();
    is_matrix(value) || named.is_some_and(|named| named.values().any(is_matrix))
}

/// Whether it is a list of numbers, or names lists of them.
fn holds_numbers(value: &Value) -> bool {
    let named = value.as_object();
    is_row(value) || named.is_some_and(|named| named.len() > 1 && named.values().all(is_row))
}

fn as_npz(path: &str, value: &Value) -> String {
    let (old, npz) = names(path, "npz");
    let (_, npy) = names(path, "npy");
    let rows = value
        .as_object()
        .is_some_and(|named| named.values().all(is_row));
    let program = if value.is_array() {
        format!("import json, numpy\nnumpy.save({npy}, numpy.array(json.load(open({old}))))")
    } else if rows {
        // a row for each stimulus, by its name
        format!(
            "import json, numpy\nrows = json.load(open({old}))\nnumpy.savez({npz}, features=numpy.array(list(rows.values())), stimulus_id=numpy.array(list(rows)))"
        )
    } else {
        format!(
            "import json, numpy\narrays = json.load(open({old}))\nnumpy.savez({npz}, **{{name: numpy.array(rows) for name, rows in arrays.items() if isinstance(rows, list)}})"
        )
    };
    python(
        "Save the numbers by Python, and move the JSON out of the folder",
        &program,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_told_from_numbers() {
        let read = |path: &str, text: &str| read_json(path, text.as_bytes());
        for (path, text) in [
            ("notes.json", "{}"),
            (
                "sub-01_bold.json",
                r#"{"RepetitionTime": 2, "SliceTiming": [0, 0.5, 1]}"#,
            ),
            ("activations_a__b.json", r#"{"layer": "b", "units": 64}"#),
            ("broken.json", "{"),
        ] {
            let found = read(path, text).expect("left alone");
            assert!(matches!(&found[..], [Found::LeftAlone(notice)] if !notice.is_error()));
        }
        for (path, text, word) in [
            ("a.json", "[[1, 2], [3, 4]]", "numpy.save(\"a.npy\""),
            (
                "a.json",
                r#"{"conv1": [[1, 2], [3, 4]], "note": "x"}"#,
                "savez",
            ),
            (
                "a__b.json",
                r#"{"im0": [1, 2], "im1": [3, 4]}"#,
                "stimulus_id",
            ),
        ] {
            let refused = read(path, text).expect_err("numbers").to_string();
            assert!(refused.contains(word), "{refused}");
        }
    }
}
