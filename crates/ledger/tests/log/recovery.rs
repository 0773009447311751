//! Recovery: after a crash at any byte nothing acknowledged is lost and nothing forks.
use crate::support::{admission, alarm, decision, open, options, outcome, signer, verify};
use futures_util::future::join_all;
use ledger::storage::Storage;
use ledger::{Ledger, OpenError, OutcomeCode};
use proptest::prelude::*;
use testkit::store::LyingStore;

const FIRST: &str = "journal/00000000000000000000";

fn length(store: &LyingStore, path: &str) -> usize {
    store.read(path).unwrap().len()
}

#[tokio::test]
async fn a_crash_at_any_byte_of_the_last_group_loses_nothing_acknowledged() {
    let store = LyingStore::new();
    let (ledger, _) = open(&store).unwrap();
    let d = ledger.append(&decision()).await.unwrap();
    let a = ledger.append(&admission(d)).await.unwrap();
    let acknowledged: Vec<_> = (0..=a).map(|index| ledger.entry(index).unwrap()).collect();
    // From here on nothing is published, so the checkpoint stays behind the journal, as in a crash.
    let before = length(&store, FIRST);
    ledger.append_soon(&outcome(a, OutcomeCode::Served)).unwrap();
    store.hold();
    let more = async {
        let (first, second) = (admission(d), alarm("more"));
        tokio::join!(ledger.append(&first), ledger.append(&second))
    };
    let (answers, ()) = tokio::join!(more, async { store.release() });
    answers.0.unwrap();
    answers.1.unwrap();
    cut_behind(&store, FIRST, (before, 1), &acknowledged).await;
}

/// Cuts at every byte behind `before`, or every few; entries of whole groups among them count as acknowledged.
async fn cut_behind(
    store: &LyingStore,
    journal: &str,
    (before, step): (usize, usize),
    acknowledged: &[String],
) {
    for cut in (before..=length(store, journal)).step_by(step) {
        let after = store.copy();
        after.tamper(journal, |bytes| bytes.truncate(cut));
        let (ledger, recovery) = open(&after).unwrap();
        assert!(recovery.size >= acknowledged.len() as u64);
        let lost = cut > before && recovery.size == acknowledged.len() as u64;
        // Zeros at the end of what is torn look like room.
        assert!(!lost || (1..=cut - before).contains(&recovery.dropped_bytes), "cut at {cut}");
        for (index, line) in (0..).zip(acknowledged) {
            assert_eq!(ledger.entry(index).unwrap(), *line, "cut at {cut}");
        }
        ledger.append(&alarm("after")).await.unwrap();
        ledger.close().await.unwrap();
        let report = verify(&after).unwrap();
        assert_eq!((report.open.len(), report.starts), (0, 2), "cut at {cut}");
        assert_eq!(report.admissions, report.outcomes.values().sum::<u64>());
    }
}

#[tokio::test]
async fn a_crash_at_a_tile_border_or_a_new_journal_file_loses_nothing() {
    let store = LyingStore::new();
    let mut small = options(&store);
    small.segment_bytes = 20_000;
    let (ledger, _) = Ledger::open(small).unwrap();
    let mut acknowledged = vec![ledger.entry(0).unwrap()];
    for n in 1..=510 {
        let entry = alarm(n.to_string());
        ledger.append(&entry).await.unwrap();
        acknowledged.push(entry.to_line().unwrap());
    }
    ledger.checkpoint().unwrap();
    let last = store.paths().into_iter().rfind(|path| path.starts_with("journal/")).unwrap();
    assert_ne!(last, FIRST, "the journal has several files");
    let before = length(&store, &last);
    // Two entries in one group: the second fills the second tile.
    store.hold();
    let (one, two) = (alarm("511"), alarm("512"));
    let (_, ()) = tokio::join!(async { tokio::join!(ledger.append(&one), ledger.append(&two)) }, async {
        store.release();
    });
    cut_behind(&store, &last, (before, 17), &acknowledged).await;
}

#[tokio::test]
async fn an_admission_without_an_outcome_is_abandoned_once() {
    let store = LyingStore::new();
    let mut small = options(&store);
    small.segment_bytes = 1;
    let (ledger, _) = Ledger::open(small).unwrap();
    let d = ledger.append(&decision()).await.unwrap();
    let a = ledger.append(&admission(d)).await.unwrap();
    let b = ledger.append(&admission(d)).await.unwrap();
    ledger.append(&outcome(b, OutcomeCode::Served)).await.unwrap();
    // Each entry began a journal file, so the open admission is known from a head alone.
    let after = store.crash(0);
    let (ledger, recovery) = open(&after).unwrap();
    assert_eq!(recovery.abandoned, [a]);
    assert_eq!(
        ledger.entry(recovery.start + 1).unwrap(),
        format!(r#"{{"t":"o","a":{a},"c":"abandoned","ms":{},"b":0}}"#, crate::support::NOW)
    );
    ledger.close().await.unwrap();
    let (ledger, recovery) = open(&after).unwrap();
    assert!(recovery.abandoned.is_empty());
    ledger.close().await.unwrap();
    verify(&after).unwrap();
}

#[tokio::test]
async fn what_was_published_and_is_lost_refuses_to_start_and_changes_nothing() {
    let store = LyingStore::new();
    let (ledger, _) = open(&store).unwrap();
    for n in 0..20 {
        ledger.append(&alarm(n.to_string())).await.unwrap();
    }
    ledger.close().await.unwrap();
    let whole = length(&store, FIRST);
    let after = store.copy();
    after.tamper(FIRST, |bytes| bytes.truncate(whole - 1));
    let refused = open(&after).unwrap_err();
    assert!(matches!(refused, OpenError::Behind { published: 21, intact: 20 }), "{refused}");
    assert_eq!(length(&after, FIRST), whole - 1);

    let after = store.copy();
    after.remove(FIRST);
    assert!(matches!(open(&after), Err(OpenError::Behind { published: 21, intact: 0 })));
    assert!(!after.paths().contains(&FIRST.to_owned()));
}

#[tokio::test]
async fn another_past_than_the_published_one_refuses_to_start() {
    let make = |what: &'static str| async move {
        let store = LyingStore::new();
        let (ledger, _) = open(&store).unwrap();
        ledger.append(&alarm(what)).await.unwrap();
        ledger.close().await.unwrap();
        store
    };
    let (one, other) = (make("one").await, make("two").await);
    let journal = one.read(FIRST).unwrap();
    other.tamper(FIRST, |bytes| *bytes = journal);
    let refused = open(&other).unwrap_err();
    assert!(matches!(refused, OpenError::Fork { size: 2 }), "{refused}");
}

#[tokio::test]
async fn a_damaged_middle_refuses_to_start() {
    let store = LyingStore::new();
    let mut small = options(&store);
    small.segment_bytes = 2000;
    let (ledger, _) = Ledger::open(small).unwrap();
    for n in 0..60 {
        ledger.append(&alarm(n.to_string())).await.unwrap();
    }
    ledger.close().await.unwrap();
    let files: Vec<_> = store.paths().into_iter().filter(|path| path.starts_with("journal/")).collect();
    assert!(files.len() >= 3, "{files:?}");
    // Flipped in the last file, before its last group; without a checkpoint nothing else would tell.
    let last = files.last().unwrap();
    let after = store.copy();
    after.remove("checkpoint");
    after.tamper(last, |bytes| bytes[80] ^= 1);
    let refused = open(&after).unwrap_err();
    assert!(matches!(refused, OpenError::Damaged { .. }), "{refused}");
    // An older file: cut, flipped or missing.
    let rebuild = || {
        let after = store.copy();
        after.remove("checkpoint");
        after
    };
    let after = rebuild();
    after.tamper(&files[0], |bytes| bytes.truncate(bytes.len() - 3));
    assert!(matches!(open(&after), Err(OpenError::Damaged { .. })));
    let after = rebuild();
    after.remove(&files[1]);
    assert!(matches!(open(&after), Err(OpenError::Missing { .. })));
    let after = rebuild();
    after.remove(&files[0]);
    assert!(matches!(open(&after), Err(OpenError::Missing { from: 0, .. })));
    let after = rebuild();
    after.tamper(&files[0], |bytes| bytes[20] ^= 1);
    assert!(matches!(open(&after), Err(OpenError::Foreign { .. })));
}

#[tokio::test]
async fn room_behind_the_last_group_is_no_damage_and_hides_none() {
    let store = LyingStore::new();
    let (ledger, _) = open(&store).unwrap();
    let before = length(&store, FIRST);
    for n in 0..3 {
        ledger.append(&alarm(n.to_string())).await.unwrap();
    }
    let whole = length(&store, FIRST);
    let room = |cut: usize| {
        let after = store.copy();
        after.tamper(FIRST, |bytes| {
            bytes.truncate(cut);
            bytes.resize(whole + 4096, 0);
        });
        after
    };
    let (ledger, recovery) = open(&room(whole)).unwrap();
    assert_eq!((recovery.size, recovery.dropped_bytes), (4, 0));
    ledger.append(&alarm("after")).await.unwrap();
    for cut in whole - 20..whole {
        let after = room(cut);
        let (ledger, recovery) = open(&after).unwrap();
        assert_eq!(recovery.size, 3, "cut at {cut}");
        assert!((1..=whole).contains(&recovery.dropped_bytes), "cut at {cut}");
        ledger.close().await.unwrap();
        verify(&after).unwrap();
    }
    let after = room(whole);
    after.tamper(FIRST, |bytes| bytes[before..before + 30].fill(0));
    assert!(matches!(open(&after), Err(OpenError::Damaged { .. })));
}

#[tokio::test]
async fn missing_or_wrong_tiles_are_made_again_from_the_journal() {
    let store = LyingStore::new();
    let mut small = options(&store);
    small.segment_bytes = 10_000;
    let (ledger, _) = Ledger::open(small).unwrap();
    for n in 0..700 {
        ledger.append_soon(&alarm(n.to_string())).unwrap();
    }
    ledger.close().await.unwrap();
    type Harm = fn(&LyingStore);
    let harms: [(Harm, bool); 4] = [
        (
            |store| {
                store
                    .paths()
                    .iter()
                    .filter(|path| path.starts_with("tile/"))
                    .for_each(|path| store.remove(path))
            },
            true,
        ),
        (|store| store.tamper("tile/0/000", |bytes| bytes[100] ^= 1), true),
        (|store| store.remove("checkpoint"), true),
        (|store| store.remove("tile/0/002.p/189"), false),
    ];
    for (harm, rebuilt) in harms {
        let after = store.copy();
        harm(&after);
        let (ledger, recovery) = open(&after).unwrap();
        assert_eq!((recovery.size, recovery.rebuilt), (701, rebuilt));
        ledger.close().await.unwrap();
        assert_eq!(verify(&after).unwrap().alarms, 700);
    }
}

#[tokio::test]
async fn anothers_checkpoint_or_journal_refuses_to_start() {
    let store = LyingStore::new();
    let (ledger, _) = open(&store).unwrap();
    ledger.close().await.unwrap();
    let mut foreign = options(&store);
    foreign.signer = ledger::Signer::from_seed("example.com/other", &[7; 32]).unwrap();
    assert!(matches!(Ledger::open(foreign), Err(OpenError::Checkpoint(_))));
    store.remove("checkpoint");
    let mut foreign = options(&store);
    foreign.signer = ledger::Signer::from_seed("example.com/other", &[7; 32]).unwrap();
    assert!(matches!(Ledger::open(foreign), Err(OpenError::Foreign { .. })));
    store.tamper("checkpoint", |bytes| bytes.extend_from_slice(b"garbage"));
    assert!(matches!(open(&store), Err(OpenError::Checkpoint(_))));
    assert_eq!(signer().name(), "example.com/log");
}

#[derive(Clone, Debug)]
enum Step {
    /// So many entries, queued at once.
    Record(usize),
    Publish,
    /// Loss of power; so many bytes of what was not synced survive.
    Crash(usize),
    /// Death of the program.
    Kill,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => (1_usize..40).prop_map(Step::Record),
        1 => Just(Step::Publish),
        1 => prop_oneof![Just(0), 1_usize..500, Just(usize::MAX)].prop_map(Step::Crash),
        1 => Just(Step::Kill),
    ];
    proptest::collection::vec(step, 1..12)
}

/// Runs the steps; gives the store and every acknowledged entry.
async fn live_through(steps: &[Step], segment_bytes: u64) -> (LyingStore, Vec<(u64, String)>) {
    let reopen = |store: &LyingStore| {
        let mut options = options(store);
        options.segment_bytes = segment_bytes;
        Ledger::open(options).unwrap().0
    };
    let mut store = LyingStore::new();
    let mut ledger = reopen(&store);
    let mut acknowledged = Vec::new();
    for (step, number) in steps.iter().zip(0..) {
        match step {
            Step::Record(count) => {
                let entries: Vec<_> = (0..*count).map(|n| alarm(format!("{number} {n}"))).collect();
                let indices = join_all(entries.iter().map(|entry| ledger.append(entry))).await;
                let lines = entries.iter().map(|entry| entry.to_line().unwrap());
                acknowledged.extend(indices.into_iter().map(Result::unwrap).zip(lines));
            }
            Step::Publish => {
                let checkpoint = ledger.checkpoint().unwrap();
                // Whatever is lost from here on, all that the checkpoint covers is there.
                let size = verify(&store.crash(0)).unwrap().size;
                assert!(checkpoint.starts_with(&format!("example.com/log\n{size}\n")), "{checkpoint}");
            }
            Step::Crash(luck) => store = store.crash(*luck),
            Step::Kill => store = store.copy(),
        }
        if matches!(step, Step::Crash(_) | Step::Kill) {
            ledger = reopen(&store);
        }
    }
    ledger.close().await.unwrap();
    (store, acknowledged)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn whatever_happens_nothing_acknowledged_is_lost(steps in steps(), segment_bytes in 1_u64..6000) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let (store, acknowledged) = runtime.block_on(live_through(&steps, segment_bytes));
        let report = verify(&store).unwrap();
        prop_assert!(report.alarms >= acknowledged.len() as u64);
        let (ledger, recovery) = open(&store).unwrap();
        prop_assert!(!recovery.rebuilt, "a crash costs no tiles that were published");
        for (index, line) in acknowledged {
            prop_assert_eq!(ledger.entry(index).unwrap(), line);
        }
    }
}
