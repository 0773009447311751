//! Streams rewritten as they pass: the first byte chooses the wire, the second where they are cut.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| wire::fuzz::fuzz_rewrite(data));
