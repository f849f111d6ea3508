//! Where pandas puts the parts of a frame: blocks beside their names, or fields of one table of records.

use super::super::super::contents::{Attribute, Contents, Data, Variable, spelled};
use super::lists::{Item, parse};
use super::{Block, Cells, Column, Frame, Refusal};

/// Blocks of one frame.
const MOST_BLOCKS: usize = 10_000;

/// The frame or series of a group.
pub fn frame<'a>(contents: &'a Contents, group: &str) -> Result<Frame<'a>, Refusal> {
    let kind = text(contents, group, "pandas_type").unwrap_or_default();
    let frame = match kind.as_str() {
        "frame" => fixed(contents, group)?,
        "series" => series(contents, group)?,
        "frame_table" | "series_table" => table(contents, group)?,
        other => {
            return Err(Refusal {
                found: format!("tables of the kind {other} are not read"),
                ids: None,
            });
        }
    };
    let rows = frame.index.shape.first().copied().unwrap_or(0);
    let fits = |column: &Column| match &column.cells {
        Cells::Numbers { block, position } => {
            block.rows == rows
                && *position < block.width
                && block.rows.checked_mul(block.width) == Some(block.values.len())
        }
        Cells::Text(texts) => texts.len() == rows,
        Cells::Unread(_) => true,
    };
    if frame.index.len() != rows || rows == 0 || !frame.columns.iter().all(fits) {
        return Err("its index and its columns are not as long as each other".into());
    }
    Ok(frame)
}

fn text(contents: &Contents, of: &str, name: &str) -> Option<String> {
    contents.attribute(of, name).and_then(Attribute::text)
}

fn part<'a>(contents: &'a Contents, name: &str) -> Result<&'a Variable, Refusal> {
    contents.part(name).ok_or_else(|| Refusal {
        found: format!(
            "its part {} is missing",
            crate::formats::contents::last_name(name)
        ),
        ids: None,
    })
}

/// Text and whole numbers name rows; times, intervals and the like only in their own notation.
fn check_index(kind: &str) -> Result<(), Refusal> {
    match kind {
        "string" | "integer" | "float" | "unicode" | "uinteger" => Ok(()),
        other => Err(Refusal {
            found: format!("its index is of the kind {other}, which only pandas can read"),
            ids: None,
        }),
    }
}

fn check_variety(contents: &Contents, group: &str, axis: &str, what: &str) -> Result<(), Refusal> {
    match text(contents, group, &format!("{axis}_variety")).as_deref() {
        None | Some("regular") => Ok(()),
        _ => Err(Refusal {
            found: format!("its {what} have several levels (a MultiIndex)"),
            ids: None,
        }),
    }
}

/// Names of columns, of text or numbers.
fn names_of(variable: &Variable) -> Vec<String> {
    match &variable.data {
        Data::Text(texts) => texts.clone(),
        Data::Numbers { values, .. } => spelled(values),
        Data::Other(_) => Vec::new(),
    }
}

/// A block of numbers with its columns across; `None` for anything else.
fn block<'a>(variable: &'a Variable, is_turned: bool) -> Option<Block<'a>> {
    let Data::Numbers { element, values } = &variable.data else {
        return None;
    };
    let (first, second) = match *variable.shape.as_slice() {
        [rows, width] => (rows, width),
        [rows] => (rows, 1),
        _ => return None,
    };
    let is_turned = is_turned && variable.shape.len() == 2;
    Some(Block {
        element: *element,
        values,
        rows: if is_turned { second } else { first },
        width: if is_turned { first } else { second },
        is_turned,
    })
}

fn fixed<'a>(contents: &'a Contents, group: &str) -> Result<Frame<'a>, Refusal> {
    check_variety(contents, group, "axis1", "rows")?;
    check_variety(contents, group, "axis0", "columns")?;
    let index_name = format!("{group}/axis1");
    check_index(&text(contents, &index_name, "kind").unwrap_or_default())?;
    let index = part(contents, &index_name)?;
    let order = names_of(part(contents, &format!("{group}/axis0"))?);
    let count = contents
        .attribute(group, "nblocks")
        .and_then(Attribute::number)
        .filter(|count| *count >= 0.0 && *count <= MOST_BLOCKS as f64)
        .ok_or("it does not say of how many blocks it is")?;
    let mut columns: Vec<Option<Column>> = order.iter().map(|_| None).collect();
    for number in 0..count as usize {
        let name = format!("{group}/block{number}_values");
        let names = names_of(part(contents, &format!("{group}/block{number}_items"))?);
        let values = part(contents, &name)?;
        // pandas turns blocks round when it writes them, and says so; PyTables' type for it may not be read
        let turned = contents.attribute(&name, "transposed");
        let is_turned = turned.is_none_or(|turned| turned.number() == Some(0.0));
        // dates are kept as numbers, and say so
        let dates = text(contents, &name, "value_type")
            .is_some_and(|kind| kind.starts_with("datetime") || kind.starts_with("timedelta"));
        let block = block(values, is_turned).filter(|_| !dates);
        if block.is_some_and(|block| block.width != names.len()) {
            return Err("a block has not as many columns as names".into());
        }
        for (position, name) in names.into_iter().enumerate() {
            let cells = match block {
                Some(block) => Cells::Numbers { block, position },
                None if dates => Cells::Unread("dates"),
                None => Cells::Unread("text or objects, which only pandas can read"),
            };
            // the first free column of this name: names may repeat
            let free = order
                .iter()
                .enumerate()
                .position(|(at, own)| *own == name && columns[at].is_none())
                .ok_or("a block has a column that the frame does not have")?;
            columns[free] = Some(Column { name, cells });
        }
    }
    let columns: Option<Vec<Column>> = columns.into_iter().collect();
    Ok(Frame {
        key: group.to_owned(),
        index,
        columns: columns.ok_or("a column is in none of its blocks")?,
    })
}

fn series<'a>(contents: &'a Contents, group: &str) -> Result<Frame<'a>, Refusal> {
    check_variety(contents, group, "index", "rows")?;
    let index_name = format!("{group}/index");
    check_index(&text(contents, &index_name, "kind").unwrap_or_default())?;
    let values = part(contents, &format!("{group}/values"))?;
    let block = block(values, false).ok_or("it holds no numbers")?;
    Ok(Frame {
        key: group.to_owned(),
        index: part(contents, &index_name)?,
        columns: vec![Column {
            name: text(contents, group, "name").unwrap_or_default(),
            cells: Cells::Numbers { block, position: 0 },
        }],
    })
}

fn table<'a>(contents: &'a Contents, group: &str) -> Result<Frame<'a>, Refusal> {
    let table = format!("{group}/table");
    let of = |name: &str| text(contents, &table, name);
    if text(contents, group, "table_type").is_some_and(|kind| kind.contains("multi")) {
        return Err("its rows have several levels (a MultiIndex)".into());
    }
    check_index(&of("index_kind").unwrap_or_default())?;
    let index = part(contents, &format!("{table}.index"))?;
    let mut columns = Vec::new();
    let prefix = format!("{table}.");
    let fields = contents.parts.iter().filter_map(|variable| {
        let field = variable.name.strip_prefix(&prefix)?;
        (field != "index").then_some((field, variable))
    });
    for (field, variable) in fields {
        let kind = of(&format!("{field}_kind"));
        let names = kind
            .and_then(|kind| parse(&kind))
            .and_then(|list| list.names())
            .ok_or_else(|| Refusal {
                found: format!(
                    "the columns of its part {field} have names that only pandas can read"
                ),
                ids: None,
            })?;
        let is_dates = of(&format!("{field}_dtype"))
            .is_some_and(|dtype| dtype.starts_with("datetime") || dtype.starts_with("timedelta"));
        let is_category = of(&format!("{field}_meta")).as_deref() == Some("category");
        let width = names.len();
        let block = block(variable, false).filter(|_| !is_dates && !is_category);
        if block.is_some_and(|block| block.width != width) {
            return Err("a part has not as many columns as names".into());
        }
        for (position, name) in names.into_iter().enumerate() {
            let cells = match (block, variable.text()) {
                (Some(block), _) => Cells::Numbers { block, position },
                (None, Some(texts)) => {
                    let own = texts.iter().skip(position).step_by(width);
                    Cells::Text(own.cloned().collect())
                }
                (None, None) if is_dates => Cells::Unread("dates"),
                (None, None) if is_category => Cells::Unread("categories"),
                (None, None) => Cells::Unread("objects, which only pandas can read"),
            };
            columns.push(Column { name, cells });
        }
    }
    // in the order in which the frame had them, rather than by their types
    let order = text(contents, group, "non_index_axes").and_then(|axes| parse(&axes));
    let order: Option<Vec<String>> = order.and_then(|axes| axes.at(0)?.at(1).and_then(Item::names));
    if let Some(order) = order {
        let position = |column: &Column| order.iter().position(|name| *name == column.name);
        columns.sort_by_cached_key(|column| position(column).unwrap_or(usize::MAX));
    }
    Ok(Frame {
        key: group.to_owned(),
        index,
        columns,
    })
}
