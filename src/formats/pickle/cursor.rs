//! Arguments of opcodes: text, bytes and numbers as the protocols write them.

use std::borrow::Cow;

use super::Node;

/// The bytes that are left of a pickle.
pub struct Cursor<'a> {
    pub bytes: &'a [u8],
}

impl<'a> Cursor<'a> {
    /// So many bytes.
    pub fn take(&mut self, size: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(size)?;
        self.bytes = rest;
        Some(taken)
    }

    /// One byte.
    pub fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    /// A whole number of so many bytes, the least first.
    pub fn little(&mut self, size: usize) -> Option<usize> {
        let bytes = self.take(size)?;
        let number = bytes.iter().rev().try_fold(0_u64, |sum, &byte| {
            sum.checked_mul(256)?.checked_add(u64::from(byte))
        })?;
        usize::try_from(number).ok()
    }

    /// Text up to the end of the line.
    pub fn line(&mut self) -> Option<String> {
        let end = self.bytes.iter().position(|&byte| byte == b'\n')?;
        let text = String::from_utf8(self.take(end)?.to_vec()).ok();
        self.take(1)?;
        text
    }

    /// Text or bytes, by the opcode before them.
    pub fn words(&mut self, code: u8) -> Option<Node<'a>> {
        match code {
            b'S' => {
                let line = self.line()?;
                let line = line.trim();
                let inner = line.get(1..line.len().checked_sub(1)?)?;
                Some(escaped(inner, false))
            }
            b'V' => Some(escaped(&self.line()?, true)),
            _ => {
                let size = match code {
                    b'U' | 0x8c | b'C' => self.little(1)?,
                    b'T' | b'X' | b'B' => self.little(4)?,
                    _ => self.little(8)?,
                };
                let bytes = self.take(size)?;
                Some(match code {
                    b'X' | 0x8c | 0x8d => Node::Text(String::from_utf8(bytes.to_vec()).ok()?),
                    // text of Python 2, or raw numbers
                    b'T' | b'U' => match std::str::from_utf8(bytes) {
                        Ok(text) => Node::Text(text.to_owned()),
                        Err(_) => Node::Bytes(Cow::Borrowed(bytes)),
                    },
                    _ => Node::Bytes(Cow::Borrowed(bytes)),
                })
            }
        }
    }

    /// A number, by the opcode before it.
    pub fn number(&mut self, code: u8) -> Option<Node<'a>> {
        let whole = !matches!(code, b'F' | b'G');
        let value = match code {
            b'J' => f64::from((self.little(4)? as u32).cast_signed()),
            b'K' => self.little(1)? as f64,
            b'M' => self.little(2)? as f64,
            b'L' | b'I' | b'F' => self.line()?.trim().trim_end_matches('L').parse().ok()?,
            b'G' => f64::from_be_bytes(*self.take(8)?.first_chunk::<8>()?),
            _ => {
                let size = self.little(if code == 0x8a { 1 } else { 4 })?;
                let number = self.take(size)?;
                // little-endian two's complement of any length; sizes and offsets fit a double
                let negative = number.last().is_some_and(|&byte| byte >= 0x80);
                let magnitude = number
                    .iter()
                    .rev()
                    .fold(0.0, |sum, &byte| sum * 256.0 + f64::from(byte));
                let wrap = if negative {
                    256_f64.powi(number.len() as i32)
                } else {
                    0.0
                };
                magnitude - wrap
            }
        };
        Some(Node::Number { value, whole })
    }
}

/// Text with Python's escapes; of bytes that are no text the bytes.
fn escaped<'a>(text: &str, is_unicode: bool) -> Node<'a> {
    let mut out = String::new();
    let mut letters = text.chars();
    let mut is_bytes = false;
    while let Some(c) = letters.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match letters.next() {
            Some('x') if !is_unicode => {
                let hex: String = letters.clone().take(2).collect();
                if let Ok(byte) = u8::from_str_radix(&hex, 16) {
                    letters.nth(1);
                    is_bytes |= byte >= 0x80;
                    out.push(char::from(byte));
                }
            }
            Some(kind @ ('u' | 'U')) if is_unicode => {
                let digits = if kind == 'u' { 4 } else { 8 };
                let hex: String = letters.clone().take(digits).collect();
                if let Some(made) = u32::from_str_radix(&hex, 16).ok().and_then(char::from_u32) {
                    letters.nth(digits - 1);
                    out.push(made);
                }
            }
            Some('n') if !is_unicode => out.push('\n'),
            Some('t') if !is_unicode => out.push('\t'),
            Some('r') if !is_unicode => out.push('\r'),
            Some(other) => {
                if is_unicode {
                    out.push('\\');
                }
                out.push(other);
            }
            None => out.push('\\'),
        }
    }
    if is_bytes {
        let bytes = out.chars().filter_map(|c| u8::try_from(u32::from(c)).ok());
        return Node::Bytes(Cow::Owned(bytes.collect()));
    }
    Node::Text(out)
}
