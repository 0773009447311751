//! The inference border: requests in on the wires of OpenAI and Anthropic, lawful endpoints out, a record of each crossing.
//!
//! It knows no law and keeps no log of its own: the border rules and records, `wire` reads and writes the formats, `mask`
//! finds identifiers and undoes their pseudonyms, `serve` listens. What it adds is the sentence of a request
//! ([`ask`](self)): read, judge, admit, open the door, answer, close.
//!
//! Invariants: every path that is not served is 404, so nothing is passed through unjudged; the destination is the
//! permit's endpoint and never built from the request; a fallback is a further crossing with its own admission, tried only
//! before the first byte and only for causes on a closed list; no header of a caller reaches an upstream.

mod answer;
mod ask;
mod attempts;
mod cache;
mod caller;
mod carry;
mod closing;
mod content;
mod door;
mod embedded;
mod errors;
mod events;
mod explain;
mod finding;
mod limiting;
mod look;
mod manage;
mod metrics;
mod models;
mod receipts;
mod rejected;
mod restore;
mod routes;
mod routing;
mod said_place;
mod screening;
mod secrets;
mod stream;
mod telling;
mod trace;
mod trial;
mod versions;

pub use door::{Cause, Doors, NoReply, Reply};
pub use embedded::{Embedded, EmbeddedError, NoEngine, Piece, Pieces, Prompt};
pub use finding::{finder, mask_key};
pub use limiting::{subject_of_key, subject_of_system};
pub use look::{Looked, look};
pub use manage::{Act, Hands, Order, standing};
pub use metrics::GatewayMetrics;
pub use routes::{Gateway, GatewayOptions, paths, wire_at};
pub use secrets::{Secrets, SecretsError, text as secret};
pub use telling::{TellingError, telemetry};
