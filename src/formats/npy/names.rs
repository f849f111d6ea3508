//! Text of a .npy file, and whole numbers that are ids.

use npyz::TypeChar;

use super::super::Found;
use super::super::decode::{Element, ElementKind, decode};
use super::advice;
use crate::problem::Problem;

/// Whole numbers as text, digit by digit, where no two are the same.
pub fn whole_numbers(bytes: &[u8], element: Element) -> Option<Vec<String>> {
    if element.kind == ElementKind::Float {
        // numbers that were floats once, as pandas makes them of a column with gaps
        let values = decode("", bytes, element)?.ok()?;
        let whole = (0..values.len()).map(|index| {
            let value = values.at(index);
            (value.fract() == 0.0 && value.abs() < 9e15).then(|| format!("{value:.0}"))
        });
        return whole
            .collect::<Option<Vec<String>>>()
            .filter(|names| names.len() > 1);
    }
    let names: Vec<String> = bytes
        .chunks_exact(element.size.max(1))
        .map(|cell| {
            let mut cell = cell.to_vec();
            if element.big_endian {
                cell.reverse();
            }
            let is_negative = element.kind == ElementKind::Integer
                && cell.last().is_some_and(|&byte| byte >= 0x80);
            cell.resize(16, if is_negative { 0xff } else { 0 });
            cell.first_chunk::<16>()
                .map(|cell| i128::from_le_bytes(*cell).to_string())
        })
        .collect::<Option<_>>()?;
    // one that stands twice is said where the stimuli are matched
    (names.len() > 1).then_some(names)
}

/// One-dimensional arrays of NumPy's fixed-width text (`U`: 4 bytes a character, `S`: one).
pub fn read_text(
    path: &str,
    shape: &[usize],
    bytes: &[u8],
    size: usize,
    kind: TypeChar,
    big_endian: bool,
) -> Result<Vec<Found>, Problem> {
    let names = bytes
        .chunks_exact(size.max(1))
        .map(|cell| {
            let text = if kind == TypeChar::UnicodeStr {
                let (codes, _) = cell.as_chunks::<4>();
                codes
                    .iter()
                    .map(|code| {
                        char::from_u32(if big_endian {
                            u32::from_be_bytes(*code)
                        } else {
                            u32::from_le_bytes(*code)
                        })
                    })
                    .collect::<Option<String>>()
            } else {
                String::from_utf8(cell.to_vec()).ok()
            };
            text.map(|text| text.trim_end_matches('\0').to_owned())
        })
        .collect::<Option<Vec<String>>>()
        .ok_or_else(|| advice::not_unicode(path, kind == TypeChar::ByteStr))?;
    if shape.iter().filter(|&&axis| axis != 1).count() > 1 {
        return Err(advice::text_on_axes(path, shape));
    }
    Ok(vec![Found::Names {
        path: path.to_owned(),
        names,
    }])
}
