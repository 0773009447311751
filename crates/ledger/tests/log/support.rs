//! What the tests of the ledger share: a log on a lying store, and entries to put in it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use ledger::verify::{Fault, Report, verify_files};
use ledger::{
    Admission, Alarm, Decision, Digest, Entry, Ledger, LedgerOptions, OpenError, Outcome, OutcomeCode,
    Recovery, Signer,
};
use testkit::clock::FrozenClock;
use testkit::store::LyingStore;

pub(crate) const NOW: u64 = 1_763_766_260_123;

pub(crate) fn signer() -> Signer {
    Signer::from_seed("example.com/log", &[7; 32]).unwrap()
}

pub(crate) fn options(store: &LyingStore) -> LedgerOptions {
    let clock = FrozenClock::at(NOW).as_fn();
    let mut options = LedgerOptions::new(Arc::new(store.clone()), signer(), clock);
    options.software = "test 1".into();
    // Publishing is asked for, never timed.
    options.publish_every = Duration::from_secs(3600);
    options
}

pub(crate) fn open(store: &LyingStore) -> Result<(Ledger, Recovery), OpenError> {
    Ledger::open(options(store))
}

pub(crate) fn verify(store: &LyingStore) -> Result<Report, Fault> {
    verify_files(&|path| ledger::storage::Storage::read(store, path), signer().vkey())
}

pub(crate) fn alarm(what: impl Into<String>) -> Entry {
    Entry::Alarm(Alarm { ms: NOW, what: what.into(), admission: None })
}

pub(crate) fn decision() -> Entry {
    Entry::Decision(Decision {
        edition: "e".into(),
        estate: "s".into(),
        signature: "00".into(),
        flow: serde_json::json!({"to_location": "DE"}),
        ruling: serde_json::json!({"verdict": "permit"}),
    })
}

pub(crate) fn admission(decision: u64) -> Entry {
    Entry::Admission(Admission {
        ms: NOW,
        decisions: vec![decision],
        endpoint: "frankfurt".into(),
        system: "support".into(),
        key: "k1".into(),
        request: "r1".into(),
        attempt: 1,
        digest: Digest::salted(&[0; 16], b"body"),
        sources: BTreeMap::new(),
        masked: false,
        surge: None,
        shadow: None,
        flags: Vec::new(),
        price: None,
    })
}

pub(crate) fn outcome(admission: u64, code: OutcomeCode) -> Entry {
    Entry::Outcome(Outcome {
        admission,
        code,
        ms: NOW,
        bytes: 10,
        tokens_in: None,
        tokens_out: None,
        price: None,
    })
}
