//! A request on any of the wires that callers speak: what of it decides anything, and the bytes it came in.

mod embedding;
mod head;
mod output;
mod rewrite;
#[cfg(test)]
mod tests;
mod vendor_side;

use std::borrow::Cow;

use bytes::Bytes;
use serde_json::value::RawValue;

use crate::dialog::{Dialog, Untranslatable};
use crate::places::Place;
use crate::request::{ChatRequest, Limits, ReadError};
use crate::speakers::{self, Speakers};
use crate::texts::{self, TextAt, Unreadable};
use crate::{translate, walk};
pub use embedding::Embedding;
use head::Head;

/// The wires a caller may speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Wire {
    /// OpenAI chat completions.
    Chat,
    /// OpenAI responses.
    Responses,
    /// Anthropic messages.
    Messages,
    /// OpenAI embeddings.
    Embeddings,
    /// Anthropic's count of the tokens of a message.
    CountTokens,
}

impl Wire {
    /// Whether it is one of Anthropic's, which shape errors and headers in another way.
    pub fn is_anthropic(self) -> bool {
        matches!(self, Wire::Messages | Wire::CountTokens)
    }
}

/// A request that was read: valid in the fields we read, untouched in all others.
#[derive(Debug, Clone)]
pub struct Inbound {
    wire: Wire,
    inner: Inner,
}

#[derive(Debug, Clone)]
enum Inner {
    Chat(Box<ChatRequest>),
    Other(Box<Head>),
}

/// What an embeddings request wants embedded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EmbeddingsInput<'a> {
    /// Texts.
    Texts(Vec<Cow<'a, str>>),
    /// Texts as arrays of token numbers, of some tokenizer; how many.
    Tokens(usize),
}

impl Inbound {
    /// Reads a request body. The JSON is parsed once; contents are left for later.
    ///
    /// # Errors
    /// Says which limit the body passes, where it stops being JSON, or which field is missing, repeated or of a
    /// wrong type.
    pub fn read(wire: Wire, body: Bytes, limits: &Limits) -> Result<Inbound, ReadError> {
        let inner = match wire {
            Wire::Chat => Inner::Chat(Box::new(ChatRequest::read(body, limits)?)),
            other => Inner::Other(Box::new(Head::read(other, body, limits)?)),
        };
        Ok(Inbound { wire, inner })
    }

    /// The wire that the caller speaks.
    pub fn wire(&self) -> Wire {
        self.wire
    }

    /// The model the caller asks for: an opaque name.
    pub fn model(&self) -> &str {
        match &self.inner {
            Inner::Chat(chat) => chat.model(),
            Inner::Other(head) => &head.model,
        }
    }

    /// Whether the answer is asked for as an event stream.
    pub fn stream(&self) -> bool {
        match &self.inner {
            Inner::Chat(chat) => chat.stream(),
            Inner::Other(head) => head.stream,
        }
    }

    /// The bytes as they came.
    pub fn body(&self) -> &Bytes {
        match &self.inner {
            Inner::Chat(chat) => chat.body(),
            Inner::Other(head) => &head.body,
        }
    }

    /// Whether the caller of a chat stream asked for the usage chunk; the other wires always tell usage.
    pub fn include_usage(&self) -> bool {
        self.chat().is_none_or(ChatRequest::include_usage)
    }

    /// Whether the probabilities of tokens are asked for, which spell the answer a second time.
    pub fn has_logprobs(&self) -> bool {
        match &self.inner {
            Inner::Chat(chat) => chat.has_logprobs(),
            Inner::Other(head) => head.logprobs,
        }
    }

    /// Most tokens that the answer may have, all choices together; `assumed` for each choice where the request does not say, and
    /// none where nothing is generated.
    pub fn most_output(&self, assumed: u64) -> u64 {
        output::most(self.wire, self.body(), assumed)
    }

    /// The request as a chat request, if it is one.
    pub fn chat(&self) -> Option<&ChatRequest> {
        match &self.inner {
            Inner::Chat(chat) => Some(chat),
            Inner::Other(_) => None,
        }
    }

    /// Refuses what would outlive the request at the vendor: stored conversations and answers, work in the background.
    ///
    /// # Errors
    /// The field that asks for it.
    pub fn stateless(&self) -> Result<(), ReadError> {
        let field = match &self.inner {
            Inner::Chat(chat) => chat.stores().then(|| "store".to_owned()),
            Inner::Other(head) => head.stateful.map(str::to_owned).or_else(|| self.item_reference()),
        };
        match field {
            None => Ok(()),
            Some(param) => Err(ReadError::Stateful { param: param.into() }),
        }
    }

    /// The paths of fields that make the vendor connect elsewhere, run something or use what it keeps: hosted tools,
    /// connectors, containers, ids of files. Whether that may be is the caller's
    /// choice; empty if there are none.
    pub fn vendor_side(&self) -> Vec<String> {
        vendor_side::fields(self.body(), self.place())
    }

    /// The paths of wishes for caching (`cache_control`). They change no answer and are left behind where the request
    /// is carried over to another wire; this is for whoever should know.
    pub fn hints_left(&self) -> Vec<String> {
        vendor_side::cache_hints(self.body(), self.place())
    }

    /// The request as no vendor writes it. Every field is carried over or refused by name.
    ///
    /// # Errors
    /// The first field that has no place in a [`Dialog`], or has another shape than its wire gives it.
    pub fn dialog(&self) -> Result<Dialog, Untranslatable> {
        translate::dialog(self.wire, self.body())
    }

    /// Every text of the request.
    ///
    /// # Errors
    /// A string that is not Unicode (half of a surrogate pair) and could be read in more than one way.
    pub fn texts(&self) -> Result<Vec<TextAt<'_>>, ReadError> {
        texts::texts(self.body(), self.place())
    }

    /// Who says what.
    pub fn speakers(&self) -> Speakers {
        speakers::speakers(self.wire, self.body())
    }

    /// Every part of the request that cannot be read as text.
    pub fn unreadable(&self) -> Vec<Unreadable> {
        texts::unreadable(self.body(), self.place())
    }

    /// The path of what begins at this byte of the body, such as `messages[2].content`. For people.
    pub fn path_at(&self, at: usize) -> String {
        walk::path(self.body(), at)
    }

    /// What an embeddings request wants embedded; none on other wires.
    ///
    /// # Errors
    /// `input` is neither text nor tokens.
    pub fn embeddings_input(&self) -> Result<Option<EmbeddingsInput<'_>>, ReadError> {
        let Inner::Other(head) = &self.inner else { return Ok(None) };
        let Some(at) = head.input_at.clone().filter(|_| self.wire == Wire::Embeddings) else {
            return Ok(None);
        };
        let raw = head.body.get(at).unwrap_or_default();
        embeddings_input(raw)
            .map(Some)
            .ok_or(ReadError::wrong_type("input", "text, tokens or an array of them"))
    }

    fn place(&self) -> Place {
        Place::request(self.wire)
    }

    fn item_reference(&self) -> Option<String> {
        vendor_side::item_reference(self.body(), self.place())
    }
}

fn embeddings_input(raw: &[u8]) -> Option<EmbeddingsInput<'_>> {
    if raw.starts_with(b"\"") {
        return Some(EmbeddingsInput::Texts(vec![serde_json::from_slice(raw).ok()?]));
    }
    let list: Vec<&RawValue> = serde_json::from_slice(raw).ok()?;
    match list.first()?.get().as_bytes().first()? {
        b'"' => Some(EmbeddingsInput::Texts(serde_json::from_slice(raw).ok()?)),
        b'[' => serde_json::from_slice::<Vec<Vec<u64>>>(raw).ok().map(|l| EmbeddingsInput::Tokens(l.len())),
        _ => serde_json::from_slice::<Vec<u64>>(raw).ok().map(|_| EmbeddingsInput::Tokens(1)),
    }
}
