//! Managing a running gateway from afar: how it stands, and acts by hand. A management key has scopes and is good for nothing else;
//! a key of callers manages nothing.

use std::sync::Arc;
use std::time::Duration;

use border::{Border, Shift};
use estate::{ManagementScope, Manager};
use futures_util::future::BoxFuture;
use http::{HeaderMap, Request, Response};
use hyper::body::Incoming;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use serve::{Body, read_body};
use wire::{ErrorBody, Wire};

use crate::routes::{Gateway, json as as_json};
use crate::{caller, errors};

/// Largest act, in bytes.
const MOST_BYTES: usize = 16 << 10;
/// Time for a manager to send an act.
const PATIENCE: Duration = Duration::from_secs(5);

/// An act by hand. What an id or a name is of, the gateway looks up in the estate that it runs, which may be another than the files
/// of whoever orders it say.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// What is to be done.
    pub act: Act,
    /// The role or account that does it.
    pub by: String,
    /// The reason, without personal data.
    pub why: String,
}

/// What is to be done.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Act {
    /// Close an endpoint or a system.
    Close(String),
    /// Open it again.
    Open(String),
    /// Shift the versions of a model name.
    Shift {
        /// The name, as the operator gives it.
        alias: String,
        /// How.
        shift: Shift,
    },
}

/// What carries out acts and keeps them, so that a restart does not undo them.
pub trait Hands: Send + Sync {
    /// Carries one out; gives the index of its entry.
    fn carry_out<'a>(&'a self, order: &'a Order) -> BoxFuture<'a, Result<u64, String>>;
}

impl Act {
    /// What a key has to be allowed for it.
    pub fn scope(&self) -> ManagementScope {
        match self {
            Act::Close(_) => ManagementScope::Stop,
            Act::Open(_) => ManagementScope::Reopen,
            Act::Shift { shift: Shift::Promote { .. }, .. } => ManagementScope::Promote,
            Act::Shift { shift: Shift::Rollback, .. } => ManagementScope::Rollback,
        }
    }
}

impl Gateway {
    /// `GET /v1/comity/status`.
    pub(crate) fn status(&self, headers: &HeaderMap, id: &str) -> Response<Body> {
        match self.manager(headers, ManagementScope::Status) {
            Ok(_) => as_json(&standing(&self.border)),
            Err(error) => errors::response(Wire::Chat, &error, id),
        }
    }

    /// `POST /v1/comity/acts`.
    pub(crate) async fn act(&self, request: Request<Incoming>, id: &str) -> Response<Body> {
        match self.acted(request).await {
            Ok(index) => as_json(&json!({ "index": index })),
            Err(error) => errors::response(Wire::Chat, &error, id),
        }
    }

    async fn acted(&self, request: Request<Incoming>) -> Result<u64, ErrorBody> {
        let (head, body) = request.into_parts();
        // Whether a body is read at all is not for strangers to cause.
        self.any_manager(&head.headers)?;
        let body =
            read_body(&head.headers, body, MOST_BYTES, PATIENCE).await.map_err(|e| errors::unread(&e))?;
        let order: Order = serde_json::from_slice(&body).map_err(|error| errors::bad_act(&error))?;
        let manager = self.manager(&head.headers, order.act.scope())?;
        // Who it was is told by the key, and what somebody says of it beside that is for people.
        let by = if order.by.is_empty() {
            manager.id.to_string()
        } else {
            format!("{} ({})", manager.id, order.by)
        };
        tracing::warn!(act = ?order.act, %by, why = %order.why, "an act by hand");
        let order = Order { by, ..order };
        self.hands.carry_out(&order).await.map_err(|why| errors::act_refused(&why))
    }

    fn any_manager(&self, headers: &HeaderMap) -> Result<Arc<estate::Estate>, ErrorBody> {
        let snapshot = self.border.latest();
        let digest = caller::digest(headers).ok_or_else(errors::no_key)?;
        let estate = snapshot.estate();
        let known = snapshot.days().iter().all(|day| estate.manager(&digest, *day).is_some());
        if known { Ok(estate.clone()) } else { Err(errors::no_key()) }
    }

    /// The manager whose key stands in the request, if it is good on every day that it may be and has the scope. An act by hand does
    /// not wait until law and estate load again.
    fn manager(&self, headers: &HeaderMap, scope: ManagementScope) -> Result<Manager, ErrorBody> {
        let estate = self.any_manager(headers)?;
        let digest = caller::digest(headers).ok_or_else(errors::no_key)?;
        let first = self.border.latest().days().first().copied();
        let manager = first.and_then(|day| estate.manager(&digest, day)).ok_or_else(errors::no_key)?;
        if manager.scopes.contains(&scope) {
            return Ok(manager.clone());
        }
        Err(errors::no_scope(manager.id.as_str(), scope.name()))
    }
}

/// How a gateway stands: by which law and estate it rules, what is closed, which versions serve.
pub fn standing(border: &Border) -> Value {
    let (snapshot, ledger) = (border.latest(), border.ledger());
    let closed: Vec<Value> = border
        .closures()
        .all()
        .iter()
        .map(|target| json!({ "kind": target.kind(), "id": target.id() }))
        .collect();
    let versions: Vec<Value> = border
        .versions()
        .all()
        .iter()
        .map(|(alias, serving)| json!({ "alias": alias, "serving": serving }))
        .collect();
    let trials: Vec<&str> = snapshot.estate().shadows().iter().map(|trial| trial.id.as_str()).collect();
    json!({
        "software": concat!("comity ", env!("CARGO_PKG_VERSION")),
        "ledger": ledger.origin(),
        "entries": ledger.size(),
        "estate": snapshot.estate().hash(),
        "shared_estate": snapshot.estate().shared_hash(),
        "editions": snapshot.editions().iter().map(|e| e.hash()).collect::<Vec<_>>(),
        "stale": border.stale_reason(),
        "closed": closed,
        "versions": versions,
        "trials": trials,
    })
}
