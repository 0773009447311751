//! Whole answers of Chat Completions, and the shapes that they share with chunks.
//!
//! Sources: OpenAI API reference, "The chat completion object"; DeepSeek and vLLM "Reasoning outputs" (`reasoning_content`,
//! later `reasoning`); vLLM (`stop_reason`); Mistral API, `ContentChunk` (content as a list with `thinking` in it).

use serde::{Deserialize, Deserializer};

use crate::NotAnAnswer;
use crate::dialog::{Choice, Finish, Part, Reply, Tokens};

pub(crate) fn read(body: &[u8]) -> Result<Reply, NotAnAnswer> {
    let body: Body = serde_json::from_slice(body).map_err(|_| NotAnAnswer)?;
    let choices = body.choices.ok_or(NotAnAnswer)?.into_iter().map(choice).collect::<Result<_, _>>()?;
    Ok(Reply {
        id: body.id.unwrap_or_default(),
        model: body.model.unwrap_or_default(),
        choices,
        tokens: body.usage.map(tokens).unwrap_or_default(),
        geo: None,
    })
}

fn choice(choice: BodyChoice) -> Result<Choice, NotAnAnswer> {
    let message = choice.message.ok_or(NotAnAnswer)?;
    let mut parts = Vec::new();
    let (thought, text) = message.content.map(Content::split).unwrap_or_default();
    let thought = message.reasoning_content.or(message.reasoning).unwrap_or_default() + &thought;
    if !thought.is_empty() {
        parts.push(Part::Thought { text: thought, seal: None });
    }
    parts.extend((!text.is_empty()).then_some(Part::Text(text)));
    parts.extend(message.refusal.filter(|text| !text.is_empty()).map(Part::Refusal));
    let calls = message.tool_calls.unwrap_or_default();
    let called = !calls.is_empty();
    parts.extend(calls.into_iter().enumerate().map(|(nth, call)| call.whole(nth)));
    let finish = match choice.finish_reason.as_deref() {
        Some(reason) => finish(reason, choice.stop_reason.text()).ok_or(NotAnAnswer)?,
        None => Finish::Stop,
    };
    let finish = if called && finish == Finish::Stop { Finish::Calls } else { finish };
    Ok(Choice { parts, finish })
}

/// Why it ended, or none if it did not end but broke (Mistral `error`, vLLM `abort`).
pub(crate) fn finish(reason: &str, stop_text: Option<String>) -> Option<Finish> {
    Some(match reason {
        "error" | "abort" => return None,
        "length" | "model_length" => Finish::Length,
        "tool_calls" | "function_call" => Finish::Calls,
        "content_filter" => Finish::Filtered,
        _ => stop_text.map_or(Finish::Stop, |text| Finish::StopText(Some(text))),
    })
}

pub(crate) fn tokens(usage: Usage) -> Tokens {
    let read = usage.prompt_tokens_details.unwrap_or_default();
    Tokens {
        input: usage.prompt_tokens.unwrap_or_default(),
        output: usage.completion_tokens.unwrap_or_default(),
        cache_read: read.cached_tokens,
        cache_write: read.cache_write_tokens,
        reasoning: usage.completion_tokens_details.and_then(|written| written.reasoning_tokens),
    }
}

#[derive(Deserialize)]
struct Body {
    id: Option<String>,
    model: Option<String>,
    choices: Option<Vec<BodyChoice>>,
    #[serde(default, deserialize_with = "or_none")]
    usage: Option<Usage>,
}

#[derive(Deserialize)]
struct BodyChoice {
    message: Option<Message>,
    finish_reason: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    stop_reason: StopReason,
}

/// A message, or what a chunk adds to one.
#[derive(Deserialize, Default)]
pub(crate) struct Message {
    pub(crate) content: Option<Content>,
    pub(crate) refusal: Option<String>,
    pub(crate) reasoning_content: Option<String>,
    pub(crate) reasoning: Option<String>,
    pub(crate) tool_calls: Option<Vec<Call>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum Content {
    Text(String),
    Parts(Vec<ContentPart>),
}

#[derive(Deserialize)]
pub(crate) struct ContentPart {
    text: Option<String>,
    thinking: Option<Vec<ContentPart>>,
}

#[derive(Deserialize)]
pub(crate) struct Call {
    pub(crate) index: Option<u64>,
    pub(crate) id: Option<String>,
    pub(crate) function: Option<Function>,
}

#[derive(Deserialize, Default)]
pub(crate) struct Function {
    pub(crate) name: Option<String>,
    pub(crate) arguments: Option<Arguments>,
}

/// The arguments of a call: a text that is JSON, or with some servers the JSON itself.
#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum Arguments {
    Text(String),
    Object(serde_json::Map<String, serde_json::Value>),
}

/// vLLM's text or token that ended an answer.
#[derive(Deserialize, Default)]
#[serde(untagged)]
pub(crate) enum StopReason {
    Text(String),
    #[default]
    Other,
}

#[derive(Deserialize)]
pub(crate) struct Usage {
    prompt_tokens: Option<u64>,
    completion_tokens: Option<u64>,
    prompt_tokens_details: Option<Read>,
    completion_tokens_details: Option<Written>,
}

#[derive(Deserialize, Default)]
struct Read {
    cached_tokens: Option<u64>,
    cache_write_tokens: Option<u64>,
}

#[derive(Deserialize)]
struct Written {
    reasoning_tokens: Option<u64>,
}

impl Content {
    /// Its thoughts and its text.
    pub(crate) fn split(self) -> (String, String) {
        match self {
            Content::Text(text) => (String::new(), text),
            Content::Parts(parts) => {
                let (mut thought, mut said) = (String::new(), String::new());
                for part in parts {
                    said.push_str(&part.text.unwrap_or_default());
                    for part in part.thinking.unwrap_or_default() {
                        thought.push_str(&part.text.unwrap_or_default());
                    }
                }
                (thought, said)
            }
        }
    }
}

impl Call {
    fn whole(self, nth: usize) -> Part {
        let function = self.function.unwrap_or_default();
        let arguments = function.arguments.map(Arguments::text).filter(|text| !text.is_empty());
        Part::Call {
            id: self.id.filter(|id| !id.is_empty()).unwrap_or_else(|| made_id(nth)),
            name: function.name.unwrap_or_default(),
            arguments: arguments.unwrap_or_else(|| "{}".to_owned()),
            seal: None,
        }
    }
}

impl Arguments {
    pub(crate) fn text(self) -> String {
        match self {
            Arguments::Text(text) => text,
            Arguments::Object(map) => serde_json::Value::Object(map).to_string(),
        }
    }
}

impl StopReason {
    pub(crate) fn text(self) -> Option<String> {
        match self {
            StopReason::Text(text) => Some(text),
            StopReason::Other => None,
        }
    }
}

/// The id of a call that the server gave none, from its position.
pub(crate) fn made_id(nth: usize) -> String {
    format!("call_{nth}")
}

/// A member for the record only: one that is written in another way counts as absent, and the rest is still read.
pub(crate) fn or_none<'de, T, D>(from: D) -> Result<Option<T>, D::Error>
where
    T: serde::de::DeserializeOwned,
    D: Deserializer<'de>,
{
    let value = Option::<serde_json::Value>::deserialize(from)?;
    Ok(value.and_then(|value| serde_json::from_value(value).ok()))
}

/// The same with a default in its place.
pub(crate) fn or_default<'de, T, D>(from: D) -> Result<T, D::Error>
where
    T: serde::de::DeserializeOwned + Default,
    D: Deserializer<'de>,
{
    Ok(or_none(from)?.unwrap_or_default())
}
