//! A chat-completions request: what of it decides anything, and the bytes it came in.

mod depth;
mod error;
mod message;
mod rewrite;
#[cfg(test)]
mod tests;

use std::ops::Range;

use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::object::{Picked, Picker, Slot};
pub use error::ReadError;
pub use message::{Message, Messages, Part};
pub(crate) use rewrite::splice;

/// How much of a request is read before it is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Largest body, in bytes.
    pub max_bytes: usize,
    /// Deepest nesting of arrays and objects; the outermost object is level 1.
    pub max_depth: usize,
    /// Most entries of `messages`.
    pub max_messages: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { max_bytes: 16 << 20, max_depth: 64, max_messages: 4096 }
    }
}

/// A request that was read: valid in the fields we read, untouched in all others.
#[derive(Debug, Clone)]
pub struct ChatRequest {
    body: Bytes,
    model: String,
    model_at: Range<usize>,
    messages: Vec<Range<usize>>,
    stream: bool,
    stream_options: StreamOptions,
    sampling: Sampling,
    tools: bool,
    stores: bool,
    logprobs: bool,
}

/// Where `stream_options` and its `include_usage` stand in the body, for a later change of it.
#[derive(Debug, Clone, Default)]
struct StreamOptions {
    at: Option<Range<usize>>,
    include_usage_at: Option<Range<usize>>,
    include_usage: bool,
}

#[derive(Debug, Clone, Default)]
struct Sampling {
    max_tokens: Option<u64>,
    max_completion_tokens: Option<u64>,
    temperature: Option<f64>,
    top_p: Option<f64>,
    seed: Option<i64>,
    stop: Vec<String>,
    n: Option<u64>,
}

const FIELDS: Picker = Picker {
    names: &[
        "model",
        "messages",
        "stream",
        "stream_options",
        "tools",
        "store",
        "logprobs",
        "top_logprobs",
        "max_tokens",
        "max_completion_tokens",
        "temperature",
        "top_p",
        "seed",
        "stop",
        "n",
    ],
    list: "messages",
};

impl ChatRequest {
    /// Reads a request body. The JSON is parsed once; message contents are left for [`ChatRequest::messages`].
    ///
    /// # Errors
    /// Says which limit the body passes, where it stops being JSON, or which field is missing, repeated or of a
    /// wrong type.
    pub fn read(body: Bytes, limits: &Limits) -> Result<ChatRequest, ReadError> {
        let text = checked_text(&body, limits)?;
        let [model, messages, stream, options, tools, store, logprobs, top_logprobs, sampling @ ..] =
            FIELDS.read(text)?.into_slots::<15>();
        let model_at = model.text().map(|raw| span(text, raw)).ok_or(ReadError::missing("model"))?;
        Ok(ChatRequest {
            model: scalar(&model, "model", "a string")?.unwrap_or_default(),
            model_at,
            messages: message_spans(text, messages, limits)?,
            stream: scalar(&stream, "stream", "a boolean")?.unwrap_or(false),
            stream_options: stream_options(text, &options)?,
            sampling: read_sampling(&sampling)?,
            tools: tools.text().is_some_and(|raw| !is_empty_array(raw)),
            stores: scalar(&store, "store", "a boolean")?.unwrap_or(false),
            logprobs: scalar(&logprobs, "logprobs", "a boolean")?.unwrap_or(false)
                || scalar(&top_logprobs, "top_logprobs", "a whole number")?.unwrap_or(0_u64) > 0,
            body,
        })
    }

    /// The model the caller asks for: an opaque name.
    pub fn model(&self) -> &str {
        &self.model
    }

    /// Whether the answer is asked for as an event stream.
    pub fn stream(&self) -> bool {
        self.stream
    }

    /// Whether the caller asked for the usage chunk at the end of a stream.
    pub fn include_usage(&self) -> bool {
        self.stream_options.include_usage
    }

    /// The messages, each parsed when the iterator reaches it.
    pub fn messages(&self) -> Messages<'_> {
        Messages::new(&self.body, &self.messages)
    }

    /// The number of messages.
    pub fn message_count(&self) -> usize {
        self.messages.len()
    }

    /// `max_tokens`, the older name of the answer's limit in tokens.
    pub fn max_tokens(&self) -> Option<u64> {
        self.sampling.max_tokens
    }

    /// `max_completion_tokens`, the newer name of the answer's limit in tokens.
    pub fn max_completion_tokens(&self) -> Option<u64> {
        self.sampling.max_completion_tokens
    }

    /// The answer's limit in tokens under either name; the lower one if both are given.
    pub fn token_limit(&self) -> Option<u64> {
        match (self.sampling.max_completion_tokens, self.sampling.max_tokens) {
            (Some(new), Some(old)) => Some(new.min(old)),
            (new, old) => new.or(old),
        }
    }

    /// Sampling temperature; no range is enforced here.
    pub fn temperature(&self) -> Option<f64> {
        self.sampling.temperature
    }

    /// Nucleus sampling mass; no range is enforced here.
    pub fn top_p(&self) -> Option<f64> {
        self.sampling.top_p
    }

    /// Sampling seed.
    pub fn seed(&self) -> Option<i64> {
        self.sampling.seed
    }

    /// Stop sequences; empty if none are given.
    pub fn stop(&self) -> &[String] {
        &self.sampling.stop
    }

    /// How many choices are asked for; 1 if not said.
    pub fn choices(&self) -> u64 {
        self.sampling.n.unwrap_or(1)
    }

    /// Whether the request offers at least one tool.
    pub fn has_tools(&self) -> bool {
        self.tools
    }

    /// Whether the vendor is asked to keep the answer.
    pub fn stores(&self) -> bool {
        self.stores
    }

    /// Whether the probabilities of tokens are asked for.
    pub fn has_logprobs(&self) -> bool {
        self.logprobs
    }

    /// The bytes as they came.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// The raw JSON of any top-level field, found by a new pass over the body; for fields that few callers set.
    pub fn field(&self, name: &str) -> Option<&str> {
        let text = std::str::from_utf8(&self.body).ok()?;
        let fields: std::collections::HashMap<std::borrow::Cow<str>, &RawValue> =
            serde_json::from_str(text).ok()?;
        fields.get(name).map(|raw| raw.get())
    }
}

/// The body as text, if it keeps to the limits on bytes and depth.
pub(crate) fn checked_text<'a>(body: &'a Bytes, limits: &Limits) -> Result<&'a str, ReadError> {
    if body.len() > limits.max_bytes {
        return Err(ReadError::TooLarge { size: body.len(), limit: limits.max_bytes });
    }
    let text = std::str::from_utf8(body).map_err(|cause| ReadError::not_utf8(body, &cause))?;
    if depth::exceeds(text.as_bytes(), limits.max_depth) {
        return Err(ReadError::TooDeep { limit: limits.max_depth });
    }
    Ok(text)
}

impl Picker {
    /// Picks from a whole body.
    pub(crate) fn read<'a>(&self, text: &'a str) -> Result<Picked<'a>, ReadError> {
        let picked = self.pick(text).map_err(|cause| ReadError::from_json(&cause))?;
        match picked.fault {
            Some(fault) => Err(ReadError::from_fault(fault, "")),
            None => Ok(picked),
        }
    }
}

/// Where `part`, a slice of `whole`, stands in it.
pub(crate) fn span(whole: &str, part: &str) -> Range<usize> {
    let start = part.as_ptr().addr().saturating_sub(whole.as_ptr().addr());
    start..start + part.len()
}

pub(crate) fn scalar<T: DeserializeOwned>(
    slot: &Slot,
    param: &'static str,
    expected: &'static str,
) -> Result<Option<T>, ReadError> {
    match slot.text() {
        None => Ok(None),
        Some(raw) => match serde_json::from_str(raw) {
            Ok(value) => Ok(Some(value)),
            Err(_) => Err(ReadError::wrong_type(param, expected)),
        },
    }
}

pub(crate) fn message_spans(text: &str, slot: Slot, limits: &Limits) -> Result<Vec<Range<usize>>, ReadError> {
    let list = match slot {
        Slot::Absent => return Err(ReadError::missing("messages")),
        Slot::List(list) if !list.is_empty() => list,
        _ => return Err(ReadError::wrong_type("messages", "a non-empty array")),
    };
    if list.len() > limits.max_messages {
        return Err(ReadError::TooManyMessages { count: list.len(), limit: limits.max_messages });
    }
    match list.iter().position(|raw| !raw.get().starts_with('{')) {
        Some(at) => Err(ReadError::wrong_type(format!("messages[{at}]"), "an object")),
        None => Ok(list.into_iter().map(|raw| span(text, raw.get())).collect()),
    }
}

fn stream_options(text: &str, slot: &Slot) -> Result<StreamOptions, ReadError> {
    const OPTIONS: Picker = Picker::of(&["include_usage"]);
    let Slot::Raw(raw) = slot else {
        return Ok(StreamOptions::default());
    };
    let at = Some(span(text, raw.get()));
    if slot.text().is_none() {
        return Ok(StreamOptions { at, ..StreamOptions::default() });
    }
    let picked = OPTIONS.pick(raw.get()).map_err(|_| ReadError::wrong_type("stream_options", "an object"))?;
    if let Some(fault) = picked.fault {
        return Err(ReadError::from_fault(fault, "stream_options."));
    }
    let [wanted] = picked.into_slots();
    Ok(StreamOptions {
        at,
        include_usage_at: if let Slot::Raw(raw) = wanted { Some(span(text, raw.get())) } else { None },
        include_usage: scalar(&wanted, "stream_options.include_usage", "a boolean")?.unwrap_or(false),
    })
}

fn read_sampling(slots: &[Slot<'_>; 7]) -> Result<Sampling, ReadError> {
    let [max_tokens, max_completion_tokens, temperature, top_p, seed, stop, n] = slots;
    Ok(Sampling {
        max_tokens: scalar(max_tokens, "max_tokens", "a whole number")?,
        max_completion_tokens: scalar(max_completion_tokens, "max_completion_tokens", "a whole number")?,
        temperature: scalar(temperature, "temperature", "a number")?,
        top_p: scalar(top_p, "top_p", "a number")?,
        seed: scalar(seed, "seed", "a whole number")?,
        stop: stops(stop)?,
        n: scalar(n, "n", "a whole number")?,
    })
}

fn stops(slot: &Slot) -> Result<Vec<String>, ReadError> {
    const EXPECTED: &str = "a string or an array of strings";
    if slot.text().is_some_and(|raw| raw.starts_with('"')) {
        return Ok(scalar(slot, "stop", EXPECTED)?.into_iter().collect());
    }
    Ok(scalar(slot, "stop", EXPECTED)?.unwrap_or_default())
}

fn is_empty_array(raw: &str) -> bool {
    raw.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).is_some_and(|inner| inner.trim().is_empty())
}
