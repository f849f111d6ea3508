//! HDF5: plain files, netCDF4, and MATLAB 7.3, whose axes are turned round.

use std::collections::HashMap;

use hdf5_pure::{
    AttrValue, Dataset, Datatype, DatatypeByteOrder, File, Group, Layout, Object,
    VlenStringReadOptions,
};

use super::contents::{Contents, Data, SLACK, Variable, elements, place_label, too_large};
use super::decode::{Element, Kind, Values, decode};
use super::text::{fixed_width, utf16};
use crate::problem::Problem;

/// The first bytes of the format, at a power of two from 512 on or at the beginning.
pub const SIGNATURE: &[u8] = b"\x89HDF\r\n\x1a\n";

/// Groups within groups; deeper is a loop.
const MOST_DEPTH: usize = 16;
/// Variables of one file.
const MOST_VARIABLES: usize = 20_000;
/// Bytes of a dataset that are decoded at once.
const PIECE: usize = 32 << 20;
/// What one byte can unpack to by deflate, the strongest of the filters in use.
const MOST_DEFLATED: u64 = 1032;

/// Whether bytes are HDF5: at the beginning, or behind the header that MATLAB puts before it.
pub fn is_one(bytes: &[u8]) -> bool {
    [0, 512, 1024, 2048].iter().any(|&start| {
        bytes
            .get(start..)
            .is_some_and(|rest| rest.starts_with(SIGNATURE))
    })
}

/// Reads every dataset of a file, whose bytes are taken over: large ones are not held twice.
///
/// # Errors
/// A [`Problem`] for a file that is no HDF5 or is damaged. What is wrong with single datasets is among
/// the contents' problems.
pub fn read(path: &str, bytes: Vec<u8>) -> Result<Contents, Problem> {
    let file = File::from_bytes(bytes).map_err(|error| damaged(path, &error))?;
    read_file(path, &file)
}

fn read_file(path: &str, file: &File) -> Result<Contents, Problem> {
    let mut reader = Reader {
        contents: Contents::of(path),
        size: file.file_size(),
        spent: 0,
        dimensions: HashMap::new(),
    };
    let root = file.root();
    reader.group(&root, "", 0)?;
    reader.name_axes();
    Ok(reader.contents)
}

fn damaged(path: &str, error: &dyn std::fmt::Display) -> Problem {
    Problem::error(path, format!("cannot be read as HDF5: {error}"))
        .expected("a whole HDF5, netCDF4 or MATLAB 7.3 file")
        .hint("The file may be cut short or damaged: save or download it again")
}

struct Reader {
    contents: Contents,
    /// Bytes of the file.
    size: u64,
    /// Bytes unpacked so far.
    spent: u64,
    /// Names of netCDF's dimensions by their ids.
    dimensions: HashMap<String, String>,
}

impl Reader {
    fn group(&mut self, group: &Group, prefix: &str, depth: usize) -> Result<(), Problem> {
        let path = self.contents.path.clone();
        if depth > MOST_DEPTH {
            return Err(damaged(&path, &"its groups do not end"));
        }
        for (name, value) in group.attrs().unwrap_or_default() {
            if let Some(text) = text_of(&value) {
                self.contents.notes.insert(format!("{prefix}{name}"), text);
            }
        }
        for name in group.datasets().map_err(|error| damaged(&path, &error))? {
            if self.contents.variables.len() >= MOST_VARIABLES {
                return Err(damaged(
                    &path,
                    &format!("it has more than {MOST_VARIABLES} variables"),
                ));
            }
            let full = format!("{prefix}{name}");
            match group.dataset(&name) {
                Ok(dataset) => self.dataset(&dataset, &full),
                Err(error) => self
                    .contents
                    .problems
                    .push(damaged(&format!("{path}/{full}"), &error)),
            }
        }
        for name in group.groups().map_err(|error| damaged(&path, &error))? {
            // what MATLAB's references point at, and its own bookkeeping
            if name == "#refs#" || name == "#subsystem#" {
                continue;
            }
            let inner = group.group(&name).map_err(|error| damaged(&path, &error))?;
            // a structure of MATLAB says so; fields are named as there
            let is_structure = inner
                .attrs()
                .is_ok_and(|attributes| attributes.contains_key("MATLAB_class"));
            let separator = if is_structure { '.' } else { '/' };
            self.group(&inner, &format!("{prefix}{name}{separator}"), depth + 1)?;
        }
        Ok(())
    }

    /// One dataset; what cannot be read of it becomes a problem and the rest of the file stands.
    fn dataset(&mut self, dataset: &Dataset, name: &str) {
        match self.variables_of(dataset, name, 0) {
            Ok(variables) => self.contents.variables.extend(variables),
            Err(problem) => self.contents.problems.push(problem),
        }
    }

    fn variables_of(
        &mut self,
        dataset: &Dataset,
        name: &str,
        depth: usize,
    ) -> Result<Vec<Variable>, Problem> {
        let path = format!("{}/{name}", self.contents.path);
        let failed = |error: hdf5_pure::Error| damaged(&path, &error);
        let shape = dataset.shape().map_err(failed)?;
        let shape: Vec<usize> = shape
            .into_iter()
            .map(usize::try_from)
            .collect::<Result<_, _>>()
            .map_err(|error| damaged(&path, &error))?;
        let datatype = dataset.datatype().map_err(failed)?;
        let attributes = attributes(dataset);
        let class = attributes.get("MATLAB_class").map_or("", String::as_str);
        let is_empty = attributes.contains_key("MATLAB_empty");
        if let Some(id) = attributes.get("_Netcdf4Dimid") {
            self.dimensions.insert(id.clone(), name.to_owned());
        }
        // a dimension of netCDF without values of its own
        let is_bare = attributes
            .get("NAME")
            .is_some_and(|text| text.starts_with("This is a netCDF dimension but not"));
        if is_bare || is_empty {
            return Ok(Vec::new());
        }
        self.check_size(dataset, &datatype, &shape, name)?;
        let matlab_shape: Vec<usize> = shape.iter().rev().copied().collect();
        let variable = |shape: &[usize], data: Data| Variable {
            name: name.to_owned(),
            shape: shape.to_vec(),
            data,
            axes: axes_of(&attributes, shape.len()),
        };
        // it may declare any number of rows for nothing, and each would be asked for
        if elements(&shape) == Some(0) {
            let empty = Data::Other("an empty array".into());
            return Ok(vec![variable(&shape, empty)]);
        }
        if let Datatype::Reference { .. } = datatype {
            if depth > MOST_DEPTH {
                return Err(damaged(&path, &"its references do not end"));
            }
            return self.referenced(dataset, name, &matlab_shape, class == "cell", depth);
        }
        if let Some(text) = read_text(dataset, &datatype, self.size).map_err(failed)? {
            return Ok(vec![variable(&shape, Data::Text(text))]);
        }
        let Some(element) = element_of(&datatype) else {
            return Ok(vec![variable(&shape, Data::Other(describe(&datatype)))]);
        };
        if class == "char" {
            let bytes = dataset.read_raw().map_err(failed)?;
            let text = utf16(&bytes, element.big_endian);
            return Ok(vec![variable(&[1], Data::Text(vec![text]))]);
        }
        let Some(values) = numbers(dataset, element, &shape, &path, PIECE)? else {
            return Ok(vec![variable(&shape, Data::Other(element.to_string()))]);
        };
        if elements(&shape) != Some(values.len()) {
            let holds = values.len() * element.size;
            return Err(too_large(&self.contents.path, name, &shape, holds as u64));
        }
        if !class.is_empty() {
            // column-major: the axes are turned round and the numbers stay
            let values = values.from_fortran(&matlab_shape);
            return Ok(vec![variable(
                &matlab_shape,
                Data::Numbers { element, values },
            )]);
        }
        Ok(vec![variable(&shape, Data::Numbers { element, values })])
    }

    /// Puts names for the ids of axes.
    fn name_axes(&mut self) {
        for variable in &mut self.contents.variables {
            for axis in &mut variable.axes {
                if let Some(name) = self.dimensions.get(axis) {
                    axis.clone_from(name);
                }
            }
        }
    }

    /// A cell array or an array of structures of MATLAB 7.3.
    fn referenced(
        &mut self,
        dataset: &Dataset,
        name: &str,
        shape: &[usize],
        is_cell: bool,
        depth: usize,
    ) -> Result<Vec<Variable>, Problem> {
        let path = format!("{}/{name}", self.contents.path);
        let objects = dataset
            .dereference()
            .map_err(|error| damaged(&path, &error))?;
        let mut made = Vec::new();
        for (place, object) in objects.iter().enumerate() {
            if made.len() > MOST_VARIABLES {
                return Err(damaged(&path, &"its cells do not end"));
            }
            // an array of structures is kept field by field: the second of RDMs.RDM is RDMs(2).RDM
            let label = place_label(shape, place);
            let element = match name.rsplit_once('.') {
                Some((structure, field)) if !is_cell => format!("{structure}{label}.{field}"),
                _ => format!("{name}{label}"),
            };
            if let Object::Dataset(inner) = object {
                made.extend(self.variables_of(inner, &element, depth + 1)?);
            }
        }
        let texts: Option<Vec<String>> = made
            .iter()
            .map(|variable| match variable.text() {
                Some([only]) => Some(only.clone()),
                _ => None,
            })
            .collect();
        match texts {
            // cells of single texts are one list; of an array of structures each has its own
            Some(texts) if !texts.is_empty() && texts.len() == objects.len() && is_cell => {
                Ok(vec![Variable {
                    name: name.to_owned(),
                    shape: vec![texts.len()],
                    data: Data::Text(texts),
                    axes: Vec::new(),
                }])
            }
            _ => Ok(made),
        }
    }

    /// Refuses a dataset that declares more than its stored bytes can unpack to.
    fn check_size(
        &mut self,
        dataset: &Dataset,
        datatype: &Datatype,
        shape: &[usize],
        name: &str,
    ) -> Result<(), Problem> {
        let path = &self.contents.path;
        let size = u64::from(datatype.type_size());
        let declared = elements(shape).and_then(|count| (count as u64).checked_mul(size));
        let stored = match dataset.layout().map_err(|error| damaged(path, &error))? {
            Layout::Compact { size } => size,
            Layout::Contiguous { address, size } => address.map_or(0, |_| size.min(self.size)),
            Layout::Chunked { .. } => {
                let chunks = dataset.chunks().map_err(|error| damaged(path, &error))?;
                let stored: u64 = chunks.iter().map(|chunk| chunk.storage_size).sum();
                let factor = if dataset.filters().is_empty() {
                    1
                } else {
                    MOST_DEFLATED
                };
                stored.min(self.size).saturating_mul(factor)
            }
            _ => 0,
        };
        let most = stored.saturating_add(SLACK.saturating_sub(self.spent.min(SLACK)));
        match declared {
            Some(declared) if declared <= most => {
                self.spent += declared.saturating_sub(stored);
                Ok(())
            }
            _ => Err(too_large(path, name, shape, stored)),
        }
    }
}

/// The numbers of a dataset, as many rows at a time as `most` bytes hold; `None` for an element that is no
/// number.
fn numbers(
    dataset: &Dataset,
    element: Element,
    shape: &[usize],
    path: &str,
    most: usize,
) -> Result<Option<Values>, Problem> {
    let failed = |error: hdf5_pure::Error| damaged(path, &error);
    let rows = shape.first().copied().unwrap_or(1);
    let row = elements(shape.get(1..).unwrap_or_default())
        .and_then(|count| count.checked_mul(element.size))
        .unwrap_or(usize::MAX);
    let piece = (most / row.max(1)).max(1);
    let mut values: Option<Values> = None;
    let mut start = 0;
    while start < rows.max(1) {
        let bytes = dataset
            .read_raw_rows(start as u64, piece as u64)
            .map_err(failed)?;
        let Some(made) = decode(path, &bytes, element) else {
            return Ok(None);
        };
        match &mut values {
            None if piece < rows => {
                values = Some(made?.with_room(elements(shape).unwrap_or(0)));
            }
            None => values = Some(made?),
            Some(values) => values.append(made?),
        }
        start += piece;
    }
    Ok(values)
}

fn attributes(dataset: &Dataset) -> HashMap<String, String> {
    dataset
        .attrs()
        .unwrap_or_default()
        .into_iter()
        .map(|(name, value)| (name, text_of(&value).unwrap_or_default()))
        .collect()
}

/// An attribute as text; one of several values has them separated by spaces.
fn text_of(value: &AttrValue) -> Option<String> {
    let joined =
        |values: &mut dyn Iterator<Item = String>| Some(values.collect::<Vec<_>>().join(" "));
    match value {
        AttrValue::String(text)
        | AttrValue::AsciiString(text)
        | AttrValue::VarLenString(text)
        | AttrValue::VarLenAsciiString(text)
        | AttrValue::StringSized { value: text, .. }
        | AttrValue::AsciiStringSized { value: text, .. } => {
            Some(text.trim_end_matches('\0').to_owned())
        }
        AttrValue::StringArray(texts)
        | AttrValue::AsciiStringArray(texts)
        | AttrValue::StringArraySized { values: texts, .. }
        | AttrValue::AsciiStringArraySized { values: texts, .. }
        | AttrValue::VarLenAsciiCharArray(texts) => joined(&mut texts.iter().cloned()),
        AttrValue::I32Array(values) => joined(&mut values.iter().map(i32::to_string)),
        AttrValue::I64Array(values) => joined(&mut values.iter().map(i64::to_string)),
        AttrValue::I32(value) => Some(value.to_string()),
        AttrValue::I64(value) => Some(value.to_string()),
        AttrValue::U8(value) => Some(value.to_string()),
        _ => None,
    }
}

/// Names of a netCDF variable's axes: ids that belong to the dimensions of this file.
fn axes_of(attributes: &HashMap<String, String>, count: usize) -> Vec<String> {
    let ids = attributes.get("_Netcdf4Coordinates");
    let axes: Vec<String> = ids
        .map(|ids| ids.split_whitespace().map(str::to_owned).collect())
        .unwrap_or_default();
    if axes.len() == count {
        axes
    } else {
        Vec::new()
    }
}

fn element_of(datatype: &Datatype) -> Option<Element> {
    let (kind, size, order) = match datatype {
        Datatype::FixedPoint {
            size,
            byte_order,
            layout,
        } => {
            let kind = if layout.signed {
                Kind::Integer
            } else {
                Kind::Unsigned
            };
            (kind, *size, *byte_order)
        }
        Datatype::FloatingPoint {
            size, byte_order, ..
        } => (Kind::Float, *size, *byte_order),
        // booleans as h5py writes them
        Datatype::Enumeration { base_type, .. } => return element_of(base_type),
        _ => return None,
    };
    Some(Element {
        kind,
        size: size as usize,
        big_endian: order == DatatypeByteOrder::BigEndian,
    })
}

fn describe(datatype: &Datatype) -> String {
    match datatype {
        Datatype::Compound { .. } => "records of several fields".into(),
        Datatype::VariableLength { .. } => "lists of varying length".into(),
        other => format!("{other}"),
    }
}

/// The text of a dataset of fixed or varying length; `None` if it holds none.
fn read_text(
    dataset: &Dataset,
    datatype: &Datatype,
    size: u64,
) -> Result<Option<Vec<String>>, hdf5_pure::Error> {
    match datatype {
        Datatype::String { size, .. } => {
            let bytes = dataset.read_raw()?;
            Ok(Some(fixed_width(&bytes, *size as usize)))
        }
        Datatype::VariableLength {
            is_string: true, ..
        } => {
            let most = usize::try_from(size).unwrap_or(usize::MAX);
            let limits = VlenStringReadOptions::new()
                .with_max_elements(most)
                .with_max_payload_bytes(most);
            dataset.read_vlen_strings(limits).map(Some)
        }
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dataset_read_in_pieces_gives_the_same() {
        let mut builder = hdf5_pure::FileBuilder::new();
        let values: Vec<f32> = (0..60).map(|i| i as f32).collect();
        builder
            .create_dataset("layer")
            .with_f32_data(&values)
            .with_shape(&[12, 5]);
        let file = File::from_bytes(builder.finish().expect("made")).expect("readable");
        let dataset = file.dataset("layer").expect("there");
        let element = element_of(&dataset.datatype().expect("a type")).expect("numbers");
        for most in [1, 20, 50, 10_000] {
            let made = numbers(&dataset, element, &[12, 5], "a.h5", most).expect("readable");
            assert_eq!(made, Some(Values::F32(values.clone())), "{most}");
        }
    }
}
