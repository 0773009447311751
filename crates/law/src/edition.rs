//! The whole law as of one date, content-hashed, ready to rule.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use terms::{Counts, Flow, Place, PlaceSet, Ruling};

use crate::book::{Axis, Book};
use crate::condition::Tables;
use crate::evaluate::Evaluated;
use crate::facts::{self, LegFacts};
use crate::findings::{Findings, Found, Keys, Stance, WayFound, confirm};
use crate::leg::{self, Access, Leg};
use crate::schema::Attribute;
use crate::statement::{Kind, Statement};

mod build;
mod memo;

use memo::{Signature, SignatureRef};

/// How many findings an edition remembers: more than an estate has kinds of flows, and few enough for two full editions to stay small
/// (some 4 KB each).
const MEMO: usize = 2_048;

/// Why the law could not be asked. Never a permit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// The flow names so many places that they cannot all be ruled on.
    #[error("the flow has more than {most} combinations of places; split it", most = leg::MOST_LEGS)]
    TooManyPlaces,
    /// The edition itself could not be built.
    #[error("the edition cannot be built: {0}")]
    Build(String),
}

/// The whole law as of one date.
pub struct Edition {
    hash: String,
    /// The statements that rule, in the order of the law.
    pub(crate) rules: Vec<Arc<Statement>>,
    /// The positions of the ways of each statement.
    ways: Vec<Vec<usize>>,
    pub(crate) tables: Tables,
    slices: Vec<Slice>,
    blocs: HashMap<Place, PlaceSet>,
    covered: PlaceSet,
    breaks: Vec<u64>,
    overdue: HashSet<String>,
    memo: quick_cache::sync::Cache<Signature, Arc<Findings>>,
}

/// The provisions of one book, and when they can bite.
struct Slice {
    title: String,
    restricts: bool,
    hooks: PlaceSet,
    axes: Vec<Axis>,
    provisions: Vec<usize>,
}

impl Edition {
    /// Hash of everything that rules in this edition.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// The statements that rule in this edition.
    pub fn statements(&self) -> impl Iterator<Item = &Statement> {
        self.rules.iter().map(Arc::as_ref)
    }

    /// The numbers at which some law's count changes the answer, in order: volumes between two of them are alike.
    pub fn breaks(&self) -> &[u64] {
        &self.breaks
    }

    /// The places whose law somebody has looked at, and the members of a bloc on the day.
    pub fn covered(&self) -> &PlaceSet {
        &self.covered
    }

    /// Whether the day on which a provision should have been looked at again has passed.
    pub fn is_overdue(&self, provision: &str) -> bool {
        self.overdue.contains(provision)
    }

    /// What the law says of a flow.
    pub fn rule(&self, flow: &Flow, stance: Stance) -> Result<Ruling, RuleError> {
        Ok(self.findings(flow, stance)?.ruling(&flow.safeguards, &self.hash))
    }

    /// The titles of the rulebooks that had a say in a flow, whether or not any of their provisions bites.
    pub fn consulted(&self, flow: &Flow) -> Result<Vec<&str>, RuleError> {
        let legs = self.legs(flow)?;
        let had_say = |s: &&Slice| s.restricts && legs.iter().any(|leg| s.is_hooked(leg));
        Ok(self.slices.iter().filter(had_say).map(|s| s.title.as_str()).collect())
    }

    /// What the law finds in a flow whatever is held; remembered, since it is the costly part.
    pub fn findings(&self, flow: &Flow, stance: Stance) -> Result<Arc<Findings>, RuleError> {
        let volume = flow.volume.map(|v| self.rounded(v));
        let counts: Counts = flow.counts.map(|v| self.rounded(v));
        let key = SignatureRef { flow, volume, counts, stance };
        if let Some(findings) = self.memo.get(&key) {
            return Ok(findings);
        }
        let plain = Flow { as_of: None, volume, counts, ..flow.without_safeguards() };
        let findings = Arc::new(self.find(&plain, stance)?);
        self.memo.insert(Signature { flow: plain, stance }, findings.clone());
        Ok(findings)
    }

    /// The last break at or below `volume`.
    fn rounded(&self, volume: u64) -> u64 {
        let below = self.breaks.partition_point(|b| *b <= volume);
        below.checked_sub(1).and_then(|i| self.breaks.get(i)).copied().unwrap_or(0)
    }

    /// The findings of a flow, without the memo.
    pub fn find(&self, flow: &Flow, stance: Stance) -> Result<Findings, RuleError> {
        let mut all = Findings { stance: Some(stance), ..Findings::default() };
        let mut remote = Findings { stance: Some(stance), ..Findings::default() };
        let mut unstated = false;
        for leg in &self.legs(flow)? {
            let found = self.leg(flow, leg, stance);
            if leg.access == Access::RemoteUnknown {
                unstated = true;
                remote.and(found);
            } else {
                all.and(found);
            }
        }
        all.remote = unstated.then(|| Box::new(remote));
        Ok(all)
    }

    pub(crate) fn legs(&self, flow: &Flow) -> Result<Vec<Leg>, RuleError> {
        leg::legs(flow, &|p: Place| self.blocs.get(&p).copied()).ok_or(RuleError::TooManyPlaces)
    }

    fn leg(&self, flow: &Flow, leg: &Leg, stance: Stance) -> Findings {
        let facts = LegFacts::of(flow, leg);
        let evaluated = self.evaluate(&self.hooked(leg), &facts, stance);
        let keys = |bits: u64| -> Keys {
            let mut keys: Keys = Attribute::of(bits).map(|a| facts::fact(a, flow, leg)).collect();
            keys.sort_unstable();
            keys.dedup();
            keys
        };
        let mut findings = self.gather(&evaluated, &keys);
        findings.gaps = self.gaps(flow, leg);
        findings.remind_of_reviews(|provision| self.is_overdue(provision));
        let taken = keys(evaluated.assumed);
        findings.confirm = taken.iter().map(|fact| confirm(fact, &format!("the fact `{fact}`"))).collect();
        findings
    }

    /// The provisions that can bite on a leg: those of the books hooked by one of its sides. An unknown side hooks all.
    fn hooked(&self, leg: &Leg) -> Vec<usize> {
        let hooked = self.slices.iter().filter(|s| s.is_hooked(leg));
        hooked.flat_map(|s| s.provisions.iter().copied()).collect()
    }

    /// The positions of the ways of a provision.
    pub(crate) fn ways_of(&self, provision: usize) -> &[usize] {
        self.ways.get(provision).map(Vec::as_slice).unwrap_or_default()
    }

    fn gather(&self, evaluated: &Evaluated, keys: &impl Fn(u64) -> Keys) -> Findings {
        let mut findings = Findings::default();
        for ((at, open), ways) in evaluated.provisions.iter().zip(&evaluated.ways) {
            let Some(statement) = self.rules.get(*at) else { continue };
            let Kind::Provision { exposure, ask, .. } = &statement.kind else { continue };
            match exposure {
                Some(_) if *open == 0 => findings.exposure.push(statement.clone()),
                Some(_) => {}
                None => {
                    let turns_on = keys(*open).into_iter().chain(*ask).collect();
                    findings.found.push(Found::new(statement.clone(), turns_on, self.found_ways(ways, keys)));
                }
            }
        }
        findings
    }

    fn found_ways(&self, ways: &[(usize, u64)], keys: &impl Fn(u64) -> Keys) -> Box<[WayFound]> {
        let found = ways.iter().filter_map(|(at, open)| {
            Some(WayFound { way: self.rules.get(*at)?.clone(), turns_on: keys(*open) })
        });
        found.collect()
    }

    /// Whose law nobody has looked at, and which side is unknown: without them no ruling is possible.
    fn gaps(&self, flow: &Flow, leg: &Leg) -> BTreeSet<String> {
        let mut gaps = BTreeSet::new();
        let mut look = |fact: &str, place: Option<Place>| match place {
            None => drop(gaps.insert(fact.to_owned())),
            Some(p) if self.is_covered(p) => {}
            Some(p) => drop(gaps.insert(format!("law:{p}"))),
        };
        look("export_from", leg.export_from);
        look("export_from", leg.collected_in);
        if flow.contains_personal() != Some(false) {
            look("subject_residence", leg.subject_residence);
        }
        if leg.origin.is_some() {
            look("origin", leg.origin);
        }
        gaps
    }

    /// Whether somebody has looked at the law of a place, or of the country that it is a part of.
    pub fn is_covered(&self, place: Place) -> bool {
        self.covered.contains(place) || place.parent().is_some_and(|p| self.covered.contains(p))
    }

    /// Places, with the members of a bloc on the day in its stead.
    pub fn expanded(&self, places: &PlaceSet) -> PlaceSet {
        leg::expand(places, &|p: Place| self.blocs.get(&p).copied())
    }

    /// Whether a book says that somebody has looked at the law of a place.
    pub(crate) fn covers(&self, book: &Book, place: Place) -> bool {
        let looked = book.coverage.iter().map(|c| self.expanded(&c.places));
        looked.fold(PlaceSet::EMPTY, |all, one| all.union(&one)).contains(place)
    }

    /// Whether a book's law holds in a place on the day: in the place itself, in the country around it, or in a bloc of either.
    pub fn binds(&self, book: &Book, place: Place) -> bool {
        let hooks = self.expanded(&book.hooks);
        hooks.contains(place) || place.parent().is_some_and(|p| hooks.contains(p))
    }
}
