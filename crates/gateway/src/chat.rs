//! The path of a chat request: read, judge, admit, open the door, answer, close the record.

use std::sync::Arc;

use border::{Crossing, Door, Judged, ReceiptPointer, Refused, Request};
use bytes::Bytes;
use estate::Upstream;
use http::{HeaderMap, HeaderValue, Response};
use hyper::body::Incoming;
use serve::{Body, read_body};
use wire::{ChatRequest, ErrorBody, Limits};

use crate::answer::{Made, respond};
use crate::caller::{self, Caller};
use crate::door::{Cause, NoReply};
use crate::errors;
use crate::routes::Gateway;

/// How often law or estate may change under one request before it is refused.
const MOST_JUDGMENTS: usize = 3;

/// A response, or an error with the record of the refusal if there is one.
struct Failure {
    error: ErrorBody,
    receipt: Option<ReceiptPointer>,
}

impl From<ErrorBody> for Failure {
    fn from(error: ErrorBody) -> Failure {
        Failure { error, receipt: None }
    }
}

impl Gateway {
    /// Answers `POST /v1/chat/completions`.
    pub(crate) async fn chat(self: &Arc<Self>, request: http::Request<Incoming>, id: &str) -> Response<Body> {
        self.answer(request, id).await.unwrap_or_else(|failure| self.failed(&failure))
    }

    async fn answer(
        self: &Arc<Self>,
        request: http::Request<Incoming>,
        id: &str,
    ) -> Result<Response<Body>, Failure> {
        let in_flight = self.metrics.begin();
        let slot = self.slots.clone().try_acquire_owned().map_err(|_| errors::too_busy())?;
        let snapshot = self.border.snapshot().map_err(|e| errors::refused(&e))?;
        let (head, body) = request.into_parts();
        let caller = caller::known(&head.headers, &snapshot)?;
        let stated = caller::stated(&head.headers)?;
        let gateway = snapshot.estate().gateway();
        let max_bytes = usize::try_from(gateway.max_body).unwrap_or(usize::MAX);
        let bytes = read_body(&head.headers, body, max_bytes, gateway.body_deadline).await;
        let bytes = bytes.map_err(|e| errors::unread(&e))?;
        let limits = Limits { max_bytes, ..Limits::default() };
        let chat = ChatRequest::read(bytes, &limits).map_err(|e| ErrorBody::from(&e))?;
        let Caller { key, system } = caller;
        let request =
            Request { system, key: key.id, id: id.to_owned(), model: Some(chat.model().to_owned()), stated };
        let response = self.cross(request, &chat).await?;
        Ok(response.map(|body| body.holding((in_flight, slot))))
    }

    async fn cross(&self, request: Request, chat: &ChatRequest) -> Result<Response<Body>, Failure> {
        let request = Arc::new(request);
        let judged = match self.border.judge(request.clone()) {
            Ok(judged) => judged,
            Err(refused) => return Err(self.refuse(&request, None, chat.body(), &refused).await),
        };
        self.attempt_each(judged, chat).await
    }

    /// Tries the lawful endpoints in order. Each attempt is a crossing of its own.
    async fn attempt_each(&self, mut judged: Judged, chat: &ChatRequest) -> Result<Response<Body>, Failure> {
        let (mut attempt, mut judgments) = (0, 1);
        let mut busy: Option<u64> = None;
        'judged: loop {
            if judged.lawful().next().is_none() {
                let refused = Refused::ByLaw(judged.assessment().clone());
                return Err(self.refuse(judged.request(), Some(&judged), chat.body(), &refused).await);
            }
            let assessment = judged.assessment().clone();
            for candidate in assessment.lawful() {
                let bytes = outgoing(chat, &candidate.endpoint.upstream);
                let crossing = Crossing {
                    judged: &judged,
                    endpoint: &candidate.endpoint.id,
                    bytes,
                    attempt: attempt + 1,
                };
                let permit = match self.border.admit(crossing).await {
                    Ok(permit) => permit,
                    Err(Refused::EndpointClosed(_)) => continue,
                    Err(Refused::Outdated) if judgments < MOST_JUDGMENTS => {
                        judgments += 1;
                        judged = self.border.judge_again(&judged).map_err(|e| errors::refused(&e))?;
                        continue 'judged;
                    }
                    Err(refused) => {
                        return Err(self
                            .refuse(judged.request(), Some(&judged), chat.body(), &refused)
                            .await);
                    }
                };
                attempt += 1;
                let receipt = permit.receipt().clone();
                match self.doors.open(permit).await {
                    Ok(reply) => {
                        let made = Made {
                            id: judged.request().id.clone(),
                            seconds: self.border.ledger().now() / 1000,
                        };
                        let mut response = respond(reply, chat, candidate, &self.metrics, made).await;
                        mark(response.headers_mut(), &receipt, candidate);
                        return Ok(response);
                    }
                    Err(none) => {
                        self.metrics.crossing(&candidate.endpoint.id, none.outcome.as_str());
                        tracing::warn!(endpoint = %candidate.endpoint.id, outcome = none.outcome.as_str(), "no answer");
                        if !none.cause.may_fall_back() {
                            return Err(Failure { error: no_answer(none).await, receipt: Some(receipt) });
                        }
                        if let Cause::Busy(wait) = none.cause {
                            let wait = wait.unwrap_or(1);
                            busy = Some(busy.map_or(wait, |least| least.min(wait)));
                        }
                    }
                }
            }
            return Err(self.nobody_answered(&judged, chat, busy).await);
        }
    }

    /// Every lawful endpoint was tried or is closed. Nothing unlawful is tried instead. If one was only busy, for so many
    /// seconds, waiting helps.
    async fn nobody_answered(&self, judged: &Judged, chat: &ChatRequest, busy: Option<u64>) -> Failure {
        let error = match busy {
            Some(wait) => {
                let message = "no lawful endpoint is free; try again";
                ErrorBody::new(429, "lawful_endpoints_busy", message).with_retry_after(wait)
            }
            None => {
                let message = "no endpoint on which this request may lawfully run gives an answer";
                ErrorBody::new(503, "no_lawful_endpoint_alive", message).with_retry(false)
            }
        };
        let code = error.code.clone().unwrap_or_default();
        match self.border.refuse(judged.request(), None, chat.body(), &code).await {
            Ok(receipt) => Failure { error, receipt: Some(receipt) },
            Err(refused) => errors::refused(&refused).into(),
        }
    }

    /// Records a refusal. If that fails the caller hears of it, and nothing has crossed either way.
    async fn refuse(
        &self,
        request: &Request,
        judged: Option<&Judged>,
        body: &Bytes,
        why: &Refused,
    ) -> Failure {
        if matches!(why, Refused::NoRecord(_)) {
            return errors::refused(why).into();
        }
        match self.border.refuse(request, judged, body, why.code()).await {
            Ok(receipt) => Failure { error: errors::refused(why), receipt: Some(receipt) },
            Err(unrecorded) => errors::refused(&unrecorded).into(),
        }
    }

    fn failed(&self, failure: &Failure) -> Response<Body> {
        self.metrics.error(failure.error.code.as_deref().unwrap_or("unknown"));
        let mut response = errors::response(&failure.error);
        if let Some(receipt) = &failure.receipt {
            mark_receipt(response.headers_mut(), receipt);
        }
        response
    }
}

/// The bytes that cross: the request as it came, under the name that the model has at the endpoint.
fn outgoing(chat: &ChatRequest, upstream: &Upstream) -> Bytes {
    match upstream {
        Upstream::Embedded => chat.body().clone(),
        Upstream::OpenAi { model, .. } => chat.with_model(model),
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

fn mark(headers: &mut HeaderMap, receipt: &ReceiptPointer, candidate: &assess::Candidate) {
    mark_receipt(headers, receipt);
    put(headers, "x-comity-place", candidate.endpoint.places.to_string());
    put(headers, "x-comity-endpoint", candidate.endpoint.id.as_str());
}

fn mark_receipt(headers: &mut HeaderMap, receipt: &ReceiptPointer) {
    put(headers, "x-comity-receipt", format!("{} {}", receipt.origin, receipt.index));
    put(headers, "x-comity-salt", data_encoding::HEXLOWER.encode(&receipt.salt));
}

pub(crate) fn put(headers: &mut HeaderMap, name: &'static str, value: impl TryInto<HeaderValue>) {
    if let Ok(value) = value.try_into() {
        headers.insert(name, value);
    }
}
