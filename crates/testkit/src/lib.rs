//! Test doubles: clock, lying store, fake upstreams, the bare proxy that benches compare with; and a real PostgreSQL.
//! Dev-only. Not a part of the product: nothing that ships depends on it.

mod bare_proxy;
pub mod clients;
pub mod clock;
mod collector;
mod host;
pub mod load;
mod postgres;
pub mod store;
mod upstream;

pub use bare_proxy::BareProxy;
pub use collector::{Arrived, FakeCollector, PointSeen, SpanSeen};
pub use postgres::Postgres;
pub use upstream::{
    AWS_KEY, AWS_SECRET, Answer, ECHO, End, FakeUpstream, Fault, Mode, Recorded, Split, Usage, Vendor,
};
