//! A masked stream restored in any split.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| mask::fuzz_restore::restore(data));
