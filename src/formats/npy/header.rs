//! The header of a .npy file, and whether the numbers behind it are as many as it says.

use npyz::{DType, NpyHeader, Order, TypeChar};

use super::super::decode::{Element, ElementKind, Values};
use super::super::python::stem_of;
use super::super::words::is_id_name;
use super::super::{About, Found, NamedArray};
use super::advice;
use crate::problem::Problem;

/// An array as its header describes it.
pub struct Head {
    pub shape: Vec<usize>,
    pub element: Element,
    pub order: Order,
    /// Kind and byte order of text, where it is text.
    pub text: Option<(TypeChar, bool)>,
    /// Where the numbers begin.
    pub start: usize,
}

impl Head {
    /// `size`: bytes of the whole file.
    pub fn parse(path: &str, bytes: &[u8], size: u64) -> Result<Self, Problem> {
        if !header_is_there(bytes) || !shape_is_countable(bytes) {
            return Err(Problem::error(
                path,
                "its header is cut short, or gives a shape of more than 2^63 elements",
            )
            .expected("the header that numpy.save writes, and a shape that the file's bytes fill")
            .hint("The file is damaged: save or download it again"));
        }
        let mut rest = bytes;
        let header = NpyHeader::from_reader(&mut rest).map_err(|error| {
            Problem::error(path, format!("its header cannot be read: {error}"))
                .expected("the header that numpy.save writes")
                .hint("The file may be cut short or damaged: save or download it again")
        })?;
        let start = bytes.len() - rest.len();
        let holds = size - start as u64;
        let dtype = header.dtype();
        let element = match &dtype {
            DType::Plain(element) if element.uses_pickled_array() => {
                return Err(advice::objects(path, header.shape(), rest));
            }
            DType::Plain(element) => element,
            other => return Err(advice::records(path, other)),
        };
        let width = element.num_bytes().unwrap_or(0);
        let shape = header
            .shape()
            .iter()
            .map(|&axis| usize::try_from(axis).ok())
            .collect::<Option<Vec<usize>>>();
        let needed = shape.as_ref().and_then(|shape| {
            shape.iter().try_fold(width as u64, |product, &axis| {
                product.checked_mul(axis as u64)
            })
        });
        let (Some(shape), Some(needed)) = (shape, needed) else {
            return Err(wrong_length(path, header.shape(), width, holds));
        };
        if needed != holds {
            return Err(wrong_length(path, header.shape(), width, holds));
        }
        if needed == 0 {
            return Err(Problem::error(
                path,
                format!("is an empty array of shape {shape:?}: no numbers"),
            )
            .expected("a row for each stimulus")
            .hint("Look at the program that saved it: nothing was put into the array before it was saved"));
        }
        let big_endian = element.endianness() == npyz::Endianness::Big;
        let (kind, text) = match element.type_char() {
            TypeChar::Float => (ElementKind::Float, None),
            TypeChar::Int => (ElementKind::Integer, None),
            TypeChar::Uint => (ElementKind::Unsigned, None),
            TypeChar::Bool => (ElementKind::Boolean, None),
            TypeChar::UnicodeStr | TypeChar::ByteStr => {
                (ElementKind::Text, Some((element.type_char(), big_endian)))
            }
            other => return Err(advice::not_numbers(path, other, width, shape.len())),
        };
        if (kind, width) == (ElementKind::Float, 16) && big_endian {
            return Err(advice::long_double(path));
        }
        Ok(Self {
            shape,
            element: Element {
                kind,
                size: width,
                big_endian,
            },
            order: header.order(),
            text,
            start,
        })
    }

    /// Whether the file is a list of whole numbers under a name of ids.
    pub fn may_be_ids(&self, path: &str) -> bool {
        matches!(
            self.element.kind,
            ElementKind::Integer | ElementKind::Unsigned | ElementKind::Float
        ) && self.shape.iter().filter(|&&axis| axis != 1).count() == 1
            && is_id_name(&stem_of(path))
    }

    pub fn array(self, path: &str, values: Values) -> Found {
        let values = match self.order {
            Order::C => values,
            Order::Fortran => values.from_fortran(&self.shape),
        };
        Found::Array(NamedArray {
            path: path.to_owned(),
            shape: self.shape,
            element: self.element,
            values,
            ids: None,
            about: About::default(),
        })
    }
}

/// Whether a .npy file holds Python objects instead of numbers or text.
pub fn holds_objects(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    header_is_there(bytes)
        && shape_is_countable(bytes)
        && NpyHeader::from_reader(&mut rest).is_ok_and(|header| match header.dtype() {
            DType::Plain(element) => element.uses_pickled_array(),
            _ => false,
        })
}

/// Whether the header is as long as it says, and brackets nest no deeper than in any that NumPy writes:
/// npyz asks for the memory before it looks, and its parser takes twice as long for each bracket more.
fn header_is_there(bytes: &[u8]) -> bool {
    const MOST_NESTED: usize = 6;
    let length = match bytes.get(6) {
        Some(1) => bytes.get(8..10).map(|length| {
            (
                10_usize,
                usize::from(length[0]) | usize::from(length[1]) << 8,
            )
        }),
        Some(_) => bytes.get(8..12).and_then(|length| {
            let length = u32::from_le_bytes(*length.first_chunk::<4>()?);
            Some((12, length as usize))
        }),
        None => None,
    };
    let header = length.and_then(|(start, length)| bytes.get(start..start.checked_add(length)?));
    header.is_some_and(|header| {
        let mut depth = 0_usize;
        header.iter().all(|byte| {
            match byte {
                b'{' | b'[' | b'(' => depth += 1,
                b'}' | b']' | b')' => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth <= MOST_NESTED
        })
    })
}

/// Whether the product of the header's shape is a number at all; npyz multiplies it unchecked.
fn shape_is_countable(bytes: &[u8]) -> bool {
    let header = String::from_utf8_lossy(&bytes[..bytes.len().min(1 << 16)]);
    let shape = header
        .split_once("shape")
        .and_then(|(_, rest)| rest.split_once('('))
        .and_then(|(_, rest)| rest.split_once(')'))
        .map_or("", |(shape, _)| shape);
    shape
        .split(',')
        .map(|axis| axis.trim().trim_end_matches('L'))
        .filter(|axis| axis.chars().any(|digit| digit.is_ascii_digit()))
        .try_fold(1_i64, |product, axis| {
            product.checked_mul(axis.parse::<i64>().ok()?.max(1))
        })
        .is_some()
}

pub fn wrong_length(path: &str, shape: &[u64], size: usize, found: u64) -> Problem {
    let sizes: Vec<String> = shape.iter().map(u64::to_string).collect();
    let needed = shape.iter().fold(size as u128, |product, &axis| {
        product.saturating_mul(u128::from(axis))
    });
    Problem::error(path, format!("holds {found} bytes of numbers"))
        .expected(format!(
            "{} elements x {size} bytes = {needed} bytes, as its header says",
            if sizes.is_empty() {
                "1".to_owned()
            } else {
                sizes.join(" x ")
            },
        ))
        .hint("The file is cut short or damaged: save or download it again")
}
