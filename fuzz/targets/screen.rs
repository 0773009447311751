//! Attacks in any text.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| screen::fuzz::look(data));
