//! The natural order of names: numbers in them count as numbers.

/// A piece of a name for natural order: `conv2` before `conv10`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum NaturalKey {
    /// Digits.
    Number(u64),
    /// Anything else.
    Text(String),
}

/// A name in pieces, digits as numbers.
pub fn natural_key(name: &str) -> Vec<NaturalKey> {
    let mut keys = Vec::new();
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        let is_digit = first.is_ascii_digit();
        let end = rest
            .find(|c: char| c.is_ascii_digit() != is_digit)
            .unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        keys.push(match piece.parse() {
            Ok(number) if is_digit => NaturalKey::Number(number),
            _ => NaturalKey::Text(piece.to_owned()),
        });
        rest = after;
    }
    // names that differ in zeros alone stay apart
    keys.push(NaturalKey::Text(name.to_owned()));
    keys
}
