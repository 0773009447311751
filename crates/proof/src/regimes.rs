//! Two regimes side by side: can both be obeyed at once, and does obeying the one satisfy the other?

use std::collections::BTreeMap;

use law::{Edition, RuleError, Stance};
use serde::Serialize;
use terms::{Flow, Place, Safeguard, SafeguardSet};

use crate::claim::{self, Claim, Counterexample, ProofError};
use crate::dated::Dated;
use crate::formula::Formula;
use crate::prover::Prover;
use crate::rules::{Rules, Scope, held};

/// Whether two regimes can leave a flow no place to go.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Conflict {
    /// That wherever each regime leaves some place, both together leave one: what refutes it is a conflict.
    pub compatible: Claim,
    /// Where the first regime would let the refuting flow go.
    pub first_allows: Vec<String>,
    /// Where the second would.
    pub second_allows: Vec<String>,
}

impl Prover {
    /// Looks for a flow that each of two regimes lets go somewhere, and both together nowhere, whatever is held.
    ///
    /// # Errors
    /// The schema has words that the proof does not know, or solver or evaluator fail altogether.
    pub fn conflict(
        &mut self,
        dated: &Dated<'_>,
        first: &Scope,
        second: &Scope,
    ) -> Result<Conflict, ProofError> {
        let edition = &dated.edition;
        let rules = Rules::of(dated).map_err(ProofError::Schema)?;
        let (a, b) = (barred(&rules, first), barred(&rules, second));
        let somewhere = representatives(&rules, &[&a, &b]);
        let at = |f: &Formula, place: &Place| f.given("to", i64::from(place.index()));
        let nowhere = Formula::all(somewhere.iter().map(|p| Formula::any([at(&a, p), at(&b, p)])));
        let one = |f: &Formula| Formula::any(somewhere.iter().map(|p| !at(f, p)));
        let formula = Formula::all([nowhere, one(&a), one(&b)]);
        let held: SafeguardSet = rules.ways.values().flat_map(|w| w.asks()).collect();
        let ask = Destinations { edition, held };
        // One place of each kind is enough to look; all of them confirm what was found.
        let refutes = |flow: &Flow| Ok(ask.apart(flow, first, second, &somewhere)?.is_some());
        let flow = match self.example(&formula, &rules.world, &refutes)? {
            Err(compatible) => return Ok(Conflict { compatible, ..Conflict::none() }),
            Ok(flow) => flow,
        };
        let everywhere: Vec<Place> = rules.world.places().collect();
        match ask.apart(&flow, first, second, &everywhere)? {
            Some((first_allows, second_allows)) => {
                Ok(Conflict { compatible: refuted(edition, flow)?, first_allows, second_allows })
            }
            None => {
                let why = format!("some place would do for both and the flow {}", flow.to_json());
                Ok(Conflict { compatible: Claim::Wrong { why }, ..Conflict::none() })
            }
        }
    }

    /// Claims that whoever satisfies the first regime, where it applies, satisfies the second, each pair of safeguards
    /// counting as one.
    ///
    /// # Errors
    /// The schema has words that the proof does not know, or solver or evaluator fail altogether.
    pub fn recognizes(
        &mut self,
        dated: &Dated<'_>,
        first: &Scope,
        second: &Scope,
        equivalent: &[(Safeguard, Safeguard)],
    ) -> Result<Claim, ProofError> {
        let edition = &dated.edition;
        let rules = Rules::of(dated).map_err(ProofError::Schema)?;
        let meant = rules.provisions.iter().filter(|(id, p)| p.restricts() && first.has(id));
        let applies = Formula::any(meant.map(|(_, p)| p.bites()).collect::<Vec<_>>());
        let alike = |(x, y): &(Safeguard, Safeguard)| {
            Formula::any([held(*x).and(held(*y)), (!held(*x)).and(!held(*y))])
        };
        let satisfied = !rules.stands_against(first);
        let parts = [applies, satisfied, rules.stands_against(second)];
        let formula = Formula::all(parts.into_iter().chain(equivalent.iter().map(alike)));
        let refutes = |flow: &Flow| {
            let holds = |s: &Safeguard| flow.safeguards.contains(*s);
            let bites = edition.rule(flow, Stance::Question)?.because.iter().any(|b| first.has(&b.provision));
            let stands = |scope: &Scope| claim::stands_against(edition, flow, &|id| scope.has(id), false);
            Ok(bites
                && stands(first)? == Some(false)
                && stands(second)? == Some(true)
                && equivalent.iter().all(|(x, y)| holds(x) == holds(y)))
        };
        match self.example(&formula, &rules.world, &refutes)? {
            Err(claim) => Ok(claim),
            Ok(flow) => Ok(refuted(edition, flow)?),
        }
    }
}

fn refuted(edition: &Edition, flow: Flow) -> Result<Claim, RuleError> {
    let verdict = edition.rule(&flow, Stance::Question)?.verdict();
    Ok(Claim::Refuted(Box::new(Counterexample { flow, before: verdict, after: verdict })))
}

/// That a regime bars a flow whatever is held.
fn barred(rules: &Rules, scope: &Scope) -> Formula {
    let meant = rules.provisions.iter().filter(|(id, p)| p.restricts() && scope.has(id));
    Formula::any(meant.map(|(_, p)| rules.barred(p)).collect::<Vec<_>>())
}

/// One place of each kind that the formulas tell apart as a destination.
fn representatives(rules: &Rules, formulas: &[&Formula]) -> Vec<Place> {
    let mut kinds: BTreeMap<Vec<Formula>, Place> = BTreeMap::new();
    for place in rules.world.places() {
        let kind = formulas.iter().map(|f| f.given("to", i64::from(place.index()))).collect();
        kinds.entry(kind).or_insert(place);
    }
    kinds.into_values().collect()
}

/// Asks where a flow could go.
struct Destinations<'a> {
    edition: &'a Edition,
    /// Everything that any way asks for.
    held: SafeguardSet,
}

impl Destinations<'_> {
    /// Where either regime would let a flow go, if each has a place and no place is common to both.
    fn apart(
        &self,
        flow: &Flow,
        first: &Scope,
        second: &Scope,
        places: &[Place],
    ) -> Result<Option<Places>, RuleError> {
        let x = self.allowed(flow, first, places)?;
        if x.is_empty() {
            return Ok(None);
        }
        let y = self.allowed(flow, second, places)?;
        let apart = !y.is_empty() && !x.iter().any(|p| y.contains(p));
        Ok(apart.then_some((x, y)))
    }

    fn allowed(&self, flow: &Flow, scope: &Scope, places: &[Place]) -> Result<Vec<String>, RuleError> {
        let mut allowed = Vec::new();
        for place in places {
            let there =
                Flow { to_location: Some((*place).into()), safeguards: self.held.clone(), ..flow.clone() };
            if claim::stands_against(self.edition, &there, &|id| scope.has(id), false)? == Some(false) {
                allowed.push(place.code().to_owned());
            }
        }
        Ok(allowed)
    }
}

/// The places that two regimes allow.
type Places = (Vec<String>, Vec<String>);

impl Conflict {
    fn none() -> Conflict {
        Conflict { compatible: Claim::Proven, first_allows: Vec::new(), second_allows: Vec::new() }
    }
}
