//! What is left of the limits, as clients of each wire look for it.

use http::{HeaderMap, HeaderName, HeaderValue};
use limits::{Gauge, Standing, format_reset};
use wire::Wire;

/// Puts the headers of the limits on an answer: OpenAI's durations, or Anthropic's moments (RFC 3339). `now_ms` is milliseconds
/// since 1970.
pub(crate) fn mark(headers: &mut HeaderMap, wire: Wire, standing: Standing, now_ms: u64) {
    for (what, gauge) in [("requests", standing.requests), ("tokens", standing.tokens)] {
        let Some(gauge) = gauge else { continue };
        let rows = if wire.is_anthropic() { anthropic(what, gauge, now_ms) } else { openai(what, gauge) };
        for (name, value) in rows {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
                headers.insert(name, value);
            }
        }
    }
}

fn openai(what: &str, gauge: Gauge) -> [(String, String); 3] {
    [
        (format!("x-ratelimit-limit-{what}"), gauge.limit.to_string()),
        (format!("x-ratelimit-remaining-{what}"), gauge.remaining.to_string()),
        (format!("x-ratelimit-reset-{what}"), format_reset(gauge.reset)),
    ]
}

fn anthropic(what: &str, gauge: Gauge, now_ms: u64) -> [(String, String); 3] {
    let reset_ms = u64::try_from(gauge.reset.as_millis()).unwrap_or(u64::MAX);
    [
        (format!("anthropic-ratelimit-{what}-limit"), gauge.limit.to_string()),
        (format!("anthropic-ratelimit-{what}-remaining"), gauge.remaining.to_string()),
        (format!("anthropic-ratelimit-{what}-reset"), moment(now_ms.saturating_add(reset_ms))),
    ]
}

/// A moment in whole seconds, UTC; a part of a second counts as one.
fn moment(ms: u64) -> String {
    let seconds = i64::try_from(ms.div_ceil(1000)).unwrap_or(i64::MAX);
    jiff::Timestamp::from_second(seconds).map(|at| at.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn each_wire_has_its_own_names_and_times() {
        let gauge = Gauge { limit: 60, remaining: 59, reset: Duration::from_millis(1000) };
        let standing = Standing { requests: Some(gauge), tokens: None };
        let shown = |wire| {
            let mut headers = HeaderMap::new();
            mark(&mut headers, wire, standing, 1_795_276_800_000);
            let mut rows: Vec<String> =
                headers.iter().map(|(n, v)| format!("{n}: {}", v.to_str().unwrap())).collect();
            rows.sort();
            rows
        };
        let openai = [
            "x-ratelimit-limit-requests: 60",
            "x-ratelimit-remaining-requests: 59",
            "x-ratelimit-reset-requests: 1s",
        ];
        assert_eq!(shown(Wire::Chat), openai);
        let anthropic = [
            "anthropic-ratelimit-requests-limit: 60",
            "anthropic-ratelimit-requests-remaining: 59",
            "anthropic-ratelimit-requests-reset: 2026-11-21T16:00:01Z",
        ];
        assert_eq!(shown(Wire::Messages), anthropic);
    }
}
