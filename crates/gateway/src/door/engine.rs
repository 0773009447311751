//! The door to the engine inside this process. What crosses are the bytes of a chat request, as to any other endpoint.

use border::Record;
use bytes::Bytes;
use estate::Endpoint;
use ledger::OutcomeCode;
use wire::{ChatRequest, Limits};

use super::{Cause, Doors, NoReply, Reply, closed};
use crate::embedded::{EmbeddedError, Prompt};

impl Doors {
    pub(super) fn engine(&self, endpoint: &Endpoint, bytes: Bytes, record: Record) -> Result<Reply, NoReply> {
        let limits = Limits { max_bytes: usize::MAX, ..Limits::default() };
        let read = ChatRequest::read(bytes, &limits).map_err(|error| error.to_string());
        let prompt = match read.and_then(|request| prompt(&request)) {
            Ok(prompt) => prompt,
            Err(why) => return Err(closed(record, Cause::BadPrompt(why), OutcomeCode::NotSent)),
        };
        match self.embedded.generate(&endpoint.id, prompt) {
            Ok(pieces) => Ok(Reply::Pieces(pieces, record)),
            Err(EmbeddedError::Busy) => Err(closed(record, Cause::Busy(None), OutcomeCode::NotSent)),
            Err(EmbeddedError::Unavailable) => {
                Err(closed(record, Cause::Unreachable, OutcomeCode::Unreachable))
            }
            Err(EmbeddedError::BadPrompt(why)) => {
                Err(closed(record, Cause::BadPrompt(why), OutcomeCode::NotSent))
            }
            Err(EmbeddedError::Failed) => Err(closed(record, Cause::Broken, OutcomeCode::UpstreamError)),
        }
    }
}

/// What it cannot do was refused before it crossed.
fn prompt(request: &ChatRequest) -> Result<Prompt, String> {
    let mut turns = Vec::with_capacity(request.message_count());
    for message in request.messages() {
        let message = message.map_err(|e| e.to_string())?;
        turns.push((message.role.to_string(), message.text().into_owned()));
    }
    Ok(Prompt {
        turns,
        max_tokens: request.token_limit(),
        temperature: request.temperature(),
        top_p: request.top_p(),
        seed: request.seed(),
        stop: request.stop().to_vec(),
    })
}
