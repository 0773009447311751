//! Event streams: whole, and cut where the first byte says.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| wire::fuzz::fuzz_sse(data));
