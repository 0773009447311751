//! Proof files, tile paths and entry bundles: what reads is written the same.
#![no_main]

use tlog::{Proof, Signer, Tile, bundle_entries, leaf_hash, push_bundle_entry};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Ok(entries) = bundle_entries(data) {
        let mut bundle = Vec::new();
        let fits = entries.iter().all(|entry| push_bundle_entry(&mut bundle, entry).is_ok());
        assert!(fits && bundle == data, "a bundle has one form");
    }
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(tile) = Tile::parse(text) {
        assert!(tile.path() == text, "a tile has one path");
    }
    let Ok(proof) = Proof::parse(text) else { return };
    assert!(Proof::parse(&proof.to_string()).as_ref() == Ok(&proof), "a proof reads what it writes");
    let Ok(signer) = Signer::from_seed("example.com/log", &[7; 32]) else { return };
    // Nobody but the key's holder can make a proof that holds; the seeds hold one for the leaf `hello`.
    assert!(proof.verify(leaf_hash(b"another"), &[signer.verifier()]).is_err(), "a proof of what is not there");
});
