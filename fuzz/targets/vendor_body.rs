//! Whole answers, errors and vectors of every vendor.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| wire::vendor::fuzz::body_of_any(data));
