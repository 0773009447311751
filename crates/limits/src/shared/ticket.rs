//! One reservation of a shared store: its number, and what becomes of it.

use std::collections::HashSet;
use std::sync::Arc;

use super::Inner;
use super::queue::Settled;
use crate::account::End;
use crate::calendar::Windows;
use crate::embedded::Booking;
use crate::need::Need;

/// The numbers of reservations that this process knows to be under way, or on their way to the store and back.
#[derive(Default)]
pub(crate) struct Ids {
    next: i64,
    held: HashSet<i64>,
}

/// A number in use until it is dropped.
pub(crate) struct Id {
    inner: Arc<Inner>,
    number: i64,
    kept: bool,
}

impl Ids {
    /// A new number.
    pub(crate) fn begin(inner: &Arc<Inner>) -> Id {
        let mut ids = inner.ids();
        let number = ids.next;
        ids.next += 1;
        ids.held.insert(number);
        drop(ids);
        Id { inner: Arc::clone(inner), number, kept: false }
    }

    pub(crate) fn forget(&mut self, number: i64) {
        self.held.remove(&number);
    }

    /// The next number, and those below it that are held.
    pub(crate) fn held(&self) -> (i64, Vec<i64>) {
        (self.next, self.held.iter().copied().collect())
    }
}

impl Id {
    pub(crate) const fn number(&self) -> i64 {
        self.number
    }

    /// Holds the number until it is settled.
    pub(crate) fn keep(mut self) -> i64 {
        self.kept = true;
        self.number
    }
}

impl Drop for Id {
    fn drop(&mut self) {
        if !self.kept {
            self.inner.ids().forget(self.number);
        }
    }
}

/// A reservation that was granted by the store, or locally while it was down.
pub(crate) struct Ticket {
    inner: Arc<Inner>,
    booking: Booking,
    /// Its number in the store; `None` if the store was not asked.
    id: Option<i64>,
    at_ms: u64,
}

impl Ticket {
    pub(crate) const fn new(inner: Arc<Inner>, booking: Booking, id: Option<i64>, at_ms: u64) -> Self {
        Self { inner, booking, id, at_ms }
    }

    pub(crate) const fn is_local(&self) -> bool {
        self.id.is_none()
    }

    pub(crate) fn end(self, end: End) {
        // What is known here is replaced whenever the store answers; until then it should be about right.
        self.inner.known.end(&self.booking, end);
        match self.id {
            Some(id) => self.inner.queue().settle(self.settled(id, end)),
            None => self.charge(end),
        }
        self.inner.wake.notify_one();
    }

    fn settled(&self, id: i64, end: End) -> Settled {
        let (used, void, at_ms) = match end {
            End::Used(used, now_ms) => (used, false, now_ms),
            End::Void(now_ms) => (Need::default(), true, now_ms),
            End::Abandoned => (self.need(), false, self.at_ms),
        };
        Settled { id, used, void, at_ms }
    }

    fn charge(&self, end: End) {
        let used = self.settled(0, end).used;
        let mut queue = self.inner.queue();
        for (subject, taken) in &self.booking {
            queue.charge(subject, Windows { day: taken.day, month: taken.month }, used.cost);
        }
    }

    fn need(&self) -> Need {
        self.booking.first().map(|(_, taken)| taken.need).unwrap_or_default()
    }
}
