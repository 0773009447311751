//! The inference border: OpenAI requests in, lawful endpoints out, a record of each crossing.
//!
//! It knows no law and keeps no log of its own: the border rules and records, `wire` reads and writes the format, `serve`
//! listens. What it adds is the sentence of a request ([`chat`](self)): read, judge, admit, open the door, answer, close.
//!
//! Invariants: every path that is not served is 404, so nothing is passed through unjudged; the destination is the
//! permit's endpoint and never built from the request; a fallback is a further crossing with its own admission, tried only
//! before the first byte and only for causes on a closed list; no header of a caller reaches an upstream.

mod answer;
mod attempts;
mod caller;
mod chat;
mod door;
mod embedded;
mod errors;
mod metrics;
mod receipts;
mod routes;
mod secrets;
mod stream;

pub use door::{Cause, Doors, NoReply, Reply};
pub use embedded::{Embedded, EmbeddedError, NoEngine, Piece, Pieces, Prompt};
pub use metrics::GatewayMetrics;
pub use routes::{Gateway, GatewayOptions};
pub use secrets::{Secrets, SecretsError};
