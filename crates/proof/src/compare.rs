//! A change of law: is what came after nowhere looser, nowhere stricter than what was before? If not, the flow that shows it.

use std::collections::BTreeSet;

use law::{Edition, Kind, RuleError, Stance};
use serde::Serialize;
use terms::Flow;

use crate::claim::{self, Claim, Counterexample, ProofError, Refutes};
use crate::dated::Dated;
use crate::formula::Formula;
use crate::prover::{Method, Prover};
use crate::rules::{Rules, Scope};
use crate::world::World;

/// How the law after a change compares with the law before it.
#[derive(Debug, Clone, Serialize)]
pub struct Comparison {
    /// How the answers were found.
    pub method: Method,
    /// Hash of the edition before.
    pub before: String,
    /// Hash of the edition after.
    pub after: String,
    /// Of everything meant together.
    pub whole: Change,
    /// Of each provision that is not the same.
    pub provisions: Vec<Change>,
}

/// How one provision, or the whole, changed.
#[derive(Debug, Clone, Serialize)]
pub struct Change {
    /// Identity of the provision; empty for the whole.
    pub provision: String,
    /// That nothing is let through that was not before.
    pub not_looser: Claim,
    /// That nothing is stopped that was not before.
    pub not_stricter: Claim,
}

impl Prover {
    /// Compares the law before and after a change, in the books meant: provision by provision, and as a whole.
    ///
    /// # Errors
    /// The schema has words that the proof does not know, or solver or evaluator fail altogether.
    pub fn compare(
        &mut self,
        before: &Dated<'_>,
        after: &Dated<'_>,
        scope: &Scope,
    ) -> Result<Comparison, ProofError> {
        let (old, new) =
            (Rules::of(before).map_err(ProofError::Schema)?, Rules::of(after).map_err(ProofError::Schema)?);
        let pair = Pair {
            world: old.world.joined(&new.world),
            before: &before.edition,
            after: &after.edition,
            old,
            new,
            scope,
        };
        let mut provisions = Vec::new();
        for id in pair.changed() {
            provisions.push(pair.provision(self, &id)?);
        }
        Ok(Comparison {
            method: self.method(),
            before: before.edition.hash().to_owned(),
            after: after.edition.hash().to_owned(),
            whole: pair.whole(self)?,
            provisions,
        })
    }
}

/// The two laws and what is asked of them.
struct Pair<'a> {
    world: World,
    before: &'a Edition,
    after: &'a Edition,
    old: Rules,
    new: Rules,
    scope: &'a Scope,
}

impl Pair<'_> {
    /// The provisions meant whose formula is not the same, or that have none.
    fn changed(&self) -> BTreeSet<String> {
        let ids = self.old.provisions.keys().chain(self.new.provisions.keys()).cloned();
        let ids = ids.chain(open(self.before, &self.old)).chain(open(self.after, &self.new));
        let differs = |id: &String| unmet(&self.old, id) != unmet(&self.new, id) || self.opens(id);
        ids.filter(|id| self.scope.has(id)).filter(differs).collect()
    }

    fn opens(&self, id: &str) -> bool {
        open(self.before, &self.old).contains(id) || open(self.after, &self.new).contains(id)
    }

    fn provision(&self, prover: &mut Prover, id: &str) -> Result<Change, ProofError> {
        let (old, new) = (unmet(&self.old, id), unmet(&self.new, id));
        let first = |flow: &Flow| claim::applies(self.before, flow, id);
        let second = |flow: &Flow| claim::applies(self.after, flow, id);
        if self.opens(id) {
            let why =
                || Claim::Open { why: "a statement of it cannot be translated for the proof".to_owned() };
            return Ok(Change { provision: id.to_owned(), not_looser: why(), not_stricter: why() });
        }
        let looser = old.clone().and(!new.clone());
        let stricter = new.and(!old);
        Ok(Change {
            provision: id.to_owned(),
            not_looser: self.claim(prover, &looser, &|f| both(first(f)?, second(f)?))?,
            not_stricter: self.claim(prover, &stricter, &|f| both(second(f)?, first(f)?))?,
        })
    }

    fn whole(&self, prover: &mut Prover) -> Result<Change, ProofError> {
        let gaps = self.scope.0.is_empty();
        let meant = |id: &str| self.scope.has(id);
        let first = |flow: &Flow| claim::stands_against(self.before, flow, &meant, gaps);
        let second = |flow: &Flow| claim::stands_against(self.after, flow, &meant, gaps);
        let mut change = Change {
            provision: String::new(),
            not_looser: self
                .claim(prover, &self.beyond(&self.old, &self.new), &|f| both(first(f)?, second(f)?))?,
            not_stricter: self
                .claim(prover, &self.beyond(&self.new, &self.old), &|f| both(second(f)?, first(f)?))?,
        };
        if open(self.before, &self.old).iter().chain(&open(self.after, &self.new)).any(|id| meant(id)) {
            for claim in [&mut change.not_looser, &mut change.not_stricter] {
                if *claim == Claim::Proven {
                    *claim =
                        Claim::Open { why: "some statements cannot be translated for the proof".to_owned() };
                }
            }
        }
        Ok(change)
    }

    /// That one law stands against a flow and the other does not. What is the same in both need not be asked of the first:
    /// where it stands against a flow, so does the other.
    fn beyond(&self, one: &Rules, other: &Rules) -> Formula {
        let meant = one.provisions.iter().filter(|(id, p)| p.restricts() && self.scope.has(id));
        let differs = |id: &str| unmet(one, id) != unmet(other, id) || !restricts(other, id);
        let differing: Vec<Formula> =
            meant.filter(|(id, _)| differs(id)).map(|(_, p)| one.unmet(p)).collect();
        let gap = self.scope.0.is_empty() && one.gap() != other.gap();
        let against = Formula::any(differing.into_iter().chain(gap.then(|| one.gap())));
        against.and(!other.stands_against(self.scope))
    }

    fn claim(
        &self,
        prover: &mut Prover,
        formula: &Formula,
        refutes: &Refutes<'_>,
    ) -> Result<Claim, ProofError> {
        match prover.example(formula, &self.world, refutes)? {
            Err(claim) => Ok(claim),
            Ok(flow) => {
                let verdict =
                    |edition: &Edition| Ok::<_, RuleError>(edition.rule(&flow, Stance::Question)?.verdict());
                let (before, after) = (verdict(self.before)?, verdict(self.after)?);
                Ok(Claim::Refuted(Box::new(Counterexample { flow, before, after })))
            }
        }
    }
}

fn both(stands: Option<bool>, stood: Option<bool>) -> Result<bool, RuleError> {
    Ok(stands == Some(true) && stood == Some(false))
}

fn unmet(rules: &Rules, id: &str) -> Formula {
    rules.provisions.get(id).map_or(Formula::False, |p| rules.unmet(p))
}

fn restricts(rules: &Rules, id: &str) -> bool {
    rules.provisions.get(id).is_some_and(|p| p.restricts())
}

/// The provisions of which a statement, or one of whose ways, has no formula.
fn open(edition: &Edition, rules: &Rules) -> BTreeSet<String> {
    let untranslated = edition.statements().filter(|s| rules.underivable.contains_key(&s.id));
    let provisions = untranslated.flat_map(|s| match &s.kind {
        Kind::Provision { .. } => vec![s.id.clone()],
        Kind::Way { of, .. } => of.clone(),
    });
    provisions.collect()
}
