//! A claim about the law, and how it came out. A counterexample counts only once the evaluator has ruled the same.

use law::{Edition, Kind, RuleError, Stance};
use serde::{Serialize, Serializer};
use terms::{Effect, Flow, Verdict};

use crate::formula::Formula;
use crate::prover::Prover;
use crate::solver::{Answer, SolverError};
use crate::witness;
use crate::world::World;

/// How a claim came out.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum Claim {
    /// It holds of every flow.
    Proven,
    /// It does not hold of this flow, as the evaluator confirms.
    Refuted(Box<Counterexample>),
    /// Nobody knows, and why.
    Open {
        /// What stood in the way.
        why: String,
    },
    /// The solver's counterexample is none to the evaluator: the proof is in error, or the evaluator is.
    Wrong {
        /// What differed.
        why: String,
    },
}

/// A flow of which a claim does not hold.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Counterexample {
    /// The flow.
    #[serde(serialize_with = "as_json")]
    pub flow: Flow,
    /// Its verdict under the law before, or the only one there is.
    pub before: Verdict,
    /// Its verdict under the law after.
    pub after: Verdict,
}

fn as_json<S: Serializer>(flow: &Flow, serializer: S) -> Result<S::Ok, S::Error> {
    flow.to_json().serialize(serializer)
}

/// Why nothing could be asked at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The schema has an attribute that the proof has no sort for: a gap in the proof.
    #[error("the schema's `{0}` is unknown to the proof")]
    Schema(String),
    /// The evaluator failed.
    #[error(transparent)]
    Rule(#[from] RuleError),
    /// The solver failed.
    #[error(transparent)]
    Solver(#[from] SolverError),
}

/// The test of a flow against a claim: whether it refutes it, for certain.
pub(crate) type Refutes<'a> = dyn Fn(&Flow) -> Result<bool, RuleError> + 'a;

impl Prover {
    /// A flow for which the formula is true, as `refutes` confirms, with nothing in it that does not matter; or the reason why
    /// there is none, or none known.
    pub(crate) fn example(
        &mut self,
        formula: &Formula,
        world: &World,
        refutes: &Refutes<'_>,
    ) -> Result<Result<Flow, Claim>, ProofError> {
        let found = self.confirmed(formula, world, refutes)?;
        Ok(found.map(|flow| witness::shrunk(flow, &|f| refutes(f).unwrap_or(false))))
    }

    /// The same as the solver found it.
    pub(crate) fn confirmed(
        &mut self,
        formula: &Formula,
        world: &World,
        refutes: &Refutes<'_>,
    ) -> Result<Result<Flow, Claim>, ProofError> {
        let Some(cvc5) = &mut self.cvc5 else { return self.search(refutes) };
        let facts = match cvc5.ask(formula, world) {
            Ok(Answer::Never) => return Ok(Err(Claim::Proven)),
            Ok(Answer::Sometimes(facts)) => facts,
            Err(error @ SolverError::GaveUp(_)) => return Ok(Err(Claim::Open { why: error.to_string() })),
            Err(error) => return Err(error.into()),
        };
        let wrong = |why: String| Ok(Err(Claim::Wrong { why }));
        let flow = match witness::flow(&facts, world) {
            Ok(flow) => flow,
            Err(why) => return wrong(format!("the solver's flow cannot be read: {why}")),
        };
        if !refutes(&flow)? {
            return wrong(format!("the evaluator does not confirm the solver's flow {}", flow.to_json()));
        }
        Ok(Ok(flow))
    }

    fn search(&self, refutes: &Refutes<'_>) -> Result<Result<Flow, Claim>, ProofError> {
        for flow in &self.flows {
            if refutes(flow)? {
                return Ok(Ok(flow.clone()));
            }
        }
        let why = format!(
            "none of {} flows shows otherwise, and without `cvc5` nothing is proved",
            self.flows.len()
        );
        Ok(Err(Claim::Open { why }))
    }
}

/// Whether some provision that is meant stands against a flow with what it holds; `None` if that turns on an unknown fact.
/// With `gaps`, law that nobody looked at stands against it too.
pub(crate) fn stands_against(
    edition: &Edition,
    flow: &Flow,
    meant: &dyn Fn(&str) -> bool,
    gaps: bool,
) -> Result<Option<bool>, RuleError> {
    let ruling = edition.rule(flow, Stance::Question)?;
    if ruling.prohibitions.iter().chain(&ruling.unmet).any(|id| meant(id)) {
        return Ok(Some(true));
    }
    if gaps && ruling.missing.iter().any(|m| m.fact.starts_with("law:")) {
        return Ok(Some(true));
    }
    let facts_of = |id: &str| ruling.missing.iter().filter(|m| m.provisions.iter().any(|p| p == id)).count();
    let mut open: Vec<&String> =
        ruling.missing.iter().flat_map(|m| &m.provisions).filter(|id| meant(id)).collect();
    open.dedup();
    // What is unclear by itself always asks for its one fact; with any other fact missing it only may apply.
    if open.iter().any(|id| is_unclear(edition, id) && facts_of(id) == 1) {
        return Ok(Some(true));
    }
    let unknown_side = gaps && ruling.missing.iter().any(|m| m.provisions.is_empty());
    Ok(if open.is_empty() && !unknown_side { Some(false) } else { None })
}

/// Whether one provision of any effect applies to a flow and is not met.
pub(crate) fn applies(edition: &Edition, flow: &Flow, provision: &str) -> Result<Option<bool>, RuleError> {
    match effect(edition, provision) {
        Some(Effect::Duty) => {
            let duties = edition.rule(flow, Stance::Question)?.duties;
            Ok(Some(duties.iter().any(|d| d.provision == provision)))
        }
        Some(Effect::Exposure) => {
            Ok(Some(edition.findings(flow, Stance::Question)?.holding().contains(provision)))
        }
        _ => stands_against(edition, flow, &|id| id == provision, false),
    }
}

fn is_unclear(edition: &Edition, id: &str) -> bool {
    effect(edition, id) == Some(Effect::Unclear)
}

fn effect(edition: &Edition, id: &str) -> Option<Effect> {
    edition.statements().find(|s| s.id == id).and_then(|s| match &s.kind {
        Kind::Provision { effect, .. } => Some(*effect),
        Kind::Way { .. } => None,
    })
}
