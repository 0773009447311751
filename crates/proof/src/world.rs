//! What facts there are, which values each can take, and what an edition's lists and numbers are.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use law::{Axis, Book};
use terms::{Category, Form, Operation, PartyKind, Place, PlaceSet, Purpose, Relation, Token};

use crate::dated::Dated;
use crate::formula::{Formula, Name};

/// What a fact of the schema can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    /// A place, by its number; `NO_PLACE` for an origin that there is not.
    Place,
    /// A word of a vocabulary, by its position.
    Word(Vocabulary),
    /// Yes or no.
    Flag,
    /// A count, or a share in hundredths of a percent.
    Number,
    /// A set of words: one flag for each.
    Set(Vocabulary),
}

/// A closed vocabulary of the schema's strings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Vocabulary {
    Category,
    Form,
    Operation,
    PartyKind,
    Purpose,
    Relation,
}

impl Vocabulary {
    /// Its words, in the order of their numbers.
    pub(crate) fn words(self) -> Vec<&'static str> {
        fn names<T: Token>() -> Vec<&'static str> {
            T::ALL.iter().map(|t| t.name()).collect()
        }
        match self {
            Vocabulary::Category => names::<Category>(),
            Vocabulary::Form => names::<Form>(),
            Vocabulary::Operation => names::<Operation>(),
            Vocabulary::PartyKind => names::<PartyKind>(),
            Vocabulary::Purpose => names::<Purpose>(),
            Vocabulary::Relation => names::<Relation>(),
        }
    }

    /// The number of a word.
    pub(crate) fn number(self, word: &str) -> Option<i64> {
        self.words().iter().position(|w| *w == word).map(|i| i as i64)
    }
}

/// The number of the place that is none.
pub(crate) fn no_place() -> i64 {
    Place::all().count() as i64
}

/// The largest share of an owner: all of it.
const WHOLE_SHARE: i64 = 10_000;

/// The facts of the schema, and the lists and numbers of one edition.
#[derive(Debug, Clone)]
pub(crate) struct World {
    sorts: BTreeMap<String, Sort>,
    lists: BTreeMap<String, PlaceSet>,
    thresholds: BTreeMap<String, u64>,
}

impl World {
    /// The world of a dated law, or the attribute of the schema that is of no sort known here.
    pub(crate) fn of(dated: &Dated<'_>) -> Result<World, String> {
        let (law, edition) = (dated.law, &dated.edition);
        Ok(World {
            sorts: sorts(&law::schema())?,
            lists: law.lists(edition).map(|(name, members)| (name.to_owned(), members)).collect(),
            thresholds: law.thresholds(edition).map(|(name, value)| (name.to_owned(), value)).collect(),
        })
    }

    /// The world in which two editions are compared: a bloc that either takes apart is no place of a leg.
    pub(crate) fn joined(&self, other: &World) -> World {
        let mut joined = self.clone();
        joined.lists.extend(other.lists.iter().map(|(name, members)| (name.clone(), *members)));
        joined
    }

    pub(crate) fn sort(&self, name: &str) -> Option<Sort> {
        let made = name.contains(':').then_some(Sort::Flag);
        self.sorts.get(name).copied().or(made)
    }

    pub(crate) fn sorts(&self) -> impl Iterator<Item = (&str, Sort)> {
        self.sorts.iter().map(|(name, sort)| (name.as_str(), *sort))
    }

    pub(crate) fn threshold(&self, id: &str) -> Option<i64> {
        self.thresholds.get(id).map(|v| i64::try_from(*v).unwrap_or(i64::MAX))
    }

    /// The members of a list, with the parts of countries that are members.
    pub(crate) fn list(&self, id: &str) -> Option<PlaceSet> {
        self.lists.get(id).map(with_parts)
    }

    /// The places that a leg can have on a side: a bloc whose members are known is taken apart before.
    pub(crate) fn places(&self) -> impl Iterator<Item = Place> + '_ {
        Place::all().filter(|p| !(p.is_bloc() && self.lists.contains_key(p.code())))
    }

    /// Which values of the facts of a formula are facts of some flow.
    pub(crate) fn domain(&self, name: &Name) -> Formula {
        match self.sort(name) {
            Some(Sort::Place) => {
                let none = (**name == *"origin").then(no_place);
                Formula::within(name, self.places().map(|p| i64::from(p.index())).chain(none))
            }
            Some(Sort::Word(words)) => {
                Formula::Within(name.clone(), vec![(0, words.words().len() as i64 - 1)])
            }
            Some(Sort::Number) => {
                let most = if **name == *"owner_share" { WHOLE_SHARE } else { i64::MAX };
                Formula::Within(name.clone(), vec![(0, most)])
            }
            Some(Sort::Flag | Sort::Set(_)) | None => Formula::True,
        }
    }
}

/// A set of places with the parts of those among them that are countries.
pub(crate) fn with_parts(places: &PlaceSet) -> PlaceSet {
    static PARTS: LazyLock<Vec<(Place, Place)>> =
        LazyLock::new(|| Place::all().filter_map(|p| Some((p, p.parent()?))).collect());
    let parts = PARTS.iter().filter(|(_, country)| places.contains(*country)).map(|(part, _)| *part);
    parts.fold(*places, PlaceSet::with)
}

/// That one of the sides on which a book hooks lies in one of its places.
pub(crate) fn hook(book: &Book, world: &World) -> Formula {
    let members = |p: Place| if p.is_bloc() { world.lists.get(p.code()).copied() } else { None };
    let places = book.hooks.iter().map(|p| members(p).unwrap_or_else(|| p.into()));
    let places = places.fold(PlaceSet::EMPTY, |all, one| all.union(&one));
    let inside: Vec<i64> = with_parts(&places).iter().map(|p| i64::from(p.index())).collect();
    Formula::any(book.axes.iter().map(|axis| Formula::within(side(*axis), inside.iter().copied())))
}

fn side(axis: Axis) -> &'static str {
    match axis {
        Axis::SubjectResidence => "subject_residence",
        Axis::SubjectCitizenship => "subject_citizenship",
        Axis::ExportFrom => "export_from",
        Axis::CollectedIn => "collected_in",
        Axis::DirectedAt => "directed_at",
        Axis::ToLocation => "to",
        Axis::VendorHq => "vendor_hq",
        Axis::VendorOrganisedIn => "vendor_organised_in",
        Axis::VendorUltimateOwner => "vendor_ultimate_owner",
    }
}

/// The attributes of the context, from the text of the schema.
fn sorts(schema: &str) -> Result<BTreeMap<String, Sort>, String> {
    let body =
        schema.split_once("context: {").and_then(|(_, rest)| rest.split_once('}')).map(|(body, _)| body);
    let pairs = body.unwrap_or_default().split(',').filter_map(|pair| pair.split_once(':'));
    let sort = |(name, kind): (&str, &str)| {
        let (name, kind) = (name.trim(), kind.trim());
        of_kind(name, kind).map(|s| (name.to_owned(), s)).ok_or_else(|| format!("{name}: {kind}"))
    };
    pairs.map(sort).collect()
}

fn of_kind(name: &str, kind: &str) -> Option<Sort> {
    Some(match (kind, name) {
        ("Place", _) => Sort::Place,
        ("Bool", _) => Sort::Flag,
        ("Long", _) => Sort::Number,
        ("String", "form") => Sort::Word(Vocabulary::Form),
        ("String", "operation") => Sort::Word(Vocabulary::Operation),
        ("String", "relation") => Sort::Word(Vocabulary::Relation),
        ("String", "exporter_kind" | "importer_kind") => Sort::Word(Vocabulary::PartyKind),
        ("Set<String>", "data") => Sort::Set(Vocabulary::Category),
        ("Set<String>", "purposes") => Sort::Set(Vocabulary::Purpose),
        _ => return None,
    })
}
