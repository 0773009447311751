//! Durable lines on their way from the committing thread to the publishing one.
//!
//! Not a channel: lines are taken many at a time, so that the publishing thread is woken a few times a second and not
//! once a group. The committing thread waits only if the other one falls far behind.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::queue::Reply;

/// Lines that wake the publishing thread before its time: two full tiles.
const WORTH_WAKING: usize = 512;

/// Lines that may wait. With lines of usual length some 16 MiB.
const MOST: usize = 1 << 16;

/// What the publishing thread takes in one go.
#[derive(Default)]
pub(crate) struct Taken {
    /// Lines that became durable, in order.
    pub(crate) lines: Vec<Vec<u8>>,
    /// To be answered once these lines and all before are published.
    pub(crate) wishes: Vec<Reply>,
    /// Nothing will follow.
    pub(crate) last: bool,
}

/// Between the two threads.
#[derive(Default)]
pub(crate) struct Handover {
    state: Mutex<State>,
    filled: Condvar,
    emptied: Condvar,
}

#[derive(Default)]
struct State {
    waiting: Taken,
    sleep: Sleep,
    /// The publishing thread has ended.
    gone: bool,
}

/// How the publishing thread sleeps, so that it is woken only when it would act.
#[derive(Default)]
enum Sleep {
    #[default]
    Awake,
    /// It has a time to publish, and can wait for more until then.
    Shallow,
    /// Until anything comes.
    Deep,
}

impl State {
    fn is_urgent(&self) -> bool {
        self.waiting.last || !self.waiting.wishes.is_empty() || self.waiting.lines.len() >= WORTH_WAKING
    }

    fn should_wake(&self) -> bool {
        match self.sleep {
            Sleep::Awake => false,
            Sleep::Shallow => self.is_urgent(),
            Sleep::Deep => true,
        }
    }
}

impl Handover {
    /// Hands on lines that became durable, and empties the list; `false` if nobody takes them any more.
    pub(crate) fn lines(&self, lines: &mut Vec<Vec<u8>>) -> bool {
        let mut state = self.state();
        while state.waiting.lines.len() >= MOST && !state.gone {
            state = self.emptied.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.waiting.lines.append(lines);
        self.handed(state)
    }

    /// Hands on the wish that everything before it be published; `false` if nobody takes it any more.
    pub(crate) fn wish(&self, wish: Reply) -> bool {
        let mut state = self.state();
        state.waiting.wishes.push(wish);
        self.handed(state)
    }

    /// Says that nothing will follow.
    pub(crate) fn close(&self) {
        let mut state = self.state();
        state.waiting.last = true;
        self.handed(state);
    }

    fn handed(&self, mut state: MutexGuard<'_, State>) -> bool {
        if state.should_wake() {
            state.sleep = Sleep::Awake;
            self.filled.notify_one();
        }
        !state.gone
    }

    /// Takes all that waits: at once what is urgent, everything when `due`; without a time it sleeps until something comes.
    pub(crate) fn take(&self, due: Option<Instant>) -> Taken {
        let mut state = self.state();
        while !state.is_urgent() {
            let left = due.map(|due| due.saturating_duration_since(Instant::now()));
            state = match left {
                Some(Duration::ZERO) => break,
                Some(left) => {
                    state.sleep = Sleep::Shallow;
                    self.filled.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0
                }
                None if !state.waiting.lines.is_empty() => break,
                None => {
                    state.sleep = Sleep::Deep;
                    self.filled.wait(state).unwrap_or_else(PoisonError::into_inner)
                }
            };
        }
        state.sleep = Sleep::Awake;
        let last = state.waiting.last;
        let taken = std::mem::replace(&mut state.waiting, Taken { last, ..Taken::default() });
        drop(state);
        self.emptied.notify_one();
        taken
    }

    /// Says that nothing is taken any more, and gives the wishes that nobody will answer.
    pub(crate) fn abandon(&self) -> Vec<Reply> {
        let mut state = self.state();
        state.gone = true;
        let wishes = std::mem::take(&mut state.waiting).wishes;
        drop(state);
        self.emptied.notify_one();
        wishes
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_is_taken_whole_and_in_order() {
        let handover = Handover::default();
        let mut lines = vec![b"one".to_vec()];
        assert!(handover.lines(&mut lines));
        assert!(lines.is_empty());
        assert!(handover.lines(&mut vec![b"two".to_vec()]));
        assert!(handover.wish(Box::new(|_| {})));
        let taken = handover.take(None);
        assert_eq!(taken.lines, [b"one", b"two"]);
        assert_eq!((taken.wishes.len(), taken.last), (1, false));
        handover.close();
        assert!(handover.take(None).last);
    }

    #[test]
    fn lines_wait_until_they_are_due_or_many() {
        let handover = Handover::default();
        handover.lines(&mut vec![Vec::new()]);
        assert_eq!(handover.take(Some(Instant::now())).lines.len(), 1);
        let far = Instant::now() + Duration::from_secs(3600);
        handover.lines(&mut vec![Vec::new(); WORTH_WAKING]);
        assert_eq!(handover.take(Some(far)).lines.len(), WORTH_WAKING);
    }

    #[test]
    fn nothing_is_handed_to_a_thread_that_has_ended() {
        let handover = Handover::default();
        handover.wish(Box::new(|_| {}));
        assert_eq!(handover.abandon().len(), 1);
        assert!(!handover.lines(&mut vec![Vec::new(); MOST]));
        assert!(!handover.lines(&mut vec![Vec::new()]), "and nobody waits for it");
    }
}
