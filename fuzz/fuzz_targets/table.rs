//! CSV, TSV and text tables.

#![no_main]

use universal_dimensions_fuzz::feed;

libfuzzer_sys::fuzz_target!(|data: &[u8]| feed("a.csv", data, 256));
