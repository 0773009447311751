//! Amazon's event stream as raw bytes: whole, and cut where the first byte says.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| wire::vendor::fuzz::eventstream(data));
