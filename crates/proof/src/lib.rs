//! Proves things about the law itself; a crate of its own since it owns a solver and the heavy dependency that feeds it.
//!
//! It is not part of any ruling: nobody who rules depends on it, and without the program `cvc5` it says so and only
//! searches. What it asks:
//!
//! - can a statement fail to evaluate, and is each of them alive, that is, is there a flow that makes it hold
//!   ([`Prover::soundness`])?
//! - is a change of law nowhere looser, or nowhere stricter ([`Prover::compare`])?
//! - can two regimes be obeyed at once, and does obeying the one satisfy the other ([`Prover::conflict`],
//!   [`Prover::recognizes`])?
//!
//! **The derivation.** A statement's Cedar condition is translated into one over flat facts. `x in List::"L"` becomes "the
//! number of `x` is one of those of the members of L on that day", with the parts of member countries; `x in
//! Place::"US"` becomes "US or a part of it"; `Threshold::"t".value` becomes that day's number; a set of words becomes a flag
//! for each word; a held safeguard is a flag. A provision *stands against* a flow where its book hooks the flow, its condition
//! holds, and no way of it is both available and held in full. Facts are all known: what an unknown fact does is the
//! evaluator's own matter. A flow is one leg: sets of places are the meet of their members, and remote access is a leg of
//! its own.
//!
//! Invariants: a counterexample is shown only after [`law::Edition::rule`] has ruled the same, and one that it does not confirm
//! is reported as an error of the proof ([`Claim::Wrong`]); what cannot be translated, or not be answered in time, is open,
//! never proven.

mod claim;
mod compare;
mod dated;
mod derive;
mod formula;
mod prover;
mod regimes;
mod rules;
mod solver;
mod soundness;
mod text;
mod witness;
mod world;

#[cfg(test)]
mod tests;

pub use claim::{Claim, Counterexample, ProofError};
pub use compare::{Change, Comparison};
pub use dated::Dated;
pub use derive::Underivable;
pub use prover::{Method, Prover};
pub use regimes::Conflict;
pub use rules::Scope;
pub use solver::SolverError;
pub use soundness::{Finding, Soundness};
