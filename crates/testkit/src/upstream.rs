//! A fake of an OpenAI-compatible upstream that misbehaves on demand.

mod reply;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::{HeaderMap, Method, Request};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use tokio::sync::{Semaphore, watch};

use crate::host::{Host, Reply};
use reply::Script;

/// How the upstream treats a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mode {
    /// Answers at once; the events of a stream may share a packet.
    Instant,
    /// Answers at once, with each event of a stream sent on its own.
    Paced,
    /// Waits for [`FakeUpstream::open`] before the head of the answer and before each piece of its body.
    Gated,
    /// Breaks the connection off after so many events of a stream, or within the body of an answer that is none.
    Cut {
        /// Events sent before.
        after: usize,
    },
    /// Ends a stream properly after so many events, but without its last ones.
    Short {
        /// Events sent before.
        after: usize,
    },
    /// Sends so many events of a stream and then an error event.
    ErrorEvent {
        /// Events sent before.
        after: usize,
    },
    /// Closes the connection instead of answering.
    HangUp,
    /// Answers 429 with `retry-after`.
    Busy {
        /// Seconds to wait.
        retry_after: u64,
    },
    /// Answers with this status and an OpenAI error body.
    Status(u16),
    /// Answers 200 with bytes that are not JSON and not events.
    Garbage,
    /// Answers 200 with an HTML page.
    WrongType,
    /// Answers that the model declines, with `refusal` set and finish reason `content_filter`.
    Refusal,
}

/// A request that arrived.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// Its method.
    pub method: Method,
    /// Its path and query.
    pub path: String,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
}

/// A fake upstream on loopback, alive as long as the value.
#[derive(Debug)]
pub struct FakeUpstream {
    host: Host,
    state: Arc<State>,
}

impl FakeUpstream {
    /// Starts one that answers in [`Mode::Instant`] with a short text. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// No port is free.
    pub async fn start() -> io::Result<FakeUpstream> {
        FakeUpstream::start_with(8, true).await
    }

    /// Starts one whose answers have so many words, each an event of a stream. Recording requests costs memory,
    /// so benches do without.
    ///
    /// # Errors
    /// No port is free.
    pub async fn start_with(words: usize, record: bool) -> io::Result<FakeUpstream> {
        let state = Arc::new(State::new(Script::new(words), record));
        let host = Host::start(handler(&state)).await?;
        Ok(FakeUpstream { host, state })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.host.address
    }

    /// The base URL for clients, ending in `/v1`.
    pub fn url(&self) -> String {
        format!("http://{}/v1", self.address())
    }

    /// Treats all further requests so.
    pub fn set(&self, mode: Mode) {
        self.state.plan().always = mode;
    }

    /// Treats the next requests so, one each, before those that [`FakeUpstream::set`] speaks of.
    pub fn then(&self, modes: impl IntoIterator<Item = Mode>) {
        self.state.plan().next.extend(modes);
    }

    /// Lets requests in [`Mode::Gated`] take so many more steps: one for the head, one for each piece.
    pub fn open(&self, steps: usize) {
        self.state.gate.add_permits(steps);
    }

    /// The requests that arrived, in order.
    pub fn requests(&self) -> Vec<Recorded> {
        lock(&self.state.recorded).clone()
    }

    /// How many requests arrived.
    pub fn count(&self) -> usize {
        *self.state.arrived.borrow()
    }

    /// Waits until so many requests arrived in total.
    pub async fn arrived(&self, count: usize) {
        let mut arrived = self.state.arrived.subscribe();
        // Cannot fail: the sender lives in `self`.
        drop(arrived.wait_for(|now| *now >= count).await);
    }

    /// The text of a whole answer.
    pub fn text(&self) -> &str {
        &self.state.script.text
    }

    /// Closes the port and all connections: further attempts to connect are refused.
    pub async fn die(&self) {
        self.host.die().await;
    }

    /// Comes back on the same port.
    ///
    /// # Errors
    /// Somebody else has taken the port.
    pub fn revive(&self) -> io::Result<()> {
        self.host.revive(handler(&self.state))
    }
}

#[derive(Debug)]
struct State {
    script: Script,
    plan: Mutex<Plan>,
    record: bool,
    recorded: Mutex<Vec<Recorded>>,
    arrived: watch::Sender<usize>,
    gate: Arc<Semaphore>,
}

#[derive(Debug)]
struct Plan {
    next: VecDeque<Mode>,
    always: Mode,
}

impl State {
    fn new(script: Script, record: bool) -> State {
        State {
            script,
            plan: Mutex::new(Plan { next: VecDeque::new(), always: Mode::Instant }),
            record,
            recorded: Mutex::default(),
            arrived: watch::Sender::new(0),
            gate: Arc::new(Semaphore::new(0)),
        }
    }

    fn plan(&self) -> MutexGuard<'_, Plan> {
        lock(&self.plan)
    }

    fn take_mode(&self) -> Mode {
        let mut plan = self.plan();
        plan.next.pop_front().unwrap_or_else(|| plan.always.clone())
    }

    /// Records a request, then tells who waits for it.
    fn note(&self, request: Recorded) {
        if self.record {
            lock(&self.recorded).push(request);
        }
        self.arrived.send_modify(|count| *count += 1);
    }

    async fn answer(&self, request: Request<Incoming>) -> Reply {
        let (parts, body) = request.into_parts();
        let Ok(body) = body.collect().await else {
            return reply::hang_up();
        };
        let body = body.to_bytes();
        let asked = reply::Asked::read(&body);
        let path = parts.uri.path_and_query().map_or("", |path| path.as_str()).to_owned();
        let is_chat = parts.uri.path().ends_with("/chat/completions");
        let mode = self.take_mode();
        self.note(Recorded { method: parts.method, path, headers: parts.headers, body });
        if !is_chat {
            return reply::error(404, "no such path");
        }
        if mode == Mode::Gated && !reply::step(&self.gate).await {
            return reply::hang_up();
        }
        self.script.reply(&mode, &asked, &self.gate)
    }
}

fn handler(
    state: &Arc<State>,
) -> impl Fn(Request<Incoming>) -> futures_util::future::BoxFuture<'static, Reply> + Clone + use<> {
    let state = Arc::clone(state);
    move |request| {
        let state = Arc::clone(&state);
        Box::pin(async move { state.answer(request).await })
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
