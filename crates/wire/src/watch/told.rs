//! What the answers and events of each wire tell of how it went.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::Seen;
use crate::answer::Usage;

/// The members of a chunk, a completion or an error that tell how it went.
#[derive(Deserialize)]
pub(super) struct Chat<'a> {
    #[serde(borrow, default)]
    error: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) choices: Option<Vec<Choice<'a>>>,
    /// Numbers for the record only: an upstream that writes them in another way still answers.
    #[serde(borrow, default)]
    usage: Option<&'a RawValue>,
}

#[derive(Deserialize)]
pub(super) struct Choice<'a> {
    #[serde(borrow, default)]
    finish_reason: Option<Cow<'a, str>>,
}

/// A message, or an event of its stream.
#[derive(Deserialize)]
pub(super) struct Message<'a> {
    #[serde(borrow, default, rename = "type")]
    pub(super) kind: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    stop_reason: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    usage: Option<&'a RawValue>,
    #[serde(borrow, default)]
    message: Option<&'a RawValue>,
    #[serde(borrow, default)]
    delta: Option<&'a RawValue>,
    #[serde(default)]
    pub(super) input_tokens: Option<u64>,
}

/// A response, or an event of its stream.
#[derive(Deserialize)]
pub(super) struct Response<'a> {
    #[serde(borrow, default, rename = "type")]
    pub(super) kind: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(super) object: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    status: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    error: Option<&'a RawValue>,
    #[serde(borrow, default)]
    usage: Option<&'a RawValue>,
    #[serde(borrow, default)]
    response: Option<&'a RawValue>,
    #[serde(borrow, default)]
    incomplete_details: Option<&'a RawValue>,
}

/// Anthropic's usage, and what responses call by the same names. Anthropic counts what a cache took part in apart.
#[derive(Deserialize)]
struct Told {
    #[serde(default)]
    input_tokens: Option<u64>,
    #[serde(default)]
    cache_creation_input_tokens: Option<u64>,
    #[serde(default)]
    cache_read_input_tokens: Option<u64>,
    #[serde(default)]
    output_tokens: Option<u64>,
    #[serde(default)]
    inference_geo: Option<String>,
}

impl Seen {
    /// Adds what one chunk or completion tells; true if it tells its usage and nothing else.
    pub(super) fn take_chat(&mut self, told: &Chat) -> bool {
        self.error |= told.error.is_some_and(is_error);
        let choices = told.choices.as_deref().unwrap_or_default();
        for reason in choices.iter().filter_map(|choice| choice.finish_reason.as_deref()) {
            self.finished(reason);
        }
        let usage = told.usage.and_then(parsed::<Option<Usage>>).flatten();
        if usage.is_some() {
            self.usage = usage;
        }
        usage.is_some() && told.choices.is_some() && choices.is_empty()
    }

    /// Adds what a message or an event of its stream tells.
    pub(super) fn take_message(&mut self, told: &Message) {
        match told.kind.as_deref() {
            Some("error") => self.error = true,
            Some("message_stop") => self.done = true,
            _ => {}
        }
        if let Some(message) = told.message.and_then(parsed::<Message>) {
            self.take_usage(message.usage);
        }
        let reason = told.delta.and_then(parsed::<Message>).and_then(|delta| delta.stop_reason);
        if let Some(reason) = reason.as_deref().or(told.stop_reason.as_deref()) {
            self.finished(reason);
        }
        self.take_usage(told.usage);
    }

    /// Adds what a response or an event of its stream tells.
    pub(super) fn take_response(&mut self, told: &Response) {
        match told.kind.as_deref() {
            Some("error" | "response.failed") => self.error = true,
            Some("response.completed" | "response.incomplete") => self.done = true,
            _ => {}
        }
        self.error |= told.error.is_some_and(is_error);
        match told.response.and_then(parsed::<Response>) {
            Some(inner) => self.take_whole_response(&inner),
            None => self.take_whole_response(told),
        }
    }

    fn take_whole_response(&mut self, told: &Response) {
        self.error |= told.error.is_some_and(is_error) || told.status.as_deref() == Some("failed");
        if let Some(status @ ("completed" | "incomplete")) = told.status.as_deref() {
            #[derive(Deserialize)]
            struct Why {
                reason: String,
            }
            let why = told.incomplete_details.and_then(parsed::<Why>);
            self.finished(why.as_ref().map_or(status, |why| &why.reason));
        }
        self.take_usage(told.usage);
    }

    fn finished(&mut self, reason: &str) {
        self.finished += 1;
        if self.finish_reason.is_none() {
            self.finish_reason = Some(reason.to_owned());
        }
    }

    /// Numbers of an earlier event stand where a later one leaves them out.
    fn take_usage(&mut self, raw: Option<&RawValue>) {
        let Some(told) = raw.and_then(parsed::<Told>) else { return };
        let before = self.usage.unwrap_or_default();
        let cached = told
            .cache_creation_input_tokens
            .unwrap_or(0)
            .saturating_add(told.cache_read_input_tokens.unwrap_or(0));
        let input = told.input_tokens.map(|fresh| fresh.saturating_add(cached));
        self.usage = Some(Usage::new(
            input.unwrap_or(before.prompt_tokens),
            told.output_tokens.unwrap_or(before.completion_tokens),
        ));
        if told.inference_geo.is_some() {
            self.geo = told.inference_geo;
        }
    }
}

fn parsed<'a, T: Deserialize<'a>>(raw: &'a RawValue) -> Option<T> {
    serde_json::from_str(raw.get()).ok()
}

/// Clients raise an `error` member that is not empty.
fn is_error(raw: &RawValue) -> bool {
    !matches!(raw.get(), "null" | "false" | "{}" | "[]" | "\"\"" | "0")
}
