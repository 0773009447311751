//! The task that tells the store what was settled, gives signs of life, and finds out when the store is back.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::calls::Failure;
use super::{DOWN, Inner};

/// Pause after the first failure; it doubles with each, up to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// Runs until the queue is closed and empty, or the replica superseded.
pub(crate) async fn run(inner: Arc<Inner>) {
    let every = inner.calls.lease() / 3;
    let (mut beat, mut pause) = (Instant::now(), FIRST_PAUSE);
    loop {
        let due = Instant::now() >= beat || inner.state.load(Ordering::Acquire) == DOWN;
        let started = Instant::now();
        match inner.round(due).await {
            Ok(()) => {
                (beat, pause) = (if due { started + every } else { beat }, FIRST_PAUSE);
                if inner.queue().is_done() {
                    return;
                }
                // Early or late, there is something to do.
                let _ = timeout_at(beat, inner.wake.notified()).await;
            }
            Err(failure) => {
                inner.note(&failure);
                if matches!(failure, Failure::Superseded) {
                    inner.told.notify_waiters();
                    return;
                }
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        }
    }
}

impl Inner {
    /// Tells all that waits, and gives a sign of life if it is due.
    async fn round(&self, beat: bool) -> Result<(), Failure> {
        loop {
            let settled = self.queue().next_settled();
            if settled.is_empty() {
                break;
            }
            self.calls.settle(&settled).await?;
            self.queue().told(settled.len());
            let mut ids = self.ids();
            settled.iter().for_each(|settled| ids.forget(settled.id));
        }
        loop {
            let Some(batch) = self.queue().next_charges() else { break };
            self.calls.charge(&batch).await?;
            self.queue().counted();
        }
        self.told.notify_waiters();
        if beat {
            let (below, held) = self.ids().held();
            self.calls.beat(below, &held).await?;
            self.recovered();
        }
        Ok(())
    }
}
