//! NetCDF3.

#![no_main]

use universal_dimensions_fuzz::feed;

libfuzzer_sys::fuzz_target!(|data: &[u8]| feed("a.nc", data, 64));
