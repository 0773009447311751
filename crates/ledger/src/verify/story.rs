//! Whether entries make sense together: decisions before admissions, one outcome each, starts that know their past.

use std::collections::{BTreeMap, BTreeSet};

use tlog::{Checkpoint, Edge};

use super::fault::Fault;
use crate::entry::{Entry, EntryError, OutcomeCode, SCHEMA, Start};

/// What a ledger that holds says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The log's name.
    pub origin: String,
    /// Entries that the checkpoint covers; all were checked.
    pub size: u64,
    /// Root hash, in base64.
    pub root: String,
    /// How often a writer opened it.
    pub starts: u64,
    /// Loadings of law and estate.
    pub configs: u64,
    /// Decisions.
    pub decisions: u64,
    /// Admissions.
    pub admissions: u64,
    /// Outcomes, by code.
    pub outcomes: BTreeMap<OutcomeCode, u64>,
    /// Admissions without an outcome: crossings under way when the checkpoint was made.
    pub open: Vec<u64>,
    /// Refusals.
    pub refusals: u64,
    /// Closures by hand.
    pub stops: u64,
    /// Reopenings by hand.
    pub reopens: u64,
    /// Promotions and rollbacks of versions.
    pub versions: u64,
    /// Alarms.
    pub alarms: u64,
    /// Rulings on telemetry.
    pub telemetry: u64,
}

/// Follows the entries.
pub(super) struct Story {
    report: Report,
    decisions: BTreeSet<u64>,
    open: BTreeSet<u64>,
    /// Told at the end only, since a changed hash says more.
    fault: Option<Fault>,
}

impl Story {
    pub(super) fn new(checkpoint: &Checkpoint) -> Self {
        let report = Report {
            origin: checkpoint.origin.clone(),
            size: checkpoint.size,
            root: checkpoint.root.to_string(),
            ..Report::default()
        };
        Self { report, decisions: BTreeSet::new(), open: BTreeSet::new(), fault: None }
    }

    /// Takes the next entry, and gives it unless the story has broken off; `before` is the tree without it.
    pub(super) fn take(&mut self, index: u64, line: &[u8], before: &Edge) -> Option<Entry> {
        if self.fault.is_some() {
            return None;
        }
        match self.follow(index, line, before) {
            Ok(entry) => Some(entry),
            Err(fault) => {
                self.fault = Some(fault);
                None
            }
        }
    }

    pub(super) fn finish(mut self) -> Result<Report, Fault> {
        self.report.open = self.open.into_iter().collect();
        self.fault.map_or(Ok(self.report), Err)
    }

    fn follow(&mut self, index: u64, line: &[u8], before: &Edge) -> Result<Entry, Fault> {
        let line = str::from_utf8(line).map_err(|why| EntryError::Malformed(why.to_string()));
        let entry = line.and_then(Entry::parse).map_err(|why| Fault::Line { index, why })?;
        if index == 0 && !matches!(entry, Entry::Start(_)) {
            return Err(Fault::NoStart);
        }
        self.check_decisions(index, &entry)?;
        match &entry {
            Entry::Start(start) => self.start(index, start, before)?,
            Entry::Config(_) => self.report.configs += 1,
            Entry::Decision(_) => {
                self.decisions.insert(index);
                self.report.decisions += 1;
            }
            Entry::Admission(_) => {
                self.open.insert(index);
                self.report.admissions += 1;
            }
            Entry::Outcome(outcome) => self.outcome(index, outcome.admission, outcome.code)?,
            Entry::Refusal(_) => self.report.refusals += 1,
            Entry::Stop(_) => self.report.stops += 1,
            Entry::Reopen(_) => self.report.reopens += 1,
            Entry::Version(_) => self.report.versions += 1,
            Entry::Alarm(_) => self.report.alarms += 1,
            Entry::Telemetry(_) => self.report.telemetry += 1,
        }
        Ok(entry)
    }

    fn check_decisions(&self, index: u64, entry: &Entry) -> Result<(), Fault> {
        let needs_one = match entry {
            Entry::Admission(_) => true,
            Entry::Telemetry(ruled) => ruled.permit,
            _ => false,
        };
        if needs_one && entry.decisions().is_empty() {
            return Err(Fault::NoDecision { index });
        }
        match entry.decisions().iter().find(|decision| !self.decisions.contains(decision)) {
            Some(decision) => Err(Fault::Decision { index, decision: *decision }),
            None => Ok(()),
        }
    }

    fn outcome(&mut self, index: u64, admission: u64, code: OutcomeCode) -> Result<(), Fault> {
        if !self.open.remove(&admission) {
            return Err(Fault::Outcome { index, admission });
        }
        *self.report.outcomes.entry(code).or_default() += 1;
        Ok(())
    }

    fn start(&mut self, index: u64, start: &Start, before: &Edge) -> Result<(), Fault> {
        self.report.starts += 1;
        let root = before.root().map(|root| root.to_string()).unwrap_or_default();
        let statements = [
            ("schema version", SCHEMA.to_string(), start.v.to_string()),
            ("origin", self.report.origin.clone(), start.origin.clone()),
            ("previous size", index.to_string(), start.size.to_string()),
            ("previous root", root, start.root.clone()),
        ];
        match statements.into_iter().find(|(_, expected, found)| expected != found) {
            Some((what, expected, found)) => Err(Fault::Start { index, what, expected, found }),
            None => Ok(()),
        }
    }
}
