//! The rows of a text and their cells.

use csv::{Reader, ReaderBuilder, StringRecord};

/// The cells of a row, without the spaces around them. (The reader would copy each row to trim it.)
#[derive(Default)]
pub struct Row(StringRecord);

impl Row {
    /// Reads the next row; false at the end.
    ///
    /// # Errors
    /// What the reader says.
    pub fn read(&mut self, reader: &mut Reader<&[u8]>) -> csv::Result<bool> {
        reader.read_record(&mut self.0)
    }

    /// How many cells there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// A cell; nothing where there is none.
    pub fn cell(&self, column: usize) -> &str {
        self.0.get(column).map_or("", str::trim)
    }

    /// All cells.
    pub fn cells(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(str::trim)
    }

    /// Whether it is a line of spaces.
    pub fn is_blank(&self) -> bool {
        self.len() <= 1 && self.cell(0).is_empty()
    }
}

/// Cuts text into cells.
pub fn reader(bytes: &[u8], separator: u8) -> Reader<&[u8]> {
    ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(bytes)
}

/// The first line and what follows it, whichever way lines end.
pub fn split_line(text: &str) -> Option<(&str, &str)> {
    if text.is_empty() {
        return None;
    }
    let Some(end) = text.find(['\n', '\r']) else {
        return Some((text, ""));
    };
    let (line, rest) = text.split_at(end);
    let rest = rest.strip_prefix("\r\n").or_else(|| rest.get(1..));
    Some((line, rest.unwrap_or_default()))
}

/// The lines of a text, whichever way they end.
pub fn lines_of(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (line, after) = split_line(rest)?;
        rest = after;
        Some(line)
    })
}

/// Tabs in place of runs of spaces outside quotation marks, and neither at the ends of lines.
pub fn with_tabs(text: &str) -> String {
    let mut made = String::with_capacity(text.len());
    for line in lines_of(text) {
        let mut is_quoted = false;
        let mut is_between = false;
        for c in line.trim().chars() {
            if c == '"' {
                is_quoted = !is_quoted;
            }
            if matches!(c, ' ' | '\t') && !is_quoted {
                is_between = true;
                continue;
            }
            if is_between {
                made.push('\t');
                is_between = false;
            }
            made.push(c);
        }
        made.push('\n');
    }
    made
}
