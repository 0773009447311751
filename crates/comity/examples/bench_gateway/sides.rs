//! The sides of the comparison: who stands between the load and the upstreams.

use std::net::SocketAddr;

use bytes::Bytes;
use clap::ValueEnum;
use testkit::load::Load;

use crate::children::Running;
use crate::estate_text::KEY;

/// The wire that the load speaks. Sides that cannot translate get the OpenAI one, which the upstreams speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Wire {
    /// `POST /v1/chat/completions`.
    Openai,
    /// `POST /v1/messages` (Anthropic, version 2023-06-01).
    Anthropic,
}

/// One side.
pub(crate) struct Side {
    pub(crate) name: &'static str,
    /// Where it takes requests for answers, and for streams.
    pub(crate) addresses: [SocketAddr; 2],
    /// Its process; none for the upstreams themselves, which share ours.
    pub(crate) running: Option<Running>,
    /// Further headers of its requests.
    pub(crate) headers: Vec<(String, String)>,
    /// A header that names the upstream, for answers and for streams.
    pub(crate) to_upstream: Option<(&'static str, [String; 2])>,
    /// Whether it knows more than one wire.
    translates: bool,
    /// The wire that this side is spoken to in, whatever the others are.
    wire: Option<Wire>,
}

/// What a request is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    pub(crate) wire: Wire,
    /// Size of the body in bytes.
    pub(crate) bytes: usize,
    pub(crate) stream: bool,
}

impl Side {
    /// The upstreams themselves.
    pub(crate) fn direct(upstreams: [SocketAddr; 2]) -> Side {
        Side::new("direct", upstreams, None, false)
    }

    /// A proxy that passes on what it gets.
    pub(crate) fn plain(name: &'static str, running: Running) -> Side {
        Side::running(name, running, false)
    }

    /// A gateway.
    pub(crate) fn gateway(name: &'static str, running: Running) -> Side {
        Side::running(name, running, true)
    }

    /// A gateway that runs already, spoken to in another wire.
    pub(crate) fn in_messages(&self, name: &'static str) -> Side {
        Side { wire: Some(Wire::Anthropic), ..Side::new(name, self.addresses, None, true) }
    }

    fn running(name: &'static str, running: Running, translates: bool) -> Side {
        let at = |index| running.addresses.get::<usize>(index).copied();
        let first = at(0).unwrap_or(SocketAddr::from(([127, 0, 0, 1], 0)));
        Side::new(name, [first, at(1).unwrap_or(first)], Some(running), translates)
    }

    fn new(
        name: &'static str,
        addresses: [SocketAddr; 2],
        running: Option<Running>,
        translates: bool,
    ) -> Side {
        Side { name, addresses, running, headers: Vec::new(), to_upstream: None, translates, wire: None }
    }

    /// Whether figures without this side mean nothing.
    pub(crate) fn must_answer(&self) -> bool {
        matches!(self.name, "direct" | "floor" | "gateway")
    }

    /// Its process.
    pub(crate) fn process(&self) -> Option<u32> {
        self.running.as_ref().map(Running::id)
    }

    /// A load of such requests over so many connections.
    pub(crate) fn load(&self, asked: Asked, connections: usize) -> Load {
        let wire = self.wire.unwrap_or(if self.translates { asked.wire } else { Wire::Openai });
        let [answers, streams] = self.addresses;
        let target = if asked.stream { streams } else { answers };
        let mut load = Load::new(target, body(wire, asked), connections);
        load.headers = self.headers.clone();
        match wire {
            Wire::Openai => load.headers.push(("authorization".to_owned(), format!("Bearer {KEY}"))),
            Wire::Anthropic => {
                load.path = "/v1/messages".to_owned();
                load.headers.push(("x-api-key".to_owned(), KEY.to_owned()));
                load.headers.push(("anthropic-version".to_owned(), "2023-06-01".to_owned()));
            }
        }
        if let Some((name, [answers, streams])) = &self.to_upstream {
            let upstream = if asked.stream { streams } else { answers };
            load.headers.push(((*name).to_owned(), upstream.clone()));
        }
        load
    }
}

/// What a mask replaces: an address, an account (the example of ISO 13616's registry) and a card (a test number of networks).
const IDENTIFIERS: &str =
    "Write to anna.schmidt@example.com about DE89 3704 0044 0532 0130 00 and 4111 1111 1111 1111. ";

/// A request of a given size.
fn body(wire: Wire, asked: Asked) -> Bytes {
    let model = if asked.stream { "streams" } else { "answers" };
    let of = |content: String| {
        let messages = [serde_json::json!({ "role": "user", "content": content })];
        let mut body = serde_json::json!({
            "model": model, "messages": messages, "temperature": 0.2, "stream": asked.stream,
        });
        if wire == Wire::Anthropic
            && let Some(body) = body.as_object_mut()
        {
            // The Messages API requires it.
            body.insert("max_tokens".to_owned(), 256.into());
        }
        body.to_string()
    };
    let missing = asked.bytes.saturating_sub(of(String::new()).len());
    let text = IDENTIFIERS.chars().chain("The quick brown fox jumps. ".chars().cycle());
    of(text.take(missing).collect()).into()
}
