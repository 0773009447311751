//! What was spent, folded out of the operator's ledger: how the embedded store knows after a crash what it knew
//! before.
//!
//! A snapshot is no photograph of memory. It is what the entries of the ledger add up to, from the first that matters
//! to the one before its mark, and it is made by reading the ledger, not by listening to requests. So it cannot catch
//! a request half way, and a crash at any point loses nothing and counts nothing twice: the ledger says what there
//! is, the mark says how far it has been counted, and entry by entry the one follows the other.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::account::Account;
use crate::calendar::Calendar;
use crate::need::Micros;
use crate::rule::Subject;
use crate::window::Window;

/// What one entry of the ledger says was spent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charge<'a> {
    /// By whom: every subject that was asked for the request.
    pub subjects: &'a [Subject],
    /// How much.
    pub cost: Micros,
    /// When the request was admitted, in milliseconds since 1970: it counts for that day and month.
    pub at_ms: u64,
}

/// What was spent in the windows that were open at the latest charge, up to a mark in the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    calendar: Calendar,
    mark: u64,
    at_ms: u64,
    entries: BTreeMap<Subject, Spent>,
}

/// What a subject has spent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Spent {
    day: Window,
    month: Window,
}

/// An entry was left out or came twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("entry {index} cannot be counted: the next one is {mark}")]
pub struct OutOfOrder {
    /// The entry that was given.
    pub index: u64,
    /// The entry that is due.
    pub mark: u64,
}

/// A stored snapshot is not used. Fold a new one from the ledger.
#[derive(Debug, Error)]
pub enum SnapshotError {
    /// It does not read.
    #[error("the snapshot of what was spent does not read")]
    Malformed(#[source] serde_json::Error),
    /// It counts by other days than the operator does now.
    #[error("the snapshot counts days at {found} minutes ahead of UTC, and the configuration at {expected}")]
    Calendar {
        /// Minutes ahead of UTC in the snapshot.
        found: i32,
        /// Minutes ahead of UTC in the configuration.
        expected: i32,
    },
}

impl Snapshot {
    /// Nothing is counted yet; the first entry will be the one of this index. Whatever was spent by entries before it
    /// is not counted: begin no later than the month.
    #[must_use]
    pub const fn starting_at(mark: u64, calendar: Calendar) -> Self {
        Self { calendar, mark, at_ms: 0, entries: BTreeMap::new() }
    }

    /// The entry of the ledger that is due next: all before it are counted.
    #[must_use]
    pub const fn mark(&self) -> u64 {
        self.mark
    }

    /// The time of the latest charge, in milliseconds since 1970.
    #[must_use]
    pub const fn at_ms(&self) -> u64 {
        self.at_ms
    }

    /// Counts the next entry of the ledger: every one is passed, those that cost nothing as `None`. Pass only entries
    /// that the ledger holds durably; what it may still lose is not there yet.
    ///
    /// # Errors
    /// If the entry is not the next one; then nothing is counted.
    pub fn fold(&mut self, index: u64, charge: Option<&Charge<'_>>) -> Result<(), OutOfOrder> {
        if index != self.mark {
            return Err(OutOfOrder { index, mark: self.mark });
        }
        self.mark += 1;
        if let Some(charge) = charge {
            self.count(charge);
        }
        Ok(())
    }

    fn count(&mut self, charge: &Charge<'_>) {
        let windows = self.calendar.windows(charge.at_ms);
        for subject in charge.subjects {
            let spent = self.entries.entry(subject.clone()).or_default();
            spent.day.count(windows.day, charge.cost.0);
            spent.month.count(windows.month, charge.cost.0);
        }
        if windows.month > self.calendar.windows(self.at_ms).month {
            self.entries.retain(|_, spent| spent.month.index >= windows.month);
        }
        self.at_ms = self.at_ms.max(charge.at_ms);
    }

    /// The snapshot as JSON, to be stored whole or not at all: write another file and rename it.
    ///
    /// # Errors
    /// Never in practice; serde's form asks for it.
    pub fn to_json(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(&Raw {
            mark: self.mark,
            at_ms: self.at_ms,
            offset_minutes: self.calendar.minutes(),
            entries: self
                .entries
                .iter()
                .map(|(subject, spent)| (subject.clone(), RawSpent::of(spent)))
                .collect(),
        })
    }

    /// Reads a stored snapshot.
    ///
    /// # Errors
    /// If it does not read, or was counted by another calendar; a new one can be folded from the ledger.
    pub fn from_json(json: &[u8], calendar: Calendar) -> Result<Self, SnapshotError> {
        let raw: Raw = serde_json::from_slice(json).map_err(SnapshotError::Malformed)?;
        if raw.offset_minutes != calendar.minutes() {
            let (found, expected) = (raw.offset_minutes, calendar.minutes());
            return Err(SnapshotError::Calendar { found, expected });
        }
        let entries = raw.entries.into_iter().map(|(subject, spent)| (subject, spent.read())).collect();
        Ok(Self { calendar, mark: raw.mark, at_ms: raw.at_ms, entries })
    }

    pub(crate) const fn calendar(&self) -> Calendar {
        self.calendar
    }

    /// The accounts as they stand after a start: nothing under way, and the limits per minute full.
    pub(crate) fn accounts(&self) -> impl Iterator<Item = (&Subject, Account)> {
        let account = |spent: &Spent| Account { day: spent.day, month: spent.month, ..Account::default() };
        self.entries.iter().map(move |(subject, spent)| (subject, account(spent)))
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    mark: u64,
    at_ms: u64,
    offset_minutes: i32,
    entries: BTreeMap<Subject, RawSpent>,
}

/// Days and months are counted from 1970, money in micros.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSpent {
    day: i32,
    spent_day: Micros,
    month: i32,
    spent_month: Micros,
}

impl RawSpent {
    fn of(spent: &Spent) -> Self {
        Self {
            day: spent.day.index,
            spent_day: Micros(spent.day.spent),
            month: spent.month.index,
            spent_month: Micros(spent.month.spent),
        }
    }

    fn read(&self) -> Spent {
        let window = |index, spent: Micros| Window { index, spent: spent.0, reserved: 0 };
        Spent { day: window(self.day, self.spent_day), month: window(self.month, self.spent_month) }
    }
}
