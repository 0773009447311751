//! The fields that decide something on the wires other than chat completions.

use std::ops::Range;

use bytes::Bytes;

use super::Wire;
use crate::object::{Picker, Slot};
use crate::request::{Limits, ReadError, checked_text, message_spans, scalar, span};

/// What was read of a request, and its bytes.
#[derive(Debug, Clone)]
pub(super) struct Head {
    pub(super) body: Bytes,
    pub(super) model: String,
    pub(super) model_at: Range<usize>,
    pub(super) stream: bool,
    pub(super) logprobs: bool,
    /// `store` of a responses request: it defaults to true, so it is written where it is absent.
    pub(super) store_at: Option<Range<usize>>,
    /// The first field that would outlive the request.
    pub(super) stateful: Option<&'static str>,
    /// `input` of an embeddings request.
    pub(super) input_at: Option<Range<usize>>,
}

const MESSAGES: Picker = Picker {
    names: &["model", "messages", "stream", "system", "tools", "container", "mcp_servers", "max_tokens"],
    list: "messages",
};

const RESPONSES: Picker = Picker::of(&[
    "model",
    "input",
    "stream",
    "store",
    "previous_response_id",
    "conversation",
    "background",
    "prompt",
    "include",
    "top_logprobs",
    "tools",
    "instructions",
]);

const EMBEDDINGS: Picker = Picker::of(&["model", "input", "encoding_format", "dimensions"]);

impl Head {
    pub(super) fn read(wire: Wire, body: Bytes, limits: &Limits) -> Result<Head, ReadError> {
        let text = checked_text(&body, limits)?;
        let mut head = match wire {
            Wire::Responses => responses(text, limits)?,
            Wire::Embeddings => embeddings(text, limits)?,
            _ => messages(text, limits)?,
        };
        head.body = body;
        Ok(head)
    }

    fn of(text: &str, model: &Slot) -> Result<Head, ReadError> {
        let model_at = model.text().map(|raw| span(text, raw)).ok_or(ReadError::missing("model"))?;
        Ok(Head {
            body: Bytes::new(),
            model: scalar(model, "model", "a string")?.unwrap_or_default(),
            model_at,
            stream: false,
            logprobs: false,
            store_at: None,
            stateful: None,
            input_at: None,
        })
    }
}

fn messages(text: &str, limits: &Limits) -> Result<Head, ReadError> {
    let [model, messages, stream, ..] = MESSAGES.read(text)?.into_slots::<8>();
    let head = Head::of(text, &model)?;
    message_spans(text, messages, limits)?;
    Ok(Head { stream: scalar(&stream, "stream", "a boolean")?.unwrap_or(false), ..head })
}

fn responses(text: &str, limits: &Limits) -> Result<Head, ReadError> {
    let [model, input, stream, store, earlier, conversation, background, prompt, include, top, ..] =
        RESPONSES.read(text)?.into_slots::<12>();
    let head = Head::of(text, &model)?;
    count(&input, limits)?;
    let include: Option<Vec<String>> = scalar(&include, "include", "an array of strings")?;
    let top: Option<u64> = scalar(&top, "top_logprobs", "a whole number")?;
    let stateful = [
        ("store", scalar(&store, "store", "a boolean")?.unwrap_or(false)),
        ("background", scalar(&background, "background", "a boolean")?.unwrap_or(false)),
        ("previous_response_id", earlier.text().is_some()),
        ("conversation", conversation.text().is_some()),
        ("prompt", prompt.text().is_some()),
    ];
    Ok(Head {
        stream: scalar(&stream, "stream", "a boolean")?.unwrap_or(false),
        logprobs: top.unwrap_or(0) > 0
            || include.iter().flatten().any(|what| what == "message.output_text.logprobs"),
        store_at: if let Slot::Raw(raw) = store { Some(span(text, raw.get())) } else { None },
        stateful: stateful.into_iter().find(|(_, is)| *is).map(|(name, _)| name),
        ..head
    })
}

fn embeddings(text: &str, limits: &Limits) -> Result<Head, ReadError> {
    let [model, input, format, _] = EMBEDDINGS.read(text)?.into_slots::<4>();
    let head = Head::of(text, &model)?;
    count(&input, limits)?;
    let format: Option<String> = scalar(&format, "encoding_format", "a string")?;
    if format.is_some_and(|format| format != "float" && format != "base64") {
        return Err(ReadError::wrong_type("encoding_format", "`float` or `base64`"));
    }
    let input = input.text().ok_or(ReadError::missing("input"))?;
    Ok(Head { input_at: Some(span(text, input)), ..head })
}

/// Holds the entries of `input` against the limit on messages.
fn count(input: &Slot, limits: &Limits) -> Result<(), ReadError> {
    let Some(raw) = input.text().filter(|raw| raw.starts_with('[')) else { return Ok(()) };
    let count = serde_json::from_str::<Vec<serde::de::IgnoredAny>>(raw).map_or(0, |list| list.len());
    if count > limits.max_messages {
        return Err(ReadError::TooManyInputs { count, limit: limits.max_messages });
    }
    Ok(())
}
