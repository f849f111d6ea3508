//! netCDF3 (classic), its header and numbers by the crate of that name.

use std::io::Cursor;

use netcdf3::{DataType, DataVector, FileReader};

use super::contents::{Contents, Data, Variable, elements, too_large};
use super::decode::{Element, Kind, Values};
use super::text::fixed_width;
use crate::problem::Problem;

/// Reads every variable of a file.
///
/// # Errors
/// A [`Problem`] for a damaged file.
pub fn read(path: &str, bytes: &[u8]) -> Result<Contents, Problem> {
    let damaged = |error: &dyn std::fmt::Debug| {
        Problem::error(path, format!("cannot be read as netCDF3: {error:?}"))
            .expected("a whole netCDF3 file, classic or with 64-bit offsets")
            .hint("The file may be cut short or damaged: save or download it again, or as netCDF4")
    };
    let source = Box::new(Cursor::new(bytes.to_vec()));
    let mut file = FileReader::open_seek_read(path, source).map_err(|error| damaged(&error))?;
    let mut contents = Contents::of(path);
    let set = file.data_set();
    for attribute in set.get_global_attrs() {
        if let Some(text) = set.get_global_attr_as_string(attribute.name()) {
            contents.notes.insert(attribute.name().to_owned(), text);
        }
    }
    let heads: Vec<(String, Vec<usize>, Vec<String>, DataType)> = set
        .get_vars()
        .into_iter()
        .map(|variable| {
            let sizes = variable.get_dims().iter().map(|axis| axis.size()).collect();
            let axes = variable.dim_names();
            (
                variable.name().to_owned(),
                sizes,
                axes,
                variable.data_type(),
            )
        })
        .collect();
    for (name, mut shape, mut axes, kind) in heads {
        let needed = elements(&shape).and_then(|count| count.checked_mul(kind.size_of()));
        if needed.is_none_or(|needed| needed > bytes.len()) {
            return Err(too_large(path, &name, &shape, bytes.len() as u64));
        }
        let values = file.read_var(&name).map_err(|error| damaged(&error))?;
        let data = match values {
            // characters: the last axis is the length of each text
            DataVector::U8(text) => {
                let width = shape.pop().unwrap_or(1);
                axes.pop();
                Data::Text(fixed_width(&text, width))
            }
            DataVector::I8(values) => numbers(
                Kind::Integer,
                1,
                values.into_iter().map(f32::from).collect(),
            ),
            DataVector::I16(values) => numbers(
                Kind::Integer,
                2,
                values.into_iter().map(f32::from).collect(),
            ),
            DataVector::F32(values) => numbers(Kind::Float, 4, values),
            DataVector::I32(values) => doubles(
                Kind::Integer,
                4,
                values.into_iter().map(f64::from).collect(),
            ),
            DataVector::F64(values) => doubles(Kind::Float, 8, values),
        };
        contents.variables.push(Variable {
            name,
            shape,
            data,
            axes,
        });
    }
    Ok(contents)
}

fn element(kind: Kind, size: usize) -> Element {
    Element {
        kind,
        size,
        big_endian: true,
    }
}

fn numbers(kind: Kind, size: usize, values: Vec<f32>) -> Data {
    Data::Numbers {
        element: element(kind, size),
        values: Values::F32(values),
    }
}

fn doubles(kind: Kind, size: usize, values: Vec<f64>) -> Data {
    Data::Numbers {
        element: element(kind, size),
        values: Values::F64(values),
    }
}
