//! Findings held against what was planted.
//!
//! A planted identifier is found if a finding of its kind covers more than half of it and lies by more than half within it.
//! Further findings that touch a found one are not counted, so that a finder which names a place twice is not blamed for it.
//! All other findings are false, and those that overlap one another are one.

use std::collections::BTreeMap;
use std::ops::Range;

use mask::Kind;

use crate::documents::{Document, Truth};
use crate::labels::LABELS;

/// A finding of either finder.
#[derive(Clone)]
pub(crate) struct Found {
    /// Where, in bytes.
    pub(crate) span: Range<usize>,
    pub(crate) kind: Kind,
    pub(crate) score: f64,
}

/// How many were right, false and missed.
#[derive(Clone, Copy, Default)]
pub(crate) struct Tally {
    pub(crate) right: usize,
    pub(crate) wrong: usize,
    pub(crate) missed: usize,
}

/// The tallies of one finder.
#[derive(Default)]
pub(crate) struct Score {
    pub(crate) kinds: BTreeMap<Kind, Tally>,
    /// Planted identifiers by their place in [`LABELS`] and whether a word stood before them; false ones are of no label.
    pub(crate) labels: BTreeMap<(usize, bool), Tally>,
    /// The false ones, for reading.
    pub(crate) wrong: Vec<(Kind, String)>,
}

/// The kind itself.
pub(crate) fn exactly(kind: Kind) -> Kind {
    kind
}

/// The same for national, tax and health numbers: without a word beside it a number often fits schemes of several.
pub(crate) fn by_sort(kind: Kind) -> Kind {
    match kind {
        Kind::TaxId | Kind::HealthId => Kind::NationalId,
        other => other,
    }
}

impl Tally {
    pub(crate) fn precision(self) -> f64 {
        ratio(self.right, self.right + self.wrong)
    }

    pub(crate) fn recall(self) -> f64 {
        ratio(self.right, self.right + self.missed)
    }

    pub(crate) fn f1(self) -> f64 {
        ratio(2 * self.right, 2 * self.right + self.wrong + self.missed)
    }
}

fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

/// Scores what was found in each document; kinds that are the `same` are not told apart.
pub(crate) fn score(documents: &[Document], found: &[Vec<Found>], same: fn(Kind) -> Kind) -> Score {
    let mut score = Score::default();
    for (document, found) in documents.iter().zip(found) {
        let (right, missed): (Vec<&Truth>, Vec<&Truth>) =
            document.truth.iter().partition(|truth| found.iter().any(|f| is_of(f, truth, same)));
        right.iter().for_each(|truth| score.planted(truth, same, |tally| tally.right += 1));
        missed.iter().for_each(|truth| score.planted(truth, same, |tally| tally.missed += 1));
        let rest = found.iter().filter(|f| !right.iter().any(|truth| shared(&f.span, &truth.span) > 0));
        for wrong in distinct(rest) {
            score.kinds.entry(same(wrong.kind)).or_default().wrong += 1;
            let text =
                document.text.get(wrong.span.start.saturating_sub(24)..wrong.span.end).unwrap_or_default();
            score.wrong.push((wrong.kind, text.to_owned()));
        }
    }
    score
}

impl Score {
    fn planted(&mut self, truth: &Truth, same: fn(Kind) -> Kind, count: impl Fn(&mut Tally)) {
        if let Some(label) = LABELS.get(truth.label) {
            count(self.kinds.entry(same(label.kind)).or_default());
            count(self.labels.entry((truth.label, truth.named)).or_default());
        }
    }

    pub(crate) fn total(&self) -> Tally {
        self.kinds.values().fold(Tally::default(), |sum, tally| Tally {
            right: sum.right + tally.right,
            wrong: sum.wrong + tally.wrong,
            missed: sum.missed + tally.missed,
        })
    }
}

fn is_of(found: &Found, truth: &Truth, same: fn(Kind) -> Kind) -> bool {
    let half = 2 * shared(&found.span, &truth.span);
    LABELS.get(truth.label).is_some_and(|label| same(label.kind) == same(found.kind))
        && half > truth.span.len()
        && half > found.span.len()
}

fn shared(one: &Range<usize>, other: &Range<usize>) -> usize {
    one.end.min(other.end).saturating_sub(one.start.max(other.start))
}

/// Of those that overlap the one with the highest score, and the longer of equals.
fn distinct<'a>(found: impl Iterator<Item = &'a Found>) -> Vec<&'a Found> {
    let mut all: Vec<&Found> = found.collect();
    all.sort_by(|a, b| b.score.total_cmp(&a.score).then(b.span.len().cmp(&a.span.len())));
    let mut kept: Vec<&Found> = Vec::new();
    for found in all {
        if kept.iter().all(|k| shared(&k.span, &found.span) == 0) {
            kept.push(found);
        }
    }
    kept
}
