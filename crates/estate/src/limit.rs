//! What keys and systems may ask for: requests, tokens and money.

use crate::{Currency, EndpointSecret, KeyId, LimitId, SystemId};

/// The limits of one API key or of one system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit {
    /// Its id, for people.
    pub id: LimitId,
    /// Whom it limits.
    pub of: Limited,
    /// Requests a minute: so many at once, refilled evenly.
    pub requests_per_minute: Option<u64>,
    /// Tokens a minute, in and out.
    pub tokens_per_minute: Option<u64>,
    /// Requests under way at one time.
    pub concurrent: Option<u64>,
    /// Money a day (UTC), in millionths of a unit of [`Budgets::currency`].
    pub spend_per_day: Option<u64>,
    /// Money a month (UTC), likewise.
    pub spend_per_month: Option<u64>,
}

impl Limit {
    /// Whether it limits money.
    pub fn is_of_money(&self) -> bool {
        self.spend_per_day.is_some() || self.spend_per_month.is_some()
    }
}

/// Whom a limit limits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Limited {
    /// An API key.
    Key(KeyId),
    /// A system, with all of its keys together.
    System(SystemId),
}

/// How limits are counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Budgets {
    /// The currency of all money; `None` if nothing limits money.
    pub currency: Option<Currency>,
    /// Tokens that an answer is taken to have where a request names no most.
    pub assumed_output: u64,
    /// The store that replicas share; `None` counts in this process.
    pub store: Option<SharedStore>,
}

/// The PostgreSQL that replicas share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedStore {
    /// Its address, without a password.
    pub url: String,
    /// Where the password comes from.
    pub password: Option<EndpointSecret>,
    /// What to do while it does not answer.
    pub when_down: WhenDown,
}

/// What to do while the shared store does not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WhenDown {
    /// Nothing that is limited crosses.
    #[default]
    Refuse,
    /// Each replica counts for itself.
    Allow,
}

impl Default for Budgets {
    fn default() -> Self {
        Budgets { currency: None, assumed_output: 1024, store: None }
    }
}
