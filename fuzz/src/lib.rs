//! What every target asks of a reader: no panic, no hang (libFuzzer's timeout), arrays as long as their
//! shapes say, and no more memory than 64 MiB beyond what the input implies.

use std::alloc::System;

use cap::Cap;
use universal_dimensions::study::{Content, ReadItem, read};

#[global_allocator]
static MEMORY: Cap<System> = Cap::new(System, usize::MAX);

/// Bytes of memory that a byte of a deflated input implies: 1032 unpacked, as it is, as numbers and as
/// text.
pub const UNPACKED: usize = 4 * 1032;

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
        let Some(Content::Numbers(values)) = contents.next() else {
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
