//! The ways in and out of the process: listeners, drain, health, telemetry, problem documents, the outbound client.
//! Not a web framework: no routes and no opinion on what a request means.
//!
//! Owns TLS. What a peer may make us do is bounded: connections, header bytes and time, body bytes and time.
//!
//! Invariants: a drain ends by its deadline; a second signal ends at once; nothing leaves in plain text but to this
//! machine, unless the operator says so.

mod body;
mod client;
mod health;
mod listen;
mod metrics;
mod otlp;
mod problem;
mod read;
mod signals;
mod stop;
mod telemetry;
mod tls;

pub use body::{Body, BodySender, BoxError, ClientGone};
pub use client::{Client, ClientError, ClientOptions, Connector, PlainRefused, client};
pub use health::{Condition, Health};
pub use listen::{Drained, ListenError, Listener, Options};
pub use metrics::Metrics;
pub use otlp::{
    Attribute, Instrument, Leave, Otlp, OtlpError, OtlpOptions, Parent, Span, SpanId, SpanKind, TraceId,
    Value,
};
pub use problem::Problem;
pub use read::{BodyError, read_body};
pub use signals::{Reloads, on_signals};
pub use stop::{Stop, Stopper, stop};
pub use telemetry::{LogFormat, TelemetryError, init_telemetry};
pub use tls::{TlsError, TlsIdentity, install_crypto};
