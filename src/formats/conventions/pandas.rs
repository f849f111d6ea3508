//! Frames and series as pandas' `to_hdf` keeps them, fixed or as a table: a frame is one array, whatever
//! number of blocks it is stored in, and its index names the rows.

mod layout;
mod lists;

use std::collections::{BTreeMap, BTreeSet};

use super::super::contents::{Contents, Data, Variable, spelled};
use super::super::decode::{Element, ElementKind, Values};
use super::super::hdf5::frame_python;
use super::super::words::{is_id_name, is_label_name, is_stimulus_name};
use super::super::{Found, NamedArray, stem_of_image};
use super::About;
use crate::problem::Problem;

/// A frame, not yet put together.
struct Frame<'a> {
    /// Name of the group.
    key: String,
    /// What names the rows.
    index: &'a Variable,
    columns: Vec<Column<'a>>,
}

/// A column of a frame.
struct Column<'a> {
    name: String,
    cells: Cells<'a>,
}

/// The cells of a column.
enum Cells<'a> {
    /// A column of a block of numbers.
    Numbers { block: Block<'a>, position: usize },
    /// Text, a row each.
    Text(Vec<String>),
    /// Something that is not read, and what it is.
    Unread(&'static str),
}

/// A block of numbers.
#[derive(Clone, Copy)]
struct Block<'a> {
    element: Element,
    values: &'a Values,
    rows: usize,
    width: usize,
    /// A row of the block is a column of the frame.
    is_turned: bool,
}

impl Block<'_> {
    fn at(&self, row: usize, position: usize) -> f64 {
        self.values.at(if self.is_turned {
            position * self.rows + row
        } else {
            row * self.width + position
        })
    }
}

/// Why a frame is not read.
struct Refusal {
    found: String,
    /// Name of the column that holds the ids, where they are in one.
    ids: Option<String>,
}

impl From<&str> for Refusal {
    fn from(found: &str) -> Self {
        Self {
            found: found.to_owned(),
            ids: None,
        }
    }
}

/// Arrays of a file's frames.
pub fn found(contents: &Contents) -> Vec<Found> {
    let mut made = Vec::new();
    for group in groups(contents) {
        match layout::frame(contents, &group).and_then(|frame| array(contents, &frame)) {
            Ok(found) => made.extend(found),
            // a part of it that cannot be read was named already
            Err(_) if is_named(contents, &group) => {}
            Err(refusal) => {
                let problem = refused(&contents.path, &group, &refusal);
                made.push(Found::LeftAlone(problem));
            }
        }
    }
    made
}

/// Groups that pandas wrote; those within another are about its columns.
fn groups(contents: &Contents) -> BTreeSet<String> {
    let all: BTreeSet<String> = contents
        .attributes
        .iter()
        .filter(|(_, own)| own.contains_key("pandas_type"))
        .map(|(name, _)| name.clone())
        .collect();
    all.iter()
        .filter(|name| {
            !all.iter().any(|other| {
                name.strip_prefix(other.as_str())
                    .is_some_and(|rest| rest.starts_with("/meta/"))
            })
        })
        .cloned()
        .collect()
}

/// Whether something of a group is an error already.
fn is_named(contents: &Contents, group: &str) -> bool {
    let path = format!("{}/{group}", contents.path);
    contents
        .problems
        .iter()
        .filter(|problem| problem.is_error())
        .filter_map(|problem| problem.file.strip_prefix(&path))
        .any(|rest| rest.is_empty() || rest.starts_with(['/', '.']))
}

fn refused(path: &str, group: &str, refusal: &Refusal) -> Problem {
    Problem::error(
        &format!("{path}/{group}"),
        format!(
            "is a table that pandas wrote with to_hdf: {}",
            refusal.found
        ),
    )
    .expected("columns of numbers, and an index of text or whole numbers")
    .hint(format!(
        "Save its numbers as CSV with Python and use that file in place of this one:\n{}",
        frame_python(path, group, refusal.ids.as_deref())
    ))
}

/// Ids of rows, and where they come from.
struct Ids {
    texts: Vec<String>,
    from: String,
    is_counted: bool,
}

/// Rows that are only counted: 0, 1, 2 or 1, 2, 3 and so on.
fn is_count(values: &Values) -> bool {
    let counts = |first: usize| (0..values.len()).all(|row| values.at(row) == (row + first) as f64);
    counts(0) || counts(1)
}

fn ids_of(frame: &Frame) -> Result<Ids, Refusal> {
    let ids = match &frame.index.data {
        Data::Text(texts) => (texts.clone(), false),
        Data::Numbers { element, values } if element.kind != ElementKind::Boolean => {
            (spelled(values), is_count(values))
        }
        _ => return Err("its index cannot be read".into()),
    };
    Ok(Ids {
        texts: ids.0,
        from: "its index".into(),
        is_counted: ids.1,
    })
}

/// The array of a frame, and what was left out of it.
fn array(contents: &Contents, frame: &Frame) -> Result<Vec<Found>, Refusal> {
    let mut ids = ids_of(frame)?;
    let rows = ids.texts.len();
    let mut taken = None;
    if ids.is_counted {
        if let Some((position, texts)) = id_column(frame, rows) {
            let from = format!("its column {}", frame.columns[position].name);
            ids = Ids {
                texts,
                from,
                is_counted: false,
            };
            taken = Some(position);
        } else if let Some(column) = frame
            .columns
            .iter()
            .find(|column| matches!(column.cells, Cells::Unread(_)) && is_id_name(&column.name))
        {
            return Err(Refusal {
                found: format!(
                    "the ids of its rows are in the column {}, which only pandas can read",
                    column.name
                ),
                ids: Some(column.name.clone()),
            });
        }
    }
    let order = as_index(frame, &ids.texts);
    let is_square = order.is_some();
    let order = order.unwrap_or_else(|| (0..frame.columns.len()).collect());
    let counted = counted_names(frame);
    let mut units: Vec<(Block, usize)> = Vec::new();
    let mut left_out: Vec<String> = Vec::new();
    let columns = order
        .iter()
        .filter_map(|&position| Some((position, frame.columns.get(position)?)));
    for (position, column) in columns {
        let name = &column.name;
        match &column.cells {
            _ if taken == Some(position) => {}
            Cells::Numbers { block, position } if is_square || counted.contains(name.as_str()) => {
                units.push((*block, *position));
            }
            Cells::Numbers { .. } if is_label_name(name) => {
                left_out.push(format!("{name} (named like a label)"));
            }
            Cells::Numbers { .. } if is_id_name(name) => {
                left_out.push(format!("{name} (named like ids)"));
            }
            Cells::Numbers { block, position } => units.push((*block, *position)),
            Cells::Text(_) => left_out.push(format!("{name} (text)")),
            Cells::Unread(what) => left_out.push(format!("{name} ({what})")),
        }
    }
    let Some((first, _)) = units.first() else {
        let named = frame.columns.iter().map(|column| &column.name);
        return Err(match named.clone().find(|name| is_id_name(name)) {
            Some(name) => Refusal {
                found: format!(
                    "its columns are named like ids ({name}), and its index has not the same ones"
                ),
                ids: None,
            },
            None => "it has no column of numbers that could be a unit".into(),
        });
    };
    let is_narrow = |(block, _): &(Block, usize)| matches!(block.values, Values::F32(_));
    let numbers =
        (0..rows).flat_map(|row| units.iter().map(move |(b, position)| b.at(row, *position)));
    let values = if units.iter().all(is_narrow) {
        Values::F32(numbers.map(|value| value as f32).collect())
    } else {
        Values::F64(numbers.collect())
    };
    // of several types the one that holds the others best
    let rank = |element: &Element| {
        (
            element.kind == ElementKind::Float,
            element.held(),
            element.size,
        )
    };
    let elements = units.iter().map(|(block, _)| block.element);
    let element = elements.max_by_key(rank).unwrap_or(first.element);
    let mut made = vec![Found::Array(NamedArray {
        path: format!("{}/{}", contents.path, frame.key),
        shape: vec![rows, units.len()],
        element,
        values,
        ids: Some(ids.texts.iter().map(|id| stem_of_image(id)).collect()),
        about: About {
            ids_from: ids.from,
            is_counted: ids.is_counted,
            ..About::default()
        },
    })];
    if !left_out.is_empty() {
        let notice = Problem::notice(
            &format!("{}/{}", contents.path, frame.key),
            format!(
                "columns that are no units were left out: {}",
                if left_out.len() > 8 {
                    format!(
                        "{} and {} more",
                        left_out[..8].join(", "),
                        left_out.len() - 8
                    )
                } else {
                    left_out.join(", ")
                }
            ),
        );
        made.push(Found::LeftAlone(
            notice.expected("columns of numbers, one for each unit"),
        ));
    }
    Ok(made)
}

/// Positions of the columns in the order of the rows, where both have the same names: distances between stimuli.
fn as_index(frame: &Frame, ids: &[String]) -> Option<Vec<usize>> {
    let is_number = |column: &Column| matches!(column.cells, Cells::Numbers { .. });
    if frame.columns.len() != ids.len() || !frame.columns.iter().all(is_number) {
        return None;
    }
    let positions: BTreeMap<&str, usize> = frame
        .columns
        .iter()
        .enumerate()
        .map(|(position, column)| (column.name.as_str(), position))
        .collect();
    let order: Option<Vec<usize>> = ids
        .iter()
        .map(|id| positions.get(id.as_str()).copied())
        .collect();
    let order = order?;
    let apart: BTreeSet<usize> = order.iter().copied().collect();
    (apart.len() == ids.len()).then_some(order)
}

/// Names of columns that count: `key_0`, `key_1`, `key_2` are units, though an id may be called `key`. Columns
/// that are called like stimuli, `img_00`, `img_01`, are stimuli: the frame lies on its side.
fn counted_names<'a>(frame: &'a Frame) -> BTreeSet<&'a str> {
    let mut all: BTreeMap<&str, BTreeMap<u64, &str>> = BTreeMap::new();
    for column in &frame.columns {
        let name = column.name.as_str();
        let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
        if let (false, Ok(number)) = (
            stem.is_empty() || is_stimulus_name(name),
            name[stem.len()..].parse(),
        ) {
            all.entry(stem).or_default().insert(number, name);
        }
    }
    let counts = |numbers: &BTreeMap<u64, &str>| {
        let first = numbers.keys().next().copied().unwrap_or(2);
        let is_in_turn = numbers
            .keys()
            .zip(first..)
            .all(|(number, turn)| *number == turn);
        numbers.len() > 1 && first < 2 && is_in_turn
    };
    let series = all.into_values().filter(|numbers| counts(numbers));
    series.flat_map(BTreeMap::into_values).collect()
}

/// The column that names the rows where the index only counts them: one of ids by its name, else the only
/// one of text; without a value twice.
fn id_column(frame: &Frame, rows: usize) -> Option<(usize, Vec<String>)> {
    let texts = |column: &Column| -> Option<Vec<String>> {
        match &column.cells {
            Cells::Text(texts) => Some(texts.clone()),
            Cells::Numbers { block, position } => {
                let values = (0..rows).map(|row| block.at(row, *position));
                let values: Vec<f64> = values.collect();
                let is_whole = values.iter().all(|value| value.fract() == 0.0);
                is_whole.then(|| values.iter().map(f64::to_string).collect())
            }
            Cells::Unread(_) => None,
        }
    };
    let is_unique = |texts: &Vec<String>| {
        texts.len() == rows && texts.iter().collect::<BTreeSet<_>>().len() == rows
    };
    let columns = || frame.columns.iter().enumerate();
    let counted = counted_names(frame);
    let named = columns()
        .filter(|(_, column)| is_id_name(&column.name) && !counted.contains(column.name.as_str()))
        .find_map(|(position, column)| Some((position, texts(column).filter(is_unique)?)));
    if named.is_some() {
        return named;
    }
    let mut written = columns().filter_map(|(position, column)| match &column.cells {
        Cells::Text(texts) if !is_label_name(&column.name) => Some((position, texts.clone())),
        _ => None,
    });
    let only = written.next()?;
    (written.next().is_none() && is_unique(&only.1)).then_some(only)
}
