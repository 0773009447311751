//! What the ledger says, verified: every crossing with its end, and what was spent.

use std::collections::BTreeMap;
use std::path::Path;

use ledger::verify::{Fault, Report, read_verified};
use ledger::{Entry, OutcomeCode};

use crate::tally::Span;

/// The ledger.
#[derive(Debug, Default)]
pub(crate) struct Record {
    pub(crate) report: Report,
    /// By the index of the admission.
    pub(crate) crossings: BTreeMap<u64, Crossing>,
    /// Crossings in which a screen found something.
    pub(crate) flagged: u64,
    pub(crate) masked: u64,
}

/// An admission and its end.
#[derive(Clone, Debug)]
pub(crate) struct Crossing {
    pub(crate) endpoint: String,
    /// Who pays: `key/ID` and `system/ID`.
    pub(crate) subjects: [String; 2],
    pub(crate) request: String,
    pub(crate) ms: u64,
    /// In millionths, as is `cost`; absent where money is not limited.
    pub(crate) set_aside: Option<u64>,
    pub(crate) end: Option<Ending>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Ending {
    /// Index of the outcome.
    pub(crate) index: u64,
    pub(crate) code: OutcomeCode,
    pub(crate) ms: u64,
    pub(crate) cost: u64,
}

/// What a subject has spent in a day or a month, in millionths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Spent {
    /// As the record has it.
    pub(crate) recorded: u64,
    /// What a store of its own may at least and at most have counted, since it does not learn of an end at the same moment.
    pub(crate) least: u64,
    pub(crate) most: u64,
    /// By how much requests cost more than was set aside for them.
    pub(crate) underestimated: u64,
}

impl Record {
    /// Verifies the ledger in a folder and reads it.
    pub(crate) fn read(folder: &Path, vkey: &str) -> Result<Record, Fault> {
        let mut record = Record::default();
        let read = |path: &str| std::fs::read(folder.join(path));
        let report = read_verified(&read, vkey, &mut |index, entry| record.take(index, entry))?;
        Ok(Record { report, ..record })
    }

    fn take(&mut self, index: u64, entry: Entry) {
        match entry {
            Entry::Admission(admission) => {
                self.flagged += u64::from(!admission.flags.is_empty());
                self.masked += u64::from(admission.masked);
                let subjects = [format!("key/{}", admission.key), format!("system/{}", admission.system)];
                let crossing = Crossing {
                    endpoint: admission.endpoint,
                    subjects,
                    request: admission.request,
                    ms: admission.ms,
                    set_aside: admission.price,
                    end: None,
                };
                self.crossings.insert(index, crossing);
            }
            Entry::Outcome(outcome) => {
                if let Some(crossing) = self.crossings.get_mut(&outcome.admission) {
                    let set_aside = crossing.set_aside.unwrap_or(0);
                    let cost = outcome.price.unwrap_or_else(|| outcome.code.cost(set_aside));
                    crossing.end = Some(Ending { index, code: outcome.code, ms: outcome.ms, cost });
                }
            }
            _ => {}
        }
    }

    /// What a subject has spent with crossings that were admitted within a window; a store of limits may not have heard of
    /// what ended while `unheard`.
    pub(crate) fn spent(&self, subject: &str, within: impl Fn(u64) -> bool, unheard: &[Span]) -> Spent {
        let mut requests: BTreeMap<&str, Vec<&Crossing>> = BTreeMap::new();
        let of_subject = |c: &&Crossing| c.subjects.iter().any(|s| s == subject) && within(c.ms);
        for crossing in self.crossings.values().filter(of_subject) {
            requests.entry(&crossing.request).or_default().push(crossing);
        }
        let mut spent = Spent::default();
        for attempts in requests.values() {
            spent.add(attempts, unheard);
        }
        spent
    }

    /// What the entries before a mark say that a subject has spent with crossings that were admitted within a window.
    pub(crate) fn spent_before(&self, subject: &str, mark: u64, within: impl Fn(u64) -> bool) -> u64 {
        let of_subject = |c: &&Crossing| c.subjects.iter().any(|s| s == subject) && within(c.ms);
        let ends = self.crossings.values().filter(of_subject).filter_map(|crossing| crossing.end);
        ends.filter(|end| end.index < mark).map(|end| end.cost).sum()
    }
}

impl Spent {
    /// Adds all attempts at one request.
    fn add(&mut self, attempts: &[&Crossing], unheard: &[Span]) {
        let endings = || attempts.iter().filter_map(|crossing| crossing.end);
        let cost: u64 = endings().map(|end| end.cost).sum();
        let set_aside = attempts.iter().filter_map(|crossing| crossing.set_aside).max().unwrap_or(0);
        let surely = !endings().any(|end| end.code == OutcomeCode::Abandoned);
        let within = |end: Ending| unheard.iter().any(|span| (span.from..=span.to).contains(&end.ms));
        let perhaps = if endings().any(within) { set_aside.saturating_sub(cost) } else { 0 };
        self.recorded += cost;
        self.least += if surely { cost } else { 0 };
        self.most += cost + perhaps;
        self.underestimated += cost.saturating_sub(set_aside);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crossing(request: &str, set_aside: u64, code: OutcomeCode, (ms, cost): (u64, u64)) -> Crossing {
        Crossing {
            endpoint: "germany".to_owned(),
            subjects: ["key/small".to_owned(), "system/desk".to_owned()],
            request: request.to_owned(),
            ms: 1000,
            set_aside: Some(set_aside),
            end: Some(Ending { index: 0, code, ms, cost }),
        }
    }

    fn record(crossings: Vec<Crossing>) -> Record {
        Record { crossings: (0..).zip(crossings).collect(), ..Record::default() }
    }

    #[test]
    fn what_ended_in_order_is_exact_and_what_a_sudden_end_left_has_bounds() {
        let unheard = [Span { from: 18_500, to: 21_000 }];
        let record = record(vec![
            crossing("a", 100, OutcomeCode::Served, (2_000, 40)),
            crossing("b", 100, OutcomeCode::Served, (19_000, 30)),
            crossing("c", 100, OutcomeCode::Abandoned, (21_000, 100)),
        ]);
        let spent = record.spent("key/small", |_| true, &unheard);
        assert_eq!(spent, Spent { recorded: 170, least: 70, most: 240, underestimated: 0 });
        assert_eq!(record.spent("key/other", |_| true, &unheard), Spent::default());
        assert_eq!(record.spent("system/desk", |ms| ms > 1000, &unheard), Spent::default());
    }

    #[test]
    fn a_second_attempt_after_one_whose_end_nobody_knows_costs_more_than_was_set_aside() {
        let record = record(vec![
            crossing("a", 100, OutcomeCode::Timeout, (2_000, 100)),
            crossing("a", 100, OutcomeCode::Served, (3_000, 40)),
        ]);
        let spent = record.spent("system/desk", |_| true, &[]);
        assert_eq!(spent, Spent { recorded: 140, least: 140, most: 140, underestimated: 40 });
    }
}
