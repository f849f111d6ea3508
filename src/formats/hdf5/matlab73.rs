//! What MATLAB 7.3 means by its references and groups: cells, arrays of structures, sparse matrices, objects.

use hdf5_pure::{Dataset, Group, Object};

use super::super::contents::{Attributes, Data, Variable, index_label};
use super::super::matlab::cells::joined;
use super::super::matlab::complex;
use super::super::matlab::sparse::Sparse;
use super::refused::{Failure, damaged, failure};
use super::types::element_of;
use super::{MOST_DEPTH, MOST_VARIABLES, Reader};

/// Classes of numbers.
pub const NUMBERS: [&str; 11] = [
    "double", "single", "logical", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64",
    "uint64",
];

impl Reader<'_> {
    /// A cell array or an array of structures.
    pub fn referenced(
        &mut self,
        dataset: &Dataset,
        name: &str,
        shape: &[usize],
        is_cell: bool,
        depth: usize,
    ) -> Result<Vec<Variable>, Failure> {
        let path = format!("{}/{name}", self.contents.path);
        let objects = dataset
            .dereference()
            .map_err(|error| failure(&path, Some(dataset), &error))?;
        let mut made = Vec::new();
        let mut count = 0;
        for (index, object) in objects.iter().enumerate() {
            // an array of structures is kept field by field: the second of RDMs.RDM is RDMs(2).RDM
            let label = index_label(shape, index);
            let element = match name.rsplit_once('.') {
                Some((structure, field)) if !is_cell => format!("{structure}{label}.{field}"),
                _ => format!("{name}{label}"),
            };
            let own = match object {
                Object::Dataset(inner) => match self.variables_of(inner, &element, depth + 1) {
                    Ok(own) => own,
                    // one field stands without the others, a cell is all or nothing
                    Err(failure) if is_cell => return Err(failure),
                    Err(failure) => {
                        self.tell(failure, &element);
                        Vec::new()
                    }
                },
                Object::Group(inner) => self.variables_in(inner, &element, depth + 1)?,
                _ => Vec::new(),
            };
            count += own.len();
            if count > MOST_VARIABLES {
                return Err(damaged(&path, &"its cells do not end").into());
            }
            made.push(own);
        }
        if !is_cell {
            return Ok(made.into_iter().flatten().collect());
        }
        let (made, problem) = joined(&self.contents.path, name, shape, made);
        self.contents.problems.extend(problem);
        Ok(made)
    }

    /// What a group stands for that a cell refers to: a sparse matrix, or a structure with its fields.
    fn variables_in(
        &mut self,
        group: &Group,
        name: &str,
        depth: usize,
    ) -> Result<Vec<Variable>, Failure> {
        let path = format!("{}/{name}", self.contents.path);
        if depth > MOST_DEPTH {
            return Err(damaged(&path, &"its references do not end").into());
        }
        let failed = |error: hdf5_pure::Error| failure(&path, None, &error);
        let attributes =
            super::attributes::attributes(group.attrs(), group.attr_datatypes()).map_err(failed)?;
        if let Some(rows) = attributes.get("MATLAB_sparse") {
            let rows = rows.number().unwrap_or(-1.0);
            return self.sparse(group, name, rows).map(|made| vec![made]);
        }
        if let Some(class) = class_of_object(&attributes) {
            self.objects.push((name.to_owned(), class));
            return Ok(Vec::new());
        }
        let mut made = Vec::new();
        for field in group.datasets().map_err(failed)? {
            let inner = group.dataset(&field).map_err(failed)?;
            made.extend(self.variables_of(&inner, &format!("{name}.{field}"), depth + 1)?);
        }
        Ok(made)
    }

    /// A sparse matrix: the numbers, the row of each and where each column starts.
    pub fn sparse(&mut self, group: &Group, name: &str, rows: f64) -> Result<Variable, Failure> {
        let path = format!("{}/{name}", self.contents.path);
        let failed = |error: hdf5_pure::Error| failure(&path, None, &error);
        let wrong = || damaged(&path, &"its parts are not those of a sparse matrix");
        let starts = group.dataset("jc").map_err(failed)?;
        let columns = self.column(&starts, name)?.1;
        // without a number there is no list of numbers
        let names = group.datasets().map_err(failed)?;
        let of = |part: &str| names.iter().any(|name| name == part);
        let (element, values, row_of) = if of("data") && of("ir") {
            let data = group.dataset("data").map_err(failed)?;
            let datatype = data.datatype().map_err(failed)?;
            if element_of(&datatype).is_none() {
                return Err(complex(&self.contents.path, name).into());
            }
            let (element, values) = self.column(&data, name)?;
            let row_of = group.dataset("ir").map_err(failed)?;
            (element, values, self.column(&row_of, name)?.1)
        } else {
            let none = super::super::Values::F64(Vec::new());
            (super::types::DOUBLE, none.clone(), none)
        };
        if rows < 0.0 || rows.fract() != 0.0 || rows > 9e15 || columns.is_empty() {
            return Err(wrong().into());
        }
        let sparse = Sparse {
            rows: rows as usize,
            columns: columns.len() - 1,
            row_of,
            starts: columns,
            values,
            element,
            file: self.size,
        };
        Ok(sparse.dense(&self.contents.path, name)?)
    }
}

/// The class of a group that is an object or a function of MATLAB: what its fields mean only MATLAB knows.
pub fn class_of_object(attributes: &Attributes) -> Option<String> {
    let class = attributes.get("MATLAB_class")?.text()?;
    (class != "struct").then_some(class)
}

/// The problem of an object, by its class.
pub fn other(class: &str) -> Data {
    Data::Other(format!("a {class} of MATLAB"))
}
