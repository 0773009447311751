//! The one thing that callers hold: limits in an embedded or in a shared store.

use std::sync::Arc;

use thiserror::Error;

use crate::calendar::Calendar;
use crate::embedded::Table;
use crate::need::{Micros, Need};
use crate::refused::Refused;
use crate::reservation::{Hold, Reservation};
use crate::rule::{Rule, Subject, in_order};
use crate::shared::{ConnectError, Shared, SharedOptions};
use crate::snapshot::Snapshot;

/// What is in use of all limits.
#[derive(Debug)]
pub struct Limits {
    store: Store,
}

enum Store {
    Embedded(Arc<Table>),
    Shared(Shared),
}

/// The ledger has not been counted to its end, or the snapshot is of another ledger or of one that lost entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("what was spent is counted up to entry {mark}, and the ledger has {recorded}")]
pub struct NotCounted {
    /// The entry that is due.
    pub mark: u64,
    /// How many entries the ledger has.
    pub recorded: u64,
}

/// What a subject has spent in the current day and month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spending {
    /// Settled in the current day.
    pub day: Micros,
    /// Settled in the current month.
    pub month: Micros,
    /// Estimated for requests under way, at most.
    pub reserved: Micros,
    /// Requests under way.
    pub live: u64,
}

impl Limits {
    /// An embedded store that knows of nothing spent: for tests, and where there is no ledger.
    #[must_use]
    pub fn embedded(calendar: Calendar) -> Self {
        Self { store: Store::Embedded(Arc::new(Table::new(calendar))) }
    }

    /// An embedded store that goes on where the ledger stands: first [`Snapshot::fold`] every entry that is not
    /// counted yet, then resume. `recorded` is how many entries the ledger has.
    ///
    /// # Errors
    /// If the snapshot does not reach the end of the ledger, or reaches beyond it.
    pub fn resume(snapshot: &Snapshot, recorded: u64) -> Result<Self, NotCounted> {
        if snapshot.mark() != recorded {
            return Err(NotCounted { mark: snapshot.mark(), recorded });
        }
        let table = Table::new(snapshot.calendar());
        for (subject, account) in snapshot.accounts() {
            table.put(subject, account);
        }
        Ok(Self { store: Store::Embedded(Arc::new(table)) })
    }

    /// A store that replicas share. Runs a task until it is closed or dropped, and so needs a tokio runtime.
    ///
    /// # Errors
    /// If the store cannot be reached or prepared. No error shows the password.
    pub async fn connect(options: SharedOptions) -> Result<Self, ConnectError> {
        Ok(Self { store: Store::Shared(Shared::connect(options).await?) })
    }

    /// Takes what a request needs of all its subjects, or of none. `now_ms` is milliseconds since 1970.
    ///
    /// # Errors
    /// Which limit has no room, or why that cannot be known.
    pub async fn reserve(
        &self,
        asks: &[(Subject, Rule)],
        need: Need,
        now_ms: u64,
    ) -> Result<Reservation, Refused> {
        let asks = in_order(asks);
        match &self.store {
            Store::Embedded(table) => {
                let (booking, standing) = table.reserve(&asks, need, now_ms)?;
                Ok(Reservation::new(Hold::Embedded(Arc::clone(table), booking), standing))
            }
            Store::Shared(shared) => shared.reserve(&asks, need, now_ms).await,
        }
    }

    /// Counts money that was spent without a reservation, such as a correction by hand. A window that is over is left
    /// as it is.
    pub fn charge(&self, subjects: &[Subject], cost: Micros, at_ms: u64) {
        match &self.store {
            Store::Embedded(table) => table.charge(subjects, cost, table.calendar().windows(at_ms)),
            Store::Shared(shared) => shared.charge(subjects, cost, at_ms),
        }
    }

    /// What a subject has spent; of a shared store as it was when this replica last asked for it.
    #[must_use]
    pub fn spending(&self, subject: &Subject, now_ms: u64) -> Spending {
        let table = match &self.store {
            Store::Embedded(table) => table,
            Store::Shared(shared) => shared.known(),
        };
        let mut account = table.get(subject).unwrap_or_default();
        account.advance(&Rule::default(), now_ms, table.calendar().windows(now_ms));
        Spending {
            day: Micros(account.day.spent),
            month: Micros(account.month.spent),
            reserved: Micros(account.month.reserved),
            live: account.live,
        }
    }

    /// Whether the store answers: always, if it is embedded.
    #[must_use]
    pub fn is_up(&self) -> bool {
        match &self.store {
            Store::Embedded(_) => true,
            Store::Shared(shared) => shared.is_up(),
        }
    }

    /// Waits until a shared store has been told everything that has been settled and charged so far.
    pub async fn flush(&self) {
        if let Store::Shared(shared) = &self.store {
            shared.flush().await;
        }
    }

    /// Brings what is settled to a shared store and ends its task. Put a deadline around it: it waits for a store
    /// that is down. What is not brought there by then is charged as estimated when the replica starts again.
    pub async fn close(self) {
        if let Store::Shared(shared) = self.store {
            shared.close().await;
        }
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Embedded(_) => "Embedded",
            Self::Shared(_) => "Shared",
        })
    }
}
