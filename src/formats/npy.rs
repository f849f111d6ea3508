//! NumPy's .npy: the header by npyz, the numbers from the bytes behind it.

mod advice;

use npyz::{DType, NpyHeader, Order, TypeChar};

use super::companions::is_named_like_data;
use super::decode::{Element, ElementKind, Values, decode};
use super::python::stem_of;
use super::words::is_id_name;
use super::{About, Found, NamedArray, PIECE, Slices};
use crate::problem::{Problem, Severity};
pub use advice::objects_in_archive;

/// An array as its header describes it.
struct Head {
    shape: Vec<usize>,
    element: Element,
    order: Order,
    /// ElementKind and byte order of text, where it is text.
    text: Option<(TypeChar, bool)>,
    /// Where the numbers begin.
    start: usize,
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

/// Reads a file of its own, in which a single number is no layer.
///
/// # Errors
/// As [`read`].
pub fn read_file(path: &str, bytes: &[u8]) -> Result<Vec<Found>, Problem> {
    let found = read(path, bytes)?;
    match found.as_slice() {
        [Found::Array(array)] if array.values.len() == 1 => Ok(vec![Found::LeftAlone(single(
            path,
            &format!("the single number {}", array.values.at(0)),
        ))]),
        [Found::Names { names, .. }] if names.len() == 1 => Ok(vec![Found::LeftAlone(single(
            path,
            &format!(
                "the single text \"{}\"",
                names.first().map_or("", String::as_str)
            ),
        ))]),
        _ => Ok(found),
    }
}

/// What to say of a file of one element: an error where its name is that of data.
fn single(path: &str, what: &str) -> Problem {
    let problem = Problem::error(path, format!("holds {what}, which is no layer and no RDM"))
        .expected("an array with a row for each stimulus")
        .hint("Save the activations or RDM themselves, or move the file out of the folder");
    Problem {
        severity: if is_named_like_data(path) {
            Severity::Error
        } else {
            Severity::Warning
        },
        ..problem
    }
}

/// Reads one .npy file of numbers of any size, order and byte order, or of text.
///
/// # Errors
/// A [`Problem`] for a damaged header, a shape that the bytes do not fill, pickled objects, or
/// elements that are no numbers.
pub fn read(path: &str, bytes: &[u8]) -> Result<Vec<Found>, Problem> {
    let head = Head::parse(path, bytes, bytes.len() as u64)?;
    let numbers = bytes.get(head.start..).unwrap_or_default();
    if head.may_be_ids(path)
        && let Some(names) = whole_numbers(numbers, head.element)
    {
        return Ok(vec![Found::Names {
            path: path.to_owned(),
            names,
        }]);
    }
    if let Some((kind, big_endian)) = head.text {
        return read_text(
            path,
            &head.shape,
            numbers,
            head.element.size,
            kind,
            big_endian,
        );
    }
    let Some(values) = decode(path, numbers, head.element) else {
        return Err(advice::long_double(path));
    };
    Ok(vec![head.array(path, values?)])
}

/// Reads one .npy file of numbers piece by piece, so that no more is held than its numbers. `None` if it
/// holds text, which is never large.
///
/// # Errors
/// As [`read`].
pub async fn read_slices(path: &str, file: &impl Slices) -> Result<Option<Vec<Found>>, Problem> {
    let size = (1 << 17).min(file.size()) as usize;
    let beginning = file.slice(path, 0, size).await?;
    let head = Head::parse(path, &beginning, file.size())?;
    if head.text.is_some() || head.may_be_ids(path) {
        return Ok(None);
    }
    let count: usize = head.shape.iter().product();
    super::fits(
        path,
        &head.shape,
        head.element,
        count as u64 * head.element.held() as u64,
        file.room(),
    )?;
    let mut values: Option<Values> = None;
    let mut at = head.start as u64;
    while at < file.size() {
        let size = (file.size() - at).min(PIECE as u64) as usize;
        let piece = file.slice(path, at, size).await?;
        let Some(made) = decode(path, &piece, head.element) else {
            return Err(advice::long_double(path));
        };
        match &mut values {
            None => values = Some(made?.with_room(count)),
            Some(values) => values.append(made?),
        }
        at += size as u64;
    }
    let values = values.ok_or_else(|| wrong_length(path, &[], head.element.size, 0))?;
    Ok(Some(vec![head.array(path, values)]))
}

impl Head {
    /// `size`: bytes of the whole file.
    fn parse(path: &str, bytes: &[u8], size: u64) -> Result<Self, Problem> {
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
    fn may_be_ids(&self, path: &str) -> bool {
        matches!(
            self.element.kind,
            ElementKind::Integer | ElementKind::Unsigned | ElementKind::Float
        ) && self.shape.iter().filter(|&&axis| axis != 1).count() == 1
            && is_id_name(&stem_of(path))
    }

    fn array(self, path: &str, values: Values) -> Found {
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

fn wrong_length(path: &str, shape: &[u64], size: usize, found: u64) -> Problem {
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

/// Whole numbers as text, digit by digit, where no two are the same.
fn whole_numbers(bytes: &[u8], element: Element) -> Option<Vec<String>> {
    if element.kind == ElementKind::Float {
        // numbers that were floats once, as pandas makes them of a column with gaps
        let values = decode("", bytes, element)?.ok()?;
        let whole = (0..values.len()).map(|index| {
            let value = values.at(index);
            (value.fract() == 0.0 && value.abs() < 9e15).then(|| format!("{value:.0}"))
        });
        return whole
            .collect::<Option<Vec<String>>>()
            .filter(|names| names.len() > 1);
    }
    let names: Vec<String> = bytes
        .chunks_exact(element.size.max(1))
        .map(|cell| {
            let mut cell = cell.to_vec();
            if element.big_endian {
                cell.reverse();
            }
            let is_negative = element.kind == ElementKind::Integer
                && cell.last().is_some_and(|&byte| byte >= 0x80);
            cell.resize(16, if is_negative { 0xff } else { 0 });
            cell.first_chunk::<16>()
                .map(|cell| i128::from_le_bytes(*cell).to_string())
        })
        .collect::<Option<_>>()?;
    // one that stands twice is said where the stimuli are matched
    (names.len() > 1).then_some(names)
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
        .ok_or_else(|| advice::not_unicode(path, kind == TypeChar::ByteStr))?;
    if shape.iter().filter(|&&axis| axis != 1).count() > 1 {
        return Err(advice::text_on_axes(path, shape));
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

    /// A file on a disk that is larger than it is, where it is asked to be.
    struct Far {
        bytes: Vec<u8>,
        size: u64,
    }

    impl Slices for Far {
        fn size(&self) -> u64 {
            self.size
        }

        fn room(&self) -> u64 {
            3 << 30
        }

        async fn slice(&self, path: &str, start: u64, size: usize) -> Result<Vec<u8>, Problem> {
            let start = (start as usize).min(self.bytes.len());
            let end = (start + size).min(self.bytes.len());
            assert!(size <= 1 << 17, "{path}: all at once");
            Ok(self.bytes[start..end].to_vec())
        }
    }

    #[test]
    fn a_file_read_in_pieces_gives_the_same() {
        let numbers: Vec<u8> = (0..60).flat_map(|i| (i as f32).to_le_bytes()).collect();
        for fortran in [false, true] {
            let bytes = file("<f4", fortran, "(12, 5)", &numbers);
            let whole = read("a.npy", &bytes).expect("readable");
            let far = Far {
                size: bytes.len() as u64,
                bytes,
            };
            let read = pollster::block_on(read_slices("a.npy", &far)).expect("readable");
            assert_eq!(read, Some(whole));
        }
    }

    #[test]
    fn a_file_that_cannot_fit_is_refused_before_it_is_read() {
        let bytes = file("<f4", false, "(1000, 2000000)", &[]);
        let far = Far {
            size: bytes.len() as u64 + 8_000_000_000,
            bytes,
        };
        let refused = pollster::block_on(read_slices("big.npy", &far))
            .expect_err("too large")
            .to_string();
        assert!(
            refused.contains("1000 x 2000000 numbers (float32) x 4 bytes = 8.0 GB"),
            "{refused}"
        );
        // nor is anything else, by the size of the file alone
        let other = Far {
            bytes: b"\x89HDF\r\n\x1a\n".to_vec(),
            size: 4_000_000_000,
        };
        let refused = pollster::block_on(crate::formats::read_slices("big.h5", &other))
            .expect_err("too large");
        assert!(refused.to_string().contains("= 8.0 GB"), "{refused}");
    }

    #[test]
    fn a_damaged_header_asks_for_no_memory_and_no_time() {
        let refused = read("a.npy", b"\x93NUMPY\x02\x00\xff\xff\xff\xf0{'descr").unwrap_err();
        assert!(refused.to_string().contains("cut short"), "{refused}");
        // and one of brackets alone no time
        let brackets = format!("{}\n", "{".repeat(60));
        let mut nested = b"\x93NUMPY\x01\x00".to_vec();
        nested.extend((brackets.len() as u16).to_le_bytes());
        nested.extend(brackets.as_bytes());
        assert!(read("a.npy", &nested).is_err());
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
        assert!(problem.to_string().contains("numpy.abs"), "{problem}");
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
