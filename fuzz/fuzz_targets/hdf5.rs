//! HDF5, netCDF4 and MATLAB 7.3.

#![no_main]

use universal_dimensions_fuzz::{UNPACKED, feed};

libfuzzer_sys::fuzz_target!(|data: &[u8]| feed("a.h5", data, UNPACKED));
