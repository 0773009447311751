//! A statement's condition, compiled from Cedar and asked in three values: it holds, it fails, or it turns on something unknown.
//!
//! Cedar reads, types and defines the rules; this is the part of its language that they use, without its generality. A known
//! `false` settles a conjunction wherever it stands, and a known `true` a disjunction (Kleene's strong logic), so an unknown
//! fact is asked for only where the outcome turns on it. [`crate::reference`] holds this against Cedar's own evaluator.

use terms::{Place, PlaceSet};

use crate::facts::LegFacts;
use crate::schema::{Attribute, NO_PLACE};

mod compile;

pub(crate) use compile::{Names, Unsayable, compile};

/// What a condition comes to on a leg.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    Holds,
    Fails,
    /// It turns on these attributes.
    Open(u64),
}

/// A compiled condition. Attributes are of the kind that the variant says: the compiler sees to it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Condition {
    Always(bool),
    Flag(Attribute),
    /// The place, or the country it is a part of, is one of these.
    PlaceIn(Attribute, Box<[Target]>),
    /// The place is this one, or none.
    PlaceIs(Attribute, u64),
    SamePlace(Attribute, Attribute),
    /// The first place is the second, or a part of it.
    PlaceWithin(Attribute, Attribute),
    /// The word is one of these.
    Word(Attribute, u64),
    SameWord(Attribute, Attribute),
    /// The set and these have a word in common.
    Any(Attribute, u64),
    /// The set has all of these.
    All(Attribute, u64),
    /// The set has nothing but these.
    Within(Attribute, u64),
    Compare(Attribute, Relation, Number),
    Not(Box<Condition>),
    And(Box<[Condition]>),
    Or(Box<[Condition]>),
}

/// What a place can lie in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    Place(u16),
    /// A list, by its position among all lists.
    List(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Relation {
    Less,
    AtMost,
    Equal,
}

/// What a count is held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Number {
    Fixed(u64),
    /// A threshold, by its position among all thresholds.
    Threshold(usize),
}

/// The dated values of an edition that conditions refer to by position.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    pub(crate) lists: Vec<PlaceSet>,
    pub(crate) thresholds: Vec<Option<u64>>,
}

impl Answer {
    fn of(value: bool) -> Answer {
        if value { Answer::Holds } else { Answer::Fails }
    }
}

impl Condition {
    /// What the condition comes to, with the attributes in `open` taken as unknown.
    pub(crate) fn ask(&self, facts: &LegFacts, open: u64, tables: &Tables) -> Answer {
        let known = |attribute: &Attribute, test: &dyn Fn(u64) -> bool| {
            let bit = attribute.bit() & open;
            if bit == 0 { Answer::of(test(facts.value(*attribute))) } else { Answer::Open(bit) }
        };
        let both = |a: &Attribute, b: &Attribute, test: &dyn Fn(u64, u64) -> bool| match (a.bit() | b.bit())
            & open
        {
            0 => Answer::of(test(facts.value(*a), facts.value(*b))),
            bits => Answer::Open(bits),
        };
        match self {
            Condition::Always(value) => Answer::of(*value),
            Condition::Flag(a) => known(a, &|v| v != 0),
            Condition::PlaceIn(a, targets) => known(a, &|v| targets.iter().any(|t| t.has(v, tables))),
            Condition::PlaceIs(a, place) => known(a, &|v| v == *place),
            Condition::SamePlace(a, b) | Condition::SameWord(a, b) => both(a, b, &|x, y| x == y),
            Condition::PlaceWithin(a, b) => both(a, b, &|x, y| x == y || parent(x) == Some(y)),
            Condition::Word(a, words) => known(a, &|v| words & bit(v) != 0),
            Condition::Any(a, words) => known(a, &|v| v & words != 0),
            Condition::All(a, words) => known(a, &|v| words & !v == 0),
            Condition::Within(a, words) => known(a, &|v| v & !words == 0),
            Condition::Compare(a, relation, number) => known(a, &|v| relation.holds(v, number.value(tables))),
            Condition::Not(inner) => match inner.ask(facts, open, tables) {
                Answer::Holds => Answer::Fails,
                Answer::Fails => Answer::Holds,
                Answer::Open(bits) => Answer::Open(bits),
            },
            Condition::And(all) => settle(all, Answer::Fails, Answer::Holds, |c| c.ask(facts, open, tables)),
            Condition::Or(any) => settle(any, Answer::Holds, Answer::Fails, |c| c.ask(facts, open, tables)),
        }
    }

    /// The thresholds that the condition counts against.
    pub(crate) fn thresholds(&self) -> Vec<usize> {
        match self {
            Condition::Compare(_, _, Number::Threshold(at)) => vec![*at],
            Condition::Not(inner) => inner.thresholds(),
            Condition::And(all) | Condition::Or(all) => all.iter().flat_map(Condition::thresholds).collect(),
            _ => Vec::new(),
        }
    }
}

/// The first answer that settles it wherever it stands; else what is open; else the other one.
fn settle(
    parts: &[Condition],
    settles: Answer,
    otherwise: Answer,
    ask: impl Fn(&Condition) -> Answer,
) -> Answer {
    let mut open = 0;
    for part in parts {
        match ask(part) {
            Answer::Open(bits) => open |= bits,
            answer if answer == settles => return settles,
            _ => {}
        }
    }
    if open == 0 { otherwise } else { Answer::Open(open) }
}

/// The number of the country that a place is a part of.
fn parent(place: u64) -> Option<u64> {
    u16::try_from(place).ok().and_then(Place::at)?.parent().map(|p| p.index().into())
}

fn bit(position: u64) -> u64 {
    u32::try_from(position).ok().and_then(|p| 1_u64.checked_shl(p)).unwrap_or(0)
}

impl Target {
    fn has(self, place: u64, tables: &Tables) -> bool {
        let Some(place) = u16::try_from(place).ok().and_then(Place::at) else { return false };
        let is_or_in = |test: &dyn Fn(Place) -> bool| test(place) || place.parent().is_some_and(test);
        match self {
            Target::Place(other) => is_or_in(&|p| p.index() == other),
            Target::List(at) => tables.lists.get(at).is_some_and(|list| is_or_in(&|p| list.contains(p))),
        }
    }
}

impl Relation {
    fn holds(self, value: u64, number: u64) -> bool {
        match self {
            Relation::Less => value < number,
            Relation::AtMost => value <= number,
            Relation::Equal => value == number,
        }
    }
}

impl Number {
    /// An edition is not built while a threshold that its rules count against has no value.
    fn value(self, tables: &Tables) -> u64 {
        match self {
            Number::Fixed(number) => number,
            Number::Threshold(at) => tables.thresholds.get(at).copied().flatten().unwrap_or(0),
        }
    }
}

/// The number of a place in conditions.
pub(crate) fn place_number(name: &str) -> Result<u64, terms::UnknownPlace> {
    if name == "none" { Ok(NO_PLACE) } else { name.parse::<Place>().map(|p| p.index().into()) }
}
