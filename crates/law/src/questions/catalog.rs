//! What is known: every jurisdiction with its instruments, how fresh they are, and where nobody has looked.

use terms::{Confidence, Date, Effect, Place, PlaceSet};

use crate::{Book, Edition, Kind, Law, RuleError, Statement, Status};

/// Everything that is known on a day, and where nothing is.
#[derive(Debug, Clone)]
pub struct Catalog<'a> {
    /// The jurisdictions that have rulebooks of their own, in the order of their ids.
    pub jurisdictions: Vec<Jurisdiction<'a>>,
    /// Countries and zones whose law nobody has looked at.
    pub uncovered: PlaceSet,
}

/// A jurisdiction with its instruments.
#[derive(Debug, Clone)]
pub struct Jurisdiction<'a> {
    /// Its code, or the name of the folder where it is no jurisdiction (`treaties`).
    pub name: String,
    /// Its instruments.
    pub instruments: Vec<Instrument<'a>>,
    /// What its law says of sending data out, as far as one can tell.
    pub restraint: Restraint,
}

/// Whether a jurisdiction is known to hold anything back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Restraint {
    /// A condition or prohibition is in force.
    InForce,
    /// None is; the first applies from this day.
    From(Date),
    /// Somebody looked, last on this day, and none is known.
    NoneKnown(Date),
    /// It is not the place to ask: these books say nothing of what they cover.
    NotCovered,
}

/// An instrument and how well it is known.
#[derive(Debug, Clone)]
pub struct Instrument<'a> {
    /// Its rulebook.
    pub book: &'a Book,
    /// How many provisions it has, of all dates.
    pub provisions: usize,
    /// How many ways it has, of all dates.
    pub ways: usize,
    /// How many of its statements rule on the day.
    pub in_force: usize,
    /// How many of its statements are only proposed.
    pub proposed: usize,
    /// The lowest confidence of any statement.
    pub confidence: Confidence,
    /// The first day by which something of it must be looked at again.
    pub review_by: Option<Date>,
    /// Whether that day has passed.
    pub overdue: bool,
}

impl Law {
    /// What is known on `day`.
    ///
    /// # Errors
    /// The law of the day cannot be put together.
    pub fn catalog(&self, day: Date) -> Result<Catalog<'_>, RuleError> {
        let edition = self.at(day, None)?;
        let mut jurisdictions: Vec<Jurisdiction<'_>> = Vec::new();
        for book in self.books() {
            let name = name(book);
            let instrument = self.instrument(book, day);
            match jurisdictions.iter_mut().find(|j| j.name == name) {
                Some(known) => known.instruments.push(instrument),
                None => jurisdictions.push(Jurisdiction {
                    name,
                    instruments: vec![instrument],
                    restraint: Restraint::NotCovered,
                }),
            }
        }
        for known in &mut jurisdictions {
            known.instruments.sort_by_key(|i| i.book.id.starts_with("exposure/"));
            known.restraint = self.restraint(&known.instruments, day);
        }
        jurisdictions.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(Catalog { jurisdictions, uncovered: uncovered(&edition) })
    }

    fn instrument<'a>(&'a self, book: &'a Book, day: Date) -> Instrument<'a> {
        let of = || self.statements_of(&book.id);
        let provisions = of().filter(|s| matches!(s.kind, Kind::Provision { .. })).count();
        let review_by = of().filter_map(|s| s.review_by).chain(book.review_by).min();
        Instrument {
            book,
            provisions,
            ways: of().count() - provisions,
            in_force: of().filter(|s| s.rules_on(day)).count(),
            proposed: of().filter(|s| s.status == Status::Proposed).count(),
            confidence: of().map(|s| s.confidence).max().unwrap_or(book.confidence),
            review_by,
            overdue: review_by.is_some_and(|d| d < day),
        }
    }

    /// The statements of one book, in their order.
    pub fn statements_of(&self, book: &str) -> impl Iterator<Item = &Statement> {
        self.statements().iter().map(AsRef::as_ref).filter(move |s| s.book == book)
    }

    fn restraint(&self, instruments: &[Instrument<'_>], day: Date) -> Restraint {
        let covering = instruments.iter().filter(|i| !i.book.coverage.is_empty());
        let Some(checked) = covering.map(|i| i.book.checked).max() else { return Restraint::NotCovered };
        let restrains = |s: &&Statement| {
            matches!(s.kind, Kind::Provision { effect: Effect::Forbid | Effect::Condition, .. })
                && s.status != Status::Proposed
        };
        let all = || instruments.iter().flat_map(|i| self.statements_of(&i.book.id)).filter(restrains);
        if all().any(|s| s.period.holds(day, None)) {
            return Restraint::InForce;
        }
        let later = all().filter_map(|s| s.period.from).filter(|from| *from > day).min();
        later.map_or(Restraint::NoneKnown(checked), Restraint::From)
    }
}

impl Statement {
    /// Whether it rules on a day, as far as is known.
    pub fn rules_on(&self, day: Date) -> bool {
        self.status != Status::Proposed && self.period.holds(day, None)
    }
}

fn name(book: &Book) -> String {
    let folder = || book.id.split('/').next().unwrap_or_default().to_owned();
    book.jurisdiction().map_or_else(folder, |p| p.code().to_owned())
}

fn uncovered(edition: &Edition) -> PlaceSet {
    Place::all().filter(|p| !p.is_bloc() && p.parent().is_none() && !edition.is_covered(*p)).collect()
}
