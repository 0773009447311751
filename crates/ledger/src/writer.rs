//! The writer: takes what is queued, records it as one group, answers, and hands it on to be published.
//!
//! Two threads of their own, since both wait for the disk: one commits, one publishes. Only the first decides what is
//! recorded; the second follows it through a short channel that holds the first back should it fall behind.

use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use crate::error::AppendError;
use crate::journal::Journal;
use crate::queue::{Batch, Item, Link, Pace, Queue, Reply, refuse};
use crate::sequencer::{Latest, Sequencer, announce, latest};

/// Groups that may wait to be published.
const CHANNEL: usize = 16;

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
        let (sender, groups) = sync_channel(CHANNEL);
        let publisher = Publisher {
            sequencer: self.sequencer,
            latest: self.latest,
            queue: Arc::clone(&self.queue),
            every: self.publish_every,
        };
        let publisher =
            thread::Builder::new().name("ledger-publish".into()).spawn(move || publisher.run(&groups))?;
        let committer = Committer {
            journal: self.journal,
            open: self.open,
            queue: self.queue,
            durable: self.durable,
            pace: Pace::new(self.publish_every, self.gather),
            publisher: sender,
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

/// Lines that became durable, or the wish to have them published now.
enum Message {
    Recorded(Vec<Vec<u8>>),
    Publish(Reply),
}

struct Committer {
    journal: Journal,
    open: BTreeSet<u64>,
    queue: Arc<Queue>,
    durable: Arc<AtomicU64>,
    pace: Pace,
    publisher: SyncSender<Message>,
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
            let lines = acknowledge(first, &mut batch.items);
            self.hand_on(Message::Recorded(lines))?;
            let rolled = self.journal.roll(&self.open);
            rolled.map_err(|error| reason("begin a journal file", &error))?;
        }
        for reply in batch.publish.drain(..) {
            self.hand_on(Message::Publish(reply))?;
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

    fn hand_on(&self, message: Message) -> Result<(), Arc<str>> {
        // The publisher ends early only on an error, and has then poisoned the queue with its reason.
        self.publisher.send(message).map_err(|_| match self.queue.health() {
            Err(AppendError::Poisoned(why)) => why,
            _ => "the publishing thread died".into(),
        })
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
fn acknowledge(first: u64, items: &mut Vec<Item>) -> Vec<Vec<u8>> {
    (first..)
        .zip(items.drain(..))
        .map(|(index, item)| {
            if let Some(done) = item.done {
                // A caller that has left needs no answer.
                let _ = done.send(Ok(index));
            }
            item.line
        })
        .collect()
}

struct Publisher {
    sequencer: Sequencer,
    latest: Latest,
    queue: Arc<Queue>,
    every: Duration,
}

impl Publisher {
    /// Publishes at the latest `every` after an entry became durable, on demand, and at the end.
    fn run(mut self, groups: &Receiver<Message>) -> Result<(), Arc<str>> {
        let mut due: Option<Instant> = None;
        loop {
            let wait = due.map_or(Duration::MAX, |due| due.saturating_duration_since(Instant::now()));
            match receive(groups, wait) {
                Ok(Message::Recorded(lines)) => {
                    let added = lines.iter().try_for_each(|line| self.sequencer.add(line));
                    added.map_err(|error| self.give_up(&error))?;
                    due.get_or_insert_with(|| Instant::now() + self.every);
                }
                Ok(Message::Publish(reply)) => {
                    let published = self.publish();
                    reply(published.clone());
                    published?;
                    due = None;
                }
                Err(RecvTimeoutError::Timeout) => {
                    self.publish()?;
                    due = None;
                }
                Err(RecvTimeoutError::Disconnected) => return self.publish(),
            }
        }
    }

    fn publish(&mut self) -> Result<(), Arc<str>> {
        if latest(&self.latest).size != self.sequencer.edge().size() {
            let published = self.sequencer.publish().map_err(|error| self.give_up(&error))?;
            announce(&self.latest, published);
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

/// Waits for a message; a wait without an end is not one the clock can express.
fn receive(groups: &Receiver<Message>, wait: Duration) -> Result<Message, RecvTimeoutError> {
    if wait == Duration::MAX {
        return groups.recv().map_err(|_| RecvTimeoutError::Disconnected);
    }
    groups.recv_timeout(wait)
}
