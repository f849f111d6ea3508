//! The table of dimensions as CSV, which any statistics program opens.

use super::Dimensions;

impl Dimensions {
    /// The table as CSV: network, layer, component, variance, universality, one alignment a region,
    /// then further columns: reliability and adjusted alignment of regions with two subjects or
    /// more, and whatever else was computed. Undefined values are `NaN`.
    #[must_use]
    pub fn to_csv(&self) -> String {
        self.csv_of(0..self.len())
    }

    /// Some rows of the table as CSV.
    #[must_use]
    pub fn csv_of(&self, rows: impl IntoIterator<Item = usize>) -> String {
        let mut columns: Vec<(String, Vec<f64>, usize)> = Vec::new();
        columns.push(("variance".into(), self.variance.clone(), 10));
        let mut add = |name: String, values: Vec<f64>| columns.push((name, values, 8));
        add("universality".into(), self.universality.clone());
        for region in &self.alignment {
            add(format!("alignment_{}", region.roi), region.scores.clone());
        }
        add("variance_share".into(), self.variance_share.clone());
        let depths = (0..self.len()).map(|row| self.layer_of(row).depth);
        add("relative_depth".into(), depths.collect());
        if let Some(scores) = &self.universality_ols {
            add("universality_ols".into(), scores.clone());
        }
        if let Some(scores) = &self.universality_one_to_one {
            add("universality_one_to_one".into(), scores.clone());
        }
        for region in &self.alignment {
            if !region.reliability.is_empty() {
                add(
                    format!("reliability_{}", region.roi),
                    region.reliability.clone(),
                );
                add(
                    format!("adjusted_alignment_{}", region.roi),
                    region.adjusted(),
                );
            }
            if let Some(scores) = &region.rsa {
                add(format!("rsa_alignment_{}", region.roi), scores.clone());
            }
        }
        let mut header = ["network", "layer", "component"].map(String::from).to_vec();
        header.extend(columns.iter().map(|(name, ..)| name.clone()));
        header.push("model_set".into());
        let rows = rows.into_iter().map(|row| {
            let network = self.network_of(row);
            let mut record = vec![
                network.name.clone(),
                self.layer_of(row).name.clone(),
                self.component[row].to_string(),
            ];
            let numbers = columns.iter();
            record.extend(numbers.map(|(_, values, digits)| number(values[row], *digits)));
            record.push(network.set.clone());
            record
        });
        write(&header, rows)
    }
}

/// A table as CSV (RFC 4180). By ourselves: the writer of `csv` can tell numbers from text, for which it
/// brings twenty kilobytes that everybody who opens the page would wait for.
#[must_use]
pub fn write(header: &[String], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut text = String::new();
    write_record(&mut text, header);
    for row in rows {
        write_record(&mut text, &row);
    }
    text
}

fn write_record(text: &mut String, cells: &[String]) {
    for (index, cell) in cells.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        if cell.contains([',', '"', '\n', '\r']) {
            text.push('"');
            text.push_str(&cell.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(cell);
        }
    }
    text.push('\n');
}

/// A score to eight digits.
#[must_use]
pub fn score(value: f64) -> String {
    number(value, 8)
}

/// A number with so many significant digits, without an exponent where it reads well.
#[must_use]
pub fn number(value: f64, digits: usize) -> String {
    if value.is_nan() {
        return "NaN".into();
    }
    if value == 0.0 {
        return "0".into();
    }
    let magnitude = value.abs().log10().floor();
    if !(-6.0..15.0).contains(&magnitude) {
        return format!("{value:.*e}", digits - 1);
    }
    let decimals = (digits as f64 - 1.0 - magnitude).max(0.0) as usize;
    let text = format!("{value:.decimals$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::{number, write};

    #[test]
    fn any_text_comes_back_as_it_was() {
        let cells = ["plain", "a, b", "say \"so\"", "two\nlines", "\r", "", "ü"];
        let cells = cells.map(String::from).to_vec();
        let text = write(&cells, [cells.clone()]);
        assert!(text.starts_with("plain,\"a, b\",\"say \"\"so\"\"\""));
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(text.as_bytes());
        let records: Vec<_> = reader
            .records()
            .map(|record| record.expect("a record"))
            .collect();
        assert_eq!(records.len(), 2);
        assert!(records.iter().all(|record| record.iter().eq(cells.iter())));
    }

    #[test]
    fn numbers_keep_their_significant_digits() {
        assert_eq!(number(4_763_285.221_3, 10), "4763285.221");
        assert_eq!(number(0.759_766_632_1, 8), "0.75976663");
        assert_eq!(number(-0.5, 8), "-0.5");
        assert_eq!(number(1.25e-9, 4), "1.250e-9");
        assert_eq!(number(f64::NAN, 8), "NaN");
        assert_eq!(number(100.0, 3), "100");
    }
}
