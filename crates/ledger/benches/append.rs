//! What recording costs beside the disk itself: the same groups, once as raw append and fdatasync, once as a ledger.
#![expect(clippy::expect_used, reason = "a bench that cannot go on says so and ends")]

use std::fs::OpenOptions;
use std::io::Write;
use std::sync::Arc;

use divan::Bencher;
use divan::counter::ItemsCount;
use futures_util::future::join_all;
use ledger::{Admission, Decision, Digest, Entry, Ledger, LedgerOptions, Signer, verify};
use tokio::runtime::{Builder, Runtime};

const WRITERS: [usize; 3] = [1, 16, 64];

fn main() {
    divan::main();
}

fn admission() -> Entry {
    Entry::Admission(Admission {
        ms: 1_763_766_260_123,
        decisions: vec![1],
        endpoint: "frankfurt-mistral".into(),
        system: "support-assistant".into(),
        key: "key_3f9a2c".into(),
        request: "01JD8Q4T7X9V2M5N6P8R0S1T2V".into(),
        attempt: 1,
        digest: Digest::salted(&[1; 16], b"body"),
        sources: std::collections::BTreeMap::new(),
        masked: false,
        surge: None,
        shadow: None,
        flags: Vec::new(),
        price: None,
    })
}

fn decision() -> Entry {
    Entry::Decision(Decision {
        edition: "e".into(),
        estate: "s".into(),
        signature: "00".into(),
        flow: serde_json::json!({}),
        ruling: serde_json::json!({}),
    })
}

fn runtime() -> Runtime {
    Builder::new_current_thread().build().expect("a runtime")
}

fn ledger(folder: &tempfile::TempDir, runtime: &Runtime) -> Ledger {
    let signer = Signer::from_seed("example.com/log", &[7; 32]).expect("a key");
    let options = LedgerOptions::in_folder(folder.path(), signer, Arc::new(|| 0)).expect("a folder");
    let (ledger, _) = Ledger::open(options).expect("a ledger");
    runtime.block_on(ledger.append(&decision())).expect("recorded");
    ledger
}

/// One group of so many admissions, on a real disk.
#[divan::bench(args = WRITERS)]
fn raw(bencher: Bencher, writers: usize) {
    let folder = tempfile::tempdir_in(".").expect("a folder");
    let path = folder.path().join("raw");
    let mut file = OpenOptions::new().create(true).append(true).open(path).expect("a file");
    let group = admission().to_line().expect("a line").repeat(writers);
    bencher.counter(ItemsCount::new(writers)).bench_local(|| {
        file.write_all(group.as_bytes()).expect("written");
        file.sync_data().expect("durable");
    });
}

/// The same through a ledger, by so many writers at once, tiles and checkpoints included.
#[divan::bench(args = WRITERS)]
fn recorded(bencher: Bencher, writers: usize) {
    let folder = tempfile::tempdir_in(".").expect("a folder");
    let runtime = runtime();
    let ledger = ledger(&folder, &runtime);
    let entry = admission();
    bencher.counter(ItemsCount::new(writers)).bench_local(|| {
        let appends = (0..writers).map(|_| ledger.append(&entry));
        runtime.block_on(join_all(appends))
    });
    runtime.block_on(ledger.close()).expect("closed");
}

/// Serializing one admission, which happens on the caller's thread.
#[divan::bench]
fn line(bencher: Bencher) {
    let entry = admission();
    bencher.bench(|| entry.to_line());
}

/// Verifying a whole ledger, offline.
#[divan::bench(sample_count = 5)]
fn verified(bencher: Bencher) {
    const ENTRIES: usize = 50_000;
    let folder = tempfile::tempdir_in(".").expect("a folder");
    let runtime = runtime();
    let ledger = ledger(&folder, &runtime);
    let (vkey, entry) = (ledger.vkey().to_owned(), admission());
    for _ in 0..ENTRIES {
        ledger.append_soon(&entry).expect("queued");
    }
    runtime.block_on(ledger.close()).expect("closed");
    bencher
        .counter(ItemsCount::new(ENTRIES))
        .bench_local(|| verify::verify_ledger(folder.path(), &vkey).expect("it holds"));
}
