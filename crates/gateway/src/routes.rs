//! What is served where. Nothing else is: an unknown path is 404.

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use border::{Border, Entropy};
use bytes::Bytes;
use estate::Estate;
use http::{HeaderValue, Method, Request, Response, header};
use hyper::body::Incoming;
use limits::Limits;
use mask::{Finder, MaskKey, Recognizer};
use serde::Serialize;
use serve::{Body, Health, Metrics, Otlp};
use tokio::sync::Semaphore;
use wire::Wire;

use crate::ask::put;
use crate::cache::Answers;
use crate::door::Doors;
use crate::errors;
use crate::finding::Dictionaries;
use crate::limiting::Limiting;
use crate::manage::Hands;
use crate::metrics::GatewayMetrics;
use crate::routing::Endpoints;
use crate::screening::Screening;

const WIRES: [(&str, Wire); 5] = [
    ("/v1/chat/completions", Wire::Chat),
    ("/v1/responses", Wire::Responses),
    ("/v1/embeddings", Wire::Embeddings),
    ("/v1/messages", Wire::Messages),
    ("/v1/messages/count_tokens", Wire::CountTokens),
];
const MODELS: &str = "/v1/models";
const EXPLAIN: &str = "/v1/comity/explain";
const STATUS: &str = "/v1/comity/status";
const ACTS: &str = "/v1/comity/acts";
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
    /// The key of pseudonyms.
    pub mask_key: MaskKey,
    /// What is asked for identifiers beside the estate's dictionaries.
    pub recognizer: Option<Arc<dyn Recognizer>>,
    /// What is in use of the limits.
    pub limits: Arc<Limits>,
    /// What carries out acts by hand.
    pub hands: Arc<dyn Hands>,
    /// What takes spans and measurements, if they go anywhere.
    pub telemetry: Option<Otlp>,
}

/// The inference border as an HTTP service.
pub struct Gateway {
    pub(crate) border: Arc<Border>,
    pub(crate) doors: Doors,
    pub(crate) metrics: GatewayMetrics,
    pub(crate) slots: Arc<Semaphore>,
    pub(crate) endpoints: Endpoints,
    pub(crate) mask_key: MaskKey,
    pub(crate) recognizer: Option<Arc<dyn Recognizer>>,
    pub(crate) limiting: Limiting,
    pub(crate) answers: Answers,
    pub(crate) hands: Arc<dyn Hands>,
    pub(crate) screening: Arc<Screening>,
    pub(crate) telemetry: Option<Otlp>,
    dictionaries: ArcSwapOption<Dictionaries>,
    pub(crate) entropy: Entropy,
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
            endpoints: Endpoints::default(),
            mask_key: options.mask_key,
            recognizer: options.recognizer,
            limiting: Limiting::new(options.limits),
            answers: Answers::default(),
            hands: options.hands,
            screening: Arc::new(Screening::new(&options.entropy)),
            telemetry: options.telemetry,
            dictionaries: ArcSwapOption::empty(),
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
        if let (&Method::POST, Some(wire)) = (request.method(), wire_at(path)) {
            return self.ask(wire, request, id).await;
        }
        match (request.method(), path) {
            (&Method::POST, EXPLAIN) => self.explain(request, id).await,
            (&Method::GET, STATUS) => self.status(request.headers(), id),
            (&Method::POST, ACTS) => self.act(request, id).await,
            (&Method::GET, MODELS) => self.models(request.headers(), None, id),
            (&Method::GET, "/healthz") => self.health.alive(),
            (&Method::GET, "/readyz") => self.health.readiness(),
            (&Method::GET, "/metrics") => self.scraped(),
            (&Method::GET, path) if path.starts_with(RECEIPTS) => {
                let index = path.strip_prefix(RECEIPTS).unwrap_or_default().to_owned();
                self.receipt(request.headers(), &index).await
            }
            (&Method::GET, path) if one_model(path).is_some() => {
                self.models(request.headers(), one_model(path), id)
            }
            (_, path) => unserved(path, id),
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

    fn scraped(&self) -> Response<Body> {
        let ledger = self.border.ledger();
        self.metrics.ledger(ledger.size());
        for (subject, spent) in self.limiting.spent(self.border.latest().estate(), ledger.now()) {
            self.metrics.spent(&subject, &spent);
        }
        self.registry.response()
    }

    /// Forgets how endpoints answered: the next requests try each of them anew.
    pub fn forget_endpoints(&self) {
        self.endpoints.forget();
    }

    /// What finds identifiers by the estate's dictionaries and the recognizer; made anew when those change.
    pub(crate) fn finder(&self, estate: &Arc<Estate>) -> Arc<Finder> {
        if let Some(known) = self.dictionaries.load().as_ref().filter(|known| known.is_of(estate)) {
            return known.finder();
        }
        let made = Arc::new(Dictionaries::of(estate, self.recognizer.clone()));
        let finder = made.finder();
        self.dictionaries.store(Some(made));
        finder
    }

    /// A number from 0 to 1, for choices by weight.
    pub(crate) fn chance(&self) -> f64 {
        let mut random = [0; 4];
        (self.entropy)(&mut random);
        f64::from(u32::from_le_bytes(random)) / f64::from(u32::MAX)
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

/// The wire that is served at a path.
pub fn wire_at(path: &str) -> Option<Wire> {
    WIRES.iter().find(|(served, _)| *served == path).map(|(_, wire)| *wire)
}

/// The path at which a wire is served.
pub(crate) fn path_of(wire: Wire) -> &'static str {
    WIRES.iter().find(|(_, served)| *served == wire).map_or("", |(path, _)| path)
}

/// The paths at which wires are served.
pub fn paths() -> impl Iterator<Item = &'static str> {
    WIRES.iter().map(|(path, _)| *path)
}

/// The name in the path of one model.
fn one_model(path: &str) -> Option<&str> {
    path.strip_prefix(MODELS)?.strip_prefix('/').filter(|name| !name.is_empty())
}

/// Nothing is served there, or nothing for this method.
fn unserved(path: &str, id: &str) -> Response<Body> {
    let allow = match path {
        path if wire_at(path).is_some() || path == EXPLAIN || path == ACTS => "POST",
        MODELS | STATUS | "/healthz" | "/readyz" | "/metrics" => "GET",
        path if path.starts_with(RECEIPTS) || one_model(path).is_some() => "GET",
        path => return errors::response(Wire::Chat, &errors::not_found(path), id),
    };
    let wire = wire_at(path).unwrap_or(Wire::Chat);
    let mut response = errors::response(wire, &errors::wrong_method(path, allow), id);
    put(response.headers_mut(), "allow", allow);
    response
}

pub(crate) fn json(value: &impl Serialize) -> Response<Body> {
    json_bytes(serde_json::to_vec(value).unwrap_or_default().into())
}

pub(crate) fn json_bytes(body: Bytes) -> Response<Body> {
    let mut response = Response::new(body.into());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
