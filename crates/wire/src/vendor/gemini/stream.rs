//! Events of `streamGenerateContent?alt=sse`: each is a response with what is new. Nothing marks the end but the end.

use crate::dialog::{Block, Finish};
use crate::vendor::gemini::reply::{self, Candidate, Part, Response};
use crate::vendor::pieces::Pieces;
use crate::vendor::{StreamFault, fault};

/// What is carried from event to event.
#[derive(Debug, Default)]
pub(crate) struct State {
    id: String,
}

impl State {
    pub(crate) fn take(&mut self, data: &[u8], pieces: &mut Pieces) -> Result<(), StreamFault> {
        let event: Response = serde_json::from_slice(data)
            .map_err(|_| StreamFault::Malformed("an event is not JSON of this wire"))?;
        if event.error.is_some() {
            pieces.fault(fault::in_stream(data));
            return Ok(());
        }
        if self.id.is_empty() {
            self.id = event.response_id.clone().unwrap_or_default();
        }
        pieces.start(event.response_id, event.model_version);
        for candidate in event.candidates.unwrap_or_default() {
            self.add(candidate, pieces)?;
        }
        if event.prompt_feedback.is_some_and(|feedback| feedback.block_reason.is_some()) {
            pieces.finish(0, Finish::Filtered)?;
        }
        event.usage_metadata.map(reply::tokens).into_iter().for_each(|tokens| pieces.tokens(tokens));
        Ok(())
    }

    fn add(&self, candidate: Candidate, pieces: &mut Pieces) -> Result<(), StreamFault> {
        let at = candidate.index.unwrap_or_default();
        for part in candidate.content.and_then(|content| content.parts).unwrap_or_default() {
            self.say(at, part, pieces)?;
        }
        match candidate.finish_reason {
            Some(reason) => pieces.finish(at, reply::finish(&reason)),
            None => Ok(()),
        }
    }

    /// A call comes whole.
    fn say(&self, at: u32, part: Part, pieces: &mut Pieces) -> Result<(), StreamFault> {
        let Some(call) = part.function_call else {
            let what = if part.thought == Some(true) { Block::Thought } else { Block::Text };
            pieces.say(at, what, part.text.unwrap_or_default())?;
            return part.thought_signature.map_or(Ok(()), |seal| pieces.seal_thought(at, seal));
        };
        let block = pieces.blocks(at);
        let made = || reply::made_id(&self.id, at, usize::try_from(block).unwrap_or_default());
        let key = u64::from(block);
        let what = Block::Call { id: call.id.unwrap_or_else(made), name: call.name.unwrap_or_default() };
        pieces.open(at, key, what)?;
        pieces.more(at, key, call.args.map(|args| args.get().to_owned()).unwrap_or_default())?;
        if let Some(seal) = part.thought_signature {
            pieces.seal(at, key, seal)?;
        }
        pieces.close(at, key)
    }
}
