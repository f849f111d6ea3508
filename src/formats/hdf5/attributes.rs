//! Attributes as the rest of the program has them.

use std::collections::HashMap;

use hdf5_pure::{AttrValue, Datatype, Error};

use super::super::contents::{Attribute, Attributes};
use super::super::decode::{Element, ElementKind};

/// Values of one attribute that are kept; more are no property of a variable.
const MOST_VALUES: usize = 4096;

/// The attributes of a dataset or group, those included whose type is not read.
pub fn attributes(
    values: Result<HashMap<String, AttrValue>, Error>,
    types: Result<HashMap<String, Datatype>, Error>,
) -> Result<Attributes, Error> {
    let mut attributes: Attributes = types?
        .into_keys()
        .map(|name| (name, Attribute::Other))
        .collect();
    for (name, value) in values? {
        attributes.insert(name, attribute(value));
    }
    Ok(attributes)
}

fn attribute(value: AttrValue) -> Attribute {
    use AttrValue as V;
    use ElementKind::{Float, Integer, Unsigned};
    let text = |text: String| Attribute::Text(vec![text.trim_end_matches('\0').to_owned()]);
    macro_rules! numbers {
        ($kind:expr, $size:expr, $values:expr) => {
            Attribute::Numbers {
                element: Element {
                    kind: $kind,
                    size: $size,
                    big_endian: false,
                },
                #[allow(
                    clippy::cast_lossless,
                    clippy::cast_precision_loss,
                    reason = "one macro for all types; wide codes are compared with doubles as well"
                )]
                values: $values.into_iter().map(|value| value as f64).collect(),
            }
        };
    }
    let made = match value {
        V::String(value)
        | V::AsciiString(value)
        | V::VarLenString(value)
        | V::VarLenAsciiString(value)
        | V::StringSized { value, .. }
        | V::AsciiStringSized { value, .. } => text(value),
        V::StringArray(values)
        | V::AsciiStringArray(values)
        | V::StringArraySized { values, .. }
        | V::AsciiStringArraySized { values, .. }
        | V::VarLenStringArray(values)
        | V::VarLenAsciiStringArray(values)
        | V::VarLenAsciiCharArray(values) => Attribute::Text(values),
        V::F32(value) => numbers!(Float, 4, [value]),
        V::F32Array(values) => numbers!(Float, 4, values),
        V::F64(value) => numbers!(Float, 8, [value]),
        V::F64Array(values) => numbers!(Float, 8, values),
        V::I8(value) => numbers!(Integer, 1, [value]),
        V::I8Array(values) => numbers!(Integer, 1, values),
        V::I16(value) => numbers!(Integer, 2, [value]),
        V::I16Array(values) => numbers!(Integer, 2, values),
        V::I32(value) => numbers!(Integer, 4, [value]),
        V::I32Array(values) => numbers!(Integer, 4, values),
        V::I64(value) => numbers!(Integer, 8, [value]),
        V::I64Array(values) => numbers!(Integer, 8, values),
        V::U8(value) => numbers!(Unsigned, 1, [value]),
        V::U8Array(values) => numbers!(Unsigned, 1, values),
        V::U16(value) => numbers!(Unsigned, 2, [value]),
        V::U16Array(values) => numbers!(Unsigned, 2, values),
        V::U32(value) => numbers!(Unsigned, 4, [value]),
        V::U32Array(values) => numbers!(Unsigned, 4, values),
        V::U64(value) => numbers!(Unsigned, 8, [value]),
        V::U64Array(values) => numbers!(Unsigned, 8, values),
        _ => Attribute::Other,
    };
    match made {
        Attribute::Numbers { values, .. } if values.len() > MOST_VALUES => Attribute::Other,
        Attribute::Text(texts) if texts.len() > MOST_VALUES => Attribute::Other,
        made => made,
    }
}
