//! MATLAB's .mat of versions 4 and 5.

#![no_main]

use universal_dimensions_fuzz::{UNPACKED, feed};

libfuzzer_sys::fuzz_target!(|data: &[u8]| feed("a.mat", data, UNPACKED));
