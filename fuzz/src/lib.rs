//! What every target asks of a reader: no panic, no hang (libFuzzer's timeout), arrays as long as their
//! shapes say, and no more memory than 64 MiB beyond what the input implies.

use std::alloc::System;

use std::path::Path;

use cap::Cap;
use universal_dimensions::formats::{READERS, Reader};
use universal_dimensions::study::{Payload, ReadItem, read};

#[global_allocator]
static MEMORY: Cap<System> = Cap::new(System, usize::MAX);

/// Bytes of memory that a byte of a deflated input implies: 1032 unpacked, as it is, as numbers and as
/// text.
const UNPACKED: usize = 4 * 1032;
/// The same of any other input.
const PLAIN: usize = 256;

/// Inputs longer than this only slow the search down.
const LONGEST: u64 = 16_384;

/// The reader that `READER` names, of those that there are.
///
/// # Panics
/// With the list of them if it names none.
pub fn chosen() -> &'static Reader {
    let name = std::env::var("READER").unwrap_or_default();
    let names: Vec<&str> = READERS.iter().map(|reader| reader.name).collect();
    READERS
        .iter()
        .find(|reader| reader.name == name)
        .unwrap_or_else(|| panic!("READER is one of {}", names.join(", ")))
}

/// Copies the project's own small files of a reader's endings into the folder that `CORPUS` names.
pub fn seed() {
    let reader = chosen();
    let Some(corpus) = std::env::var_os("CORPUS") else {
        return;
    };
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/cases");
    copy(&cases, reader.endings, Path::new(&corpus)).expect("the cases are copied");
}

fn copy(folder: &Path, endings: &[&str], corpus: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            copy(&path, endings, corpus)?;
            continue;
        }
        let ending = path.extension().unwrap_or_default().to_string_lossy();
        if path.metadata()?.len() <= LONGEST && endings.contains(&ending.as_ref()) {
            let name = path.to_string_lossy().replace(['/', '\\'], "_");
            std::fs::copy(&path, corpus.join(name))?;
        }
    }
    Ok(())
}

/// Reads an input as a file of a reader's first ending, and as one of no ending.
pub fn feed_to(reader: &Reader, data: &[u8]) {
    let factor = match reader.name {
        "gzip" | "archive" | "pytorch" | "hdf5" | "matlab" => UNPACKED,
        _ => PLAIN,
    };
    let ending = reader.endings[0];
    feed(&format!("a.{ending}"), data, factor);
    // what nothing says the kind of goes by its content alone
    feed("activations_a__b", data, UNPACKED);
    if reader.name == "manifest" {
        feed("study.json", data, PLAIN);
    }
}

const SLACK: usize = 64 << 20;

/// Reads an input; `factor`: bytes of memory that one of its bytes implies.
pub fn feed(path: &str, data: &[u8], factor: usize) {
    let most = MEMORY.allocated() + SLACK + data.len() * factor;
    MEMORY.set_limit(most).expect("less is in use");
    let (items, contents) = read(path, data);
    MEMORY.set_limit(usize::MAX).expect("no limit");
    let mut contents = contents.iter();
    for item in &items {
        let length = match item {
            ReadItem::Array(survey) => survey.shape.iter().product::<usize>(),
            ReadItem::Scores(columns) => columns.rows * (columns.columns.len() + 2),
            ReadItem::Image { .. } => {
                contents.next();
                continue;
            }
            _ => continue,
        };
        let Some(Payload::Numbers(values)) = contents.next() else {
            panic!("an array without numbers");
        };
        assert_eq!(
            values.len(),
            length,
            "numbers are not as many as the shape says"
        );
        if let ReadItem::Array(survey) = item {
            assert!(
                survey
                    .ids
                    .as_ref()
                    .is_none_or(|ids| ids.len() <= length.max(1)),
                "ids without rows"
            );
        }
    }
}
