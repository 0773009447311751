//! Chunks of a chat completion.

use std::collections::BTreeMap;

use bytes::BytesMut;
use serde_json::{Value, json};

use super::{Head, chat};
use crate::answer;
use crate::dialog::{Block, Delta, Tokens};
use crate::sse;

/// The event that ends every complete stream.
const DONE: &[u8] = b"data: [DONE]\n\n";

/// Writes chunks: the role first, then what is said, the reason for the end, the usage if asked for, and `[DONE]`.
#[derive(Debug)]
pub(super) struct Writer {
    head: Head,
    choices: BTreeMap<u32, Choice>,
    tokens: Tokens,
}

#[derive(Debug, Default)]
struct Choice {
    blocks: BTreeMap<u32, Place>,
    calls: usize,
}

/// Where the pieces of a block go.
#[derive(Debug, Clone, Copy)]
enum Place {
    Content,
    Refusal,
    Reasoning,
    Call(usize),
}

impl Writer {
    pub(super) fn new(head: Head) -> Writer {
        Writer { head, choices: BTreeMap::new(), tokens: Tokens::default() }
    }

    pub(super) fn write(&mut self, delta: &Delta, out: &mut BytesMut) {
        match delta {
            Delta::Open { choice, block, what } => self.open(*choice, *block, what, out),
            Delta::More { choice, block, text } => {
                if let Some(place) = self.place(*choice, *block) {
                    self.chunk(*choice, place.delta(text), None, out);
                }
            }
            Delta::Seal { choice, block, seal } => {
                if let Some(Place::Call(index)) = self.place(*choice, *block) {
                    let call = json!({"index": index, "extra_content": chat::sealed(seal)});
                    self.chunk(*choice, json!({"tool_calls": [call]}), None, out);
                }
            }
            Delta::Finish { choice, finish } => {
                self.begin(*choice, out);
                self.chunk(*choice, json!({}), Some(chat::finish(finish)), out);
            }
            Delta::Tokens(tokens) => self.tokens = *tokens,
            Delta::End => self.end(out),
            Delta::Start { .. } | Delta::Close { .. } | Delta::Geo(_) | Delta::Fault(_) => {}
        }
    }

    fn place(&self, choice: u32, block: u32) -> Option<Place> {
        self.choices.get(&choice)?.blocks.get(&block).copied()
    }

    /// The role comes once for each choice, before anything else of it.
    fn begin(&mut self, choice: u32, out: &mut BytesMut) {
        if self.choices.contains_key(&choice) {
            return;
        }
        self.choices.insert(choice, Choice::default());
        self.chunk(choice, json!({"role": "assistant", "content": ""}), None, out);
    }

    fn open(&mut self, choice: u32, block: u32, what: &Block, out: &mut BytesMut) {
        self.begin(choice, out);
        let Some(state) = self.choices.get_mut(&choice) else { return };
        let place = match what {
            Block::Text => Place::Content,
            Block::Thought => Place::Reasoning,
            Block::Refusal => Place::Refusal,
            Block::Call { .. } => {
                state.calls += 1;
                Place::Call(state.calls - 1)
            }
        };
        state.blocks.insert(block, place);
        if let (Block::Call { id, name }, Place::Call(index)) = (what, place) {
            let call = json!({"index": index, "id": id, "type": "function", "function": {"name": name, "arguments": ""}});
            self.chunk(choice, json!({"tool_calls": [call]}), None, out);
        }
    }

    fn chunk(&self, choice: u32, delta: Value, finish: Option<&str>, out: &mut BytesMut) {
        let choice = json!({"index": choice, "delta": delta, "logprobs": null, "finish_reason": finish});
        self.send(json!([choice]), Value::Null, out);
    }

    fn send(&self, choices: Value, usage: Value, out: &mut BytesMut) {
        let mut chunk = json!({
            "id": format!("chatcmpl-{}", self.head.id),
            "object": "chat.completion.chunk",
            "created": self.head.created,
            "model": self.head.model,
            "choices": choices,
        });
        if let (true, Some(chunk)) = (self.head.include_usage, chunk.as_object_mut()) {
            chunk.insert("usage".to_owned(), usage);
        }
        out.extend_from_slice(&sse::frame(&answer::json(&chunk)));
    }

    fn end(&self, out: &mut BytesMut) {
        if self.head.include_usage {
            self.send(json!([]), chat::usage(&self.tokens), out);
        }
        out.extend_from_slice(DONE);
    }
}

impl Place {
    fn delta(self, text: &str) -> Value {
        match self {
            Place::Content => json!({"content": text}),
            Place::Refusal => json!({"refusal": text}),
            Place::Reasoning => json!({"reasoning_content": text}),
            Place::Call(index) => json!({"tool_calls": [{"index": index, "function": {"arguments": text}}]}),
        }
    }
}
