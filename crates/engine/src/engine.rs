//! The running engine and its seats.
//! It decides who may wait; the thread in `worker` does the work.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::model::Model;
use crate::queue::{Job, Place, Queue};
use crate::request::{EngineError, Generate};
use crate::stream::Stream;
use crate::worker::work;

/// How an engine runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EngineOptions {
    /// How many requests may wait while one runs.
    pub queue: usize,
    /// Tokens of conversation and answer together that one request may have; the model's own limit holds
    /// as well. SmolLM2-135M remembers 45 KiB for each.
    pub context: usize,
}

impl Default for EngineOptions {
    fn default() -> Self {
        Self { queue: 16, context: 2048 }
    }
}

/// A model with a thread that runs it. Dropping the engine ends it: requests that wait or run fail.
pub struct Engine {
    desk: Desk,
}

/// What a seat shares with its engine.
#[derive(Clone)]
struct Desk {
    model: Model,
    queue: Arc<Queue>,
    context: usize,
}

impl Engine {
    /// Starts the engine's thread.
    ///
    /// # Errors
    /// If the operating system gives no thread.
    pub fn start(model: Model, options: EngineOptions) -> std::io::Result<Self> {
        let engine = Self::idle(model, options);
        let Desk { model, queue, .. } = engine.desk.clone();
        std::thread::Builder::new().name("engine".into()).spawn(move || work(&model, &queue))?;
        Ok(engine)
    }

    /// An engine whose requests wait until someone works.
    pub(crate) fn idle(model: Model, options: EngineOptions) -> Self {
        let context = options.context.min(model.context());
        Self { desk: Desk { model, queue: Arc::new(Queue::new(options.queue)), context } }
    }

    /// A new seat, for one endpoint. Two seats of one name are two seats.
    pub fn seat(&self, name: impl Into<String>) -> Seat {
        let place = Place { name: name.into(), closed: AtomicBool::new(false) };
        Seat { place: Arc::new(place), desk: self.desk.clone() }
    }

    /// The model that the engine runs.
    pub fn model(&self) -> &Model {
        &self.desk.model
    }

    #[cfg(test)]
    pub(crate) fn queue(&self) -> &Queue {
        &self.desk.queue
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.desk.queue.end();
    }
}

/// One endpoint served by an engine. Cloning gives another handle to the same seat.
#[derive(Clone)]
pub struct Seat {
    place: Arc<Place>,
    desk: Desk,
}

impl Seat {
    /// The name given to the seat.
    pub fn name(&self) -> &str {
        &self.place.name
    }

    /// Asks for an answer. Reads the conversation into tokens on the calling thread, some microseconds for
    /// each kilobyte; everything else happens on the engine's thread.
    ///
    /// # Errors
    /// [`EngineError`]: the request means nothing, does not fit the context, or cannot wait; or the seat is
    /// closed. What fails later comes as [`crate::Event::Failed`].
    pub fn generate(&self, request: Generate) -> Result<Stream, EngineError> {
        self.place.check()?;
        request.check()?;
        let prompt = self.desk.model.prompt(&request.messages, self.desk.context)?;
        let room = self.desk.context.saturating_sub(prompt.len());
        let limit = request.max_tokens.map_or(room, |tokens| tokens.min(room));
        // A text for each token, what was held back, and the end.
        let (events, stream) = Stream::with_room_for(limit + 2);
        self.desk.queue.push(Job { prompt, request, limit, events, seat: Arc::clone(&self.place) })?;
        Ok(stream)
    }

    /// Stops this endpoint for good, at once: later requests fail with [`EngineError::Unavailable`], and so
    /// do those that wait; one that runs breaks off at its next token.
    pub fn close(&self) {
        self.place.closed.store(true, Ordering::Release);
        self.desk.queue.sweep();
    }

    /// Whether requests would be taken.
    pub fn is_open(&self) -> bool {
        self.place.check().is_ok() && !self.desk.queue.ended()
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("model", &self.desk.model).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Seat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Seat").field("name", &self.place.name).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
