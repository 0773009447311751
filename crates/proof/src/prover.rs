//! Who answers: the solver where there is one, a search over given flows where there is none.

use std::fmt;
use std::time::Duration;

use serde::Serialize;
use terms::Flow;

use crate::solver::Cvc5;

/// How answers were found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// By the solver: what it says holds of every flow.
    Solver {
        /// Its version.
        cvc5: String,
    },
    /// By trying flows: what it finds is so, and what it does not find may still be.
    Search {
        /// How many were tried.
        flows: usize,
    },
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Method::Solver { cvc5 } => write!(f, "proved with cvc5 {cvc5}"),
            Method::Search { flows } => {
                write!(
                    f,
                    "searched over {flows} flows; `cvc5` is not installed, so what they do not show is not proved"
                )
            }
        }
    }
}

/// Asks the solver, or searches.
pub struct Prover {
    pub(crate) cvc5: Option<Cvc5>,
    pub(crate) flows: Vec<Flow>,
}

impl Prover {
    /// A prover with the solver `program` (usually `cvc5`) where it is installed. Each question may take up to `limit`.
    /// The flows are tried first where one can settle a question, and are all there is without the solver.
    pub fn new(program: &str, limit: Duration, flows: Vec<Flow>) -> Prover {
        Prover { cvc5: Cvc5::find(program, limit), flows }
    }

    /// A prover that only searches.
    pub fn searching(flows: Vec<Flow>) -> Prover {
        Prover { cvc5: None, flows }
    }

    /// How it answers.
    pub fn method(&self) -> Method {
        match &self.cvc5 {
            Some(cvc5) => Method::Solver { cvc5: cvc5.version().to_owned() },
            None => Method::Search { flows: self.flows.len() },
        }
    }

    /// How many questions the solver was asked.
    pub fn asked(&self) -> usize {
        self.cvc5.as_ref().map_or(0, |c| c.asked)
    }
}
