//! Any reader of the table of readers: the one that `READER` names, from the files in `CORPUS`.

#![no_main]

use std::io::{Cursor, Write};
use std::sync::OnceLock;

use universal_dimensions::formats::Reader;
use universal_dimensions_fuzz::{chosen, feed_to, seed};
use zip::write::{SimpleFileOptions, ZipWriter};

static READER: OnceLock<&'static Reader> = OnceLock::new();

/// A pickle in the archive that `torch.save` writes, with a few numbers.
fn packed(pickle: &[u8]) -> Option<Vec<u8>> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, content) in [("net/data.pkl", pickle), ("net/data/0", &[7; 48])] {
        writer.start_file(name, stored).ok()?;
        writer.write_all(content).ok()?;
    }
    Some(writer.finish().ok()?.into_inner())
}

libfuzzer_sys::fuzz_target!(init: seed(), |data: &[u8]| {
    let reader = *READER.get_or_init(chosen);
    feed_to(reader, data);
    // checksums and offsets of an archive are hard to hit: its pickle by itself
    if reader.name == "pytorch"
        && let Some(archive) = packed(data)
    {
        feed_to(reader, &archive);
    }
});
