//! An answer on its way to the caller.
//! Dropping it is how a caller leaves.

use std::task::{Context, Poll};

use tokio::sync::mpsc::{self, Receiver, Sender};

use crate::request::EngineError;

/// A piece of an answer. Each answer ends with one `End` or one `Failed`.
#[derive(Debug)]
pub enum Event {
    /// More text; never empty.
    Text(String),
    /// The answer is complete.
    End {
        /// Why it ends here.
        reason: FinishReason,
        /// Tokens of the conversation.
        prompt_tokens: usize,
        /// Tokens of the answer.
        completion_tokens: usize,
    },
    /// The answer breaks off.
    Failed(EngineError),
}

/// Why an answer is complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FinishReason {
    /// The model ended it, or a stop sequence did.
    Stop,
    /// It reached `max_tokens` or the end of the context.
    Length,
}

/// Receives one answer. Dropping it cancels the generation at the next token.
#[derive(Debug)]
pub struct Stream {
    events: Receiver<Event>,
    ended: bool,
}

impl Stream {
    /// A stream with room for `events` events, so that a slow reader never holds up the engine.
    pub(crate) fn with_room_for(events: usize) -> (Sender<Event>, Self) {
        let (sender, events) = mpsc::channel(events.max(1));
        (sender, Self { events, ended: false })
    }

    /// The next event; `None` after the last.
    pub async fn next(&mut self) -> Option<Event> {
        std::future::poll_fn(|context| self.poll_next(context)).await
    }

    /// The next event, for hand-written futures.
    pub fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Event>> {
        if self.ended {
            return Poll::Ready(None);
        }
        self.events.poll_recv(context).map(|event| Some(self.seen(event)))
    }

    /// The next event, waiting on this thread. Not for use inside an async runtime.
    pub fn blocking_next(&mut self) -> Option<Event> {
        if self.ended {
            return None;
        }
        let event = self.events.blocking_recv();
        Some(self.seen(event))
    }

    /// A sender that is gone without a last word means that the engine's thread ended.
    fn seen(&mut self, event: Option<Event>) -> Event {
        let event = event.unwrap_or(Event::Failed(EngineError::Stopped));
        self.ended = !matches!(event, Event::Text(_));
        event
    }
}
