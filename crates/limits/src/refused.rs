//! Why a request is refused.

use std::fmt;
use std::time::Duration;

use thiserror::Error;

use crate::need::Micros;
use crate::rule::Subject;
use crate::standing::Standing;

/// Nothing was reserved, of no subject.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refused {
    /// A limit has no room.
    #[error(transparent)]
    Over(#[from] Over),
    /// What is in use of the limits cannot be known.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl Refused {
    /// A stable word for metrics and logs.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Over(over) => over.limit.as_str(),
            Self::Unavailable(why) => why.as_str(),
        }
    }
}

/// The limit that has no room for the longest time.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{subject}` {} its limit of {}", verb(self), size_of(self))]
pub struct Over {
    /// Whose limit it is.
    pub subject: Subject,
    /// Which limit it is.
    pub limit: Limit,
    /// How large the limit is: requests, tokens or micros.
    pub size: u64,
    /// When trying again may help; `None` if it never will, as request and limit stand.
    pub retry_after: Option<Duration>,
    /// What is left of the limits per minute.
    pub standing: Standing,
}

fn verb(over: &Over) -> &'static str {
    match over.retry_after {
        Some(_) => "has reached",
        None => "asks for more than",
    }
}

fn size_of(over: &Over) -> String {
    let size = over.size;
    match over.limit {
        Limit::Requests => format!("{size} requests a minute"),
        Limit::Tokens => format!("{size} tokens a minute"),
        Limit::Concurrent => format!("{size} requests at one time"),
        Limit::SpendPerDay => format!("{} a day", Micros(size)),
        Limit::SpendPerMonth => format!("{} a month", Micros(size)),
    }
}

/// The kinds of limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Limit {
    /// Requests a minute.
    Requests,
    /// Tokens a minute.
    Tokens,
    /// Requests under way.
    Concurrent,
    /// Money per calendar day.
    SpendPerDay,
    /// Money per calendar month.
    SpendPerMonth,
}

impl Limit {
    /// The limit as it stands in configuration and metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Requests => "requests_per_minute",
            Self::Tokens => "tokens_per_minute",
            Self::Concurrent => "concurrent",
            Self::SpendPerDay => "spend_per_day",
            Self::SpendPerMonth => "spend_per_month",
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a shared store does not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Unavailable {
    /// It is down, or too slow.
    #[error("the store of limits does not answer, and nothing is allowed without it")]
    Down,
    /// Another process has started under the name of this replica, and this one no longer counts.
    #[error("another process has taken over the name of this replica; give each replica a name of its own")]
    Superseded,
}

impl Unavailable {
    /// A stable word for metrics and logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Down => "limits_down",
            Self::Superseded => "limits_superseded",
        }
    }
}
