use super::*;
use crate::formats::NamedArray;

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
    let refused =
        pollster::block_on(crate::formats::read_slices("big.h5", &other)).expect_err("too large");
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
