//! How a ruling moves when the law does.

use std::collections::HashSet;

use terms::{Date, Flow, Ruling};

use super::Side;
use crate::cases::Case;
use crate::{RuleError, Stance};

/// Two rulings of one flow that differ in verdict or in what they ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shift {
    /// The ruling before.
    pub before: Ruling,
    /// The ruling after.
    pub after: Ruling,
}

impl Shift {
    /// The shift between two rulings, if there is one.
    pub fn between(before: Ruling, after: Ruling) -> Option<Shift> {
        // Where nothing helps, what else would be needed does not matter.
        let denied = !before.prohibitions.is_empty() && !after.prohibitions.is_empty();
        let asks_alike = || before.needs == after.needs && facts(&before) == facts(&after);
        let alike = before.prohibitions == after.prohibitions && (denied || asks_alike());
        (!alike).then_some(Shift { before, after })
    }

    /// Whether the verdict itself differs.
    pub fn flips(&self) -> bool {
        self.before.verdict() != self.after.verdict()
    }

    /// The provision that makes the difference: one that stands in the way on the stricter side and not on the other.
    pub fn leading(&self) -> Option<&str> {
        let mut sides = [&self.before, &self.after];
        sides.sort_by_key(|r| r.verdict());
        let [strict, mild] = sides.map(in_the_way);
        let only = |a: &[&'_ str], b: &[&'_ str]| a.iter().position(|p| !b.contains(p));
        if let Some(at) = only(&strict, &mild) {
            return strict.get(at).copied();
        }
        let at = only(&mild, &strict);
        at.and_then(|at| mild.get(at)).or(strict.first()).or(mild.first()).copied()
    }
}

fn facts(ruling: &Ruling) -> Vec<&str> {
    ruling.missing.iter().map(|m| m.fact.as_str()).collect()
}

/// What stands in the way, worst first.
fn in_the_way(ruling: &Ruling) -> Vec<&str> {
    let open = ruling.missing.iter().flat_map(|m| &m.provisions);
    ruling.prohibitions.iter().chain(open).chain(&ruling.unmet).map(String::as_str).collect()
}

/// A worked case whose ruling shifts.
#[derive(Debug, Clone)]
pub struct CaseShift<'a> {
    /// The case.
    pub case: &'a Case,
    /// How.
    pub shift: Shift,
}

/// How the rulings of worked cases shift.
#[derive(Debug, Clone, Default)]
pub struct CaseShifts<'a> {
    /// How many flows were ruled on.
    pub ruled: usize,
    /// Those whose ruling shifts.
    pub shifts: Vec<CaseShift<'a>>,
}

/// Rules on the flows of `cases` on both sides. A side without a day rules on each case's own. Flows that several cases have
/// are ruled on once.
///
/// # Errors
/// The law of a day cannot be put together, or a flow has too many combinations of places.
pub fn case_shifts<'a>(
    cases: &'a [Case],
    before: &Side<'_>,
    after: &Side<'_>,
) -> Result<CaseShifts<'a>, RuleError> {
    let mut seen: HashSet<(&Flow, Option<Date>, Option<Date>)> = HashSet::new();
    let mut found = CaseShifts::default();
    for case in cases {
        let own = before.day.is_none() || after.day.is_none();
        if !seen.insert((&case.flow, own.then_some(case.as_of), case.known_at.filter(|_| own))) {
            continue;
        }
        found.ruled += 1;
        let (was, is) = (before.rule(case)?, after.rule(case)?);
        found.shifts.extend(Shift::between(was, is).map(|shift| CaseShift { case, shift }));
    }
    Ok(found)
}

impl Side<'_> {
    fn rule(&self, case: &Case) -> Result<Ruling, RuleError> {
        let known = case.known_at.filter(|_| self.day.is_none());
        let edition = self.law.at(self.day.unwrap_or(case.as_of), known)?;
        edition.rule(&case.flow, Stance::Question)
    }
}
