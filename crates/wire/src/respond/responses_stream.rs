//! Events of a response stream. Each block of the answer is an output item with one part.

use std::collections::BTreeMap;

use bytes::BytesMut;
use serde_json::{Map, Value, json};

use super::responses::{self, Status};
use super::{Head, responses::id};
use crate::answer;
use crate::dialog::{Block, Delta, Finish, Tokens};
use crate::error_body::{ErrorBody, error_event_for, named};
use crate::inbound::Wire;

/// Writes events, each with its number in the stream.
#[derive(Debug)]
pub(super) struct Writer {
    head: Head,
    sequence: u64,
    open: BTreeMap<u32, Item>,
    /// Items by their index; those still open are null.
    output: Vec<Value>,
    tokens: Option<Tokens>,
    finish: Option<Finish>,
}

/// An output item that is being written.
#[derive(Debug)]
struct Item {
    index: usize,
    id: String,
    what: Block,
    text: String,
    seal: Option<String>,
    /// The part of a message or a summary was announced.
    part: bool,
}

impl Writer {
    pub(super) fn new(head: Head) -> Writer {
        let (open, output) = (BTreeMap::new(), Vec::new());
        Writer { head, sequence: 0, open, output, tokens: None, finish: None }
    }

    /// This wire has one answer: pieces of others have no place in it.
    pub(super) fn write(&mut self, delta: &Delta, out: &mut BytesMut) {
        match delta {
            Delta::Start { .. } => self.begin(out),
            Delta::Open { choice: 0, block, what } => self.open(*block, what, out),
            Delta::More { choice: 0, block, text } => self.more(*block, text, out),
            Delta::Seal { choice: 0, block, seal } => {
                if let Some(item) = self.open.get_mut(block) {
                    item.seal = Some(seal.clone());
                }
            }
            Delta::Close { choice: 0, block } => self.close(*block, out),
            Delta::Finish { choice: 0, finish } => self.finish = Some(finish.clone()),
            Delta::Tokens(tokens) => self.tokens = Some(*tokens),
            Delta::End => self.end(out),
            _ => {}
        }
    }

    /// The response that failed, and the event that the SDKs raise on.
    pub(super) fn fault(&mut self, error: &ErrorBody, out: &mut BytesMut) {
        self.begin(out);
        let code = error.code.clone().unwrap_or_else(|| "server_error".to_owned());
        let status = Status::Failed { code, message: error.message.clone() };
        self.whole("response.failed", status, out);
        out.extend_from_slice(&error_event_for(Wire::Responses, error, "", self.sequence));
    }

    fn begin(&mut self, out: &mut BytesMut) {
        if self.sequence == 0 {
            self.whole("response.created", Status::InProgress, out);
            self.whole("response.in_progress", Status::InProgress, out);
        }
    }

    fn open(&mut self, block: u32, what: &Block, out: &mut BytesMut) {
        self.begin(out);
        let index = self.output.len();
        self.output.push(Value::Null);
        let kind = match what {
            Block::Text | Block::Refusal => "msg",
            Block::Thought => "rs",
            Block::Call { .. } => "fc",
        };
        let (id, what) = (id(&self.head, kind, index), what.clone());
        let item = Item { index, id, what, text: String::new(), seal: None, part: false };
        self.send("response.output_item.added", json!({"output_index": index, "item": item.begun()}), out);
        // Thoughts may turn out to have no words: their part is announced with the first.
        let announce = matches!(item.what, Block::Text | Block::Refusal);
        self.open.insert(block, item);
        if announce {
            self.announce(block, out);
        }
    }

    fn announce(&mut self, block: u32, out: &mut BytesMut) {
        let Some(item) = self.open.get_mut(&block).filter(|item| !item.part) else { return };
        item.part = true;
        if let Some((names, part)) = item.part("") {
            let event = item.placed(json!({"part": part}));
            self.send(names.added, event, out);
        }
    }

    fn more(&mut self, block: u32, text: &str, out: &mut BytesMut) {
        self.announce(block, out);
        let Some(item) = self.open.get_mut(&block) else { return };
        item.text.push_str(text);
        let delta = match item.what {
            Block::Text => json!({"delta": text, "logprobs": []}),
            _ => json!({"delta": text}),
        };
        let (name, event) = (format!("{}.delta", item.stream()), item.placed(delta));
        self.send(&name, event, out);
    }

    fn close(&mut self, block: u32, out: &mut BytesMut) {
        let Some(item) = self.open.remove(&block) else { return };
        if item.part || matches!(item.what, Block::Call { .. }) {
            self.send(&format!("{}.done", item.stream()), item.placed(item.whole_text()), out);
        }
        if let Some((names, part)) = item.part(&item.text).filter(|_| item.part) {
            self.send(names.done, item.placed(json!({"part": part})), out);
        }
        let done = item.done();
        self.send("response.output_item.done", json!({"output_index": item.index, "item": done}), out);
        if let Some(slot) = self.output.get_mut(item.index) {
            *slot = done;
        }
    }

    fn end(&mut self, out: &mut BytesMut) {
        self.begin(out);
        for block in self.open.keys().copied().collect::<Vec<_>>() {
            self.close(block, out);
        }
        let status = self.finish.as_ref().map_or(Status::Completed, Status::of);
        let name = format!("response.{}", status.word());
        self.whole(&name, status, out);
    }

    fn whole(&mut self, name: &str, status: Status, out: &mut BytesMut) {
        let tokens = (status != Status::InProgress).then(|| self.tokens.unwrap_or_default());
        let output = self.output.iter().filter(|item| !item.is_null()).cloned().collect();
        let response = responses::object(&self.head, status, output, tokens.as_ref());
        self.send(name, json!({"response": response}), out);
    }

    fn send(&mut self, name: &str, members: Value, out: &mut BytesMut) {
        let mut event = Map::new();
        event.insert("type".to_owned(), name.into());
        event.insert("sequence_number".to_owned(), self.sequence.into());
        if let Value::Object(members) = members {
            event.extend(members);
        }
        self.sequence += 1;
        out.extend_from_slice(&named(name, &answer::json(&event)));
    }
}

/// The events that begin and end a part.
struct Names {
    added: &'static str,
    done: &'static str,
}

impl Item {
    /// The part of a message or a summary with this text; calls have none.
    fn part(&self, text: &str) -> Option<(Names, Value)> {
        const CONTENT: Names =
            Names { added: "response.content_part.added", done: "response.content_part.done" };
        const SUMMARY: Names = Names {
            added: "response.reasoning_summary_part.added",
            done: "response.reasoning_summary_part.done",
        };
        match self.what {
            Block::Text => Some((CONTENT, responses::text_part(text))),
            Block::Refusal => Some((CONTENT, responses::refusal_part(text))),
            Block::Thought => Some((SUMMARY, responses::summary_part(text))),
            Block::Call { .. } => None,
        }
    }

    /// The name of the events that bring its text.
    fn stream(&self) -> &'static str {
        match self.what {
            Block::Text => "response.output_text",
            Block::Refusal => "response.refusal",
            Block::Thought => "response.reasoning_summary_text",
            Block::Call { .. } => "response.function_call_arguments",
        }
    }

    /// Members of an event and where they belong.
    fn placed(&self, members: Value) -> Value {
        let mut event = json!({"item_id": self.id, "output_index": self.index});
        let part = match self.what {
            Block::Text | Block::Refusal => Some("content_index"),
            Block::Thought => Some("summary_index"),
            Block::Call { .. } => None,
        };
        if let (Some(event), Value::Object(members)) = (event.as_object_mut(), members) {
            event.extend(part.map(|name| (name.to_owned(), 0.into())));
            event.extend(members);
        }
        event
    }

    fn whole_text(&self) -> Value {
        match &self.what {
            Block::Text => json!({"text": self.text, "logprobs": []}),
            Block::Refusal => json!({"refusal": self.text}),
            Block::Thought => json!({"text": self.text}),
            Block::Call { name, .. } => json!({"name": name, "arguments": self.text}),
        }
    }

    fn begun(&self) -> Value {
        match &self.what {
            Block::Text | Block::Refusal => responses::message(&self.id, "in_progress", json!([])),
            Block::Thought => responses::reasoning(&self.id, "", None),
            Block::Call { id, name } => responses::function_call(&self.id, "in_progress", [id, name, ""]),
        }
    }

    fn done(&self) -> Value {
        match &self.what {
            Block::Text | Block::Refusal => {
                let part = self.part(&self.text).map(|(_, part)| part);
                responses::message(&self.id, "completed", json!([part]))
            }
            Block::Thought => responses::reasoning(&self.id, &self.text, self.seal.as_deref()),
            Block::Call { id, name } => {
                responses::function_call(&self.id, "completed", [id, name, &self.text])
            }
        }
    }
}
