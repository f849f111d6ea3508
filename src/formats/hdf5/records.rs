//! Datasets of records: each field becomes a variable of its own, an array in a field further axes.

use hdf5_pure::{CompoundMember, Datatype};

use super::super::contents::{Data, Variable, elements, too_large};
use super::super::decode::decode;
use super::super::text::fixed_width;
use super::types::{digits, element_of};
use crate::problem::Problem;

/// The fields of records, named `dataset.field`.
///
/// # Errors
/// Where a field reaches beyond its record, or holds a whole number that has no exact double.
pub fn fields(
    path: &str,
    name: &str,
    bytes: &[u8],
    size: usize,
    members: &[CompoundMember],
) -> Result<Vec<Variable>, Problem> {
    let rows = bytes.len() / size.max(1);
    members
        .iter()
        .map(|member| {
            let (base, inner) = match &member.datatype {
                Datatype::Array {
                    base_type,
                    dimensions,
                } => (
                    base_type.as_ref(),
                    dimensions.iter().map(|&n| n as usize).collect(),
                ),
                other => (other, Vec::new()),
            };
            let start = usize::try_from(member.byte_offset).unwrap_or(usize::MAX);
            let short = || too_large(path, &member.name, &inner, size as u64);
            let width = elements(&inner)
                .and_then(|count| count.checked_mul(base.type_size() as usize))
                .ok_or_else(short)?;
            let end = start
                .checked_add(width)
                .filter(|&end| end <= size)
                .ok_or_else(short)?;
            let mut own = Vec::with_capacity(rows * width);
            for record in bytes.chunks_exact(size.max(1)) {
                own.extend(record.get(start..end).unwrap_or_default());
            }
            let data = match (base, element_of(base)) {
                (Datatype::String { size, .. }, _) => Data::Text(fixed_width(&own, *size as usize)),
                (_, Some(element)) => match decode(path, &own, element) {
                    // whole numbers too large for a double are no measurements, but names
                    Some(Err(_)) if inner.is_empty() => Data::Text(digits(&own, element)),
                    Some(values) => Data::Numbers {
                        element,
                        values: values?,
                    },
                    None => Data::Other(element.to_string()),
                },
                _ => Data::Other(format!("{base}")),
            };
            Ok(Variable {
                name: format!("{name}.{}", member.name),
                shape: std::iter::once(rows).chain(inner).collect(),
                data,
                axes: Vec::new(),
            })
        })
        .collect()
}
