//! Whole answers of Messages, and the shapes that they share with events.
//!
//! Sources: Anthropic API reference, "Create a Message"; "Handling stop reasons"; "Data residency" (`usage.inference_geo`).

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::NotAnAnswer;
use crate::dialog::{Choice, Finish, Part, Reply, Tokens};

pub(crate) fn read(body: &[u8]) -> Result<Reply, NotAnAnswer> {
    let body: Message = serde_json::from_slice(body).map_err(|_| NotAnAnswer)?;
    let parts = body.content.ok_or(NotAnAnswer)?.into_iter().filter_map(part).collect();
    let usage = body.usage.unwrap_or_default();
    let finish = finish(body.stop_reason.as_deref().unwrap_or_default(), body.stop_sequence);
    Ok(Reply {
        id: body.id.unwrap_or_default(),
        model: body.model.unwrap_or_default(),
        choices: vec![Choice { parts, finish }],
        tokens: usage.tokens(),
        geo: usage.geo(),
    })
}

/// Blocks of tools that Anthropic runs itself are not the caller's to answer, and pass.
fn part(block: Block) -> Option<Part> {
    Some(match block.kind.as_str() {
        "text" => Part::Text(block.text.filter(|text| !text.is_empty())?),
        "thinking" => Part::Thought { text: block.thinking.unwrap_or_default(), seal: block.signature },
        "redacted_thinking" => Part::Thought { text: String::new(), seal: Some(redacted(&block.data?)) },
        "tool_use" => Part::Call {
            id: block.id.unwrap_or_default(),
            name: block.name.unwrap_or_default(),
            arguments: block.input.map_or("{}", RawValue::get).to_owned(),
            seal: None,
        },
        _ => return None,
    })
}

pub(crate) fn redacted(data: &str) -> String {
    format!("{}{data}", Part::REDACTED)
}

pub(crate) fn finish(reason: &str, stop_text: Option<String>) -> Finish {
    match reason {
        "max_tokens" | "model_context_window_exceeded" => Finish::Length,
        "stop_sequence" => Finish::StopText(stop_text),
        "tool_use" => Finish::Calls,
        "refusal" => Finish::Refused,
        "pause_turn" => Finish::Paused,
        _ => Finish::Stop,
    }
}

#[derive(Deserialize)]
pub(crate) struct Message<'a> {
    pub(crate) id: Option<String>,
    pub(crate) model: Option<String>,
    #[serde(borrow)]
    content: Option<Vec<Block<'a>>>,
    stop_reason: Option<String>,
    stop_sequence: Option<String>,
    pub(crate) usage: Option<Usage>,
}

#[derive(Deserialize)]
pub(crate) struct Block<'a> {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) text: Option<String>,
    pub(crate) thinking: Option<String>,
    pub(crate) signature: Option<String>,
    pub(crate) data: Option<String>,
    pub(crate) id: Option<String>,
    pub(crate) name: Option<String>,
    #[serde(borrow)]
    pub(crate) input: Option<&'a RawValue>,
}

/// Usage; in a stream each event adds to what was said before.
#[derive(Deserialize, Default, Debug)]
pub(crate) struct Usage {
    input_tokens: Option<u64>,
    output_tokens: Option<u64>,
    cache_creation_input_tokens: Option<u64>,
    cache_read_input_tokens: Option<u64>,
    output_tokens_details: Option<Details>,
    inference_geo: Option<String>,
}

#[derive(Deserialize, Debug)]
struct Details {
    thinking_tokens: Option<u64>,
}

impl Usage {
    /// Anthropic counts what came from a cache or went into one apart.
    pub(crate) fn tokens(&self) -> Tokens {
        let counts = [self.input_tokens, self.cache_creation_input_tokens, self.cache_read_input_tokens];
        Tokens {
            input: counts.into_iter().flatten().fold(0, u64::saturating_add),
            output: self.output_tokens.unwrap_or_default(),
            cache_read: self.cache_read_input_tokens,
            cache_write: self.cache_creation_input_tokens,
            reasoning: self.output_tokens_details.as_ref().and_then(|details| details.thinking_tokens),
        }
    }

    /// Where it ran; `not_available` is no place.
    pub(crate) fn geo(&self) -> Option<String> {
        self.inference_geo.clone().filter(|geo| geo != "not_available")
    }

    pub(crate) fn update(&mut self, new: Usage) {
        self.input_tokens = new.input_tokens.or(self.input_tokens);
        self.output_tokens = new.output_tokens.or(self.output_tokens);
        self.cache_creation_input_tokens =
            new.cache_creation_input_tokens.or(self.cache_creation_input_tokens);
        self.cache_read_input_tokens = new.cache_read_input_tokens.or(self.cache_read_input_tokens);
        self.output_tokens_details = new.output_tokens_details.or(self.output_tokens_details.take());
        self.inference_geo = new.inference_geo.or(self.inference_geo.take());
    }
}
