//! Fakes of upstreams that misbehave on demand: one type, the wire of several vendors.

mod answer;
mod anthropic;
mod bedrock;
mod call;
mod delivery;
mod gemini;
mod openai;
mod reply;
mod stage;
mod state;
#[cfg(test)]
mod tests;
mod vendor;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{HeaderMap, Method, Request};
use hyper::body::Incoming;

use crate::host::{Host, Reply};
use reply::Script;
use state::{State, lock};

pub use answer::{Answer, ECHO, End, Split, Usage};
pub use bedrock::{AWS_KEY, AWS_SECRET};
pub use call::Fault;
pub use vendor::Vendor;

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
    /// Sends so many events of a stream, or half of an answer that is none, and then nothing more, keeping the connection.
    Stall {
        /// Events sent before.
        after: usize,
    },
    /// Sends so many events of a stream and then an error event, as the vendor sends it when it is overloaded.
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
    /// Answers with this status and an error body of the vendor.
    Status(u16),
    /// Answers with this error.
    Fault(Fault),
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
        FakeUpstream::start_as(Vendor::OpenAi, words, record).await
    }

    /// Starts one that speaks the wire of a vendor and answers with a short text. See [`FakeUpstream::answer`].
    ///
    /// # Errors
    /// No port is free.
    pub async fn of(vendor: Vendor) -> io::Result<FakeUpstream> {
        FakeUpstream::start_as(vendor, 8, true).await
    }

    async fn start_as(vendor: Vendor, words: usize, record: bool) -> io::Result<FakeUpstream> {
        let state = Arc::new(State::new(vendor, Script::new(words), record));
        let host = Host::start(handler(&state)).await?;
        Ok(FakeUpstream { host, state })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.host.address
    }

    /// The base URL that the vendor's own client takes: ending in `/v1` for OpenAI and in `/openai/v1` for Azure, without a
    /// path for the others.
    pub fn url(&self) -> String {
        format!("http://{}{}", self.address(), self.state.vendor.base())
    }

    /// Treats all further requests so.
    pub fn set(&self, mode: Mode) {
        self.state.plan().always = mode;
    }

    /// Treats the next requests so, one each, before those that [`FakeUpstream::set`] speaks of.
    pub fn then(&self, modes: impl IntoIterator<Item = Mode>) {
        self.state.plan().next.extend(modes);
    }

    /// Answers all further requests so, as far as the mode lets it.
    pub fn answer(&self, answer: Answer) {
        self.state.plan().answer = Some(answer);
    }

    /// Answers the next requests so, one each, before those that [`FakeUpstream::answer`] speaks of.
    pub fn answers(&self, answers: impl IntoIterator<Item = Answer>) {
        self.state.plan().next_answers.extend(answers);
    }

    /// Treats requests for this model so, whatever else it is told: with the answer, or with the usual text.
    pub fn model(&self, name: &str, mode: Mode, answer: Option<Answer>) {
        self.state.plan().models.insert(name.to_owned(), (mode, answer));
    }

    /// Gives the models of [`FakeUpstream::model`] their parts in the scripts that drive clients of vendors: `echo`, `tools`,
    /// `two`, `thinker`, `cached`, `long`, `refuser`, `blocked`, `busy`, `overloaded`, `picky`, `overseas`, `missing`,
    /// `broken`, `cut`.
    pub fn act_by_model(&self) {
        for (name, mode, answer) in stage::parts(self.state.vendor) {
            self.model(name, mode, answer);
        }
    }

    /// Takes only this key from now on. Bedrock's signatures are made with [`AWS_KEY`] in any case.
    pub fn only_key(&self, key: &str) {
        self.state.plan().key = Some(key.to_owned());
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

fn handler(state: &Arc<State>) -> impl Fn(Request<Incoming>) -> BoxFuture<'static, Reply> + Clone + use<> {
    let state = Arc::clone(state);
    move |request| {
        let state = Arc::clone(&state);
        Box::pin(async move { state.answer(request).await })
    }
}
