//! Where a caller stands, for the headers that clients of OpenAI's API read:
//! `x-ratelimit-{limit,remaining,reset}-{requests,tokens}` (OpenAI's API reference, "Rate limits in headers").

use std::time::Duration;

/// How much is left of the limits per minute, each of the subject that has least left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Of requests; `None` if no subject has a limit.
    pub requests: Option<Gauge>,
    /// Of tokens; `None` if no subject has a limit.
    pub tokens: Option<Gauge>,
}

/// One limit per minute and what is left of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gauge {
    /// The limit.
    pub limit: u64,
    /// Units that are left.
    pub remaining: u64,
    /// How long until the limit is there in full again, if nobody asks in between.
    pub reset: Duration,
}

impl Standing {
    /// The tighter of both, limit by limit.
    #[must_use]
    pub fn meet(self, other: Self) -> Self {
        Self { requests: tighter(self.requests, other.requests), tokens: tighter(self.tokens, other.tokens) }
    }
}

fn tighter(one: Option<Gauge>, other: Option<Gauge>) -> Option<Gauge> {
    let order = |gauge: &Gauge| (gauge.remaining, gauge.limit);
    one.into_iter().chain(other).min_by_key(order)
}

/// A duration as OpenAI writes it: `0s`, `12ms`, `8.64s`, `6m0s`, `1h0m0s`. Parts of a millisecond count as one.
#[must_use]
pub fn format_reset(reset: Duration) -> String {
    let ms = reset.as_nanos().div_ceil(1_000_000);
    if (1..1_000).contains(&ms) {
        return format!("{ms}ms");
    }
    let (minutes, seconds) = (ms / 60_000, seconds(ms % 60_000));
    match (minutes / 60, minutes % 60) {
        (0, 0) => seconds,
        (0, minutes) => format!("{minutes}m{seconds}"),
        (hours, minutes) => format!("{hours}h{minutes}m{seconds}"),
    }
}

fn seconds(ms: u128) -> String {
    let text = format!("{}.{:03}", ms / 1_000, ms % 1_000);
    format!("{}s", text.trim_end_matches('0').trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reset_is_written_as_openai_writes_it() {
        let cases = [
            (0, "0s"),
            (12, "12ms"),
            (999, "999ms"),
            (1_000, "1s"),
            (8_640, "8.64s"),
            (20_000, "20s"),
            (60_000, "1m0s"),
            (90_050, "1m30.05s"),
            (360_000, "6m0s"),
            (3_600_000, "1h0m0s"),
        ];
        for (ms, text) in cases {
            assert_eq!(format_reset(Duration::from_millis(ms)), text);
        }
        assert_eq!(format_reset(Duration::from_micros(1)), "1ms");
    }

    #[test]
    fn the_tightest_is_shown() {
        let gauge = |limit, remaining| Some(Gauge { limit, remaining, reset: Duration::ZERO });
        let one = Standing { requests: gauge(10, 9), tokens: None };
        let other = Standing { requests: gauge(100, 3), tokens: gauge(5, 5) };
        assert_eq!(one.meet(other), other);
        assert_eq!(other.meet(one), other);
    }
}
