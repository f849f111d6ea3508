//! Characters that nobody sees, or that turn around what stands beside them, written out.

use std::borrow::Cow;
use std::fmt::Write;

/// A text of a file as it can be shown within a line: control characters, and those that change the direction
/// of what follows them, are written as `\u{202e}`. Different texts stay different.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    written_out(text, is_hidden)
}

/// The same for a text of several lines.
#[must_use]
pub fn visible_lines(text: &str) -> Cow<'_, str> {
    written_out(text, |letter| is_hidden(letter) && letter != '\n')
}

fn written_out(text: &str, is_hidden: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        if is_hidden(letter) {
            // a string takes whatever is written
            let _ = write!(shown, "\\u{{{:x}}}", u32::from(letter));
        } else {
            shown.push(letter);
        }
    }
    Cow::Owned(shown)
}

/// Joiners are left: emoji and some scripts are written with them.
fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_written_out_and_nothing_else() {
        for (text, shown) in [
            ("layer1\u{202e}gnp", "layer1\\u{202e}gnp"),
            ("a\0b", "a\\u{0}b"),
            ("a\tb\r\nc", "a\\u{9}b\\u{d}\\u{a}c"),
            ("\u{2066}x\u{2069}", "\\u{2066}x\\u{2069}"),
            ("\u{feff}x\u{85}", "\\u{feff}x\\u{85}"),
        ] {
            assert_eq!(visible(text), shown);
        }
        for text in [
            "",
            "conv 1/ü",
            "שלום",
            "名前",
            "e\u{301}",
            "👩\u{200d}🔬",
            "a\u{a0}b",
        ] {
            assert!(
                matches!(visible(text), Cow::Borrowed(same) if same == text),
                "{text}"
            );
        }
        assert_eq!(visible_lines("a\nb\0"), "a\nb\\u{0}");
    }
}
