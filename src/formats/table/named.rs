//! A table whose columns have names, as far as it has any.

use super::cells::number;
use super::header::{FirstRow, beginning, first_row};
use super::sheet::{Sheet, no_rows, separator_at_end};
use crate::formats::words::{is_id_name, is_label_name, words};
use crate::problem::{Problem, count};

/// Rows of cells under names.
pub struct Table<'a> {
    /// Its cells.
    pub sheet: Sheet<'a>,
    /// Names of columns, empty where there is none.
    pub names: Vec<String>,
    /// Whether columns have names at all.
    pub is_named: bool,
    /// Columns that count.
    pub columns: Vec<usize>,
    /// The first row of data in the sheet.
    pub from: usize,
}

impl<'a> Table<'a> {
    /// Finds the names of columns.
    ///
    /// # Errors
    /// A [`Problem`] for a table without rows, or if it cannot be told whether the first row is names.
    pub fn of(mut sheet: Sheet<'a>) -> Result<Self, Problem> {
        let in_comment = sheet
            .lines
            .names_in_comment(sheet.width)
            .filter(|names| !are_prose(&sheet, names));
        let first = first_row(&sheet, in_comment.is_some())?;
        if first == FirstRow::Numbers {
            let names = beginning(&sheet.first);
            sheet.notices.push(Problem::notice(
                sheet.path,
                format!("its first row, {names}, was taken as names of columns"),
            ));
        }
        let names = match (first, in_comment) {
            (FirstRow::Cells, Some(names)) => Some(names),
            (FirstRow::Cells, None) => None,
            _ => Some(sheet.first.clone()),
        };
        let mut table = Self {
            columns: (0..sheet.width).collect(),
            is_named: names.is_some(),
            names: names.unwrap_or_else(|| vec![String::new(); sheet.width]),
            from: usize::from(first != FirstRow::Cells),
            sheet,
        };
        if table.rows() == 0 {
            return Err(no_rows(table.sheet.path));
        }
        table.drop_empty_columns();
        table.tell_of_comments();
        Ok(table)
    }

    /// Rows of data.
    pub fn rows(&self) -> usize {
        self.sheet.rows - self.from
    }

    /// Path of the file.
    pub fn path(&self) -> &'a str {
        self.sheet.path
    }

    /// Name of a column.
    pub fn name(&self, column: usize) -> &str {
        self.names.get(column).map_or("", String::as_str)
    }

    /// A number; NaN for text.
    pub fn value(&self, row: usize, column: usize) -> f64 {
        let index = (row + self.from) * self.sheet.width + column;
        self.sheet.values.get(index).copied().unwrap_or(f64::NAN)
    }

    /// Numbers of a column; NaN for text.
    pub fn numbers(&self, column: usize) -> impl Iterator<Item = f64> + '_ {
        (0..self.rows()).map(move |row| self.value(row, column))
    }

    /// Cells of text in a column.
    pub fn texts_in(&self, column: usize) -> usize {
        let below = self.sheet.texts.get(column).copied().unwrap_or_default();
        let first = self.sheet.first.get(column).filter(|_| self.from == 0);
        below + usize::from(first.is_some_and(|cell| number(cell).is_none()))
    }

    /// Whether a column has text in any cell.
    pub fn has_text(&self, column: usize) -> bool {
        self.texts_in(column) > 0
    }

    /// Whether a column has text in most cells.
    pub fn is_text(&self, column: usize) -> bool {
        self.texts_in(column) * 2 > self.rows()
    }

    /// The cells of some columns, as they are written.
    ///
    /// # Errors
    /// A [`Problem`] for what cannot be cut into cells.
    pub fn text(&self, columns: &[usize]) -> Result<Vec<Vec<String>>, Problem> {
        self.sheet.text(columns, self.from)
    }

    /// The cells of one column.
    ///
    /// # Errors
    /// As [`Table::text`].
    pub fn text_of(&self, column: usize) -> Result<Vec<String>, Problem> {
        Ok(self.text(&[column])?.into_iter().next().unwrap_or_default())
    }

    /// The column of a name, in any case.
    pub fn column_named(&self, name: &str) -> Option<usize> {
        let is_it = |column: &usize| self.name(*column).eq_ignore_ascii_case(name);
        self.columns.iter().copied().find(is_it)
    }

    /// The column of the name that this program asks for: `stimulus_id`.
    pub fn stimulus_id(&self) -> Option<usize> {
        let is_it = |column: &usize| words(self.name(*column)) == ["stimulus", "id"];
        self.columns.iter().copied().find(is_it)
    }

    /// What a message calls a column.
    pub fn label(&self, column: usize) -> String {
        match self.name(column) {
            "" => format!("column {}", column + 1),
            name => format!("column \"{name}\""),
        }
    }

    /// Whether a column is named as programs name an index that has no name.
    pub fn is_unnamed(&self, column: usize) -> bool {
        let name = self.name(column).to_ascii_lowercase();
        let known = [
            "",
            "index",
            "level_0",
            "rownames",
            "row.names",
            "row_names",
            "row names",
        ];
        // MATLAB's writetable writes `Row` over names of rows
        let is_of_matlab = name == "row" && self.columns.first() == Some(&column);
        known.contains(&name.as_str()) || name.starts_with("unnamed:") || is_of_matlab
    }

    /// The columns at the left that are an index without a name.
    pub fn index_columns(&self) -> &[usize] {
        if !self.is_named {
            return &[];
        }
        let end = self
            .columns
            .iter()
            .take_while(|&&column| self.is_unnamed(column))
            .count();
        &self.columns[..end]
    }

    /// Whether a column counts the rows from 0 or 1.
    pub fn counts_rows(&self, column: usize) -> bool {
        let from = |start: usize| {
            self.numbers(column)
                .zip(start..)
                .all(|(value, row)| value == row as f64)
        };
        from(0) || from(1)
    }

    /// Drops columns at the right that have neither a name nor anything in them. Half a matrix may have
    /// such a column, in which case its first row is empty too.
    fn drop_empty_columns(&mut self) {
        let is_half = self.rows() == self.columns.len()
            && self
                .columns
                .iter()
                .all(|&column| self.value(0, column).is_nan());
        let before = self.columns.len();
        while let Some(&last) = self.columns.last()
            && self.columns.len() > 1
            && !is_half
            && (self.name(last).is_empty() || self.name(last).starts_with("Unnamed:"))
            && self.sheet.is_empty.get(last) == Some(&true)
            && (self.from > 0 || self.sheet.first.get(last).is_some_and(String::is_empty))
        {
            self.columns.pop();
        }
        let dropped = before - self.columns.len();
        if dropped == 0 {
            return;
        }
        let notice = if dropped == 1 {
            separator_at_end(self.path())
        } else {
            let columns = count(dropped, "column", "columns");
            Problem::notice(
                self.path(),
                format!("ends in {columns} without anything in them, left out"),
            )
        };
        self.sheet.notices.push(notice);
    }

    /// Comments between rows are left out, and it is said: they may be rows.
    fn tell_of_comments(&mut self) {
        let Some((skipped, first)) = self.sheet.lines.skipped else {
            return;
        };
        let separator = char::from(self.sheet.lines.separator);
        let between = |c: char| {
            if self.sheet.lines.is_spaced {
                c == ' ' || c == '\t'
            } else {
                c == separator
            }
        };
        let cells: Vec<&str> = first
            .split(between)
            .filter(|cell| !cell.is_empty())
            .collect();
        let is_row = cells.len() + 1 >= self.sheet.width
            && cells.get(1..).is_some_and(|cells| {
                !cells.is_empty() && cells.iter().all(|cell| number(cell.trim()).is_some())
            });
        let lines = count(skipped, "line", "lines");
        let found = format!(
            "has {lines} that {} with # or % among its rows, left out as comments",
            if skipped == 1 { "starts" } else { "start" }
        );
        let notice = if is_row {
            Problem::warning(self.path(), found)
                .expected("rows that start with a number or an id")
                .hint("If they are rows of data, remove the # or % from the file, or quote the ids")
        } else {
            Problem::notice(self.path(), found)
        };
        self.sheet.notices.push(notice);
    }
}

/// Whether a comment with as many words as there are columns is a sentence all the same: what it calls ids or
/// classes has fractions.
fn are_prose(sheet: &Sheet, names: &[String]) -> bool {
    let is_wrong = |(column, name): (usize, &String)| {
        let mut rows = sheet.values.chunks_exact(sheet.width.max(1));
        (is_id_name(name) || is_label_name(name))
            && rows.any(|row| row[column].is_finite() && row[column].fract() != 0.0)
    };
    names.iter().enumerate().any(is_wrong)
}
