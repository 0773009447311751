//! What all callers saw, together.

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use ledger::Digest;

use crate::caller::{How, Seen};
use crate::estate_text::Key;
use crate::requests::{Ask, Kind};

/// The codes that an error of the gateway may have under the faults of a soak. Any other is a fault of its own.
const EXPECTED: [&str; 27] = [
    "invalid_json",
    "incomplete_body",
    "invalid_api_key",
    "refused_by_law",
    "screened",
    "model_not_found",
    "request_too_large",
    "rate_limit_exceeded",
    "insufficient_quota",
    "limits_unavailable",
    "lawful_endpoints_busy",
    "no_lawful_endpoint_alive",
    "upstream_rejected",
    "upstream_failed",
    "bad_upstream_answer",
    "untranslatable_answer",
    "upstream_cut",
    "upstream_error",
    "upstream_timeout",
    "request_timeout",
    "no_record",
    "outdated",
    "system_closed",
    "too_busy",
    "not_sent",
    // What a vendor said, passed on in a stream of its own wire.
    "server_error",
    "overloaded",
];

/// Milliseconds since 1970, as the gateway counts them.
pub(crate) fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

/// From when to when something was under way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    pub(crate) from: u64,
    pub(crate) to: u64,
}

impl Span {
    pub(crate) fn meets(self, other: Span) -> bool {
        self.from <= other.to && other.from <= self.to
    }
}

/// A receipt that a caller was promised.
#[derive(Clone, Debug)]
pub(crate) struct Pointer {
    pub(crate) index: u64,
    pub(crate) key: Key,
    /// The digest that the entry has, if it is a refusal.
    pub(crate) digest: Option<Digest>,
    /// Whether a whole answer came with it, and when.
    pub(crate) answered: Option<u64>,
}

/// Money that may have been set aside for a request although no crossing is on record.
#[derive(Clone, Debug)]
pub(crate) struct Doubt {
    pub(crate) span: Span,
    pub(crate) key: Key,
    pub(crate) micros: u64,
    /// Whether the store of limits was what did not answer.
    pub(crate) of_store: bool,
}

/// What was seen.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// How often each kind ended how, in words.
    pub(crate) seen: BTreeMap<(Kind, String), u64>,
    /// Receipts that were not yet asked for.
    pub(crate) promised: Vec<Pointer>,
    /// Requests that got no answer, or no connection.
    pub(crate) silent: Vec<Span>,
    pub(crate) doubts: Vec<Doubt>,
    /// Whole answers of status 200.
    pub(crate) whole: u64,
}

impl Tally {
    /// Counts one request.
    pub(crate) fn note(&mut self, ask: &Ask, seen: Seen, from: u64) {
        let span = Span { from, to: now_ms() };
        let words = words(&seen);
        *self.seen.entry((ask.kind, words)).or_default() += 1;
        let whole = seen.status == 200 && seen.end == How::Whole;
        self.whole += u64::from(whole);
        if let Some((index, digest)) = seen.pointer {
            let answered = whole.then_some(span.to);
            self.promised.push(Pointer { index, key: ask.key, digest, answered });
        }
        if matches!(seen.end, How::Unanswered | How::Unsent) {
            self.silent.push(span);
        }
        if ask.key.pays && may_have_room(&seen) {
            let (micros, of_store) = (ask.set_aside(), seen.code == "limits_unavailable");
            self.doubts.push(Doubt { span, key: ask.key, micros, of_store });
        }
    }

    /// How many requests ended in this way, whatever their kind.
    pub(crate) fn count(&self, words: &str) -> u64 {
        self.seen.iter().filter(|((_, how), _)| how == words).map(|(_, count)| count).sum()
    }

    /// Requests.
    pub(crate) fn requests(&self) -> u64 {
        self.seen.values().sum()
    }

    /// Ends that no fault of a soak explains.
    pub(crate) fn unexpected(&self) -> Vec<String> {
        let odd = |how: &str| {
            let code = how.split(' ').nth(1).unwrap_or_default();
            !how.starts_with("200 whole") && !EXPLAINED.contains(&how) && !EXPECTED.contains(&code)
        };
        let found = self.seen.iter().filter(|((_, how), _)| odd(how));
        found.map(|((kind, how), count)| format!("{count} of {kind:?}: {how}")).collect()
    }
}

/// Ends that are no answers; whether they were due is judged by their time, or in the record.
const EXPLAINED: [&str; 4] = ["unanswered", "no connection", "left", "200 broken"];

/// Whether room may have been taken for a request that got no answer of an endpoint: it comes after all that refuses with a
/// status of 400 and above, but for endpoints that are busy.
fn may_have_room(seen: &Seen) -> bool {
    let nothing = seen.end == How::Unanswered;
    nothing || seen.status >= 500 || seen.code == "lawful_endpoints_busy"
}

fn words(seen: &Seen) -> String {
    match (seen.status, seen.end) {
        (_, How::Unanswered) => "unanswered".to_owned(),
        (_, How::Unsent) => "no connection".to_owned(),
        (_, How::Left) => "left".to_owned(),
        (200, How::Whole) => "200 whole".to_owned(),
        (200, How::Broken) if seen.code.is_empty() => "200 broken".to_owned(),
        (status, _) => format!("{status} {}", seen.code),
    }
}
