//! Whether the process is alive, and whether it is ready.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::{Response, StatusCode};
use serde::Serialize;

use crate::body::Body;
use crate::problem::typed_response;

/// A set of named conditions. The process is ready when every one of them holds.
#[derive(Debug, Clone, Default)]
pub struct Health {
    conditions: Arc<Mutex<Conditions>>,
}

type Conditions = BTreeMap<Arc<str>, Standing>;

/// How a condition stands.
#[derive(Debug)]
enum Standing {
    /// It holds; with a note if there is something that whoever looks should know.
    Holds(Option<String>),
    /// It does not, for this reason.
    Fails(String),
}

impl Standing {
    fn holds(&self) -> bool {
        matches!(self, Standing::Holds(_))
    }
}

/// One condition. Dropping it leaves it as it stands.
#[derive(Debug, Clone)]
pub struct Condition {
    name: Arc<str>,
    health: Health,
}

impl Health {
    /// No conditions: alive and ready.
    pub fn new() -> Health {
        Health::default()
    }

    /// Adds a condition, which does not hold until it is said to.
    pub fn condition(&self, name: impl Into<Arc<str>>) -> Condition {
        let condition = Condition { name: name.into(), health: self.clone() };
        condition.unready("starting");
        condition
    }

    /// Whether every condition holds.
    pub fn is_ready(&self) -> bool {
        self.lock().values().all(Standing::holds)
    }

    /// The answer to `/healthz`: 200 whenever it can be given at all.
    pub fn alive(&self) -> Response<Body> {
        typed_response(StatusCode::OK, "application/json", r#"{"alive":true}"#)
    }

    /// The answer to `/readyz`: every condition, with 503 unless all hold.
    pub fn readiness(&self) -> Response<Body> {
        let conditions = self.lock();
        let report = Report {
            ready: conditions.values().all(Standing::holds),
            conditions: conditions.iter().map(|(name, standing)| State::new(name, standing)).collect(),
        };
        let status = if report.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
        typed_response(status, "application/json", serde_json::to_vec(&report).unwrap_or_default())
    }

    fn lock(&self) -> MutexGuard<'_, Conditions> {
        self.conditions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Condition {
    /// The condition holds.
    pub fn ready(&self) {
        self.stand(Standing::Holds(None));
    }

    /// The condition holds, and whoever looks should know this.
    pub fn ready_with(&self, note: impl Into<String>) {
        self.stand(Standing::Holds(Some(note.into())));
    }

    fn stand(&self, standing: Standing) {
        self.health.lock().insert(Arc::clone(&self.name), standing);
    }

    /// The condition does not hold, for a reason that anyone may read.
    pub fn unready(&self, reason: impl Into<String>) {
        self.stand(Standing::Fails(reason.into()));
    }
}

#[derive(Serialize)]
struct Report<'a> {
    ready: bool,
    conditions: Vec<State<'a>>,
}

#[derive(Serialize)]
struct State<'a> {
    name: &'a str,
    ready: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'a str>,
}

impl<'a> State<'a> {
    fn new(name: &'a str, standing: &'a Standing) -> State<'a> {
        let (reason, note) = match standing {
            Standing::Holds(note) => (None, note.as_deref()),
            Standing::Fails(reason) => (Some(reason.as_str()), None),
        };
        State { name, ready: reason.is_none(), reason, note }
    }
}

#[cfg(test)]
mod tests {
    use http::StatusCode;
    use http_body_util::BodyExt;

    use super::Health;

    async fn text(health: &Health) -> (StatusCode, String) {
        let (parts, body) = health.readiness().into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        (parts.status, String::from_utf8(bytes.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn ready_when_every_condition_holds() {
        let health = Health::new();
        assert!(health.is_ready());
        let (law, ledger) = (health.condition("law"), health.condition("ledger"));
        law.ready();
        assert!(!health.is_ready());
        ledger.ready();
        assert_eq!(
            text(&health).await,
            (
                StatusCode::OK,
                r#"{"ready":true,"conditions":[{"name":"law","ready":true},{"name":"ledger","ready":true}]}"#
                    .into()
            )
        );
    }

    #[tokio::test]
    async fn an_unready_condition_says_why() {
        let health = Health::new();
        let ledger = health.condition("ledger");
        ledger.unready("the disk is full");
        assert_eq!(
            text(&health).await,
            (
                StatusCode::SERVICE_UNAVAILABLE,
                r#"{"ready":false,"conditions":[{"name":"ledger","ready":false,"reason":"the disk is full"}]}"#.into()
            )
        );
        assert_eq!(health.alive().status(), StatusCode::OK);
    }
}
