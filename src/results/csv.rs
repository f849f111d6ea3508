//! The table of dimensions as CSV, which any statistics program opens.

use super::Dimensions;

impl Dimensions {
    /// The table as CSV: network, layer, component, variance, universality, one alignment a region,
    /// then further columns. Undefined values are `NaN`.
    ///
    /// # Errors
    /// None in practice: writing to memory does not fail; an error of the CSV writer is passed on.
    pub fn to_csv(&self) -> Result<String, csv::Error> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let mut header: Vec<String> = ["network", "layer", "component", "variance", "universality"]
            .map(String::from)
            .to_vec();
        header.extend(
            self.alignment
                .iter()
                .map(|alignment| format!("alignment_{}", alignment.roi)),
        );
        header.extend(["variance_share", "relative_depth", "model_set"].map(String::from));
        writer.write_record(&header)?;
        for row in 0..self.len() {
            let layer = self.layer_of(row);
            let network = self.network_of(row);
            let mut record = vec![
                network.name.clone(),
                layer.name.clone(),
                self.component[row].to_string(),
                number(self.variance[row], 10),
                number(self.universality[row], 8),
            ];
            record.extend(
                self.alignment
                    .iter()
                    .map(|alignment| number(alignment.scores[row], 8)),
            );
            record.push(number(self.variance_share[row], 8));
            record.push(number(layer.depth, 4));
            record.push(network.set.clone());
            writer.write_record(&record)?;
        }
        let bytes = writer.into_inner().map_err(|error| error.into_error())?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

/// A number with so many significant digits, without an exponent where it reads well.
fn number(value: f64, digits: usize) -> String {
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
