//! The endpoints that a request may use, each with its ruling, in the system's order of preference.

use std::sync::Arc;

use estate::{AgreementId, Endpoint, Estate, Masking, Review, System, Telemetry};
use law::{Edition, RuleError, Stance};
use terms::{Date, Flow, MissingFact, Ruling, Verdict};

use crate::{Content, Stated, flows};

/// What an assessment is made with: one estate, the editions in force, the days it may be.
#[derive(Clone, Copy)]
pub struct Bench<'a> {
    /// The estate.
    pub estate: &'a Estate,
    /// The editions to rule by; with more than one, by the meet of all.
    pub editions: &'a [Arc<Edition>],
    /// The days it may be somewhere in the world; an agreement has to hold on all of them.
    pub days: &'a [Date],
    /// Who asks.
    pub stance: Stance,
}

/// One flow of a candidate with its ruling.
#[derive(Debug, Clone)]
pub struct PartyFlow {
    /// The vendor that the flow goes to.
    pub vendor: String,
    /// What that vendor does there.
    pub role: &'static str,
    /// The agreements that counted.
    pub agreements: Vec<AgreementId>,
    /// The flow.
    pub flow: Flow,
    /// What the law says of it.
    pub ruling: Arc<Ruling>,
}

/// An endpoint with the rulings of all flows to it.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The endpoint.
    pub endpoint: Arc<Endpoint>,
    /// Its flows.
    pub flows: Vec<PartyFlow>,
    /// The verdict of their meet.
    pub verdict: Verdict,
    /// In what state content goes there.
    pub content: Content,
}

/// The candidates for a request, in order of preference.
#[derive(Debug, Clone, Default)]
pub struct Assessment {
    /// Lawful or not, in order.
    pub candidates: Vec<Candidate>,
}

impl Assessment {
    /// The endpoints on which the request may run, in order.
    pub fn lawful(&self) -> impl Iterator<Item = &Candidate> {
        self.candidates.iter().filter(|c| c.verdict == Verdict::Permit)
    }

    /// The candidate that is nearest to lawful: what a refusal should explain. The mildest verdict, then the fewest clauses.
    pub fn nearest(&self) -> Option<&Candidate> {
        self.candidates
            .iter()
            .min_by_key(|c| (std::cmp::Reverse(c.verdict), c.ruling().needs.clauses().len()))
    }
}

impl Candidate {
    /// The meet of all flows.
    pub fn ruling(&self) -> Ruling {
        PartyFlow::meet(&self.flows)
    }
}

impl PartyFlow {
    /// The meet of the rulings; without any flow, nobody described who is there.
    pub fn meet(flows: &[PartyFlow]) -> Ruling {
        match flows.split_first() {
            None => nobody_described(),
            Some((first, rest)) => {
                rest.iter().fold((*first.ruling).clone(), |all, one| all.meet(&one.ruling))
            }
        }
    }
}

impl Bench<'_> {
    /// Assesses the endpoints that `system` may use, or those behind `model` if a name is given; `None` if the system has no such
    /// name.
    pub fn assess(
        &self,
        system: &System,
        model: Option<&str>,
        stated: &Stated,
    ) -> Result<Option<Assessment>, RuleError> {
        let endpoints: Vec<&Arc<Endpoint>> = match model {
            None => self.estate.endpoints_of(system).collect(),
            Some(name) => match self.estate.endpoints_for_model(system, name) {
                None => return Ok(None),
                Some(endpoints) => endpoints.collect(),
            },
        };
        let mut candidates = Vec::with_capacity(endpoints.len());
        for endpoint in endpoints {
            self.pairs(system, endpoint, stated, &mut candidates)?;
        }
        Ok(Some(Assessment { candidates }))
    }

    /// The flows that the telemetry of a system is, each with its ruling.
    pub fn telemetry(&self, system: &System, to: &Telemetry) -> Result<Vec<PartyFlow>, RuleError> {
        self.ruled(flows::telemetry_flows(self.estate, system, to, self.days))
    }

    /// An endpoint with content as it came, and masked where the system lets that be and it makes a difference.
    fn pairs(
        &self,
        system: &System,
        endpoint: &Arc<Endpoint>,
        stated: &Stated,
        candidates: &mut Vec<Candidate>,
    ) -> Result<(), RuleError> {
        let can = system.masking.may_mask() && stated.maskable;
        if system.masking == Masking::Always && can {
            candidates.push(self.candidate(system, endpoint, stated, Content::Masked)?);
            return Ok(());
        }
        let as_it_came = self.candidate(system, endpoint, stated, Content::AsItCame)?;
        let lawful = as_it_came.verdict == Verdict::Permit;
        candidates.push(as_it_came);
        if can && !lawful && !stated.replaceable.is_empty() {
            candidates.push(self.candidate(system, endpoint, stated, Content::Masked)?);
        }
        Ok(())
    }

    /// Assesses one endpoint.
    fn candidate(
        &self,
        system: &System,
        endpoint: &Arc<Endpoint>,
        stated: &Stated,
        content: Content,
    ) -> Result<Candidate, RuleError> {
        let legs = match content {
            Content::AsItCame => flows::flows(self.estate, system, endpoint, stated, self.days),
            Content::Masked => flows::masked_flows(self.estate, system, endpoint, stated, self.days),
        };
        let flows = self.ruled(legs)?;
        let strictest = flows.iter().map(|f| f.ruling.verdict()).min();
        let verdict = strictest.unwrap_or_else(|| nobody_described().verdict());
        Ok(Candidate { endpoint: endpoint.clone(), flows, verdict, content })
    }

    fn ruled(&self, legs: Vec<flows::Leg>) -> Result<Vec<PartyFlow>, RuleError> {
        let mut flows = Vec::with_capacity(legs.len());
        for leg in legs {
            let ruling = Arc::new(self.rule(&leg.flow)?);
            let flows::Leg { vendor, role, agreements, flow } = leg;
            flows.push(PartyFlow { vendor, role, agreements, flow, ruling });
        }
        Ok(flows)
    }

    /// The meet over the editions in force.
    fn rule(&self, flow: &Flow) -> Result<Ruling, RuleError> {
        let mut all = Ruling::default();
        for edition in self.editions {
            let mut ruling = edition.rule(flow, self.stance)?;
            if self.estate.gateway().review == Review::Refuse {
                refuse_overdue(edition, &mut ruling);
            }
            all = all.meet(&ruling);
        }
        if self.editions.is_empty() {
            all.missing.push(missing("edition"));
        }
        Ok(all)
    }
}

/// The operator chose that a provision nobody looked at in time does not let anything pass.
fn refuse_overdue(edition: &Edition, ruling: &mut Ruling) {
    let overdue: Vec<String> = ruling
        .because
        .iter()
        .map(|b| &b.provision)
        .filter(|p| edition.is_overdue(p))
        .map(|p| format!("review:{p}"))
        .collect();
    ruling.missing.extend(overdue.iter().map(|fact| missing(fact)));
}

fn nobody_described() -> Ruling {
    Ruling { missing: vec![missing("parties")], ..Ruling::default() }
}

fn missing(fact: &str) -> MissingFact {
    MissingFact { fact: fact.to_owned(), provisions: Vec::new(), outcomes: Vec::new() }
}
