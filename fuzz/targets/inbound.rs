//! Requests on any wire; the first byte chooses it.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| wire::fuzz::fuzz_inbound(data));
