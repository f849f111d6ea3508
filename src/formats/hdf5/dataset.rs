//! One dataset becomes a variable: its type, its numbers as far as its bytes reach, or its text.

use hdf5_pure::{Dataset, Datatype, Layout, VlenStringReadOptions};

use super::super::contents::{Attribute, Attributes, Data, SLACK, Variable, elements, too_large};
use super::super::decode::{Element, ElementKind, Values, decode};
use super::super::packing::Packing;
use super::super::tensors::brain_float;
use super::super::text::{fixed_width, utf16};
use super::attributes::attributes;
use super::matlab73::{self, NUMBERS};
use super::records::fields;
use super::refused::{Cause, Failure, damaged, failure, precision};
use super::types::{describe, digits, element_of, is_complex, is_list, is_wide};
use super::{MOST_DEPTH, Reader, unwritten};
use crate::problem::Problem;

/// Bytes of a dataset that are decoded at once.
const PIECE: usize = 32 << 20;
/// What one byte can unpack to by deflate, the strongest of the filters in use.
const MOST_DEFLATED: u64 = 1032;

impl Reader<'_> {
    /// The variables that a dataset stands for: one, or of references and records several.
    pub fn variables_of(
        &mut self,
        dataset: &Dataset,
        name: &str,
        depth: usize,
    ) -> Result<Vec<Variable>, Failure> {
        let path = format!("{}/{name}", self.contents.path);
        let failed = |error: hdf5_pure::Error| failure(&path, Some(dataset), &error);
        let shape = shape_of(dataset, &path)?;
        let datatype = dataset.datatype().map_err(failed)?;
        let said = attributes(dataset.attrs(), dataset.attr_datatypes()).map_err(failed)?;
        let text = |name: &str| said.get(name).and_then(Attribute::text).unwrap_or_default();
        let class = text("MATLAB_class");
        let is_scale = text("CLASS") == "DIMENSION_SCALE";
        let is_object = said.contains_key("MATLAB_object_decode");
        if let (true, Some(id)) = (is_scale, said.get("_Netcdf4Dimid")) {
            let id = id.text().unwrap_or_default();
            self.axes.dimensions.insert(id, name.to_owned());
        }
        self.axes.note(name, &said, shape.len(), is_scale);
        // a dimension of netCDF without values of its own
        let is_bare = text("NAME").starts_with("This is a netCDF dimension but not");
        if is_bare || said.contains_key("MATLAB_empty") {
            return Ok(Vec::new());
        }
        if is_object {
            self.objects.push((name.to_owned(), class));
            return Ok(Vec::new());
        }
        let matlab_shape: Vec<usize> = shape.iter().rev().copied().collect();
        let variable = |shape: &[usize], data: Data| Variable {
            name: name.to_owned(),
            shape: shape.to_vec(),
            data,
            axes: Vec::new(),
        };
        // it may declare any number of rows for nothing, and each would be asked for
        if elements(&shape) == Some(0) {
            self.contents.attributes.insert(name.to_owned(), said);
            let empty = Data::Other("an empty array".into());
            return Ok(vec![variable(&shape, empty)]);
        }
        self.check_size(dataset, &datatype, &shape, name)?;
        if let Datatype::Reference { .. } = datatype {
            if depth > MOST_DEPTH {
                return Err(damaged(&path, &"its references do not end").into());
            }
            if class.is_empty() && !self.is_matlab {
                let other = Data::Other("references to other datasets".into());
                return Ok(vec![variable(&shape, other)]);
            }
            return self.referenced(dataset, name, &matlab_shape, class == "cell", depth);
        }
        if let Some(text) = read_text(dataset, &datatype, self.size).map_err(failed)? {
            self.contents.attributes.insert(name.to_owned(), said);
            // a character an element: the last axis is the length of each text
            if let (Datatype::String { size: 1, .. }, [rest @ .., width]) =
                (&datatype, shape.as_slice())
                && !rest.is_empty()
            {
                let bytes = dataset.read_raw().map_err(failed)?;
                let joined = fixed_width(&bytes, *width);
                return Ok(vec![variable(rest, Data::Text(joined))]);
            }
            return Ok(vec![variable(&shape, Data::Text(text))]);
        }
        if let Datatype::Compound { size, members } = &datatype {
            if self.is_frame(name) {
                let bytes = dataset.read_raw().map_err(failed)?;
                self.contents.attributes.insert(name.to_owned(), said);
                return Ok(fields(&path, name, &bytes, *size as usize, members)?);
            }
            if is_complex(&datatype) {
                return Err(not_read(
                    &path,
                    "complex numbers",
                    "real numbers, such as their absolute values",
                )
                .into());
            }
        }
        // elements that are arrays themselves are further axes
        let (datatype, shape) = match datatype {
            Datatype::Array {
                base_type,
                dimensions,
            } => {
                let inner = dimensions.iter().map(|&size| size as usize);
                (*base_type, shape.into_iter().chain(inner).collect())
            }
            other => (other, shape),
        };
        let Some(stored) = element_of(&datatype) else {
            // numbers that may be a layer are named as an error, and nothing else is
            let is_number = matches!(
                datatype,
                Datatype::FixedPoint { .. } | Datatype::FloatingPoint { .. }
            );
            if is_number && elements(&shape) != Some(1) {
                return Err(Failure::Cause(precision(dataset, describe(&datatype))));
            }
            self.contents.attributes.insert(name.to_owned(), said);
            return Ok(vec![variable(&shape, Data::Other(describe(&datatype)))]);
        };
        if class == "char" {
            let bytes = dataset.read_raw().map_err(failed)?;
            return Ok(vec![characters(name, &bytes, stored, &matlab_shape)]);
        }
        if !class.is_empty() && !NUMBERS.contains(&class.as_str()) {
            return Ok(vec![variable(&shape, matlab73::other(&class))]);
        }
        let packing = self.packing(&said, stored, &path)?;
        let element = packing.as_ref().map_or(stored, |p| p.stored(stored));
        self.contents.attributes.insert(name.to_owned(), said);
        let values = match numbers(dataset, element, &shape, &path, PIECE) {
            Ok(Some(values)) => values,
            Ok(None) => {
                let what = format!("numbers of the type {element}");
                return Err(not_read(&path, &what, "float64, float32 or integers").into());
            }
            // whole numbers too large for a double are no measurements, but names
            Err(Failure::Problem(_)) if is_wide(element) && is_list(&shape) => {
                let bytes = dataset.read_raw().map_err(failed)?;
                return Ok(vec![variable(&shape, Data::Text(digits(&bytes, element)))]);
            }
            Err(other) => return Err(other),
        };
        if shape.is_empty() && values.is_empty() {
            // a null dataspace, as h5py writes `Empty`
            return Ok(vec![variable(&[0], Data::Other("an empty value".into()))]);
        }
        if elements(&shape) != Some(values.len()) {
            let holds = values.len() * element.size;
            return Err(too_large(&self.contents.path, name, &shape, holds as u64).into());
        }
        let values = match packing {
            Some(packing) => packing.unpack(values),
            None => values,
        };
        let hollow = unwritten::warning(dataset, &shape, &values, &path);
        self.contents.problems.extend(hollow);
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

    fn packing(
        &self,
        said: &Attributes,
        element: Element,
        path: &str,
    ) -> Result<Option<Packing>, Failure> {
        let is_netcdf = self.is_netcdf
            || said.contains_key("_Netcdf4Dimid")
            || said.contains_key("_Netcdf4Coordinates");
        Packing::of(said, element, is_netcdf).map_err(|malformed| malformed.problem(path).into())
    }

    /// The numbers of a dataset of one axis.
    pub fn column(&mut self, dataset: &Dataset, name: &str) -> Result<(Element, Values), Failure> {
        let path = format!("{}/{name}", self.contents.path);
        let failed = |error: hdf5_pure::Error| failure(&path, Some(dataset), &error);
        let shape = shape_of(dataset, &path)?;
        let datatype = dataset.datatype().map_err(failed)?;
        self.check_size(dataset, &datatype, &shape, name)?;
        let wrong = || damaged(&path, &"a part of it holds no numbers");
        let element = element_of(&datatype).ok_or_else(wrong)?;
        if elements(&shape) == Some(0) {
            return Ok((element, Values::F64(Vec::new())));
        }
        let values = numbers(dataset, element, &shape, &path, PIECE)?.ok_or_else(wrong)?;
        Ok((element, values))
    }

    /// Refuses a dataset that declares more than its stored bytes can unpack to.
    fn check_size(
        &mut self,
        dataset: &Dataset,
        datatype: &Datatype,
        shape: &[usize],
        name: &str,
    ) -> Result<(), Failure> {
        let path = format!("{}/{name}", self.contents.path);
        let failed = |error: hdf5_pure::Error| failure(&path, Some(dataset), &error);
        let size = u64::from(datatype.type_size());
        let declared = elements(shape).and_then(|count| (count as u64).checked_mul(size));
        let stored = match dataset.layout().map_err(failed)? {
            Layout::Compact { size } => size,
            Layout::Contiguous { address, size } => address.map_or(0, |_| size.min(self.size)),
            Layout::Chunked { chunk_shape, .. } => {
                let chunks = dataset.chunks().map_err(failed)?;
                // positions that cannot be counted are those of a damaged file
                let ends = chunks.iter().flat_map(|chunk| {
                    let sizes = chunk.offset.iter().zip(&chunk_shape);
                    sizes.map(|(start, size)| start.checked_add(*size))
                });
                let most = Some(isize::MAX as u64);
                if ends.into_iter().any(|end| end.is_none() || end > most) {
                    return Err(damaged(&path, &"a part of it lies nowhere").into());
                }
                let stored: u64 = chunks.iter().map(|chunk| chunk.storage_size).sum();
                let factor = if dataset.filters().is_empty() {
                    1
                } else {
                    MOST_DEFLATED
                };
                stored.min(self.size).saturating_mul(factor)
            }
            Layout::Virtual => return Err(Failure::Cause(Cause::Virtual)),
            _ => 0,
        };
        let most = stored.saturating_add(SLACK.saturating_sub(self.spent.min(SLACK)));
        match declared {
            Some(declared) if declared <= most => {
                self.spent += declared.saturating_sub(stored);
                Ok(())
            }
            _ => Err(too_large(&self.contents.path, name, shape, stored).into()),
        }
    }
}

fn shape_of(dataset: &Dataset, path: &str) -> Result<Vec<usize>, Failure> {
    let shape = dataset
        .shape()
        .map_err(|error| failure(path, Some(dataset), &error))?;
    let shape: Result<_, _> = shape.into_iter().map(usize::try_from).collect();
    shape.map_err(|error| damaged(path, &error).into())
}

/// The problem of numbers that are not read.
fn not_read(path: &str, what: &str, expected: &str) -> Problem {
    Problem::error(path, format!("holds {what}, which are not read"))
        .expected(expected)
        .hint("Save them as float64 if they are to be analysed, or leave them out of the file")
}

/// Text of MATLAB: a row each, two bytes a character.
fn characters(name: &str, bytes: &[u8], element: Element, shape: &[usize]) -> Variable {
    let rows = shape.first().copied().unwrap_or(1).max(1);
    let columns: usize = shape.iter().skip(1).product();
    let texts = if rows == 1 || element.size != 2 {
        vec![utf16(bytes, element.big_endian)]
    } else {
        // column-major: the characters of a row are as many apart as there are rows
        let (pairs, _) = bytes.as_chunks::<2>();
        (0..rows)
            .map(|row| {
                let own = (0..columns).filter_map(|column| pairs.get(column * rows + row));
                let own: Vec<u8> = own.flatten().copied().collect();
                utf16(&own, element.big_endian).trim_end().to_owned()
            })
            .collect()
    };
    Variable {
        name: name.to_owned(),
        shape: vec![texts.len()],
        data: Data::Text(texts),
        axes: Vec::new(),
    }
}

/// The numbers of a dataset, as many rows at a time as `most` bytes hold; `None` for an element that is no
/// number.
pub fn numbers(
    dataset: &Dataset,
    element: Element,
    shape: &[usize],
    path: &str,
    most: usize,
) -> Result<Option<Values>, Failure> {
    let failed = |error: hdf5_pure::Error| failure(path, Some(dataset), &error);
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
        let made = match element.kind {
            ElementKind::BrainFloat if !element.big_endian => match brain_float(&bytes) {
                Data::Numbers { values, .. } => values,
                _ => return Ok(None),
            },
            _ => match decode(path, &bytes, element) {
                Some(made) => made?,
                None => return Ok(None),
            },
        };
        match &mut values {
            None if piece < rows => {
                values = Some(made.with_room(elements(shape).unwrap_or(0)));
            }
            None => values = Some(made),
            Some(values) => values.append(made),
        }
        start += piece;
    }
    Ok(values)
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
        let bytes = builder.finish().expect("made");
        let file = hdf5_pure::File::from_bytes(bytes).expect("readable");
        let dataset = file.dataset("layer").expect("there");
        let element = element_of(&dataset.datatype().expect("a type")).expect("numbers");
        for most in [1, 20, 50, 10_000] {
            let made = numbers(&dataset, element, &[12, 5], "a.h5", most).expect("readable");
            assert_eq!(made, Some(Values::F32(values.clone())), "{most}");
        }
    }
}
