//! What one cell of a table says: a number, a missing value or text; and how decimals are written.

/// Words for a missing value, in lower case, beside the empty cell and NaN; those that start with # are
/// the errors of spreadsheets.
const MISSING: [&str; 16] = [
    "na", "n/a", "null", "none", "<na>", ".", "-", "--", "#n/a", "#na", "#null!", "#div/0!",
    "#value!", "#ref!", "#name?", "#num!",
];

/// What a comma between digits can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comma {
    /// `1,5`: before decimals.
    Decimal,
    /// `1,234`: either.
    Unclear,
    /// `1,234.5` and `1,234,567`: between thousands.
    Thousands,
    /// `1.234,5`: before decimals, and a point between thousands.
    DecimalAfterPoints,
}

/// How the numbers of a table are written, as far as it is not the usual way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writing {
    /// `1,5`
    DecimalComma,
    /// `1.234,5`
    DecimalCommaAndPoints,
    /// `1,234.5`
    Thousands,
}

/// Whether a cell stands for a number that is missing.
pub fn is_missing(cell: &str) -> bool {
    cell.is_empty()
        || cell.eq_ignore_ascii_case("nan")
        || (cell.len() <= 7 && MISSING.iter().any(|word| cell.eq_ignore_ascii_case(word)))
}

/// The number in a cell, NaN for a missing value, `None` for text. A comma counts as a decimal comma
/// until the whole table says otherwise.
pub fn number(cell: &str) -> Option<f64> {
    if let Ok(value) = cell.parse::<f64>() {
        return Some(value);
    }
    if is_missing(cell) {
        return Some(f64::NAN);
    }
    // the minus sign of typographers
    if let Some(rest) = cell.strip_prefix('\u{2212}') {
        let is_digit = rest.starts_with(|c: char| c.is_ascii_digit());
        return if is_digit {
            number(rest).map(|value| -value)
        } else {
            None
        };
    }
    let writing = match comma_of(cell)? {
        Comma::Decimal | Comma::Unclear => Writing::DecimalComma,
        Comma::DecimalAfterPoints => Writing::DecimalCommaAndPoints,
        Comma::Thousands => Writing::Thousands,
    };
    number_in(cell, writing)
}

/// The number in a cell of a table that is written in some way.
pub fn number_in(cell: &str, writing: Writing) -> Option<f64> {
    let plain: String = match writing {
        Writing::DecimalComma => cell.replace(',', "."),
        Writing::DecimalCommaAndPoints if cell.contains(',') || is_grouped(cell) => {
            cell.replace('.', "").replace(',', ".")
        }
        Writing::DecimalCommaAndPoints => cell.to_owned(),
        Writing::Thousands => cell.replace(',', ""),
    };
    if plain.contains(',') {
        return None;
    }
    number(&plain)
}

fn mantissa(cell: &str) -> (&str, bool) {
    let cell = cell.trim_start_matches(['-', '+', '\u{2212}']);
    match cell.split_once(['e', 'E']) {
        Some((mantissa, _)) => (mantissa, true),
        None => (cell, false),
    }
}

fn are_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `1,234,567`: groups of three digits behind the first.
fn are_groups(text: &str, between: char) -> bool {
    let mut groups = text.split(between);
    let first = groups.next().unwrap_or_default();
    let is_first = are_digits(first) && first.len() <= 3 && !first.starts_with('0');
    let mut others = groups.peekable();
    is_first && others.peek().is_some() && others.all(|group| are_digits(group) && group.len() == 3)
}

/// Whether points of a cell can be between thousands: `1.234`.
pub fn is_grouped(cell: &str) -> bool {
    let (mantissa, has_exponent) = mantissa(cell);
    !has_exponent && are_groups(mantissa, '.')
}

/// What the commas of a cell are; `None` for a cell without them and for text.
pub fn comma_of(cell: &str) -> Option<Comma> {
    let (mantissa, has_exponent) = mantissa(cell);
    let (whole, decimals) = mantissa.rsplit_once(',')?;
    if are_digits(whole) && are_digits(decimals) {
        let is_thousand = !has_exponent && are_groups(mantissa, ',');
        return Some(if is_thousand {
            Comma::Unclear
        } else {
            Comma::Decimal
        });
    }
    if are_groups(whole, '.') && are_digits(decimals) {
        return Some(Comma::DecimalAfterPoints);
    }
    let before_point = mantissa
        .split_once('.')
        .map_or(mantissa, |(whole, decimals)| {
            if decimals.is_empty() || are_digits(decimals) {
                whole
            } else {
                ""
            }
        });
    are_groups(before_point, ',').then_some(Comma::Thousands)
}

/// Digits alone: 0, 17, 001961.
pub fn is_whole(cell: &str) -> bool {
    are_digits(cell)
}

/// Digits alone, with or without a sign.
pub fn is_integer(cell: &str) -> bool {
    are_digits(cell.strip_prefix('-').unwrap_or(cell))
}

/// Whether a cell is a number between integers, which no id is: 0.5, but neither 7.0 nor 12e-3 (part
/// of a checksum, say).
pub fn is_fraction(cell: &str) -> bool {
    let is_decimal = cell.contains('.') || comma_of(cell) == Some(Comma::Decimal);
    is_decimal && number(cell).is_some_and(|value| value.is_finite() && value.fract() != 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_numbers_missing_or_text() {
        for (cell, value) in [
            ("1", 1.0),
            ("-1.5e3", -1500.0),
            ("+2", 2.0),
            ("inf", f64::INFINITY),
            ("-Inf", f64::NEG_INFINITY),
            ("1,5", 1.5),
            ("-0,25e1", -2.5),
            ("1.234,5", 1234.5),
            ("1,234.5", 1234.5),
            ("1,234,567", 1_234_567.0),
            ("\u{2212}3", -3.0),
        ] {
            assert_eq!(number(cell), Some(value), "{cell}");
        }
        for cell in [
            "", "NA", "N/A", "n/a", "NaN", "nan", "null", "None", "NULL", ".", "-", "#N/A",
            "#DIV/0!", "<NA>",
        ] {
            assert!(number(cell).is_some_and(f64::is_nan), "{cell}");
        }
        for cell in [
            "x",
            "1,",
            ",5",
            "1,2,3",
            "1;2",
            "\u{2212}",
            "\u{2212}x",
            "1.2.3",
            "12,34,567",
            "1 234",
            "12%",
        ] {
            assert_eq!(number(cell), None, "{cell}");
        }
    }

    #[test]
    fn commas_are_told_apart_where_they_can_be() {
        for (cell, comma) in [
            ("1,5", Some(Comma::Decimal)),
            ("0,123", Some(Comma::Decimal)),
            ("1234,567", Some(Comma::Decimal)),
            ("1,234e2", Some(Comma::Decimal)),
            ("1,234", Some(Comma::Unclear)),
            ("-12,345", Some(Comma::Unclear)),
            ("1,234.5", Some(Comma::Thousands)),
            ("1.234,56", Some(Comma::DecimalAfterPoints)),
            ("1.5", None),
            ("a,b", None),
        ] {
            assert_eq!(comma_of(cell), comma, "{cell}");
        }
        // are_groups holds for 1,234,567 as well, which has two commas
        assert_eq!(comma_of("1,234,567"), Some(Comma::Thousands));
        assert_eq!(
            number_in("1.234", Writing::DecimalCommaAndPoints),
            Some(1234.0)
        );
        assert_eq!(number_in("1,234", Writing::Thousands), Some(1234.0));
    }

    #[test]
    fn ids_may_look_like_numbers() {
        assert!(!is_fraction("1234e567") && !is_fraction("7.0") && !is_fraction("12e-3"));
        assert!(is_fraction("0.5") && is_fraction("0,5"));
        assert!(is_whole("001961") && !is_whole("-1") && is_integer("-1"));
    }
}
