//! What waits to be told to the store. Bounded by itself: reservations by those under way, money by subjects and
//! windows.

use std::collections::BTreeMap;

use crate::calendar::Windows;
use crate::need::{Micros, Need};
use crate::rule::Subject;

/// Reservations told in one call.
const AT_ONCE: usize = 256;

/// How one reservation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Settled {
    pub(crate) id: i64,
    pub(crate) used: Need,
    /// Nothing was sent.
    pub(crate) void: bool,
    pub(crate) at_ms: u64,
}

/// Money by subject, day and month.
type Charges = BTreeMap<(Subject, i32, i32), Micros>;

/// Charges under a number, by which the store knows them if they come twice.
#[derive(Clone, Debug, Default)]
pub(crate) struct Batch {
    pub(crate) number: i64,
    pub(crate) charges: Charges,
}

/// The queue.
#[derive(Default)]
pub(crate) struct Queue {
    settled: Vec<Settled>,
    /// May have reached the store already, so nothing is added to it.
    sent: Batch,
    waiting: Charges,
    closed: bool,
}

impl Queue {
    pub(crate) fn settle(&mut self, settled: Settled) {
        self.settled.push(settled);
    }

    pub(crate) fn charge(&mut self, subject: &Subject, windows: Windows, cost: Micros) {
        if cost > Micros::ZERO {
            let sum = self.waiting.entry((subject.clone(), windows.day, windows.month)).or_default();
            *sum = *sum + cost;
        }
    }

    /// The reservations to tell next. They stay until [`Queue::told`].
    pub(crate) fn next_settled(&self) -> Vec<Settled> {
        self.settled.iter().take(AT_ONCE).copied().collect()
    }

    pub(crate) fn told(&mut self, settled: usize) {
        self.settled.drain(..settled.min(self.settled.len()));
    }

    /// The charges to tell next, the same ones until [`Queue::counted`].
    pub(crate) fn next_charges(&mut self) -> Option<Batch> {
        if self.sent.charges.is_empty() && !self.waiting.is_empty() {
            self.sent = Batch { number: self.sent.number + 1, charges: std::mem::take(&mut self.waiting) };
        }
        (!self.sent.charges.is_empty()).then(|| self.sent.clone())
    }

    pub(crate) fn counted(&mut self) {
        self.sent.charges.clear();
    }

    pub(crate) fn close(&mut self) {
        self.closed = true;
    }

    /// Whether nothing will come and nothing is left.
    pub(crate) fn is_done(&self) -> bool {
        self.closed && self.is_empty()
    }

    /// Whether nothing waits.
    pub(crate) fn is_empty(&self) -> bool {
        self.settled.is_empty() && self.sent.charges.is_empty() && self.waiting.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_that_may_have_arrived_is_sent_again_as_it_was() {
        let (mut queue, subject, windows) =
            (Queue::default(), Subject::new("a"), Windows { day: 1, month: 0 });
        queue.charge(&subject, windows, Micros(3));
        queue.charge(&subject, windows, Micros(4));
        let first = queue.next_charges().unwrap();
        queue.charge(&subject, windows, Micros(5));
        let again = queue.next_charges().unwrap();
        assert_eq!((first.number, first.charges.values().copied().collect::<Vec<_>>()), (1, vec![Micros(7)]));
        assert_eq!((again.number, &again.charges), (1, &first.charges));
        queue.counted();
        let second = queue.next_charges().unwrap();
        assert_eq!(
            (second.number, second.charges.values().copied().collect::<Vec<_>>()),
            (2, vec![Micros(5)])
        );
        queue.close();
        assert!(!queue.is_done());
        queue.counted();
        assert!(queue.is_done() && queue.next_charges().is_none());
    }
}
