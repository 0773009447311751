//! A clock that stands still until it is told otherwise.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Milliseconds since 1970, as the test says. Clones share it.
#[derive(Clone, Debug)]
pub struct FrozenClock {
    ms: Arc<AtomicU64>,
}

impl FrozenClock {
    /// Stands at this time.
    #[must_use]
    pub fn at(ms: u64) -> Self {
        Self { ms: Arc::new(AtomicU64::new(ms)) }
    }

    /// The time it shows.
    #[must_use]
    pub fn now(&self) -> u64 {
        self.ms.load(Ordering::Acquire)
    }

    /// Sets it, forward or back.
    pub fn set(&self, ms: u64) {
        self.ms.store(ms, Ordering::Release);
    }

    /// Lets time pass.
    pub fn advance(&self, ms: u64) {
        self.ms.fetch_add(ms, Ordering::AcqRel);
    }

    /// The clock as the rooms take it: a function that gives milliseconds since 1970.
    #[must_use]
    pub fn as_fn(&self) -> Arc<dyn Fn() -> u64 + Send + Sync> {
        let clock = self.clone();
        Arc::new(move || clock.now())
    }
}
