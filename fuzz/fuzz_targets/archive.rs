//! Zip archives and NumPy's .npz.

#![no_main]

use universal_dimensions_fuzz::{UNPACKED, feed};

libfuzzer_sys::fuzz_target!(|data: &[u8]| feed("a.npz", data, UNPACKED));
