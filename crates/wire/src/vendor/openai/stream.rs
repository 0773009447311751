//! Chunks of Chat Completions.
//!
//! Source: OpenAI API reference, "The chat completion chunk object". A stream ends with `[DONE]`; some servers leave it out.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::dialog::{Block, UpstreamFault};
use crate::vendor::openai::reply::{self, Arguments, Call, Content, Message, StopReason, Usage};
use crate::vendor::pieces::Pieces;
use crate::vendor::{StreamFault, fault};

pub(crate) fn take(name: Option<&[u8]>, data: &[u8], pieces: &mut Pieces) -> Result<(), StreamFault> {
    if data.starts_with(b"[DONE]") {
        return pieces.end();
    }
    let chunk: Chunk =
        serde_json::from_slice(data).map_err(|_| StreamFault::Malformed("an event is not a chunk"))?;
    if name == Some(b"error") || chunk.error.is_some_and(|error| !is_empty(error)) {
        pieces.fault(fault::in_stream(data));
        return Ok(());
    }
    // Azure begins with a chunk about its filters that has neither choices nor an id.
    if let Some(choices) = chunk.choices.filter(|choices| !choices.is_empty()) {
        pieces.start(chunk.id, chunk.model);
        for choice in choices {
            add(choice, pieces)?;
        }
    }
    if let Some(usage) = chunk.usage {
        pieces.tokens(reply::tokens(usage));
    }
    Ok(())
}

/// Clients raise an `error` member that is not empty.
fn is_empty(error: &RawValue) -> bool {
    matches!(error.get(), "null" | "false" | "{}" | "[]" | "\"\"" | "0")
}

fn add(choice: ChunkChoice, pieces: &mut Pieces) -> Result<(), StreamFault> {
    let at = choice.index.unwrap_or_default();
    let delta = choice.delta.unwrap_or_default();
    let (thought, text) = delta.content.map(Content::split).unwrap_or_default();
    let thought = delta.reasoning_content.or(delta.reasoning).unwrap_or_default() + &thought;
    pieces.say(at, Block::Thought, thought)?;
    pieces.say(at, Block::Text, text)?;
    pieces.say(at, Block::Refusal, delta.refusal.unwrap_or_default())?;
    for (nth, part) in delta.tool_calls.unwrap_or_default().into_iter().enumerate() {
        call(at, nth, part, pieces)?;
    }
    let Some(reason) = choice.finish_reason else { return Ok(()) };
    match reply::finish(&reason, choice.stop_reason.text()) {
        Some(finish) => pieces.finish(at, finish),
        None => {
            pieces.fault(UpstreamFault {
                kind: reason,
                message: "the upstream broke off its answer".to_owned(),
                param: None,
                passing: true,
            });
            Ok(())
        }
    }
}

/// A fragment of a call. Servers that number all calls 0 are told apart by a new id.
fn call(at: u32, nth: usize, part: Call, pieces: &mut Pieces) -> Result<(), StreamFault> {
    let key = part.index.unwrap_or(nth as u64);
    let function = part.function.unwrap_or_default();
    let id = part.id.filter(|id| !id.is_empty());
    let is_new = match (pieces.call_id(at, key), &id) {
        (None, _) => true,
        (Some(known), Some(id)) => known != id && function.name.is_some(),
        (Some(_), None) => false,
    };
    if is_new {
        let id = id.unwrap_or_else(|| reply::made_id(usize::try_from(key).unwrap_or(nth)));
        pieces.open(at, key, Block::Call { id, name: function.name.unwrap_or_default() })?;
    }
    pieces.more(at, key, function.arguments.map(Arguments::text).unwrap_or_default())
}

#[derive(Deserialize)]
struct Chunk<'a> {
    id: Option<String>,
    model: Option<String>,
    choices: Option<Vec<ChunkChoice>>,
    #[serde(default, deserialize_with = "reply::or_none")]
    usage: Option<Usage>,
    #[serde(borrow)]
    error: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct ChunkChoice {
    index: Option<u32>,
    delta: Option<Message>,
    finish_reason: Option<String>,
    #[serde(default, deserialize_with = "reply::or_default")]
    stop_reason: StopReason,
}
