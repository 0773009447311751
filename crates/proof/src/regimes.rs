//! Two regimes side by side: can both be obeyed at once, and does obeying the one satisfy the other?

use std::collections::BTreeMap;

use law::{Edition, RuleError, Stance};
use serde::Serialize;
use terms::{Flow, Place, Safeguard, SafeguardSet};

use crate::claim::{self, Claim, Counterexample, ProofError};
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
    pub fn conflict(&mut self, edition: &Edition, first: &Scope, second: &Scope) -> Result<Conflict, ProofError> {
        let rules = Rules::of(edition).map_err(ProofError::Schema)?;
        let (a, b) = (barred(&rules, first), barred(&rules, second));
        let somewhere = representatives(&rules, &[&a, &b]);
        #[cfg(test)]
        println!("{} kinds, {} {} long", somewhere.len(), format!("{a:?}").len(), format!("{b:?}").len());
        let at = |f: &Formula, place: &Place| f.given("to", i64::from(place.index()));
        let nowhere = Formula::all(somewhere.iter().map(|p| Formula::any([at(&a, p), at(&b, p)])));
        let one = |f: &Formula| Formula::any(somewhere.iter().map(|p| !at(f, p)));
        let formula = Formula::all([nowhere, one(&a), one(&b)]);
        let refutes = |flow: &Flow| {
            let (x, y) = (allowed(edition, flow, first, &rules)?, allowed(edition, flow, second, &rules)?);
            Ok(!x.is_empty() && !y.is_empty() && !x.iter().any(|p| y.contains(p)))
        };
        let mut found = Conflict { compatible: Claim::Proven, first_allows: Vec::new(), second_allows: Vec::new() };
        match self.example(&formula, &rules.world, &refutes)? {
            Err(claim) => found.compatible = claim,
            Ok(flow) => {
                found.first_allows = allowed(edition, &flow, first, &rules)?;
                found.second_allows = allowed(edition, &flow, second, &rules)?;
                found.compatible = refuted(edition, flow)?;
            }
        }
        Ok(found)
    }

    /// Claims that whoever satisfies the first regime, where it applies, satisfies the second, each pair of safeguards
    /// counting as one.
    ///
    /// # Errors
    /// The schema has words that the proof does not know, or solver or evaluator fail altogether.
    pub fn recognizes(
        &mut self,
        edition: &Edition,
        first: &Scope,
        second: &Scope,
        equivalent: &[(Safeguard, Safeguard)],
    ) -> Result<Claim, ProofError> {
        let rules = Rules::of(edition).map_err(ProofError::Schema)?;
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

/// Where a regime would let a flow go, with everything held that any way asks for.
fn allowed(edition: &Edition, flow: &Flow, scope: &Scope, rules: &Rules) -> Result<Vec<String>, RuleError> {
    let held: SafeguardSet = rules.ways.values().flat_map(|w| w.asks()).collect();
    let mut allowed = Vec::new();
    for place in rules.world.places() {
        let there = Flow { to_location: Some(place.into()), safeguards: held.clone(), ..flow.clone() };
        if claim::stands_against(edition, &there, &|id| scope.has(id), false)? == Some(false) {
            allowed.push(place.code().to_owned());
        }
    }
    Ok(allowed)
}
