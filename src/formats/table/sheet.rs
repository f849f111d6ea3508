//! The cells of a table: every number in one pass, text again where it is asked for.

use super::cells::{is_whole, number};
use super::checks::are_unique;
use super::lines::Lines;
use super::rows::Row;
use crate::formats::words::is_id_name;
use crate::problem::{Problem, count};

/// More rows than any study here can have: a Gram matrix over so many stimuli takes 80 GB.
pub const MOST_ROWS: usize = 100_000;

/// More dimensions than twenty networks have.
const MOST_SCORES: usize = 5_000_000;

/// A table as rows of cells. Rows are counted with the first, whatever that is.
pub struct Sheet<'a> {
    /// Path of the file.
    pub path: &'a str,
    /// Its lines.
    pub lines: Lines<'a>,
    /// Cells of the first row, as many as the table is wide.
    pub first: Vec<String>,
    /// The first row was one cell short, as R writes names over columns beside names of rows.
    pub is_short: bool,
    /// Cells in a row.
    pub width: usize,
    /// Rows, the first included.
    pub rows: usize,
    /// The numbers of all cells, row by row; NaN for text.
    pub values: Vec<f64>,
    /// Cells of text in each column, below the first row.
    pub texts: Vec<usize>,
    /// Columns without anything in them below the first row.
    pub is_empty: Vec<bool>,
    /// What was done on the user's behalf.
    pub notices: Vec<Problem>,
    cells_of_first: usize,
    /// Text of columns that are likely to be ids, in every row, so that most files are read once.
    kept: Vec<(usize, Vec<String>)>,
    /// Some cells have commas and are numbers all the same, or text.
    pub has_commas: bool,
}

impl<'a> Sheet<'a> {
    /// Reads all cells.
    ///
    /// # Errors
    /// A [`Problem`] naming the row for rows of uneven length, no rows, or more than a study can have.
    pub fn read(path: &'a str, lines: Lines<'a>) -> Result<Self, Problem> {
        let mut rows = first_rows(path, &lines)?.into_iter();
        let first = rows.next().unwrap_or_default();
        let mut sheet = Self {
            path,
            lines,
            cells_of_first: first.len(),
            width: first.len(),
            first,
            is_short: false,
            rows: 0,
            values: Vec::new(),
            texts: Vec::new(),
            is_empty: Vec::new(),
            notices: Vec::new(),
            kept: Vec::new(),
            has_commas: false,
        };
        let second = rows.next().unwrap_or_default();
        if !second.is_empty() {
            sheet.settle_width(&second);
        }
        sheet.fill(&second)?;
        sheet.unshift();
        sheet.drop_empty_rows();
        Ok(sheet)
    }

    /// Sets the first row against the second: R's is one cell short, and a separator may end only one of them.
    fn settle_width(&mut self, cells: &[String]) {
        let second = cells.len();
        // numbers over columns of other numbers
        let is_numbered = self.first.iter().all(|cell| is_whole(cell))
            && are_unique(&self.first)
            && cells.iter().skip(1).all(|cell| !is_whole(cell));
        let is_text = self.first.iter().any(|cell| number(cell).is_none());
        let is_labelled = self.first.len() > 2
            && are_unique(&self.first)
            && cells.first().is_some_and(|cell| self.first.contains(cell));
        if second == self.first.len() + 1
            && (is_text || is_numbered || is_labelled || self.lines.is_first_quoted)
        {
            self.is_short = true;
            self.width = second;
            self.first.insert(0, String::new());
        } else if second + 1 == self.first.len()
            && self.first.last().is_some_and(String::is_empty)
            && is_text
        {
            self.width = second;
            self.first.pop();
            self.notices.push(separator_at_end(self.path));
        }
    }

    /// Reads every cell as a number.
    fn fill(&mut self, second: &[String]) -> Result<(), Problem> {
        let most = if self.is_named(&["component", "neuroid"]) {
            MOST_SCORES
        } else {
            MOST_ROWS
        };
        let width = self.width;
        let mut values = Vec::new();
        let mut texts = vec![0; width];
        let mut is_empty = vec![true; width];
        let mut rows = 0;
        let mut has_commas = self.first.iter().any(|cell| cell.contains(','));
        let header = usize::from(self.first.iter().any(|cell| number(cell).is_none()));
        let mut kept = self.likely_ids(second);
        self.each_row(0, |row, record| {
            rows = row + 1;
            if rows > most + header {
                return Ok(());
            }
            if row == 0 {
                values.extend(
                    self.first
                        .iter()
                        .map(|cell| number(cell).unwrap_or(f64::NAN)),
                );
                return Ok(());
            }
            if record.len() != width {
                return Err(self.uneven(row, record.len()));
            }
            for (column, cell) in record.cells().enumerate() {
                let value = cell.parse::<f64>().ok().or_else(|| {
                    has_commas |= cell.contains(',');
                    number(cell)
                });
                texts[column] += usize::from(value.is_none());
                is_empty[column] &= cell.is_empty();
                values.push(value.unwrap_or(f64::NAN));
            }
            for (column, text) in &mut kept {
                text.push(record.cell(*column).to_owned());
            }
            Ok(())
        })?;
        if rows > most + header {
            return Err(too_many_rows(self.path, rows - header));
        }
        (self.rows, self.values, self.texts, self.is_empty) = (rows, values, texts, is_empty);
        (self.has_commas, self.kept) = (has_commas, kept);
        Ok(())
    }

    /// Columns that are likely to be ids: the first, those named so, and those of text.
    fn likely_ids(&self, second: &[String]) -> Vec<(usize, Vec<String>)> {
        let names = self.lines.names_in_comment(self.width).unwrap_or_default();
        let is_likely = |&column: &usize| {
            column == 0
                || self.first.get(column).is_some_and(|name| is_id_name(name))
                || names.get(column).is_some_and(|name| is_id_name(name))
                || second
                    .get(column)
                    .is_some_and(|cell| number(cell).is_none())
        };
        (0..self.width)
            .filter(is_likely)
            .map(|column| (column, Vec::new()))
            .collect()
    }

    /// Where rows are longer than the first by an empty cell, a separator ends them: nothing is moved.
    fn unshift(&mut self) {
        if self.is_short && self.is_empty.last() == Some(&true) {
            self.is_short = false;
            self.first.rotate_left(1);
            if let Some(values) = self.values.get_mut(..self.width) {
                values.rotate_left(1);
            }
        }
    }

    /// Rows of separators alone at the end, as spreadsheets leave them; not in a square, which is half
    /// a matrix.
    fn drop_empty_rows(&mut self) {
        let width = self.width;
        if width == 0 || self.rows == width || !self.ends_empty() {
            return;
        }
        let mut last = 0;
        let looked_at = self.each_row(0, |row, record| {
            if record.cells().any(|cell| !cell.is_empty()) {
                last = row;
            }
            Ok(())
        });
        if looked_at.is_err() || last + 1 >= self.rows {
            return;
        }
        let dropped = self.rows - last - 1;
        self.rows = last + 1;
        self.values.truncate(self.rows * width);
        self.notices.push(Problem::notice(
            self.path,
            format!(
                "ends in {} without anything in them, left out",
                count(dropped, "row", "rows")
            ),
        ));
    }

    fn ends_empty(&self) -> bool {
        let last = self.values.len().saturating_sub(self.width);
        self.rows > 1 && self.values[last..].iter().all(|value| value.is_nan())
    }

    /// Whether the first row has one of some names.
    pub fn is_named(&self, names: &[&str]) -> bool {
        let is_one = |cell: &String| names.iter().any(|name| cell.eq_ignore_ascii_case(name));
        self.first.iter().any(is_one)
    }

    /// Goes through the rows from some row on. Of the first row, `record` has the cells of the file, which may be
    /// one short or one too many.
    ///
    /// # Errors
    /// What `each` gives, or a [`Problem`] for what cannot be cut into cells.
    pub fn each_row(
        &self,
        from: usize,
        mut each: impl FnMut(usize, &Row) -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        let mut reader = self.lines.reader();
        let mut record = Row::default();
        let mut row = 0;
        while record
            .read(&mut reader)
            .map_err(|error| no_table(self.path, &error))?
        {
            if self.width > 1 && record.is_blank() {
                continue;
            }
            if row >= from {
                each(row, &record)?;
            }
            row += 1;
            if self.rows > 0 && row >= self.rows {
                break;
            }
        }
        Ok(())
    }

    /// The text of some columns, from some row on.
    ///
    /// # Errors
    /// A [`Problem`] for what cannot be cut into cells.
    pub fn text(&self, columns: &[usize], from: usize) -> Result<Vec<Vec<String>>, Problem> {
        let mut made: Vec<Vec<String>> = columns.iter().map(|_| Vec::new()).collect();
        let mut missing = Vec::new();
        for (index, column) in columns.iter().enumerate() {
            let first = self.first.get(*column).filter(|_| from == 0);
            made[index].extend(first.cloned());
            let kept = self.kept.binary_search_by_key(column, |(kept, _)| *kept);
            match kept.ok().and_then(|index| self.kept.get(index)) {
                Some((_, text)) => {
                    let rows = self.rows.saturating_sub(1);
                    let start = from.saturating_sub(1);
                    made[index].extend(text.iter().take(rows).skip(start).cloned());
                }
                None => missing.push(index),
            }
        }
        if missing.is_empty() {
            return Ok(made);
        }
        self.each_row(from.max(1), |_, record| {
            for &index in &missing {
                made[index].push(record.cell(columns[index]).to_owned());
            }
            Ok(())
        })?;
        Ok(made)
    }

    fn uneven(&self, row: usize, cells: usize) -> Problem {
        // of a table with a header the first row is not counted
        let is_header = self.first.iter().any(|cell| number(cell).is_none());
        let row = if is_header { row } else { row + 1 };
        let here = Problem::error(
            self.path,
            format!("row {row} has {}", count(cells, "cell", "cells")),
        )
        .expected(format!("{}, as in the first row", self.width));
        if self.width == 1 || self.cells_of_first + 2 < cells {
            return here
                .hint("If the first line is a title, remove it; else look for a stray separator");
        }
        if self.lines.is_spaced {
            return here.hint(
                "Look for a row that was cut short, or for names of rows with spaces in them: these need quotes (in R quote = TRUE), or commas between cells (sep = \",\")",
            );
        }
        if self.lines.separator == b',' {
            return here.hint(
                "Look for a stray separator or a row that was cut short; numbers with decimal commas need semicolons between cells",
            );
        }
        here.hint("Look for a stray separator or a row that was cut short")
    }
}

/// The notice of separators that end lines.
pub fn separator_at_end(path: &str) -> Problem {
    Problem::notice(
        path,
        "has a separator at the end of its lines: the empty last column was left out",
    )
}

/// The problem of a table that has none.
pub fn no_rows(path: &str) -> Problem {
    Problem::error(path, "is a table without rows")
        .expected("one row for each stimulus")
        .hint("Save it again with all its rows")
}

fn no_table(path: &str, error: &csv::Error) -> Problem {
    Problem::error(path, format!("cannot be read as a table: {error}"))
        .expected("rows of cells separated by commas, semicolons or tabs")
        .hint("Save it again as CSV")
}

fn too_many_rows(path: &str, rows: usize) -> Problem {
    let gigabytes = (rows as f64).powi(2) * 8.0 / 1e9;
    Problem::error(path, format!("has {}", count(rows, "row", "rows")))
        .expected(format!(
            "one row for each stimulus, at most {MOST_ROWS}: a Gram matrix over {rows} stimuli would take {gigabytes:.0} GB"
        ))
        .hint("If its rows are units, transpose it; else save the stimuli that the brains saw")
}

/// The cells of the first two rows, or of the only one.
fn first_rows(path: &str, lines: &Lines) -> Result<Vec<Vec<String>>, Problem> {
    let mut reader = lines.reader();
    let mut record = Row::default();
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut filled = 0;
    while filled < 2
        && record
            .read(&mut reader)
            .map_err(|error| no_table(path, &error))?
    {
        filled += usize::from(!record.is_blank());
        rows.push(record.cells().map(str::to_owned).collect());
    }
    // of a table of one column a blank is a missing value
    if rows.iter().any(|row| row.len() > 1) {
        rows.retain(|row| row.len() > 1 || row.iter().any(|cell| !cell.is_empty()));
    }
    rows.truncate(2);
    if rows.is_empty() {
        return Err(if lines.comment.is_some() {
            Problem::error(path, "holds comments alone: every line starts with # or %")
                .expected("one row for each stimulus")
                .hint("Save it again with all its rows, and without # where they start")
        } else {
            no_rows(path)
        });
    }
    Ok(rows)
}
