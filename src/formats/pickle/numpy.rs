//! NumPy's part of a pickle: types, arrays and single numbers.

use super::super::decode::{Element, ElementKind, decode};
use super::machine::Machine;
use super::{Array, Dtype, Node};

/// A type by the name that `numpy.dtype` is called with: `f4`, `U12`.
pub fn dtype_of(name: &str) -> Dtype {
    let name = name.trim_start_matches(['<', '>', '|', '=']);
    let mut letters = name.chars();
    let kind = letters.next();
    let size: usize = letters.as_str().parse().unwrap_or(0);
    let numbers = |kind| {
        Dtype::Numbers(Element {
            kind,
            size,
            big_endian: false,
        })
    };
    match (kind, size) {
        (Some('f'), 2 | 4 | 8) => numbers(ElementKind::Float),
        (Some('i'), 1 | 2 | 4 | 8) => numbers(ElementKind::Integer),
        (Some('u'), 1 | 2 | 4 | 8) => numbers(ElementKind::Unsigned),
        (Some('b'), 1) => numbers(ElementKind::Boolean),
        (Some('U'), size) => Dtype::Text {
            wide: true,
            size: size.saturating_mul(4),
            big_endian: false,
        },
        (Some('S'), size) => Dtype::Text {
            wide: false,
            size,
            big_endian: false,
        },
        (Some('O'), _) => Dtype::Objects,
        (Some('c'), _) => Dtype::Other("complex numbers".into()),
        (Some('M' | 'm'), _) => Dtype::Other("dates or times".into()),
        _ => Dtype::Other(format!("elements of type {name}")),
    }
}

impl Dtype {
    /// The same, of the byte order that its state names.
    fn ordered(self, order: &str) -> Self {
        let is_big = order == ">";
        match self {
            Dtype::Numbers(element) => Dtype::Numbers(Element {
                big_endian: is_big,
                ..element
            }),
            Dtype::Text { wide, size, .. } => Dtype::Text {
                wide,
                size,
                big_endian: is_big,
            },
            other => other,
        }
    }
}

/// Texts of a fixed width.
pub fn texts(bytes: &[u8], wide: bool, size: usize, big_endian: bool) -> Option<Vec<String>> {
    bytes
        .chunks_exact(size.max(1))
        .map(|cell| {
            let text = if wide {
                let (codes, _) = cell.as_chunks::<4>();
                let codes = codes.iter().map(|code| {
                    char::from_u32(if big_endian {
                        u32::from_be_bytes(*code)
                    } else {
                        u32::from_le_bytes(*code)
                    })
                });
                codes.collect::<Option<String>>()
            } else {
                String::from_utf8(cell.to_vec()).ok()
            };
            text.map(|text| text.trim_end_matches('\0').to_owned())
        })
        .collect()
}

impl Machine<'_> {
    /// Bytes of a node: as such, or as the text that old protocols make of them.
    pub fn bytes_of(&self, node: usize) -> Option<&[u8]> {
        match self.node(node) {
            Node::Bytes(bytes) => Some(bytes),
            Node::Text(text) => Some(text.as_bytes()),
            _ => None,
        }
    }

    /// `_reconstruct`'s empty array takes on its state: (version,) shape, type, order, bytes or objects.
    pub fn array_state(&self, state: usize) -> Option<Array> {
        let items = self.sequence(state)?;
        let [shape, dtype, fortran, data] = *items.last_chunk::<4>()?;
        let dtype = match self.node(dtype) {
            Node::Dtype(dtype) => dtype.clone(),
            // text of any length, written as a list
            Node::Opaque(call) if call.ends_with("_convert_to_stringdtype_kwargs") => {
                Dtype::Objects
            }
            _ => return None,
        };
        Some(Array {
            dtype,
            shape: self.sizes(shape)?,
            fortran: self.size(fortran) == Some(1),
            data: Some(data),
        })
    }

    /// `_frombuffer`: bytes, type, shape, order.
    pub fn array_of_buffer(&self, arguments: &[usize]) -> Option<Array> {
        let [data, dtype, shape, order] = *arguments else {
            return None;
        };
        let Node::Dtype(dtype) = self.node(dtype) else {
            return None;
        };
        Some(Array {
            dtype: dtype.clone(),
            shape: self.sizes(shape)?,
            fortran: matches!(self.node(order), Node::Text(order) if order == "F"),
            data: Some(data),
        })
    }

    /// A type with its state: (version, byte order, subtype, names, fields, ...).
    pub fn dtype_state(&self, dtype: &Dtype, state: usize) -> Dtype {
        let items = self.sequence(state).unwrap_or_default();
        let has_fields = items
            .get(3)
            .is_some_and(|&names| !matches!(self.node(names), Node::Nothing));
        let order = items.get(1).map(|&order| self.node(order));
        match order {
            _ if has_fields => Dtype::Other("records".into()),
            Some(Node::Text(order)) => dtype.clone().ordered(order),
            _ => dtype.clone(),
        }
    }

    /// A single number or text: type and bytes.
    pub fn scalar<'a>(&self, arguments: &[usize]) -> Option<Node<'a>> {
        let [dtype, data] = *arguments else {
            return None;
        };
        let Node::Dtype(dtype) = self.node(dtype) else {
            return None;
        };
        let bytes = self.bytes_of(data)?;
        match *dtype {
            Dtype::Numbers(element) if bytes.len() == element.size => {
                let values = decode("", bytes, element)?.ok()?;
                Some(Node::Number {
                    value: values.at(0),
                    whole: element.kind != ElementKind::Float,
                })
            }
            Dtype::Text {
                wide,
                size,
                big_endian,
            } if size == bytes.len() => texts(bytes, wide, size, big_endian)?
                .into_iter()
                .next()
                .map(Node::Text),
            _ => None,
        }
    }
}
