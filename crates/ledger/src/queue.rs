//! What waits to be recorded, in order.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, oneshot};

use crate::entry::Entry;
use crate::error::AppendError;

/// One entry on its way.
pub(crate) struct Item {
    pub(crate) line: Vec<u8>,
    pub(crate) link: Link,
    /// Told the index once the entry is durable.
    pub(crate) done: Option<oneshot::Sender<Result<u64, AppendError>>>,
    /// Held while the entry waits, so that waiting entries are bounded.
    pub(crate) _permit: Option<OwnedSemaphorePermit>,
}

/// How an entry hangs on others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Link {
    /// It is an admission and will need an outcome.
    pub(crate) opens: bool,
    /// It is the outcome of this admission.
    pub(crate) closes: Option<u64>,
    /// The newest decision that it refers to.
    pub(crate) cites: Option<u64>,
}

impl Link {
    pub(crate) fn of(entry: &Entry) -> Self {
        Self {
            opens: matches!(entry, Entry::Admission(_)),
            closes: match entry {
                Entry::Outcome(outcome) => Some(outcome.admission),
                _ => None,
            },
            cites: entry.decisions().iter().max().copied(),
        }
    }

    /// The same from a recorded line, without reading all of it: its type and its first key stand first.
    pub(crate) fn of_line(line: &[u8]) -> Self {
        let closes = line.strip_prefix(br#"{"t":"o","a":"#).and_then(leading_number);
        Self { opens: line.starts_with(br#"{"t":"a","#), closes, cites: None }
    }
}

fn leading_number(text: &[u8]) -> Option<u64> {
    let digits = text.iter().position(|byte| !byte.is_ascii_digit())?;
    str::from_utf8(text.get(..digits)?).ok()?.parse().ok()
}

/// Told when everything recorded so far is published.
pub(crate) type Reply = Box<dyn FnOnce(Result<(), Arc<str>>) + Send>;

/// What the writer takes in one go.
#[derive(Default)]
pub(crate) struct Batch {
    pub(crate) items: Vec<Item>,
    /// To be answered after the items.
    pub(crate) publish: Vec<Reply>,
}

impl Batch {
    fn is_empty(&self) -> bool {
        self.items.is_empty() && self.publish.is_empty()
    }
}

/// When the writer takes what waits. A sync costs the same for one entry as for many, so entries should share one
/// wherever that costs nobody time.
pub(crate) struct Pace {
    /// How long an entry that nobody waits for may wait for company.
    pub(crate) linger: Duration,
    /// How long an entry may wait for as many others as shared the last sync; alone it never waits.
    pub(crate) gather: Duration,
    /// How many callers waited for the last sync.
    expected: usize,
}

impl Pace {
    pub(crate) fn new(linger: Duration, gather: Duration) -> Self {
        Self { linger, gather, expected: 1 }
    }
}

/// The queue between callers and the writer. Its lock is never held across work.
#[derive(Default)]
pub(crate) struct Queue {
    state: Mutex<State>,
    filled: Condvar,
}

#[derive(Default)]
struct State {
    waiting: Batch,
    /// Callers that wait for an answer.
    callers: usize,
    sleep: Sleep,
    closed: bool,
    poison: Option<Arc<str>>,
}

/// How the writer sleeps, so that it is woken only when it would act.
#[derive(Default)]
enum Sleep {
    #[default]
    Awake,
    /// With a deadline, until so many callers wait.
    Until(usize),
    /// Until anything comes.
    Deep,
}

impl State {
    /// Whether there is no reason to wait any longer.
    fn is_due(&self, pace: &Pace) -> bool {
        self.closed || !self.waiting.publish.is_empty() || self.callers >= pace.expected
    }
}

impl Queue {
    /// Queues an entry.
    pub(crate) fn push(&self, item: Item) -> Result<(), AppendError> {
        let caller = usize::from(item.done.is_some());
        self.add(caller, |waiting| waiting.items.push(item))
    }

    /// Queues the wish that everything recorded so far be published.
    pub(crate) fn publish(&self, reply: Reply) -> Result<(), AppendError> {
        self.add(1, |waiting| waiting.publish.push(reply))
    }

    fn add(&self, callers: usize, change: impl FnOnce(&mut Batch)) -> Result<(), AppendError> {
        let mut state = self.state();
        if let Some(why) = &state.poison {
            return Err(AppendError::Poisoned(Arc::clone(why)));
        }
        if state.closed {
            return Err(AppendError::Closed);
        }
        change(&mut state.waiting);
        state.callers += callers;
        let wake = match state.sleep {
            Sleep::Awake => false,
            Sleep::Until(callers) => state.callers >= callers || !state.waiting.publish.is_empty(),
            Sleep::Deep => true,
        };
        if wake {
            state.sleep = Sleep::Awake;
        }
        drop(state);
        if wake {
            self.filled.notify_one();
        }
        Ok(())
    }

    /// Waits for something to do and takes all of it; `false` when the queue is closed and empty.
    pub(crate) fn take(&self, batch: &mut Batch, pace: &mut Pace) -> bool {
        let mut state = self.sleep_until_due(self.state(), pace);
        pace.expected = std::mem::take(&mut state.callers).max(1);
        std::mem::swap(&mut state.waiting, batch);
        !batch.is_empty()
    }

    fn sleep_until_due<'a>(&'a self, mut state: MutexGuard<'a, State>, pace: &Pace) -> MutexGuard<'a, State> {
        let (mut since, mut gathering) = (Instant::now(), false);
        while !state.is_due(pace) {
            if gathering != (state.callers > 0) {
                (since, gathering) = (Instant::now(), !gathering);
            }
            let limit = if gathering { pace.gather } else { pace.linger };
            let left = limit.saturating_sub(since.elapsed());
            if !left.is_zero() {
                state.sleep = Sleep::Until(if gathering { pace.expected } else { 1 });
                let woken = self.filled.wait_timeout(state, left);
                state = woken.unwrap_or_else(PoisonError::into_inner).0;
            } else if state.waiting.is_empty() {
                state.sleep = Sleep::Deep;
                state = self.filled.wait(state).unwrap_or_else(PoisonError::into_inner);
                since = Instant::now();
            } else {
                break;
            }
        }
        state.sleep = Sleep::Awake;
        state
    }

    /// Takes no more; what waits is still recorded.
    pub(crate) fn close(&self) {
        self.state().closed = true;
        self.filled.notify_one();
    }

    /// Refuses everything from now on, and what waits.
    pub(crate) fn poison(&self, why: &Arc<str>) {
        let mut state = self.state();
        state.poison.get_or_insert_with(|| Arc::clone(why));
        let waiting = std::mem::take(&mut state.waiting);
        drop(state);
        refuse(waiting, why);
    }

    /// Why nothing is recorded any more, if so.
    pub(crate) fn health(&self) -> Result<(), AppendError> {
        let state = self.state();
        match &state.poison {
            Some(why) => Err(AppendError::Poisoned(Arc::clone(why))),
            None if state.closed => Err(AppendError::Closed),
            None => Ok(()),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Answers everything in a batch with the reason why it is not recorded.
pub(crate) fn refuse(batch: Batch, why: &Arc<str>) {
    for done in batch.items.into_iter().filter_map(|item| item.done) {
        // A caller that has left needs no answer.
        let _ = done.send(Err(AppendError::Poisoned(Arc::clone(why))));
    }
    for reply in batch.publish {
        reply(Err(Arc::clone(why)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_read_from_lines() {
        let closes = |line: &[u8]| Link::of_line(line).closes;
        assert_eq!(closes(br#"{"t":"o","a":42,"c":"served","ms":1,"b":0}"#), Some(42));
        assert_eq!(closes(br#"{"t":"a","ms":42}"#), None);
        assert!(Link::of_line(br#"{"t":"a","ms":42}"#).opens);
        assert!(!Link::of_line(br#"{"t":"alarm","ms":42}"#).opens);
    }
}
