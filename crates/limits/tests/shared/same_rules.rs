//! The rules in SQL and the rules in Rust are the same rules: any history has the same answers in both stores.

use std::cell::Cell;

use limits::{Calendar, Limits, Micros, Need, Over, Refused, Reservation, Rule, Standing, Subject};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use testkit::Postgres;
use tokio::runtime::Runtime;

use crate::support::{NOW, connect, database, need, stored};

#[derive(Clone, Debug)]
enum Step {
    Time(i64),
    Reserve(Vec<usize>, Need),
    Settle(usize, Need),
    Cancel(usize),
    Abandon(usize),
    Charge(usize, u64),
}

fn step() -> impl Strategy<Value = Step> {
    let amount = || (0_u64..40, 0_u64..60).prop_map(|(tokens, cost)| need(tokens, cost));
    prop_oneof![
        2 => (-5_000_i64..60_000).prop_map(Step::Time),
        // To the next day or month.
        1 => Just(Step::Time(43_200_000)),
        8 => (prop::collection::vec(0_usize..3, 1..4), amount()).prop_map(|(who, need)| Step::Reserve(who, need)),
        5 => (any::<usize>(), amount()).prop_map(|(which, used)| Step::Settle(which, used)),
        1 => any::<usize>().prop_map(Step::Cancel),
        1 => any::<usize>().prop_map(Step::Abandon),
        1 => (0_usize..3, 0_u64..50).prop_map(|(who, cost)| Step::Charge(who, cost)),
    ]
}

fn rule() -> impl Strategy<Value = Rule> {
    let limit = |max: u64| prop::option::of(0..max);
    (limit(6), limit(80), limit(4), limit(200), limit(300)).prop_map(
        |(requests, tokens, concurrent, day, month)| Rule {
            requests_per_minute: requests,
            tokens_per_minute: tokens,
            concurrent,
            spend_per_day: day.map(Micros),
            spend_per_month: month.map(Micros),
        },
    )
}

/// One history, told to both stores.
struct Twins<'a> {
    runtime: &'a Runtime,
    database: &'a sqlx::postgres::PgPool,
    shared: &'a Limits,
    embedded: Limits,
    subjects: Vec<(Subject, Rule)>,
    open: Vec<(Reservation, Reservation)>,
    now: u64,
}

impl Twins<'_> {
    fn take(&mut self, step: Step) -> Result<(), TestCaseError> {
        match step {
            Step::Time(by) => self.now = self.now.saturating_add_signed(by),
            Step::Reserve(who, need) => self.reserve(&who, need)?,
            Step::Settle(which, used) => self.end(which, |held, now| held.settle(used, now)),
            Step::Cancel(which) => self.end(which, Reservation::cancel),
            Step::Abandon(which) => self.end(which, |held, _| drop(held)),
            Step::Charge(who, cost) => {
                let subject = [self.subjects[who].0.clone()];
                self.shared.charge(&subject, Micros(cost), self.now);
                self.embedded.charge(&subject, Micros(cost), self.now);
            }
        }
        self.meet();
        Ok(())
    }

    fn reserve(&mut self, who: &[usize], need: Need) -> Result<(), TestCaseError> {
        let asks: Vec<_> = who.iter().map(|who| self.subjects[*who].clone()).collect();
        let shared = self.runtime.block_on(self.shared.reserve(&asks, need, self.now));
        let embedded = self.runtime.block_on(self.embedded.reserve(&asks, need, self.now));
        prop_assert_eq!(seen(&shared), seen(&embedded));
        self.open.extend(shared.ok().zip(embedded.ok()));
        Ok(())
    }

    fn end(&mut self, which: usize, end: impl Fn(Reservation, u64)) {
        if !self.open.is_empty() {
            let (shared, embedded) = self.open.swap_remove(which % self.open.len());
            end(shared, self.now);
            end(embedded, self.now);
        }
    }

    /// Waits until the shared store has been told everything. What it then holds is what the embedded one holds.
    fn meet(&self) {
        self.runtime.block_on(self.shared.flush());
        for (subject, _) in &self.subjects {
            let stored = self.runtime.block_on(stored(self.database, subject.as_str()));
            let known = self.embedded.spending(subject, 0);
            assert_eq!(
                (stored.live, stored.spent, stored.reserved),
                (
                    i64::try_from(known.live).unwrap(),
                    i64::try_from(known.month.0).unwrap(),
                    i64::try_from(known.reserved.0).unwrap(),
                )
            );
        }
    }
}

fn seen(answer: &Result<Reservation, Refused>) -> Result<Standing, Over> {
    match answer {
        Ok(held) => Ok(held.standing()),
        Err(Refused::Over(over)) => Err(over.clone()),
        Err(Refused::Unavailable(why)) => panic!("{why}"),
    }
}

#[test]
fn both_stores_give_the_same_answers() {
    let server = Postgres::start().unwrap();
    let runtime = Runtime::new().unwrap();
    let shared = runtime.block_on(connect(&server, "one"));
    let database = runtime.block_on(database(&server));
    let history = (prop::collection::vec(rule(), 3), prop::collection::vec(step(), 1..50));
    let case = Cell::new(0);
    let config = ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() };
    let found = TestRunner::new(config).run(&history, |(rules, steps)| {
        // Each case has accounts of its own.
        case.set(case.get() + 1);
        let name = |who: usize| Subject::new(&format!("case/{}/{who}", case.get()));
        let subjects = rules.into_iter().enumerate().map(|(who, rule)| (name(who), rule)).collect();
        let embedded = Limits::embedded(Calendar::UTC);
        let (database, shared) = (&database, &shared);
        let mut twins =
            Twins { runtime: &runtime, database, shared, embedded, subjects, open: vec![], now: NOW };
        steps.into_iter().try_for_each(|step| twins.take(step))
    });
    found.unwrap_or_else(|error| panic!("{error}"));
    runtime.block_on(shared.close());
}
