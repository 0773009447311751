//! Recording: what is acknowledged is durable, and nothing else is acknowledged.
use crate::support::{admission, alarm, decision, open, options, outcome, signer, verify};
use futures_util::future::join_all;
use ledger::verify::verify_receipt;
use ledger::{AppendError, Entry, Ledger, LedgerOptions, OpenError, OutcomeCode, ReadError};
use testkit::store::{Lie, LyingStore, Operation, Persisted, Reported};

fn lie(on: Operation, reported: Reported, persisted: Persisted) -> Lie {
    Lie { on, path: "journal/".into(), after: 0, reported, persisted }
}

#[tokio::test]
async fn no_record_no_crossing() {
    let failures = [
        (Operation::Append, Reported::NoSpace, Persisted::Nothing),
        (Operation::Append, Reported::NoSpace, Persisted::First(30)),
        (Operation::Append, Reported::Io, Persisted::All),
        (Operation::Sync, Reported::Io, Persisted::Nothing),
        (Operation::Sync, Reported::Io, Persisted::First(30)),
        (Operation::Sync, Reported::Io, Persisted::All),
        (Operation::Sync, Reported::NoSpace, Persisted::All),
    ];
    for (on, reported, persisted) in failures {
        let store = LyingStore::new();
        let (ledger, _) = open(&store).unwrap();
        let d = ledger.append(&decision()).await.unwrap();
        store.lie(lie(on, reported, persisted));

        let refused = ledger.append(&admission(d)).await;
        assert!(
            matches!(refused, Err(AppendError::Poisoned(_))),
            "{on:?} {reported:?} {persisted:?}: {refused:?}"
        );
        // The store works again, but what it holds is unknown: nothing more is recorded.
        let later = ledger.append(&alarm("later")).await.unwrap_err();
        assert!(
            later.to_string().starts_with("the ledger cannot record: cannot write the journal: "),
            "{later}"
        );
        assert_eq!(ledger.append_soon(&alarm("later")), Err(later.clone()));
        assert_eq!(ledger.health(), Err(later.to_string()));
        assert_eq!(ledger.size(), 2, "what was acknowledged is still there");
        assert_eq!(ledger.close().await, Err(later));

        for luck in [0, 30, usize::MAX] {
            let after = store.crash(luck);
            let (ledger, recovery) = open(&after).unwrap();
            // Whether or not the refused admission survived, it is accounted for.
            assert_eq!(recovery.abandoned.len() as u64, recovery.size - 2);
            assert_eq!(ledger.entry(d).unwrap(), decision().to_line().unwrap());
            ledger.close().await.unwrap();
            let report = verify(&after).unwrap();
            assert_eq!((report.decisions, report.open), (1, vec![]));
        }
    }
}

#[tokio::test]
async fn a_failure_to_publish_stops_recording_too() {
    for path in ["tile/", "checkpoint"] {
        let store = LyingStore::new();
        let (ledger, _) = open(&store).unwrap();
        store.lie(Lie {
            on: Operation::Write,
            path: path.into(),
            after: 0,
            reported: Reported::NoSpace,
            persisted: Persisted::Nothing,
        });
        let index = ledger.append(&alarm("recorded")).await.unwrap();
        assert!(matches!(ledger.receipt(index), Err(ReadError::Storage(_))));
        let refused = ledger.append(&alarm("more")).await.unwrap_err();
        assert!(refused.to_string().contains("cannot publish the log"), "{refused}");
        assert_eq!(ledger.close().await, Err(refused));
        let after = store.crash(0);
        let (ledger, _) = open(&after).unwrap();
        assert_eq!(ledger.entry(index).unwrap(), alarm("recorded").to_line().unwrap());
    }
}

#[tokio::test]
async fn a_checkpoint_never_stands_before_its_tiles_are_durable() {
    for persisted in [Persisted::Nothing, Persisted::First(30)] {
        let store = LyingStore::new();
        let (ledger, _) = open(&store).unwrap();
        for n in 0..600 {
            ledger.append_soon(&alarm(n.to_string())).unwrap();
        }
        store.lie(Lie {
            on: Operation::Sync,
            path: "tile/0/001".into(),
            after: 0,
            reported: Reported::Io,
            persisted,
        });
        let index = ledger.append(&alarm("recorded")).await.unwrap();
        assert!(matches!(ledger.receipt(index), Err(ReadError::Storage(_))));
        let refused = ledger.append(&alarm("more")).await.unwrap_err();
        assert!(refused.to_string().contains("cannot publish the log"), "{refused}");
        let after = store.crash(0);
        assert_eq!(verify(&after).unwrap().size, 1, "the checkpoint before still stands, with all its tiles");
        let (ledger, recovery) = open(&after).unwrap();
        assert_eq!((recovery.size, recovery.rebuilt), (602, false));
        assert_eq!(ledger.entry(index).unwrap(), alarm("recorded").to_line().unwrap());
        ledger.close().await.unwrap();
        assert_eq!(verify(&after.crash(0)).unwrap().alarms, 601);
    }
}

#[tokio::test]
async fn what_is_published_together_is_synced_together() {
    let store = LyingStore::new();
    let (ledger, _) = open(&store).unwrap();
    let before = store.batches();
    for n in 0..5000 {
        ledger.append_soon(&alarm(n.to_string())).unwrap();
    }
    let index = ledger.append(&alarm("last")).await.unwrap();
    ledger.receipt(index).unwrap();
    assert_eq!(store.batches(), before + 1, "one for nineteen tiles of entries and as many of hashes");
}

#[tokio::test]
async fn a_sync_that_lied_cannot_fork_what_was_published() {
    let store = LyingStore::new();
    let (ledger, _) = open(&store).unwrap();
    store.lie(lie(Operation::Sync, Reported::Done, Persisted::Nothing));
    let index = ledger.append(&alarm("lost")).await.unwrap();
    ledger.receipt(index).unwrap();
    let after = store.crash(0);
    let refused = open(&after).unwrap_err();
    assert!(matches!(refused, OpenError::Behind { published: 2, intact: 1 }), "{refused}");
    assert!(refused.to_string().contains("covers 2 entries but only the first 1 are intact"));
}

#[tokio::test]
async fn many_writers_share_one_sync() {
    let store = LyingStore::new();
    let (ledger, _) = open(&store).unwrap();
    let before = store.syncs();
    store.hold();
    let appends = (0..30).map(|n| {
        let ledger = ledger.clone();
        async move { (n, ledger.append(&alarm(n.to_string())).await.unwrap()) }
    });
    // All of them wait in the queue before the first sync may end.
    let (answers, ()) = tokio::join!(join_all(appends), async { store.release() });
    assert!(store.syncs() - before <= 2, "{} syncs for 30 entries", store.syncs() - before);
    for (n, index) in answers {
        assert_eq!(ledger.entry(index).unwrap(), alarm(n.to_string()).to_line().unwrap());
    }
    ledger.close().await.unwrap();
    assert_eq!(verify(&store).unwrap().alarms, 30);
}

#[tokio::test]
async fn what_nobody_waits_for_shares_the_next_sync_or_gets_its_own_in_time() {
    let store = LyingStore::new();
    let (ledger, _) = open(&store).unwrap();
    let before = store.syncs();
    for n in 0..100 {
        ledger.append_soon(&alarm(n.to_string())).unwrap();
    }
    assert_eq!(ledger.append(&alarm("waited for")).await, Ok(101));
    assert_eq!(store.syncs(), before + 1);
    ledger.close().await.unwrap();

    let mut hasty = options(&store);
    hasty.linger = std::time::Duration::from_millis(1);
    let (ledger, recovery) = Ledger::open(hasty).unwrap();
    let before = store.syncs();
    for n in 1..=3 {
        ledger.append_soon(&alarm("alone")).unwrap();
        store.wait_for_syncs(before + n);
    }
    ledger.close().await.unwrap();
    assert_eq!(verify(&store).unwrap().size, recovery.size + 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn indices_have_no_gaps_and_no_doubles() {
    let store = LyingStore::new();
    let mut options = options(&store);
    options.segment_bytes = 4096;
    options.waiting = 8;
    let (ledger, _) = Ledger::open(options).unwrap();
    let writers = (0..64).map(|task| {
        let ledger = ledger.clone();
        tokio::spawn(async move {
            let mut indices = Vec::new();
            for n in 0..10 {
                indices.push(ledger.append(&alarm(format!("{task} {n}"))).await.unwrap());
            }
            assert!(indices.is_sorted(), "one caller's entries stand in its order");
            indices
        })
    });
    let mut indices: Vec<u64> = join_all(writers).await.into_iter().flat_map(Result::unwrap).collect();
    indices.sort_unstable();
    assert_eq!(indices, (1..641).collect::<Vec<_>>());
    ledger.close().await.unwrap();
    assert_eq!(verify(&store).unwrap().alarms, 640);
}

#[tokio::test]
async fn entries_that_hang_on_nothing_are_refused() {
    let store = LyingStore::new();
    let (ledger, _) = open(&store).unwrap();
    assert_eq!(ledger.append(&admission(1)).await, Err(AppendError::UnknownDecision(1)));
    let d = ledger.append(&decision()).await.unwrap();
    let a = ledger.append(&admission(d)).await.unwrap();
    let served = outcome(a, OutcomeCode::Served);
    assert_eq!(ledger.append(&outcome(d, OutcomeCode::Served)).await, Err(AppendError::NoOpenAdmission(d)));
    ledger.append_soon(&served).unwrap();
    assert_eq!(ledger.append(&served).await, Err(AppendError::NoOpenAdmission(a)), "one outcome each");
    ledger.close().await.unwrap();
    let report = verify(&store).unwrap();
    assert_eq!((report.admissions, report.outcomes.get(&OutcomeCode::Served)), (1, Some(&1)));
}

#[tokio::test]
async fn close_records_what_waits_and_frees_the_folder() {
    let store = LyingStore::new();
    let (ledger, _) = open(&store).unwrap();
    assert!(matches!(open(&store), Err(OpenError::Locked)));
    let other = ledger.clone();
    ledger.append_soon(&alarm("last words")).unwrap();
    ledger.close().await.unwrap();
    assert_eq!(other.append(&alarm("too late")).await, Err(AppendError::Closed));
    assert_eq!(other.health(), Err("the ledger is closed".into()));
    assert_eq!(verify(&store).unwrap().alarms, 1);
    open(&store).unwrap();
}

#[tokio::test]
async fn every_entry_has_a_receipt_that_verifies_offline() {
    let store = LyingStore::new();
    let (ledger, _) = open(&store).unwrap();
    for n in 1..=600 {
        let index = ledger.append(&alarm(n.to_string())).await.unwrap();
        if n % 97 == 0 {
            ledger.receipt(index).unwrap();
        }
    }
    for index in [0, 1, 254, 255, 256, 257, 511, 512, 600] {
        let receipt = ledger.receipt(index).unwrap();
        let verified =
            verify_receipt(&format!("{}\n", receipt.entry), &receipt.proof, &[ledger.vkey()]).unwrap();
        assert_eq!((verified.index, verified.origin.as_str()), (index, "example.com/log"));
        assert_eq!(ledger.entry(index).unwrap(), receipt.entry);
        let altered = receipt.entry.replace("\"ms\":1", "\"ms\":2");
        assert!(verify_receipt(&altered, &receipt.proof, &[ledger.vkey()]).is_err());
    }
    assert!(matches!(ledger.receipt(601), Err(ReadError::NoEntry { index: 601, size: 601 })));
    let checkpoint = ledger.checkpoint().unwrap();
    assert!(checkpoint.starts_with("example.com/log\n601\n"), "{checkpoint}");
    assert_eq!(ledger.origin(), "example.com/log");
    assert_eq!(ledger.vkey(), signer().vkey());
}

#[tokio::test]
async fn an_entry_that_does_not_fit_is_refused_and_harms_nothing() {
    let store = LyingStore::new();
    let (ledger, _) = open(&store).unwrap();
    assert!(matches!(ledger.append(&alarm("x".repeat(70_000))).await, Err(AppendError::Entry(_))));
    let longest = alarm("x".repeat(65_535 - alarm("").to_line().unwrap().len()));
    let index = ledger.append(&longest).await.unwrap();
    assert_eq!(Entry::parse(&ledger.entry(index).unwrap()), Ok(longest));
}

#[tokio::test]
async fn a_real_folder_holds_a_ledger() {
    let folder = tempfile::tempdir().unwrap();
    let clock = testkit::clock::FrozenClock::at(crate::support::NOW).as_fn();
    let options = || LedgerOptions::in_folder(folder.path(), signer(), clock.clone()).unwrap();
    let (ledger, _) = Ledger::open(options()).unwrap();
    assert!(matches!(Ledger::open(options()), Err(OpenError::Locked)));
    for n in 0..300 {
        ledger.append_soon(&alarm(n.to_string())).unwrap();
    }
    ledger.close().await.unwrap();
    let (ledger, recovery) = Ledger::open(options()).unwrap();
    assert_eq!((recovery.size, recovery.dropped_bytes, recovery.rebuilt), (301, 0, false));
    // As the death of the program leaves it: room behind the last group, entries that are in the journal only.
    ledger.append(&alarm("last")).await.unwrap();
    let dead = tempfile::tempdir().unwrap();
    copy(folder.path(), dead.path());
    let (other, recovery) =
        Ledger::open(LedgerOptions::in_folder(dead.path(), signer(), clock.clone()).unwrap()).unwrap();
    assert_eq!((recovery.size, recovery.dropped_bytes, recovery.rebuilt), (303, 0, false));
    other.close().await.unwrap();
    let report = ledger::verify::verify_ledger(dead.path(), signer().vkey()).unwrap();
    assert_eq!((report.size, report.starts, report.alarms), (304, 3, 301));
    ledger.close().await.unwrap();
    let report = ledger::verify::verify_ledger(folder.path(), signer().vkey()).unwrap();
    assert_eq!((report.size, report.starts, report.alarms), (303, 2, 301));
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    for file in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(file.file_name());
        if file.file_type().unwrap().is_dir() {
            std::fs::create_dir(&to).unwrap();
            copy(&file.path(), &to);
        } else {
            std::fs::copy(file.path(), to).unwrap();
        }
    }
}

#[tokio::test]
async fn entries_are_read_in_order_from_anywhere_to_anywhere() {
    let store = LyingStore::new();
    let (ledger, _) = open(&store).unwrap();
    join_all((0..600).map(|i| {
        let ledger = ledger.clone();
        async move { ledger.append(&alarm(i.to_string())).await.unwrap() }
    }))
    .await;
    let size = ledger.size();
    for (first, end) in [(0, size), (0, 1), (255, 257), (256, 512), (size - 1, size), (300, 300), (9, 3)] {
        let mut read = Vec::new();
        ledger
            .entries((first, end), |index, line| {
                read.push((index, line.to_owned()));
                Ok::<_, ReadError>(())
            })
            .unwrap();
        let single: Vec<_> = (first..end).map(|index| (index, ledger.entry(index).unwrap())).collect();
        assert_eq!(read, single);
    }
    let beyond = ledger.entries((0, size + 1), |_, _| Ok::<_, ReadError>(()));
    assert!(matches!(beyond, Err(ReadError::NoEntry { .. })), "{beyond:?}");
}
