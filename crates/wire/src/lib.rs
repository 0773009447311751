//! The wires that callers speak: requests, answers, errors and event streams of OpenAI (chat completions, responses,
//! embeddings) and Anthropic (messages, count of tokens).
//! Not a client or a server: no sockets, no clock, no async; the same bytes give the same answer.
//!
//! A request is parsed once and kept as the bytes that came, so that fields we do not know reach the upstream
//! unchanged. A stream is watched as it passes, frame by frame, so that a cut one is never taken for a complete one.
//!
//! Invariants: the bytes of a request change only where [`Inbound::with_model`] and [`Inbound::replaced`] say so; every
//! string is text unless its place is on a closed list of structure; a key that we read
//! occurs once or the request is refused; no event sent to a client holds a raw U+0085, U+2028 or U+2029.
//!
//! ```
//! use bytes::Bytes;
//! use wire::{Inbound, Limits, Wire};
//!
//! let body = Bytes::from_static(br#"{"model":"small","messages":[{"role":"user","content":"Hi"}],"x":1.0}"#);
//! let request = Inbound::read(Wire::Chat, body, &Limits::default())?;
//! assert_eq!(request.model(), "small");
//! assert_eq!(request.texts()?.iter().map(|at| &*at.text).collect::<Vec<_>>(), ["Hi", "x"]);
//! assert!(request.with_model("vendor-7b").ends_with(br#""x":1.0}"#));
//! # Ok::<(), wire::ReadError>(())
//! ```

mod answer;
pub mod dialog;
mod error_body;
mod inbound;
mod models;
mod object;
mod places;
mod request;
mod respond;
mod restore;
mod speakers;
mod sse;
mod texts;
mod translate;
pub mod vendor;
mod walk;
mod watch;

pub use answer::{Finish, Usage};
pub use error_body::{ErrorBody, error_event_for};
pub use inbound::{Embedding, EmbeddingsInput, Inbound, Wire};
pub use models::{Model, anthropic_model, anthropic_models_list, model, models_list};
pub use places::Kind;
pub use request::{ChatRequest, Limits, Message, Messages, Part, ReadError};
pub use respond::{EmbeddingsForm, Respond, StreamWriter, count_tokens, embeddings};
pub use restore::{EventRewriter, TextSink, rewrite_answer};
pub use speakers::{Speaker, Speakers};
pub use sse::{Event, SseError, SseReader, frame};
pub use texts::{InsideText, TextAt, Unreadable};
pub use watch::{NotAnAnswer, Seen, StreamEnd, StreamWatch, read_answer, read_answer_of};

#[doc(hidden)]
pub mod fuzz;
