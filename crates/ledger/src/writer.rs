//! The writer: takes what is queued, records it as one group, answers, and hands it on to be published.
//!
//! Two threads of their own, since both wait for the disk: one commits, one publishes. Only the first decides what is
//! recorded; the second follows it, and holds it back only should it fall far behind.

use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::sync::oneshot;

use crate::error::AppendError;
use crate::handover::Handover;
use crate::journal::Journal;
use crate::publisher::Publisher;
use crate::queue::{Batch, Item, Link, Pace, Queue, refuse};
use crate::sequencer::{Latest, Sequencer};

/// Everything the writer needs, as recovery left it.
pub(crate) struct Writer {
    pub(crate) journal: Journal,
    pub(crate) sequencer: Sequencer,
    /// Admissions without an outcome.
    pub(crate) open: BTreeSet<u64>,
    pub(crate) queue: Arc<Queue>,
    /// Entries that are durable.
    pub(crate) durable: Arc<AtomicU64>,
    pub(crate) latest: Latest,
    pub(crate) publish_every: Duration,
    pub(crate) linger: Duration,
    pub(crate) gather: Duration,
    /// Held as long as anything is written.
    pub(crate) lock: Box<dyn Send>,
}

/// Told how it ended, once nothing is written any more and the folder is free.
pub(crate) type Ended = oneshot::Receiver<Result<(), Arc<str>>>;

impl Writer {
    /// Starts both threads.
    pub(crate) fn spawn(self) -> io::Result<Ended> {
        let (ended, receiver) = oneshot::channel();
        let durable_lines = Arc::new(Handover::default());
        let publisher = Publisher {
            sequencer: self.sequencer,
            latest: self.latest,
            queue: Arc::clone(&self.queue),
            every: self.publish_every,
            lines: Arc::clone(&durable_lines),
        };
        let publisher =
            thread::Builder::new().name("ledger-publish".into()).spawn(move || publisher.run())?;
        let committer = Committer {
            journal: self.journal,
            open: self.open,
            queue: self.queue,
            durable: self.durable,
            pace: Pace::new(self.linger, self.gather),
            publisher: durable_lines,
            lines: Vec::new(),
        };
        let lock = self.lock;
        thread::Builder::new().name("ledger-commit".into()).spawn(move || {
            let committed = committer.run();
            let published = join(publisher);
            drop(lock);
            // Nobody listens if the ledger was dropped instead of closed.
            let _ = ended.send(committed.and(published));
        })?;
        Ok(receiver)
    }
}

fn join(publisher: JoinHandle<Result<(), Arc<str>>>) -> Result<(), Arc<str>> {
    publisher.join().unwrap_or_else(|_| Err("the publishing thread died".into()))
}

struct Committer {
    journal: Journal,
    open: BTreeSet<u64>,
    queue: Arc<Queue>,
    durable: Arc<AtomicU64>,
    pace: Pace,
    publisher: Arc<Handover>,
    /// Lines of the last group, on their way to the publisher.
    lines: Vec<Vec<u8>>,
}

impl Committer {
    fn run(mut self) -> Result<(), Arc<str>> {
        let mut batch = Batch::default();
        while self.queue.take(&mut batch, &mut self.pace) {
            if let Err(why) = self.record(&mut batch) {
                self.queue.poison(&why);
                refuse(batch, &why);
                return Err(why);
            }
        }
        Ok(())
    }

    /// Records a batch and empties it; what is left in it on an error was not recorded.
    fn record(&mut self, batch: &mut Batch) -> Result<(), Arc<str>> {
        let reason = |what: &str, error: &io::Error| Arc::from(format!("cannot {what}: {error}"));
        self.drop_unfounded(&mut batch.items);
        if !batch.items.is_empty() {
            let lines = batch.items.iter().map(|item| item.line.as_slice());
            let first = self.journal.commit(lines).map_err(|error| reason("write the journal", &error))?;
            self.durable.store(self.journal.next(), Ordering::Release);
            self.lines.extend(acknowledge(first, &mut batch.items));
            let handed_on = self.publisher.lines(&mut self.lines);
            self.check(handed_on)?;
            let rolled = self.journal.roll(&self.open);
            rolled.map_err(|error| reason("begin a journal file", &error))?;
        }
        for reply in batch.publish.drain(..) {
            let handed_on = self.publisher.wish(reply);
            self.check(handed_on)?;
        }
        Ok(())
    }

    /// Refuses entries that hang on nothing, so that a recorded ledger is always complete in itself.
    fn drop_unfounded(&mut self, items: &mut Vec<Item>) {
        let mut next = self.journal.next();
        items.retain_mut(|item| match founded(&mut self.open, item.link, next) {
            Ok(()) => {
                next += 1;
                true
            }
            Err(error) => {
                match item.done.take() {
                    Some(done) => drop(done.send(Err(error))),
                    None => tracing::error!(%error, "an entry was not recorded"),
                }
                false
            }
        });
    }

    /// The publisher ends early only on an error, and has then poisoned the queue with its reason.
    fn check(&self, handed_on: bool) -> Result<(), Arc<str>> {
        match self.queue.health() {
            _ if handed_on => Ok(()),
            Err(AppendError::Poisoned(why)) => Err(why),
            _ => Err("the publishing thread died".into()),
        }
    }
}

impl Drop for Committer {
    fn drop(&mut self) {
        self.publisher.close();
    }
}

/// Whether what an entry hangs on is recorded; if so, opens or closes its admission.
fn founded(open: &mut BTreeSet<u64>, link: Link, next: u64) -> Result<(), AppendError> {
    if let Some(decision) = link.cites.filter(|decision| *decision >= next) {
        return Err(AppendError::UnknownDecision(decision));
    }
    if let Some(admission) = link.closes.filter(|admission| !open.remove(admission)) {
        return Err(AppendError::NoOpenAdmission(admission));
    }
    if link.opens {
        open.insert(next);
    }
    Ok(())
}

/// Tells every caller its index, and gives the lines.
fn acknowledge(first: u64, items: &mut Vec<Item>) -> impl Iterator<Item = Vec<u8>> {
    (first..).zip(items.drain(..)).map(|(index, item)| {
        if let Some(done) = item.done {
            // A caller that has left needs no answer.
            let _ = done.send(Ok(index));
        }
        item.line
    })
}
