//! What keys and systems may ask for: room is taken before a request crosses, and what it used is settled when its answer ends.
//!
//! It knows prices and estimates; counting is `limits`'. A request that no limit bears on costs a look-up and nothing else.

mod headers;
mod held;

use std::collections::HashMap;
use std::sync::{Arc, Weak};

use arc_swap::ArcSwapOption;
use assess::Candidate;
use border::Judged;
use estate::{Estate, KeyId, Limit, Limited, Price, SystemId};
use limits::{Limits, Micros, Need, Refused, Rule, Spending, Subject};
use terms::Verdict;
use wire::{ErrorBody, Inbound};

use crate::errors;
use crate::routes::Gateway;
pub(crate) use headers::mark;
pub(crate) use held::{Bill, Held};

/// Bytes of text that a token is taken to have before the vendor counts: about what tokenizers make of English prose.
const BYTES_OF_A_TOKEN: u64 = 4;

/// The limits of the gateway, with the rules of the estate in force.
pub(crate) struct Limiting {
    limits: Arc<Limits>,
    rules: ArcSwapOption<Rules>,
}

/// The rules of one estate, by whom they limit.
struct Rules {
    estate: Weak<Estate>,
    of_keys: HashMap<KeyId, (Subject, Rule)>,
    of_systems: HashMap<SystemId, (Subject, Rule)>,
}

/// Whom a key of the estate is counted as.
pub fn subject_of_key(key: &str) -> Subject {
    Subject::new(&format!("key/{key}"))
}

/// Whom a system of the estate is counted as.
pub fn subject_of_system(system: &str) -> Subject {
    Subject::new(&format!("system/{system}"))
}

/// What a request is taken to need until its answer says what it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Estimate {
    /// Tokens sent.
    pub(crate) input: u64,
    /// Tokens answered, at most.
    pub(crate) output: u64,
}

/// Why a request has no room, and what is left of the limits a minute.
pub(crate) struct NoRoom {
    pub(crate) error: ErrorBody,
    pub(crate) standing: limits::Standing,
}

impl Limiting {
    pub(crate) fn new(limits: Arc<Limits>) -> Limiting {
        Limiting { limits, rules: ArcSwapOption::empty() }
    }

    /// The rules that bear on a request, and whether one of them limits money.
    fn asks(&self, judged: &Judged) -> (Vec<(Subject, Rule)>, bool) {
        let rules = self.rules(judged.snapshot().estate());
        let request = judged.request();
        let (key, system) = (rules.of_keys.get(&request.key), rules.of_systems.get(&request.system.id));
        let asks: Vec<(Subject, Rule)> = key.into_iter().chain(system).cloned().collect();
        let money = asks.iter().any(|(_, r)| r.spend_per_day.is_some() || r.spend_per_month.is_some());
        (asks, money)
    }

    /// What everybody whose money is limited has spent in the current day and month.
    pub(crate) fn spent(&self, estate: &Arc<Estate>, now_ms: u64) -> Vec<(Subject, Spending)> {
        let rules = self.rules(estate);
        let all = rules.of_keys.values().chain(rules.of_systems.values());
        let of_money = all.filter(|(_, rule)| rule.spend_per_day.or(rule.spend_per_month).is_some());
        of_money.map(|(subject, _)| (subject.clone(), self.limits.spending(subject, now_ms))).collect()
    }

    fn rules(&self, estate: &Arc<Estate>) -> Arc<Rules> {
        let is_of = |rules: &&Arc<Rules>| std::ptr::eq(rules.estate.as_ptr(), Arc::as_ptr(estate));
        if let Some(rules) = self.rules.load().as_ref().filter(is_of) {
            return rules.clone();
        }
        let made = Arc::new(Rules::of(estate));
        self.rules.store(Some(made.clone()));
        made
    }
}

impl Rules {
    fn of(estate: &Arc<Estate>) -> Rules {
        let (mut of_keys, mut of_systems) = (HashMap::new(), HashMap::new());
        for limit in estate.limits() {
            match &limit.of {
                Limited::Key(id) => {
                    drop(of_keys.insert(id.clone(), (subject_of_key(id.as_str()), rule(limit))))
                }
                Limited::System(id) => {
                    of_systems.insert(id.clone(), (subject_of_system(id.as_str()), rule(limit)));
                }
            }
        }
        Rules { estate: Arc::downgrade(estate), of_keys, of_systems }
    }
}

fn rule(limit: &Limit) -> Rule {
    Rule {
        requests_per_minute: limit.requests_per_minute,
        tokens_per_minute: limit.tokens_per_minute,
        concurrent: limit.concurrent,
        spend_per_day: limit.spend_per_day.map(Micros),
        spend_per_month: limit.spend_per_month.map(Micros),
    }
}

impl Gateway {
    /// Takes the room that a request may need of every limit that bears on it, or of none.
    pub(crate) async fn hold(&self, judged: &Judged, inbound: &Inbound) -> Result<Option<Held>, NoRoom> {
        let (asks, money) = self.limiting.asks(judged);
        if asks.is_empty() {
            return Ok(None);
        }
        let estimate = Estimate::of(inbound, judged.snapshot().estate().budgets().assumed_output);
        let trial = judged.shadow().is_some();
        let asked = judged.assessment().candidates.iter().filter(|c| trial || c.verdict == Verdict::Permit);
        let dearest = asked.map(|candidate| estimate.at(candidate)).max().unwrap_or(0);
        let cost = Micros(if money { dearest } else { 0 });
        let need = Need { tokens: estimate.input.saturating_add(estimate.output), cost };
        let ledger = self.border.ledger();
        match self.limiting.limits.reserve(&asks, need, ledger.now()).await {
            Ok(reservation) => Ok(Some(Held::new(reservation, estimate, money, ledger.clone()))),
            Err(refused) => {
                self.metrics.limited(refused.as_str());
                Err(no_room(&refused))
            }
        }
    }
}

fn no_room(refused: &Refused) -> NoRoom {
    match refused {
        Refused::Over(over) => NoRoom { error: errors::over_limit(over), standing: over.standing },
        Refused::Unavailable(why) => {
            NoRoom { error: errors::limits_unavailable(why), standing: limits::Standing::default() }
        }
    }
}

impl Estimate {
    fn of(inbound: &Inbound, assumed_output: u64) -> Estimate {
        let bytes = u64::try_from(inbound.body().len()).unwrap_or(u64::MAX);
        Estimate { input: bytes.div_ceil(BYTES_OF_A_TOKEN), output: inbound.most_output(assumed_output) }
    }

    /// What the request may cost there, in millionths of a unit.
    fn at(self, candidate: &Candidate) -> u64 {
        cost(candidate.endpoint.price, self.input, self.output)
    }
}

/// What tokens cost, in millionths of a unit, rounded up. What has no price costs nothing: money is limited only where all have one.
pub(crate) fn cost(price: Option<Price>, input: u64, output: u64) -> u64 {
    let Some(price) = price else { return 0 };
    let part = |tokens: u64, micros: u64| u128::from(tokens) * u128::from(micros);
    let millionths = part(input, price.input_micros) + part(output, price.output_micros);
    u64::try_from(millionths.div_ceil(1_000_000)).unwrap_or(u64::MAX)
}
