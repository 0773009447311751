//! A gateway on loopback with four fake upstreams, a real ledger and a clock that stands still.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use border::{Border, BorderOptions, Closures};
use bytes::Bytes;
use data_encoding::HEXLOWER;
use estate::Estate;
use gateway::{Doors, Embedded, Gateway, GatewayOptions, NoEngine, Secrets};
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use law::Law;
use ledger::storage::{Disk, Storage};
use ledger::verify::{Report, verify_files};
use ledger::{Admission, Entry, Ledger, LedgerOptions, OutcomeCode, Signer};
use limits::{Calendar, Limits};
use mask::Recognizer;
use serde_json::{Value, json};
use serve::{ClientOptions, Drained, Health, Listener, Metrics, Options, Otlp, Stopper, stop};
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use testkit::clock::FrozenClock;
use testkit::{FakeUpstream, Vendor};
use tokio::net::TcpStream;
use tokio::task::{AbortHandle, JoinHandle};

use crate::vendors;

/// 2026-11-21, 16:00 UTC.
pub(crate) const NOW: u64 = 1_795_276_800_000;
pub(crate) const KEY: &str = "key-of-support";
pub(crate) const CHAT: &str = "/v1/chat/completions";
/// Long enough for any machine; only a hang takes it.
pub(crate) const GUARD: Duration = Duration::from_secs(30);

const NAMES: [&str; 4] = ["shanghai", "frankfurt", "paris", "mumbai"];
const CREDENTIAL: &str = "sk-upstream-of-";

pub(crate) struct House {
    pub(crate) border: Arc<Border>,
    pub(crate) gateway: Arc<Gateway>,
    pub(crate) telemetry: Option<Otlp>,
    pub(crate) address: SocketAddr,
    pub(crate) folder: TempDir,
    pub(crate) clock: FrozenClock,
    pub(crate) law: Arc<Law>,
    upstreams: BTreeMap<&'static str, FakeUpstream>,
    storage: Arc<dyn Storage>,
    stopper: Stopper,
    serving: JoinHandle<Drained>,
}

/// What may differ from one house to another.
pub(crate) struct Plan {
    pub(crate) storage: Option<Arc<dyn Storage>>,
    pub(crate) timeouts: &'static str,
    pub(crate) body_deadline: &'static str,
    pub(crate) max_requests: &'static str,
    pub(crate) request_deadline: &'static str,
    pub(crate) engine: Arc<dyn Embedded>,
    /// Base addresses that stand in for the fake upstreams.
    pub(crate) instead: Vec<(&'static str, String)>,
    /// Further upstreams of the system `wires`, each an endpoint in Germany.
    pub(crate) vendors: Vec<(&'static str, Vendor)>,
    /// Further keys of the system `wires`.
    pub(crate) wires: &'static str,
    /// What is asked for identifiers beside the estate's dictionaries.
    pub(crate) recognizer: Option<Arc<dyn Recognizer>>,
    /// Whatever else the estate states.
    pub(crate) more: &'static str,
}

impl Default for Plan {
    fn default() -> Plan {
        Plan {
            storage: None,
            timeouts: "{}",
            body_deadline: "30s",
            max_requests: "64",
            request_deadline: "10m",
            engine: Arc::new(NoEngine),
            instead: Vec::new(),
            vendors: Vec::new(),
            wires: "",
            recognizer: None,
            more: "",
        }
    }
}

impl House {
    pub(crate) async fn open() -> House {
        House::with(Plan::default()).await
    }

    pub(crate) async fn with(plan: Plan) -> House {
        let folder = tempfile::tempdir().unwrap();
        let mut upstreams = BTreeMap::new();
        for name in NAMES {
            upstreams.insert(name, FakeUpstream::start().await.unwrap());
            std::fs::write(folder.path().join(format!("{name}.key")), credential(name)).unwrap();
        }
        for (name, vendor) in &plan.vendors {
            let upstream = FakeUpstream::of(*vendor).await.unwrap();
            let credential = vendors::credential(*vendor, name);
            std::fs::write(folder.path().join(format!("{name}.key")), credential).unwrap();
            upstreams.insert(name, upstream);
        }
        let estate = estate(&plan, &upstreams);
        let storage =
            plan.storage.unwrap_or_else(|| Arc::new(Disk::new(folder.path().join("ledger")).unwrap()));
        let clock = FrozenClock::at(NOW);
        let law = Arc::new(Law::embedded().unwrap());
        let border = Arc::new(border(law.clone(), estate.clone(), storage.clone(), &clock).await);
        border.rule_on_telemetry().await.unwrap();
        let (gateway, telemetry) =
            gateway(border.clone(), &estate, folder.path(), (plan.engine, plan.recognizer));
        let local = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let options = Options { drain_deadline: GUARD, ..Options::default() };
        let listener = Listener::bind(local, options).await.unwrap();
        let (stopper, stop) = stop();
        let address = listener.address();
        let serving = tokio::spawn(listener.run(
            {
                let gateway = gateway.clone();
                move |request| gateway.clone().handle(request)
            },
            stop,
        ));
        House {
            border,
            gateway,
            telemetry,
            address,
            folder,
            clock,
            law,
            upstreams,
            storage,
            stopper,
            serving,
        }
    }

    pub(crate) fn upstream(&self, name: &str) -> &FakeUpstream {
        &self.upstreams[name]
    }

    /// The estate as another plan would have it, before the same upstreams.
    pub(crate) fn planned(&self, plan: &Plan) -> Arc<Estate> {
        estate(plan, &self.upstreams)
    }

    /// How many requests each upstream got, in the order of [`NAMES`].
    pub(crate) fn counts(&self) -> [usize; 4] {
        NAMES.map(|name| self.upstreams[name].count())
    }

    pub(crate) async fn chat(&self, body: &Value) -> Answer {
        self.send(post(body.to_string())).await
    }

    pub(crate) async fn send(&self, request: Request<Full<Bytes>>) -> Answer {
        tokio::time::timeout(GUARD, self.begin(request)).await.expect("an answer comes").whole().await
    }

    pub(crate) async fn get(&self, key: &str, path: &str) -> Answer {
        let request = Request::get(path).header("authorization", format!("Bearer {key}"));
        self.send(request.body(Full::default()).unwrap()).await
    }

    /// Sends a request on a connection of its own and waits for the head of the answer.
    pub(crate) async fn begin(&self, request: Request<Full<Bytes>>) -> Call {
        let stream = TcpStream::connect(self.address).await.unwrap();
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
        let connection = tokio::spawn(connection).abort_handle();
        let response = sender.send_request(request).await.unwrap();
        Call { response, connection }
    }

    pub(crate) fn entries(&self) -> Vec<Entry> {
        let ledger = self.border.ledger();
        (0..ledger.size()).map(|index| Entry::parse(&ledger.entry(index).unwrap()).unwrap()).collect()
    }

    pub(crate) fn admissions(&self) -> Vec<Admission> {
        self.entries()
            .into_iter()
            .filter_map(|e| if let Entry::Admission(a) = e { Some(a) } else { None })
            .collect()
    }

    /// The codes of the refusals on record.
    pub(crate) fn refusals(&self) -> Vec<String> {
        self.entries()
            .into_iter()
            .filter_map(|e| if let Entry::Refusal(r) = e { Some(r.code) } else { None })
            .collect()
    }

    /// Waits until this many outcomes are on record, and returns them.
    pub(crate) async fn outcomes(&self, count: usize) -> Vec<OutcomeCode> {
        let found = || -> Vec<OutcomeCode> {
            self.entries()
                .iter()
                .filter_map(|e| if let Entry::Outcome(o) = e { Some(o.code) } else { None })
                .collect()
        };
        let enough = async {
            let mut size = 0;
            loop {
                if self.border.ledger().size() != size {
                    size = self.border.ledger().size();
                    let found = found();
                    if found.len() >= count {
                        return found;
                    }
                }
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(GUARD, enough)
            .await
            .unwrap_or_else(|_| panic!("{count} outcomes, but {:?}", found()))
    }

    /// Drains, closes the ledger and verifies all of it: every admission has exactly one outcome.
    pub(crate) async fn end(self) -> Report {
        self.stopper.drain();
        assert_eq!(self.serving.await.unwrap(), Drained { cut: 0 });
        let ledger = self.border.ledger().clone();
        let vkey = ledger.vkey().to_owned();
        ledger.close().await.unwrap();
        let report = verify_files(&|path| self.storage.read(path), &vkey).unwrap();
        assert_eq!(report.open, [0; 0], "every admission has an outcome");
        assert_eq!(report.outcomes.values().sum::<u64>(), report.admissions);
        report
    }

    /// The same, and the outcomes by code.
    pub(crate) async fn ended(self) -> Vec<(OutcomeCode, u64)> {
        self.end().await.outcomes.into_iter().collect()
    }
}

fn estate(plan: &Plan, upstreams: &BTreeMap<&'static str, FakeUpstream>) -> Arc<Estate> {
    let mut text = include_str!("estate.toml").to_owned();
    text.push_str(&vendors::estate(plan));
    for (name, url) in &plan.instead {
        text = text.replace(&format!("{{{name}}}"), url);
    }
    for (name, upstream) in upstreams {
        text = text.replace(&format!("{{{name}}}"), &upstream.url());
    }
    for key in [
        KEY,
        vendors::KEY,
        "another-key-of-wires",
        "another-key-of-support",
        "key-of-silent",
        "key-that-ran-out",
    ] {
        text = text.replace(&format!("{{SHA:{key}}}"), &HEXLOWER.encode(&Sha256::digest(key)));
    }
    text = text
        .replace("{TIMEOUTS}", plan.timeouts)
        .replace("{BODY_DEADLINE}", plan.body_deadline)
        .replace("{MAX_REQUESTS}", plan.max_requests)
        .replace("{REQUEST_DEADLINE}", plan.request_deadline);
    Arc::new(Estate::from_files(vec![("estate.toml".to_owned(), text)]).unwrap_or_else(|f| panic!("{f:?}")))
}

async fn border(
    law: Arc<Law>,
    estate: Arc<Estate>,
    storage: Arc<dyn Storage>,
    clock: &FrozenClock,
) -> Border {
    let signer = Signer::from_seed("example.com/gateway", &[7; 32]).unwrap();
    let (ledger, _) = Ledger::open(LedgerOptions::new(storage, signer, clock.as_fn())).unwrap();
    let (clock, entropy, closures) = (clock.as_fn(), counting(), Closures::default());
    Border::open(BorderOptions {
        law,
        estate,
        ledger,
        clock,
        entropy,
        closures,
        versions: border::Versions::default(),
    })
    .await
    .unwrap()
}

fn gateway(
    border: Arc<Border>,
    estate: &Estate,
    folder: &Path,
    (engine, recognizer): (Arc<dyn Embedded>, Option<Arc<dyn Recognizer>>),
) -> (Arc<Gateway>, Option<Otlp>) {
    let secrets = Secrets::read(estate, folder).unwrap();
    let doors = Doors::new(&ClientOptions::default(), engine, secrets).unwrap();
    let (metrics, health) = (Metrics::new("comity"), Health::new());
    let mask_key = gateway::mask_key(estate, folder, &counting()).unwrap();
    let limits = Arc::new(Limits::embedded(Calendar::UTC));
    let telemetry = gateway::telemetry(&border, folder, &metrics).unwrap();
    let options = GatewayOptions {
        border,
        doors,
        entropy: counting(),
        metrics,
        health,
        mask_key,
        recognizer,
        limits,
        hands: Arc::new(NoHands),
        telemetry: telemetry.clone(),
    };
    (Gateway::new(options), telemetry)
}

/// Nothing here is done by hand over HTTP; `comity` has the hands and their tests.
struct NoHands;

impl gateway::Hands for NoHands {
    fn carry_out<'a>(
        &'a self,
        _: &'a gateway::Order,
    ) -> futures_util::future::BoxFuture<'a, Result<u64, String>> {
        Box::pin(std::future::ready(Err("no hands".to_owned())))
    }
}

/// Never the same twice, and always the same.
fn counting() -> border::Entropy {
    let count = AtomicU64::new(1);
    Arc::new(move |buffer| {
        let next = count.fetch_add(1, Ordering::Relaxed);
        let digest = Sha256::digest(next.to_be_bytes());
        buffer.iter_mut().zip(digest).for_each(|(byte, random)| *byte = random);
    })
}

/// The credential of an upstream.
pub(crate) fn credential(name: &str) -> String {
    format!("{CREDENTIAL}{name}")
}

/// An answer whose body is still under way.
pub(crate) struct Call {
    pub(crate) response: Response<Incoming>,
    connection: AbortHandle,
}

impl Call {
    pub(crate) async fn whole(self) -> Answer {
        let (head, body) = self.response.into_parts();
        let read = tokio::time::timeout(GUARD, body.collect()).await.expect("the body ends");
        let body = read.unwrap().to_bytes();
        Answer { status: head.status, headers: head.headers, body }
    }

    /// Closes the connection without reading on.
    pub(crate) fn hang_up(self) {
        self.connection.abort();
    }
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The error's code; every error has OpenAI's body.
    pub(crate) fn code(&self) -> String {
        let body = self.json();
        let error = &body["error"];
        for key in ["message", "type", "param", "code"] {
            assert!(error.get(key).is_some(), "no `{key}` in {body}");
        }
        error["code"].as_str().unwrap_or_default().to_owned()
    }

    /// Status, code and whether the client should try again.
    pub(crate) fn refusal(&self) -> (u16, String, Option<&str>) {
        (self.status.as_u16(), self.code(), self.header("x-should-retry"))
    }

    /// The index in `x-comity-receipt`.
    pub(crate) fn receipt(&self) -> u64 {
        let (origin, index) = self.header("x-comity-receipt").unwrap().split_once(' ').unwrap();
        assert_eq!(origin, "example.com/gateway");
        index.parse().unwrap()
    }
}

/// A chat request with the key of `support`.
pub(crate) fn post(body: impl Into<Bytes>) -> Request<Full<Bytes>> {
    post_with(&[("authorization", &format!("Bearer {KEY}"))], body)
}

pub(crate) fn post_with(headers: &[(&str, &str)], body: impl Into<Bytes>) -> Request<Full<Bytes>> {
    let request =
        Request::post(CHAT).header("host", "gateway.test").header("content-type", "application/json");
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    request.body(Full::new(body.into())).unwrap()
}

/// A chat request with further headers.
pub(crate) fn stating(headers: &[(&str, &str)], model: &str) -> Request<Full<Bytes>> {
    let bearer = format!("Bearer {KEY}");
    let all: Vec<(&str, &str)> =
        [("authorization", bearer.as_str())].iter().chain(headers).copied().collect();
    post_with(&all, ask(model).to_string())
}

pub(crate) fn ask(model: &str) -> Value {
    json!({"model": model, "messages": [{"role": "user", "content": "Where is my parcel?"}]})
}

pub(crate) fn ask_streamed(model: &str) -> Value {
    json!({"model": model, "messages": [{"role": "user", "content": "Where is my parcel?"}], "stream": true})
}
