//! From all rulebooks to the edition of one day.

use std::collections::HashMap;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use terms::{Date, Effect, Place, PlaceSet};

use super::{Edition, MEMO, RuleError, Slice};
use crate::book::{Axis, Book};
use crate::condition::{Names, Tables};
use crate::leg::{self, Leg};
use crate::statement::{Kind, Statement, Status};

impl Edition {
    /// The statements, lists and thresholds that hold on `valid`, as known on `known`.
    pub(crate) fn build(
        books: &[Book],
        statements: &[Arc<Statement>],
        names: &Names,
        valid: Date,
        known: Option<Date>,
    ) -> Result<Edition, RuleError> {
        let holds = |s: &&Arc<Statement>| s.period.holds(valid, known) && s.status != Status::Proposed;
        let rules: Vec<Arc<Statement>> = statements.iter().filter(holds).cloned().collect();
        let tables = tables(books, names, valid, known);
        check_thresholds(&rules, &tables, names)?;
        let blocs = blocs(names, &tables);
        let members = |p: Place| blocs.get(&p).copied();
        let coverage = books.iter().flat_map(|b| b.coverage.iter().map(|c| c.places));
        let late = |s: &&Arc<Statement>| s.review_by.is_some_and(|d| d < valid);
        Ok(Edition {
            hash: hash(&rules, &tables, names),
            slices: books.iter().map(|b| slice(b, &rules, &members)).collect(),
            ways: ways(&rules),
            covered: leg::expand(&coverage.fold(PlaceSet::EMPTY, |all, one| all.union(&one)), &members),
            breaks: breaks(tables.thresholds.iter().copied().flatten()),
            overdue: rules.iter().filter(late).map(|s| s.id.clone()).collect(),
            memo: quick_cache::sync::Cache::new(MEMO),
            rules,
            blocs,
            tables,
        })
    }
}

fn tables(books: &[Book], names: &Names, valid: Date, known: Option<Date>) -> Tables {
    let mut tables = Tables {
        lists: vec![PlaceSet::EMPTY; names.lists.len()],
        thresholds: vec![None; names.thresholds.len()],
    };
    for row in books.iter().flat_map(|b| &b.listings).filter(|l| l.period.holds(valid, known)) {
        let list = names.lists.get(&row.list).and_then(|at| tables.lists.get_mut(*at));
        list.into_iter().for_each(|list| list.insert(row.place));
    }
    for row in books.iter().flat_map(|b| &b.thresholds).filter(|t| t.period.holds(valid, known)) {
        let threshold = names.thresholds.get(&row.id).and_then(|at| tables.thresholds.get_mut(*at));
        threshold.into_iter().for_each(|value| *value = Some(row.value));
    }
    tables
}

/// A rule that counts against a number which has no value on that day would silently count against nothing.
fn check_thresholds(rules: &[Arc<Statement>], tables: &Tables, names: &Names) -> Result<(), RuleError> {
    for rule in rules {
        let valueless = |at: &usize| tables.thresholds.get(*at).copied().flatten().is_none();
        if let Some(at) = rule.condition.thresholds().into_iter().find(valueless) {
            let name = names.thresholds.iter().find(|(_, i)| **i == at).map_or("", |(name, _)| name);
            let message = format!("`{}` counts against `{name}`, which has no value on that day", rule.id);
            return Err(RuleError::Build(message));
        }
    }
    Ok(())
}

/// The lists whose names are blocs, such as `EEA`.
fn blocs(names: &Names, tables: &Tables) -> HashMap<Place, PlaceSet> {
    let bloc = |(name, at): (&String, &usize)| {
        let place = name.parse::<Place>().ok().filter(|p| p.is_bloc())?;
        Some((place, *tables.lists.get(*at)?))
    };
    names.lists.iter().filter_map(bloc).collect()
}

fn slice(book: &Book, rules: &[Arc<Statement>], members: &impl Fn(Place) -> Option<PlaceSet>) -> Slice {
    let provisions = rules.iter().enumerate().filter_map(|(at, s)| match &s.kind {
        Kind::Provision { effect, .. } if s.book == book.id => Some((at, *effect)),
        _ => None,
    });
    let provisions: Vec<(usize, Effect)> = provisions.collect();
    Slice {
        title: book.title.clone(),
        restricts: provisions.iter().any(|(_, e)| matches!(e, Effect::Forbid | Effect::Condition)),
        hooks: leg::expand(&book.hooks, members),
        axes: book.axes.clone(),
        provisions: provisions.into_iter().map(|(at, _)| at).collect(),
    }
}

impl Slice {
    /// Whether one of a leg's sides is in a place of the book. An unknown side may be.
    pub(super) fn is_hooked(&self, leg: &Leg) -> bool {
        self.axes.iter().any(|a| side(leg, *a).is_none_or(|p| inside(&self.hooks, p)))
    }
}

fn side(leg: &Leg, axis: Axis) -> Option<Place> {
    match axis {
        Axis::SubjectResidence => leg.subject_residence,
        Axis::SubjectCitizenship => leg.subject_citizenship,
        Axis::ExportFrom => leg.export_from,
        Axis::CollectedIn => leg.collected_in,
        Axis::DirectedAt => leg.directed_at,
        Axis::ToLocation => leg.to,
        Axis::VendorHq => leg.vendor_hq,
        Axis::VendorOrganisedIn => leg.vendor_organised_in,
        Axis::VendorUltimateOwner => leg.vendor_ultimate_owner,
    }
}

fn inside(hooks: &PlaceSet, place: Place) -> bool {
    hooks.contains(place) || place.parent().is_some_and(|p| hooks.contains(p))
}

/// The positions of the ways of each provision, by the provision's position.
fn ways(rules: &[Arc<Statement>]) -> Vec<Vec<usize>> {
    let positions: HashMap<&str, usize> =
        rules.iter().enumerate().map(|(at, s)| (s.id.as_str(), at)).collect();
    let mut ways = vec![Vec::new(); rules.len()];
    for (at, statement) in rules.iter().enumerate() {
        let Kind::Way { of, .. } = &statement.kind else { continue };
        for provision in of.iter().filter_map(|p| positions.get(p.as_str())) {
            ways.get_mut(*provision).into_iter().for_each(|w| w.push(at));
        }
    }
    ways
}

/// Rules say "at least" or "more than", so a count changes the answer at the number and right after it.
fn breaks(thresholds: impl Iterator<Item = u64>) -> Vec<u64> {
    let mut breaks: Vec<u64> = thresholds.flat_map(|t| [t, t.saturating_add(1)]).collect();
    breaks.sort_unstable();
    breaks.dedup();
    breaks
}

/// Hash of everything that rules: what the statements say, and the lists and numbers that they ask.
fn hash(rules: &[Arc<Statement>], tables: &Tables, names: &Names) -> String {
    let mut lines: Vec<String> =
        rules.iter().map(|s| format!("{} {} {:?} {}", s.id, s.cite, s.kind, s.text)).collect();
    let list = |(name, at): (&String, &usize)| {
        tables.lists.get(*at).map(|members| format!("list {name}: {members}"))
    };
    lines.extend(names.lists.iter().filter_map(list));
    let threshold = |(name, at): (&String, &usize)| {
        tables.thresholds.get(*at).copied().flatten().map(|value| format!("threshold {name}: {value}"))
    };
    lines.extend(names.thresholds.iter().filter_map(threshold));
    lines.sort();
    let mut hasher = Sha256::new();
    hasher.update(crate::schema::text());
    for line in lines {
        hasher.update((line.len() as u64).to_be_bytes());
        hasher.update(line);
    }
    data_encoding::HEXLOWER.encode(&hasher.finalize())
}
