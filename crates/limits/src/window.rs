//! Money of one calendar window: what was spent in it, and what requests under way may still spend.

/// A day or a month of one subject. Windows only go forward, as the clock may go back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Window {
    /// Which day or month, counted from 1970.
    pub(crate) index: i32,
    /// Settled, in micros.
    pub(crate) spent: u64,
    /// Estimated for requests under way, in micros.
    pub(crate) reserved: u64,
}

impl Window {
    /// Begins the window of this index, if it has not begun yet.
    pub(crate) fn roll(&mut self, index: i32) {
        if index > self.index {
            *self = Self { index, ..Self::default() };
        }
    }

    /// Whether so much more stays within the limit. What costs nothing always does.
    pub(crate) fn has(&self, limit: u64, cost: u64) -> bool {
        cost == 0 || self.spent.saturating_add(self.reserved).saturating_add(cost) <= limit
    }

    pub(crate) fn reserve(&mut self, cost: u64) {
        self.reserved = self.reserved.saturating_add(cost);
    }

    /// Turns what was reserved in the window of this index into what was spent. Of a window that is over nobody asks.
    pub(crate) fn settle(&mut self, index: i32, reserved: u64, spent: u64) {
        if index == self.index {
            self.reserved = self.reserved.saturating_sub(reserved);
            self.spent = self.spent.saturating_add(spent);
        }
    }

    /// Counts what was spent in the window of this index.
    pub(crate) fn count(&mut self, index: i32, spent: u64) {
        self.roll(index);
        self.settle(index, 0, spent);
    }
}
