//! Text as binary formats pack it.

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
