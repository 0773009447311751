//! Verification: each kind of change is found, and the message says where.
use crate::support::{admission, alarm, decision, open, outcome, signer, verify};
use ledger::storage::Storage;
use ledger::verify::{Fault, Report, files_extend, verify_files, verify_receipt};
use ledger::{Entry, OutcomeCode};
use testkit::store::LyingStore;
use tlog::{Checkpoint, Edge, Tile, TileKind, leaf_hash, push_bundle_entry};

/// A published log of exactly these lines, whether or not they make sense.
fn publish(lines: &[String]) -> LyingStore {
    let store = LyingStore::new();
    let mut edge = Edge::new();
    let mut bundle = Vec::new();
    let put = |tile: Tile, bytes: &[u8]| store.tamper(&tile.path(), |file| *file = bytes.to_vec());
    for (line, index) in lines.iter().zip(0_u64..) {
        push_bundle_entry(&mut bundle, line.as_bytes()).unwrap();
        for (tile, bytes) in edge.push(leaf_hash(line.as_bytes())) {
            put(tile, &bytes);
        }
        if index % 256 == 255 {
            put(Tile::full(TileKind::Entries, index / 256), &std::mem::take(&mut bundle));
        }
    }
    edge.partials().for_each(|(tile, bytes)| put(tile, bytes));
    if let Some(tile) = Tile::at_size(TileKind::Entries, edge.size() / 256, edge.size()) {
        put(tile, &bundle);
    }
    let checkpoint =
        Checkpoint { origin: "example.com/log".into(), size: edge.size(), root: edge.root().unwrap() };
    let note = checkpoint.sign(&signer()).unwrap();
    store.tamper("checkpoint", |file| *file = note.into_bytes());
    store
}

async fn honest(entries: u64) -> LyingStore {
    let store = LyingStore::new();
    let (ledger, _) = open(&store).unwrap();
    for n in 1..entries {
        ledger.append_soon(&alarm(n.to_string())).unwrap();
    }
    ledger.close().await.unwrap();
    store
}

fn lines(store: &LyingStore, path: &str) -> Vec<String> {
    let bundle = store.read(path).unwrap();
    tlog::bundle_entries(&bundle)
        .unwrap()
        .iter()
        .map(|line| String::from_utf8(line.to_vec()).unwrap())
        .collect()
}

fn rewrite(store: &LyingStore, path: &str, lines: &[String]) {
    store.tamper(path, |bytes| {
        bytes.clear();
        lines.iter().for_each(|line| push_bundle_entry(bytes, line.as_bytes()).unwrap());
    });
}

#[tokio::test]
async fn an_honest_ledger_verifies_and_is_counted() {
    let store = LyingStore::new();
    let (ledger, _) = open(&store).unwrap();
    let d = ledger.append(&decision()).await.unwrap();
    let a = ledger.append(&admission(d)).await.unwrap();
    let b = ledger.append(&admission(d)).await.unwrap();
    ledger.append(&outcome(a, OutcomeCode::Served)).await.unwrap();
    ledger.close().await.unwrap();
    let report = verify(&store).unwrap();
    let expected = Report {
        origin: "example.com/log".into(),
        size: 5,
        root: report.root.clone(),
        starts: 1,
        decisions: 1,
        admissions: 2,
        outcomes: [(OutcomeCode::Served, 1)].into(),
        open: vec![b],
        ..Report::default()
    };
    assert_eq!(report, expected);
}

#[tokio::test]
async fn every_flipped_byte_of_what_is_published_is_found() {
    let store = honest(3).await;
    for path in store.paths().into_iter().filter(|path| !path.starts_with("journal/")) {
        for at in 0..store.read(&path).unwrap().len() {
            let after = store.copy();
            after.tamper(&path, |bytes| bytes[at] ^= 1);
            // Older partial tiles are not part of the newest checkpoint.
            let counts = path == "checkpoint" || path.ends_with("/3");
            assert_eq!(verify(&after).is_err(), counts, "{path} at {at}");
        }
    }
}

#[tokio::test]
async fn each_fault_is_named_with_its_place() {
    let store = honest(600).await;
    let fault = |path: &str, change: fn(&mut Vec<u8>)| {
        let after = store.copy();
        after.tamper(path, change);
        verify(&after).unwrap_err()
    };
    let flipped = fault("tile/entries/001", |bytes| bytes[30] ^= 1);
    assert!(matches!(flipped, Fault::Entry { index: 256, .. }), "{flipped}");
    let tile = fault("tile/0/001", |bytes| bytes[32 * 3] ^= 1);
    assert!(matches!(tile, Fault::Entry { index: 259, .. }), "{tile}");
    let upper = fault("tile/1/000.p/2", |bytes| bytes[32] ^= 1);
    assert!(matches!(upper, Fault::Node { slot: 1, .. }), "{upper}");
    let short = fault("tile/0/000", |bytes| bytes.truncate(8191));
    assert_eq!(short.to_string(), "tile/0/000 has 8191 bytes instead of 8192");
    let cut = fault("tile/entries/000", |bytes| bytes.truncate(bytes.len() - 1));
    assert_eq!(cut.to_string(), "tile/entries/000: the bundle ends inside its entry 255");
    let signature = fault("checkpoint", |bytes| bytes[17] ^= 1);
    assert!(matches!(signature, Fault::Checkpoint(_)), "{signature}");

    let after = store.copy();
    after.remove("tile/entries/002.p/88");
    assert!(matches!(verify(&after), Err(Fault::Unreadable { .. })));
    let after = store.copy();
    after.remove("checkpoint");
    assert!(matches!(verify(&after), Err(Fault::NoCheckpoint(_))));
}

#[tokio::test]
async fn dropped_swapped_and_added_entries_are_found() {
    let store = honest(300).await;
    let original = lines(&store, "tile/entries/000");
    let with = |change: fn(&mut Vec<String>)| {
        let after = store.copy();
        let mut lines = original.clone();
        change(&mut lines);
        rewrite(&after, "tile/entries/000", &lines);
        verify(&after).unwrap_err()
    };
    let dropped = with(|lines| drop(lines.remove(10)));
    assert_eq!(dropped.to_string(), "tile/entries/000 holds 255 entries instead of 256");
    let swapped = with(|lines| lines.swap(10, 11));
    assert!(matches!(swapped, Fault::Entry { index: 10, .. }), "{swapped}");
    let added = with(|lines| lines.push("{}".into()));
    assert!(matches!(added, Fault::BundleCount { found: 257, .. }), "{added}");
}

#[tokio::test]
async fn entries_and_tiles_changed_together_do_not_fit_the_signature() {
    let store = honest(5).await;
    let mut lines = lines(&store, "tile/entries/000.p/5");
    lines[3] = alarm("something else").to_line().unwrap();
    let forged = publish(&lines);
    let note = store.read("checkpoint").unwrap();
    forged.tamper("checkpoint", |bytes| *bytes = note);
    let fault = verify(&forged).unwrap_err();
    assert!(matches!(fault, Fault::Root { size: 5, .. }), "{fault}");
}

#[tokio::test]
async fn anothers_key_does_not_verify() {
    let store = honest(3).await;
    let other = ledger::Signer::from_seed("example.com/log", &[8; 32]).unwrap();
    let refused = verify_files(&|path| store.read(path), other.vkey()).unwrap_err();
    assert_eq!(refused.to_string(), "checkpoint: no key that you trust has signed this note");
    assert!(matches!(verify_files(&|path| store.read(path), "nonsense"), Err(Fault::Key(_))));
}

#[tokio::test]
async fn a_signed_ledger_that_does_not_add_up_is_found() {
    let start = lines(&honest(1).await, "tile/entries/000.p/1").remove(0);
    let line = |entry: Entry| entry.to_line().unwrap();
    let fault = |entries: Vec<String>| {
        let lines: Vec<_> = std::iter::once(start.clone()).chain(entries).collect();
        verify(&publish(&lines)).unwrap_err().to_string()
    };
    let served = |index| line(outcome(index, OutcomeCode::Served));
    let d = line(decision());
    assert_eq!(
        fault(vec![line(admission(1))]),
        "entry 1 refers to entry 1, which is not a decision before it"
    );
    assert_eq!(
        fault(vec![line(alarm("x")), line(admission(1))]),
        "entry 2 refers to entry 1, which is not a decision before it"
    );
    assert_eq!(
        fault(vec![d.clone(), line(admission(1)), served(2), served(2)]),
        "entry 4 is an outcome of entry 2, which is not an admission that waits for one"
    );
    assert_eq!(
        fault(vec![d.clone(), served(1)]),
        "entry 2 is an outcome of entry 1, which is not an admission that waits for one"
    );
    let undecided = line(admission(1)).replace("[1]", "[]");
    assert_eq!(fault(vec![undecided]), "entry 1 is an admission that names no decision");
    assert!(fault(vec!["nonsense".into()]).starts_with("entry 1: not an entry: "));
    assert!(
        fault(vec![start.clone()]).starts_with("entry 1 (`start`) says previous size `0`, but it is `1`")
    );
    let headless = verify(&publish(&[d])).unwrap_err();
    assert_eq!(headless, Fault::NoStart);
}

#[tokio::test]
async fn a_receipt_says_what_does_not_hold() {
    let store = honest(4).await;
    let (ledger, _) = open(&store).unwrap();
    let receipt = ledger.receipt(2).unwrap();
    let check =
        |entry: &str, proof: &str, key: &str| verify_receipt(entry, proof, &[key]).unwrap_err().to_string();
    let vkey = ledger.vkey();
    assert_eq!(
        check(&receipt.entry.replace('2', "3"), &receipt.proof, vkey),
        "the proof does not lead to the root hash of the checkpoint"
    );
    assert_eq!(
        check(&receipt.entry, &receipt.proof.replace("index 2", "index 1"), vkey),
        "the proof does not lead to the root hash of the checkpoint"
    );
    assert_eq!(
        check(&receipt.entry, &receipt.proof.replace("example.com/log\n5", "example.com/log\n6"), vkey),
        "checkpoint: the signature of `example.com/log` does not fit the text: it was changed or is not from that key"
    );
    let other = ledger::Signer::from_seed("example.com/other", &[8; 32]).unwrap();
    assert_eq!(
        check(&receipt.entry, &receipt.proof, other.vkey()),
        "checkpoint: no key that you trust has signed this note"
    );
    let entry = "{\"t\":\"unknown\"}".to_owned();
    let signed = publish(std::slice::from_ref(&entry));
    let note = String::from_utf8(signed.read("checkpoint").unwrap()).unwrap();
    let proof = tlog::Proof { extra: None, index: 0, hashes: vec![], checkpoint: note };
    assert!(
        check(&entry, &proof.to_string(), vkey)
            .starts_with("the proof holds, but the entry cannot be read: ")
    );
}

#[tokio::test]
async fn a_ledger_that_was_cut_or_rewritten_does_not_extend_an_earlier_checkpoint() {
    let lines: Vec<_> = (0..700).map(|n| alarm(n.to_string()).to_line().unwrap()).collect();
    let extends = |now: &[String], earlier: &[String]| {
        let (now, earlier) = (publish(now), publish(earlier));
        let earlier = String::from_utf8(earlier.read("checkpoint").unwrap()).unwrap();
        files_extend(&|path| now.read(path), &earlier, signer().vkey())
    };
    assert_eq!(extends(&lines, &lines[..300]), Ok(()));
    assert_eq!(extends(&lines, &lines), Ok(()));
    assert_eq!(extends(&lines, &[]), Ok(()));
    assert_eq!(extends(&lines[..300], &lines), Err(Fault::Shorter { earlier: 700, size: 300 }));
    let mut rewritten = lines.clone();
    rewritten[17] = alarm("another").to_line().unwrap();
    assert_eq!(extends(&rewritten, &lines[..300]), Err(Fault::Rewritten { earlier: 300 }));
    assert_eq!(extends(&rewritten, &lines[..10]), Ok(()), "that part was left alone");
}
