//! The doors of the inference border: the only place here that touches an upstream.

mod address;
mod engine;
mod remote;

pub(crate) use address::vendor;

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use arc_swap::ArcSwap;
use border::{Door, Permit, Record, Spent};
use estate::{Endpoint, Upstream};
use http::{Response, StatusCode};
use hyper::body::Incoming;
use ledger::OutcomeCode;
use serve::{Client, ClientError, ClientOptions};
use tokio::time::Instant;

use self::address::Addresses;
use crate::embedded::{Embedded, Pieces};
use crate::secrets::Secrets;

/// Doors to every kind of endpoint.
pub struct Doors {
    options: ClientOptions,
    /// A client for each time that endpoints allow a connection; they are few.
    clients: RwLock<HashMap<Duration, Client>>,
    embedded: Arc<dyn Embedded>,
    secrets: ArcSwap<Secrets>,
    addresses: Addresses,
}

/// What an endpoint began to answer, and the record to close when it has.
pub enum Reply {
    /// An HTTP answer with a good status.
    Http(Response<Incoming>, Record),
    /// Pieces from the engine.
    Pieces(Pieces, Record),
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
    /// A status of 500 or above; seconds to wait, if said.
    ServerError(StatusCode, Option<u64>),
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
            Cause::Unreachable | Cause::Slow | Cause::Broken | Cause::Busy(_) | Cause::ServerError(..) => {
                true
            }
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
        let (options, secrets) = (options.clone(), ArcSwap::from_pointee(secrets));
        Ok(Doors { options, clients, embedded, secrets, addresses: Addresses::default() })
    }

    /// Takes more credentials into use before an estate that needs them, keeping those that the present one needs.
    pub fn add_secrets(&self, secrets: Secrets) {
        self.secrets.store(Arc::new(secrets.beside(&self.secrets.load())));
    }

    /// Takes other credentials into use.
    pub fn replace_secrets(&self, secrets: Secrets) {
        self.secrets.store(Arc::new(secrets));
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
            Upstream::Remote(remote) => self.remote(&endpoint, remote, message, record).await,
        }
    }
}

fn closed(record: Record, cause: Cause, outcome: OutcomeCode) -> NoReply {
    record.close(outcome);
    NoReply { cause, outcome }
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
