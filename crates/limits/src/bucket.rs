//! A token bucket with continuous refill, in integers: nothing drifts, however often it is looked at.

use std::time::Duration;

/// Steps in one unit. A limit of `n` a minute refills `n` steps a millisecond, so every refill is a whole number.
pub(crate) const STEPS: u64 = 60_000;

/// Larger limits and needs count as this; it keeps every sum far below what PostgreSQL's `bigint` holds.
pub(crate) const MAX_UNITS: u64 = 1_000_000_000_000;

/// A bucket can be in debt by no more than this.
pub(crate) const MAX_DRAINED: u64 = 1_000_000_000_000_000_000;

/// What has been taken out of a full bucket and has not come back yet. New ones are full.
///
/// Kept as what is missing, not as what is there, so that the state does not depend on the limit: a limit may change
/// while the bucket lives. More may be missing than the bucket holds; then its level is below zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bucket {
    /// Steps missing.
    pub(crate) drained: u64,
    /// When that was so, in milliseconds since 1970.
    pub(crate) at: u64,
}

impl Bucket {
    /// The bucket as it is at that time. A clock that goes back refills nothing and takes nothing.
    pub(crate) fn refill(&mut self, limit: u64, now_ms: u64) {
        let (limit, elapsed) = (limit.min(MAX_UNITS), now_ms.saturating_sub(self.at));
        // Once the time is up the product could overflow, so it is not formed.
        self.drained = match self.drained.checked_div(limit) {
            Some(left) if elapsed > left => 0,
            Some(_) => self.drained - elapsed * limit,
            None => self.drained,
        };
        self.at = self.at.max(now_ms);
    }

    /// Whether so many units are there.
    pub(crate) fn has(&self, limit: u64, units: u64) -> bool {
        self.drained.saturating_add(steps(units)) <= steps(limit)
    }

    /// How long until so many units are there; `None` if the bucket never holds as many.
    pub(crate) fn wait(&self, limit: u64, units: u64) -> Option<Duration> {
        let missing = self.drained.saturating_add(steps(units)).saturating_sub(steps(limit));
        let limit = limit.min(MAX_UNITS);
        (limit > 0 && units.min(MAX_UNITS) <= limit).then(|| Duration::from_millis(missing.div_ceil(limit)))
    }

    /// Takes units out, there or not.
    pub(crate) fn take(&mut self, units: u64) {
        self.drained = self.drained.saturating_add(steps(units)).min(MAX_DRAINED);
    }

    /// Puts units back. What does not fit is lost.
    pub(crate) fn give(&mut self, units: u64) {
        self.drained = self.drained.saturating_sub(steps(units));
    }

    /// Whole units that are there.
    pub(crate) fn remaining(&self, limit: u64) -> u64 {
        steps(limit).saturating_sub(self.drained) / STEPS
    }

    /// How long until it is full.
    pub(crate) fn until_full(&self, limit: u64) -> Duration {
        match limit.min(MAX_UNITS) {
            0 => Duration::ZERO,
            limit => Duration::from_millis(self.drained.div_ceil(limit)),
        }
    }
}

fn steps(units: u64) -> u64 {
    units.min(MAX_UNITS) * STEPS
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The level as a fraction, with no thought of overflow, and looked at by the millisecond.
    struct Naive {
        level: i128,
        at: u64,
    }

    impl Naive {
        fn refill(&mut self, limit: u64, now: u64) {
            while self.at < now {
                self.level = (self.level + i128::from(limit)).min(i128::from(limit * STEPS));
                self.at += 1;
            }
        }
    }

    #[derive(Clone, Debug)]
    enum Step {
        Time(i64),
        Ask(u64),
        Take(u64),
        Give(u64),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            (-500_i64..4_000).prop_map(Step::Time),
            (0_u64..150).prop_map(Step::Ask),
            (0_u64..150).prop_map(Step::Take),
            (0_u64..80).prop_map(Step::Give),
        ]
    }

    proptest! {
        #[test]
        fn a_bucket_does_what_a_naive_one_does(limit in 0_u64..120, steps in prop::collection::vec(step(), 1..40)) {
            let mut bucket = Bucket { drained: 0, at: 10_000 };
            let mut naive = Naive { level: i128::from(limit * STEPS), at: 10_000 };
            let mut now = 10_000_u64;
            for step in steps {
                if let Step::Time(by) = step {
                    now = now.saturating_add_signed(by);
                }
                bucket.refill(limit, now);
                naive.refill(limit, now);
                match step {
                    Step::Time(_) => {}
                    Step::Ask(units) => {
                        let there = naive.level >= i128::from(units * STEPS);
                        prop_assert_eq!(bucket.has(limit, units), there);
                        check_wait(&bucket, limit, units)?;
                    }
                    Step::Take(units) => {
                        bucket.take(units);
                        naive.level -= i128::from(units * STEPS);
                    }
                    Step::Give(units) => {
                        bucket.give(units);
                        naive.level = (naive.level + i128::from(units * STEPS)).min(i128::from(limit * STEPS));
                    }
                }
                prop_assert_eq!(i128::from(limit * STEPS) - i128::from(bucket.drained), naive.level);
                prop_assert_eq!(i128::from(bucket.remaining(limit)), naive.level.max(0) / i128::from(STEPS));
            }
        }

        #[test]
        fn nothing_overflows(drained in 0..=MAX_DRAINED, at: u64, limit: u64, now: u64, units: u64) {
            let mut bucket = Bucket { drained, at };
            bucket.refill(limit, now);
            bucket.take(units);
            prop_assert!(bucket.drained <= MAX_DRAINED && bucket.at >= now);
            let _ = (bucket.has(limit, units), bucket.wait(limit, units), bucket.until_full(limit));
        }
    }

    /// After the wait it is there, and a millisecond earlier it is not.
    fn check_wait(bucket: &Bucket, limit: u64, units: u64) -> Result<(), TestCaseError> {
        let Some(wait) = bucket.wait(limit, units) else {
            prop_assert!(limit == 0 || units > limit);
            return Ok(());
        };
        let wait = u64::try_from(wait.as_millis()).unwrap();
        let then = |after: u64| {
            let mut bucket = *bucket;
            bucket.refill(limit, bucket.at + after);
            bucket.has(limit, units)
        };
        prop_assert!(then(wait));
        prop_assert!(wait == 0 || !then(wait - 1));
        Ok(())
    }
}
