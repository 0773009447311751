//! Which of several findings at one place stays.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;

use terms::Place;

use crate::{Evidence, Finding, Kind};

/// How far away the word is that speaks for a candidate, if none does.
pub(crate) const NO_WORD: u32 = u32::MAX;

/// A finding that may yet lose its place to another.
#[derive(Debug, Clone)]
pub(crate) struct Candidate {
    pub(crate) finding: Finding,
    /// Distance in bytes of the word that speaks for it.
    pub(crate) near: u32,
    /// Whether its country is one of the hints.
    pub(crate) hinted: bool,
}

impl Candidate {
    pub(crate) fn new(span: Range<usize>, kind: Kind, evidence: Evidence) -> Candidate {
        let finding = Finding { span, kind, country: None, category: kind.category(), evidence };
        Candidate::foreign(finding)
    }

    pub(crate) fn foreign(finding: Finding) -> Candidate {
        Candidate { finding, near: NO_WORD, hinted: false }
    }

    pub(crate) fn of(mut self, country: Option<Place>) -> Candidate {
        self.finding.country = country;
        self
    }

    pub(crate) fn near(mut self, distance: u32) -> Candidate {
        self.near = distance;
        self
    }
}

/// The candidates that stay, sorted. Those that raise go before those that do not; then the longer span wins, so that an
/// address is not cut by a word within it; then the stronger evidence, the nearer word, the hinted country, the first come.
pub(crate) fn resolve(text: &str, mut found: Vec<Candidate>) -> Vec<Finding> {
    found.retain(|c| !c.finding.span.is_empty() && text.get(c.finding.span.clone()).is_some());
    found.sort_by_key(|c| {
        let finding = &c.finding;
        let weight = (finding.raises(), finding.span.len(), finding.evidence);
        (Reverse(weight), c.near, !c.hinted, finding.span.start)
    });
    let mut kept: BTreeMap<usize, Finding> = BTreeMap::new();
    for Candidate { finding, .. } in found {
        let before = kept.range(..finding.span.end).next_back();
        if before.is_none_or(|(_, before)| before.span.end <= finding.span.start) {
            kept.insert(finding.span.start, finding);
        }
    }
    kept.into_values().collect()
}
