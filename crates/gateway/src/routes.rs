//! What is served where. Nothing else is: an unknown path is 404.

use std::sync::Arc;

use border::{Border, Entropy};
use http::{HeaderValue, Method, Request, Response, header};
use hyper::body::Incoming;
use serde::Serialize;
use serve::{Body, Health, Metrics};
use terms::Verdict;
use tokio::sync::Semaphore;

use crate::caller;
use crate::chat::put;
use crate::door::Doors;
use crate::errors;
use crate::metrics::GatewayMetrics;

const CHAT: &str = "/v1/chat/completions";
const RECEIPTS: &str = "/v1/comity/receipts/";

/// What a gateway is made of.
pub struct GatewayOptions {
    /// The border that judges and records.
    pub border: Arc<Border>,
    /// The doors.
    pub doors: Doors,
    /// Where request ids come from.
    pub entropy: Entropy,
    /// The registry behind `/metrics`.
    pub metrics: Metrics,
    /// The conditions behind `/readyz`.
    pub health: Health,
}

/// The inference border as an HTTP service.
pub struct Gateway {
    pub(crate) border: Arc<Border>,
    pub(crate) doors: Doors,
    pub(crate) metrics: GatewayMetrics,
    pub(crate) slots: Arc<Semaphore>,
    entropy: Entropy,
    registry: Metrics,
    health: Health,
}

impl Gateway {
    /// Puts one together.
    pub fn new(options: GatewayOptions) -> Arc<Gateway> {
        let most = options.border.latest().estate().gateway().max_requests;
        Arc::new(Gateway {
            metrics: GatewayMetrics::register(&options.metrics),
            slots: Arc::new(Semaphore::new(most as usize)),
            border: options.border,
            doors: options.doors,
            entropy: options.entropy,
            registry: options.metrics,
            health: options.health,
        })
    }

    /// Answers one request.
    pub async fn handle(self: Arc<Self>, request: Request<Incoming>) -> Response<Body> {
        let id = self.request_id();
        let mut response = self.route(request, &id).await;
        put(response.headers_mut(), "x-request-id", &id);
        response
    }

    async fn route(self: &Arc<Self>, request: Request<Incoming>, id: &str) -> Response<Body> {
        let path = request.uri().path();
        match (request.method(), path) {
            (&Method::POST, CHAT) => self.chat(request, id).await,
            (&Method::GET, "/v1/models") => self.models(request.headers()),
            (&Method::GET, "/healthz") => self.health.alive(),
            (&Method::GET, "/readyz") => self.health.readiness(),
            (&Method::GET, "/metrics") => self.scraped(),
            (&Method::GET, path) if path.starts_with(RECEIPTS) => {
                let index = path.strip_prefix(RECEIPTS).unwrap_or_default().to_owned();
                self.receipt(request.headers(), &index).await
            }
            (_, path) => unserved(path),
        }
    }

    /// The doors, for new credentials.
    pub fn doors(&self) -> &Doors {
        &self.doors
    }

    /// The metrics, for what others count.
    pub fn metrics(&self) -> &GatewayMetrics {
        &self.metrics
    }

    /// The model names of the caller's system, each with the places where it may run now.
    fn models(&self, headers: &http::HeaderMap) -> Response<Body> {
        let snapshot = match self.border.snapshot() {
            Ok(snapshot) => snapshot,
            Err(refused) => return errors::response(&errors::refused(&refused)),
        };
        let system = match caller::known(headers, &snapshot) {
            Ok(caller) => caller.system,
            Err(error) => return errors::response(&error),
        };
        let mut models = Vec::new();
        for alias in system.model_aliases.keys() {
            let Ok(Some(found)) = snapshot.assess(&system, Some(alias), &assess::Stated::default()) else {
                continue;
            };
            let lawful: Vec<_> = found.candidates.iter().filter(|c| c.verdict == Verdict::Permit).collect();
            let endpoints: Vec<&str> = lawful.iter().map(|c| c.endpoint.id.as_str()).collect();
            let places: Vec<String> = lawful.iter().map(|c| c.endpoint.places.to_string()).collect();
            models.push(wire::Model {
                id: alias.to_string(),
                created: 0,
                owned_by: snapshot.estate().organization().name.to_string(),
                extra: Some(serde_json::json!({ "endpoints": endpoints, "places": places })),
            });
        }
        bytes(wire::models_list(&models))
    }

    fn scraped(&self) -> Response<Body> {
        self.metrics.ledger(self.border.ledger().size());
        self.registry.response()
    }

    pub(crate) fn request_id(&self) -> String {
        let mut random = [0; 12];
        (self.entropy)(&mut random);
        let mut id = String::with_capacity(28);
        id.push_str("req-");
        data_encoding::HEXLOWER.encode_append(&random, &mut id);
        id
    }
}

/// Nothing is served there, or nothing for this method.
fn unserved(path: &str) -> Response<Body> {
    let allow = match path {
        CHAT => "POST",
        "/v1/models" | "/healthz" | "/readyz" | "/metrics" => "GET",
        path if path.starts_with(RECEIPTS) => "GET",
        path => return errors::response(&errors::not_found(path)),
    };
    let mut response = errors::response(&errors::wrong_method(path, allow));
    put(response.headers_mut(), "allow", allow);
    response
}

pub(crate) fn json(value: &impl Serialize) -> Response<Body> {
    bytes(serde_json::to_vec(value).unwrap_or_default())
}

fn bytes(body: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(body.into());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
