//! netCDF3: the classic format, with 32-bit or 64-bit offsets and CDF-5. Our own, since the crate for it
//! takes sizes from the header on trust and asks for as much memory as a damaged one names.

use super::contents::{Attribute, Attributes, Contents, Data, Variable, elements, too_large};
use super::decode::{Element, ElementKind, Values, decode};
use super::packing::Packing;
use super::text::fixed_width;
use crate::problem::Problem;

const DIMENSIONS: u64 = 0x0a;
const VARIABLES: u64 = 0x0b;
const ATTRIBUTES: u64 = 0x0c;
const CHARACTERS: u64 = 2;

/// Whether bytes are such a file.
pub fn is_one(bytes: &[u8]) -> bool {
    matches!(bytes, [b'C', b'D', b'F', 1 | 2 | 5, ..])
}

/// Reads every variable of a file.
///
/// # Errors
/// A [`Problem`] for a damaged file.
pub fn read(path: &str, bytes: &[u8]) -> Result<Contents, Problem> {
    let head = Header::parse(bytes).ok_or_else(|| {
        Problem::error(
            path,
            "cannot be read as netCDF3: its header is cut short or damaged",
        )
        .expected("a whole netCDF3 file, classic, with 64-bit offsets or CDF-5")
        .hint("Save or download it again, or save it as netCDF4")
    })?;
    let mut contents = Contents::of(path);
    let notes = head.attributes.iter();
    contents.notes = notes
        .filter_map(|(name, attribute)| match attribute {
            Attribute::Text(_) => Some((name.clone(), attribute.text()?)),
            _ => None,
        })
        .collect();
    contents
        .attributes
        .insert(String::new(), head.attributes.clone());
    for head_of in &head.variables {
        // a file that ends too early is one that must be got again, whatever was read of it
        let (shape, raw) = head.stored(path, bytes, head_of)?;
        let mut variable = match head.variable(path, shape, &raw, head_of) {
            Ok(variable) => variable,
            Err(problem) => {
                contents.problems.push(problem);
                continue;
            }
        };
        let attributes = head_of.attributes.clone();
        contents.attributes.insert(head_of.name.clone(), attributes);
        if let Data::Text(text) = &variable.data {
            // the last axis is the length of each text
            variable.shape = vec![text.len()];
            variable.axes.truncate(1);
        }
        contents.variables.push(variable);
    }
    Ok(contents)
}

/// What the beginning of a file says of the rest.
struct Header {
    /// Name and length; a length of zero is that of the records.
    dimensions: Vec<(String, usize)>,
    attributes: Attributes,
    variables: Vec<VariableHead>,
    records: usize,
}

struct VariableHead {
    name: String,
    dimensions: Vec<usize>,
    attributes: Attributes,
    kind: u64,
    begin: usize,
}

/// Type and size of an element; `None` for a type that the format does not have.
fn element_of(kind: u64) -> Option<Element> {
    let (kind, size) = match kind {
        1 => (ElementKind::Integer, 1),
        2 | 7 => (ElementKind::Unsigned, 1),
        3 => (ElementKind::Integer, 2),
        4 => (ElementKind::Integer, 4),
        5 => (ElementKind::Float, 4),
        6 => (ElementKind::Float, 8),
        8 => (ElementKind::Unsigned, 2),
        9 => (ElementKind::Unsigned, 4),
        10 => (ElementKind::Integer, 8),
        11 => (ElementKind::Unsigned, 8),
        _ => return None,
    };
    Some(Element {
        kind,
        size,
        big_endian: true,
    })
}

impl Header {
    fn parse(bytes: &[u8]) -> Option<Self> {
        let version = *bytes.get(3)?;
        let mut rest = Rest {
            bytes: bytes.get(4..)?,
            wide_counts: version == 5,
            wide_offsets: version != 1,
        };
        let counted = rest.count()?;
        let mut dimensions = Vec::new();
        for _ in 0..rest.list(DIMENSIONS)? {
            dimensions.push((rest.name()?, rest.count()?));
        }
        let attributes = rest.attributes()?;
        let mut variables = Vec::new();
        for _ in 0..rest.list(VARIABLES)? {
            let name = rest.name()?;
            let mut own = Vec::new();
            for _ in 0..rest.count()? {
                let dimension = rest.count()?;
                dimensions.get(dimension)?;
                own.push(dimension);
            }
            let attributes = rest.attributes()?;
            let kind = rest.number(4)?;
            element_of(kind)?;
            // its size, which follows from the rest and overflows where it is large
            rest.count()?;
            let begin =
                usize::try_from(rest.number(if rest.wide_offsets { 8 } else { 4 })?).ok()?;
            variables.push(VariableHead {
                name,
                dimensions: own,
                attributes,
                kind,
                begin,
            });
        }
        let mut head = Self {
            dimensions,
            attributes,
            variables,
            records: 0,
        };
        let is_streamed = counted as u64
            == if version == 5 {
                u64::MAX
            } else {
                u64::from(u32::MAX)
            };
        head.records = if is_streamed {
            let first = head
                .variables
                .iter()
                .filter(|v| head.is_record(v))
                .map(|v| v.begin)
                .min();
            let size = head.record_size()?.max(1);
            bytes.len().saturating_sub(first.unwrap_or(bytes.len())) / size
        } else {
            counted
        };
        Some(head)
    }

    fn is_record(&self, variable: &VariableHead) -> bool {
        variable
            .dimensions
            .first()
            .is_some_and(|&first| self.dimensions[first].1 == 0)
    }

    /// Bytes of one record of a variable, or of all of it where it has none.
    fn slab(&self, variable: &VariableHead) -> Option<usize> {
        let fixed = usize::from(self.is_record(variable));
        let sizes = variable.dimensions[fixed..].iter();
        let sizes: Vec<usize> = sizes
            .map(|&dimension| self.dimensions[dimension].1)
            .collect();
        elements(&sizes)?.checked_mul(element_of(variable.kind)?.size)
    }

    /// Bytes from one record to the next: of all variables that have records, each padded to four
    /// bytes unless it is the only one.
    fn record_size(&self) -> Option<usize> {
        let slabs: Option<Vec<usize>> = self
            .variables
            .iter()
            .filter(|variable| self.is_record(variable))
            .map(|variable| self.slab(variable))
            .collect();
        match slabs?.as_slice() {
            [only] => Some(*only),
            slabs => slabs.iter().try_fold(0_usize, |sum, &slab| {
                sum.checked_add(slab.checked_next_multiple_of(4)?)
            }),
        }
    }

    /// The shape of a variable and its bytes.
    fn stored(
        &self,
        path: &str,
        bytes: &[u8],
        head: &VariableHead,
    ) -> Result<(Vec<usize>, Vec<u8>), Problem> {
        let is_record = self.is_record(head);
        let mut shape: Vec<usize> = head
            .dimensions
            .iter()
            .map(|&d| self.dimensions[d].1)
            .collect();
        if let (true, Some(first)) = (is_record, shape.first_mut()) {
            *first = self.records;
        }
        let short = || too_large(path, &head.name, &shape, bytes.len() as u64);
        let slab = self.slab(head).ok_or_else(short)?;
        let (count, step) = if is_record {
            (self.records, self.record_size().ok_or_else(short)?)
        } else {
            (1, 0)
        };
        if count
            .checked_mul(slab)
            .is_none_or(|size| size > bytes.len())
            || (slab == 0 && count > 1)
        {
            return Err(short());
        }
        let mut raw = Vec::with_capacity(count * slab);
        for record in 0..count {
            let start = record
                .checked_mul(step)
                .and_then(|skip| skip.checked_add(head.begin));
            let piece = start.and_then(|start| bytes.get(start..start.checked_add(slab)?));
            raw.extend(piece.ok_or_else(short)?);
        }
        Ok((shape, raw))
    }

    fn variable(
        &self,
        path: &str,
        shape: Vec<usize>,
        raw: &[u8],
        head: &VariableHead,
    ) -> Result<Variable, Problem> {
        let data = match element_of(head.kind) {
            _ if head.kind == CHARACTERS => {
                Data::Text(fixed_width(raw, shape.last().copied().unwrap_or(1)))
            }
            Some(element) => {
                let path = format!("{path}/{}", head.name);
                let packing = Packing::of(&head.attributes, element, true)
                    .map_err(|malformed| malformed.problem(&path))?;
                let stored = packing
                    .as_ref()
                    .map_or(element, |packing| packing.stored(element));
                match decode(&path, raw, stored) {
                    Some(values) => Data::Numbers {
                        element: stored,
                        values: match packing {
                            Some(packing) => packing.unpack(values?),
                            None => values?,
                        },
                    },
                    None => Data::Other(element.to_string()),
                }
            }
            None => Data::Other("numbers of an unknown type".into()),
        };
        Ok(Variable {
            name: head.name.clone(),
            axes: head
                .dimensions
                .iter()
                .map(|&d| self.dimensions[d].0.clone())
                .collect(),
            shape,
            data,
        })
    }
}

/// What is left of a header.
struct Rest<'a> {
    bytes: &'a [u8],
    wide_counts: bool,
    wide_offsets: bool,
}

impl<'a> Rest<'a> {
    fn take(&mut self, size: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(size)?;
        self.bytes = rest;
        Some(taken)
    }

    fn number(&mut self, size: usize) -> Option<u64> {
        let bytes = self.take(size)?;
        Some(
            bytes
                .iter()
                .fold(0, |sum, &byte| sum << 8 | u64::from(byte)),
        )
    }

    fn count(&mut self) -> Option<usize> {
        let size = if self.wide_counts { 8 } else { 4 };
        usize::try_from(self.number(size)?).ok()
    }

    /// How many entries a list has; none where it is absent.
    fn list(&mut self, tag: u64) -> Option<usize> {
        let (found, count) = (self.number(4)?, self.count()?);
        (found == tag || (found == 0 && count == 0)).then_some(count)
    }

    fn padded(&mut self, size: usize) -> Option<&'a [u8]> {
        let taken = self.take(size)?;
        self.take(size.next_multiple_of(4) - size)?;
        Some(taken)
    }

    fn name(&mut self) -> Option<String> {
        let size = self.count()?;
        String::from_utf8(self.padded(size)?.to_vec()).ok()
    }

    fn attributes(&mut self) -> Option<Attributes> {
        let mut attributes = Attributes::new();
        for _ in 0..self.list(ATTRIBUTES)? {
            let name = self.name()?;
            let kind = self.number(4)?;
            let element = element_of(kind)?;
            let size = self.count()?.checked_mul(element.size)?;
            let value = self.padded(size)?;
            let attribute = if kind == CHARACTERS {
                let text = String::from_utf8_lossy(value);
                Attribute::Text(vec![text.trim_end_matches('\0').to_owned()])
            } else {
                match decode("", value, element) {
                    Some(Ok(Values::F32(values))) => Attribute::Numbers {
                        element,
                        values: values.into_iter().map(f64::from).collect(),
                    },
                    Some(Ok(Values::F64(values))) => Attribute::Numbers { element, values },
                    _ => Attribute::Other,
                }
            };
            attributes.insert(name, attribute);
        }
        Some(attributes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_unpacked_as_in_netcdf4() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/formats");
        let bytes = std::fs::read(folder.join("packed3.nc")).expect("a case");
        let contents = read("packed3.nc", &bytes).expect("readable");
        let numbers = |name: &str| match contents.variable(name).map(|of| &of.data) {
            Some(Data::Numbers { values, .. }) => values.clone(),
            _ => panic!("{name} holds numbers"),
        };
        let layer = numbers("layer");
        assert_eq!(layer.at(4), 2.0);
        assert!(layer.at(5).is_nan() && numbers("hollow").at(0).is_nan());
        assert_eq!(numbers("stimulus").at(0), 40.0);
        assert!(contents.variable("wrong").is_none());
    }
}
