//! What a comparison of two regimes can be said to prove, where the solver is installed.

use std::time::Duration;

use law::Law;
use law::questions::compare::{Comparison, Regime};
use proof::{Claim, Dated, Method, Prover, Scope};
use serde_json::{Value, json};
use terms::{Date, Safeguard};

use super::words;
use crate::show;

/// How long one question may take.
const LIMIT: Duration = Duration::from_secs(20);

/// What the solver said; each flow that it gave has been ruled on again.
pub(super) struct Proved {
    method: Method,
    conflict: proof::Conflict,
    /// Whether satisfying the first satisfies the second, and the other way round.
    recognition: [Claim; 2],
}

/// Asks the solver, or nobody where there is none: the comparison has searched already.
pub(super) fn of(law: &Law, found: &Comparison<'_>, day: Date) -> anyhow::Result<Option<Proved>> {
    let mut prover = open(LIMIT, Vec::new());
    let method = prover.method().clone();
    if !matches!(method, Method::Solver { .. }) {
        return Ok(None);
    }
    let dated = Dated::at(law, day)?;
    let [x, y] = &found.regimes;
    let (first, second) = (Scope(x.books.clone()), Scope(y.books.clone()));
    let conflict = prover.conflict(&dated, &first, &second)?;
    let recognition = [
        prover.recognizes(&dated, &first, &second, &alike(law, y, day))?,
        prover.recognizes(&dated, &second, &first, &alike(law, x, day))?,
    ];
    Ok(Some(Proved { method, conflict, recognition }))
}

/// The solver that the environment names, or that is on the path; without one a search over `flows`.
pub(super) fn open(limit: Duration, flows: Vec<terms::Flow>) -> Prover {
    let program = std::env::var("CVC5").unwrap_or_else(|_| "cvc5".to_owned());
    Prover::new(&program, limit, flows)
}

/// The mechanisms that count as one under a regime on a day. A row that takes several for one is left to the search.
fn alike(law: &Law, under: &Regime, day: Date) -> Vec<(Safeguard, Safeguard)> {
    let rows = law.equivalences().mechanisms.iter();
    let rows = rows.filter(|row| row.under == under.home && row.period.holds(day, None));
    let pair = |row: &law::Equivalent| match (row.held.as_slice(), row.counts_as.as_slice()) {
        ([held], [counts_as]) => Some((*held, *counts_as)),
        _ => None,
    };
    rows.filter_map(pair).collect()
}

impl Proved {
    /// What was proved, for people.
    pub(super) fn lines(&self, regimes: [&Regime; 2]) -> Vec<String> {
        let [x, y] = regimes.map(|r| r.name.as_str());
        let mut lines = vec![
            format!("\n{}", show::bold("for every flow with one place on each side")),
            show::dim(format!("  {}", self.method)),
        ];
        let both = format!("wherever {x} leaves a place and {y} leaves one, some place does for both");
        lines.extend(claimed(&both, &self.conflict.compatible));
        if matches!(self.conflict.compatible, Claim::Refuted(_)) {
            let allows = |name: &str, places: &[String]| {
                words::paragraph(&format!("{name} would let it go to {}", places.join(", ")), 4)
            };
            lines.push(allows(x, &self.conflict.first_allows));
            lines.push(allows(y, &self.conflict.second_allows));
        }
        let [there, back] = &self.recognition;
        lines.extend(claimed(&format!("whoever satisfies {x} satisfies {y}"), there));
        lines.extend(claimed(&format!("whoever satisfies {y} satisfies {x}"), back));
        lines
    }

    /// The same as data.
    pub(super) fn json(&self) -> Value {
        let [there, back] = &self.recognition;
        json!({ "method": self.method, "both_at_once": self.conflict, "first_satisfies_second": there, "second_satisfies_first": back })
    }
}

fn claimed(what: &str, claim: &Claim) -> Vec<String> {
    let (verdict, flow) = match claim {
        Claim::Proven => ("proved".to_owned(), None),
        Claim::Refuted(example) => ("not so".to_owned(), Some(example.flow.to_json())),
        Claim::Open { why } => (format!("unknown; {why}"), None),
        Claim::Wrong { why } => (format!("error of the proof; {why}"), None),
    };
    let mut lines = vec![words::paragraph(&format!("{what}: {verdict}"), 2)];
    lines.extend(flow.map(|flow| show::dim(words::paragraph(&format!("such as {flow}"), 4))));
    lines
}
