//! What the law finds in a flow before it is asked what is held: the part of a ruling that can be remembered.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use smallvec::SmallVec;
use terms::{Because, Duty, Effect, Exposure, MissingFact, Needs, Ruling, SafeguardSet, Verdict, Way};

use crate::explain::MetBy;
use crate::statement::{Kind, Statement};

/// Who asks. A question may use defaults and is told to confirm them; a border may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stance {
    /// Advice: defaults in the exporter's favor are taken and reported as duties to confirm.
    Question,
    /// Admission: such a default is an unknown fact.
    Border,
}

/// Keys of facts, in order.
pub(crate) type Keys = SmallVec<[&'static str; 1]>;

/// A way, and the unknown facts its availability turns on (none if it is available for certain).
#[derive(Debug, Clone)]
pub(crate) struct WayFound {
    pub(crate) way: Arc<Statement>,
    pub(crate) turns_on: Keys,
}

/// A condition, prohibition or duty that bites, or may.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) provision: Arc<Statement>,
    /// The unknown facts that its biting turns on; none if it bites for certain.
    pub(crate) turns_on: Keys,
    pub(crate) ways: Box<[WayFound]>,
    /// What any one way would meet, worked out when it is first asked for.
    needs: OnceLock<Needs>,
}

/// Everything the law finds in a flow, whatever is held.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    pub(crate) found: Vec<Found>,
    /// The provisions that report an exposure.
    pub(crate) exposure: Vec<Arc<Statement>>,
    /// Duties to confirm a default that was taken.
    pub(crate) confirm: Vec<Duty>,
    /// Facts without which no ruling is possible: law nobody looked at, or a side that is unknown.
    pub(crate) gaps: BTreeSet<String>,
    /// What remote access from an unstated place would find, unless evidence excludes it.
    pub(crate) remote: Option<Box<Findings>>,
    pub(crate) stance: Option<Stance>,
}

impl PartialEq for Findings {
    fn eq(&self, other: &Findings) -> bool {
        let ids = |f: &Findings| f.exposure.iter().map(|s| s.id.clone()).collect::<Vec<_>>();
        let rest = |f: &Findings| (f.confirm.clone(), f.gaps.clone(), f.remote.clone(), f.stance);
        self.found == other.found && ids(self) == ids(other) && rest(self) == rest(other)
    }
}

/// How one finding stands once something is held.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    Met,
    Prohibited,
    Missing,
    Unmet,
}

impl WayFound {
    fn all(&self) -> &[terms::Safeguard] {
        match &self.way.kind {
            Kind::Way { all, .. } => all,
            Kind::Provision { .. } => &[],
        }
    }
}

impl Found {
    pub(crate) fn new(provision: Arc<Statement>, turns_on: Keys, ways: Box<[WayFound]>) -> Found {
        Found { provision, turns_on, ways, needs: OnceLock::new() }
    }

    fn standing(&self, held: &SafeguardSet) -> Standing {
        let in_full = |w: &WayFound| w.all().iter().all(|s| held.contains(*s));
        let (mut certain, mut open, mut open_held) = (false, false, false);
        for way in &self.ways {
            match (way.turns_on.is_empty(), in_full(way)) {
                (true, true) => return Standing::Met,
                (true, false) => certain = true,
                (false, held) => (open, open_held) = (true, open_held || held),
            }
        }
        let offers = self.effect() == Effect::Condition;
        match (!self.turns_on.is_empty() || open_held, offers && certain) {
            (true, _) => Standing::Missing,
            (false, true) => Standing::Unmet,
            (false, false) if offers && open => Standing::Missing,
            (false, false) => Standing::Prohibited,
        }
    }

    /// The facts that a missing standing turns on: those of the provision, and of the ways that would meet it.
    fn missing(&self, held: &SafeguardSet) -> BTreeSet<&'static str> {
        let open = || self.ways.iter().filter(|w| !w.turns_on.is_empty());
        let of_held = open().filter(|w| w.all().iter().all(|s| held.contains(*s)));
        let mut missing: BTreeSet<&'static str> =
            self.turns_on.iter().chain(of_held.flat_map(|w| &w.turns_on)).copied().collect();
        if missing.is_empty() {
            missing.extend(open().flat_map(|w| &w.turns_on));
        }
        missing
    }

    /// The clauses that any one way, available for certain, would meet.
    fn needs(&self) -> &Needs {
        self.needs.get_or_init(|| {
            let certain = self.ways.iter().filter(|w| w.turns_on.is_empty());
            Needs::any_of(&certain.map(|w| w.all().to_vec()).collect::<Vec<Way>>())
        })
    }

    /// The way held in full that meets it: the one that asks least.
    pub(crate) fn met_by(&self, held: &SafeguardSet) -> Option<MetBy> {
        let full =
            self.ways.iter().filter(|w| w.turns_on.is_empty() && w.all().iter().all(|s| held.contains(*s)));
        full.map(|w| MetBy { held: w.all().to_vec(), cite: w.way.cite.clone() }).min()
    }

    fn effect(&self) -> Effect {
        self.provision.effect().unwrap_or(Effect::Forbid)
    }

    fn is_duty(&self) -> bool {
        self.effect() == Effect::Duty
    }

    fn because(&self) -> Because {
        self.provision.because(self.effect())
    }

    fn key(&self) -> impl Ord + '_ {
        let ways = self.ways.iter().map(|w| (&w.way.id, &w.turns_on));
        (&self.provision.id, &self.turns_on, ways.collect::<Vec<_>>())
    }
}

impl PartialEq for Found {
    fn eq(&self, other: &Found) -> bool {
        self.cmp(other).is_eq()
    }
}
impl Eq for Found {}
impl PartialOrd for Found {
    fn partial_cmp(&self, other: &Found) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Found {
    fn cmp(&self, other: &Found) -> Ordering {
        self.provision.id.cmp(&other.provision.id).then_with(|| self.key().cmp(&other.key()))
    }
}

impl Findings {
    /// The verdict alone, without building the texts of a ruling.
    pub fn verdict(&self, held: &SafeguardSet) -> Verdict {
        let mut verdict = if self.gaps.is_empty() { Verdict::Permit } else { Verdict::Undecided };
        for found in self.found.iter().filter(|f| !f.is_duty()) {
            verdict = verdict.min(match found.standing(held) {
                Standing::Met => Verdict::Permit,
                Standing::Unmet => Verdict::Conditional,
                Standing::Missing => Verdict::Undecided,
                Standing::Prohibited => Verdict::Deny,
            });
        }
        match self.remote_counts(held) {
            Some(remote) if self.stance == Some(Stance::Border) => verdict.min(remote.verdict(held)),
            _ => verdict,
        }
    }

    /// The full ruling for what is held.
    pub fn ruling(&self, held: &SafeguardSet, edition: &str) -> Ruling {
        let mut ruling = Ruling { edition: edition.to_owned(), ..Ruling::default() };
        ruling.exposure = self.exposure.iter().filter_map(|s| exposure(s)).collect();
        ruling.exposure.sort();
        ruling.exposure.dedup();
        ruling.duties.clone_from(&self.confirm);
        for gap in &self.gaps {
            missing(&mut ruling, gap, None);
        }
        // What is certain first: a provision that may bite matters only if it would ask for more.
        let (certain, open): (Vec<&Found>, Vec<&Found>) =
            self.found.iter().partition(|f| f.turns_on.is_empty());
        for found in certain.into_iter().chain(open) {
            found.weigh(held, &mut ruling);
        }
        let ruling = sorted(ruling);
        match self.remote_counts(held) {
            None => ruling,
            Some(remote) if self.stance == Some(Stance::Border) => ruling.meet(&remote.ruling(held, edition)),
            Some(remote) => remote.remind(ruling, held, edition),
        }
    }

    /// The findings as they would be without a statement.
    pub(crate) fn without(&self, statement: &str) -> Findings {
        let mut rest = self.clone();
        rest.found.retain(|f| f.provision.id != statement);
        for found in &mut rest.found {
            let ways = found.ways.iter().filter(|w| w.way.id != statement).cloned().collect();
            *found = Found::new(found.provision.clone(), found.turns_on.clone(), ways);
        }
        rest.exposure.retain(|s| s.id != statement);
        rest.remote = self.remote.as_ref().map(|r| Box::new(r.without(statement)));
        rest
    }

    /// What only some provisions find: what one regime alone says. Gaps and defaults are the whole law's and stay out.
    pub(crate) fn only(&self, kept: impl Fn(&str) -> bool + Copy) -> Findings {
        Findings {
            found: self.found.iter().filter(|f| kept(&f.because().provision)).cloned().collect(),
            exposure: self.exposure.iter().filter(|s| kept(&s.id)).cloned().collect(),
            confirm: Vec::new(),
            gaps: BTreeSet::new(),
            remote: self.remote.as_ref().map(|r| Box::new(r.only(kept))),
            stance: self.stance,
        }
    }

    /// The statements that bite or are available, or may.
    pub fn statements(&self) -> BTreeSet<&str> {
        let found = self.found.iter().flat_map(|f| {
            std::iter::once(f.provision.id.as_str()).chain(f.ways.iter().map(|w| w.way.id.as_str()))
        });
        let mut all: BTreeSet<&str> = found.chain(self.exposure.iter().map(|s| s.id.as_str())).collect();
        all.extend(self.remote.iter().flat_map(|r| r.statements()));
        all
    }

    /// The statements that bite or are available for certain, whatever the unknown facts are.
    pub fn holding(&self) -> BTreeSet<&str> {
        let certain = self.found.iter().filter(|f| f.turns_on.is_empty());
        let found = certain.flat_map(|f| {
            let ways = f.ways.iter().filter(|w| w.turns_on.is_empty()).map(|w| w.way.id.as_str());
            std::iter::once(f.provision.id.as_str()).chain(ways)
        });
        found.chain(self.exposure.iter().map(|s| s.id.as_str())).collect()
    }

    /// The rulebooks of which something bites.
    pub(crate) fn books(&self) -> impl Iterator<Item = &str> {
        let found = self.found.iter().map(|f| f.provision.book.as_str());
        let remote: Vec<&str> =
            self.remote.iter().flat_map(|r| r.found.iter().map(|f| f.provision.book.as_str())).collect();
        found.chain(self.exposure.iter().map(|s| s.book.as_str())).chain(remote)
    }

    fn remote_counts(&self, held: &SafeguardSet) -> Option<&Findings> {
        self.remote.as_deref().filter(|_| !held.iter().any(|s| s.name() == "no_remote_access"))
    }

    /// A question assumes that nobody opens the data from elsewhere, and says so where that matters.
    fn remind(&self, mut ruling: Ruling, held: &SafeguardSet, edition: &str) -> Ruling {
        if self.ruling(held, edition).missing.iter().any(|m| m.fact == "remote_access_from") {
            ruling.duties.push(confirm(
                "remote_access_from",
                "that nobody can open the data in clear from another place",
            ));
            ruling.duties.sort();
        }
        ruling
    }

    /// A provision that nobody has looked at in time still rules, and says so.
    pub(crate) fn remind_of_reviews(&mut self, overdue: impl Fn(&str) -> bool) {
        for found in self.found.iter().filter(|f| overdue(&f.provision.id)) {
            let Statement { id: provision, cite, .. } = found.provision.as_ref();
            let summary = "Look at this provision again: its review date has passed.".to_owned();
            self.confirm.push(Duty { provision: format!("review/{provision}"), cite: cite.clone(), summary });
        }
    }

    /// The findings of both.
    pub(crate) fn and(&mut self, other: Findings) {
        self.found.extend(other.found);
        self.exposure.extend(other.exposure);
        self.confirm.extend(other.confirm);
        self.gaps.extend(other.gaps);
        self.found.sort();
        self.found.dedup();
        self.exposure.sort_by(|a, b| a.id.cmp(&b.id));
        self.exposure.dedup_by(|a, b| a.id == b.id);
        self.confirm.sort();
        self.confirm.dedup();
    }
}

impl Found {
    fn weigh(&self, held: &SafeguardSet, ruling: &mut Ruling) {
        if self.is_duty() {
            return self.weigh_duty(held, ruling);
        }
        if self.turns_on.is_empty() {
            ruling.because.push(self.because());
        }
        match self.standing(held) {
            Standing::Met => {}
            Standing::Prohibited => ruling.prohibitions.push(self.provision.id.clone()),
            Standing::Missing => {
                self.missing(held).iter().for_each(|f| missing(ruling, f, Some(&self.provision.id)))
            }
            Standing::Unmet => {
                ruling.unmet.push(self.provision.id.clone());
                ruling.needs = ruling.needs.and(&self.needs().after(held));
            }
        }
    }

    /// A duty that certainly applies is reported until something held discharges it.
    fn weigh_duty(&self, held: &SafeguardSet, ruling: &mut Ruling) {
        let discharged =
            self.ways.iter().any(|w| w.turns_on.is_empty() && w.all().iter().all(|s| held.contains(*s)));
        if self.turns_on.is_empty() && !discharged {
            let Because { provision, cite, summary, .. } = self.because();
            ruling.duties.push(Duty { provision, cite, summary });
        }
    }
}

fn exposure(provision: &Statement) -> Option<Exposure> {
    match &provision.kind {
        Kind::Provision { exposure: Some((state, power)), .. } => {
            Some(Exposure { state: state.clone(), power: power.clone() })
        }
        _ => None,
    }
}

/// The duty to confirm a default.
pub(crate) fn confirm(fact: &str, what: &str) -> Duty {
    Duty {
        provision: format!("confirm/{fact}"),
        cite: String::new(),
        summary: format!("Confirm {what}; it was taken as given."),
    }
}

fn missing(ruling: &mut Ruling, fact: &str, provision: Option<&str>) {
    let provisions = provision.map(str::to_owned).into_iter();
    match ruling.missing.iter_mut().find(|m| m.fact == fact) {
        Some(known) => known.provisions.extend(provisions),
        None => {
            let provisions = provisions.collect();
            ruling.missing.push(MissingFact { fact: fact.to_owned(), provisions, outcomes: Vec::new() });
        }
    }
}

fn sorted(mut ruling: Ruling) -> Ruling {
    ruling.prohibitions.sort();
    ruling.prohibitions.dedup();
    ruling.unmet.sort();
    ruling.unmet.dedup();
    for fact in &mut ruling.missing {
        fact.provisions.sort();
        fact.provisions.dedup();
    }
    ruling.missing.sort();
    ruling.because.sort();
    ruling.because.dedup();
    ruling.duties.sort();
    ruling.duties.dedup();
    ruling
}
