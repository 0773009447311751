//! Whole answers of Converse, and the shapes that they share with events.
//!
//! Sources: Amazon Bedrock API reference, `Converse` ("Response Elements"), `TokenUsage`; user guide, "Prompt caching" (what
//! comes from a cache is counted apart).

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::NotAnAnswer;
use crate::dialog::{Choice, Finish, Part, Reply, Tokens};

/// Converse gives neither an id nor a model in its body.
pub(crate) fn read(body: &[u8]) -> Result<Reply, NotAnAnswer> {
    let body: Body = serde_json::from_slice(body).map_err(|_| NotAnAnswer)?;
    let message = body.output.and_then(|output| output.message).ok_or(NotAnAnswer)?;
    let parts = message.content.unwrap_or_default().into_iter().filter_map(part).collect();
    let finish = finish(body.stop_reason.as_deref().unwrap_or_default());
    Ok(Reply {
        choices: vec![Choice { parts, finish }],
        tokens: body.usage.map(tokens).unwrap_or_default(),
        ..Reply::default()
    })
}

fn part(block: Block) -> Option<Part> {
    if let Some(text) = block.text {
        return (!text.is_empty()).then_some(Part::Text(text));
    }
    if let Some(call) = block.tool_use {
        return Some(Part::Call {
            id: call.tool_use_id.unwrap_or_default(),
            name: call.name.unwrap_or_default(),
            arguments: call.input.map_or("{}", RawValue::get).to_owned(),
            seal: None,
        });
    }
    let thought = block.reasoning_content?;
    let redacted = thought.redacted_content.map(|data| redacted(&data));
    let text = thought.reasoning_text.unwrap_or_default();
    Some(Part::Thought { text: text.text.unwrap_or_default(), seal: text.signature.or(redacted) })
}

pub(crate) fn redacted(data: &str) -> String {
    format!("{}{data}", Part::REDACTED)
}

pub(crate) fn finish(reason: &str) -> Finish {
    match reason {
        "max_tokens" | "model_context_window_exceeded" => Finish::Length,
        "stop_sequence" => Finish::StopText(None),
        "tool_use" => Finish::Calls,
        "guardrail_intervened" | "content_filtered" => Finish::Filtered,
        _ => Finish::Stop,
    }
}

pub(crate) fn tokens(usage: Usage) -> Tokens {
    let counts = [usage.input_tokens, usage.cache_read_input_tokens, usage.cache_write_input_tokens];
    Tokens {
        input: counts.into_iter().flatten().fold(0, u64::saturating_add),
        output: usage.output_tokens.unwrap_or_default(),
        cache_read: usage.cache_read_input_tokens,
        cache_write: usage.cache_write_input_tokens,
        reasoning: None,
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    #[serde(borrow)]
    output: Option<Output<'a>>,
    stop_reason: Option<String>,
    usage: Option<Usage>,
}

#[derive(Deserialize)]
struct Output<'a> {
    #[serde(borrow)]
    message: Option<Message<'a>>,
}

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow)]
    content: Option<Vec<Block<'a>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Block<'a> {
    text: Option<String>,
    #[serde(borrow)]
    tool_use: Option<Call<'a>>,
    reasoning_content: Option<Thought>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Call<'a> {
    tool_use_id: Option<String>,
    name: Option<String>,
    #[serde(borrow)]
    input: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Thought {
    reasoning_text: Option<ThoughtText>,
    redacted_content: Option<String>,
}

#[derive(Deserialize, Default)]
struct ThoughtText {
    text: Option<String>,
    signature: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Usage {
    input_tokens: Option<u64>,
    output_tokens: Option<u64>,
    cache_read_input_tokens: Option<u64>,
    cache_write_input_tokens: Option<u64>,
}
