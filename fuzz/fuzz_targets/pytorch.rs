//! PyTorch's .pt: the input is the pickle, in an archive with a few numbers.

#![no_main]

use std::io::{Cursor, Write};

use universal_dimensions_fuzz::feed;
use zip::write::{SimpleFileOptions, ZipWriter};

fn packed(pickle: &[u8]) -> Option<Vec<u8>> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, content) in [("net/data.pkl", pickle), ("net/data/0", &[7; 48])] {
        writer.start_file(name, stored).ok()?;
        writer.write_all(content).ok()?;
    }
    Some(writer.finish().ok()?.into_inner())
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Some(archive) = packed(data) {
        feed("a.pt", &archive, 256);
    }
});
