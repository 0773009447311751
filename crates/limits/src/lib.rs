//! Rates, budgets and what was spent: what a subject may do in a minute, at one time, in a day and in a month.
//!
//! Knows nothing of HTTP, of the estate or of the ledger: a subject is a name, a rule comes with each request, and
//! what was spent is told. It owns `sqlx`, which is why it is a crate. It is no meter: prices and estimates are the
//! caller's.
//!
//! A request *reserves* before it runs what it is estimated to need, of all its subjects or of none, and *settles*
//! when it has ended. What holds:
//! - Money spent and money reserved never exceed a budget; what is spent exceeds it by no more than requests under
//!   way had underestimated. A request counts for the day and month in which it was admitted.
//! - Per minute a subject gets its limit at once, refilled evenly. Tokens that were underestimated are owed: the
//!   bucket goes below zero and others wait.
//! - A reservation that is dropped stays charged as estimated. Nothing that costs money is ever forgotten for free.
//! - A clock that goes back refills nothing and begins no window again.
//!
//! # The embedded store
//! One process, in memory. After a crash it stands where the operator's ledger says ([`Snapshot`]); the caller
//! promises to pass every durable entry in order, and [`Limits::resume`] refuses if that was not done. Limits per
//! minute begin full.
//!
//! # The shared store
//! Replicas that share a PostgreSQL (15 or later) share limits ([`SharedOptions`]). Time comes with each request,
//! from the clocks of the replicas. An account's time is the latest that any of them has told, so if clocks differ by
//! `d`
//! - no more than the limit is ever granted at once, and over a time `t` all replicas together are granted no more
//!   beyond that than what refills in `t + d`;
//! - a day begins with the first replica that sees it begin, up to `d` early; what others admit while their clocks
//!   are behind counts for the new day. No spending counts for neither day or for both. A clock that is days ahead
//!   ends days early: keep clocks in step.
//!
//! A replica that dies leaves reservations behind. They are charged in full, once: by itself when it starts again, or
//! by any other when its lease has run out. Settling is idempotent, so it is repeated until it has succeeded.
//!
//! ```
//! use limits::{Calendar, Limits, Micros, Need, Refused, Rule, Subject};
//!
//! # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
//! let limits = Limits::embedded(Calendar::UTC);
//! let rule = Rule { spend_per_day: Some(Micros(1_000)), ..Rule::default() };
//! let asks = [(Subject::new("key/web"), rule)];
//! let need = Need { tokens: 500, cost: Micros(900) };
//!
//! let now_ms = 1_763_766_260_000;
//! let reservation = limits.reserve(&asks, need, now_ms).await?;
//! let refused = limits.reserve(&asks, need, now_ms).await;
//! assert!(matches!(refused, Err(Refused::Over(over)) if over.size == 1_000));
//!
//! // It used less than it might have, so there is room again.
//! reservation.settle(Need { tokens: 50, cost: Micros(90) }, now_ms + 400);
//! limits.reserve(&asks, need, now_ms + 500).await?.cancel(now_ms + 500);
//! # Ok::<(), Refused>(()) })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod account;
mod bucket;
mod calendar;
mod embedded;
mod limits;
mod need;
mod refused;
mod reservation;
mod rule;
mod shared;
mod snapshot;
mod standing;
mod window;

pub use calendar::Calendar;
pub use limits::{Limits, NotCounted, Spending};
pub use need::{Micros, Need};
pub use refused::{Limit, Over, Refused, Unavailable};
pub use reservation::Reservation;
pub use rule::{Rule, Subject};
pub use shared::{ConnectError, SharedOptions, WhenDown};
pub use snapshot::{Charge, OutOfOrder, Snapshot, SnapshotError};
pub use standing::{Gauge, Standing, format_reset};
