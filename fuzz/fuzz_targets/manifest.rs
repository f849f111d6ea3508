//! Study.json.

#![no_main]

use universal_dimensions_fuzz::feed;

libfuzzer_sys::fuzz_target!(|data: &[u8]| feed("study.json", data, 64));
