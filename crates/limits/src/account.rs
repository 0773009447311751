//! The state of one subject, and the rules by which it changes. Both stores follow these: the embedded one calls
//! them, the shared one does the same in SQL and is held against them by a test.

use std::time::Duration;

use crate::bucket::Bucket;
use crate::calendar::{Calendar, Windows};
use crate::need::Need;
use crate::refused::Limit;
use crate::rule::Rule;
use crate::standing::{Gauge, Standing};
use crate::window::Window;

/// When a request may be tried again that only other requests under way stand in the way of.
const SOON: Duration = Duration::from_secs(1);

/// What is in use of the limits of one subject.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) requests: Bucket,
    pub(crate) tokens: Bucket,
    /// Reservations under way.
    pub(crate) live: u64,
    pub(crate) day: Window,
    pub(crate) month: Window,
}

/// What a reservation took of one account, as is needed to give it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Taken {
    pub(crate) rule: Rule,
    pub(crate) need: Need,
    pub(crate) day: i32,
    pub(crate) month: i32,
}

/// How a reservation ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// This was used.
    Used(Need, u64),
    /// Nothing was sent, and it does not count as a request either.
    Void(u64),
    /// Nobody knows; the estimate counts.
    Abandoned,
}

/// A limit in whose way a request stands: which, its size, and when it may have room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Short {
    pub(crate) limit: Limit,
    pub(crate) size: u64,
    pub(crate) wait: Option<Duration>,
}

impl Account {
    /// The account as it is at that time.
    pub(crate) fn advance(&mut self, rule: &Rule, now_ms: u64, windows: Windows) {
        if let Some(limit) = rule.requests_per_minute {
            self.requests.refill(limit, now_ms);
        }
        if let Some(limit) = rule.tokens_per_minute {
            self.tokens.refill(limit, now_ms);
        }
        self.day.roll(windows.day);
        self.month.roll(windows.month);
    }

    /// The limit that has no room for the request for the longest time, if one has none.
    pub(crate) fn short(&self, rule: &Rule, need: Need, calendar: Calendar, now_ms: u64) -> Option<Short> {
        let until = |ms: u64| Duration::from_millis(ms.saturating_sub(now_ms));
        let shorts = [
            short_of_units(Limit::Requests, &self.requests, rule.requests_per_minute, 1),
            short_of_units(Limit::Tokens, &self.tokens, rule.tokens_per_minute, need.tokens),
            self.short_of_slots(rule.concurrent),
            rule.spend_per_day.and_then(|limit| {
                let end = || until(calendar.day_ends(self.day.index));
                short_of_money(Limit::SpendPerDay, &self.day, limit.0, need.cost.0, end)
            }),
            rule.spend_per_month.and_then(|limit| {
                let end = || until(calendar.month_ends(self.month.index));
                short_of_money(Limit::SpendPerMonth, &self.month, limit.0, need.cost.0, end)
            }),
        ];
        shorts.into_iter().flatten().max_by_key(Short::severity)
    }

    fn short_of_slots(&self, limit: Option<u64>) -> Option<Short> {
        let size = limit.filter(|limit| self.live >= *limit)?;
        Some(Short { limit: Limit::Concurrent, size, wait: (size > 0).then_some(SOON) })
    }

    /// Takes what a request needs. That it is there has been asked before.
    pub(crate) fn take(&mut self, rule: &Rule, need: Need) -> Taken {
        if rule.requests_per_minute.is_some() {
            self.requests.take(1);
        }
        if rule.tokens_per_minute.is_some() {
            self.tokens.take(need.tokens);
        }
        self.live += 1;
        self.day.reserve(need.cost.0);
        self.month.reserve(need.cost.0);
        Taken { rule: *rule, need, day: self.day.index, month: self.month.index }
    }

    /// Ends a reservation.
    pub(crate) fn end(&mut self, taken: &Taken, end: End) {
        self.live = self.live.saturating_sub(1);
        let used = match end {
            End::Used(used, now_ms) => {
                self.correct_tokens(taken, used.tokens, now_ms);
                used
            }
            End::Void(now_ms) => {
                self.correct_tokens(taken, 0, now_ms);
                self.give_request(taken, now_ms);
                Need::default()
            }
            End::Abandoned => taken.need,
        };
        self.day.settle(taken.day, taken.need.cost.0, used.cost.0);
        self.month.settle(taken.month, taken.need.cost.0, used.cost.0);
    }

    fn correct_tokens(&mut self, taken: &Taken, used: u64, now_ms: u64) {
        let Some(limit) = taken.rule.tokens_per_minute else { return };
        self.tokens.refill(limit, now_ms);
        self.tokens.give(taken.need.tokens.saturating_sub(used));
        self.tokens.take(used.saturating_sub(taken.need.tokens));
    }

    fn give_request(&mut self, taken: &Taken, now_ms: u64) {
        if let Some(limit) = taken.rule.requests_per_minute {
            self.requests.refill(limit, now_ms);
            self.requests.give(1);
        }
    }

    /// What is left of the limits per minute.
    pub(crate) fn standing(&self, rule: &Rule) -> Standing {
        let gauge = |bucket: &Bucket, limit| Gauge {
            limit,
            remaining: bucket.remaining(limit),
            reset: bucket.until_full(limit),
        };
        Standing {
            requests: rule.requests_per_minute.map(|limit| gauge(&self.requests, limit)),
            tokens: rule.tokens_per_minute.map(|limit| gauge(&self.tokens, limit)),
        }
    }
}

impl Short {
    /// Greater is worse: never, then the longest wait.
    pub(crate) fn severity(&self) -> (bool, Option<Duration>) {
        (self.wait.is_none(), self.wait)
    }
}

fn short_of_units(limit: Limit, bucket: &Bucket, size: Option<u64>, units: u64) -> Option<Short> {
    let size = size.filter(|size| !bucket.has(*size, units))?;
    Some(Short { limit, size, wait: bucket.wait(size, units) })
}

fn short_of_money(
    limit: Limit,
    window: &Window,
    size: u64,
    cost: u64,
    end: impl FnOnce() -> Duration,
) -> Option<Short> {
    if window.has(size, cost) {
        return None;
    }
    // What is only reserved may be given back; what is spent stays spent until the window ends.
    let wait = match window.spent.saturating_add(cost) <= size {
        true => Some(SOON),
        false => (cost <= size).then(end),
    };
    Some(Short { limit, size, wait })
}
