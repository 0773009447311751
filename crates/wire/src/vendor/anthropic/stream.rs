//! Events of Messages (Anthropic, "Streaming Messages"). Unknown events, blocks and deltas pass, as it asks for there.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::dialog::Block;
use crate::vendor::anthropic::reply::{self, Message, Usage};
use crate::vendor::pieces::Pieces;
use crate::vendor::{StreamFault, fault};

/// What is carried from event to event.
#[derive(Debug, Default)]
pub(crate) struct State {
    usage: Usage,
    geo: Option<String>,
    /// Blocks that are open, and whether they are known to us.
    open: BTreeMap<u64, bool>,
}

impl State {
    pub(crate) fn take(&mut self, data: &[u8], pieces: &mut Pieces) -> Result<(), StreamFault> {
        let event: Event = serde_json::from_slice(data)
            .map_err(|_| StreamFault::Malformed("an event is not JSON of this wire"))?;
        match event.kind.as_str() {
            "message_start" => self.start(event, pieces),
            "content_block_start" => return self.open(event, pieces),
            "content_block_delta" => return self.more(event, pieces),
            "content_block_stop" => {
                let key = event.index.unwrap_or_default();
                if self.open.remove(&key) == Some(true) {
                    pieces.close(0, key)?;
                }
            }
            "message_delta" => return self.finish(event, pieces),
            "message_stop" => return pieces.end(),
            "error" => pieces.fault(fault::in_stream(data)),
            _ => {}
        }
        Ok(())
    }

    fn start(&mut self, event: Event, pieces: &mut Pieces) {
        let Some(message) = event.message else { return };
        pieces.start(message.id, message.model);
        self.count(message.usage, pieces);
    }

    fn count(&mut self, usage: Option<Usage>, pieces: &mut Pieces) {
        let Some(usage) = usage else { return };
        self.usage.update(usage);
        pieces.tokens(self.usage.tokens());
        if self.usage.geo() != self.geo {
            self.geo = self.usage.geo();
            self.geo.clone().into_iter().for_each(|geo| pieces.geo(geo));
        }
    }

    fn open(&mut self, event: Event, pieces: &mut Pieces) -> Result<(), StreamFault> {
        let (Some(block), key) = (event.content_block, event.index.unwrap_or_default()) else {
            return Ok(());
        };
        let what = match block.kind.as_str() {
            "text" => Some(Block::Text),
            "thinking" | "redacted_thinking" => Some(Block::Thought),
            "tool_use" => {
                Some(Block::Call { id: block.id.unwrap_or_default(), name: block.name.unwrap_or_default() })
            }
            _ => None,
        };
        if self.open.len() >= OPEN_MOST {
            return Err(StreamFault::Malformed("too many blocks at once"));
        }
        self.open.insert(key, what.is_some());
        let Some(what) = what else { return Ok(()) };
        pieces.open(0, key, what)?;
        let given = block.input.map(RawValue::get).filter(|input| !is_empty_object(input));
        let first = block.text.or(block.thinking).or(given.map(str::to_owned));
        pieces.more(0, key, first.unwrap_or_default())?;
        let seal = block.data.map(|data| reply::redacted(&data)).or(block.signature);
        seal.filter(|seal| !seal.is_empty()).map_or(Ok(()), |seal| pieces.seal(0, key, seal))
    }

    fn more(&mut self, event: Event, pieces: &mut Pieces) -> Result<(), StreamFault> {
        let (Some(delta), key) = (event.delta, event.index.unwrap_or_default()) else { return Ok(()) };
        match self.open.get(&key) {
            Some(true) => {}
            Some(false) => return Ok(()),
            None => return Err(StreamFault::Malformed("a piece of a block that is not open")),
        }
        match delta.kind.as_deref() {
            Some("text_delta") => pieces.more(0, key, delta.text.unwrap_or_default()),
            Some("thinking_delta") => pieces.more(0, key, delta.thinking.unwrap_or_default()),
            Some("input_json_delta") => pieces.more(0, key, delta.partial_json.unwrap_or_default()),
            Some("signature_delta") => pieces.seal(0, key, delta.signature.unwrap_or_default()),
            _ => Ok(()),
        }
    }

    fn finish(&mut self, event: Event, pieces: &mut Pieces) -> Result<(), StreamFault> {
        self.count(event.usage, pieces);
        let Some(delta) = event.delta else { return Ok(()) };
        match delta.stop_reason {
            Some(reason) => pieces.finish(0, reply::finish(&reason, delta.stop_sequence)),
            None => Ok(()),
        }
    }
}

/// Blocks that may be open at once; there is never more than one in a stream that keeps the rules.
const OPEN_MOST: usize = 64;

/// A call starts with an empty object, and its arguments follow.
fn is_empty_object(input: &str) -> bool {
    input.bytes().filter(|byte| !byte.is_ascii_whitespace()).eq(*b"{}")
}

#[derive(Deserialize)]
struct Event<'a> {
    #[serde(rename = "type")]
    kind: String,
    index: Option<u64>,
    #[serde(borrow)]
    message: Option<Message<'a>>,
    #[serde(borrow)]
    content_block: Option<reply::Block<'a>>,
    delta: Option<Delta>,
    usage: Option<Usage>,
}

#[derive(Deserialize)]
struct Delta {
    #[serde(rename = "type")]
    kind: Option<String>,
    text: Option<String>,
    thinking: Option<String>,
    signature: Option<String>,
    partial_json: Option<String>,
    stop_reason: Option<String>,
    stop_sequence: Option<String>,
}
