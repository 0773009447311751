//! The publishing thread: makes tiles and checkpoints of what is durable in the journal, many entries at a time.

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::handover::{Handover, Taken};
use crate::queue::Queue;
use crate::sequencer::{Latest, Sequencer, announce, latest};

pub(crate) struct Publisher {
    pub(crate) sequencer: Sequencer,
    pub(crate) latest: Latest,
    pub(crate) queue: Arc<Queue>,
    /// How long a durable entry may wait to be published.
    pub(crate) every: Duration,
    pub(crate) lines: Arc<Handover>,
}

impl Publisher {
    /// Publishes at the latest `every` after an entry became durable, on demand, and at the end.
    pub(crate) fn run(mut self) -> Result<(), Arc<str>> {
        let mut due: Option<Instant> = None;
        loop {
            let Taken { lines, wishes, last } = self.lines.take(due);
            let added = lines.iter().try_for_each(|line| self.sequencer.add(line));
            let now = Instant::now();
            if !lines.is_empty() {
                due.get_or_insert(now + self.every);
            }
            let wanted = last || !wishes.is_empty() || due.is_some_and(|due| due <= now);
            let done = added.and_then(|()| if wanted { self.publish() } else { Ok(()) });
            let done = done.map_err(|error| self.give_up(&error));
            for wish in wishes {
                wish(done.clone());
            }
            done?;
            if last {
                return Ok(());
            }
            if wanted {
                due = None;
            }
        }
    }

    fn publish(&mut self) -> io::Result<()> {
        if latest(&self.latest).size != self.sequencer.edge().size() {
            announce(&self.latest, self.sequencer.publish()?);
        }
        Ok(())
    }

    /// Stops the recording: what cannot be published would never get a receipt.
    fn give_up(&self, error: &io::Error) -> Arc<str> {
        let why = Arc::from(format!("cannot publish the log: {error}"));
        self.queue.poison(&why);
        why
    }
}

impl Drop for Publisher {
    fn drop(&mut self) {
        // A wish that is dropped tells its owner that the ledger ended.
        drop(self.lines.abandon());
    }
}
