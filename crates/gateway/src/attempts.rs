//! The attempts at one request: its lawful endpoints in order, each a crossing with its own admission, permit and outcome.

use assess::Candidate;
use border::{Call, Crossing, Door, Judged, Message, Permit, ReceiptPointer, Refused};
use bytes::Bytes;
use estate::{Remote, Upstream};
use http::Response;
use hyper::body::Incoming;
use serve::{Body, read_body};
use tokio::time::Instant;
use wire::{ChatRequest, ErrorBody};

use crate::answer::{Made, respond};
use crate::chat::{Failure, mark};
use crate::door::{Cause, NoReply, Reply};
use crate::errors;
use crate::routes::Gateway;

/// How often law or estate may change under one request before it is refused.
const MOST_JUDGMENTS: usize = 3;

/// One request on its way through its lawful endpoints.
pub(crate) struct Attempts<'a> {
    gateway: &'a Gateway,
    chat: &'a ChatRequest,
    deadline: Instant,
    made: u32,
    judgments: usize,
    /// The least wait that a busy endpoint asked for, in seconds: then waiting helps.
    busy: Option<u64>,
}

/// What came of a crossing, or of all of them.
enum Turn {
    Answered(Response<Body>),
    /// No answer, for a cause that says nothing of the request: on to the next.
    Next,
    /// Law or estate changed: begin anew by what is in force now.
    Anew(Judged),
}

impl<'a> Attempts<'a> {
    pub(crate) fn new(gateway: &'a Gateway, chat: &'a ChatRequest, deadline: Instant) -> Self {
        Attempts { gateway, chat, deadline, made: 0, judgments: 1, busy: None }
    }

    /// Tries the lawful endpoints until one answers. Nothing unlawful is ever tried instead.
    pub(crate) async fn run(mut self, mut judged: Judged) -> Result<Response<Body>, Failure> {
        loop {
            match self.each(&judged).await? {
                Turn::Answered(response) => return Ok(response),
                Turn::Anew(by_what_is_in_force) => judged = by_what_is_in_force,
                Turn::Next => return Err(self.gateway.nobody_answered(&judged, self.chat, self.busy).await),
            }
        }
    }

    async fn each(&mut self, judged: &Judged) -> Result<Turn, Failure> {
        if judged.lawful().next().is_none() {
            return Err(self.refused(judged, &Refused::ByLaw(judged.assessment().clone())).await);
        }
        for candidate in judged.lawful() {
            if Instant::now() >= self.deadline {
                return Err(self.gateway.out_of_time(judged, self.chat).await);
            }
            match self.one(judged, candidate).await? {
                Turn::Next => {}
                settled => return Ok(settled),
            }
        }
        Ok(Turn::Next)
    }

    /// One crossing: admit, open the door, answer.
    async fn one(&mut self, judged: &Judged, candidate: &Candidate) -> Result<Turn, Failure> {
        let body = outgoing(self.chat, &candidate.endpoint.upstream);
        let message = Message { call: Call::Chat, stream: self.chat.stream(), body };
        let crossing = Crossing {
            judged,
            endpoint: &candidate.endpoint.id,
            content: candidate.content,
            surge: None,
            message,
            attempt: self.made + 1,
        };
        let permit = match self.gateway.border.admit(crossing).await {
            Ok(permit) => permit,
            Err(Refused::EndpointClosed(_)) => return Ok(Turn::Next),
            Err(Refused::Outdated) if self.judgments < MOST_JUDGMENTS => return self.judge_again(judged),
            Err(refused) => return Err(self.refused(judged, &refused).await),
        };
        self.cross(judged, candidate, permit).await
    }

    async fn cross(
        &mut self,
        judged: &Judged,
        candidate: &Candidate,
        permit: Permit,
    ) -> Result<Turn, Failure> {
        self.made += 1;
        let receipt = permit.receipt().clone();
        match self.gateway.doors.open(permit).await {
            Ok(reply) => Ok(Turn::Answered(self.answer(judged, candidate, reply, &receipt).await)),
            Err(none) => self.unanswered(candidate, none, receipt).await,
        }
    }

    async fn answer(
        &self,
        judged: &Judged,
        candidate: &Candidate,
        reply: Reply,
        receipt: &ReceiptPointer,
    ) -> Response<Body> {
        let seconds = self.gateway.border.ledger().now() / 1000;
        let made = Made { id: judged.request().id.clone(), seconds, deadline: self.deadline };
        let mut response = respond(reply, self.chat, candidate, &self.gateway.metrics, made).await;
        mark(response.headers_mut(), receipt, candidate);
        response
    }

    async fn unanswered(
        &mut self,
        candidate: &Candidate,
        none: NoReply,
        receipt: ReceiptPointer,
    ) -> Result<Turn, Failure> {
        let outcome = none.outcome.as_str();
        self.gateway.metrics.crossing(&candidate.endpoint.id, outcome);
        tracing::warn!(endpoint = %candidate.endpoint.id, outcome, "no answer");
        if !none.cause.may_fall_back() {
            return Err(Failure { error: no_answer(none).await, receipt: Some(receipt) });
        }
        if let Cause::Busy(wait) = none.cause {
            let wait = wait.unwrap_or(1);
            self.busy = Some(self.busy.map_or(wait, |least| least.min(wait)));
        }
        Ok(Turn::Next)
    }

    fn judge_again(&mut self, judged: &Judged) -> Result<Turn, Failure> {
        self.judgments += 1;
        let anew = self.gateway.border.judge_again(judged);
        Ok(Turn::Anew(anew.map_err(|refused| errors::refused(&refused))?))
    }

    async fn refused(&self, judged: &Judged, why: &Refused) -> Failure {
        self.gateway.refuse(judged.request(), Some(judged), self.chat.body(), why).await
    }
}

/// The bytes that cross: the request as it came, under the name that the model has at the endpoint.
fn outgoing(chat: &ChatRequest, upstream: &Upstream) -> Bytes {
    match upstream {
        Upstream::Embedded => chat.body().clone(),
        Upstream::Remote(Remote { model, .. }) => chat.with_model(model),
    }
}

async fn no_answer(none: NoReply) -> ErrorBody {
    match none.cause {
        Cause::Rejected(response) => rejected(response).await,
        Cause::BadPrompt(why) => ErrorBody::new(400, "unsupported_request", why).with_retry(false),
        Cause::NotSent => {
            let message = "the endpoint's credential is missing or the request came too late to be sent";
            ErrorBody::new(503, "not_sent", message).with_retry(false)
        }
        _ => ErrorBody::new(502, "upstream_failed", "the endpoint gave no answer").with_retry(false),
    }
}

/// An error of the endpoint. Its words go to the caller only where they are about the caller's request.
async fn rejected(response: Response<Incoming>) -> ErrorBody {
    let status = response.status().as_u16();
    if matches!(status, 401..=403) || !(400..500).contains(&status) {
        return ErrorBody::new(
            502,
            "upstream_rejected",
            format!("the endpoint refused with status {status}"),
        )
        .with_retry(false);
    }
    let (head, body) = response.into_parts();
    let read = read_body(&head.headers, body, 64 << 10, std::time::Duration::from_secs(5)).await;
    let said = read.ok().and_then(|b| serde_json::from_slice::<serde_json::Value>(&b).ok());
    let message = said.as_ref().and_then(|v| v.pointer("/error/message")).and_then(|m| m.as_str());
    let message = message.map_or_else(|| format!("the endpoint refused with status {status}"), str::to_owned);
    ErrorBody::new(status, "upstream_rejected", message).with_retry(false)
}
