//! Events of an Anthropic message stream.

use std::collections::BTreeMap;

use bytes::BytesMut;
use serde_json::{Value, json};

use super::{Head, messages};
use crate::answer;
use crate::dialog::{Block, Delta, Finish, Tokens};
use crate::error_body::named;

/// Writes events. The message begins with its first block, so that tokens that are known by then are told.
#[derive(Debug)]
pub(super) struct Writer {
    head: Head,
    id: String,
    begun: bool,
    blocks: BTreeMap<u32, Open>,
    next: u32,
    tokens: Tokens,
    geo: Option<String>,
    finish: Option<Finish>,
}

#[derive(Debug)]
struct Open {
    index: u32,
    what: Block,
    /// A block of thoughts is announced with its first piece: with a seal and no words it is of another type.
    announced: bool,
}

impl Writer {
    pub(super) fn new(head: Head) -> Writer {
        let id = format!("msg_{}", head.id);
        let (begun, blocks, next) = (false, BTreeMap::new(), 0);
        Writer { head, id, begun, blocks, next, tokens: Tokens::default(), geo: None, finish: None }
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// This wire has one answer: pieces of others have no place in it.
    pub(super) fn write(&mut self, delta: &Delta, out: &mut BytesMut) {
        match delta {
            Delta::Open { choice: 0, block, what } => self.open(*block, what, out),
            Delta::More { choice: 0, block, text } => self.more(*block, text, out),
            Delta::Seal { choice: 0, block, seal } => self.seal(*block, seal, out),
            Delta::Close { choice: 0, block } => self.close(*block, out),
            Delta::Finish { choice: 0, finish } => self.finish = Some(finish.clone()),
            Delta::Tokens(tokens) => self.tokens = *tokens,
            Delta::Geo(geo) => self.geo = Some(geo.clone()),
            Delta::End => self.end(out),
            _ => {}
        }
    }

    fn begin(&mut self, out: &mut BytesMut) {
        if std::mem::replace(&mut self.begun, true) {
            return;
        }
        let mut message = messages::begun(&self.head);
        message.insert("usage".to_owned(), messages::usage(&self.tokens, self.geo.as_deref()));
        send("message_start", json!({"type": "message_start", "message": message}), out);
    }

    fn open(&mut self, block: u32, what: &Block, out: &mut BytesMut) {
        self.begin(out);
        let index = self.next;
        self.next += 1;
        let announced = *what != Block::Thought;
        self.blocks.insert(block, Open { index, what: what.clone(), announced });
        match what {
            Block::Text | Block::Refusal => start(index, json!({"type": "text", "text": ""}), out),
            Block::Call { id, name } => {
                start(index, json!({"type": "tool_use", "id": id, "name": name, "input": {}}), out);
            }
            Block::Thought => {}
        }
    }

    fn more(&mut self, block: u32, text: &str, out: &mut BytesMut) {
        let Some(open) = self.blocks.get_mut(&block) else { return };
        open.announce(out);
        let delta = match open.what {
            Block::Text | Block::Refusal => json!({"type": "text_delta", "text": text}),
            Block::Thought => json!({"type": "thinking_delta", "thinking": text}),
            Block::Call { .. } => json!({"type": "input_json_delta", "partial_json": text}),
        };
        piece(open.index, delta, out);
    }

    /// A seal on a call has no place here; only thoughts are sealed on this wire.
    fn seal(&mut self, block: u32, seal: &str, out: &mut BytesMut) {
        let Some(open) = self.blocks.get_mut(&block).filter(|open| open.what == Block::Thought) else {
            return;
        };
        if std::mem::replace(&mut open.announced, true) {
            piece(open.index, json!({"type": "signature_delta", "signature": seal}), out);
        } else {
            let data = super::messages::redacted(seal);
            start(open.index, json!({"type": "redacted_thinking", "data": data}), out);
        }
    }

    fn close(&mut self, block: u32, out: &mut BytesMut) {
        let Some(mut open) = self.blocks.remove(&block) else { return };
        open.announce(out);
        send("content_block_stop", json!({"type": "content_block_stop", "index": open.index}), out);
    }

    fn end(&mut self, out: &mut BytesMut) {
        self.begin(out);
        for block in self.blocks.keys().copied().collect::<Vec<_>>() {
            self.close(block, out);
        }
        let (reason, stop) = self.finish.as_ref().map_or(("end_turn", None), messages::finish);
        let event = json!({
            "type": "message_delta",
            "delta": {"stop_reason": reason, "stop_sequence": stop},
            "usage": messages::usage(&self.tokens, self.geo.as_deref()),
        });
        send("message_delta", event, out);
        send("message_stop", json!({"type": "message_stop"}), out);
    }
}

impl Open {
    fn announce(&mut self, out: &mut BytesMut) {
        if !std::mem::replace(&mut self.announced, true) {
            start(self.index, json!({"type": "thinking", "thinking": "", "signature": ""}), out);
        }
    }
}

fn start(index: u32, block: Value, out: &mut BytesMut) {
    send(
        "content_block_start",
        json!({"type": "content_block_start", "index": index, "content_block": block}),
        out,
    );
}

fn piece(index: u32, delta: Value, out: &mut BytesMut) {
    send("content_block_delta", json!({"type": "content_block_delta", "index": index, "delta": delta}), out);
}

fn send(name: &str, event: Value, out: &mut BytesMut) {
    out.extend_from_slice(&named(name, &answer::json(&event)));
}
