//! Types of elements: which are numbers, and what the others are called.

use hdf5_pure::{Datatype, DatatypeByteOrder};

use super::super::decode::{Element, ElementKind};

/// Double precision as this computer has it.
pub const DOUBLE: Element = Element {
    kind: ElementKind::Float,
    size: 8,
    big_endian: false,
};

/// The type of an element that is a number.
pub fn element_of(datatype: &Datatype) -> Option<Element> {
    let (kind, size, order) = match datatype {
        Datatype::FixedPoint {
            size,
            byte_order,
            layout,
        } => {
            // fewer bits than its bytes have
            if layout.bit_offset != 0 || u32::from(layout.bit_precision) != size * 8 {
                return None;
            }
            let kind = if layout.signed {
                ElementKind::Integer
            } else {
                ElementKind::Unsigned
            };
            (kind, *size, *byte_order)
        }
        Datatype::FloatingPoint {
            size,
            byte_order,
            layout,
        } => {
            let is_brain = *size == 2 && layout.exponent_size == 8 && layout.mantissa_size == 7;
            let is_half = *size == 2 && layout.exponent_size == 5 && layout.mantissa_size == 10;
            let kind = match size {
                2 if is_brain => ElementKind::BrainFloat,
                2 if !is_half => return None,
                _ => ElementKind::Float,
            };
            (kind, *size, *byte_order)
        }
        // booleans as h5py writes them
        Datatype::Enumeration { base_type, .. } => return element_of(base_type),
        // and as PyTables does
        Datatype::BitField {
            size: 1,
            byte_order,
            ..
        } => (ElementKind::Boolean, 1, *byte_order),
        _ => return None,
    };
    Some(Element {
        kind,
        size: size as usize,
        big_endian: order == DatatypeByteOrder::BigEndian,
    })
}

/// Two floats that are called real and imaginary.
pub fn is_complex(datatype: &Datatype) -> bool {
    let Datatype::Compound { members, .. } = datatype else {
        return false;
    };
    let is_float = |datatype: &Datatype| matches!(datatype, Datatype::FloatingPoint { .. });
    matches!(members.as_slice(), [first, second]
        if first.name.to_lowercase().starts_with('r')
            && second.name.to_lowercase().starts_with('i')
            && is_float(&first.datatype)
            && is_float(&second.datatype))
}

pub fn describe(datatype: &Datatype) -> String {
    match datatype {
        Datatype::Compound { .. } => "records of several fields".into(),
        Datatype::VariableLength { .. } => "lists of varying length".into(),
        Datatype::FixedPoint { layout, .. } => {
            format!("integers of {} bits", layout.bit_precision)
        }
        other => format!("{other}"),
    }
}

pub fn is_list(shape: &[usize]) -> bool {
    shape.iter().filter(|&&axis| axis > 1).count() == 1
}

pub fn is_wide(element: Element) -> bool {
    element.size == 8 && matches!(element.kind, ElementKind::Integer | ElementKind::Unsigned)
}

/// Whole numbers of eight bytes as text.
pub fn digits(bytes: &[u8], element: Element) -> Vec<String> {
    let (chunks, _) = bytes.as_chunks::<8>();
    let bits = chunks.iter().map(|chunk| {
        if element.big_endian {
            u64::from_be_bytes(*chunk)
        } else {
            u64::from_le_bytes(*chunk)
        }
    });
    if element.kind == ElementKind::Unsigned {
        bits.map(|number| number.to_string()).collect()
    } else {
        bits.map(|number| number.cast_signed().to_string())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_too_large_for_a_double_keep_their_digits() {
        let element = |kind| Element {
            kind,
            size: 8,
            big_endian: false,
        };
        let bytes = u64::MAX.to_le_bytes();
        assert_eq!(
            digits(&bytes, element(ElementKind::Unsigned)),
            ["18446744073709551615"]
        );
        assert_eq!(digits(&bytes, element(ElementKind::Integer)), ["-1"]);
    }
}
