//! What was spent survives a crash at any point: nothing is lost and nothing counts twice.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "the helpers of tests are tests")]

use std::collections::BTreeMap;

use limits::{Calendar, Charge, Limits, Micros, Need, NotCounted, OutOfOrder, Reservation, Rule, Snapshot};
use limits::{SnapshotError, Subject};
use proptest::prelude::*;

/// 2024-02-29T12:00:00Z, so that a history of some days passes the end of a month.
const BEGIN: u64 = 1_709_208_000_000;
const HOUR: u64 = 3_600_000;

/// An entry of the operator's ledger, as far as money is concerned.
#[derive(Clone, Debug)]
enum Entry {
    Other,
    Admission { key: usize, estimate: u64, at_ms: u64 },
    Outcome { admission: usize, used: u64 },
}

#[derive(Clone, Debug)]
enum Step {
    Hours(u64),
    Other,
    Reserve {
        key: usize,
        estimate: u64,
    },
    Settle {
        which: usize,
        used: u64,
    },
    Sync,
    /// Counts some of what is durable.
    Fold(usize),
    Save,
    Crash,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        1 => (0_u64..6).prop_map(Step::Hours),
        1 => Just(Step::Other),
        4 => (0_usize..3, 0_u64..50).prop_map(|(key, estimate)| Step::Reserve { key, estimate }),
        4 => (any::<usize>(), 0_u64..80).prop_map(|(which, used)| Step::Settle { which, used }),
        2 => Just(Step::Sync),
        2 => (1_usize..20).prop_map(Step::Fold),
        2 => Just(Step::Save),
        1 => Just(Step::Crash),
    ]
}

fn subjects(key: usize) -> [Subject; 2] {
    [Subject::new(&format!("key/{key}")), Subject::new("system/all")]
}

/// A gateway with its ledger. The first admission of a process is durable before anything is sent, an outcome only at
/// the next sync; a crash loses what is not durable.
struct World {
    now: u64,
    ledger: Vec<Entry>,
    durable: usize,
    limits: Limits,
    /// Under way: the admission, and what is held.
    open: Vec<(usize, Reservation)>,
    snapshot: Snapshot,
    saved: Option<Vec<u8>>,
}

impl World {
    fn new() -> Self {
        let snapshot = Snapshot::starting_at(0, Calendar::UTC);
        let limits = Limits::resume(&snapshot, 0).unwrap();
        Self { now: BEGIN, ledger: vec![], durable: 0, limits, open: vec![], snapshot, saved: None }
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Hours(hours) => self.now += hours * HOUR,
            Step::Other => self.ledger.push(Entry::Other),
            Step::Reserve { key, estimate } => self.reserve(key, estimate),
            Step::Settle { which, used } => self.settle(which, used),
            Step::Sync => self.durable = self.ledger.len(),
            Step::Fold(entries) => self.fold(self.durable.min(self.snapshot.mark() as usize + entries)),
            Step::Save => self.saved = Some(self.snapshot.to_json().unwrap()),
            Step::Crash => self.crash(),
        }
    }

    fn reserve(&mut self, key: usize, estimate: u64) {
        let asks = subjects(key).map(|subject| (subject, Rule::default()));
        let need = Need { tokens: 0, cost: Micros(estimate) };
        let reservation = now(self.limits.reserve(&asks, need, self.now)).unwrap();
        self.open.push((self.ledger.len(), reservation));
        self.ledger.push(Entry::Admission { key, estimate, at_ms: self.now });
        self.durable = self.ledger.len();
    }

    fn settle(&mut self, which: usize, used: u64) {
        if self.open.is_empty() {
            return;
        }
        let (admission, reservation) = self.open.swap_remove(which % self.open.len());
        self.ledger.push(Entry::Outcome { admission, used });
        reservation.settle(Need { tokens: 0, cost: Micros(used) }, self.now);
    }

    fn fold(&mut self, until: usize) {
        while (self.snapshot.mark() as usize) < until {
            let mark = self.snapshot.mark();
            let charged = charge(&self.ledger, mark as usize);
            let charge = charged.as_ref().map(|(subjects, cost, at_ms)| Charge {
                subjects,
                cost: Micros(*cost),
                at_ms: *at_ms,
            });
            self.snapshot.fold(mark, charge.as_ref()).unwrap();
        }
    }

    /// The process dies. The ledger's recovery closes what was under way, as estimated.
    fn crash(&mut self) {
        self.ledger.truncate(self.durable);
        self.open.clear();
        for admission in open(&self.ledger) {
            let Entry::Admission { estimate, .. } = self.ledger[admission] else { unreachable!() };
            self.ledger.push(Entry::Outcome { admission, used: estimate });
        }
        self.durable = self.ledger.len();
        self.snapshot = match &self.saved {
            Some(json) => Snapshot::from_json(json, Calendar::UTC).unwrap(),
            None => Snapshot::starting_at(0, Calendar::UTC),
        };
        self.fold(self.durable);
        self.limits = Limits::resume(&self.snapshot, self.durable as u64).unwrap();
    }

    /// What the whole ledger says was spent, by subject: in the day and in the month of now.
    fn model(&self) -> BTreeMap<Subject, (u64, u64)> {
        let mut sums = BTreeMap::<Subject, (u64, u64)>::new();
        for index in 0..self.ledger.len() {
            let Some((subjects, cost, at_ms)) = charge(&self.ledger, index) else { continue };
            for subject in subjects {
                let sum = sums.entry(subject).or_default();
                sum.0 += if day(at_ms) == day(self.now) { cost } else { 0 };
                sum.1 += if is_march(at_ms) == is_march(self.now) { cost } else { 0 };
            }
        }
        sums
    }
}

/// What an entry costs whom, and since when.
fn charge(ledger: &[Entry], index: usize) -> Option<([Subject; 2], u64, u64)> {
    let Entry::Outcome { admission, used } = ledger[index] else { return None };
    let Entry::Admission { key, at_ms, .. } = ledger[admission] else { unreachable!() };
    Some((subjects(key), used, at_ms))
}

/// Admissions without an outcome.
fn open(ledger: &[Entry]) -> Vec<usize> {
    let closed =
        |index| ledger.iter().any(|e| matches!(e, Entry::Outcome { admission, .. } if *admission == index));
    let admissions = (0..ledger.len()).filter(|index| matches!(ledger[*index], Entry::Admission { .. }));
    admissions.filter(|index| !closed(*index)).collect()
}

fn day(ms: u64) -> u64 {
    ms / (24 * HOUR)
}

/// Histories are shorter than March.
fn is_march(ms: u64) -> bool {
    ms >= BEGIN + 12 * HOUR
}

fn now<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

proptest! {
    #[test]
    fn a_crash_at_any_point_loses_nothing_and_counts_nothing_twice(
        history in prop::collection::vec(step(), 1..120),
    ) {
        let mut world = World::new();
        for step in history.into_iter().chain([Step::Crash]) {
            world.take(step);
            for (subject, (day, month)) in world.model() {
                let spending = world.limits.spending(&subject, world.now);
                prop_assert_eq!((spending.day, spending.month), (Micros(day), Micros(month)), "{}", subject);
            }
        }
    }

    #[test]
    fn whatever_stands_in_a_snapshot_is_an_error_and_no_panic(bytes: Vec<u8>, mark: u64, day: i32, money: u64) {
        prop_assert!(Snapshot::from_json(&bytes, Calendar::UTC).is_err());
        let json = format!(
            r#"{{"mark":{mark},"at_ms":{money},"offset_minutes":0,
            "entries":{{"a":{{"day":{day},"spent_day":{money},"month":{day},"spent_month":{money}}}}}}}"#
        );
        let snapshot = Snapshot::from_json(json.as_bytes(), Calendar::UTC).unwrap();
        let limits = Limits::resume(&snapshot, mark).unwrap();
        let spending = limits.spending(&Subject::new("a"), u64::MAX);
        prop_assert!(spending.day.0 == 0 || spending.day.0 == money);
    }
}

#[test]
fn entries_are_counted_in_order_and_to_the_end() {
    let mut snapshot = Snapshot::starting_at(7, Calendar::UTC);
    assert_eq!(snapshot.fold(8, None), Err(OutOfOrder { index: 8, mark: 7 }));
    snapshot.fold(7, None).unwrap();
    assert_eq!(snapshot.fold(7, None), Err(OutOfOrder { index: 7, mark: 8 }));
    assert_eq!(Limits::resume(&snapshot, 9).unwrap_err(), NotCounted { mark: 8, recorded: 9 });
    assert_eq!(Limits::resume(&snapshot, 7).unwrap_err(), NotCounted { mark: 8, recorded: 7 });
    assert!(Limits::resume(&snapshot, 8).is_ok());
}

#[test]
fn a_snapshot_by_another_calendar_is_not_used() {
    let json = Snapshot::starting_at(7, Calendar::UTC).to_json().unwrap();
    let found = Snapshot::from_json(&json, Calendar::ahead_of_utc(60).unwrap());
    assert!(matches!(found, Err(SnapshotError::Calendar { found: 0, expected: 60 })));
}
