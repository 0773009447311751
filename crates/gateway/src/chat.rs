//! The path of a chat request: read, judge, admit, open the door, answer, close the record.

use std::sync::Arc;

use border::{Judged, ReceiptPointer, Refused, Request};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response};
use hyper::body::Incoming;
use serve::{Body, read_body};
use tokio::time::Instant;
use wire::{ChatRequest, ErrorBody, Limits};

use crate::attempts::Attempts;
use crate::caller::{self, Caller};
use crate::errors;
use crate::routes::Gateway;

/// A response, or an error with the record of the refusal if there is one.
pub(crate) struct Failure {
    pub(crate) error: ErrorBody,
    pub(crate) receipt: Option<ReceiptPointer>,
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
        let deadline = Instant::now() + gateway.request_deadline;
        let max_bytes = usize::try_from(gateway.max_body).unwrap_or(usize::MAX);
        let bytes = read_body(&head.headers, body, max_bytes, gateway.body_deadline).await;
        let bytes = bytes.map_err(|e| errors::unread(&e))?;
        let limits = Limits { max_bytes, ..Limits::default() };
        let chat = ChatRequest::read(bytes, &limits).map_err(|e| ErrorBody::from(&e))?;
        let Caller { key, system } = caller;
        let request =
            Request { system, key: key.id, id: id.to_owned(), model: Some(chat.model().to_owned()), stated };
        let response = self.cross(request, &chat, deadline).await?;
        Ok(response.map(|body| body.holding((in_flight, slot))))
    }

    async fn cross(
        &self,
        request: Request,
        chat: &ChatRequest,
        deadline: Instant,
    ) -> Result<Response<Body>, Failure> {
        let request = Arc::new(request);
        let judged = match self.border.judge(request.clone()) {
            Ok(judged) => judged,
            Err(refused) => return Err(self.refuse(&request, None, chat.body(), &refused).await),
        };
        Attempts::new(self, chat, deadline).run(judged).await
    }

    /// Every lawful endpoint was tried or is closed. Nothing unlawful is tried instead. If one was only busy, for so many
    /// seconds, waiting helps.
    pub(crate) async fn nobody_answered(
        &self,
        judged: &Judged,
        chat: &ChatRequest,
        busy: Option<u64>,
    ) -> Failure {
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
        self.given_up(judged, chat, error).await
    }

    /// The request took as long as it may, and a further attempt would take longer.
    pub(crate) async fn out_of_time(&self, judged: &Judged, chat: &ChatRequest) -> Failure {
        let message = "no lawful endpoint answered in the time that a request may take";
        let error = ErrorBody::new(504, "request_timeout", message).with_retry(false);
        self.given_up(judged, chat, error).await
    }

    async fn given_up(&self, judged: &Judged, chat: &ChatRequest, error: ErrorBody) -> Failure {
        let code = error.code.clone().unwrap_or_default();
        match self.border.refuse(judged.request(), None, chat.body(), &code).await {
            Ok(receipt) => Failure { error, receipt: Some(receipt) },
            Err(refused) => errors::refused(&refused).into(),
        }
    }

    /// Records a refusal. If that fails the caller hears of it, and nothing has crossed either way.
    pub(crate) async fn refuse(
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

pub(crate) fn mark(headers: &mut HeaderMap, receipt: &ReceiptPointer, candidate: &assess::Candidate) {
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
