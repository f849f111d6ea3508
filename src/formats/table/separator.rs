//! What separates the cells of a table.

use super::cells::{is_whole, number};
use super::rows::{Row, reader, split_line, with_tabs};

/// Lines that are looked at to tell what separates cells.
const SAMPLE_LINES: usize = 24;

/// Bytes of them, beyond the first lines.
const SAMPLE_BYTES: usize = 64 << 10;

/// What may separate cells, the likeliest first where several fit: a comma may be a decimal comma, and
/// a space part of a name.
const SEPARATORS: [u8; 5] = [b'\t', b';', b'|', b',', b' '];

/// What separates the cells of a text: what cuts its first lines into as many cells each, and most of
/// these into numbers.
pub fn separator_of(text: &str) -> u8 {
    let sample = sample_of(text);
    let mut best = (0.0, b',');
    for separator in SEPARATORS {
        let fit = match separator {
            b' ' => spaced_fit(sample),
            _ if !sample.contains(char::from(separator)) => None,
            _ => fit(sample, separator),
        };
        if let Some(fit) = fit
            && fit > best.0
        {
            best = (fit, separator);
        }
    }
    if best.0 > 0.0 || !sample.contains(',') {
        return best.1;
    }
    // names with commas in some of them, one a line
    b'\t'
}

/// The first lines of a text.
fn sample_of(text: &str) -> &str {
    let mut rest = text;
    let mut lines = 0;
    while let Some((_, after)) = split_line(rest) {
        let taken = text.len() - rest.len();
        if lines >= SAMPLE_LINES || (lines >= 3 && taken > SAMPLE_BYTES) {
            break;
        }
        rest = after;
        lines += 1;
    }
    text.get(..text.len() - rest.len()).unwrap_or(text)
}

/// How well a separator cuts lines into cells: the share of lines with as many cells as most, and the share of
/// numbers among these; `None` if most lines stay whole.
fn fit(sample: &str, separator: u8) -> Option<f64> {
    let mut reader = reader(sample.as_bytes(), separator);
    let mut record = Row::default();
    let mut widths = Vec::new();
    let (mut numbers, mut cells) = (0, 0);
    while record.read(&mut reader).unwrap_or(false) {
        // the first row and the first column may be names
        let is_first = widths.is_empty();
        widths.push(record.len());
        for cell in record.cells().skip(1).filter(|_| !is_first) {
            cells += 1;
            numbers += usize::from(number(cell).is_some());
        }
    }
    if widths.len() == 1 {
        cells = record.len();
        numbers = record.cells().filter(|cell| number(cell).is_some()).count();
    }
    let width = most_common(&widths)?;
    // a header may be one cell short, but better is one that is not
    let first = match widths.first() {
        Some(&first) if first == width => 1.0,
        Some(&first) if first + 1 == width || first == width + 1 => 0.5,
        _ => 0.0,
    };
    let others = widths.iter().skip(1);
    let alike = first + others.filter(|&&other| other == width).count() as f64;
    (width > 1).then(|| {
        alike / widths.len() as f64 + f64::from(numbers as u32) / f64::from(cells.max(1) as u32)
    })
}

/// The number that is met most often, the larger of equals.
fn most_common(numbers: &[usize]) -> Option<usize> {
    let mut sorted = numbers.to_vec();
    sorted.sort_unstable();
    let runs = sorted.chunk_by(|a, b| a == b);
    let longest = runs.max_by_key(|run| run.len())?;
    longest.first().copied()
}

/// The same for spaces, which are part of names as well: cells are numbers, or text that is quoted.
fn spaced_fit(sample: &str) -> Option<f64> {
    if !sample.contains(' ') {
        return None;
    }
    let made = with_tabs(sample);
    let fit = fit(&made, b'\t')?;
    let is_quoted = |line: &str| {
        let mut cells = line.split('\t');
        cells.all(|cell| cell.starts_with('"') || number(cell).is_some())
    };
    if made.lines().all(is_quoted) {
        return Some(fit);
    }
    let mut firsts = Vec::new();
    let (mut numbers, mut others, mut wholes) = (0, 0, 0);
    for line in made.lines().skip(usize::from(made.lines().count() > 1)) {
        let mut cells = line.split('\t');
        firsts.extend(cells.next());
        for cell in cells {
            others += 1;
            numbers += usize::from(number(cell).is_some());
            wholes += usize::from(is_whole(cell));
        }
    }
    // `dog 1`, `dog 2` and `my picture 3.jpg` are names
    let are_names = firsts.iter().any(|first| number(first).is_none());
    let count = firsts.len();
    firsts.sort_unstable();
    firsts.dedup();
    let is_list = are_names && (firsts.len() < count || (wholes == others && others == count));
    (numbers * 2 >= others && !is_list).then_some(fit)
}
