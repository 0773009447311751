//! A circuit breaker: an endpoint that keeps failing is left alone for a while, then tried with a single request.

use std::time::Duration;

use tokio::time::Instant;

/// So many failures in a row open the circuit.
const IN_A_ROW: u32 = 5;
/// How many of the latest outcomes are remembered.
const REMEMBERED: u32 = 32;
/// An outlier fails at least half the time, seen over at least so many outcomes; it is ejected though some requests succeed.
const OUTLIER_SEEN: u32 = 16;
/// How long an open circuit stays so at first; each time it opens again without a success, twice as long.
const FIRST_OPEN: Duration = Duration::from_secs(5);
const LONGEST_OPEN: Duration = Duration::from_secs(300);

/// Whether an endpoint may be tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Readiness {
    /// It may.
    Ready,
    /// It failed, and one request may find out whether it is back.
    Probe,
    /// Not before this moment.
    Not(Wait),
}

/// When an endpoint may be tried again, and why not now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wait {
    /// When.
    pub(crate) until: Instant,
    /// It has as much as it can take; else it failed.
    pub(crate) busy: bool,
}

/// How one endpoint has answered of late.
#[derive(Debug, Default)]
pub(crate) struct Circuit {
    in_a_row: u32,
    /// The latest outcomes, the youngest in the lowest bit: 1 is a failure.
    recent: u32,
    seen: u32,
    opened: u32,
    until: Option<Instant>,
    probing: bool,
    /// The endpoint asked to be left alone until then.
    resting: Option<Instant>,
}

impl Circuit {
    /// Whether it may be tried at this moment.
    pub(crate) fn readiness(&self, now: Instant) -> Readiness {
        match (self.resting.filter(|until| now < *until), self.until) {
            (Some(until), _) => Readiness::Not(Wait { until, busy: true }),
            (None, None) => Readiness::Ready,
            (None, Some(until)) if now < until => Readiness::Not(Wait { until, busy: false }),
            (None, Some(_)) if self.probing => Readiness::Not(Wait { until: now + FIRST_OPEN, busy: false }),
            (None, Some(_)) => Readiness::Probe,
        }
    }

    /// A request is on its way.
    pub(crate) fn begin(&mut self) {
        self.probing = self.until.is_some();
    }

    /// It came to nothing that says how the endpoint is.
    pub(crate) fn unknown(&mut self) {
        self.probing = false;
    }

    /// The endpoint answered.
    pub(crate) fn succeeded(&mut self) {
        self.remember(false);
        self.in_a_row = 0;
        if self.until.take().is_some() {
            // What was remembered is of the time before it was ejected.
            (self.recent, self.seen) = (0, 0);
        }
        self.opened = 0;
        self.probing = false;
    }

    /// The endpoint failed.
    pub(crate) fn failed(&mut self, now: Instant) {
        self.remember(true);
        self.in_a_row += 1;
        if self.until.is_some() || self.in_a_row >= IN_A_ROW || self.is_outlier() {
            self.open(now);
        }
    }

    /// The endpoint asked for so much time without requests.
    pub(crate) fn rest(&mut self, now: Instant, wait: Duration) {
        self.probing = false;
        self.resting = Some(now + wait.min(LONGEST_OPEN));
    }

    fn open(&mut self, now: Instant) {
        let wait = FIRST_OPEN.saturating_mul(1 << self.opened.min(8));
        self.opened += 1;
        self.probing = false;
        self.until = Some(now + wait.min(LONGEST_OPEN));
    }

    fn remember(&mut self, failure: bool) {
        self.recent = self.recent << 1 | u32::from(failure);
        self.seen = (self.seen + 1).min(REMEMBERED);
    }

    fn is_outlier(&self) -> bool {
        self.seen >= OUTLIER_SEEN && self.recent.count_ones() * 2 >= self.seen
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::Instant;

    use super::{Circuit, IN_A_ROW, Readiness, Wait};

    fn after(start: Instant, seconds: u64) -> Instant {
        start + Duration::from_secs(seconds)
    }

    fn not(until: Instant, busy: bool) -> Readiness {
        Readiness::Not(Wait { until, busy })
    }

    fn opened(start: Instant) -> Circuit {
        let mut circuit = Circuit::default();
        (0..IN_A_ROW).for_each(|_| circuit.failed(start));
        circuit
    }

    #[test]
    fn failures_in_a_row_open_it_and_one_probe_finds_out() {
        let start = Instant::now();
        let mut circuit = Circuit::default();
        (1..IN_A_ROW).for_each(|_| circuit.failed(start));
        assert_eq!(circuit.readiness(start), Readiness::Ready);
        circuit.failed(start);
        assert_eq!(circuit.readiness(start), not(after(start, 5), false));
        let later = after(start, 5);
        assert_eq!(circuit.readiness(later), Readiness::Probe);
        circuit.begin();
        assert!(matches!(circuit.readiness(later), Readiness::Not(_)), "one probe at a time");
        circuit.succeeded();
        assert_eq!(circuit.readiness(later), Readiness::Ready);
    }

    #[test]
    fn a_failed_probe_doubles_the_wait_up_to_a_limit() {
        let start = Instant::now();
        let mut circuit = opened(start);
        let mut now = start;
        for wait in [5, 10, 20, 40, 80, 160, 300, 300] {
            assert_eq!(circuit.readiness(now), not(after(now, wait), false));
            now = after(now, wait);
            circuit.begin();
            circuit.failed(now);
        }
    }

    #[test]
    fn an_outlier_is_ejected_though_it_sometimes_answers() {
        let start = Instant::now();
        let mut circuit = Circuit::default();
        for turn in 0..16 {
            assert_eq!(circuit.readiness(start), Readiness::Ready, "turn {turn}");
            if turn % 2 == 0 { circuit.succeeded() } else { circuit.failed(start) }
        }
        assert!(matches!(circuit.readiness(start), Readiness::Not(_)));
    }

    #[test]
    fn it_rests_for_as_long_as_it_asked() {
        let start = Instant::now();
        let mut circuit = Circuit::default();
        circuit.rest(start, Duration::from_secs(7));
        assert_eq!(circuit.readiness(after(start, 6)), not(after(start, 7), true));
        assert_eq!(circuit.readiness(after(start, 7)), Readiness::Ready);
    }

    #[test]
    fn a_probe_that_told_nothing_lets_the_next_one_try() {
        let start = Instant::now();
        let mut circuit = opened(start);
        circuit.begin();
        circuit.unknown();
        assert_eq!(circuit.readiness(after(start, 5)), Readiness::Probe);
    }
}
