//! Keys and signed checkpoints: what opens was signed by the key.
#![no_main]

use tlog::{Checkpoint, Signer, Verifier};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let _ = Verifier::parse(text);
    let _ = Signer::parse(text);
    let Ok(signer) = Signer::from_seed("example.com/log", &[7; 32]) else { return };
    if let Ok(checkpoint) = Checkpoint::open(text, &[signer.verifier()]) {
        assert!(checkpoint.origin == "example.com/log" && checkpoint.size == 1, "signed by nobody");
    }
});
