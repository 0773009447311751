//! What must be so of the law of any day: no statement can fail, and each has a flow that makes it hold.

use std::collections::{BTreeMap, BTreeSet};

use cedar_policy::{Policy, Schema};
use law::{Edition, Kind, Law, RuleError, Stance, Statement, Status};
use serde::Serialize;
use terms::{Date, Flow};

use crate::claim::{Claim, ProofError};
use crate::dated::Dated;
use crate::derive::Underivable;
use crate::formula::Formula;
use crate::prover::{Method, Prover};
use crate::rules::{Rules, Scope};
use crate::solver;

/// What was found of the law of one day.
#[derive(Debug, Clone, Serialize)]
pub struct Soundness {
    /// Hash of the edition.
    pub edition: String,
    /// How the answers were found.
    pub method: Method,
    /// How many statements rule on that day.
    pub statements: usize,
    /// How many of them the given flows show to be alive.
    pub shown: usize,
    /// How many questions went to the solver.
    pub asked: usize,
    /// Statements that can fail to evaluate, and days whose law cannot be put together.
    pub can_fail: Vec<Finding>,
    /// Statements that no flow makes hold, on any day on which they are in force.
    pub dead: Vec<Finding>,
    /// Statements that no flow makes hold on this day, but on another, or once their list has a member: what they
    /// turn on is not in force now.
    pub resting: Vec<Finding>,
    /// Statements that would hold of a flow that their book does not reach, so that they are not asked.
    pub unreached: Vec<Finding>,
    /// Statements of which nobody knows.
    pub open: Vec<Finding>,
    /// Statements of which solver and evaluator disagree.
    pub wrong: Vec<Finding>,
}

/// Something found of a statement.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// Identity of the statement.
    pub statement: String,
    /// What was found.
    pub why: String,
    /// A flow that shows it, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flow: Option<serde_json::Value>,
}

impl Finding {
    fn new(statement: &str, why: impl Into<String>) -> Finding {
        Finding { statement: statement.to_owned(), why: why.into(), flow: None }
    }
}

impl Soundness {
    fn rest(&mut self, statement: &str, why: String) {
        self.dead.retain(|f| f.statement != statement);
        self.resting.push(Finding::new(statement, why));
    }

    fn sort(&mut self) {
        let Soundness { can_fail, dead, resting, unreached, open, wrong, .. } = self;
        for list in [can_fail, dead, resting, unreached, open, wrong] {
            list.sort_by(|a, b| a.statement.cmp(&b.statement));
        }
    }

    /// Whether everything asked of the law is proved. A book that reaches less than its statements say is only told.
    pub fn is_clean(&self) -> bool {
        [&self.can_fail, &self.dead, &self.open, &self.wrong].into_iter().all(Vec::is_empty)
    }
}

impl Prover {
    /// Asks whether every statement meant, of the law of a day, evaluates without failing, and whether each holds of some flow.
    ///
    /// # Errors
    /// The schema has words that the proof does not know, or solver or evaluator fail altogether.
    pub fn soundness(&mut self, law: &Law, day: Date, scope: &Scope) -> Result<Soundness, ProofError> {
        let dated = Dated::at(law, day)?;
        let edition = &*dated.edition;
        let rules = Rules::of(&dated).map_err(ProofError::Schema)?;
        let mut found = Soundness {
            edition: edition.hash().to_owned(),
            method: self.method(),
            statements: edition.statements().filter(|s| scope.has(&s.id)).count(),
            shown: 0,
            asked: 0,
            can_fail: Vec::new(),
            dead: Vec::new(),
            resting: Vec::new(),
            unreached: Vec::new(),
            open: Vec::new(),
            wrong: Vec::new(),
        };
        let before = self.asked();
        found.can_fail = unbuilt(law);
        failing(edition, &rules, scope, &mut found)?;
        self.living(&dated, &rules, scope, &mut found)?;
        self.awaken(law, &mut found)?;
        self.reach(&rules, scope, &mut found)?;
        found.asked = self.asked() - before;
        found.sort();
        Ok(found)
    }

    fn living(
        &mut self,
        dated: &Dated<'_>,
        rules: &Rules,
        scope: &Scope,
        found: &mut Soundness,
    ) -> Result<(), ProofError> {
        let mut shown = self.shown(&dated.edition)?;
        let all = || rules.provisions.keys().chain(rules.ways.keys()).filter(|id| scope.has(id));
        found.shown = all().filter(|id| shown.contains(*id)).count();
        for id in all() {
            if shown.contains(id) {
                continue;
            }
            match self.alive(&dated.edition, rules, id)? {
                // A flow that shows one statement at work shows others too.
                Ok(flow) => {
                    let findings = dated.edition.findings(&flow, Stance::Question)?;
                    shown.extend(findings.holding().into_iter().map(str::to_owned));
                }
                Err(Claim::Wrong { why }) => found.wrong.push(Finding::new(id, why)),
                Err(Claim::Open { why }) => found.open.push(Finding::new(id, why)),
                Err(_) => found.dead.push(Finding::new(id, "no flow makes it hold")),
            }
        }
        Ok(())
    }

    /// A flow that makes the statement hold; otherwise what is known instead.
    fn alive(
        &mut self,
        edition: &Edition,
        rules: &Rules,
        id: &str,
    ) -> Result<Result<Flow, Claim>, ProofError> {
        let applies = |flow: &Flow| -> Result<bool, RuleError> {
            Ok(edition.findings(flow, Stance::Question)?.statements().contains(id))
        };
        self.confirmed(&alive(rules, id), &rules.world, &applies)
    }

    /// What is dead on this day may hold on another: its list may have had members, or what it meets may have been in force.
    fn awaken(&mut self, law: &Law, found: &mut Soundness) -> Result<(), ProofError> {
        let first = law.dates().first().and_then(|d| d.yesterday().ok());
        for day in law.dates().iter().rev().copied().chain(first) {
            // A day whose edition cannot be built is a finding of its own.
            let Ok(dated) = Dated::at(law, day) else { continue };
            let here = |f: &&Finding| dated.edition.statements().any(|s| s.id == f.statement);
            let asleep: Vec<String> = found.dead.iter().filter(here).map(|f| f.statement.clone()).collect();
            if asleep.is_empty() {
                continue;
            }
            let rules = Rules::around(&dated, &asleep).map_err(ProofError::Schema)?;
            for id in asleep {
                if self.alive(&dated.edition, &rules, &id)?.is_ok() {
                    let why = format!("no flow makes it hold on this day; one does on {day}");
                    found.rest(&id, why);
                }
            }
        }
        waiting(law, found);
        Ok(())
    }

    /// The statements that hold of one of the given flows: they need no solver.
    fn shown(&self, edition: &Edition) -> Result<BTreeSet<String>, ProofError> {
        let mut shown = BTreeSet::new();
        for flow in &self.flows {
            match edition.findings(flow, Stance::Question) {
                Ok(findings) => shown.extend(findings.holding().into_iter().map(str::to_owned)),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(shown)
    }

    /// A book is asked only of flows that it reaches, which must change nothing but time. All provisions of a book are one
    /// question; one by one they are asked only if it is not so.
    fn reach(&mut self, rules: &Rules, scope: &Scope, found: &mut Soundness) -> Result<(), ProofError> {
        let Some(cvc5) = &mut self.cvc5 else { return Ok(()) };
        let mut books: BTreeMap<&str, Vec<(&String, Formula)>> = BTreeMap::new();
        for (id, provision) in rules.provisions.iter().filter(|(id, _)| scope.has(id)) {
            let beyond = provision.condition.clone().and(!provision.hook.clone());
            books.entry(&provision.book).or_default().push((id, beyond));
        }
        for statements in books.into_values() {
            let together = Formula::any(statements.iter().map(|(_, f)| f.clone()));
            if cvc5.ask(&together, &rules.world)? == solver::Answer::Never {
                continue;
            }
            for (id, beyond) in statements {
                if let solver::Answer::Sometimes(facts) = cvc5.ask(&beyond, &rules.world)? {
                    let flow = crate::witness::flow(&facts, &rules.world).ok().map(|f| f.to_json());
                    let why = "its condition holds of a flow that its book's `hook` does not reach";
                    found.unreached.push(Finding { flow, ..Finding::new(id, why) });
                }
            }
        }
        Ok(())
    }
}

/// What is dead only because of what is not law yet: a list that nobody is on, or a provision that is proposed.
fn waiting(law: &Law, found: &mut Soundness) {
    let dead = law.statements().iter().filter(|s| found.dead.iter().any(|f| f.statement == s.id));
    let waits: Vec<(String, String)> =
        dead.filter_map(|s| Some((s.id.clone(), waits_for(law, s)?))).collect();
    for (id, why) in waits {
        found.rest(&id, why);
    }
}

fn waits_for(law: &Law, statement: &Statement) -> Option<String> {
    let empty = |list: &&String| !law.books().iter().any(|b| b.listings.iter().any(|l| l.list == **list));
    let mut lists = law.books().iter().flat_map(|b| &b.lists).filter(empty);
    if let Some(list) = lists.find(|list| statement.text.contains(&format!("List::{list:?}"))) {
        return Some(format!("its list `{list}` has no member yet"));
    }
    let Kind::Way { of, .. } = &statement.kind else { return None };
    let proposed = |id: &String| law.statements().iter().any(|s| s.id == *id && s.status == Status::Proposed);
    of.iter().all(proposed).then(|| "what it would meet is only proposed".to_owned())
}

/// The days on which a rule counts against a number that has no value: no edition can be built of them.
fn unbuilt(law: &Law) -> Vec<Finding> {
    let error = |day: &Date| {
        law.at(*day, None).err().map(|e| Finding::new(&format!("the law of {day}"), e.to_string()))
    };
    law.dates().iter().filter_map(error).collect()
}

/// Statements that can fail to evaluate: by Cedar's symbolic compiler for any facts, and because of a number that the day
/// does not have.
fn failing(edition: &Edition, rules: &Rules, scope: &Scope, found: &mut Soundness) -> Result<(), ProofError> {
    let schema = law::schema().parse::<Schema>();
    let schema = schema.map_err(|e| ProofError::Schema(e.to_string()))?;
    for statement in edition.statements().filter(|s| scope.has(&s.id)) {
        let id = &statement.id;
        match rules.underivable.get(id) {
            Some(why @ Underivable::NoThreshold(_)) => found.can_fail.push(Finding::new(id, why.to_string())),
            Some(why) => found.open.push(Finding::new(id, why.to_string())),
            None => {}
        }
        let policy = statement.text.parse::<Policy>();
        match policy
            .map_err(|e| solver::SolverError::Failed(e.to_string()))
            .and_then(|p| solver::never_errors(&p, &schema))
        {
            Ok(true) => {}
            Ok(false) => found
                .can_fail
                .push(Finding::new(id, "an operation in it can fail, such as a sum that overflows")),
            Err(error) => found.open.push(Finding::new(id, error.to_string())),
        }
    }
    Ok(())
}

/// That a provision bites, or that a way is available where one of its provisions bites.
fn alive(rules: &Rules, id: &str) -> Formula {
    match (rules.provisions.get(id), rules.ways.get(id)) {
        (Some(provision), _) => provision.bites(),
        (None, Some(way)) => {
            let provisions = way.of.iter().filter_map(|p| rules.provisions.get(p));
            let bites = provisions.map(|p| p.bites()).collect::<Vec<_>>();
            way.available.clone().and(Formula::any(bites))
        }
        (None, None) => Formula::False,
    }
}
