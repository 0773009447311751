//! What was spent, told from the ledger.

use std::collections::BTreeMap;

use ledger::{Digest, LedgerOptions, OutcomeCode, Signer};
use limits::Spending as Spent;
use tempfile::TempDir;

use super::*;

/// 2026-11-21, 16:00 UTC.
const NOW: u64 = 1_795_276_800_000;

fn open(folder: &TempDir) -> Ledger {
    let signer = Signer::from_seed("example.com/log", &[7; 32]).unwrap();
    let options = LedgerOptions::in_folder(folder.path(), signer, Arc::new(|| NOW)).unwrap();
    Ledger::open(options).unwrap().0
}

fn admission(price: Option<u64>) -> Entry {
    Entry::Admission(Admission {
        ms: NOW,
        decisions: Vec::new(),
        endpoint: "here".into(),
        system: "desk".into(),
        key: "web".into(),
        request: "r".into(),
        attempt: 1,
        digest: Digest::salted(&[0; 16], b"body"),
        sources: BTreeMap::new(),
        masked: false,
        surge: None,
        shadow: None,
        flags: Vec::new(),
        price,
    })
}

fn outcome(admission: u64, code: OutcomeCode, price: Option<u64>) -> Entry {
    Entry::Outcome(Outcome { admission, code, ms: NOW, bytes: 0, tokens_in: None, tokens_out: None, price })
}

fn spent(ledger: &Ledger, folder: &TempDir) -> [u64; 2] {
    let mut spending = Spending::stored(ledger, folder.path());
    spending.count(ledger.size()).unwrap();
    let limits = Limits::resume(&spending.sum, ledger.size()).unwrap();
    [subject_of_key("web"), subject_of_system("desk")].map(|subject| {
        let Spent { day, month, reserved, live } = limits.spending(&subject, NOW);
        assert_eq!((day, reserved, live), (month, Micros(0), 0));
        day.0
    })
}

#[tokio::test]
async fn what_the_ledger_says_is_counted_once_however_often_it_is_stored_and_read() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = open(&folder);
    let mut whole = 0;
    for (price, code, told, cost) in [
        (Some(100), OutcomeCode::Served, Some(40), 40),
        (Some(100), OutcomeCode::Timeout, None, 100),
        (Some(100), OutcomeCode::UpstreamError, None, 0),
        (None, OutcomeCode::Served, None, 0),
        (Some(100), OutcomeCode::ClientGone, Some(7), 7),
    ] {
        let mut stored = Spending::stored(&ledger, folder.path());
        let index = ledger.append(&admission(price)).await.unwrap();
        // The sum is stored between an admission and its outcome.
        stored.store().unwrap();
        ledger.append(&outcome(index, code, told)).await.unwrap();
        whole += cost;
        assert_eq!(spent(&ledger, &folder), [whole, whole]);
    }
    std::fs::remove_file(folder.path().join("spent.json")).unwrap();
    assert_eq!(spent(&ledger, &folder), [whole, whole], "the file only saves time");
}

#[tokio::test]
async fn a_crash_leaves_what_was_set_aside_spent() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = open(&folder);
    ledger.append(&admission(Some(100))).await.unwrap();
    let mut stored = Spending::stored(&ledger, folder.path());
    stored.store().unwrap();
    drop(stored);
    ledger.close().await.unwrap();
    // Opened anew, the ledger records the admission as abandoned.
    let ledger = open(&folder);
    assert_eq!(spent(&ledger, &folder), [100, 100]);
}

#[tokio::test]
async fn a_sum_that_does_not_read_or_is_of_another_ledger_is_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = open(&folder);
    let index = ledger.append(&admission(Some(9))).await.unwrap();
    ledger.append(&outcome(index, OutcomeCode::Served, Some(5))).await.unwrap();
    let file = folder.path().join("spent.json");
    for text in ["", "{}", "\u{fffd}", "[1,2]"] {
        std::fs::write(&file, text).unwrap();
        assert_eq!(spent(&ledger, &folder), [5, 5]);
    }
    let ahead = Snapshot::starting_at(1 << 40, Calendar::UTC).to_json().unwrap();
    std::fs::write(&file, ahead).unwrap();
    assert_eq!(spent(&ledger, &folder), [5, 5]);
}

#[test]
fn a_password_goes_into_the_address_encoded() {
    let url =
        with_password("postgresql://comity@db.internal:5432/limits?sslmode=verify-full", "p@ss:/w\u{f6}rd\n");
    assert_eq!(
        url.unwrap(),
        "postgresql://comity:p%40ss%3A%2Fw%C3%B6rd@db.internal:5432/limits?sslmode=verify-full"
    );
    assert_eq!(with_password("postgresql://db.internal/limits", "x"), None);
}
