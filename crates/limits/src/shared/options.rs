//! What the operator says of a shared store.

use std::fmt;
use std::time::Duration;

use crate::calendar::Calendar;

/// How to reach a shared store and what to do without it.
#[derive(Clone)]
pub struct SharedOptions {
    /// `postgres://user:password@host:port/database?sslmode=verify-full`. Never shown.
    pub url: String,
    /// The name of this replica: its own, and the same after a restart. At a start what the last process of this name
    /// left is charged, and that process, should it live, is told that it no longer counts.
    pub replica: String,
    /// Where days begin; the same for all replicas.
    pub calendar: Calendar,
    /// What to do while the store is down.
    pub when_down: WhenDown,
    /// Connections at most.
    pub connections: u32,
    /// How long a request waits for the store, its wait for a connection included.
    pub timeout: Duration,
    /// How long a replica may be silent before others take it for dead and charge its requests under way as
    /// estimated. It gives a sign of life three times as often.
    pub lease: Duration,
}

/// What to do with a request while the store of limits is down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WhenDown {
    /// Refuse it.
    #[default]
    Refuse,
    /// Go by what this replica last knew and has granted since. So each replica may spend what was left of a budget.
    Local,
}

impl SharedOptions {
    /// Options as usual: days in UTC, refusing while the store is down, 8 connections, a second to answer, a lease of
    /// a minute.
    #[must_use]
    pub fn new(url: &str, replica: &str) -> Self {
        Self {
            url: url.to_owned(),
            replica: replica.to_owned(),
            calendar: Calendar::UTC,
            when_down: WhenDown::default(),
            connections: 8,
            timeout: Duration::from_secs(1),
            lease: Duration::from_secs(60),
        }
    }
}

impl fmt::Debug for SharedOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedOptions")
            .field("replica", &self.replica)
            .field("when_down", &self.when_down)
            .finish_non_exhaustive()
    }
}
