//! Files that were packed by gzip: unpacked, and read as what is inside under their own path.

use std::borrow::Cow;
use std::io::Read;

use flate2::read::MultiGzDecoder;

use super::archive::{MOST_BYTES, MOST_DEPTH, too_deep};
use super::file::File;
use super::{Found, read_one};
use crate::problem::{Problem, count};

/// Reads what a packed file holds.
///
/// # Errors
/// A [`Problem`] if it cannot be unpacked, unpacks to more than can be held, or as the reader of what is
/// inside.
pub fn read(file: File) -> Result<Vec<Found>, Problem> {
    let nesting = file.nesting.inside();
    if nesting.depth > MOST_DEPTH {
        return Err(too_deep(file.path));
    }
    let most = MOST_BYTES.min(nesting.left());
    let mut content = Vec::new();
    let unpacked = MultiGzDecoder::new(&*file.bytes)
        .take(most + 1)
        .read_to_end(&mut content);
    if content.len() as u64 > most {
        return Err(Problem::error(
            file.path,
            format!(
                "unpacks to more than {}",
                count(most as usize, "byte", "bytes")
            ),
        )
        .expected("a file that can be held once it is unpacked")
        .hint("Unpack it with gunzip, and save its arrays as separate .npy files of float32"));
    }
    if let Err(error) = unpacked {
        return Err(Problem::error(
            file.path,
            format!(
                "is packed by gzip, and breaks off after {} ({error})",
                count(content.len(), "unpacked byte", "unpacked bytes")
            ),
        )
        .expected("a whole .gz file")
        .hint("It was cut short or changed on its way: copy or download it again"));
    }
    nesting.take(content.len() as u64);
    drop(file.bytes);
    read_one(File {
        path: file.path,
        bytes: Cow::Owned(content),
        nesting,
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};

    use super::super::{Found, read};

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).expect("writes");
        encoder.finish().expect("ends")
    }

    #[test]
    fn what_is_inside_is_read_under_the_path_of_the_file() {
        let bytes = packed(b"1,2\n3,4\n5,6\n");
        for path in ["a.csv.gz", "a.csv", "A.TSV.GZ"] {
            let found = read(path, &bytes).expect("readable");
            assert!(
                matches!(&found[0], Found::Array(array) if array.path == path && !array.values.is_empty()),
                "{found:?}"
            );
        }
        // packed in two pieces, as bgzip and `cat` do
        let mut two = packed(b"1,2\n3,4\n");
        two.extend(packed(b"5,6\n"));
        let found = read("a.csv.gz", &two).expect("readable");
        assert!(matches!(&found[0], Found::Array(array) if array.shape == [3, 2]));
    }

    #[test]
    fn what_is_cut_short_or_packed_without_end_is_refused() {
        let bytes = packed(b"1,2\n3,4\n5,6\n");
        for length in 0..bytes.len() {
            assert!(read("a.csv.gz", &bytes[..length]).is_err(), "{length}");
        }
        let mut nested = b"1,2\n3,4\n".to_vec();
        for _ in 0..6 {
            nested = packed(&nested);
        }
        let refused = read("a.csv.gz", &nested).expect_err("too deep").to_string();
        assert!(refused.contains("archive"), "{refused}");
        // a gigabyte of zeros, packed three times over
        let bomb = packed(&packed(&packed(&vec![0; 64 << 20])));
        let refused = read("a.npy.gz", &bomb).expect_err("too large").to_string();
        assert!(refused.contains("unpacks to more than"), "{refused}");
    }
}
