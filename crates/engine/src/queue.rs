//! Requests waiting for the engine's one thread, bounded.
//! Those whose caller has left, or whose seat has closed, do not count and do not wait.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use tokio::sync::mpsc::Sender;

use crate::request::{EngineError, Generate};
use crate::stream::Event;

/// One request on its way through the engine.
pub(crate) struct Job {
    pub(crate) prompt: Vec<u32>,
    pub(crate) request: Generate,
    /// The most tokens that the answer may have: the caller's limit or the context's.
    pub(crate) limit: usize,
    pub(crate) events: Sender<Event>,
    pub(crate) seat: Arc<Place>,
}

/// A seat as its requests see it.
pub(crate) struct Place {
    pub(crate) name: String,
    pub(crate) closed: AtomicBool,
}

impl Place {
    pub(crate) fn check(&self) -> Result<(), EngineError> {
        if self.closed.load(Ordering::Acquire) { Err(self.unavailable()) } else { Ok(()) }
    }

    pub(crate) fn unavailable(&self) -> EngineError {
        EngineError::Unavailable { seat: self.name.clone() }
    }
}

impl Job {
    /// Sends `event`. There is room for it, or no one who wants it: see `Stream::with_room_for`.
    pub(crate) fn send(&self, event: Event) {
        let _unwanted = self.events.try_send(event);
    }

    fn still_wanted(&self) -> bool {
        if let Err(closed) = self.seat.check() {
            self.send(Event::Failed(closed));
            return false;
        }
        !self.events.is_closed()
    }
}

pub(crate) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
    ended: AtomicBool,
    room: usize,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Job>,
    running: bool,
}

impl Queue {
    /// A queue in which `room` requests may wait while one runs.
    pub(crate) fn new(room: usize) -> Self {
        Self { state: Mutex::default(), changed: Condvar::new(), ended: AtomicBool::new(false), room }
    }

    pub(crate) fn push(&self, job: Job) -> Result<(), EngineError> {
        let mut state = self.lock();
        // Looked at under the lock: a seat that closes later finds this job when it sweeps.
        job.seat.check()?;
        if self.ended() {
            return Err(job.seat.unavailable());
        }
        state.waiting.retain(Job::still_wanted);
        if state.waiting.len() + usize::from(state.running) > self.room {
            return Err(EngineError::Busy { waiting: state.waiting.len() });
        }
        state.waiting.push_back(job);
        self.changed.notify_one();
        Ok(())
    }

    /// The next request, waiting for one; `None` once the queue has ended. Whoever calls this is done with
    /// the request before.
    pub(crate) fn take(&self) -> Option<Job> {
        let mut state = self.lock();
        state.running = false;
        while !self.ended() {
            state.waiting.retain(Job::still_wanted);
            if let Some(job) = state.waiting.pop_front() {
                state.running = true;
                return Some(job);
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        None
    }

    /// Tells the waiting requests of closed seats, at once, that they will not run.
    pub(crate) fn sweep(&self) {
        self.lock().waiting.retain(Job::still_wanted);
    }

    /// Ends the queue: what waits will not run, and nothing more is taken.
    pub(crate) fn end(&self) {
        let mut state = self.lock();
        self.ended.store(true, Ordering::Release);
        for job in state.waiting.drain(..) {
            job.send(Event::Failed(job.seat.unavailable()));
        }
        self.changed.notify_all();
    }

    pub(crate) fn ended(&self) -> bool {
        self.ended.load(Ordering::Acquire)
    }

    /// A poisoned lock is taken over: no step here leaves the state half changed.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
