//! NumPy's .npy: the header by npyz, the numbers from the bytes behind it.

mod advice;
mod header;
mod names;
#[cfg(test)]
mod tests;

use super::companions::is_named_like_data;
use super::decode::{Values, decode};
use super::{Found, PIECE, Slices};
use crate::problem::{Problem, Severity};
pub use advice::objects_in_archive;
pub use header::holds_objects;
use header::{Head, wrong_length};
use names::{read_text, whole_numbers};

/// Reads a file of its own, in which a single number is no layer.
///
/// # Errors
/// As [`read`].
pub fn read_file(path: &str, bytes: &[u8]) -> Result<Vec<Found>, Problem> {
    let found = read(path, bytes)?;
    match found.as_slice() {
        [Found::Array(array)] if array.values.len() == 1 => Ok(vec![Found::LeftAlone(single(
            path,
            &format!("the single number {}", array.values.at(0)),
        ))]),
        [Found::Names { names, .. }] if names.len() == 1 => Ok(vec![Found::LeftAlone(single(
            path,
            &format!(
                "the single text \"{}\"",
                names.first().map_or("", String::as_str)
            ),
        ))]),
        _ => Ok(found),
    }
}

/// What to say of a file of one element: an error where its name is that of data.
fn single(path: &str, what: &str) -> Problem {
    let problem = Problem::error(path, format!("holds {what}, which is no layer and no RDM"))
        .expected("an array with a row for each stimulus")
        .hint("Save the activations or RDM themselves, or move the file out of the folder");
    Problem {
        severity: if is_named_like_data(path) {
            Severity::Error
        } else {
            Severity::Warning
        },
        ..problem
    }
}

/// Reads one .npy file of numbers of any size, order and byte order, or of text.
///
/// # Errors
/// A [`Problem`] for a damaged header, a shape that the bytes do not fill, pickled objects, or
/// elements that are no numbers.
pub fn read(path: &str, bytes: &[u8]) -> Result<Vec<Found>, Problem> {
    let head = Head::parse(path, bytes, bytes.len() as u64)?;
    let numbers = bytes.get(head.start..).unwrap_or_default();
    if head.may_be_ids(path)
        && let Some(names) = whole_numbers(numbers, head.element)
    {
        return Ok(vec![Found::Names {
            path: path.to_owned(),
            names,
        }]);
    }
    if let Some((kind, big_endian)) = head.text {
        return read_text(
            path,
            &head.shape,
            numbers,
            head.element.size,
            kind,
            big_endian,
        );
    }
    let Some(values) = decode(path, numbers, head.element) else {
        return Err(advice::long_double(path));
    };
    Ok(vec![head.array(path, values?)])
}

/// Reads one .npy file of numbers piece by piece, so that no more is held than its numbers. `None` if it
/// holds text, which is never large.
///
/// # Errors
/// As [`read`].
pub async fn read_slices(path: &str, file: &impl Slices) -> Result<Option<Vec<Found>>, Problem> {
    let size = (1 << 17).min(file.size()) as usize;
    let beginning = file.slice(path, 0, size).await?;
    let head = Head::parse(path, &beginning, file.size())?;
    if head.text.is_some() || head.may_be_ids(path) {
        return Ok(None);
    }
    let count: usize = head.shape.iter().product();
    super::fits(
        path,
        &head.shape,
        head.element,
        count as u64 * head.element.held() as u64,
        file.room(),
    )?;
    let mut values: Option<Values> = None;
    let mut at = head.start as u64;
    while at < file.size() {
        let size = (file.size() - at).min(PIECE as u64) as usize;
        let piece = file.slice(path, at, size).await?;
        let Some(made) = decode(path, &piece, head.element) else {
            return Err(advice::long_double(path));
        };
        match &mut values {
            None => values = Some(made?.with_room(count)),
            Some(values) => values.append(made?),
        }
        at += size as u64;
    }
    let values = values.ok_or_else(|| wrong_length(path, &[], head.element.size, 0))?;
    Ok(Some(vec![head.array(path, values)]))
}
