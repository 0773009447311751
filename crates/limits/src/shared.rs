//! The shared store: accounts in PostgreSQL, so that replicas keep one set of limits together.
//!
//! A reservation is one round trip and one short transaction. Settling happens behind the request: what is settled
//! waits in a queue that a task brings to the store, as often as it takes. While the store is down a replica refuses,
//! or, if the operator chose so, goes by the last state it saw and brings what was spent later.

mod calls;
mod connection;
mod options;
mod queue;
mod ticket;
mod worker;

use std::pin::pin;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::task::JoinHandle;

pub use connection::ConnectError;
pub use options::{SharedOptions, WhenDown};
pub(crate) use ticket::Ticket;

use crate::account::Account;
use crate::embedded::{Booking, Table, refusal, standing};
use crate::need::{Micros, Need};
use crate::refused::{Refused, Unavailable};
use crate::reservation::{Hold, Reservation};
use crate::rule::{Rule, Subject};
use calls::{Answer, Calls, Failure};
use queue::Queue;
use ticket::Ids;

/// A shared store and the task that settles.
pub(crate) struct Shared {
    inner: Arc<Inner>,
    worker: JoinHandle<()>,
}

/// What requests and the task share.
pub(crate) struct Inner {
    calls: Calls,
    when_down: WhenDown,
    /// The last known state of what this replica asked for. While the store is down it goes by this.
    known: Arc<Table>,
    state: AtomicU8,
    ids: Mutex<Ids>,
    queue: Mutex<Queue>,
    wake: Notify,
    /// Told when nothing waits any more.
    told: Notify,
}

const UP: u8 = 0;
const DOWN: u8 = 1;
const SUPERSEDED: u8 = 2;

impl Shared {
    pub(crate) async fn connect(options: SharedOptions) -> Result<Self, ConnectError> {
        let inner = Arc::new(Inner {
            when_down: options.when_down,
            known: Arc::new(Table::new(options.calendar)),
            calls: connection::connect(options).await?,
            state: AtomicU8::new(UP),
            ids: Mutex::default(),
            queue: Mutex::default(),
            wake: Notify::new(),
            told: Notify::new(),
        });
        let worker = tokio::spawn(worker::run(Arc::clone(&inner)));
        Ok(Self { inner, worker })
    }

    pub(crate) async fn reserve(
        &self,
        asks: &[(Subject, Rule)],
        need: Need,
        now_ms: u64,
    ) -> Result<Reservation, Refused> {
        if self.is_up() {
            let mut answer = self.inner.ask(asks, need, now_ms).await;
            // A connection may have died while it was idle, which shows only when it is used.
            if answer.as_ref().is_err_and(Failure::is_broken) {
                answer = self.inner.ask(asks, need, now_ms).await;
            }
            match answer {
                Ok(answer) => return answer,
                Err(failure) => self.inner.note(&failure),
            }
        }
        self.inner.without_store(asks, need, now_ms)
    }

    pub(crate) fn charge(&self, subjects: &[Subject], cost: Micros, at_ms: u64) {
        let windows = self.inner.known.calendar().windows(at_ms);
        self.inner.known.charge(subjects, cost, windows);
        let mut queue = self.inner.queue();
        for subject in subjects {
            queue.charge(subject, windows, cost);
        }
        drop(queue);
        self.inner.wake.notify_one();
    }

    pub(crate) fn known(&self) -> &Table {
        &self.inner.known
    }

    pub(crate) fn is_up(&self) -> bool {
        self.inner.state.load(Ordering::Acquire) == UP
    }

    pub(crate) async fn flush(&self) {
        loop {
            let mut told = pin!(self.inner.told.notified());
            // Listens from now on, so that it cannot be told between the question and the wait.
            told.as_mut().enable();
            if self.inner.queue().is_empty() || self.inner.is_superseded() {
                return;
            }
            told.await;
        }
    }

    pub(crate) async fn close(mut self) {
        self.inner.queue().close();
        self.inner.wake.notify_one();
        // The task ends by itself, or was superseded and has ended before.
        let _ = (&mut self.worker).await;
        self.inner.calls.close().await;
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.worker.abort();
    }
}

impl Inner {
    /// Asks the store. The outer result says whether it answered.
    async fn ask(
        self: &Arc<Self>,
        asks: &[(Subject, Rule)],
        need: Need,
        now_ms: u64,
    ) -> Result<Result<Reservation, Refused>, Failure> {
        // If the answer never comes, the id is given up and the store is told so with the next sign of life.
        let id = Ids::begin(self);
        let windows = self.known.calendar().windows(now_ms);
        let answer = self.calls.reserve(id.number(), asks, need, (now_ms, windows)).await?;
        let Answer { granted, mut accounts } = answer;
        if !granted {
            self.learn(asks, &accounts);
            let over = refusal(asks, &accounts, need, (self.known.calendar(), now_ms));
            return Ok(Err(over.map_or(Refused::Unavailable(Unavailable::Down), Refused::Over)));
        }
        let taken = asks.iter().zip(&mut accounts);
        let booking: Booking =
            taken.map(|((subject, rule), account)| (subject.clone(), account.take(rule, need))).collect();
        self.learn(asks, &accounts);
        let ticket = Ticket::new(Arc::clone(self), booking, Some(id.keep()), now_ms);
        Ok(Ok(Reservation::new(Hold::Shared(ticket), standing(asks, &accounts))))
    }

    /// Remembers how the accounts stand.
    fn learn(&self, asks: &[(Subject, Rule)], accounts: &[Account]) {
        for ((subject, _), account) in asks.iter().zip(accounts) {
            self.known.put(subject, *account);
        }
    }

    /// What holds while the store does not answer.
    fn without_store(
        self: &Arc<Self>,
        asks: &[(Subject, Rule)],
        need: Need,
        now_ms: u64,
    ) -> Result<Reservation, Refused> {
        if self.is_superseded() {
            return Err(Unavailable::Superseded.into());
        }
        match self.when_down {
            WhenDown::Refuse => Err(Unavailable::Down.into()),
            WhenDown::Local => {
                let (booking, standing) = self.known.reserve(asks, need, now_ms)?;
                let ticket = Ticket::new(Arc::clone(self), booking, None, now_ms);
                Ok(Reservation::new(Hold::Shared(ticket), standing))
            }
        }
    }

    /// Draws the consequences of a call that failed.
    fn note(&self, failure: &Failure) {
        let from = match failure {
            Failure::Busy(_) => return,
            Failure::Down(_) => self.state.compare_exchange(UP, DOWN, Ordering::AcqRel, Ordering::Acquire),
            Failure::Superseded => Ok(self.state.swap(SUPERSEDED, Ordering::AcqRel)),
        };
        if from.is_ok_and(|from| from != SUPERSEDED) {
            tracing::warn!(%failure, "the shared store of limits failed");
            self.wake.notify_one();
        }
    }

    /// The store answers.
    fn recovered(&self) {
        if self.state.compare_exchange(DOWN, UP, Ordering::AcqRel, Ordering::Acquire).is_ok() {
            tracing::info!("the shared store of limits answers again");
        }
    }

    fn is_superseded(&self) -> bool {
        self.state.load(Ordering::Acquire) == SUPERSEDED
    }

    fn ids(&self) -> MutexGuard<'_, Ids> {
        self.ids.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
