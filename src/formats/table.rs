//! CSV and TSV: numbers with or without a header and a column of ids, or the table of stimuli.

use csv::{ByteRecord, ReaderBuilder};

use super::decode::{Element, Values};
use super::scores::Labels;
use super::{
    About, Found, NamedArray, ScoreTable, StimuliTable, image_type, stem_of_image, text_of,
};
use crate::problem::{Problem, count};

/// More rows than any study here can have: a Gram matrix over so many stimuli takes 80 GB.
const MOST_ROWS: usize = 100_000;

/// More dimensions than twenty networks have.
const MOST_SCORES: usize = 5_000_000;

/// Headers under which tools write the ids of stimuli.
const ID_HEADERS: [&str; 12] = [
    "stimulus_id",
    "stimulus",
    "stimuli",
    "stim",
    "id",
    "ids",
    "image",
    "image_id",
    "img",
    "filename",
    "file_name",
    "file",
];

/// A column as far as it has been read: numbers until the first cell that is none.
enum Column {
    Numbers(Vec<f64>),
    Text(Vec<String>),
}

/// Reads a table.
///
/// # Errors
/// A [`Problem`] naming the row for rows of uneven length, text among numbers, duplicate headers
/// of one role, or more rows than a study can have.
pub fn read(path: &str, bytes: &[u8]) -> Result<Vec<Found>, Problem> {
    let text = text_of(path, bytes)?;
    let spaced = without_runs_of_spaces(text);
    let text = spaced.as_deref().unwrap_or(text);
    let delimiter = delimiter_of(text);
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut record = ByteRecord::new();
    let mut next = |record: &mut ByteRecord| {
        reader.read_byte_record(record).map_err(|error| {
            Problem::error(path, format!("cannot be read as a table: {error}"))
                .expected("rows of cells separated by commas, semicolons or tabs")
                .hint("Save it again as CSV")
        })
    };
    if !next(&mut record)? {
        return Err(no_rows(path));
    }
    let first: Vec<String> = cells(&record).map(str::to_owned).collect();
    let width = first.len();
    let header = is_header(&first);
    let has = |wanted: &str| first.iter().any(|name| name.eq_ignore_ascii_case(wanted));
    let is_scores = header && (has("component") || has("neuroid"));
    let most = if is_scores { MOST_SCORES } else { MOST_ROWS };
    let mut columns: Vec<Column> = (0..width).map(|_| Column::Numbers(Vec::new())).collect();
    let mut rows = 0;
    let mut has_record = !header || next(&mut record)?;
    while has_record {
        rows += 1;
        if rows > most {
            while next(&mut record)? {
                rows += 1;
            }
            return Err(too_many_rows(path, rows));
        }
        if record.len() != width {
            return Err(Problem::error(
                path,
                format!("row {rows} has {}", count(record.len(), "cell", "cells")),
            )
            .expected(format!("{width}, as in the first row"))
            .hint("Look for a stray separator or a row that was cut short"));
        }
        for (column, cell) in columns.iter_mut().zip(cells(&record)) {
            push(column, cell, delimiter);
        }
        has_record = next(&mut record)?;
    }
    if rows == 0 {
        return Err(no_rows(path));
    }
    // A square table of numbers whose first row happens to count up is an RDM without a header.
    let is_count = |cell: &String| !cell.is_empty() && number(cell, b';').is_some();
    let counts_up = header && first.iter().all(is_count);
    let header = header && !(counts_up && rows + 1 == width);
    if counts_up && !header {
        rows += 1;
        for (column, cell) in columns.iter_mut().zip(&first) {
            if let (Column::Numbers(values), Some(value)) = (column, number(cell, delimiter)) {
                values.insert(0, value);
            }
        }
    }
    let names = if header {
        first
    } else {
        vec![String::new(); width]
    };
    sort_out(path, names, columns, rows, header)
}

fn no_rows(path: &str) -> Problem {
    Problem::error(path, "is a table without rows")
        .expected("one row for each stimulus")
        .hint("Save it again with all its rows")
}

fn too_many_rows(path: &str, rows: usize) -> Problem {
    let gigabytes = (rows as f64).powi(2) * 8.0 / 1e9;
    Problem::error(path, format!("has {}", count(rows, "row", "rows")))
        .expected(format!(
            "one row for each stimulus, at most {MOST_ROWS}: a Gram matrix over {rows} stimuli would take {gigabytes:.0} GB"
        ))
        .hint("If its rows are units, transpose it; else save the stimuli that the brains saw")
}

fn cells(record: &ByteRecord) -> impl Iterator<Item = &str> {
    // The whole file was checked to be UTF-8, and separators are ASCII.
    record
        .iter()
        .map(|cell| std::str::from_utf8(cell).unwrap_or_default())
}

/// A table whose cells are separated by spaces, as numpy.savetxt writes it, with tabs instead; `None` for
/// any other.
fn without_runs_of_spaces(text: &str) -> Option<String> {
    let first = text.lines().next()?;
    let cells: Vec<&str> = first.split(' ').filter(|cell| !cell.is_empty()).collect();
    let is_numbers = cells.len() > 1 && cells.iter().all(|cell| cell.parse::<f64>().is_ok());
    is_numbers.then(|| {
        let lines = text.lines().map(|line| {
            let cells: Vec<&str> = line.split_whitespace().collect();
            cells.join("\t")
        });
        lines.collect::<Vec<_>>().join("\n")
    })
}

/// The separator that the first line has most of; of equals not the comma, which may be decimal.
fn delimiter_of(text: &str) -> u8 {
    let line = text.lines().next().unwrap_or_default();
    [b',', b';', b'\t']
        .into_iter()
        .max_by_key(|&candidate| line.bytes().filter(|&byte| byte == candidate).count())
        .unwrap_or(b',')
}

/// The number in a cell; a decimal comma counts where commas do not separate cells. Empty cells
/// and the usual words for a missing value are NaN, which is reported where the array is used.
fn number(cell: &str, delimiter: u8) -> Option<f64> {
    if let Ok(value) = cell.parse::<f64>() {
        return Some(value);
    }
    match cell {
        "" | "NA" | "N/A" | "null" | "None" => Some(f64::NAN),
        _ if delimiter != b',' && cell.matches(',').count() == 1 => {
            cell.replace(',', ".").parse().ok()
        }
        _ => None,
    }
}

fn push(column: &mut Column, cell: &str, delimiter: u8) {
    match column {
        Column::Text(values) => values.push(cell.to_owned()),
        Column::Numbers(values) => match number(cell, delimiter) {
            Some(value) => values.push(value),
            None => {
                // What was read as numbers is text after all; integers print as they stood.
                let mut text: Vec<String> = values
                    .iter()
                    .map(|value| {
                        if value.is_nan() {
                            String::new()
                        } else {
                            value.to_string()
                        }
                    })
                    .collect();
                text.push(cell.to_owned());
                *column = Column::Text(text);
            }
        },
    }
}

fn is_id_header(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ID_HEADERS.contains(&name.as_str())
}

/// Whether the first row names columns: it has text beyond a leading id, or is a count from 0 or 1
/// as pandas writes over unnamed columns.
fn is_header(first: &[String]) -> bool {
    let is_number = |cell: &String| number(cell, b';').is_some();
    if first.iter().any(|cell| is_id_header(cell)) {
        return true;
    }
    let rest = first.get(1..).unwrap_or_default();
    if rest.iter().any(|cell| !is_number(cell)) {
        return true;
    }
    let counts = |cells: &[String], from: usize| {
        cells.len() >= 3
            && cells
                .iter()
                .enumerate()
                .all(|(i, cell)| *cell == (i + from).to_string())
    };
    let leads_empty = first.first().is_some_and(String::is_empty) && !rest.is_empty();
    leads_empty
        || counts(first, 0)
        || counts(first, 1)
        || (!first.first().is_some_and(is_number) && counts(rest, 0))
}

/// Tells ids, a pandas index and numbers apart.
fn sort_out(
    path: &str,
    mut names: Vec<String>,
    mut columns: Vec<Column>,
    rows: usize,
    header: bool,
) -> Result<Vec<Found>, Problem> {
    if drop_index(&names, &columns, header) {
        names.remove(0);
        columns.remove(0);
    }
    let has_name = |wanted: &str| {
        names
            .iter()
            .position(|name| name.eq_ignore_ascii_case(wanted))
    };
    if header && let Some(scores) = scores_of(path, &names, &columns) {
        return Ok(vec![Found::Scores(scores)]);
    }
    let id_column = has_name("stimulus_id")
        .or_else(|| names.iter().position(|name| is_id_header(name)))
        .or_else(|| matches!(columns.first(), Some(Column::Text(_))).then_some(0));
    let other_text = columns
        .iter()
        .enumerate()
        .any(|(i, column)| Some(i) != id_column && matches!(column, Column::Text(_)));
    let is_stimuli_file = path
        .rsplit('/')
        .next()
        .is_some_and(|name| name.to_ascii_lowercase().starts_with("stimuli."));
    if let Some(id_column) = id_column
        && (is_stimuli_file
            || columns.len() == 1
            || (has_name("stimulus_id").is_some() && other_text))
    {
        let text_column = |wanted: &str| has_name(wanted).map(|i| text_cells(&columns[i]));
        return Ok(vec![Found::Stimuli(StimuliTable {
            path: path.to_owned(),
            ids: without_endings(text_cells(&columns[id_column])),
            thumbnails: text_column("thumbnail"),
            categories: text_column("category"),
        })]);
    }
    let is_text =
        |(i, column): (usize, &Column)| Some(i) != id_column && matches!(column, Column::Text(_));
    if columns
        .iter()
        .enumerate()
        .filter(|&cell| is_text(cell))
        .count()
        > 1
    {
        return Ok(vec![Found::LeftAlone(
            Problem::warning(path, "is a table of text, not of numbers, and was left alone")
                .expected("numbers, in all columns but one of ids; or a stimuli table with a column stimulus_id"),
        )]);
    }
    let ids = id_column.map(|i| text_cells(&columns.remove(i)));
    if id_column.is_some_and(|i| i < names.len()) {
        names.remove(id_column.unwrap_or_default());
    }
    let width = columns.len();
    if width == 0 {
        return Err(Problem::error(path, "has ids but no numbers")
            .expected("one column for each unit")
            .hint("If it describes the stimuli, name it stimuli.csv"));
    }
    let mut values = vec![0.0; rows * width];
    for (j, column) in columns.iter().enumerate() {
        let Column::Numbers(numbers) = column else {
            return Err(text_among_numbers(path, &names, column, j));
        };
        for (i, &number) in numbers.iter().enumerate() {
            values[i * width + j] = number;
        }
    }
    Ok(vec![Found::Array(NamedArray {
        path: path.to_owned(),
        shape: vec![rows, width],
        element: Element::TEXT,
        values: Values::F64(values),
        ids,
        about: About::default(),
    })])
}

/// A table of scores: `network`, `layer`, `component` and any numbers beside them, as this site exports
/// it; `None` for any other.
fn scores_of(path: &str, names: &[String], columns: &[Column]) -> Option<ScoreTable> {
    let place = |wanted: [&str; 2]| {
        let named = |wanted: &str| {
            names
                .iter()
                .position(|name| name.eq_ignore_ascii_case(wanted))
        };
        wanted.into_iter().find_map(named)
    };
    let network = place(["network", "model"])?;
    let layer = place(["layer", "node"])?;
    let component = place(["component", "neuroid"])?;
    let set = place(["model_set", "set"]);
    let (networks, layers) = (text_cells(&columns[network]), text_cells(&columns[layer]));
    let Column::Numbers(components) = &columns[component] else {
        return None;
    };
    let sets = set.map(|set| text_cells(&columns[set]));
    let mut labels = Labels::default();
    let places: Vec<usize> = (0..networks.len())
        .map(|row| {
            let set = sets.as_ref().map(|sets| sets[row].as_str());
            labels.layer(&networks[row], &layers[row], set)
        })
        .collect();
    // networks and layers may be numbers as well
    let labelling = [Some(network), Some(layer), Some(component), set];
    let scores: Vec<(String, Vec<f64>)> = names
        .iter()
        .zip(columns)
        .enumerate()
        .filter(|&(place, _)| !labelling.contains(&Some(place)))
        .filter_map(|(_, (name, column))| match column {
            Column::Numbers(values) => Some((name.clone(), values.clone())),
            Column::Text(_) => None,
        })
        .collect();
    if scores.is_empty() {
        return None;
    }
    Some(ScoreTable::new(
        path,
        Element::TEXT,
        labels,
        places,
        components.clone(),
        scores,
    ))
}

/// Whether the first column is the row count that pandas writes under an empty header.
fn drop_index(names: &[String], columns: &[Column], header: bool) -> bool {
    let unnamed = names
        .first()
        .is_some_and(|name| name.is_empty() || name == "index" || name.starts_with("Unnamed:"));
    match columns.first() {
        Some(Column::Numbers(numbers)) if header && unnamed && columns.len() > 1 => numbers
            .iter()
            .enumerate()
            .all(|(i, &number)| number == i as f64 || number == (i + 1) as f64),
        _ => false,
    }
}

/// Stimuli that are named after their pictures, as thingsvision's file_names.txt has them, by the names
/// alone.
fn without_endings(ids: Vec<String>) -> Vec<String> {
    if ids.iter().all(|id| image_type(id).is_some()) {
        return ids.iter().map(|id| stem_of_image(id)).collect();
    }
    ids
}

fn text_cells(column: &Column) -> Vec<String> {
    match column {
        Column::Text(values) => values.clone(),
        Column::Numbers(values) => values.iter().map(f64::to_string).collect(),
    }
}

fn text_among_numbers(path: &str, names: &[String], column: &Column, index: usize) -> Problem {
    let text = text_cells(column);
    let row = text
        .iter()
        .position(|cell| number(cell, b';').is_none())
        .unwrap_or_default();
    let name = match names.get(index) {
        Some(name) if !name.is_empty() => format!("column \"{name}\""),
        _ => format!("column {}", index + 1),
    };
    Problem::error(
        path,
        format!("{name} has the text \"{}\" in row {}", text[row], row + 1),
    )
    .expected("numbers, in all columns but one of ids")
    .hint("Remove the column, or name the file stimuli.csv and the column of ids stimulus_id")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn array(text: &str) -> NamedArray {
        match read("a.csv", text.as_bytes()).expect("readable").remove(0) {
            Found::Array(array) => array,
            other => panic!("{other:?}"),
        }
    }

    fn numbers(array: &NamedArray) -> Vec<f64> {
        (0..array.values.len())
            .map(|i| array.values.at(i))
            .collect()
    }

    #[test]
    fn columns_that_name_a_dimension_are_no_scores() {
        let text = "Model,Layer,Component,universality,alignment_v1\n1,0,0,0.5,0.25\n2,3,0,0.75,\n";
        let read = read("s.csv", text.as_bytes()).expect("readable").remove(0);
        let Found::Scores(table) = read else {
            panic!("{read:?}");
        };
        assert_eq!(table.columns.columns, ["universality", "alignment_v1"]);
        assert_eq!(table.columns.networks.len(), 2);
        let universality = &table.values[2 * table.columns.rows..][..2];
        assert_eq!(universality, [0.5, 0.75]);
    }

    #[test]
    fn header_and_ids_are_told_from_numbers() {
        let ids = Some(vec!["a".to_owned(), "b".to_owned()]);
        for (text, expected_ids) in [
            ("1,2\n3,4\n", None),
            ("u0,u1\n1,2\n3,4\n", None),
            (",0,1\n0,1,2\n1,3,4\n", None),
            ("stimulus_id,u0,u1\na,1,2\nb,3,4\n", ids.clone()),
            (
                "\u{feff}stimulus_id;u0;u1\r\na;1;2\r\nb;3;4\r\n",
                ids.clone(),
            ),
            ("u0\tid\tu1\n1\ta\t2\n3\tb\t4\n", ids.clone()),
            (",a,b\na,1,2\nb,3,4\n", ids.clone()),
            ("a,1,2\nb,3,4\n", ids.clone()),
            ("name,u0,u1\na,1,2\nb,3,4\n", ids.clone()),
            ("a;1,0;2,0\nb;3,0;4,0\n", ids.clone()),
        ] {
            let read = array(text);
            assert_eq!(read.shape, [2, 2], "{text}");
            assert_eq!(numbers(&read), [1.0, 2.0, 3.0, 4.0], "{text}");
            assert_eq!(read.ids, expected_ids, "{text}");
        }
    }

    #[test]
    fn a_row_that_counts_is_a_header_but_not_over_a_square() {
        assert_eq!(array("0,1,2\n5,6,7\n").shape, [1, 3]);
        assert_eq!(array("x,0,1,2\na,5,6,7\n").shape, [1, 3]);
        let square = array("0,1,2\n1,0,1\n2,1,0\n");
        assert_eq!(square.shape, [3, 3]);
        assert_eq!(numbers(&square)[..4], [0.0, 1.0, 2.0, 1.0]);
    }

    #[test]
    fn numeric_ids_are_ids() {
        let read = array("image_id,u0\n17,1\n4,2\n");
        assert_eq!(read.ids, Some(vec!["17".to_owned(), "4".to_owned()]));
    }

    #[test]
    fn the_stimuli_table_keeps_what_is_shown() {
        let text = "order,stimulus_id,thumbnail,category\n0,im1,t/1.jpg,face\n1,im2,t/2.jpg,\n";
        let found = read("x/stimuli.csv", text.as_bytes()).expect("readable");
        let Found::Stimuli(table) = &found[0] else {
            panic!("{found:?}");
        };
        assert_eq!(table.ids, ["im1", "im2"]);
        assert_eq!(
            table.categories,
            Some(vec!["face".to_owned(), String::new()])
        );
        assert!(table.thumbnails.is_some());
        let found = read("stimuli.csv", b"stimulus_id\nimg0\nimg1\n").expect("readable");
        assert!(matches!(&found[0], Found::Stimuli(table) if table.ids == ["img0", "img1"]));
    }

    #[test]
    fn rows_and_cells_that_do_not_fit_are_named() {
        let error = |text: &str| read("a.csv", text.as_bytes()).unwrap_err().to_string();
        assert!(error("1,2\n3\n").contains("row 2 has 1 cell"));
        assert!(
            error("id,u0,u1\na,1,2\nb,x,4\n").contains("column \"u0\" has the text \"x\" in row 2")
        );
        assert!(error("id,u0\n").contains("without rows"));
        let results = read(
            "d.csv",
            b"network,layer,component,universality,model_set\na,b,1,0.5,Trained\n",
        );
        assert!(matches!(
            &results.expect("no error")[..],
            [Found::Scores(table)] if table.values == [0.0, 1.0, 0.5]
                && table.columns.networks == [("a".to_owned(), Some("Trained".to_owned()))]
        ));
        let text = read("index.csv", b"file,kind,note,n\na,b,c,1\n").expect("no error");
        assert!(matches!(&text[..], [Found::LeftAlone(_)]));
        let many = "1\n".repeat(MOST_ROWS + 5);
        assert!(error(&many).contains("100,005 rows"));
    }

    #[test]
    fn missing_values_are_nan() {
        assert!(array("1,\n3,NA\n").values.at(1).is_nan());
    }
}
