//! NumPy's .npy: the header by npyz, the numbers from the bytes behind it.

use npyz::{DType, NpyHeader, Order, TypeChar};

use super::decode::{Element, Kind, decode};
use super::pickle::OBJECTS_HINT;
use super::{About, Found, NamedArray};
use crate::problem::Problem;

/// Reads one .npy file of numbers of any size, order and byte order, or of text.
///
/// # Errors
/// A [`Problem`] for a damaged header, a shape that the bytes do not fill, pickled objects, or
/// elements that are no numbers.
pub fn read(path: &str, bytes: &[u8]) -> Result<Vec<Found>, Problem> {
    if !shape_is_countable(bytes) {
        return Err(
            Problem::error(path, "its header gives a shape of more than 2^63 elements")
                .expected("a shape that the file's bytes fill")
                .hint("The file is damaged: save or download it again"),
        );
    }
    let mut rest = bytes;
    let header = NpyHeader::from_reader(&mut rest).map_err(|error| {
        Problem::error(path, format!("its header cannot be read: {error}"))
            .expected("the header that numpy.save writes")
            .hint("The file may be cut short or damaged: save or download it again")
    })?;
    let DType::Plain(element) = header.dtype() else {
        return Err(not_numbers(path, &header.dtype().descr()));
    };
    if element.uses_pickled_array() {
        return Err(Problem::error(
            path,
            "holds pickled Python objects, which can run any program when they are opened",
        )
        .expected("an array of numbers")
        .hint(OBJECTS_HINT));
    }
    let size = element.num_bytes().unwrap_or(0);
    let shape = header
        .shape()
        .iter()
        .map(|&axis| usize::try_from(axis).ok())
        .collect::<Option<Vec<usize>>>();
    let needed = shape.as_ref().and_then(|shape| {
        shape
            .iter()
            .try_fold(size, |product, &axis| product.checked_mul(axis))
    });
    let (Some(shape), Some(needed)) = (shape, needed) else {
        return Err(wrong_length(path, header.shape(), size, rest.len()));
    };
    if needed != rest.len() {
        return Err(wrong_length(path, header.shape(), size, rest.len()));
    }
    if needed == 0 {
        return Err(
            Problem::error(path, format!("is an empty array of shape {shape:?}"))
                .expected("at least one number")
                .hint("Save it again with all its rows"),
        );
    }
    let big_endian = element.endianness() == npyz::Endianness::Big;
    let kind = match element.type_char() {
        TypeChar::Float => Kind::Float,
        TypeChar::Int => Kind::Integer,
        TypeChar::Uint => Kind::Unsigned,
        TypeChar::Bool => Kind::Boolean,
        TypeChar::UnicodeStr | TypeChar::ByteStr => {
            return read_text(path, &shape, rest, size, element.type_char(), big_endian);
        }
        _ => return Err(not_numbers(path, &element.to_string())),
    };
    let element = Element {
        kind,
        size,
        big_endian,
    };
    let Some(values) = decode(path, rest, element) else {
        return Err(not_numbers(path, &element.to_string()));
    };
    let values = match header.order() {
        Order::C => values?,
        Order::Fortran => values?.from_fortran(&shape),
    };
    Ok(vec![Found::Array(NamedArray {
        path: path.to_owned(),
        shape,
        element,
        values,
        ids: None,
        about: About::default(),
    })])
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

fn wrong_length(path: &str, shape: &[u64], size: usize, found: usize) -> Problem {
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

fn not_numbers(path: &str, element: &str) -> Problem {
    Problem::error(path, format!("holds elements of type {element}"))
        .expected("real numbers (float, integer or boolean) or text ids")
        .hint("Convert it in Python: numpy.save(\"FILE.npy\", array.astype(\"float32\"))")
}

/// One-dimensional arrays of NumPy's fixed-width text (`U`: 4 bytes a character, `S`: one).
fn read_text(
    path: &str,
    shape: &[usize],
    bytes: &[u8],
    size: usize,
    kind: TypeChar,
    big_endian: bool,
) -> Result<Vec<Found>, Problem> {
    let bad = || {
        Problem::error(path, "holds text that is not valid Unicode")
            .expected("stimulus ids")
            .hint("Save the ids again with numpy.save")
    };
    let names = bytes
        .chunks_exact(size.max(1))
        .map(|cell| {
            let text = if kind == TypeChar::UnicodeStr {
                let (codes, _) = cell.as_chunks::<4>();
                codes
                    .iter()
                    .map(|code| {
                        char::from_u32(if big_endian {
                            u32::from_be_bytes(*code)
                        } else {
                            u32::from_le_bytes(*code)
                        })
                    })
                    .collect::<Option<String>>()
            } else {
                String::from_utf8(cell.to_vec()).ok()
            };
            text.map(|text| text.trim_end_matches('\0').to_owned())
        })
        .collect::<Option<Vec<String>>>()
        .ok_or_else(bad)?;
    if shape.len() > 1 {
        return Err(not_numbers(path, &format!("text, on {} axes", shape.len())));
    }
    Ok(vec![Found::Names {
        path: path.to_owned(),
        names,
    }])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A version 1 file as NumPy writes it.
    fn file(descr: &str, fortran: bool, shape: &str, body: &[u8]) -> Vec<u8> {
        let order = if fortran { "True" } else { "False" };
        let mut header =
            format!("{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}");
        while (10 + header.len() + 1) % 64 != 0 {
            header.push(' ');
        }
        header.push('\n');
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend((header.len() as u16).to_le_bytes());
        bytes.extend(header.as_bytes());
        bytes.extend(body);
        bytes
    }

    fn array(bytes: &[u8]) -> NamedArray {
        match read("a.npy", bytes).expect("readable").remove(0) {
            Found::Array(array) => array,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_type_and_order_gives_its_numbers() {
        let be: Vec<u8> = [1.5_f32, -2.0]
            .iter()
            .flat_map(|v| v.to_be_bytes())
            .collect();
        let read = array(&file(">f4", false, "(2, 1)", &be));
        assert_eq!((read.values.at(0), read.values.at(1)), (1.5, -2.0));
        assert_eq!(read.element.to_string(), "float32, big-endian");
        let half: Vec<u8> = [0x3e00_u16, 0xc000]
            .iter()
            .flat_map(|v| v.to_le_bytes())
            .collect();
        let read = array(&file("<f2", false, "(2,)", &half));
        assert_eq!((read.values.at(0), read.values.at(1)), (1.5, -2.0));
        assert_eq!(
            array(&file("|i1", false, "(1,)", &[0xff])).values.at(0),
            -1.0
        );
        assert_eq!(array(&file("|b1", false, "(1,)", &[1])).values.at(0), 1.0);
        let fortran: Vec<u8> = [1_i32, 2, 3, 4, 5, 6]
            .iter()
            .flat_map(|v| v.to_le_bytes())
            .collect();
        let read = array(&file("<i4", true, "(2, 3)", &fortran));
        let row: Vec<f64> = (0..6).map(|i| read.values.at(i)).collect();
        assert_eq!(row, [1.0, 3.0, 5.0, 2.0, 4.0, 6.0]);
    }

    #[test]
    fn a_header_that_lies_is_refused_with_the_arithmetic() {
        let problem = read("a.npy", &file("<f4", false, "(100, 100)", &[0; 8])).unwrap_err();
        assert!(
            problem
                .to_string()
                .contains("100 x 100 elements x 4 bytes = 40000 bytes")
        );
        // a shape whose product leaves every integer
        let huge = "(18446744073709551615, 18446744073709551615)";
        assert!(read("a.npy", &file("<f4", false, huge, &[0; 8])).is_err());
    }

    #[test]
    fn pickles_and_what_is_no_number_are_refused() {
        let problem = read("a.npy", &file("|O", false, "(2,)", b"\x80\x04")).unwrap_err();
        assert!(problem.to_string().contains("pickled"));
        let problem = read("a.npy", &file("<c8", false, "(1,)", &[0; 8])).unwrap_err();
        assert!(problem.to_string().contains("type"));
    }

    #[test]
    fn truncation_anywhere_is_an_error() {
        let whole = file("<f4", false, "(3, 2)", &[7; 24]);
        for length in 0..whole.len() {
            assert!(read("a.npy", &whole[..length]).is_err(), "{length} bytes");
        }
        assert!(read("a.npy", &whole).is_ok());
    }

    #[test]
    fn text_gives_names() {
        let cells: Vec<u8> = ["ab", "c"]
            .iter()
            .flat_map(|name| {
                let mut codes: Vec<u32> = name.chars().map(u32::from).collect();
                codes.resize(3, 0);
                codes
            })
            .flat_map(u32::to_le_bytes)
            .collect();
        let found = read("ids.npy", &file("<U3", false, "(2,)", &cells)).expect("text");
        assert!(matches!(&found[..], [Found::Names { names, .. }] if names == &["ab", "c"]));
    }
}
