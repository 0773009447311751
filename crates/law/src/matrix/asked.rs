//! What a ruling asks of those who want to go on: consent, notice, and how fresh and sure the law behind it is.

use serde::Serialize;
use terms::{Confidence, Date, Duty, Needs, Place, Ruling, Safeguard, Way};

use super::standing::is_for_people;
use crate::statement::{Kind, Statement};
use crate::{Edition, Law};

/// Whether something of a kind has to be put in place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Asking {
    /// Nothing asks for it.
    No,
    /// One way has it, another does without.
    OneWay,
    /// Every way has it.
    Needed,
}

/// What a ruling asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// A consent of the people concerned.
    pub consent: Asking,
    /// Something they are told.
    pub notice: Asking,
    /// The duties that a person has to see to, each with what would discharge it.
    pub duties: Vec<(Duty, Needs)>,
    /// When the law behind it was last looked at: the oldest of the provisions that bite, or of the rulebooks of the place where
    /// none does.
    pub checked: Option<Date>,
    /// The least sure of the provisions that bite.
    pub confidence: Confidence,
}

impl Asked {
    /// What `ruling` by `edition` of `law` asks in `place`.
    pub fn of(law: &Law, edition: &Edition, place: Place, ruling: &Ruling) -> Asked {
        let for_people = ruling.duties.iter().filter(|d| is_for_people(d));
        let duties: Vec<(Duty, Needs)> =
            for_people.map(|d| (d.clone(), discharge(edition, &d.provision))).collect();
        let all = duties.iter().fold(ruling.needs.clone(), |all, (_, needs)| all.and(needs));
        let cited: Vec<&Statement> = cited(edition, ruling).collect();
        Asked {
            consent: asking(&all, Safeguard::is_consent),
            notice: asking(&all, Safeguard::is_notice),
            checked: cited.iter().map(|s| s.checked).min().or_else(|| looked(law, edition, place)),
            confidence: cited.iter().map(|s| s.confidence).max().unwrap_or_default(),
            duties,
        }
    }
}

/// Whether every way through has something of a kind: some clause then offers nothing else.
fn asking(needs: &Needs, is: impl Fn(Safeguard) -> bool) -> Asking {
    let mut clauses = needs.clauses().iter().filter(|c| !c.is_empty());
    if clauses.clone().any(|clause| clause.iter().all(|s| is(*s))) {
        Asking::Needed
    } else if clauses.any(|clause| clause.iter().any(|s| is(*s))) {
        Asking::OneWay
    } else {
        Asking::No
    }
}

/// What would discharge a duty; nothing where only a person can tell.
fn discharge(edition: &Edition, duty: &str) -> Needs {
    let ways = edition.statements().filter_map(|s| match &s.kind {
        Kind::Way { of, all } if of.iter().any(|p| p == duty) => Some(all.clone()),
        _ => None,
    });
    let ways: Vec<Way> = ways.collect();
    if ways.is_empty() { Needs::nothing() } else { Needs::any_of(&ways) }
}

/// The statements behind a ruling: what bites, and what asks a duty.
fn cited<'a>(edition: &'a Edition, ruling: &'a Ruling) -> impl Iterator<Item = &'a Statement> {
    let open = ruling.missing.iter().flat_map(|m| m.provisions.iter());
    let because = ruling.because.iter().map(|b| &b.provision);
    let duties = ruling.duties.iter().filter(|d| is_for_people(d)).map(|d| &d.provision);
    let ids: std::collections::BTreeSet<&str> =
        because.chain(duties).chain(open).map(String::as_str).collect();
    edition.statements().filter(move |s| ids.contains(s.id.as_str()))
}

/// When the law of a place was last looked at: the oldest of its rulebooks.
fn looked(law: &Law, edition: &Edition, place: Place) -> Option<Date> {
    let blocs: Vec<Place> = law
        .lists(edition)
        .filter(|(_, members)| members.contains(place))
        .filter_map(|(name, _)| name.parse::<Place>().ok().filter(|p| p.is_bloc()))
        .collect();
    let is_of = |p: Place| p == place || place.parent() == Some(p) || blocs.contains(&p);
    let about = law.books().iter().filter(|b| b.coverage.iter().any(|c| c.places.iter().any(is_of)));
    about.map(|b| b.checked).min()
}
