//! Text: of whole files, in the encodings that programs write, and as binary formats pack it.

use std::borrow::Cow;

use crate::problem::Problem;

/// Bytes of a file that are looked at to tell UTF-16 without a byte order mark.
const LOOKED_AT: usize = 4096;

/// The text of a file, without a byte order mark: UTF-8, or UTF-16 in either order of bytes.
///
/// # Errors
/// A [`Problem`] naming any other encoding as far as it can be told.
pub fn decode<'a>(path: &str, bytes: &'a [u8]) -> Result<Cow<'a, str>, Problem> {
    if bytes.starts_with(b"\xff\xfe\0\0") || bytes.starts_with(b"\0\0\xfe\xff") {
        return Err(in_encoding(path, "is text in UTF-32".to_owned(), "utf-32"));
    }
    if let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        return utf8(path, rest).map(Cow::Borrowed);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xff\xfe") {
        return utf16_text(path, rest, false).map(Cow::Owned);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xfe\xff") {
        return utf16_text(path, rest, true).map(Cow::Owned);
    }
    match utf16_order(bytes) {
        Some(big_endian) => utf16_text(path, bytes, big_endian).map(Cow::Owned),
        None => utf8(path, bytes).map(Cow::Borrowed),
    }
}

/// Whether bytes are UTF-16 without a mark, and in which order: digits, separators and Latin letters have
/// a zero in every other byte, and text in UTF-8 has none at all.
fn utf16_order(bytes: &[u8]) -> Option<bool> {
    let (pairs, _) = bytes.get(..LOOKED_AT).unwrap_or(bytes).as_chunks::<2>();
    let zeros = |position: usize| pairs.iter().filter(|pair| pair[position] == 0).count();
    let (first, second) = (zeros(0), zeros(1));
    // a few letters of other scripts end in a zero byte themselves
    let is_most = |zeros: usize, others: usize| zeros * 3 > pairs.len() && others * 8 < zeros;
    if is_most(second, first) {
        return Some(false);
    }
    is_most(first, second).then_some(true)
}

fn utf16_text(path: &str, bytes: &[u8], big_endian: bool) -> Result<String, Problem> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|&pair| {
        if big_endian {
            u16::from_be_bytes(pair)
        } else {
            u16::from_le_bytes(pair)
        }
    });
    let text: Option<String> = char::decode_utf16(units).map(Result::ok).collect();
    text.filter(|_| rest.is_empty()).ok_or_else(|| {
        Problem::error(
            path,
            "is text in UTF-16, and one of its characters is incomplete",
        )
        .expected("text in UTF-8 or UTF-16")
        .hint("The file may be cut short: save or download it again")
    })
}

fn utf8<'a>(path: &str, bytes: &'a [u8]) -> Result<&'a str, Problem> {
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok(text),
        Err(error) => error,
    };
    let position = error.valid_up_to();
    if error.error_len().is_none() {
        return Err(
            Problem::error(path, "is UTF-8 text that ends within a character")
                .expected("whole characters to the end")
                .hint("The file may be cut short: save or download it again"),
        );
    }
    let is_control = |byte: &u8| *byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c);
    let byte = bytes.get(position).copied().unwrap_or_default();
    if bytes.iter().any(is_control) {
        return Err(Problem::error(
            path,
            format!("is not UTF-8 text: byte {position} (0x{byte:02x}) is no character"),
        )
        .expected("text in UTF-8")
        .hint("It may be a file of another kind under this name: save it again as text"));
    }
    // five bytes have no meaning in Windows-1252
    let undefined = [0x81, 0x8d, 0x8f, 0x90, 0x9d];
    let encoding = if bytes.iter().any(|byte| undefined.contains(byte)) {
        "latin-1"
    } else {
        "cp1252"
    };
    let found = format!(
        "is not UTF-8 text: byte {position} (0x{byte:02x}) is no character of it. It is probably text in Latin-1 or Windows-1252, as older programs save it"
    );
    Err(in_encoding(path, found, encoding))
}

/// Text in an encoding that is known, but not read.
fn in_encoding(path: &str, found: String, encoding: &str) -> Problem {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    Problem::error(path, found)
        .expected("text in UTF-8")
        .hint(format!(
            "Save it again as UTF-8 (in Excel: \"CSV UTF-8\"), or in Python:\nfrom pathlib import Path\npath = Path({name:?})\npath.write_bytes(path.read_bytes().decode({encoding:?}).encode(\"utf-8\"))"
        ))
}

/// Texts of equal width in bytes, padded by zeros or spaces.
pub fn fixed_width(bytes: &[u8], width: usize) -> Vec<String> {
    bytes
        .chunks_exact(width.max(1))
        .map(|text| {
            String::from_utf8_lossy(text)
                .trim_end_matches(['\0', ' '])
                .to_owned()
        })
        .collect()
}

/// Text of two bytes a character.
pub fn utf16(bytes: &[u8], big_endian: bool) -> String {
    let (pairs, _) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| {
        if big_endian {
            u16::from_be_bytes(*pair)
        } else {
            u16::from_le_bytes(*pair)
        }
    });
    let text: String = char::decode_utf16(units)
        .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect();
    text.trim_end_matches('\0').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16_bytes(text: &str, big_endian: bool) -> Vec<u8> {
        let bytes = |unit: u16| {
            if big_endian {
                unit.to_be_bytes()
            } else {
                unit.to_le_bytes()
            }
        };
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn every_unicode_encoding_gives_the_same_text() {
        let text = "stimulus_id,u0\r\nGrüße,0.5\n日本語,1\n😀,2\n";
        let mut all = vec![text.as_bytes().to_vec()];
        all.push([b"\xef\xbb\xbf", text.as_bytes()].concat());
        for big_endian in [false, true] {
            all.push(utf16_bytes(text, big_endian));
            all.push(utf16_bytes(&format!("\u{feff}{text}"), big_endian));
        }
        for bytes in all {
            assert_eq!(decode("a.csv", &bytes).expect("text"), text, "{bytes:?}");
        }
        assert_eq!(decode("a.csv", b"1").expect("text"), "1");
    }

    #[test]
    fn other_encodings_are_named() {
        let refused = |bytes: &[u8]| decode("x/a.csv", bytes).unwrap_err().to_string();
        assert!(refused(b"id,u0\nGr\xfc\xdfe,1\n").contains("Windows-1252"));
        assert!(refused(b"id,u0\nGr\xfc\xdfe,1\n").contains("Path(\"a.csv\")"));
        assert!(refused(b"\xff\xfe\0\0a\0\0\0").contains("UTF-32"));
        assert!(refused(b"1,2\n\x01\xff").contains("another kind"));
        assert!(refused("1,ü".as_bytes().split_last().expect("long").1).contains("cut short"));
        assert!(refused(b"\xff\xfe1\0,").contains("UTF-16"));
    }
}
