//! The format by its specification's example, and proofs that must not hold.

use proptest::prelude::*;

use super::*;
use crate::{Edge, Signer, leaf_hash, node_hash};

// The head of the specification's own example; its signatures are elided there.
const EXAMPLE: &str = "c2sp.org/tlog-proof@v1
extra YWdl
index 73894
gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=
B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=
EKNzoDWG8LGC0Yp9o+sv3qllpMP9uHQ9B20KNL+Q1zs=
RoopEkOdqkYqMB4MJXrbt/hMjOxsVn0IrWjpz1ZMMes=
AHCioX9nLjsrse6YhjRRmk1WUEirVOLLRoOQ6vfO5vk=

example.com/fancylog
109482
sFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=

— example.com/fancylog AAAA
";

fn signer() -> Signer {
    Signer::from_seed("example.com/log", &[9; 32]).unwrap()
}

fn two_entries() -> Proof {
    let mut edge = Edge::new();
    edge.push(leaf_hash(b"left"));
    edge.push(leaf_hash(b"right"));
    assert_eq!(edge.root(), Ok(node_hash(leaf_hash(b"left"), leaf_hash(b"right"))));
    let checkpoint = Checkpoint { origin: "example.com/log".into(), size: 2, root: edge.root().unwrap() };
    Proof {
        extra: None,
        index: 1,
        hashes: vec![leaf_hash(b"left")],
        checkpoint: checkpoint.sign(&signer()).unwrap(),
    }
}

#[test]
fn the_example_of_the_specification_reads_and_writes_back() {
    let proof = Proof::parse(EXAMPLE).unwrap();
    assert_eq!(proof.index, 73_894);
    assert_eq!(proof.extra.as_deref(), Some(&b"age"[..]));
    assert_eq!(proof.hashes.len(), 5);
    assert!(proof.checkpoint.starts_with("example.com/fancylog\n109482\n"));
    assert_eq!(proof.to_string(), EXAMPLE);
}

#[test]
fn each_malformed_line_is_named() {
    let with = |from: &str, to: &str| Proof::parse(&EXAMPLE.replacen(from, to, 1)).unwrap_err();
    assert_eq!(with("proof@v1", "proof@v2"), ProofError::NotAProof);
    assert_eq!(with("YWdl", "YWd"), ProofError::Extra);
    assert_eq!(with("index 73894", "index 073894"), ProofError::Index);
    assert_eq!(with("index 73894\n", ""), ProofError::Index);
    assert_eq!(with("B95l", "B95"), ProofError::Hash { line: 5 });
    assert_eq!(Proof::parse("c2sp.org/tlog-proof@v1\nindex 0\n"), Err(ProofError::NoCheckpoint));
    let long = format!("{FIRST_LINE}\nindex 0\n{}\n", format!("{}\n", leaf_hash(b"")).repeat(65));
    assert_eq!(Proof::parse(&long), Err(ProofError::TooLong(65)));
}

#[test]
fn a_proof_holds_for_its_entry_at_its_index_by_its_key_only() {
    let proof = two_entries();
    let keys = [signer().verifier()];
    assert_eq!(proof.verify(leaf_hash(b"right"), &keys).unwrap().size, 2);
    let invalid = Err(ProofError::Tree(TreeError::Invalid));
    assert_eq!(proof.verify(leaf_hash(b"wrong"), &keys), invalid);
    assert_eq!(Proof { index: 0, ..proof.clone() }.verify(leaf_hash(b"right"), &keys), invalid);
    let outside = Proof { index: 2, ..proof.clone() };
    assert!(matches!(outside.verify(leaf_hash(b"right"), &keys), Err(ProofError::Tree(_))));
    assert!(matches!(proof.verify(leaf_hash(b"right"), &[]), Err(ProofError::Checkpoint(_))));
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC*") {
        let _ = Proof::parse(&text);
        let _ = Proof::parse(&format!("{FIRST_LINE}\n{text}\n\n{text}"));
    }

    #[test]
    fn proofs_round_trip(index: u64, seeds in proptest::collection::vec(any::<u64>(), 0..20), extra: Option<Vec<u8>>) {
        let hashes = seeds.iter().map(|seed| leaf_hash(&seed.to_be_bytes())).collect();
        let proof = Proof { extra, index, hashes, checkpoint: two_entries().checkpoint };
        prop_assert_eq!(Proof::parse(&proof.to_string()), Ok(proof));
    }

    #[test]
    fn no_flipped_bit_leaves_a_proof_valid(at: usize, bit in 0_u8..8) {
        let proof = two_entries();
        let mut bytes = proof.to_string().into_bytes();
        let at = at % bytes.len();
        bytes[at] ^= 1 << bit;
        let still = String::from_utf8(bytes).ok().and_then(|text| Proof::parse(&text).ok());
        let verified = still.map(|proof| proof.verify(leaf_hash(b"right"), &[signer().verifier()]));
        prop_assert!(!matches!(verified, Some(Ok(_))));
    }
}
