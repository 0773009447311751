//! Identifiers in any text.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| mask::fuzz::find(data));
