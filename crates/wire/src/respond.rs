//! Answers to the caller, on the caller's wire, from an answer as no vendor writes it: whole, or piece by piece.
//!
//! Sources: OpenAI API reference (chat completion object and chunk; response object and streaming events), Anthropic
//! API reference (message object; streaming messages).

mod chat;
mod chat_stream;
mod embeddings;
mod messages;
mod messages_stream;
mod responses;
mod responses_stream;
#[cfg(test)]
mod tests;

use bytes::{Bytes, BytesMut};

use crate::answer::json;
use crate::dialog::{Delta, Reply, Untranslatable, UpstreamFault};
use crate::error_body::{ErrorBody, error_event_for};
use crate::inbound::Wire;
use crate::sse;
pub use embeddings::{EmbeddingsForm, count_tokens, embeddings};

/// Writes the answer to one request.
#[derive(Debug, Clone)]
pub struct Respond {
    wire: Wire,
    head: Head,
}

/// What all parts of an answer share.
#[derive(Debug, Clone)]
struct Head {
    /// The unique part of its ids.
    id: String,
    /// Seconds since 1970.
    created: u64,
    /// The model, under the name the caller knows.
    model: String,
    /// Whether a chat stream ends with its usage.
    include_usage: bool,
}

impl Respond {
    /// An answer on this wire. `id` is the unique part of its ids, `created` in seconds since 1970, `model` the name
    /// that the caller used; `include_usage` matters for streams of chat only.
    pub fn new(wire: Wire, id: &str, created: u64, model: &str, include_usage: bool) -> Respond {
        let head = Head { id: id.to_owned(), created, model: model.to_owned(), include_usage };
        Respond { wire, head }
    }

    /// The body of an answer that is not streamed.
    ///
    /// # Errors
    /// The answer has something that the wire has no word for, such as a second choice where there is one.
    pub fn whole(&self, reply: &Reply) -> Result<Bytes, Untranslatable> {
        let body = match self.wire {
            Wire::Chat => json(&chat::completion(&self.head, reply)?),
            Wire::Responses => json(&responses::response(&self.head, reply)?),
            Wire::Messages => json(&messages::message(&self.head, reply)?),
            Wire::CountTokens => count_tokens(reply.tokens.input),
            Wire::Embeddings => return Err(refuse("input", self.wire, "an answer in words is no embedding")),
        };
        Ok(sse::escape_line_ends(body))
    }

    /// The answer as an event stream.
    pub fn begin_stream(self) -> StreamWriter {
        let inner = match self.wire {
            Wire::Responses => Inner::Responses(Box::new(responses_stream::Writer::new(self.head))),
            Wire::Messages | Wire::CountTokens => Inner::Messages(messages_stream::Writer::new(self.head)),
            Wire::Chat | Wire::Embeddings => Inner::Chat(chat_stream::Writer::new(self.head)),
        };
        StreamWriter { wire: self.wire, inner, ended: false }
    }
}

/// Writes the events of one answer.
#[derive(Debug)]
pub struct StreamWriter {
    wire: Wire,
    inner: Inner,
    ended: bool,
}

#[derive(Debug)]
enum Inner {
    Chat(chat_stream::Writer),
    Messages(messages_stream::Writer),
    Responses(Box<responses_stream::Writer>),
}

impl StreamWriter {
    /// Adds the events that tell of this piece, often none. After [`Delta::End`] or [`Delta::Fault`] nothing follows.
    pub fn write(&mut self, delta: &Delta, out: &mut BytesMut) {
        if self.ended {
            return;
        }
        if let Delta::Fault(fault) = delta {
            return self.fault(&fault_body(fault), out);
        }
        self.ended = *delta == Delta::End;
        match &mut self.inner {
            Inner::Chat(writer) => writer.write(delta, out),
            Inner::Messages(writer) => writer.write(delta, out),
            Inner::Responses(writer) => writer.write(delta, out),
        }
    }

    /// Ends the stream with an error of ours, on which every client of the wire raises.
    pub fn fault(&mut self, error: &ErrorBody, out: &mut BytesMut) {
        if self.ended {
            return;
        }
        self.ended = true;
        match &mut self.inner {
            Inner::Chat(_) => out.extend_from_slice(&error_event_for(self.wire, error, "", 0)),
            Inner::Messages(writer) => {
                out.extend_from_slice(&error_event_for(self.wire, error, writer.id(), 0));
            }
            Inner::Responses(writer) => writer.fault(error, out),
        }
    }
}

/// A vendor's error as ours: 529 where it is overloaded in Anthropic's words, else 503 where waiting may help.
fn fault_body(fault: &UpstreamFault) -> ErrorBody {
    let status = match (fault.kind.as_str(), fault.passing) {
        ("overloaded_error", _) => 529,
        (_, true) => 503,
        (_, false) => 502,
    };
    let error = ErrorBody::new(status, "upstream_error", fault.message.as_str()).with_retry(fault.passing);
    match &fault.param {
        Some(param) => error.with_param(param.as_str()),
        None => error,
    }
}

fn refuse(field: impl Into<String>, wire: Wire, why: &str) -> Untranslatable {
    let to = match wire {
        Wire::Chat => "OpenAI chat completions",
        Wire::Responses => "OpenAI responses",
        Wire::Messages => "Anthropic messages",
        Wire::Embeddings => "OpenAI embeddings",
        Wire::CountTokens => "Anthropic's count of tokens",
    };
    Untranslatable::new(field, to, why)
}

/// The one answer of a wire that has no more than one.
fn only_choice(reply: &Reply, wire: Wire) -> Result<&crate::dialog::Choice, Untranslatable> {
    match &reply.choices[..] {
        [only] => Ok(only),
        _ => Err(refuse("choices", wire, "it has exactly one answer")),
    }
}
