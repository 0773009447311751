//! The embedded store: all accounts of one process, in memory, behind one lock that is held for less than a
//! microsecond.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use smallvec::SmallVec;

use crate::account::{Account, End, Taken};
use crate::calendar::{Calendar, Windows};
use crate::need::{Micros, Need};
use crate::refused::Over;
use crate::rule::{Rule, Subject};
use crate::standing::Standing;

/// What a reservation holds, subject by subject.
pub(crate) type Booking = SmallVec<[(Subject, Taken); 2]>;

/// The accounts.
pub(crate) struct Table {
    calendar: Calendar,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    accounts: HashMap<Subject, Account>,
    /// The latest month seen.
    month: i32,
}

impl Table {
    pub(crate) fn new(calendar: Calendar) -> Self {
        Self { calendar, state: Mutex::default() }
    }

    pub(crate) fn calendar(&self) -> Calendar {
        self.calendar
    }

    /// Takes what is needed of every account, or of none.
    pub(crate) fn reserve(
        &self,
        asks: &[(Subject, Rule)],
        need: Need,
        now_ms: u64,
    ) -> Result<(Booking, Standing), Over> {
        let windows = self.calendar.windows(now_ms);
        let mut state = self.state();
        state.drop_ended(windows);
        let mut accounts: SmallVec<[Account; 2]> =
            asks.iter().map(|(subject, rule)| state.advanced(subject, rule, now_ms, windows)).collect();
        if let Some(over) = refusal(asks, &accounts, need, (self.calendar, now_ms)) {
            return Err(over);
        }
        let booking = asks.iter().zip(&mut accounts).map(|((subject, rule), account)| {
            let taken = account.take(rule, need);
            state.put(subject, *account);
            (subject.clone(), taken)
        });
        let booking = booking.collect();
        Ok((booking, standing(asks, &accounts)))
    }

    pub(crate) fn end(&self, booking: &Booking, end: End) {
        let mut state = self.state();
        for (subject, taken) in booking {
            if let Some(account) = state.accounts.get_mut(subject) {
                account.end(taken, end);
            }
        }
    }

    /// Counts money that was spent without a reservation.
    pub(crate) fn charge(&self, subjects: &[Subject], cost: Micros, windows: Windows) {
        // Where nothing was spent nothing says that a window has begun; the shared store is not even told.
        if cost == Micros::ZERO {
            return;
        }
        let mut state = self.state();
        for subject in subjects {
            let mut account = state.known(subject);
            account.day.count(windows.day, cost.0);
            account.month.count(windows.month, cost.0);
            state.put(subject, account);
        }
    }

    /// The account of a subject, if it has asked for anything yet.
    pub(crate) fn get(&self, subject: &Subject) -> Option<Account> {
        self.state().accounts.get(subject).copied()
    }

    /// Replaces the state of an account by what is better known elsewhere.
    pub(crate) fn put(&self, subject: &Subject, account: Account) {
        self.state().put(subject, account);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn known(&self, subject: &Subject) -> Account {
        self.accounts.get(subject).copied().unwrap_or_default()
    }

    fn advanced(&self, subject: &Subject, rule: &Rule, now_ms: u64, windows: Windows) -> Account {
        let mut account = self.known(subject);
        account.advance(rule, now_ms, windows);
        account
    }

    /// Not by `entry`, which would take a clone of the name each time.
    fn put(&mut self, subject: &Subject, account: Account) {
        match self.accounts.get_mut(subject) {
            Some(known) => *known = account,
            None => {
                self.accounts.insert(subject.clone(), account);
            }
        }
    }

    /// When a month begins, drops the accounts that nobody has asked for all of the last one, so that subjects that
    /// were taken out of the configuration do not stay for ever. By then their buckets are full.
    fn drop_ended(&mut self, windows: Windows) {
        if windows.month > self.month {
            self.month = windows.month;
            self.accounts.retain(|_, account| account.live > 0 || account.month.index >= windows.month - 1);
        }
    }
}

/// The worst of what stands in the way of a request, given the accounts that it asks as they are at its time.
pub(crate) fn refusal(
    asks: &[(Subject, Rule)],
    accounts: &[Account],
    need: Need,
    (calendar, now_ms): (Calendar, u64),
) -> Option<Over> {
    let shorts = asks.iter().zip(accounts).filter_map(|((subject, rule), account)| {
        Some((subject, account.short(rule, need, calendar, now_ms)?))
    });
    let (subject, short) = shorts.max_by_key(|(_, short)| short.severity())?;
    Some(Over {
        subject: subject.clone(),
        limit: short.limit,
        size: short.size,
        retry_after: short.wait,
        standing: standing(asks, accounts),
    })
}

/// What is left of the limits per minute, of all that were asked.
pub(crate) fn standing(asks: &[(Subject, Rule)], accounts: &[Account]) -> Standing {
    let each = asks.iter().zip(accounts).map(|((_, rule), account)| account.standing(rule));
    each.fold(Standing::default(), Standing::meet)
}
