//! The table of dimensions as CSV, which any statistics program opens.

use super::Dimensions;

impl Dimensions {
    /// The table as CSV: network, layer, component, variance, universality, one alignment a region,
    /// then further columns: reliability and adjusted alignment of regions with two subjects or
    /// more, and whatever else was computed. Undefined values are `NaN`.
    #[must_use]
    pub fn to_csv(&self) -> String {
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
        let rows = (0..self.len()).map(|row| {
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

/// A table as CSV.
pub(super) fn write(header: &[String], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // writing to memory does not fail, and every record is as long as the header
    let _ = writer.write_record(header);
    for row in rows {
        let _ = writer.write_record(&row);
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}

/// A number with so many significant digits, without an exponent where it reads well.
pub(super) fn number(value: f64, digits: usize) -> String {
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
    use super::number;

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
