//! Wall time as law counts it, and a guard against a clock that goes back.

use std::sync::atomic::{AtomicU64, Ordering};

use jiff::{SignedDuration, Timestamp};
use ledger::Clock;
use terms::Date;

/// How far a clock may step back before nothing is decided by it, in milliseconds. Small steps are ordinary corrections.
const TOLERATED_STEP_MS: u64 = 60_000;

/// A clock with the latest time it ever showed.
pub(crate) struct GuardedClock {
    clock: Clock,
    latest: AtomicU64,
}

impl GuardedClock {
    /// Guards `clock`; `latest` is the latest time on record.
    pub(crate) fn new(clock: Clock, latest: u64) -> Self {
        Self { clock, latest: AtomicU64::new(latest) }
    }

    /// Milliseconds since 1970, or how many milliseconds the clock has gone back.
    pub(crate) fn now(&self) -> Result<u64, u64> {
        let now = (self.clock)();
        let latest = self.latest.fetch_max(now, Ordering::AcqRel);
        match latest.checked_sub(now) {
            Some(back) if back > TOLERATED_STEP_MS => Err(back),
            _ => Ok(now),
        }
    }
}

/// The days that it is at this moment somewhere on earth, the one in UTC first: from UTC-12 to UTC+14. On the day of a change
/// the law of both sides rules.
pub(crate) fn days(ms: u64) -> Vec<Date> {
    let at = Timestamp::from_millisecond(i64::try_from(ms).unwrap_or(i64::MAX)).unwrap_or(Timestamp::MAX);
    let mut days = Vec::with_capacity(2);
    for hours in [0, -12, 14] {
        let moment = at.saturating_add(SignedDuration::from_hours(hours)).unwrap_or(at);
        let day = jiff::tz::Offset::UTC.to_datetime(moment).date();
        if !days.contains(&day) {
            days.push(day);
        }
    }
    days
}

#[cfg(test)]
mod tests {
    use testkit::clock::FrozenClock;

    use super::{GuardedClock, days};

    #[test]
    fn it_is_two_or_three_days_on_earth() {
        let texts = |ms: u64| days(ms).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(texts(1_800_000_000_000), ["2027-01-15", "2027-01-14"]);
        assert_eq!(texts(1_800_057_600_000), ["2027-01-16", "2027-01-15"]);
    }

    #[test]
    fn a_clock_that_jumps_back_is_not_believed() {
        let clock = FrozenClock::at(10_000_000);
        let guarded = GuardedClock::new(clock.as_fn(), 0);
        assert_eq!(guarded.now(), Ok(10_000_000));
        clock.set(9_990_000);
        assert_eq!(guarded.now(), Ok(9_990_000));
        clock.set(1_000_000);
        assert_eq!(guarded.now(), Err(9_000_000));
        clock.set(10_000_001);
        assert_eq!(guarded.now(), Ok(10_000_001));
    }
}
