//! The doors of the inference border: the only place here that touches an upstream.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use arc_swap::ArcSwap;
use border::{Door, Permit, Record, Spent};
use bytes::Bytes;
use estate::{BaseUrl, Endpoint, EndpointSecret, Remote, Upstream};
use http::{HeaderValue, Method, Request, Response, StatusCode, Uri, header};
use http_body_util::Full;
use hyper::body::Incoming;
use ledger::OutcomeCode;
use serve::{Client, ClientError, ClientOptions};
use tokio::time::Instant;
use wire::ChatRequest;

use crate::embedded::{Embedded, EmbeddedError, Pieces, Prompt};
use crate::secrets::Secrets;

/// Doors to every kind of endpoint.
pub struct Doors {
    options: ClientOptions,
    /// A client for each time that endpoints allow a connection; they are few.
    clients: RwLock<HashMap<Duration, Client>>,
    embedded: Arc<dyn Embedded>,
    secrets: ArcSwap<Secrets>,
}

/// What an endpoint began to answer, and the record to close when it has.
pub enum Reply {
    /// An HTTP answer with a good status.
    Http(Response<Incoming>, Record),
    /// Pieces from the engine, with the request they answer.
    Pieces(Pieces, ChatRequest, Record),
}

/// Why an endpoint gave no answer. Its record is closed.
#[derive(Debug)]
pub struct NoReply {
    /// Why.
    pub cause: Cause,
    /// How that stands in the record.
    pub outcome: OutcomeCode,
}

/// The causes, each with its consequence in [`Cause::may_fall_back`].
#[derive(Debug)]
pub enum Cause {
    /// No connection.
    Unreachable,
    /// No first byte in time.
    Slow,
    /// The connection broke before the head of an answer.
    Broken,
    /// Too many requests; seconds to wait, if said.
    Busy(Option<u64>),
    /// A status of 500 or above.
    ServerError(StatusCode),
    /// Any other status that is no answer; the body is the upstream's.
    Rejected(Response<Incoming>),
    /// The engine cannot answer this prompt.
    BadPrompt(String),
    /// The permit came too late, or the credential is not there.
    NotSent,
}

impl Cause {
    /// The closed list: what says nothing of the request itself. A refusal of the model, a bad request or a bad credential does.
    pub fn may_fall_back(&self) -> bool {
        match self {
            Cause::Unreachable | Cause::Slow | Cause::Broken | Cause::Busy(_) | Cause::ServerError(_) => true,
            Cause::Rejected(_) | Cause::BadPrompt(_) | Cause::NotSent => false,
        }
    }
}

impl Doors {
    /// Doors that connect like this, with this engine and these credentials.
    ///
    /// # Errors
    /// The roots to trust cannot be read.
    pub fn new(
        options: &ClientOptions,
        embedded: Arc<dyn Embedded>,
        secrets: Secrets,
    ) -> Result<Doors, ClientError> {
        let usual = serve::client(options)?;
        let clients = RwLock::new(HashMap::from([(options.connect_timeout, usual)]));
        Ok(Doors { options: options.clone(), clients, embedded, secrets: ArcSwap::from_pointee(secrets) })
    }

    /// Takes more credentials into use before an estate that needs them, keeping those that the present one needs.
    pub fn add_secrets(&self, secrets: Secrets) {
        self.secrets.store(Arc::new(secrets.beside(&self.secrets.load())));
    }

    /// Takes other credentials into use.
    pub fn replace_secrets(&self, secrets: Secrets) {
        self.secrets.store(Arc::new(secrets));
    }
}

impl Door for Doors {
    type Answer = Result<Reply, NoReply>;

    async fn open(&self, permit: Permit) -> Result<Reply, NoReply> {
        let Ok(Spent { endpoint, message, mut record }) = permit.spend() else {
            // The permit wrote its own end: nothing was sent.
            return Err(NoReply { cause: Cause::NotSent, outcome: OutcomeCode::NotSent });
        };
        // From here on a dropped record means that the caller left while we waited.
        record.if_dropped(OutcomeCode::ClientGone);
        match &endpoint.upstream {
            Upstream::Embedded => self.engine(&endpoint, message.body, record),
            Upstream::Remote(Remote { url, credential, .. }) => {
                self.http(&endpoint, url, credential.as_ref(), message.body, record).await
            }
        }
    }
}

impl Doors {
    async fn http(
        &self,
        endpoint: &Endpoint,
        url: &BaseUrl,
        credential: Option<&EndpointSecret>,
        bytes: Bytes,
        record: Record,
    ) -> Result<Reply, NoReply> {
        let Some(request) = self.request(url, credential, bytes) else {
            return Err(closed(record, Cause::NotSent, OutcomeCode::NotSent));
        };
        let Some(client) = self.client(endpoint.timeouts.connect) else {
            return Err(closed(record, Cause::NotSent, OutcomeCode::NotSent));
        };
        match tokio::time::timeout(endpoint.timeouts.first_byte, client.request(request)).await {
            Err(_) => Err(closed(record, Cause::Slow, OutcomeCode::Timeout)),
            Ok(Err(error)) if error.is_connect() => {
                Err(closed(record, Cause::Unreachable, OutcomeCode::Unreachable))
            }
            Ok(Err(_)) => Err(closed(record, Cause::Broken, OutcomeCode::UpstreamError)),
            Ok(Ok(response)) => judged(response, record),
        }
    }

    /// The client that allows a connection this time; `None` if its roots cannot be read any more.
    fn client(&self, connect_timeout: Duration) -> Option<Client> {
        if let Some(known) = self.clients.read().unwrap_or_else(PoisonError::into_inner).get(&connect_timeout)
        {
            return Some(known.clone());
        }
        let made = serve::client(&ClientOptions { connect_timeout, ..self.options.clone() }).ok()?;
        let mut clients = self.clients.write().unwrap_or_else(PoisonError::into_inner);
        Some(clients.entry(connect_timeout).or_insert(made).clone())
    }

    fn request(
        &self,
        url: &BaseUrl,
        credential: Option<&EndpointSecret>,
        bytes: Bytes,
    ) -> Option<Request<Full<Bytes>>> {
        let mut request = Request::new(Full::new(bytes));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = uri(url)?;
        let headers = request.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(
            header::USER_AGENT,
            HeaderValue::from_static(concat!("comity/", env!("CARGO_PKG_VERSION"))),
        );
        if let Some(credential) = credential {
            headers.insert(header::AUTHORIZATION, self.secrets.load().of(credential)?.clone());
        }
        Some(request)
    }

    fn engine(&self, endpoint: &Endpoint, bytes: Bytes, record: Record) -> Result<Reply, NoReply> {
        let request =
            match ChatRequest::read(bytes, &wire::Limits { max_bytes: usize::MAX, ..Default::default() }) {
                Ok(request) => request,
                Err(error) => {
                    return Err(closed(record, Cause::BadPrompt(error.to_string()), OutcomeCode::NotSent));
                }
            };
        let prompt = match prompt(&request) {
            Ok(prompt) => prompt,
            Err(why) => return Err(closed(record, Cause::BadPrompt(why), OutcomeCode::NotSent)),
        };
        match self.embedded.generate(&endpoint.id, prompt) {
            Ok(pieces) => Ok(Reply::Pieces(pieces, request, record)),
            Err(EmbeddedError::Busy) => Err(closed(record, Cause::Busy(Some(1)), OutcomeCode::NotSent)),
            Err(EmbeddedError::Unavailable) => {
                Err(closed(record, Cause::Unreachable, OutcomeCode::Unreachable))
            }
            Err(EmbeddedError::BadPrompt(why)) => {
                Err(closed(record, Cause::BadPrompt(why), OutcomeCode::NotSent))
            }
            Err(EmbeddedError::Failed) => Err(closed(record, Cause::Broken, OutcomeCode::UpstreamError)),
        }
    }
}

/// The address is the endpoint's own, a value of the estate; nothing of a request is in it.
fn uri(url: &BaseUrl) -> Option<Uri> {
    let scheme = if url.is_https() { "https" } else { "http" };
    let host = url.host();
    let (open, close) = if host.contains(':') { ("[", "]") } else { ("", "") };
    let (port, path) = (url.port(), url.path());
    Uri::try_from(format!("{scheme}://{open}{host}{close}:{port}{path}/chat/completions")).ok()
}

fn judged(response: Response<Incoming>, record: Record) -> Result<Reply, NoReply> {
    let status = response.status();
    if status == StatusCode::OK {
        return Ok(Reply::Http(response, record));
    }
    let cause = match status {
        StatusCode::TOO_MANY_REQUESTS => Cause::Busy(retry_after(&response)),
        s if s.is_server_error() => Cause::ServerError(s),
        _ => Cause::Rejected(response),
    };
    Err(closed(record, cause, OutcomeCode::UpstreamError))
}

fn retry_after(response: &Response<Incoming>) -> Option<u64> {
    response.headers().get(header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()
}

fn closed(record: Record, cause: Cause, outcome: OutcomeCode) -> NoReply {
    record.close(outcome);
    NoReply { cause, outcome }
}

fn prompt(request: &ChatRequest) -> Result<Prompt, String> {
    if request.has_tools() {
        return Err("the embedded engine cannot call tools".to_owned());
    }
    if request.choices() > 1 {
        return Err("the embedded engine gives one choice; send `n` 1".to_owned());
    }
    let mut turns = Vec::with_capacity(request.message_count());
    for message in request.messages() {
        let message = message.map_err(|e| e.to_string())?;
        turns.push((message.role.to_string(), message.text().into_owned()));
    }
    Ok(Prompt {
        turns,
        max_tokens: request.token_limit(),
        temperature: request.temperature(),
        top_p: request.top_p(),
        seed: request.seed(),
        stop: request.stop().to_vec(),
    })
}

/// How long an answer may stay silent, and when it has to be over.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    idle: Duration,
    pub(crate) until: Instant,
}

impl Patience {
    /// The endpoint's own, and no longer than the whole request may take.
    pub(crate) fn with(endpoint: &Endpoint, deadline: Instant) -> Patience {
        let total = Instant::now() + endpoint.timeouts.total;
        Patience { idle: endpoint.timeouts.idle, until: total.min(deadline) }
    }

    /// When a silence that begins now is over.
    pub(crate) fn silence(&self, now: Instant) -> Instant {
        (now + self.idle).min(self.until)
    }
}
