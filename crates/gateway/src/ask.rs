//! The path of a request: read, judge, admit, open the door, answer, close the record.

use std::sync::Arc;

use border::{Judged, ReceiptPointer, Refused, Request};
use bytes::Bytes;
use estate::{Estate, System};
use http::{HeaderMap, HeaderValue, Response};
use hyper::body::Incoming;
use limits::Standing;
use mask::RecognizerFailed;
use screen::Finding;
use serve::{Body, read_body};
use tokio::time::Instant;
use wire::{ErrorBody, Inbound, Wire};

use crate::attempts::{Attempts, Searched};
use crate::cache::{self, Never};
use crate::caller::{self, Caller};
use crate::content::Content;
use crate::errors;
use crate::limiting::{self, NoRoom};
use crate::routes::Gateway;
use crate::screening::Meter;
use crate::trace::Trace;

/// A response, or an error with the record of the refusal if there is one.
pub(crate) struct Failure {
    pub(crate) error: ErrorBody,
    pub(crate) receipt: Option<ReceiptPointer>,
    /// What is left of the limits, where one had no room.
    pub(crate) standing: Option<Box<Standing>>,
}

impl From<ErrorBody> for Failure {
    fn from(error: ErrorBody) -> Failure {
        Failure { error, receipt: None, standing: None }
    }
}

impl From<NoRoom> for Failure {
    fn from(NoRoom { error, standing }: NoRoom) -> Failure {
        Failure { error, receipt: None, standing: Some(Box::new(standing)) }
    }
}

impl Failure {
    /// An error whose refusal or crossing is on record.
    pub(crate) fn on_record(error: ErrorBody, receipt: ReceiptPointer) -> Failure {
        Failure { receipt: Some(receipt), ..error.into() }
    }
}

/// A request that was read: who asks, for what, and with which content.
pub(crate) struct Read {
    pub(crate) request: Request,
    pub(crate) content: Content,
    /// What a screen found that refuses the request.
    pub(crate) screened: Option<Finding>,
    /// What counts the tokens of the answer for a screen.
    pub(crate) meter: Option<Meter>,
    pub(crate) deadline: Instant,
    /// The estate by which the content was searched.
    pub(crate) by: Arc<Estate>,
}

impl Gateway {
    /// Answers a request on one of the wires.
    pub(crate) async fn ask(
        self: &Arc<Self>,
        wire: Wire,
        request: http::Request<Incoming>,
        id: &str,
    ) -> Response<Body> {
        let trace = Trace::begin(self, wire, request.headers(), id);
        let answer = self.answer(wire, request, id, &trace).await;
        let mut response = answer.unwrap_or_else(|failure| {
            trace.failed(&failure);
            self.failed(wire, &failure, id)
        });
        trace.answered(response.status());
        if wire.is_anthropic() {
            // OpenAI's name for it is on every answer.
            put(response.headers_mut(), "request-id", id);
        }
        response
    }

    async fn answer(
        self: &Arc<Self>,
        wire: Wire,
        request: http::Request<Incoming>,
        id: &str,
        trace: &Trace,
    ) -> Result<Response<Body>, Failure> {
        let in_flight = self.metrics.begin();
        let slot = self.slots.clone().try_acquire_owned().map_err(|_| errors::too_busy())?;
        let read = self.read(wire, request, id, true).await?;
        trace.of(&read.request.system.id);
        let response = self.cross(read, trace).await?;
        Ok(response.map(|body| body.holding((in_flight, slot, trace.clone()))))
    }

    /// Reads a request, or one that is only asked about and so does not count: its caller, what that states, its body, and what is found in it.
    pub(crate) async fn read(
        &self,
        wire: Wire,
        request: http::Request<Incoming>,
        id: &str,
        counts: bool,
    ) -> Result<Read, ErrorBody> {
        let snapshot = self.border.snapshot().map_err(|e| errors::refused(&e))?;
        let (head, body) = request.into_parts();
        let Caller { key, system } = caller::known(&head.headers, &snapshot)?;
        let stated = caller::stated(&head.headers)?;
        let gateway = snapshot.estate().gateway();
        let deadline = Instant::now() + gateway.request_deadline;
        let max_bytes = usize::try_from(gateway.max_body).unwrap_or(usize::MAX);
        let bytes = read_body(&head.headers, body, max_bytes, gateway.body_deadline).await;
        let inbound = inbound(wire, bytes.map_err(|e| errors::unread(&e))?, max_bytes)?;
        let model = Some(self.served(&system, &inbound)?);
        let screened = self.screened(&inbound, &key.id, (snapshot.estate(), &system), counts)?;
        let content = self.searched(inbound, snapshot.estate(), &system).await?;
        let content = content.in_version(caller::version(&head.headers, wire)?);
        let stated = content.stating(stated);
        Ok(Read {
            request: Request { system, key: key.id, id: id.to_owned(), model, stated, flags: screened.flags },
            content,
            screened: screened.refused,
            meter: screened.meter,
            deadline,
            by: snapshot.estate().clone(),
        })
    }

    /// What is in a request. A recognizer may take long, so it is asked where it holds nobody up.
    async fn searched(
        &self,
        inbound: Inbound,
        estate: &Arc<Estate>,
        system: &Arc<System>,
    ) -> Result<Content, ErrorBody> {
        let finder = self.finder(estate);
        if self.recognizer.is_none() {
            return Content::read(inbound, &finder, system);
        }
        let system = system.clone();
        let search = tokio::task::spawn_blocking(move || Content::read(inbound, &finder, &system));
        search.await.unwrap_or_else(|_| Err(errors::recognizer_failed(&RecognizerFailed::new("it panicked"))))
    }

    async fn cross(&self, read: Read, trace: &Trace) -> Result<Response<Body>, Failure> {
        let Read { request, content, screened, meter, deadline, by } = read;
        let searched = Searched { by, masking: request.system.masking };
        let request = Arc::new(request);
        if let Some(finding) = screened {
            return Err(self.given_up(&request, content.inbound().body(), errors::screened(&finding)).await);
        }
        let judged = match self.border.judge(request.clone()) {
            Ok(judged) => judged,
            Err(refused) => {
                return Err(self.refuse(&request, None, content.inbound().body(), &refused).await);
            }
        };
        if let Some((path, what)) =
            content.unmaskable_part(&request.system).filter(|_| judged.shadow().is_none())
        {
            let error = errors::unmaskable_part(&path, &what);
            return Err(self.given_up(&request, content.inbound().body(), error).await);
        }
        let now = self.border.ledger().now();
        let slot = cache::slot(&judged, &content);
        if let Some(Ok(slot)) = &slot
            && let Some(again) = self.again(slot, &judged, now)
        {
            return Ok(again);
        }
        let held = self.hold(&judged, content.inbound()).await?;
        let attempts = Attempts::new(self, (&content, searched), (deadline, held, meter));
        let mut response = attempts.traced(trace.clone()).run(judged).await?;
        match slot {
            None => {}
            Some(Err(Never)) => drop(response.headers_mut().insert(cache::HEADER, Never::WORD)),
            Some(Ok(slot)) => {
                self.answers.keep(slot, &response, now);
                put(response.headers_mut(), cache::HEADER, "miss");
            }
        }
        Ok(response)
    }

    /// Records that the request is refused for a reason that is not the law's.
    pub(crate) async fn given_up(&self, request: &Request, body: &Bytes, error: ErrorBody) -> Failure {
        let code = error.code.clone().unwrap_or_default();
        match self.border.refuse(request, None, body, &code).await {
            Ok(receipt) => Failure::on_record(error, receipt),
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
            Ok(receipt) => Failure::on_record(errors::refused(why), receipt),
            Err(unrecorded) => errors::refused(&unrecorded).into(),
        }
    }

    fn failed(&self, wire: Wire, failure: &Failure, id: &str) -> Response<Body> {
        self.metrics.error(failure.error.code.as_deref().unwrap_or("unknown"));
        let mut response = errors::response(wire, &failure.error, id);
        if let Some(receipt) = &failure.receipt {
            mark_receipt(response.headers_mut(), receipt);
        }
        if let Some(standing) = &failure.standing {
            limiting::mark(response.headers_mut(), wire, **standing, self.border.ledger().now());
        }
        response
    }
}

/// Reads a body, and refuses what would outlive the request or act on the vendor's side.
pub(crate) fn inbound(wire: Wire, bytes: Bytes, max_bytes: usize) -> Result<Inbound, ErrorBody> {
    let limits = wire::Limits { max_bytes, ..wire::Limits::default() };
    let inbound = Inbound::read(wire, bytes, &limits).map_err(|e| ErrorBody::from(&e))?;
    inbound.stateless().map_err(|e| ErrorBody::from(&e))?;
    match inbound.vendor_side().first() {
        Some(path) => Err(errors::vendor_side(path)),
        None => Ok(inbound),
    }
}

pub(crate) fn mark(headers: &mut HeaderMap, receipt: &ReceiptPointer, candidate: &assess::Candidate) {
    mark_receipt(headers, receipt);
    put(headers, "x-comity-place", candidate.endpoint.places.to_string());
    put(headers, "x-comity-endpoint", candidate.endpoint.id.as_str());
    if candidate.content == assess::Content::Masked {
        put(headers, "x-comity-masked", "true");
    }
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
