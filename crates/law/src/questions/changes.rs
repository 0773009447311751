//! What differs between two states of the law: two days, or two sets of rulebooks.

use std::collections::{BTreeMap, BTreeSet};

use terms::{Date, Effect, Place};

use crate::{Book, Kind, Law, Listing, Period, Statement, Status, Threshold};

mod fields;

/// A state of the law.
#[derive(Clone, Copy)]
pub struct Side<'a> {
    /// The rulebooks.
    pub law: &'a Law,
    /// The day; the law of all days where absent.
    pub day: Option<Date>,
}

/// What differs. Empty if nothing does.
#[derive(Debug, Clone, Default)]
pub struct Changes<'a> {
    /// Rulebooks; only where two sets of them are compared.
    pub books: Vec<BookChange<'a>>,
    /// Provisions and ways, provisions first.
    pub statements: Vec<StatementChange<'a>>,
    /// Rows of lists.
    pub lists: Vec<ListChange<'a>>,
    /// Thresholds.
    pub thresholds: Vec<ThresholdChange<'a>>,
}

/// What happened to something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It is new.
    Added,
    /// It is there no more.
    Gone,
    /// It says otherwise.
    Changed(Vec<Aspect>),
}

/// What of something says otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aspect {
    /// Which part: `condition`, `summary`, `from`.
    pub what: &'static str,
    /// As it was.
    pub before: String,
    /// As it is.
    pub after: String,
}

/// A rulebook that differs.
#[derive(Debug, Clone)]
pub struct BookChange<'a> {
    /// The rulebook as it is, or as it was if it is gone.
    pub book: &'a Book,
    /// What happened.
    pub change: Change,
}

/// A provision or way that differs.
#[derive(Debug, Clone)]
pub struct StatementChange<'a> {
    /// The statement as it is, or as it was if it is gone.
    pub statement: &'a Statement,
    /// What happened.
    pub change: Change,
}

/// A member of a list that came or went.
#[derive(Debug, Clone)]
pub struct ListChange<'a> {
    /// The row.
    pub row: &'a Listing,
    /// Whether it came.
    pub added: bool,
}

/// A threshold that differs.
#[derive(Debug, Clone)]
pub struct ThresholdChange<'a> {
    /// As it was.
    pub before: Option<&'a Threshold>,
    /// As it is.
    pub after: Option<&'a Threshold>,
}

impl<'a> Side<'a> {
    /// What differs between this state and a later or other one.
    pub fn changes(&self, after: &Side<'a>) -> Changes<'a> {
        Changes {
            books: if std::ptr::eq(self.law, after.law) { Vec::new() } else { books(self.law, after.law) },
            statements: statements(self, after),
            lists: lists(self, after),
            thresholds: thresholds(self, after),
        }
    }

    fn statements(&self) -> impl Iterator<Item = &'a Statement> {
        let day = self.day;
        let rules = move |s: &&Statement| day.is_none_or(|day| s.rules_on(day));
        self.law.statements().iter().map(AsRef::as_ref).filter(rules)
    }

    fn holds(&self, period: &Period) -> bool {
        self.day.is_none_or(|day| period.holds(day, None))
    }
}

impl Changes<'_> {
    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.books.is_empty()
            && self.statements.is_empty()
            && self.lists.is_empty()
            && self.thresholds.is_empty()
    }
}

fn books<'a>(before: &'a Law, after: &'a Law) -> Vec<BookChange<'a>> {
    let find = |law: &'a Law, id: &str| law.books().iter().find(|b| b.id == id);
    let ids: BTreeSet<&str> = before.books().iter().chain(after.books()).map(|b| b.id.as_str()).collect();
    let change = |id: &str| match (find(before, id), find(after, id)) {
        (Some(was), Some(is)) => {
            let aspects = fields::differing(fields::of_book(was), fields::of_book(is));
            (!aspects.is_empty()).then_some(BookChange { book: is, change: Change::Changed(aspects) })
        }
        (None, Some(book)) => Some(BookChange { book, change: Change::Added }),
        (Some(book), None) => Some(BookChange { book, change: Change::Gone }),
        (None, None) => None,
    };
    ids.into_iter().filter_map(change).collect()
}

/// What a statement is known by: a provision by its id, a way by what it meets and with what, since its id is only its position.
fn key(statement: &Statement) -> (bool, String) {
    match &statement.kind {
        Kind::Provision { .. } => (false, statement.id.clone()),
        Kind::Way { of, all } => {
            let of: BTreeSet<&str> = of.iter().map(String::as_str).collect();
            (true, format!("{} {of:?} {all:?}", statement.book))
        }
    }
}

fn statements<'a>(before: &Side<'a>, after: &Side<'a>) -> Vec<StatementChange<'a>> {
    let mut by_key: BTreeMap<(bool, String), [Vec<&'a Statement>; 2]> = BTreeMap::new();
    for (side, at) in [(before, 0), (after, 1)] {
        for statement in side.statements() {
            by_key.entry(key(statement)).or_default().get_mut(at).into_iter().for_each(|s| s.push(statement));
        }
    }
    by_key.into_values().flat_map(|[was, is]| matched(was, is)).collect()
}

/// Statements of one key: what is alike on both sides is no change, the rest is matched in order.
fn matched<'a>(mut was: Vec<&'a Statement>, mut is: Vec<&'a Statement>) -> Vec<StatementChange<'a>> {
    was.retain(|old| {
        let alike = is.iter().position(|new| fields::alike(old, new));
        alike.map(|at| is.remove(at)).is_none()
    });
    let pairs = was.len().min(is.len());
    let (gone, added) = (was.split_off(pairs), is.split_off(pairs));
    let changed = was.into_iter().zip(is).map(|(old, new)| StatementChange {
        statement: new,
        change: Change::Changed(fields::differing(fields::of_statement(old), fields::of_statement(new))),
    });
    let whole = |change: Change| move |statement| StatementChange { statement, change: change.clone() };
    changed
        .chain(added.into_iter().map(whole(Change::Added)))
        .chain(gone.into_iter().map(whole(Change::Gone)))
        .collect()
}

/// A row's name: with its dates where all days are compared, without where one day is.
type RowKey<'a> = (&'a str, Place, Option<Period>);

fn rows<'a>(side: &Side<'a>) -> BTreeMap<String, &'a Listing> {
    let key = |l: &Listing| -> String {
        let key: RowKey<'_> = (&l.list, l.place, side.day.is_none().then_some(l.period));
        format!("{key:?}")
    };
    let all = side.law.books().iter().flat_map(|b| &b.listings);
    all.filter(|l| side.holds(&l.period)).map(|l| (key(l), l)).collect()
}

fn lists<'a>(before: &Side<'a>, after: &Side<'a>) -> Vec<ListChange<'a>> {
    let (was, is) = (rows(before), rows(after));
    let added =
        is.iter().filter(|(key, _)| !was.contains_key(*key)).map(|(_, row)| ListChange { row, added: true });
    let gone =
        was.iter().filter(|(key, _)| !is.contains_key(*key)).map(|(_, row)| ListChange { row, added: false });
    added.chain(gone).collect()
}

fn thresholds<'a>(before: &Side<'a>, after: &Side<'a>) -> Vec<ThresholdChange<'a>> {
    let of = |side: &Side<'a>| -> BTreeMap<(&'a str, Option<Date>), &'a Threshold> {
        let key = |t: &'a Threshold| (t.id.as_str(), t.period.from.filter(|_| side.day.is_none()));
        let all = side.law.books().iter().flat_map(|b| &b.thresholds);
        all.filter(|t| side.holds(&t.period)).map(|t| (key(t), t)).collect()
    };
    let (was, is) = (of(before), of(after));
    let whole = before.day.is_none() || after.day.is_none();
    let alike = |a: &Threshold, b: &Threshold| {
        let says = |t: &Threshold| (t.value, t.unit, t.window, whole.then_some((t.period, t.cite.clone())));
        says(a) == says(b)
    };
    let keys: BTreeSet<_> = was.keys().chain(is.keys()).copied().collect();
    let change = |key| ThresholdChange { before: was.get(&key).copied(), after: is.get(&key).copied() };
    let differs = |c: &ThresholdChange<'_>| !matches!((c.before, c.after), (Some(a), Some(b)) if alike(a, b));
    keys.into_iter().map(change).filter(differs).collect()
}

impl Statement {
    /// What it does, in one word: its effect, or `way`.
    pub fn what(&self) -> &'static str {
        match &self.kind {
            Kind::Way { .. } => "way",
            Kind::Provision { effect, .. } => effect_name(*effect),
        }
    }
}

/// An effect, as rulebooks write it.
pub(crate) fn effect_name(effect: Effect) -> &'static str {
    match effect {
        Effect::Forbid => "forbid",
        Effect::Condition => "condition",
        Effect::Duty => "duty",
        Effect::Exposure => "exposure",
        Effect::Unclear => "unclear",
    }
}

impl Status {
    /// The word in rulebooks and output.
    pub fn name(self) -> &'static str {
        match self {
            Status::InForce => "in_force",
            Status::Enacted => "enacted",
            Status::Proposed => "proposed",
        }
    }
}
