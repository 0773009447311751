//! What a request holds of its limits while it is under way.

use std::sync::Arc;

use crate::account::End;
use crate::embedded::{Booking, Table};
use crate::need::Need;
use crate::shared::Ticket;
use crate::standing::Standing;

/// Room that is taken until the request has ended. End it with [`Reservation::settle`], or with
/// [`Reservation::cancel`] if nothing was sent. Dropped, it is abandoned: the estimate stays charged, and only the
/// place among the concurrent is freed.
#[derive(Debug)]
#[must_use = "dropped, the estimate stays charged"]
pub struct Reservation {
    hold: Option<Hold>,
    standing: Standing,
}

/// Where the room is taken.
pub(crate) enum Hold {
    Embedded(Arc<Table>, Booking),
    Shared(Ticket),
}

impl Reservation {
    pub(crate) const fn new(hold: Hold, standing: Standing) -> Self {
        Self { hold: Some(hold), standing }
    }

    /// What is left of the limits per minute after this reservation.
    #[must_use]
    pub const fn standing(&self) -> Standing {
        self.standing
    }

    /// Whether the shared store was down and only this replica's own accounting was asked.
    #[must_use]
    pub const fn is_local(&self) -> bool {
        matches!(&self.hold, Some(Hold::Shared(ticket)) if ticket.is_local())
    }

    /// Replaces the estimate by what was used. What was estimated too high is free again; what was estimated too low
    /// is owed.
    pub fn settle(mut self, used: Need, now_ms: u64) {
        self.end(End::Used(used, now_ms));
    }

    /// Gives everything back, the request included: nothing was sent.
    pub fn cancel(mut self, now_ms: u64) {
        self.end(End::Void(now_ms));
    }

    fn end(&mut self, end: End) {
        match self.hold.take() {
            Some(Hold::Embedded(table, booking)) => table.end(&booking, end),
            Some(Hold::Shared(ticket)) => ticket.end(end),
            None => {}
        }
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.end(End::Abandoned);
    }
}

impl std::fmt::Debug for Hold {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Embedded(..) => "Embedded",
            Self::Shared(_) => "Shared",
        })
    }
}
