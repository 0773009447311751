//! Bodies of chat requests: read, and rewritten for another model.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| wire::fuzz::fuzz_request(data));
