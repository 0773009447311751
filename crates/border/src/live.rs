//! The snapshot in force, how it is replaced, and how long an old one may serve.

use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use estate::Estate;
use law::{Law, RuleError};

use crate::clock;
use crate::{Refused, Snapshot};

/// What a reload was asked for brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reload {
    /// Whether the new law and estate are in force.
    pub taken: bool,
    /// Why not, where they are not.
    pub reason: Option<String>,
}

pub(crate) struct Live {
    snapshot: ArcSwap<Snapshot>,
    stale: Mutex<Option<Stale>>,
}

/// Newer law or estate did not load.
#[derive(Debug, Clone)]
pub(crate) struct Stale {
    since_ms: u64,
    reason: String,
}

impl Live {
    pub(crate) fn new(law: Arc<Law>, estate: Arc<Estate>, now_ms: u64) -> Result<Live, RuleError> {
        let snapshot = Snapshot::new(law, estate, clock::days(now_ms))?;
        Ok(Live { snapshot: ArcSwap::from_pointee(snapshot), stale: Mutex::new(None) })
    }

    /// The snapshot in force at `now_ms`. A new day brings the law of that day, with the same estate.
    pub(crate) fn at(&self, now_ms: u64) -> Result<Arc<Snapshot>, Refused> {
        self.check_stale(now_ms)?;
        loop {
            let snapshot = self.snapshot.load_full();
            if snapshot.is_of(now_ms) {
                return Ok(snapshot);
            }
            let days = clock::days(now_ms);
            let next = Snapshot::new(snapshot.law().clone(), snapshot.estate().clone(), days);
            let next = next.map(Arc::new).map_err(Refused::Law)?;
            // Only in place of the one it follows from: a reload in between must not be undone.
            let found = self.snapshot.compare_and_swap(&snapshot, next.clone());
            if Arc::ptr_eq(&found, &snapshot) {
                return Ok(next);
            }
        }
    }

    pub(crate) fn latest(&self) -> Arc<Snapshot> {
        self.snapshot.load_full()
    }

    pub(crate) fn replace(
        &self,
        law: Arc<Law>,
        estate: Arc<Estate>,
        now_ms: u64,
    ) -> Result<Arc<Snapshot>, RuleError> {
        let next = Arc::new(Snapshot::new(law, estate, clock::days(now_ms))?);
        self.snapshot.store(next.clone());
        *self.stale.lock().unwrap_or_else(PoisonError::into_inner) = None;
        Ok(next)
    }

    /// Keeps the last good snapshot, from now on only for as long as the estate allows.
    pub(crate) fn failed(&self, reason: String, now_ms: u64) {
        let mut stale = self.stale.lock().unwrap_or_else(PoisonError::into_inner);
        let since_ms = stale.as_ref().map_or(now_ms, |s| s.since_ms);
        *stale = Some(Stale { since_ms, reason });
    }

    pub(crate) fn stale_reason(&self) -> Option<String> {
        self.stale.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(|s| s.reason.clone())
    }

    fn check_stale(&self, now_ms: u64) -> Result<(), Refused> {
        let stale = self.stale.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(stale) = stale.as_ref() else { return Ok(()) };
        let allowed = self.snapshot.load().estate().gateway().max_stale;
        let age_ms = now_ms.saturating_sub(stale.since_ms);
        if u128::from(age_ms) <= allowed.as_millis() {
            return Ok(());
        }
        Err(Refused::Stale {
            age_s: age_ms / 1000,
            allowed_s: allowed.as_secs(),
            reason: stale.reason.clone(),
        })
    }
}
