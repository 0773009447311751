//! Events of ConverseStream (Amazon Bedrock API reference, `ConverseStream`).
//!
//! Only calls have a start event; other blocks begin with their first delta. The last event is `metadata`; a stream that ends
//! after `messageStop` without it is complete all the same.

use serde::Deserialize;

use crate::dialog::Block;
use crate::vendor::bedrock::reply::{self, Usage};
use crate::vendor::eventstream::{Frame, Kind};
use crate::vendor::pieces::Pieces;
use crate::vendor::{StreamFault, fault};

pub(crate) fn take(frame: &Frame, pieces: &mut Pieces) -> Result<(), StreamFault> {
    let name = match &frame.kind {
        Kind::Event(name) => name,
        Kind::Failure(name, words) => {
            pieces.fault(fault::bedrock(name, words.as_deref(), &frame.payload));
            return Ok(());
        }
    };
    let known = [
        "messageStart",
        "contentBlockStart",
        "contentBlockDelta",
        "contentBlockStop",
        "messageStop",
        "metadata",
    ];
    if !known.contains(&name.as_str()) {
        return Ok(());
    }
    let event: Event = serde_json::from_slice(&frame.payload)
        .map_err(|_| StreamFault::Malformed("an event is not JSON of this wire"))?;
    let key = event.content_block_index.unwrap_or_default();
    match name.as_str() {
        "messageStart" => pieces.start(None, None),
        "contentBlockStart" => open(key, event, pieces)?,
        "contentBlockDelta" => more(key, event, pieces)?,
        "contentBlockStop" => pieces.close(0, key)?,
        "messageStop" => pieces.finish(0, reply::finish(event.stop_reason.as_deref().unwrap_or_default()))?,
        _ => {
            event.usage.map(reply::tokens).into_iter().for_each(|tokens| pieces.tokens(tokens));
            if pieces.all_finished() {
                pieces.end()?;
            }
        }
    }
    Ok(())
}

fn open(key: u64, event: Event, pieces: &mut Pieces) -> Result<(), StreamFault> {
    let Some(call) = event.start.and_then(|start| start.tool_use) else { return Ok(()) };
    let what = Block::Call { id: call.tool_use_id.unwrap_or_default(), name: call.name.unwrap_or_default() };
    pieces.open(0, key, what)
}

fn more(key: u64, event: Event, pieces: &mut Pieces) -> Result<(), StreamFault> {
    let Some(delta) = event.delta else { return Ok(()) };
    if let Some(text) = delta.text {
        pieces.grow(0, key, Block::Text, text)?;
    }
    if let Some(input) = delta.tool_use.and_then(|call| call.input) {
        pieces.more(0, key, input)?;
    }
    let Some(thought) = delta.reasoning_content else { return Ok(()) };
    if let Some(text) = thought.text {
        pieces.grow(0, key, Block::Thought, text)?;
    }
    let redacted = thought.redacted_content.map(|data| reply::redacted(&data));
    match thought.signature.or(redacted) {
        Some(seal) => pieces.seal_in(0, key, seal),
        None => Ok(()),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    content_block_index: Option<u64>,
    start: Option<Start>,
    delta: Option<Delta>,
    stop_reason: Option<String>,
    usage: Option<Usage>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Start {
    tool_use: Option<Call>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Call {
    tool_use_id: Option<String>,
    name: Option<String>,
    input: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Delta {
    text: Option<String>,
    tool_use: Option<Call>,
    reasoning_content: Option<Thought>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Thought {
    text: Option<String>,
    signature: Option<String>,
    redacted_content: Option<String>,
}
