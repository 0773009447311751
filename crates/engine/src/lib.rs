//! The embedded inference engine: chat with a small llama-family model from a GGUF file. Owns candle.
//! It is not a server, opens no socket, fetches nothing and prints nothing.
//!
//! One [`Model`] is loaded once and shared. One [`Engine`] runs it on one thread of its own, a request at a
//! time, behind a bounded queue. A [`Seat`] is one endpoint served by that engine: closing a seat stops this
//! endpoint and leaves the others as they are.
//!
//! Invariants:
//! - A turn's content is text. It cannot forge the markers of the chat template, whatever it contains.
//! - No turn is added that the caller did not send; a default system turn in the model file is not used.
//! - A caller receives whole UTF-8 text, never a stop sequence, and always one final event.
//! - The engine has no clock and no randomness of its own: same model, same request, same answer.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use engine::{Engine, EngineOptions, Event, Generate, Model, Turn};
//!
//! let model = Model::load("model.gguf".as_ref())?;
//! let engine = Engine::start(model, EngineOptions::default())?;
//! let seat = engine.seat("frankfurt");
//! let mut stream = seat.generate(Generate::new(vec![Turn::user("What is the capital of France?")]))?;
//! while let Some(event) = stream.next().await {
//!     if let Event::Text(text) = event { /* pass it on */ }
//! }
//! # Ok(())
//! # }
//! ```

mod chat;
mod engine;
mod gguf;
mod llama;
mod locate;
mod model;
mod past;
mod processor;
mod queue;
mod requantize;
mod request;
mod sampler;
mod stream;
#[cfg(test)]
mod testing;
mod text;
mod vocabulary;
mod worker;

pub use chat::{Role, Turn};
pub use engine::{Engine, EngineOptions, Seat};
pub use gguf::LoadError;
pub use locate::find_model;
pub use model::Model;
pub use processor::{UnsupportedProcessor, check_processor, settle_threads};
pub use requantize::{RequantizeError, requantize};
pub use request::{EngineError, Generate};
pub use stream::{Event, FinishReason, Stream};
