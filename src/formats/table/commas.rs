//! What commas in the numbers of a table are, by all its cells: before decimals or between thousands.

use super::cells::{Comma, Writing, comma_of, is_grouped, is_whole, number, number_in};
use super::sheet::Sheet;
use crate::problem::Problem;

impl Sheet<'_> {
    /// Tells decimal commas from commas between thousands in the columns of numbers, by all their cells.
    ///
    /// # Errors
    /// A [`Problem`] where they cannot be told apart.
    pub fn settle_commas(&mut self, columns: &[usize], from: usize) -> Result<(), Problem> {
        if !self.has_commas {
            return Ok(());
        }
        let mut seen: [Option<(usize, usize, String)>; 6] = Default::default();
        let [decimal, unclear, thousands, after_points, point, grouped] = [0, 1, 2, 3, 4, 5];
        self.each_row(from, |row, record| {
            for &column in columns {
                let cell = record.cell(column);
                let is_comma = cell.contains(',');
                if !is_comma && (seen[point].is_some() || !cell.contains('.')) {
                    continue;
                }
                let kind = match comma_of(cell) {
                    Some(Comma::Decimal) => decimal,
                    Some(Comma::Unclear) => unclear,
                    Some(Comma::Thousands) => thousands,
                    Some(Comma::DecimalAfterPoints) => after_points,
                    None if is_comma || number(cell).is_none_or(f64::is_nan) => continue,
                    None if is_grouped(cell) => grouped,
                    None => point,
                };
                if seen[kind].is_none() {
                    seen[kind] = Some((row, column, cell.to_owned()));
                }
            }
            Ok(())
        })?;
        let first_of = |kinds: &[usize]| kinds.iter().find_map(|&kind| seen[kind].clone());
        let Some(comma) = first_of(&[after_points, decimal, thousands, unclear]) else {
            return Ok(());
        };
        let is_decimal = first_of(&[after_points, decimal]);
        // what speaks against decimal commas
        let is_english = if seen[after_points].is_some() {
            first_of(&[thousands, point])
        } else {
            first_of(&[thousands, point, grouped])
        };
        let writing = match (is_decimal, is_english) {
            (Some(one), Some(other)) => return Err(self.mixed_commas(from, &one, &other)),
            (Some(_), None) if seen[after_points].is_some() => Writing::DecimalCommaAndPoints,
            (Some(_), None) => Writing::DecimalComma,
            (None, Some(_)) => Writing::Thousands,
            (None, None) => return Err(self.unclear_comma(from, &comma)),
        };
        if writing != Writing::DecimalComma {
            let mut values = std::mem::take(&mut self.values);
            self.each_row(from, |row, record| {
                for &column in columns {
                    let cell = record.cell(column);
                    if cell.contains([',', '.'])
                        && let Some(value) = number_in(cell, writing)
                        && let Some(position) = values.get_mut(row * self.width + column)
                    {
                        *position = value;
                    }
                }
                Ok(())
            })?;
            self.values = values;
        }
        Ok(())
    }

    /// Refuses numbers with decimal commas between commas, which look like pairs of integers: `0,25,1,5`.
    ///
    /// # Errors
    /// A [`Problem`] if every second column looks like decimals.
    pub fn refuse_split_decimals(&self, columns: &[usize], from: usize) -> Result<(), Problem> {
        let is_integral = |column: &usize| {
            let rows = self.values.chunks_exact(self.width.max(1)).skip(from);
            rows.map(|row| row[*column])
                .all(|value| value.fract() == 0.0)
        };
        let [.., _, _] = columns else { return Ok(()) };
        let is_named = self.is_short && self.lines.is_first_quoted;
        if self.lines.separator != b','
            || is_named
            || !columns.len().is_multiple_of(2)
            || !columns.iter().all(is_integral)
        {
            return Ok(());
        }
        let seconds: Vec<usize> = columns.iter().skip(1).step_by(2).copied().collect();
        let mut are_decimals = vec![self.is_short && self.width == 2; seconds.len()];
        let mut are_digits = true;
        self.each_row(from, |_, record| {
            for (&column, is_decimal) in seconds.iter().zip(&mut are_decimals) {
                let cell = record.cell(column);
                are_digits &= is_whole(cell);
                *is_decimal |= (cell.len() > 1 && cell.starts_with('0')) || cell.len() >= 10;
            }
            Ok(())
        })?;
        if !are_digits || !are_decimals.iter().all(|&is_decimal| is_decimal) {
            return Ok(());
        }
        Err(Problem::error(
            self.path,
            "has commas between cells, and probably decimal commas within them: every second column looks like the decimals of the one before",
        )
        .expected("numbers with decimal points, or semicolons between cells")
        .hint("Save it again with decimal points or with semicolons between cells"))
    }

    fn position(&self, from: usize, (row, column, cell): &(usize, usize, String)) -> String {
        format!(
            "{cell} in row {}, column {}",
            row + 1 - from.min(*row),
            column + 1
        )
    }

    fn mixed_commas(
        &self,
        from: usize,
        one: &(usize, usize, String),
        other: &(usize, usize, String),
    ) -> Problem {
        let (one, other) = (self.position(from, one), self.position(from, other));
        Problem::error(
            self.path,
            format!("has decimal commas ({one}) and decimal points ({other})"),
        )
        .expected("numbers that are all written in one way")
        .hint("Save it again with decimal points in all numbers")
    }

    fn unclear_comma(&self, from: usize, comma: &(usize, usize, String)) -> Problem {
        let position = self.position(from, comma);
        Problem::error(
            self.path,
            format!("has commas that may stand before decimals or between thousands: {position}"),
        )
        .expected("numbers with decimal points and without separators between thousands")
        .hint("Save it again with decimal points in all numbers")
    }
}
