//! Answers of any text; the first byte chooses the wire.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| wire::fuzz::fuzz_respond(data));
