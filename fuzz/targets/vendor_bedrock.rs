//! Streams of Bedrock from lines of a name and a payload, framed with the right checksums.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| wire::vendor::fuzz::stream_of_bedrock(data));
