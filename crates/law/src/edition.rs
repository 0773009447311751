//! The whole law as of one date, content-hashed, ready to rule.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};

use cedar_policy::{Entities, Entity, EntityTypeName, PolicySet, RestrictedExpression};
use quick_cache::Equivalent;
use sha2::{Digest, Sha256};
use terms::{Counts, Date, Effect, Flow, Place, PlaceSet, Ruling};

use crate::book::{Axis, Book};
use crate::context::{self, entity};
use crate::evaluate::{Evaluated, EvaluationError, Ground, Judge};
use crate::findings::{Findings, Found, Stance, WayFound, confirm};
use crate::leg::{self, Access, Leg};
use crate::statement::{Kind, Statement, Status};

/// How many findings an edition remembers.
const MEMO: usize = 16_384;

/// Why the law could not be asked. Never a permit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// A statement failed to evaluate: a bug in the law.
    #[error(transparent)]
    Evaluation(#[from] EvaluationError),
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
    judge: Judge,
    place_type: EntityTypeName,
    entities: Entities,
    slices: Vec<Slice>,
    statements: HashMap<String, Statement>,
    ways: HashMap<String, Vec<String>>,
    lists: BTreeMap<String, PlaceSet>,
    thresholds: BTreeMap<String, u64>,
    covered: PlaceSet,
    breaks: Vec<u64>,
    overdue: HashSet<String>,
    policies: Mutex<HashMap<u128, Arc<PolicySet>>>,
    conditions: Mutex<HashMap<Vec<String>, Arc<PolicySet>>>,
    memo: quick_cache::sync::Cache<Signature, Arc<Findings>>,
}

/// The statements of one book, and when they can bite.
struct Slice {
    book: String,
    title: String,
    restricts: bool,
    hooks: PlaceSet,
    axes: Vec<Axis>,
    statements: Vec<String>,
}

/// What findings depend on: a flow without its safeguards and day, its volume rounded down to the last number that any
/// law counts against, and who asks.
#[derive(PartialEq, Eq, Clone)]
struct Signature {
    flow: Flow,
    stance: Stance,
}

struct SignatureRef<'a> {
    flow: &'a Flow,
    volume: Option<u64>,
    counts: Counts,
    stance: Stance,
}

/// The parts of a flow that a signature has, in one order for both forms.
fn parts(flow: &Flow, volume: Option<u64>, counts: Counts) -> impl Hash + PartialEq + '_ {
    let places = (
        &flow.subject_residence,
        &flow.export_from,
        &flow.to_location,
        &flow.vendor_hq,
        &flow.vendor_ultimate_owner,
    );
    (places, flow.data, flow.form, flow.purposes, volume, counts, &flow.facts)
}

impl Hash for Signature {
    fn hash<H: Hasher>(&self, state: &mut H) {
        parts(&self.flow, self.flow.volume, self.flow.counts).hash(state);
        self.stance.hash(state);
    }
}

impl Hash for SignatureRef<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        parts(self.flow, self.volume, self.counts).hash(state);
        self.stance.hash(state);
    }
}

impl Equivalent<Signature> for SignatureRef<'_> {
    fn equivalent(&self, key: &Signature) -> bool {
        self.stance == key.stance
            && parts(self.flow, self.volume, self.counts)
                == parts(&key.flow, key.flow.volume, key.flow.counts)
    }
}

impl Edition {
    pub(crate) fn build(
        books: &[Book],
        statements: &[Statement],
        valid: Date,
        known: Option<Date>,
    ) -> Result<Edition, RuleError> {
        let holds = |s: &&Statement| s.period.holds(valid, known) && s.status != Status::Proposed;
        let active: Vec<&Statement> = statements.iter().filter(holds).collect();
        let lists = lists(books, valid, known);
        let place_type: EntityTypeName = build("Place".parse())?;
        let thresholds: BTreeMap<&str, u64> = books
            .iter()
            .flat_map(|b| &b.thresholds)
            .filter(|t| t.period.holds(valid, known))
            .map(|t| (t.id.as_str(), t.value))
            .collect();
        let members = |p: Place| lists.get(p.code()).copied();
        let coverage = books.iter().flat_map(|b| b.coverage.iter().map(|c| c.places));
        let covered = leg::expand(&coverage.fold(PlaceSet::EMPTY, |all, one| all.union(&one)), &members);
        Ok(Edition {
            hash: hash(&active, &lists, &thresholds),
            judge: build(Judge::new())?,
            entities: entities(&place_type, &lists, &thresholds)?,
            slices: books.iter().map(|b| slice(b, &active, &members)).collect(),
            ways: ways(&active),
            covered,
            breaks: breaks(thresholds.values().copied()),
            overdue: active
                .iter()
                .filter(|s| s.review_by.is_some_and(|d| d < valid))
                .map(|s| s.id.clone())
                .collect(),
            policies: Mutex::default(),
            conditions: Mutex::default(),
            memo: quick_cache::sync::Cache::new(MEMO),
            statements: active.into_iter().map(|s| (s.id.clone(), s.clone())).collect(),
            lists,
            thresholds: thresholds.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
            place_type,
        })
    }

    /// Hash of everything that rules in this edition.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// The statements that rule in this edition.
    pub fn statements(&self) -> impl Iterator<Item = &Statement> {
        self.statements.values()
    }

    /// The lists of this edition with their members, empty ones too.
    pub fn lists(&self) -> &BTreeMap<String, PlaceSet> {
        &self.lists
    }

    /// The numbers that hold in this edition.
    pub fn thresholds(&self) -> &BTreeMap<String, u64> {
        &self.thresholds
    }

    /// The places whose law somebody has looked at. What it says of a country goes for its parts.
    pub fn covered(&self) -> &PlaceSet {
        &self.covered
    }

    /// The places whose law a book is, blocs taken apart, and the sides of a flow that can lie there and make it apply.
    pub fn hook(&self, book: &str) -> Option<(PlaceSet, &[Axis])> {
        self.slices.iter().find(|s| s.book == book).map(|s| (s.hooks, s.axes.as_slice()))
    }

    /// The numbers at which some law's count changes the answer, in order: volumes between two of them are alike.
    pub fn breaks(&self) -> &[u64] {
        &self.breaks
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
        let members = |p: Place| self.lists.get(p.code()).copied();
        let legs = leg::legs(flow, &members).ok_or(RuleError::TooManyPlaces)?;
        let had_say = |s: &&Slice| s.restricts && legs.iter().any(|leg| s.is_hooked(leg));
        Ok(self.slices.iter().filter(had_say).map(|s| s.title.as_str()).collect())
    }

    /// What the law finds in a flow whatever is held; remembered, since it is the costly part.
    pub fn findings(&self, flow: &Flow, stance: Stance) -> Result<Arc<Findings>, RuleError> {
        let volume = flow.volume.map(|v| self.rounded(v));
        let counts = flow.counts.map(|v| self.rounded(v));
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

    /// The findings of a flow, from Cedar, without the memo.
    pub fn find(&self, flow: &Flow, stance: Stance) -> Result<Findings, RuleError> {
        let members = |p: Place| self.lists.get(p.code()).copied();
        let legs = leg::legs(flow, &members).ok_or(RuleError::TooManyPlaces)?;
        let mut all = Findings { stance: Some(stance), ..Findings::default() };
        let mut remote = Findings { stance: Some(stance), ..Findings::default() };
        let mut unstated = false;
        for leg in &legs {
            let found = self.leg(flow, leg, stance)?;
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

    fn leg(&self, flow: &Flow, leg: &Leg, stance: Stance) -> Result<Findings, RuleError> {
        let attributes = context::attributes(flow, leg, &self.place_type);
        let policies = self.policies_for(leg)?;
        let conditions = |open: &[String]| self.conditions_of(open);
        let ground = Ground { policies: &policies, entities: &self.entities, conditions: &conditions };
        let evaluated = self.judge.evaluate(&ground, &attributes, stance == Stance::Border)?;
        let fact = |name: &String| {
            attributes.iter().find(|a| a.name == *name).map_or(name.clone(), |a| a.fact.clone())
        };
        let mut findings = self.gather(&evaluated, &fact);
        findings.gaps = self.gaps(flow, leg);
        findings.remind_of_reviews(|provision| self.is_overdue(provision));
        findings.confirm =
            evaluated.assumed.iter().map(|a| confirm(&fact(a), &format!("the fact `{}`", fact(a)))).collect();
        Ok(findings)
    }

    /// The conditions of some statements, each a policy of its own.
    fn conditions_of(&self, statements: &[String]) -> Result<Arc<PolicySet>, EvaluationError> {
        let mut known = self.conditions.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(conditions) = known.get(statements) {
            return Ok(conditions.clone());
        }
        let all = statements.iter().filter_map(|id| self.statements.get(id)).flat_map(|s| &s.conditions);
        let conditions = PolicySet::from_policies(all.cloned());
        let conditions = Arc::new(conditions.map_err(|e| EvaluationError::Facts(e.to_string()))?);
        known.insert(statements.to_vec(), conditions.clone());
        Ok(conditions)
    }

    fn gather(&self, evaluated: &Evaluated, fact: &impl Fn(&String) -> String) -> Findings {
        let mut turns: HashMap<&str, std::collections::BTreeSet<String>> = HashMap::new();
        evaluated.hold.iter().for_each(|id| drop(turns.insert(id, Default::default())));
        for (id, names) in &evaluated.turn {
            turns.insert(id, names.iter().map(fact).collect());
        }
        let mut findings = Findings::default();
        for (id, turns_on) in &turns {
            let Some(statement) = self.statements.get(*id) else { continue };
            let Kind::Provision { effect, exposure, ask } = &statement.kind else { continue };
            match exposure {
                Some((state, power)) if turns_on.is_empty() => {
                    let exposure = terms::Exposure { state: state.clone(), power: power.clone() };
                    findings.exposure.push((statement.id.clone(), exposure));
                }
                Some(_) => {}
                None => findings.found.push(Found {
                    because: because(statement, *effect),
                    turns_on: turns_on.iter().chain(ask).cloned().collect(),
                    ways: self.ways_of(id, &turns),
                }),
            }
        }
        findings
    }

    fn ways_of(
        &self,
        provision: &str,
        turns: &HashMap<&str, std::collections::BTreeSet<String>>,
    ) -> Vec<WayFound> {
        let ids = self.ways.get(provision).map(Vec::as_slice).unwrap_or_default();
        let mut found: Vec<WayFound> = Vec::new();
        for id in ids {
            if let (Some(turns_on), Some(Statement { kind: Kind::Way { all, .. }, .. })) =
                (turns.get(id.as_str()), self.statements.get(id))
            {
                found.push(WayFound { id: id.clone(), all: all.clone(), turns_on: turns_on.clone() });
            }
        }
        found.sort();
        found
    }

    /// Whose law nobody has looked at, and which side is unknown: without them no ruling is possible.
    fn gaps(&self, flow: &Flow, leg: &Leg) -> std::collections::BTreeSet<String> {
        let mut gaps = std::collections::BTreeSet::new();
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

    fn is_covered(&self, place: Place) -> bool {
        self.covered.contains(place) || place.parent().is_some_and(|p| self.covered.contains(p))
    }

    /// The statements that can bite on a leg: those of the books hooked by one of its sides. An unknown side hooks all.
    fn policies_for(&self, leg: &Leg) -> Result<Arc<PolicySet>, RuleError> {
        let mask = self
            .slices
            .iter()
            .enumerate()
            .filter(|(_, s)| s.is_hooked(leg))
            .fold(0_u128, |m, (i, _)| m | 1 << (i % 128));
        let mut known = self.policies.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(policies) = known.get(&mask) {
            return Ok(policies.clone());
        }
        let mut policies = PolicySet::new();
        let chosen = self.slices.iter().enumerate().filter(|(i, _)| mask & (1 << (i % 128)) != 0);
        for id in chosen.flat_map(|(_, s)| &s.statements) {
            if let Some(statement) = self.statements.get(id) {
                policies.add(statement.policy.clone()).map_err(|e| RuleError::Build(e.to_string()))?;
            }
        }
        let policies = Arc::new(policies);
        known.insert(mask, policies.clone());
        Ok(policies)
    }
}

impl Slice {
    /// Whether one of a leg's sides is in a place of the book. An unknown side may be.
    fn is_hooked(&self, leg: &Leg) -> bool {
        self.axes.iter().any(|a| side(leg, *a).is_none_or(|p| inside(&self.hooks, p)))
    }
}

fn build<T, E: std::fmt::Display>(result: Result<T, E>) -> Result<T, RuleError> {
    result.map_err(|e| RuleError::Build(e.to_string()))
}

fn because(statement: &Statement, effect: Effect) -> terms::Because {
    terms::Because {
        provision: statement.id.clone(),
        cite: statement.cite.clone(),
        effect,
        summary: statement.summary.clone(),
        confidence: statement.confidence,
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

fn lists(books: &[Book], valid: Date, known: Option<Date>) -> BTreeMap<String, PlaceSet> {
    let names = books.iter().flat_map(|b| b.lists.iter().cloned());
    let mut lists: BTreeMap<String, PlaceSet> = names.map(|name| (name, PlaceSet::EMPTY)).collect();
    for listing in books.iter().flat_map(|b| &b.listings) {
        let members = lists.entry(listing.list.clone()).or_default();
        if listing.period.holds(valid, known) {
            members.insert(listing.place);
        }
    }
    lists
}

fn slice(book: &Book, active: &[&Statement], members: &impl Fn(Place) -> Option<PlaceSet>) -> Slice {
    let of_book = || active.iter().filter(|s| s.book == book.id);
    let restricts = |s: &&&Statement| {
        matches!(s.kind, Kind::Provision { effect: Effect::Forbid | Effect::Condition, .. })
    };
    Slice {
        book: book.id.clone(),
        title: book.title.clone(),
        restricts: of_book().any(|s| restricts(&s)),
        hooks: leg::expand(&book.hooks, members),
        axes: book.axes.clone(),
        statements: of_book().map(|s| s.id.clone()).collect(),
    }
}

fn ways(active: &[&Statement]) -> HashMap<String, Vec<String>> {
    let mut ways: HashMap<String, Vec<String>> = HashMap::new();
    for statement in active {
        if let Kind::Way { of, .. } = &statement.kind {
            of.iter().for_each(|p| ways.entry(p.clone()).or_default().push(statement.id.clone()));
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

fn entities(
    place_type: &EntityTypeName,
    lists: &BTreeMap<String, PlaceSet>,
    thresholds: &BTreeMap<&str, u64>,
) -> Result<Entities, RuleError> {
    let list_type: EntityTypeName = build("List".parse())?;
    let threshold_type: EntityTypeName = build("Threshold".parse())?;
    let mut all: Vec<Entity> = Vec::new();
    for place in Place::all() {
        let holds = |(_, members): &(&String, &PlaceSet)| members.contains(place);
        let mut parents: HashSet<_> =
            lists.iter().filter(holds).map(|(name, _)| entity(&list_type, name)).collect();
        parents.extend(place.parent().map(|p| entity(place_type, p.code())));
        all.push(Entity::new_no_attrs(entity(place_type, place.code()), parents));
    }
    all.push(Entity::new_no_attrs(entity(place_type, "none"), HashSet::new()));
    all.extend(lists.keys().map(|name| Entity::new_no_attrs(entity(&list_type, name), HashSet::new())));
    for (name, value) in thresholds {
        let value = RestrictedExpression::new_long(i64::try_from(*value).unwrap_or(i64::MAX));
        let attributes = HashMap::from([("value".to_owned(), value)]);
        all.push(build(Entity::new(entity(&threshold_type, name), attributes, HashSet::new()))?);
    }
    build(Entities::from_entities(all, None))
}

fn hash(
    active: &[&Statement],
    lists: &BTreeMap<String, PlaceSet>,
    thresholds: &BTreeMap<&str, u64>,
) -> String {
    let mut lines: Vec<String> =
        active.iter().map(|s| format!("{} {} {:?} {}", s.id, s.cite, s.kind, s.policy)).collect();
    lines.extend(lists.iter().map(|(name, members)| format!("list {name}: {members}")));
    lines.extend(thresholds.iter().map(|(name, value)| format!("threshold {name}: {value}")));
    lines.sort();
    let mut hasher = Sha256::new();
    hasher.update(crate::schema::text());
    for line in lines {
        hasher.update((line.len() as u64).to_be_bytes());
        hasher.update(line);
    }
    data_encoding::HEXLOWER.encode(&hasher.finalize())
}
