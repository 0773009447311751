//! The attempts at one request: its lawful endpoints in order, each a crossing with its own admission, permit and outcome.

use std::sync::Arc;
use std::time::Duration;

use border::{Crossing, Door, Judged, Permit, ReceiptPointer, Refused};
use estate::{Estate, Masking};
use http::Response;
use serve::Body;
use tokio::time::Instant;
use wire::ErrorBody;
use wire::dialog::Untranslatable;

use crate::answer::{Asked, of_engine, of_http};
use crate::ask::{Failure, mark, put};
use crate::carry::Carried;
use crate::closing::Closing;
use crate::content::{Content, Masked};
use crate::door::{Cause, NoReply, Patience, Reply};
use crate::errors;
use crate::limiting::{self, Held};
use crate::rejected;
use crate::routes::Gateway;
use crate::routing::{Lease, Outcome, Ranked, Wait, on_trial, ranked};
use crate::screening::Meter;
use crate::trace::{CrossingSpan, Trace};
use crate::trial::{Trial, difference};

/// How often law or estate may change under one request before it is refused.
const MOST_JUDGMENTS: usize = 3;

/// One request on its way through its lawful endpoints.
pub(crate) struct Attempts<'a> {
    gateway: &'a Gateway,
    content: &'a Content,
    searched: Searched,
    deadline: Instant,
    /// The room that the limits gave, until an answer takes it.
    held: Option<Held>,
    meter: Option<Meter>,
    trace: Trace,
    made: u32,
    judgments: usize,
    /// Where the law would have had a request under a trial.
    trial: Option<Trial>,
    /// The request masked, once an endpoint wants it so.
    masked: Option<Masked>,
    /// What stood in the way, for the case that nobody answers.
    met: Met,
}

/// How the content was searched: by which estate, and whether to be masked.
pub(crate) struct Searched {
    pub(crate) by: Arc<Estate>,
    pub(crate) masking: Masking,
}

impl Searched {
    /// Whether what judges the request would have had it searched in the same way: a request that was read before a reload must
    /// not cross unsearched or unmasked after it.
    fn holds_for(&self, judged: &Judged) -> bool {
        let now = judged.snapshot().estate();
        Arc::ptr_eq(now, &self.by)
            || (judged.request().system.masking == self.masking
                && now.dictionaries() == self.by.dictionaries())
    }
}

/// What stood in the way at endpoints where the request may lawfully run.
#[derive(Default)]
struct Met {
    /// One of the route's own endpoints was out of order or had no room: what others lend may be used.
    short: bool,
    /// The earliest moment at which trying again may help, and whether the cause was load.
    again: Option<Instant>,
    busy: bool,
    /// What an endpoint has no word for.
    untranslatable: Option<Untranslatable>,
}

/// What came of a crossing, or of all of them.
enum Turn {
    Answered(Response<Body>),
    /// No answer, for a cause that says nothing of the request: on to the next.
    Next,
    /// Law or estate changed: begin anew by what is in force now.
    Anew(Judged),
}

/// One crossing that is under way.
struct UnderWay<'c> {
    ranked: &'c Ranked<'c>,
    carried: Carried,
    lease: Lease,
    span: Option<CrossingSpan>,
}

impl<'a> Attempts<'a> {
    pub(crate) fn new(
        gateway: &'a Gateway,
        (content, searched): (&'a Content, Searched),
        (deadline, held, meter): (Instant, Option<Held>, Option<Meter>),
    ) -> Self {
        Attempts {
            gateway,
            content,
            searched,
            deadline,
            held,
            meter,
            trace: Trace::default(),
            made: 0,
            judgments: 1,
            trial: None,
            masked: None,
            met: Met::default(),
        }
    }

    /// The same, as part of this trace.
    pub(crate) fn traced(self, trace: Trace) -> Self {
        Attempts { trace, ..self }
    }

    /// Tries the lawful endpoints until one answers. Nothing unlawful is ever tried instead.
    pub(crate) async fn run(mut self, mut judged: Judged) -> Result<Response<Body>, Failure> {
        loop {
            match self.each(&judged).await? {
                Turn::Answered(response) => return Ok(response),
                Turn::Anew(by_what_is_in_force) => judged = by_what_is_in_force,
                Turn::Next => return Err(self.nobody_answered(&judged).await),
            }
        }
    }

    async fn each(&mut self, judged: &Judged) -> Result<Turn, Failure> {
        if !self.searched.holds_for(judged) {
            return Err(self.refused(judged, &Refused::Outdated).await);
        }
        let trial = judged.shadow().is_some();
        if judged.lawful().next().is_none() && !trial {
            return Err(self.refused(judged, &Refused::ByLaw(judged.assessment().clone())).await);
        }
        let gateway = self.gateway;
        let chance = || gateway.chance();
        let mut order = ranked(judged, &gateway.endpoints, chance);
        self.trial = trial.then(|| Trial::of(&order));
        if trial {
            order = on_trial(judged, &gateway.endpoints, chance);
        }
        for ranked in order {
            if Instant::now() >= self.deadline {
                return Err(self.out_of_time(judged).await);
            }
            // What is lent is for a shortage of one's own, and for nothing else.
            if ranked.reserve.is_some() && !self.met.short {
                continue;
            }
            match self.one(judged, &ranked).await? {
                Turn::Next => {}
                settled => return Ok(settled),
            }
        }
        Ok(Turn::Next)
    }

    /// One crossing: carry, take a place, admit, open the door, answer.
    async fn one(&mut self, judged: &Judged, ranked: &Ranked<'_>) -> Result<Turn, Failure> {
        let endpoint = &ranked.candidate.endpoint;
        let carried = match self.carried(judged, ranked)? {
            Ok(carried) => carried,
            Err(untranslatable) => {
                self.met.untranslatable.get_or_insert(untranslatable);
                return Ok(Turn::Next);
            }
        };
        let lease = match self.gateway.endpoints.lease(endpoint, Instant::now()) {
            Ok(lease) => lease,
            Err(wait) => {
                self.met.not_before(wait);
                return Ok(Turn::Next);
            }
        };
        let instead = self.trial.as_ref().and_then(|trial| trial.instead(ranked.candidate, self.made));
        let difference = difference(instead.as_ref());
        let crossing = Crossing {
            judged,
            endpoint: &endpoint.id,
            content: ranked.candidate.content,
            surge: ranked.reserve.clone(),
            message: carried.message.clone(),
            attempt: self.made + 1,
            instead,
            price: self.held.as_ref().and_then(|held| held.price_at(endpoint)),
        };
        let permit = match self.gateway.border.admit(crossing).await {
            Ok(permit) => permit,
            Err(Refused::EndpointClosed(_)) => return Ok(Turn::Next),
            Err(Refused::Outdated) if self.judgments < MOST_JUDGMENTS => return self.judge_again(judged),
            Err(refused) => return Err(self.refused(judged, &refused).await),
        };
        if let Some(trial) = judged.shadow() {
            self.gateway.metrics.on_trial(&trial.id, difference);
        }
        let inbound = self.content.inbound();
        let span = self.trace.crossing((judged, ranked.candidate), inbound, self.made + 1, permit.receipt());
        self.cross(judged, UnderWay { ranked, carried, lease, span }, permit).await
    }

    /// The request as this endpoint is to be asked it.
    fn carried(
        &mut self,
        judged: &Judged,
        ranked: &Ranked<'_>,
    ) -> Result<Result<Carried, Untranslatable>, Failure> {
        let system = &judged.request().system;
        let key = &self.gateway.mask_key;
        Ok(self.content.carried(ranked.candidate, system, key, &mut self.masked)?)
    }

    async fn cross(
        &mut self,
        judged: &Judged,
        mut under_way: UnderWay<'_>,
        permit: Permit,
    ) -> Result<Turn, Failure> {
        self.made += 1;
        let receipt = permit.receipt().clone();
        let sent = Instant::now();
        match self.gateway.doors.open(permit).await {
            Ok(reply) => {
                let now = Instant::now();
                under_way.lease.tell(Outcome::Answered(now.saturating_duration_since(sent)), now);
                Ok(Turn::Answered(self.answer(judged, under_way, reply, &receipt).await))
            }
            Err(none) => self.unanswered(under_way, none, receipt).await,
        }
    }

    async fn answer(
        &mut self,
        judged: &Judged,
        under_way: UnderWay<'_>,
        reply: Reply,
        receipt: &ReceiptPointer,
    ) -> Response<Body> {
        let UnderWay { ranked, carried, lease, span } = under_way;
        let endpoint = &ranked.candidate.endpoint;
        let asked = Asked {
            inbound: self.content.inbound(),
            passage: carried.passage,
            vault: self.masked.as_ref().filter(|_| ranked.is_masked()).map(|masked| &masked.vault),
            id: &judged.request().id,
            seconds: self.gateway.border.ledger().now() / 1000,
        };
        let patience = Patience::with(endpoint, self.deadline);
        let standing = self.held.as_ref().map(Held::standing).unwrap_or_default();
        let bill = self.held.take().map(|held| held.answered(endpoint));
        let meter = self.meter.take();
        let metrics = &self.gateway.metrics;
        let closing =
            |record| Closing::new(record, endpoint.clone(), metrics, (lease, bill, meter)).traced(span);
        let mut response = match reply {
            Reply::Http(response, record) => of_http(response, closing(record), patience, &asked).await,
            Reply::Pieces(pieces, record) => of_engine(pieces, closing(record), patience, &asked).await,
        };
        mark(response.headers_mut(), receipt, ranked.candidate);
        if let Some(version) = judged.request().version() {
            put(response.headers_mut(), "x-comity-version", version);
        }
        if let Some(trial) = judged.shadow() {
            put(response.headers_mut(), "x-comity-shadow", trial.id.as_str());
        }
        let (wire, now) = (self.content.inbound().wire(), self.gateway.border.ledger().now());
        limiting::mark(response.headers_mut(), wire, standing, now);
        response
    }

    async fn unanswered(
        &mut self,
        mut under_way: UnderWay<'_>,
        none: NoReply,
        receipt: ReceiptPointer,
    ) -> Result<Turn, Failure> {
        let endpoint = &under_way.ranked.candidate.endpoint;
        if let Some(held) = &mut self.held {
            held.unanswered(endpoint, none.outcome);
        }
        if let Some(mut span) = under_way.span.take() {
            span.end(none.outcome, None);
        }
        let outcome = none.outcome.as_str();
        self.gateway.metrics.crossing(&endpoint.id, outcome);
        tracing::warn!(endpoint = %endpoint.id, outcome, "no answer");
        let now = Instant::now();
        under_way.lease.tell(told(&none.cause), now);
        if !none.cause.may_fall_back() {
            let vault = self.masked.as_ref().filter(|_| under_way.ranked.is_masked()).map(|m| &m.vault);
            let error = rejected::error(none, under_way.carried.passage, vault).await;
            return Err(Failure::on_record(error, receipt));
        }
        self.met.short = true;
        if let Cause::Busy(wait) = none.cause {
            let until = now + Duration::from_secs(wait.unwrap_or(1));
            self.met.not_before(Wait { until, busy: true });
        }
        Ok(Turn::Next)
    }

    fn judge_again(&mut self, judged: &Judged) -> Result<Turn, Failure> {
        self.judgments += 1;
        let anew = self.gateway.border.judge_again(judged);
        Ok(Turn::Anew(anew.map_err(|refused| errors::refused(&refused))?))
    }

    async fn refused(&self, judged: &Judged, why: &Refused) -> Failure {
        let body = self.content.inbound().body();
        self.gateway.refuse(judged.request(), Some(judged), body, why).await
    }

    /// Every lawful endpoint was tried or is out of order. Nothing unlawful is tried instead.
    async fn nobody_answered(&self, judged: &Judged) -> Failure {
        let error = match &self.met {
            Met { untranslatable: Some(cause), short: false, .. } => errors::untranslatable(cause),
            Met { busy: true, .. } => errors::lawful_endpoints_busy(self.met.wait_seconds().unwrap_or(1)),
            met => errors::no_lawful_endpoint_alive(met.wait_seconds()),
        };
        self.given_up(judged, error).await
    }

    /// The request took as long as it may, and a further attempt would take longer.
    async fn out_of_time(&self, judged: &Judged) -> Failure {
        self.given_up(judged, errors::request_timeout()).await
    }

    async fn given_up(&self, judged: &Judged, error: ErrorBody) -> Failure {
        self.gateway.given_up(judged.request(), self.content.inbound().body(), error).await
    }
}

impl Met {
    /// An endpoint is not to be tried before this moment.
    fn not_before(&mut self, wait: Wait) {
        self.short = true;
        self.busy |= wait.busy;
        self.again = Some(self.again.map_or(wait.until, |earliest| earliest.min(wait.until)));
    }

    /// Whole seconds until trying again may help, at least one.
    fn wait_seconds(&self) -> Option<u64> {
        let until = self.again?.saturating_duration_since(Instant::now());
        Some(until.as_secs() + u64::from(until.subsec_nanos() > 0)).map(|s| s.max(1))
    }
}

/// What a cause says of the endpoint.
fn told(cause: &Cause) -> Outcome {
    match cause {
        Cause::Unreachable | Cause::Slow | Cause::Broken => Outcome::Failed,
        Cause::ServerError(_, None) => Outcome::Failed,
        Cause::ServerError(_, Some(wait)) => Outcome::Busy(Duration::from_secs(*wait)),
        Cause::Busy(Some(wait)) => Outcome::Busy(Duration::from_secs(*wait)),
        Cause::Busy(None) | Cause::Rejected(_) | Cause::BadPrompt(_) | Cause::NotSent => Outcome::Unknown,
    }
}
