//! Which statements no worked case would miss, and which of their dates no case stands on.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use terms::Date;

use super::Case;
use crate::findings::Findings;
use crate::statement::{Statement, Status};
use crate::{Law, RuleError, Stance};

/// What the worked cases leave untested of one statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Untested {
    /// Identity of the statement.
    pub statement: String,
    /// Its law and article.
    pub cite: String,
    /// What no case shows.
    pub lacks: Vec<Lack>,
}

/// Something that no case shows of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lack {
    /// No case would notice if the statement were gone.
    Unnoticed,
    /// It bites or is available in every case of its book while it holds.
    NeverAbsent,
    /// It begins or ends on the first day, and no case of its book stands on the second.
    NoCaseOn(Date),
}

impl fmt::Display for Lack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Lack::Unnoticed => f.write_str("no case would notice if it were gone"),
            Lack::NeverAbsent => f.write_str("no case of its book shows it not applying"),
            Lack::NoCaseOn(day) => write!(f, "no case of its book stands on {day}"),
        }
    }
}

/// What is known of a statement from the cases.
#[derive(Default)]
struct Seen {
    noticed: bool,
    absent: bool,
}

/// What the cases leave untested, statement by statement; empty if nothing.
///
/// # Errors
/// The law cannot be asked.
pub fn untested(law: &Law, cases: &[Case]) -> Result<Vec<Untested>, RuleError> {
    let ruling_law = || law.statements().iter().filter(|s| s.status != Status::Proposed);
    let mut seen: BTreeMap<String, Seen> = ruling_law().map(|s| (s.id.clone(), Seen::default())).collect();
    let mut days: BTreeMap<&str, BTreeSet<Date>> = BTreeMap::new();
    for case in cases {
        days.entry(&case.book).or_default().insert(case.as_of);
        let edition = law.at(case.as_of, case.known_at)?;
        let findings = edition.findings(&case.flow, Stance::Question)?;
        let firing = findings.statements();
        let agrees = |f: &Findings| case.differences(&f.ruling(&case.flow.safeguards, "")).is_empty();
        let right = agrees(&findings);
        for id in &firing {
            if let Some(seen) = seen.get_mut(*id).filter(|s| !s.noticed) {
                seen.noticed = right && !agrees(&findings.without(id));
            }
        }
        for statement in
            edition.statements().filter(|s| s.book == case.book && !firing.contains(s.id.as_str()))
        {
            if let Some(seen) = seen.get_mut(&statement.id) {
                seen.absent = true;
            }
        }
    }
    let none = BTreeSet::new();
    let lacking = ruling_law().filter_map(|s| {
        let lacks = lacks(s, seen.get(&s.id)?, days.get(s.book.as_str()).unwrap_or(&none));
        (!lacks.is_empty()).then(|| Untested { statement: s.id.clone(), cite: s.cite.clone(), lacks })
    });
    Ok(lacking.collect())
}

fn lacks(statement: &Statement, seen: &Seen, days: &BTreeSet<Date>) -> Vec<Lack> {
    let mut lacks = Vec::new();
    if !seen.noticed {
        lacks.push(Lack::Unnoticed);
    }
    if !seen.absent {
        lacks.push(Lack::NeverAbsent);
    }
    let from = statement.period.from.into_iter().flat_map(|d| [d.yesterday().ok(), Some(d)]);
    let until = statement.period.until.into_iter().flat_map(|d| [Some(d), d.tomorrow().ok()]);
    let edges = from.chain(until).flatten();
    lacks.extend(edges.filter(|d| !days.contains(d)).map(Lack::NoCaseOn));
    lacks
}
